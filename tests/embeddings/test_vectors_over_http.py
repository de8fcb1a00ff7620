"""What is a vector, what is none, and what becomes of either: over real HTTP, into a real ledger."""

import asyncio
import math
from contextlib import contextmanager

import pytest
from meanings import meant

from windrow.engine.vectors import Embeddings
from windrow.errors import CallFailure, MissingError
from windrow.events import Noted
from windrow.ledger.sqlite import SQLiteLedger
from windrow.teachers.connect import connect_embeddings
from windrow.teachers.settings import EmbeddingSettings
from windrow.testing import (
    Fault,
    FaultyServer,
    Vector,
    bad_request,
    error_inside_ok,
    malformed_json,
    rate_limited,
    server_error,
)


@contextmanager
def embeddings(server, folder, *, heard=None, env=None, wait=0, **settings):
    told = EmbeddingSettings(base_url=server.url, **{"retries": 0, "timeout": 5, **settings})
    teacher = connect_embeddings("openai/meaning", told, env=env)
    ledger = SQLiteLedger.open(folder / "ledger.sqlite")
    ledger.begin()
    heard = [] if heard is None else heard
    try:
        yield Embeddings(teacher, ledger, heard.append, dimensions=told.dimensions, wait=wait), ledger
    finally:
        ledger.close()
        asyncio.run(teacher.close())


def test_a_vector_is_the_numbers_of_the_reply_and_durable_as_it_came(tmp_path):
    with FaultyServer(vectors=meant) as server, embeddings(server, tmp_path) as (vectors, ledger):
        asyncio.run(vectors.fetch("Where?"))
        assert list(vectors.get("Where?")) == pytest.approx(meant({"input": "Where?"}, 0), rel=1e-6)
        (call,) = ledger.asked()
        assert (call.label, call.model, call.endpoint) == ("embeddings", "openai/meaning", server.url)
        assert (call.input_tokens, call.output_tokens) == (1, 0)
        assert b'"embedding"' in call.response


NONE = {
    "an error in a 200": (error_inside_ok(), "server_error"),
    "half a reply": (malformed_json(), "broken_reply"),
    "no mapping": (Fault(body=b"[]"), "broken_reply"),
    "no data": (Vector([], extra={"data": []}), "broken_reply"),
    "data that are none": (Vector([], extra={"data": 7}), "broken_reply"),
    "an entry that is none": (Vector([], extra={"data": ["x"]}), "broken_reply"),
    "two vectors": (Vector([], extra={"data": [{"embedding": [1.0]}] * 2}), "broken_reply"),
    "no numbers": (Vector([]), "broken_reply"),
    "no direction": (Vector([0.0, 0.0]), "broken_reply"),
    "NaN": (Fault(body=b'{"data": [{"embedding": [0.5, NaN]}]}'), "broken_reply"),
    "null": (Fault(body=b'{"data": [{"embedding": [0.5, null]}]}'), "broken_reply"),
    "NaN, packed": (Vector([], extra={"data": [{"embedding": "AADAfwAAgD8="}]}), "broken_reply"),
    "half a number, packed": (Vector([], extra={"data": [{"embedding": "AADA"}]}), "broken_reply"),
    "no packing": (Vector([], extra={"data": [{"embedding": "not base64!"}]}), "broken_reply"),
    "too large for 32 bits": (Vector([1e300, 1.0]), "broken_reply"),
    "another size": (Vector([1.0] * 5), "wrong_dimension"),
    "too long a text": (bad_request("maximum context length"), "bad_request"),
    "refused": (bad_request(status=401), "auth"),
    "not there": (bad_request(status=404), "not_found"),
}


@pytest.mark.parametrize("case", NONE)
def test_what_is_no_vector_is_a_failure_with_its_kind_and_nothing_is_kept_of_it(tmp_path, case):
    given, kind = NONE[case]
    script = {"given": given}
    with (
        FaultyServer(vectors=lambda request, number: script["given"]) as server,
        embeddings(server, tmp_path, dimensions=2) as (vectors, ledger),
    ):
        asyncio.run(vectors.fetch("Where?"))
        with pytest.raises(CallFailure) as failure:
            vectors.get("Where?")
        assert failure.value.kind == kind
        (call,) = ledger.asked()
        assert (call.response, call.error) == (None, kind)


def test_what_failed_is_asked_for_again_and_then_kept(tmp_path):
    def gives(request, number):
        return server_error() if number == 0 else [3.0, 4.0]

    with FaultyServer(vectors=gives) as server, embeddings(server, tmp_path) as (vectors, _):
        asyncio.run(vectors.fetch("Where?"))
        assert [failure.kind for failure in vectors.missing(["Where?"])] == ["server_error"]
        asyncio.run(vectors.fetch("Where?"))
        assert list(vectors.get("Where?")) == [3.0, 4.0]
        assert server.embedded == 2


