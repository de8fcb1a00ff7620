"""The rows that a report shows and the slices that it counts: always the same of the same rows, nothing private."""

import random

import pytest

from windrow import Lineage, Message, Row, Verdict
from windrow.ledger.base import StoredRow
from windrow.report.samples import CHARS, Samples, without_personal_data
from windrow.report.slices import MOST, Slices


def stored(number: int, status="accepted", reason="", *, models=(), axes=None, text="", stage="echo") -> StoredRow:
    verdicts = (Verdict("shape", "fail", reason, detail=f"because of {text or number}"),) if reason else ()
    row = Row(
        kind="sft",
        messages=(Message("user", f"What is {number}?"), Message("assistant", text or f"It is {number}.")),
        lineage=Lineage(models=tuple(models), extra={"axes": axes} if axes else {}),
        verdicts=verdicts,
    )
    return StoredRow(row, status, "shape" if reason else "", reason, stage, number, 0)


def told(rows):
    samples = Samples()
    for one in rows:
        samples.add(one)
    return samples.told()


MANY = [stored(n) for n in range(200)] + [stored(n, "rejected", f"reason_{n % 9}") for n in range(200, 300)]


def test_the_same_rows_are_shown_whatever_their_order():
    shuffled = random.Random(3).sample(MANY, len(MANY))

    assert told(shuffled) == told(MANY)


def test_three_accepted_rows_of_a_stage_are_shown_and_one_of_each_of_the_commonest_reasons():
    more = [*MANY, *(stored(n, "rejected", "commonest") for n in range(300, 400)), stored(1, stage="other")]

    shown = told(more)

    assert [one["stage"] for one in shown["accepted"]] == ["echo", "echo", "echo", "other"]
    assert len(shown["refused"]) == 6
    assert (shown["refused"][0]["reason"], shown["refused"][0]["rows"]) == ("commonest", 100)
    assert len({one["reason"] for one in shown["refused"]}) == 6


@pytest.mark.parametrize(
    "private",
    [
        "jane.doe@acme.com",
        "4111 1111 1111 1111",
        "GB82 WEST 1234 5698 7654 32",
        "ghp" + "_0123456789abcdefghijABCDEFGHIJ012345",  # in two: no scan of the project takes it for a key
    ],
)
def test_what_is_private_is_in_neither_turns_nor_reasons(private):
    shown = told([stored(0, "rejected", "bad", text=f"Write to {private} today.")])

    assert private not in str(shown)
    assert "Write to [" in shown["refused"][0]["turns"][1]["text"]
    assert without_personal_data(f"{private} and {private}").count("[") == 2


def test_a_long_turn_is_cut_and_says_by_how_much():
    (one,) = told([stored(0, text="word " * 1_000)])["accepted"]

    text = one["turns"][1]["text"]
    assert text.endswith(f"… ({5_000 - CHARS} more characters)")
    assert len(text) < CHARS + 40


def test_the_share_of_each_teacher_and_axis_is_counted_over_what_was_decided():
    slices = Slices()
    for n in range(40):
        status = ("accepted", "rejected")[n % 4 == 0] if n < 36 else "pending"
        teacher = ("openai/a", "openai/b")[n % 2]
        slices.add(stored(n, status, "no" if status == "rejected" else "", models=(teacher,), axes={"tone": "dry"}))

    found = {(one["by"], one["value"]): one for one in slices.told()}
    assert set(found) == {("teacher", "openai/a"), ("teacher", "openai/b")}  # an axis of one value tells nothing
    first = found["teacher", "openai/a"]
    assert (first["accepted"], first["rejected"], first["pending"]) == (9, 9, 2)
    assert first["pass_rate"]["value"] == 0.5
    assert first["pass_rate"]["low"] < 0.5 < first["pass_rate"]["high"]
    assert found["teacher", "openai/b"]["pass_rate"]["value"] == 1.0


def test_an_axis_of_many_values_is_told_by_its_largest():
    slices = Slices()
    for n in range(600):
        slices.add(stored(n, axes={"topic": f"topic {n % 60 if n < 540 else 0}"}))

    topics = [one["value"] for one in slices.told()]
    assert len(topics) == MOST
    assert topics[0] == "topic 0"
