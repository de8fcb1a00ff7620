from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from rouge_score.rouge_scorer import RougeScorer

from windrow.flow.filters.novelty import Novelty, NoveltyOptions
from windrow.row import Message, Row
from windrow.shapes import Seed

SCORER = RougeScorer(["rougeL"], use_stemmer=False)
instructions = st.lists(st.sampled_from("abcdef"), min_size=3, max_size=12).map(" ".join)


def row(instruction, output="ok"):
    reference = {"instruction": instruction, "input": "", "output": output}
    return Row("sft", messages=(Message("user", instruction), Message("assistant", output)), reference=reference)


def opened(*seeds, **options):
    novelty = Novelty(NoveltyOptions(**options), base=Path())
    novelty.open([Seed(text, row(text), f"seeds.jsonl:{n}") for n, text in enumerate(seeds, 1)], Path())
    return novelty


def kept(novelty, rows):
    accepted = []
    for one in rows:
        if novelty.admit(one).outcome == "pass":
            novelty.keep(one)
            accepted.append(one)
    return accepted


def test_a_near_duplicate_of_a_seed_is_refused_with_its_neighbour_and_score():
    verdict = opened("Sort these names by their last letter").admit(row("Sort these words by their last letter"))
    assert (verdict.outcome, verdict.reason, verdict.kind) == ("fail", "near_duplicate", "filter")
    assert verdict.evidence["nearest"] == "seed seeds.jsonl:1"
    assert verdict.evidence["rouge_l"] == pytest.approx(6 / 7)
    assert verdict.evidence["text"] == "sort these names by their last letter"


def test_a_row_refused_elsewhere_does_not_stand_in_the_way_of_its_like():
    novelty = opened()
    assert novelty.admit(row("Sort these names by their last letter")).outcome == "pass"
    assert novelty.admit(row("Sort these names by their last letter")).outcome == "pass"


def test_a_row_that_was_kept_is_named_by_its_id():
    novelty = opened()
    first = row("请把这些姓名按字母排序")
    novelty.keep(first)
    assert novelty.admit(row("请把这些名字按字母排序")).evidence["nearest"] == first.id


def test_the_limit_itself_is_refused_and_can_be_set():
    near = row("a b c d e f g p q r")
    assert opened("a b c d e f g x y z").admit(near).evidence["rouge_l"] == 0.7
    assert opened("a b c d e f g x y z", rouge_l_max=0.71).admit(near).outcome == "pass"
    with pytest.raises(ValidationError):
        NoveltyOptions(rouge_l_max=0)


def test_a_row_without_an_instruction_of_its_own_is_known_by_its_question():
    turns = (Message("user", "What is the fee for a lost card?"), Message("assistant", "5"))
    novelty = opened("What is the fee for a lost card?")
    assert novelty.admit(Row("sft", messages=turns)).outcome == "fail"


@given(st.lists(instructions, max_size=4), st.lists(instructions, max_size=14))
def test_no_two_accepted_rows_and_no_row_and_seed_reach_the_limit(seeds, candidates):
    accepted = kept(opened(*seeds), [row(text, str(n)) for n, text in enumerate(candidates)])
    texts = [one.reference["instruction"] for one in accepted]
    pairs = [*combinations(texts, 2), *((text, seed) for text in texts for seed in seeds)]
    assert all(SCORER.score(a, b)["rougeL"].fmeasure < 0.7 for a, b in pairs)


@given(st.lists(instructions, max_size=14))
def test_what_was_accepted_is_accepted_whole_when_it_is_sifted_again(candidates):
    once = kept(opened(), [row(text, str(n)) for n, text in enumerate(candidates)])
    assert kept(opened(), once) == once
