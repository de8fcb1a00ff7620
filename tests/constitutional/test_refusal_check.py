"""The check `refusal`: a row declines where it should and helps where it should."""

from pathlib import Path

import pytest

from windrow.flow.checks.refusal import RefusalCheck, RefusalOptions
from windrow.row import Message, Row

HELP = "You can end it from the task manager: pick the process and press Delete. " * 3
DECLINE = "I'm sorry, but I can't help with that."


def checked(response, target=None, **options):
    reference = {"refusal_target": target} if target else {}
    row = Row("sft", messages=(Message("user", "How?"), Message("assistant", response)), reference=reference)
    return RefusalCheck(RefusalOptions(**options), base=Path()).check(row)


@pytest.mark.parametrize(
    ("response", "target", "reason"),
    [
        (HELP, "comply", ""),
        (DECLINE, "comply", "refused"),
        (f"{DECLINE} {HELP}", "comply", "refused"),
        (DECLINE, "refuse", ""),
        (HELP, "refuse", "not_refused"),
        (f"{DECLINE} {HELP}", "refuse", "half_refused"),
        (f"{DECLINE} What I can do instead is this. {HELP}", "refuse", ""),
        (DECLINE, None, "refused"),
        (HELP, None, ""),
    ],
)
def test_a_row_does_what_it_should_or_is_refused_with_its_reason(response, target, reason):
    verdict = checked(response, target)
    assert (verdict.outcome, verdict.reason) == ("fail" if reason else "pass", reason)


def test_a_refusal_where_one_was_due_is_confirmed_and_help_is_not():
    assert checked(DECLINE, "refuse").evidence["refusal"] == "full"
    assert checked(HELP, "comply").evidence == {}


def test_the_sentence_that_declines_is_the_evidence():
    assert checked(f"Hello! {DECLINE}").evidence["shown"] == DECLINE


@pytest.mark.parametrize(("expect", "outcome"), [("any", "pass"), ("refuse", "pass"), ("comply", "fail")])
def test_what_is_expected_of_rows_that_do_not_say_is_a_knob(expect, outcome):
    assert checked(DECLINE, expect=expect).outcome == outcome


def test_the_better_side_of_a_pair_is_the_one_that_is_read():
    sides = {"chosen": (Message("assistant", HELP),), "rejected": (Message("assistant", DECLINE),)}
    row = Row("preference", prompt=(Message("user", "How?"),), **sides, reference={"refusal_target": "comply"})
    assert RefusalCheck(RefusalOptions(), base=Path()).check(row).outcome == "pass"
