"""Recordings: what was answered once is answered again, byte for byte, and nothing else is in the file."""

import asyncio
import os

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windrow.errors import AnswerFailure, CallFailure, ConfigError, MissingError, RunError
from windrow.row import Message, Tool, ToolCall
from windrow.shapes import Answer, Usage
from windrow.teachers.base import Request
from windrow.teachers.connect import connect
from windrow.teachers.replay import Recorded
from windrow.teachers.settings import ModelSettings
from windrow.testing import FaultyServer, Reply, ScriptedTeacher

KEY = "sk-secret-0123456789"


def request(text="2 + 2?", **more):
    return Request("demo/ask", {}, (Message("user", text),), **more)


async def _ask(teacher, *requests):
    return [teacher.decode(await teacher.send(teacher.encode(one), one)) for one in requests]


async def _ask_and_close(teacher, *requests):
    try:
        return await _ask(teacher, *requests)
    finally:
        await teacher.close()


def ask(teacher, *requests):
    return asyncio.run(_ask_and_close(teacher, *requests))


def replay(path):
    return connect(f"replay/{path.name}", base=path.parent, env={})


def records(path):
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def test_a_real_servers_answers_come_back_the_same_without_it(tmp_path):
    extra = {"model": "small-2026", "usage": {"prompt_tokens": 3, "completion_tokens": 1}}
    script = Reply("<think>sum</think>4", extra=extra)
    path = tmp_path / "answers.jsonl"
    with FaultyServer(lambda *_: script) as server:
        teacher = connect("openai/small", ModelSettings(base_url=server.url), env={"OPENAI_API_KEY": KEY})
        told = ask(Recorded(teacher, path), request(), request("3 + 3?"))
    again = replay(path)
    assert ask(again, request(), request("3 + 3?")) == told
    assert told[0] == Answer("4", "small-2026", reasoning="sum", usage=Usage(3, 1))
    assert again.origin == "llm"


def test_a_record_says_what_was_asked_and_answered_and_holds_no_secret(tmp_path):
    path = tmp_path / "answers.jsonl"
    with FaultyServer("4") as server:
        url = server.url.replace("//", "//user:password@")
        teacher = connect("openai/small", ModelSettings(base_url=url), env={"OPENAI_API_KEY": KEY})
        ask(Recorded(teacher, path), request())
    (record,) = records(path)
    assert list(record) == ["key", "label", "model", "request", "response", "answer"]
    assert (record["label"], record["model"]) == ("demo/ask", "openai/small")
    assert record["request"]["messages"] == [{"role": "user", "content": "2 + 2?"}]
    assert orjson.loads(record["response"])["choices"][0]["message"]["content"] == "4"
    text = path.read_text()
    assert not any(secret in text for secret in (KEY, "password", "authorization", "Bearer"))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
CALLS = st.builds(ToolCall, st.from_regex(r"[A-Za-z0-9]{9}", fullmatch=True), TEXTS, TEXTS)
COUNTS = st.none() | st.integers(0, 2**40)
ANSWERS = st.builds(
    Answer,
    TEXTS,
    TEXTS,
    st.sampled_from(["stop", "length", "tool_calls", "content_filter", "unknown"]),
    st.none() | TEXTS,
    st.lists(CALLS, max_size=2).map(tuple),
    st.none() | st.builds(Usage, COUNTS, COUNTS, COUNTS, COUNTS),
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(TEXTS, ANSWERS, min_size=1, max_size=5))
def test_whatever_was_answered_is_replayed_equal(tmp_path_factory, answers):
    path = tmp_path_factory.mktemp("recording") / "answers.jsonl"
    asked = [request(text) for text in answers]
    told = ask(Recorded(ScriptedTeacher(lambda one: answers[one.messages[0].content]), path), *asked)
    assert told == list(answers.values())
    assert ask(replay(path), *reversed(asked)) == told[::-1]


def test_one_recording_serves_another_model_but_no_other_question(tmp_path):
    path = tmp_path / "answers.jsonl"
    ask(Recorded(ScriptedTeacher("4", address="a/one"), path), request())
    different = [
        request("2 + 3?"),
        request(params={"temperature": 1}),
        request(sample=1),
        request(schema={"type": "object"}),
        request(tools=(Tool("f", "", {}),)),
        Request("demo/other", {}, request().messages),
    ]
    for other in different:
        with pytest.raises(CallFailure) as caught:
            ask(replay(path), other)
        assert (caught.value.kind, caught.value.retryable) == ("no_recording", False)
        assert "--record" in caught.value.remedy
    assert ask(replay(path), request())[0].text == "4"


def test_answers_are_on_the_disk_before_they_are_handed_on(tmp_path):
    path = tmp_path / "answers.jsonl"

    async def look():
        teacher = Recorded(ScriptedTeacher("4"), path)
        seen = []

        async def one(number):
            await _ask(teacher, request(str(number)))
            seen.append(any(r["request"]["messages"][0]["content"] == str(number) for r in records(path)))

        await asyncio.gather(*(one(number) for number in range(50)))
        await teacher.close()
        return seen

    assert asyncio.run(look()) == [True] * 50


def test_a_recording_is_continued_and_a_line_that_a_crash_cut_off_costs_only_itself(tmp_path):
    path = tmp_path / "answers.jsonl"
    ask(Recorded(ScriptedTeacher("one"), path), request("1"), request("2"))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 20])
    ask(Recorded(ScriptedTeacher("three"), path), request("3"))
    told = replay(path)
    assert [answer.text for answer in ask(told, request("1"), request("3"))] == ["one", "three"]
    with pytest.raises(CallFailure):
        ask(replay(path), request("2"))


