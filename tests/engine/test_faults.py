"""Endpoints that fail in every way: one row's failure is its own, and what was paid for comes home."""

import pytest
from one_call import OneCall, OneCallOptions
from plant import over_http, said, served

from windrow.engine.lane import Lane
from windrow.errors import CallFailure, MissingError
from windrow.events import EndpointPaused
from windrow.row import Message, Row
from windrow.teachers.connect import connect
from windrow.teachers.settings import ModelSettings
from windrow.testing import (
    Fault,
    FaultyServer,
    Reply,
    ScriptedTeacher,
    bad_request,
    cut_off,
    empty,
    hang,
    length,
    malformed_json,
    rate_limited,
    refusal,
    server_error,
)

BAD_ROWS = [
    # (what the 42nd question gets, status of its row, by, reason, calls of the first run, calls of the next run)
    (bad_request("no"), "quarantined", "teacher", "bad_request", 100, 1),
    (malformed_json(), "quarantined", "teacher", "broken_reply", 102, 1),
    (cut_off(), "quarantined", "teacher", None, 102, 1),
    (server_error(500), "quarantined", "teacher", "server_error", 102, 1),
    (length(), "rejected", "teacher", "truncated", 100, 0),
    (refusal(), "rejected", "hygiene", "refusal", 100, 0),
    (empty(), "rejected", "teacher", "empty", 101, 0),
]


@pytest.mark.parametrize(("fault", "status", "by", "reason", "calls", "later"), BAD_ROWS)
def test_one_bad_row_of_a_hundred_costs_itself_and_keeps_its_reason(works, fault, status, by, reason, calls, later):
    def script(request, number):
        return fault if "the 42th of" in request["messages"][-1]["content"] else served(request, number)

    with FaultyServer(script) as server:
        works.run(over_http(server), items=100)
        first = server.requests
        assert works.counts() == {"accepted": 99, status: 1}
        (bad,) = works.rows(status=status)
        assert bad.by == by
        assert reason is None or bad.reason == reason
        assert bad.row.failed.detail
        works.run(over_http(server, retries=0), items=100)
        assert (first, server.requests - first) == (calls, later)
        assert works.counts() == {"accepted": 99, status: 1}


def test_a_row_that_could_not_be_asked_for_is_mended_by_the_next_run(works):
    def script(request, number):
        broken = server.requests <= 100 and "the 42th of" in request["messages"][-1]["content"]
        return bad_request("no") if broken else served(request, number)

    with FaultyServer(script) as server:
        works.run(over_http(server), items=100)
        works.run(over_http(server), items=100)
        assert server.requests == 101
    assert works.counts() == {"accepted": 100}


def test_a_crowded_server_is_given_quiet_and_every_row_still_comes(works):
    def script(request, number):
        return rate_limited(retry_after=1) if number in range(10, 30) else served(request, number)

    with FaultyServer(script, latency=0.005) as server:
        works.run(over_http(server, concurrency=8, retries=6), items=60)
    assert works.counts() == {"accepted": 60}
    assert any(isinstance(event, EndpointPaused) for event in works.events)


def test_a_slow_row_is_given_up_after_its_time_and_its_tries(works):
    def script(request, number):
        return hang() if "the 3th of" in request["messages"][-1]["content"] else served(request, number)

    with FaultyServer(script) as server:
        works.run(over_http(server, timeout=0.3, retries=1), items=20)
        assert server.requests == 21
    (bad,) = works.rows(status="quarantined")
    assert bad.reason == "timeout"


@pytest.mark.parametrize("fault", [Fault(401, body=b"{}"), Fault(404, body=b"{}")])
def test_a_key_or_model_that_is_wrong_from_the_start_stops_the_run(works, fault):
    with FaultyServer(lambda _request, _number: fault) as server, pytest.raises(MissingError):
        works.run(over_http(server, concurrency=4), items=1000)
    assert server.requests <= 8


def test_an_endpoint_that_is_not_there_stops_the_run_and_says_where(works):
    teacher = connect("openai/any", ModelSettings(base_url="http://127.0.0.1:9/v1", concurrency=4))
    with pytest.raises(MissingError, match=r"127\.0\.0\.1:9"):
        works.run(teacher, items=1000)


def test_an_endpoint_that_dies_stops_the_run_and_the_next_run_asks_only_the_rest(works):
    def dying(request, number):
        return server_error(503) if number >= 50 else served(request, number)

    with FaultyServer(dying) as server, pytest.raises(MissingError, match="resumes"):
        works.run(over_http(server, concurrency=4), items=200)
    teacher = ScriptedTeacher(said)
    ledger = works.ledger(readonly=True)
    answered = sum(totals.calls for totals in ledger.calls() if totals.outcome == "ok")
    ledger.close()
    assert answered == 50
    with FaultyServer(served) as server:
        works.run(connect("openai/any", ModelSettings(base_url=server.url)), items=200)
    assert works.counts() == {"accepted": 200}
    del teacher


def test_samples_that_were_paid_for_come_home_when_one_of_them_fails(works):
    class Sampler(OneCall):
        async def grow(self, seed, ask):
            question = f"Parcel {seed.payload}?"
            answers = await ask.many("answer", n=4, question=question)
            yield Row(kind="sft", messages=(Message("user", question), Message("assistant", answers[0].text)))

    def script(request, number):
        return bad_request("no") if number == 0 else Reply(served(request, number), delay=0.3)

    recipe = Sampler(OneCallOptions(items=1), base=works.folder)
    with FaultyServer(script) as server:
        works.run(over_http(server), recipe=recipe)
        assert server.requests == 4
        works.run(over_http(server), recipe=recipe)
        assert server.requests == 5
    assert works.counts() == {"accepted": 1}


def test_a_wait_of_no_seconds_is_still_a_wait(works):
    started = []

    def script(request, number):
        started.append(number)
        return rate_limited(retry_after=0) if number < 3 else served(request, number)

    with FaultyServer(script) as server:
        teacher = over_http(server, concurrency=1, retries=5)
        lane = Lane(teacher, lambda _event: None)
        waits = [
            lane._pause(CallFailure("x", kind="rate_limited", retryable=True, retry_after=0), n) for n in (1, 2, 3)
        ]
        works.run(teacher, items=1)
    assert all(wait >= 0.25 for wait in waits)
    assert waits[2] > waits[0]
    assert len(started) == 4
