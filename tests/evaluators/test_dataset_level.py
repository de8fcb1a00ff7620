"""Figures over many outputs: by definition, as a stream, whatever the order."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.evaluators.dataset_level import Distinct, distinct_n, over
from windrow.evaluators.inputs import resolve
from windrow.evaluators.names import find, names
from windrow.row import Message, Row
from windrow.text.tokens import words

OUTPUTS = st.lists(st.text(alphabet="ab 東\n", max_size=20), max_size=8)


@given(OUTPUTS, st.integers(1, 4))
def test_distinct_n_is_what_its_definition_says(outputs, n):
    runs = [tuple(said[at : at + n]) for text in outputs for said in [words(text)] for at in range(len(said) - n + 1)]
    result = over("distinct_n", iter(outputs), n=n)
    if not runs:
        assert result.status == "skipped"
    else:
        assert result.score == len(set(runs)) / len(runs)
        assert result.passed is None


def test_a_count_beyond_memory_is_an_estimate_and_says_so():
    few, many = Distinct(most=1000), Distinct(most=1000)
    for number in range(1000):
        few.add(str(number))
    for number in [*range(50_000), *range(50_000)]:
        many.add(str(number))
    assert (few.different, few.exact) == (1000, True)
    assert (many.total, many.exact) == (100_000, False)
    assert many.different == pytest.approx(50_000, rel=0.1)


def test_an_estimate_does_not_depend_on_the_order():
    texts = [str(number % 3000) for number in range(5000)]
    turned = random.Random(3).sample(texts, len(texts))
    counts = []
    for order in (texts, turned):
        counter = Distinct(most=500)
        for text in order:
            counter.add(text)
        counts.append(counter.different)
    assert counts[0] == counts[1]


def test_repetition_counts_outputs_that_repeat_another_or_themselves():
    loop = "and so it goes on and on for ever " * 20
    result = over(
        "repetition_rate", ["One two three four five six.", "one two  three four five SIX", "Two.", loop, " "]
    )
    assert (result.score, result.passed) == (0.5, None)
    assert result.metadata == {
        "outputs": 4, "empty": 1, "repeats": 1, "loops": 1,
        "opening": "one two three four five", "opening_share": 0.5,
    }  # fmt: skip


@given(OUTPUTS, st.randoms(use_true_random=False))
def test_repetition_does_not_depend_on_the_order(outputs, rng):
    assert over("repetition_rate", outputs) == over("repetition_rate", rng.sample(outputs, len(outputs)))


def test_rows_and_mappings_are_outputs_too():
    row = Row("sft", messages=(Message("user", "Hi"), Message("assistant", "Hello there")))
    assert over("repetition_rate", [row, {"response": "hello there"}, "Hello there!"]).metadata["repeats"] == 2


@pytest.mark.parametrize("given", [{}, {"output": "a"}, {"outputs": "a text"}, {"outputs": 5}])
def test_what_is_no_list_of_outputs_fails(given):
    result = distinct_n(resolve(given))
    assert (result.status, result.error.type) == ("failed", "missing_input")


def test_options_and_thresholds_are_checked():
    assert over("distinct_n", ["a b"], n=0).error.type == "bad_option"
    assert over("distinct_n", ["a b"], n=1, threshold=0.5).passed is True
    assert over("repetition_rate", [" ", ""]).status == "skipped"


def test_the_table_names_them():
    assert [find(name).load().__name__ for name in names(["dataset"])] == ["repetition_rate", "distinct_n"]
