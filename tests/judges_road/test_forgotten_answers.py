"""Answers that the next run must not find again stay in the ledger as records, whoever lent them."""

import asyncio
from contextlib import closing

import pytest
from bench_run import ONE, answers, counts, honest
from test_drifting_judge import anchored  # noqa: F401 - a fixture

from windrow.ledger.base import Call
from windrow.ledger.sqlite import SQLiteLedger
from windrow.run.borrow import Borrowing
from windrow.testing import graders

KEY = b"\0a key\xff of sixteen"


def call(key, response, item="row"):
    return Call(key[:16], item, "judge/rubric/rubric", "openai/judge", "there", b"{}", response)


async def kept(ledger, *calls):
    for one in calls:
        await ledger.record(one)


def test_what_is_forgotten_is_asked_for_again_and_stays_on_record(tmp_path):
    with closing(SQLiteLedger.open(tmp_path / "ledger.sqlite")) as ledger:
        asyncio.run(kept(ledger, call(KEY, b"one"), call(b"another key of it", b"two", "other")))
        for answer in (b"one", b"three"):
            assert ledger.find(KEY[:16]) == answer
            ledger.forget(["row"])
            ledger.counts()  # which waits for the writer
            assert ledger.find(KEY[:16]) is None
            asyncio.run(kept(ledger, call(KEY, b"three")))
        assert ledger.find(b"another key of it"[:16]) == b"two"
        assert sorted(one.response for one in ledger.asked()) == [b"one", b"three", b"three", b"two"]


def test_what_a_preview_lent_is_not_found_again_once_it_is_forgotten(tmp_path):
    with closing(SQLiteLedger.open(tmp_path / "lender.sqlite")) as lender:
        asyncio.run(kept(lender, call(KEY, b"one")))
    for forgets in (True, False):
        with closing(Borrowing.open(tmp_path / "own.sqlite")) as ledger:
            ledger.borrow(tmp_path / "lender.sqlite")
            assert (ledger.find(KEY[:16]) == b"one") is forgets
            ledger.forget(["row"])


@pytest.mark.parametrize("judge", [graders.half_json, graders.no_evidence])
def test_what_was_no_verdict_in_a_preview_is_asked_for_by_the_run(works, judge):
    works.question = works.question.replace("evidence: none", "evidence: output")
    run = works.run(answers(0.0), judge, rows=4, preview=4, judges=[ONE], items=4)
    assert counts(run) == {"quarantined": 4}
    whole = works.run(answers(0.0), honest, rows=4, judges=[ONE], items=4)
    assert counts(whole) == {"accepted": 4}
    assert works.asked == {"teacher": 0, "judge": 4}


def test_stale_verdicts_of_a_preview_are_asked_for_again_too(works, anchored):  # noqa: F811
    works.run(answers(0.3), honest, rows=10, preview=10, judges=[anchored])
    yes_man = graders.honest_by(lambda _parts, _criterion: True)
    settings = {"concurrency": 2}
    run = works.run(answers(0.3), yes_man, rows=200, judges=[anchored], settings=settings)
    assert counts(run)["quarantined"] > 20
    again = works.run(answers(0.3), honest, rows=30, judges=[anchored], settings=settings)
    assert counts(again)["accepted"] == 30
    assert works.asked["judge"] >= sum(counts(again).values()) - (
        counts(run).get("accepted", 0) + counts(run).get("rejected", 0)
    )