def test_who_wants_the_same_text_at_the_same_time_waits_for_one_request(tmp_path):
    async def at_once(vectors):
        await asyncio.gather(*(vectors.fetch("Where?") for _ in range(20)))

    with (
        FaultyServer(vectors=meant, latency=0.01) as server,
        embeddings(server, tmp_path) as (vectors, _),
    ):
        asyncio.run(at_once(vectors))
        assert server.embedded == 1


def test_who_never_answers_is_asked_no_more_and_that_is_said_once(tmp_path):
    heard = []
    with (
        FaultyServer(vectors=lambda request, number: server_error()) as server,
        embeddings(server, tmp_path, heard=heard, concurrency=2) as (vectors, _),
    ):
        asyncio.run(vectors.fetch_all(f"text {number}" for number in range(50)))
        assert vectors.silent == "server_error"
        assert server.embedded < 8
        with pytest.raises(CallFailure, match="does not answer"):
            vectors.get("text 49")
    assert len([event for event in heard if isinstance(event, Noted)]) == 1


def test_whoever_waits_out_a_pause_when_asking_ends_hands_its_turn_on(tmp_path):
    async def ended(vectors):
        asking = [asyncio.create_task(vectors.fetch(f"text {number}")) for number in range(9)]
        await asyncio.sleep(0.1)
        vectors.shut.set()
        await asyncio.wait(asking, timeout=5)
        return [task.cancelled() for task in asking]

    with (
        FaultyServer(vectors=lambda request, number: rate_limited(60)) as server,
        embeddings(server, tmp_path, concurrency=2, wait=1, retries=3) as (vectors, _),
    ):
        assert asyncio.run(ended(vectors)) == [True] * 9


def test_an_interrupted_fetch_lets_what_is_under_way_come_home(tmp_path):
    async def interrupted(vectors):
        task = asyncio.create_task(vectors.fetch_all(f"text {number}" for number in range(100)))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.wait((task,))

    with (
        FaultyServer(vectors=meant, latency=0.03) as server,
        embeddings(server, tmp_path, concurrency=4) as (vectors, ledger),
    ):
        asyncio.run(interrupted(vectors))
        assert 0 < server.embedded < 100
        assert len([call for call in ledger.asked() if call.response]) == server.embedded


def test_half_of_a_surrogate_pair_is_a_failure_of_that_text(tmp_path):
    with FaultyServer(vectors=meant) as server, embeddings(server, tmp_path) as (vectors, _):
        asyncio.run(vectors.fetch("\ud83d"))
        assert [failure.kind for failure in vectors.missing(["\ud83d"])] == ["bad_request"]


def test_the_key_reaches_the_server_and_nothing_else(tmp_path):
    with (
        FaultyServer(vectors=meant, keep=True) as server,
        embeddings(server, tmp_path, env={"MINE": "k-1234"}, api_key_env="MINE") as (vectors, ledger),
    ):
        asyncio.run(vectors.fetch("Where?"))
        assert "authorization: bearer k-1234" in server.heads[0].lower()
        assert server.heads[0].startswith("POST /v1/embeddings ")
        assert b"k-1234" not in next(ledger.asked()).request


def test_a_key_that_is_not_there_is_named():
    with pytest.raises(MissingError, match="NOT_THERE is not set"):
        connect_embeddings("openai/x", EmbeddingSettings(api_key_env="NOT_THERE"), env={})


def test_the_library_that_a_model_of_ones_own_needs_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("windrow.teachers.local_embeddings.LIBRARY", "no_such_library")
    with pytest.raises(MissingError, match=r"pip install 'windrow\[embeddings\]'"):
        connect_embeddings("local/model", base=tmp_path)


def test_what_is_sent_is_what_the_config_says(tmp_path):
    knobs = {"dimensions": 8, "prefix": "clustering: ", "params": {"encoding_format": "base64", "user": None}}
    with FaultyServer(vectors=meant, keep=True) as server, embeddings(server, tmp_path, **knobs) as (vectors, _):
        asyncio.run(vectors.fetch("Where?"))
        assert server.texts == [
            {"model": "meaning", "input": "clustering: Where?", "dimensions": 8, "encoding_format": "base64"}
        ]


def test_numbers_and_packed_numbers_are_the_same_vector(tmp_path):
    with FaultyServer(vectors=lambda request, number: [1 / 3, math.pi]) as server:
        with embeddings(server, tmp_path) as (vectors, _):
            asyncio.run(vectors.fetch("a"))
            plain = list(vectors.get("a"))
        with embeddings(server, tmp_path, params={"encoding_format": "base64"}) as (vectors, _):
            asyncio.run(vectors.fetch("a"))
            assert list(vectors.get("a")) == plain
        assert server.embedded == 2
