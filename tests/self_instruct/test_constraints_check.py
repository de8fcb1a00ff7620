from pathlib import Path

import pytest

from windrow.flow.checks.constraints import Constraints
from windrow.row import Message, Row
from windrow.shapes import Options

CHECK = Constraints(Options(), base=Path())


def row(answer, constraints=None):
    reference = {} if constraints is None else {"constraints": constraints}
    return Row("sft", messages=(Message("user", "Do."), Message("assistant", answer)), reference=reference)


def test_a_row_that_asks_for_nothing_checkable_passes():
    verdict = CHECK.check(row("anything"))
    assert (verdict.outcome, verdict.reason, verdict.evidence) == ("pass", "", {})


def test_an_answer_that_obeys_passes_with_the_count_of_what_it_met():
    verdict = CHECK.check(row("so be it", [{"id": "lowercase", "kwargs": {}}, {"id": "words_max", "kwargs": {"n": 3}}]))
    assert (verdict.outcome, verdict.evidence) == ("pass", {"met": 2})


def test_an_answer_that_does_not_is_refused_with_everything_it_missed():
    entries = [
        {"id": "words_max", "kwargs": {"n": 2}},
        {"id": "no_digits", "kwargs": {}},
        {"id": "lowercase", "kwargs": {}},
    ]
    verdict = CHECK.check(row("So be it", entries))
    assert (verdict.outcome, verdict.reason, verdict.detail) == ("fail", "unmet_words_max", "3 words, more than 2")
    assert verdict.evidence == {
        "unmet": [{**entries[0], "found": "3 words, more than 2"}, {**entries[2], "found": "capital letter 'S'"}]
    }


@pytest.mark.parametrize("constraints", ["lowercase", 7, [None], ["lowercase"], [{"id": "shout", "kwargs": {}}], [{}]])
def test_constraints_that_are_none_are_said_to_be_none_and_nothing_is_raised(constraints):
    verdict = CHECK.check(row("so be it", constraints))
    assert (verdict.outcome, verdict.reason) == ("fail", "not_a_constraint")
