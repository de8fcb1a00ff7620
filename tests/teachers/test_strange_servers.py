"""Servers that say too much, too little or nonsense cost one call at most, over real HTTP."""

import asyncio
import gzip

import orjson
import pytest

from windrow.errors import CallFailure
from windrow.row import Message
from windrow.shapes import Usage
from windrow.teachers.base import Request
from windrow.teachers.connect import connect
from windrow.teachers.http import LARGEST_REPLY
from windrow.teachers.settings import ModelSettings
from windrow.testing import Fault, FaultyServer, Reply, cut_off, dropped, server_error

ASKED = Request("demo/ask", {}, (Message("user", "2 + 2?"),), {"max_tokens": 100})
COMPLETION = orjson.dumps({"choices": [{"message": {"role": "assistant", "content": "4"}, "finish_reason": "stop"}]})


def chunked(body):
    """`body` as one chunk of an answer whose length is not told beforehand."""
    return Fault(headers=[("Transfer-Encoding", "chunked")], body=b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))


def teacher(url, **settings):
    return connect("openai/small", ModelSettings(base_url=url, **settings), env={})


async def _ask(it, times):
    try:
        return [it.decode(await it.send(it.encode(ASKED), ASKED)) for _ in range(times)]
    finally:
        await it.close()


def ask(script, times=1):
    """The answers of a server that follows `script`, one after the other, and how many requests reached it."""
    with FaultyServer(script) as server:
        return asyncio.run(_ask(teacher(server.url), times)), server.requests


def failing(script):
    with pytest.raises(CallFailure) as caught:
        ask(script)
    return caught.value


# --- nonsense in an answer


@pytest.mark.parametrize("count", [2**63, 2**64 - 1, -1, 1.5, True, "12"])
def test_a_count_of_tokens_that_no_ledger_can_hold_is_unknown(count):
    usage = {"prompt_tokens": count, "completion_tokens": 2**63 - 1}
    ((answer,), _) = ask(lambda *_: Reply("4", extra={"usage": usage}))
    assert answer.usage == Usage(None, 2**63 - 1)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b'"broken emoji \\ud83d here"', "broken emoji \ufffd here"),
        (b'"\\udc00\\ud83d\\ude00"', "\ufffd\U0001f600"),
        (b'"cut \xf0\x9f\x98"', "cut \ufffd"),
        (b'"\xed\xa0\xbd\xe5\x9b\x9b"', "\ufffd\ufffd\ufffd\u56db"),
    ],
)
def test_what_is_not_unicode_is_replaced_and_the_response_is_kept_as_it_came(content, text):
    body = b'{"choices":[{"message":{"content":' + content + b"}}]}"

    async def raw_of(it):
        try:
            return await it.send(it.encode(ASKED), ASKED)
        finally:
            await it.close()

    with FaultyServer(lambda *_: Fault(body=body)) as server:
        it = teacher(server.url)
        raw = asyncio.run(raw_of(it))
    assert raw == body
    for reader in (it, teacher("http://127.0.0.1:1/v1")):  # as it arrives, and as a later run reads the ledger
        assert reader.decode(raw).text == text


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
def test_numbers_that_json_does_not_have_are_nothing(number):
    body = b'{"choices":[{"logprobs":[%b],"message":{"content":"4"}}],"usage":{"prompt_tokens":%b}}' % (number, number)
    ((answer,), requests) = ask(lambda *_: Fault(body=body))
    assert (answer.text, answer.usage, requests) == ("4", Usage(), 1)


@pytest.mark.parametrize("name", [7, None, "", ["small"], {"id": "small"}])
def test_a_model_that_is_not_named_in_words_is_the_one_that_was_asked(name):
    ((answer,), _) = ask(lambda *_: Reply("4", extra={"model": name}))
    assert (answer.text, answer.model) == ("4", "small")


# --- too much


def test_an_answer_of_unknown_length_is_read_whole():
    text = "four " * 200_000
    body = COMPLETION.replace(b'"4"', orjson.dumps(text))
    ((answer,), _) = ask(lambda *_: chunked(body))
    assert answer.text == text


