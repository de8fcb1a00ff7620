"""What is asked of an OpenAI-compatible server, and what is made of its answers, over real HTTP."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import orjson
import pytest
from pydantic import BaseModel

from windrow.errors import AnswerFailure, CallFailure, ConfigError, MissingError
from windrow.row import Message, Tool, ToolCall
from windrow.shapes import Usage
from windrow.teachers.base import Request
from windrow.teachers.connect import connect
from windrow.teachers.settings import ModelSettings
from windrow.teachers.structured import schema_of
from windrow.testing import (
    Fault,
    FaultyServer,
    Reply,
    bad_request,
    cut_off,
    dropped,
    error_inside_ok,
    filtered_prompt,
    hang,
    length,
    malformed_json,
    rate_limited,
    server_error,
    wrong_length,
)

ASKED = Request("demo/ask", {}, (Message("system", "Be brief."), Message("user", "2 + 2?")), {"temperature": 0.7})
KEY = "sk-secret-0123456789"


class Plan(BaseModel):
    steps: list[str]
    score: int


def teacher(url, *, key="", **settings):
    return connect("openai/small", ModelSettings(base_url=url, **settings), env={"OPENAI_API_KEY": key})


async def _ask(it, request):
    try:
        return it.decode(await it.send(it.encode(request), request))
    finally:
        await it.close()


def ask(script, request=ASKED, *, key="", **settings):
    """The answer of a server that follows `script`."""
    with FaultyServer(script) as server:
        return asyncio.run(_ask(teacher(server.url, key=key, **settings), request))


def failing(script, **settings):
    """The failure of a call to a server that follows `script`."""
    with pytest.raises(CallFailure) as caught:
        ask(script, **settings)
    return caught.value


def body_of(request, **settings):
    return orjson.loads(teacher("http://127.0.0.1:1/v1", **settings).encode(request))


# --- what is sent


def test_the_bytes_sent_are_the_bytes_encoded_with_the_key_in_a_header_only():
    with FaultyServer("4", keep=True) as server:
        it = teacher(server.url, key=KEY)
        asyncio.run(_ask(it, ASKED))
    body = it.encode(ASKED)
    assert orjson.dumps(server.bodies[0]) == body
    assert KEY.encode() not in body
    assert f"authorization: bearer {KEY}" in server.heads[0].lower()


def test_no_key_means_no_authorization_header_on_a_local_server():
    with FaultyServer("4", keep=True) as server:
        asyncio.run(_ask(teacher(server.url), ASKED))
    assert "authorization" not in server.heads[0].lower()


def test_the_sample_number_is_not_in_the_body():
    it = teacher("http://127.0.0.1:1/v1")
    bodies = {it.encode(Request(ASKED.label, {}, ASKED.messages, ASKED.params, sample=n)) for n in range(3)}
    assert len(bodies) == 1


def test_the_body_does_not_depend_on_the_order_of_parameters():
    it = teacher("http://127.0.0.1:1/v1")
    forth = Request("a/b", {}, ASKED.messages, {"temperature": 1, "top_p": 0.5})
    back = Request("a/b", {}, ASKED.messages, {"top_p": 0.5, "temperature": 1})
    assert it.encode(forth) == it.encode(back)


def test_parameters_of_the_config_win_and_null_removes_one():
    request = Request("a/b", {}, ASKED.messages, {"temperature": 0.7, "max_tokens": 100})
    body = body_of(request, params={"max_tokens": None, "max_completion_tokens": 900, "temperature": 0.1})
    assert body["temperature"] == 0.1
    assert body["max_completion_tokens"] == 900
    assert "max_tokens" not in body


def test_a_template_cannot_stream_or_ask_for_several_choices():
    with pytest.raises(ConfigError, match="stream"):
        body_of(Request("a/b", {}, ASKED.messages, {"stream": True}))


def test_tool_calls_and_results_go_out_in_openais_shape_and_reasoning_stays_here():
    call = ToolCall("abcDEF123", "look_up", '{"id": 1.0}')
    turns = (
        Message("user", "Where is it?"),
        Message("assistant", "", reasoning="hm", tool_calls=(call,)),
        Message("tool", "on its way", tool_call_id=call.id, name="look_up"),
    )
    tool = Tool("look_up", "Looks up.", {"type": "object", "properties": {}})
    body = body_of(Request("a/b", {}, turns, tools=(tool,)))
    function = {"name": "look_up", "arguments": '{"id": 1.0}'}
    assert body["messages"][1] == {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": call.id, "type": "function", "function": function}],
    }
    assert body["messages"][2] == {"role": "tool", "content": "on its way", "tool_call_id": call.id}
    assert body["tools"] == [{"type": "function", "function": tool.to_dict()}]


def test_a_schema_goes_into_the_last_turn_where_the_server_may_not_know_schemas():
    body = body_of(Request("a/b", {}, ASKED.messages, schema=schema_of(Plan)))
    assert "response_format" not in body
    asked = body["messages"][-1]["content"]
    assert asked.startswith("2 + 2?")
    assert orjson.dumps(schema_of(Plan)).decode() in asked


@pytest.mark.parametrize("settings", [{"structured": "native"}, {"base_url": None, "structured": "auto"}])
def test_a_schema_goes_into_response_format_where_asked_and_by_default_at_openai(settings):
    it = connect(
        "openai/gpt-5",
        ModelSettings(**{"base_url": "http://127.0.0.1:1/v1", **settings}),
        env={"OPENAI_API_KEY": KEY},
    )
    body = orjson.loads(it.encode(Request("a/b", {}, ASKED.messages, schema=schema_of(Plan))))
    wanted = body["response_format"]["json_schema"]
    assert (wanted["name"], wanted["strict"]) == ("Plan", True)
    assert list(wanted["schema"]["properties"]) == ["steps", "score"]
    assert body["messages"][-1]["content"] == "2 + 2?"


def test_free_keys_are_asked_for_without_strictness():
    class Bag(BaseModel):
        counts: dict[str, int]

    body = body_of(Request("a/b", {}, ASKED.messages, schema=schema_of(Bag)), structured="native")
    assert body["response_format"]["json_schema"]["strict"] is False


def test_half_a_surrogate_pair_fails_its_row_and_not_the_run():
    with pytest.raises(CallFailure) as caught:
        body_of(Request("a/b", {}, (Message("user", "\ud800"),)))
    assert (caught.value.kind, caught.value.retryable) == ("bad_request", False)


# --- where it is sent


def test_endpoint_is_the_base_url_without_credentials_or_trailing_slash():
    it = teacher("http://user:pass@LocalHost:8000/v1/")
    assert it.endpoint == "http://localhost:8000/v1"


def test_servers_that_differ_in_their_query_are_two_endpoints_and_the_query_is_not_shown():
    plain, two, three = (teacher(f"http://host:1/v1{query}") for query in ("", "?api-version=2", "?api-version=3"))
    assert len({plain.endpoint, two.endpoint, three.endpoint}) == 3
    assert "version" not in two.endpoint
    assert two.endpoint == teacher("http://host:1/v1?api-version=2").endpoint


@pytest.mark.parametrize("name", ["key", "api_key", "Subscription-Key", "access_token", "sig", "client_secret", "code"])
def test_a_new_key_in_the_query_is_no_new_endpoint(name):
    assert teacher(f"http://host:1/v1?{name}=old").endpoint == "http://host:1/v1"
    kept = teacher(f"http://host:1/v1?{name}=old&api-version=2")
    assert kept.endpoint == teacher(f"http://host:1/v1?api-version=2&{name}=new").endpoint
    assert kept.endpoint == teacher("http://host:1/v1?api-version=2").endpoint


def test_the_query_of_a_base_url_is_sent_after_the_path():
    with FaultyServer("4", keep=True) as server:
        asyncio.run(_ask(teacher(server.url + "/?api-version=3"), ASKED))
    assert server.heads[0].startswith("POST /v1/chat/completions?api-version=3 ")


def test_the_environment_names_the_server_where_the_config_does_not():
    it = connect("openai/small", env={"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})
    assert it.endpoint == "http://127.0.0.1:9/v1"


def test_openais_own_host_needs_a_key_and_says_how_to_give_one():
    with pytest.raises(MissingError, match="OPENAI_API_KEY") as caught:
        connect("openai/gpt-5", env={})
    assert caught.value.remedy == "export OPENAI_API_KEY=…"
    assert caught.value.exit_code == 4


def test_a_key_variable_that_was_named_must_be_set():
    with pytest.raises(MissingError, match="MY_KEY"):
        connect("openai/m", ModelSettings(base_url="http://127.0.0.1:9/v1", api_key_env="MY_KEY"), env={})


def test_a_key_that_no_header_can_carry_is_refused_without_being_shown():
    with pytest.raises(ConfigError) as caught:
        teacher("http://127.0.0.1:9/v1", key="sk-\u201cquoted")
    assert "quoted" not in str(caught.value)


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host/v1", "http://", "http://host:99999/v1", "//[::1"])
def test_what_is_not_a_url_is_said_to_be_none(url):
    with pytest.raises(ConfigError, match="base_url"):
        teacher(url)


# --- what comes back


def test_an_answer_has_text_model_finish_reason_and_usage():
    extra = {
        "model": "small-2026-01-01",
        "usage": {
            "prompt_tokens": 11,
            "completion_tokens": 7,
            "completion_tokens_details": {"reasoning_tokens": 3},
            "prompt_tokens_details": {"cached_tokens": 2},
        },
    }
    answer = ask(lambda *_: Reply("Four. 四。", extra=extra))
    assert (answer.text, answer.model, answer.finish_reason) == ("Four. 四。", "small-2026-01-01", "stop")
    assert answer.usage == Usage(11, 7, 3, 2)


def test_tokens_that_were_not_counted_are_unknown_not_zero():
    assert ask(lambda *_: Reply("Four.", extra={"usage": None})).usage is None
    assert ask(lambda *_: Reply("Four.", extra={"usage": {"prompt_tokens": "many"}})).usage == Usage()


@pytest.mark.parametrize(
    ("message", "text", "reasoning"),
    [
        ({"content": "4", "reasoning_content": "two and two"}, "4", "two and two"),
        ({"content": "4", "reasoning": "two and two"}, "4", "two and two"),
        ({"content": "<think>two and two</think>\n\n4"}, "4", "two and two"),
        ({"content": "\n<think>\n\n</think>\n\n4"}, "4", None),
        ({"content": "two and two\n</think>\n\n4"}, "4", "two and two"),
        ({"content": "<think>two and"}, "", "two and"),
        ({"content": "The tag </think> ends it."}, "The tag </think> ends it.", None),
        ({"content": "Write <think>x</think>\nfirst."}, "Write <think>x</think>\nfirst.", None),
        ({"content": [{"type": "text", "text": "fo"}, {"type": "text", "text": "ur"}]}, "four", None),
        (
            {
                "content": [
                    {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
                    {"type": "text", "text": "4"},
                ]
            },
            "4",
            "hm",
        ),
        ({"content": None}, "", None),
    ],
)
def test_reasoning_is_kept_apart_from_the_answer_whatever_way_it_came(message, text, reasoning):
    answer = ask(lambda *_: Reply(message=message))
    assert (answer.text, answer.reasoning) == (text, reasoning)


def test_tool_calls_keep_their_arguments_as_sent_and_get_ids_of_nine_alphanumerics():
    calls = [
        {"id": "call_abc-1", "type": "function", "function": {"name": "f", "arguments": '{"x": 1.0}'}},
        {"id": "kept12345", "type": "function", "function": {"name": "g", "arguments": {"y": [1]}}},
        {"type": "function", "function": {"name": "h", "arguments": None}},
    ]
    script = Reply(None, message={"tool_calls": calls})
    answer, again = ask(lambda *_: script), ask(lambda *_: script)
    assert answer == again
    assert [call.arguments_json for call in answer.tool_calls] == ['{"x": 1.0}', '{"y":[1]}', "{}"]
    assert answer.tool_calls[1].id == "kept12345"
    assert all(len(call.id) == 9 and call.id.isalnum() and call.id.isascii() for call in answer.tool_calls)
    assert answer.finish_reason == "tool_calls"


@pytest.mark.parametrize(
    ("said", "meant"),
    [("length", "length"), ("MAX_TOKENS", "length"), ("content_filter", "content_filter"), (None, "unknown")],
)
def test_finish_reasons_are_of_one_vocabulary(said, meant):
    assert ask(lambda *_: Reply("x", finish_reason=said)).finish_reason == meant


def test_a_refusal_that_the_server_marks_is_a_refused_answer():
    with pytest.raises(AnswerFailure) as caught:
        ask(lambda *_: Reply(None, message={"refusal": "I cannot."}))
    assert (caught.value.kind, caught.value.evidence) == ("refused", "I cannot.")


@pytest.mark.parametrize(
    "body",
    [
        b'{"choices":[{}]}', b'{"choices":[{"message":{"content":5}}]}',
        b'{"choices":{"a":1}}',
        b'{"choices":[{"message":"hi"}]}', b'{"choices":[{"message":{"content":"x","tool_calls":[{"id":"1"}]}}]}',
        b'{"choices":[null]}', b'{"choices":[{"message":{"content":[1]}}]}',
    ],
)  # fmt: skip
def test_json_that_is_no_completion_is_a_malformed_answer_with_its_body_as_evidence(body):
    with pytest.raises(AnswerFailure) as caught:
        ask(lambda *_: Fault(body=body))
    assert (caught.value.kind, caught.value.evidence) == ("malformed", body.decode())


# --- what can go wrong on the way


@pytest.mark.parametrize(
    ("fault", "kind", "retryable"),
    [
        (rate_limited(), "rate_limited", True),
        (server_error(500), "server_error", True),
        (server_error(503), "server_error", True),
        (server_error(529), "server_error", True),
        (bad_request(status=400), "bad_request", False),
        (bad_request(status=422), "bad_request", False),
        (bad_request(status=401), "auth", False),
        (bad_request(status=403), "auth", False),
        (bad_request(status=402), "quota", False),
        (bad_request(status=404), "not_found", False),
        (bad_request(status=408), "timeout", True),
        (bad_request(status=409), "conflict", True),
        (bad_request(status=429, code="insufficient_quota"), "quota", False),
        (filtered_prompt(), "content_filter", False),
        (Fault(302, [("Location", "http://elsewhere.invalid/")]), "not_found", False),
    ],
)
def test_a_status_says_whether_to_try_again(fault, kind, retryable):
    failure = failing(lambda *_: fault)
    assert (failure.kind, failure.retryable, failure.status) == (kind, retryable, fault.status)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (malformed_json(), "broken_reply"),
        (Fault(body=b"<html>busy</html>"), "broken_reply"),
        (Fault(body=b""), "broken_reply"),
        (Fault(body=b'"busy"'), "broken_reply"),
        (Fault(body=b"{}"), "broken_reply"),
        (Fault(body=b'{"choices":[]}'), "broken_reply"),
        (Fault(body=b'{"choices":null}'), "broken_reply"),
        (Fault(body=b"[" * 100_000), "broken_reply"),
        (wrong_length(), "broken_reply"),
        (cut_off(), "broken_reply"),
        (dropped(), "broken_reply"),
        (Fault(send=12), "broken_reply"),
        (error_inside_ok(code="upstream_error"), "broken_reply"),
        (error_inside_ok(code=502), "server_error"),
        (error_inside_ok(code=429), "rate_limited"),
        (Fault(body=b'{"choices":[{"error":{"code":503,"message":"x"},"message":{}}]}'), "server_error"),
    ],
)
def test_a_reply_that_is_no_answer_fails_the_call_and_may_be_asked_again(fault, kind):
    failure = failing(lambda *_: fault)
    assert (failure.kind, failure.retryable) == (kind, True)


def test_an_upstream_error_that_no_retry_mends_is_not_retried_though_it_came_as_200():
    failure = failing(lambda *_: error_inside_ok(code=401))
    assert (failure.kind, failure.retryable) == ("auth", False)


def test_a_server_that_hangs_is_given_up_at_the_timeout():
    failure = failing(lambda *_: hang(), timeout=0.2)
    assert (failure.kind, failure.retryable) == ("timeout", True)
    assert "0.2 s" in failure.what


def test_a_server_that_is_not_there_is_named_and_may_come_back():
    it = teacher("http://user:pass@127.0.0.1:1/v1?key=hidden")
    with pytest.raises(CallFailure) as caught:
        asyncio.run(_ask(it, ASKED))
    assert (caught.value.kind, caught.value.retryable) == ("connect", True)
    assert "127.0.0.1:1" in str(caught.value)
    assert "pass" not in str(caught.value)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (rate_limited(7), 7),
        (rate_limited("1.5"), 1.5),
        (rate_limited(7, milliseconds=250), 0.25),
        (rate_limited("soon"), None),
        (rate_limited("-3"), None),
        (rate_limited("nan"), None),
        (rate_limited("Wed, 21 Oct 99999999999 07:28:00 GMT"), None),
        (rate_limited("Wed, 21 Oct 2037 07:28:00 +9999999"), None),
        (rate_limited(), None),
        (Fault(503, [("Retry-After", "4")]), 4),
        (Fault(400, [("Retry-After", "4")]), None),
    ],
)
def test_the_servers_own_wish_is_handed_on_in_seconds(fault, seconds):
    assert failing(lambda *_: fault).retry_after == seconds


def test_a_wish_given_as_a_date_is_handed_on_in_seconds():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 25 < failing(lambda *_: rate_limited(soon)).retry_after <= 30
    past = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)
    assert failing(lambda *_: rate_limited(past)).retry_after == 0


def test_a_failure_quotes_the_server_but_never_the_key():
    failure = failing(lambda *_: bad_request(f"Incorrect API key: {KEY} " + "x" * 2000, status=401), key=KEY)
    assert "Incorrect API key: [key]" in failure.what
    assert KEY not in str(failure) + failure.evidence
    assert len(failure.evidence) <= 500
    assert failure.remedy == "check the key in OPENAI_API_KEY"


def test_an_error_inside_a_200_never_shows_the_key_either():
    failure = failing(lambda *_: error_inside_ok(f"no such key {KEY}", code=None), key=KEY)
    assert KEY not in str(failure) + failure.evidence


def test_a_cut_answer_is_an_answer_whose_finish_reason_says_so():
    assert ask(lambda *_: length("It stops in the mid")).finish_reason == "length"


def test_connections_are_used_again_and_one_broken_call_harms_no_other():
    def script(request, number):
        return cut_off() if number % 10 == 3 else str(number)

    async def many(url):
        it = teacher(url, concurrency=8)
        gate = asyncio.Semaphore(8)

        async def one():
            async with gate:
                return it.decode(await it.send(it.encode(ASKED), ASKED)).text

        try:
            return await asyncio.gather(*(one() for _ in range(200)), return_exceptions=True)
        finally:
            await it.close()

    with FaultyServer(script) as server:
        answers = asyncio.run(many(server.url))
        assert server.peak <= 8
    broken = [answer for answer in answers if isinstance(answer, CallFailure)]
    assert len(broken) == 20
    assert len({answer for answer in answers if isinstance(answer, str)}) == 180


def test_a_teacher_serves_one_event_loop_after_another():
    with FaultyServer("4") as server:
        it = teacher(server.url)
        assert [asyncio.run(_ask(it, ASKED)).text for _ in range(2)] == ["4", "4"]


@pytest.mark.parametrize(("calls", "crowded"), [(4, False), (64, True)])
def test_the_loop_holds_still_for_the_clients_thread_only_where_many_replies_are_due(monkeypatch, calls, crowded):
    moments = []
    monkeypatch.setattr("windrow.teachers.http.sleep", moments.append)

    async def all_at_once(it):
        try:
            return await asyncio.gather(*(it.send(it.encode(ASKED), ASKED) for _ in range(calls)))
        finally:
            await it.close()

    with FaultyServer(lambda _request, number: f"answer {number}", latency=0.05) as server:
        came = asyncio.run(all_at_once(teacher(server.url, concurrency=calls)))
    assert len({orjson.loads(one)["choices"][0]["message"]["content"] for one in came}) == calls
    assert bool(moments) is crowded
    assert len(moments) < calls
    assert all(seconds <= 0.002 for seconds in moments)