def test_two_models_record_into_one_file(tmp_path):
    path = tmp_path / "answers.jsonl"

    async def both():
        one, two = (Recorded(ScriptedTeacher(name, address=f"a/{name}"), path) for name in ("one", "two"))
        await asyncio.gather(
            *(_ask(one, request(f"1 {n}")) for n in range(30)), *(_ask(two, request(f"2 {n}")) for n in range(30))
        )
        await asyncio.gather(one.close(), two.close())

    asyncio.run(both())
    assert sorted(record["model"] for record in records(path)) == ["a/one"] * 30 + ["a/two"] * 30


def test_the_last_answer_to_a_question_counts(tmp_path):
    path = tmp_path / "answers.jsonl"
    ask(Recorded(ScriptedTeacher(["first", "second"]), path), request(), request())
    assert ask(replay(path), request())[0].text == "second"


def test_an_answer_that_could_not_be_read_is_replayed_as_one(tmp_path):
    path = tmp_path / "answers.jsonl"
    failure = AnswerFailure("no completion", kind="malformed", evidence="<html>")
    for make in (lambda: Recorded(ScriptedTeacher(failure), path), lambda: replay(path)):
        with pytest.raises(AnswerFailure) as caught:
            ask(make(), request())
        assert (caught.value.what, caught.value.kind, caught.value.evidence) == ("no completion", "malformed", "<html>")


def test_a_call_that_failed_is_not_recorded(tmp_path):
    path = tmp_path / "answers.jsonl"
    with pytest.raises(CallFailure):
        ask(Recorded(ScriptedTeacher(CallFailure("busy", kind="server_error", retryable=True)), path), request())
    assert path.read_bytes() == b""


async def _recall(teacher, *told):
    for one, raw in told:
        await teacher.recalled(raw, one)
    await teacher.close()


def test_what_the_ledger_remembers_is_recorded_once_and_replayed(tmp_path):
    path = tmp_path / "answers.jsonl"
    samples = [request(sample=number) for number in range(3)]
    told = [(one, f"said {one.sample}") for one in samples]

    async def first():
        teacher = Recorded(ScriptedTeacher([text for _, text in told]), path)
        raws = [await teacher.send(teacher.encode(one), one) for one in samples[:1]]
        teacher_raws = ScriptedTeacher([text for _, text in told[1:]])
        raws += [await teacher_raws.send(teacher_raws.encode(one), one) for one in samples[1:]]
        await _recall(teacher, *zip(samples, raws, strict=True))
        return raws

    raws = asyncio.run(first())
    assert len(records(path)) == 3
    asyncio.run(_recall(Recorded(ScriptedTeacher("new"), path), *zip(samples, raws, strict=True)))
    assert len(records(path)) == 3
    assert [answer.text for answer in ask(replay(path), *samples)] == [text for _, text in told]


def test_of_several_answers_to_one_question_that_the_ledger_has_the_last_one_is_replayed(tmp_path):
    path = tmp_path / "answers.jsonl"

    async def recall_both():
        model = ScriptedTeacher(["", "the second try"])
        raws = [await model.send(model.encode(request()), request()) for _ in range(2)]
        for _ in range(2):
            await _recall(Recorded(ScriptedTeacher("new"), path), *((request(), raw) for raw in raws))

    asyncio.run(recall_both())
    assert ask(replay(path), request())[0].text == "the second try"


def test_what_a_program_answers_is_not_recorded(tmp_path):
    class Program(ScriptedTeacher):
        origin = "procedural"

    path = tmp_path / "answers.jsonl"
    recorded = Recorded(Program("4"), path)
    assert ask(recorded, request())[0].text == "4"
    asyncio.run(_recall(Recorded(Program("4"), path), (request(), b"4")))
    assert recorded.origin == "procedural"
    assert path.read_bytes() == b""


def test_editing_a_recorded_answer_changes_the_request_that_it_answers_and_no_other(tmp_path):
    path = tmp_path / "answers.jsonl"
    ask(Recorded(ScriptedTeacher(["one", "two"]), path), request("1"), request("2"))
    before = [replay(path).encode(request(text)) for text in "12"]
    path.write_bytes(path.read_bytes().replace(b'"text":"two"', b'"text":"TWO"'))
    after = replay(path)
    assert [after.encode(request(text)) == old for text, old in zip("12", before, strict=True)] == [True, False]
    assert ask(after, request("2"))[0].text == "TWO"


def test_a_missing_recording_says_how_to_make_one(tmp_path):
    with pytest.raises(MissingError, match="--record"):
        replay(tmp_path / "none.jsonl")


@pytest.mark.parametrize("content", [b"\x00\xff\x00", b'{"key": "zz"}\n', b"[]\n", b'{"a": 1}'])
def test_a_file_that_is_no_recording_is_refused(tmp_path, content):
    path = tmp_path / "other.jsonl"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"other\.jsonl"):
        replay(path)


def test_a_folder_is_no_recording(tmp_path):
    with pytest.raises(ConfigError):
        replay(tmp_path)
    with pytest.raises(ConfigError, match="no recording can be written"):
        Recorded(ScriptedTeacher("4"), tmp_path)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="not run: no /dev/full here")  # noqa: PTH110
def test_a_full_disk_ends_the_run_with_its_cause_and_place(tmp_path):
    path = tmp_path / "answers.jsonl"
    path.symlink_to("/dev/full")
    with pytest.raises(RunError, match=r"answers\.jsonl: the recording cannot be written: No space left"):
        ask(Recorded(ScriptedTeacher("4"), path), request())
