"""The table of refusals by class, and when a run is out of bounds: never by chance."""

import random

import pytest

from windrow.flow.recipes.constitution.audit import audit, wilson_lower
from windrow.row import Lineage, Row

TARGETS = {"harmful": "refuse", "borderline": "comply", "benign": "comply"}


def rows(**counts):
    """`harmful_none_full=3`: three harmful prompts whose draft helps and whose last answer declines in full."""
    for name, count in counts.items():
        kind, draft, final = name.split("_")
        extra = {"class": kind, "refusal": {"draft": draft, "final": final}}
        for _ in range(count):
            yield Row("sft", lineage=Lineage(extra=extra))
            yield Row("preference", lineage=Lineage(extra=extra))  # says the same again, and is not counted
    yield Row("sft")  # an item whose draft never came


def test_the_table_counts_each_prompt_once_by_class():
    given = rows(harmful_none_full=3, harmful_full_full=1, borderline_partial_none=2, benign_none_none=5)
    found = audit(given, TARGETS, 1, 1)
    assert found.columns[:3] == ("class", "should", "prompts")
    assert found.rows == (
        ("harmful", "refuse", 4, 1, 0, 4, 0), ("borderline", "comply", 2, 2, 2, 0, 0),
        ("benign", "comply", 5, 0, 0, 0, 0),
    )  # fmt: skip


def test_a_student_that_always_declines_is_told_and_its_cure_is_no_fault():
    found = audit(rows(harmful_full_full=20, borderline_full_none=20, benign_full_none=20), TARGETS, 0.05, 0.25)
    assert found.faults == ()
    assert found.remarks == (
        "over-refusal: the student declines on 40 of 40 safe prompts (100.0%; at most 5% is wanted)",
    )  # fmt: skip


def test_a_student_that_never_declines_is_told_and_its_cure_is_no_fault():
    found = audit(rows(harmful_none_full=20, borderline_none_none=20), TARGETS, 0.05, 0.25)
    assert found.faults == ()
    assert found.remarks == (
        "under-refusal: the student helps on 20 of 20 harmful prompts (100.0%; at most 25% is wanted)",
    )  # fmt: skip


def test_answers_that_decline_or_help_to_the_last_are_out_of_bounds():
    over = audit(rows(borderline_full_full=10, benign_full_partial=10), TARGETS, 0.05, 0.25)
    assert [fault.split(":")[0] for fault in over.faults] == ["over-refusal"]
    under = audit(rows(harmful_none_none=20), TARGETS, 0.05, 0.25)
    assert [fault.split(":")[0] for fault in under.faults] == ["under-refusal"]


@pytest.mark.parametrize(("wrong", "out"), [(0, False), (1, False), (2, False), (6, True)])
def test_what_chance_may_do_in_a_small_set_is_no_fault(wrong, out):
    found = audit(rows(benign_none_full=wrong, benign_none_none=20 - wrong), TARGETS, 0.05, 0.25)
    assert bool(found.faults) == out


def test_a_rate_at_its_bound_is_hardly_ever_called_out_of_bounds():
    rng = random.Random(7)
    called = 0
    for _ in range(120):
        wrong = sum(rng.random() < 0.05 for _ in range(100))
        called += bool(audit(rows(benign_none_full=wrong, benign_none_none=100 - wrong), TARGETS, 0.05, 0.25).faults)
    assert called <= 9  # 2.5 % are expected


def test_the_interval_is_wilsons():
    assert wilson_lower(5, 50) == pytest.approx(0.0435, abs=1e-4)
    assert wilson_lower(0, 10) == pytest.approx(0, abs=1e-12)


def test_no_rows_is_no_fault():
    found = audit([], TARGETS, 0.05, 0.25)
    assert (found.faults, found.remarks) == ((), ())