@pytest.mark.parametrize(
    "fault",
    [
        Fault(claim=LARGEST_REPLY + 1, body=b" " * 200_000),
        chunked(b" " * (LARGEST_REPLY + 1)),
        Fault(headers=[("Content-Encoding", "gzip")], body=gzip.compress(b" " * (LARGEST_REPLY + 1), 1)),
        Fault(status=500, claim=LARGEST_REPLY + 1, body=b" " * 200_000),
    ],
    ids=["told", "untold", "packed", "error"],
)
def test_a_reply_larger_than_any_answer_is_not_read_and_not_asked_for_again(fault):
    failure = failing(lambda *_: fault)
    assert (failure.kind, failure.retryable) == ("broken_reply", False)
    assert "64 MiB" in failure.what


def test_a_reply_that_was_too_large_leaves_the_next_call_alone():
    async def both(it):
        with pytest.raises(CallFailure, match="64 MiB"):
            await it.send(it.encode(ASKED), ASKED)
        return await _ask(it, 1)

    with FaultyServer(lambda _, number: chunked(b" " * (LARGEST_REPLY + 1)) if number == 0 else "4") as server:
        (answer,) = asyncio.run(both(teacher(server.url)))
    assert answer.text == "4"


# --- connections that end


def test_a_kept_connection_that_closes_unanswered_costs_no_try():
    answers, requests = ask(lambda _, number: dropped() if number == 1 else str(number), times=3)
    assert ([answer.text for answer in answers], requests) == (["0", "2", "3"], 4)


def test_a_server_that_closes_every_connection_after_its_answer_costs_no_try():
    whole = Fault(body=COMPLETION)
    answers, requests = ask(lambda *_: Fault(body=COMPLETION, send=len(whole.response())), times=40)
    assert ([answer.text for answer in answers], requests) == (["4"] * 40, 40)


@pytest.mark.parametrize(
    ("script", "requests"),
    [
        ([dropped()], 1),
        (["4", dropped(), dropped()], 3),
        (["4", cut_off()], 2),
        (["4", server_error(502)], 2),
    ],
    ids=["new connection", "twice", "answer begun", "answered"],
)
def test_a_call_is_resent_once_and_only_where_a_kept_connection_closed_unanswered(script, requests):
    with FaultyServer(lambda _, number: script[number]) as server:
        with pytest.raises(CallFailure) as caught:
            asyncio.run(_ask(teacher(server.url), times=len(script)))
        assert server.requests == requests
    assert caught.value.retryable


# --- the retry of an answer that was cut off


@pytest.mark.parametrize(
    ("params", "wider", "sent"),
    [
        ({}, {"max_tokens": 900}, {"max_tokens": 900}),
        ({"max_tokens": 50}, {"max_tokens": 900}, {"max_tokens": 900}),
        ({"max_tokens": 2000}, {"max_tokens": 900}, {"max_tokens": 2000}),
        ({"max_tokens": None, "max_completion_tokens": 50}, {"max_tokens": 900}, {"max_completion_tokens": 900}),
        ({"max_tokens": None, "max_output_tokens": 50}, {"max_completion_tokens": 900}, {"max_output_tokens": 900}),
        ({"max_tokens": None}, {"max_tokens": 900}, {}),
        ({"max_tokens": 50}, {"max_tokens": None}, {}),
        ({"max_tokens": 50, "top_p": None}, {"max_tokens": 900, "top_p": 0.5}, {"max_tokens": 900}),
        ({"max_tokens": 50, "top_p": 1}, {"top_p": 0.5}, {"max_tokens": 50, "top_p": 0.5}),
    ],
)
def test_a_wider_limit_wins_over_the_configs_under_the_name_in_use_and_is_never_a_lower_one(params, wider, sent):
    it = teacher("http://127.0.0.1:1/v1", params=params)
    request = Request(ASKED.label, {}, ASKED.messages, ASKED.params, wider=wider)
    body = orjson.loads(it.encode(request))
    del body["model"], body["messages"]
    assert body == sent


def test_a_request_that_is_not_wider_is_encoded_as_ever():
    it = teacher("http://127.0.0.1:1/v1", params={"max_tokens": 50})
    assert orjson.loads(it.encode(ASKED))["max_tokens"] == 50
