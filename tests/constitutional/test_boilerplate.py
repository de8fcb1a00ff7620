"""The filter `boilerplate`: a stock phrase is let through a few times, and then refused."""

import random
import tracemalloc
from pathlib import Path

import pytest

from windrow.flow.filters.boilerplate import Boilerplate, BoilerplateOptions
from windrow.row import Message, Row

STOCK = "It is so important that we all take good care of one another here."


def told(text, kind="sft"):
    turn = (Message("assistant", text),)
    if kind == "preference":
        return Row(kind, prompt=(Message("user", "How?"),), chosen=turn, rejected=(Message("assistant", "No."),))
    return Row(kind, messages=(Message("user", "How?"), *turn))


def kept(rows, **options):
    sieve = Boilerplate(BoilerplateOptions(**options), base=Path())
    sieve.open((), Path())
    stay, refused = [], []
    for row in rows:
        verdict = sieve.admit(row)
        if verdict.outcome == "pass":
            sieve.keep(row)
            stay.append(row)
        else:
            refused.append(verdict)
    return stay, refused


def prose(rng, count=30):
    return " ".join("".join(rng.choices("bdfgklmnprst", k=3)) + rng.choice("aeiou") for _ in range(count))


def test_a_stock_phrase_stands_in_a_few_answers_and_no_more():
    rng = random.Random(1)
    stay, refused = kept([told(f"{prose(rng)}. {STOCK}") for _ in range(20)])
    assert len(stay) == 5
    assert {verdict.reason for verdict in refused} == {"boilerplate"}
    assert refused[0].evidence["run"] == "it is so important that we all take"


@pytest.mark.parametrize("share", [0.02, 0.1])
def test_in_a_large_set_it_stands_in_its_share_of_the_answers(share):
    rng = random.Random(2)
    rows = [told(f"{prose(rng)}. {STOCK if at % 3 == 0 else ''}") for at in range(1500)]
    stay, _ = kept(rows, cap=share)
    stock = sum(STOCK in row.response for row in stay)
    assert share * len(stay) - 2 <= stock <= share * len(stay) + 2


def test_answers_of_their_own_are_never_refused():
    rng = random.Random(3)
    _, refused = kept([told(prose(rng)) for _ in range(1000)])
    assert refused == []


def test_a_short_answer_has_no_runs():
    assert kept([told("Yes, of course.")] * 50)[1] == []


def test_an_example_and_its_pair_do_not_count_twice():
    rng = random.Random(4)
    texts = [f"{prose(rng)}. {STOCK}" for _ in range(5)]
    assert kept([told(text, kind) for text in texts for kind in ("sft", "preference")])[1] == []


def test_a_phrase_that_one_answer_says_twice_counts_once():
    rng = random.Random(5)
    assert kept([told(f"{prose(rng)}. {STOCK} {prose(rng)}. {STOCK}") for _ in range(5)])[1] == []


def test_memory_does_not_grow_with_the_rows():
    rng = random.Random(6)
    sieve = Boilerplate(BoilerplateOptions(), base=Path())
    sieve.open((), Path())
    tracemalloc.start()
    for _ in range(150):
        sieve.keep(told(prose(rng, 60)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000
