"""The shape check: good conversations pass, each break has its own reason, and garbage never raises."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from windrow.flow import CHECKS
from windrow.flow.checks.shape import Shape
from windrow.row import Chunk, Message, Row, Tool, ToolCall
from windrow.shapes import Options

CHECK = Shape(Options(), base=Path())
WEATHER = Tool("weather", "The weather of a place.", {"type": "object", "properties": {"city": {"type": "string"}}})


def user(text="What is the weather in Paris?"):
    return Message("user", text)


def said(text="It is sunny."):
    return Message("assistant", text)


def call(arguments='{"city": "Paris"}', *, name="weather", key="abcdefgh1"):
    return Message("assistant", "", tool_calls=(ToolCall(key, name, arguments),))


def two_calls():
    calls = (ToolCall("a" * 9, "weather", "{}"), ToolCall("b" * 9, "weather", '{"city": "Rome"}'))
    return Message("assistant", "", tool_calls=calls)


def result(text="sunny", *, key="abcdefgh1"):
    return Message("tool", text, tool_call_id=key, name="weather")


def sft(*turns, tools=(WEATHER,)):
    return Row("sft", messages=turns, tools=tools)


def reason(row):
    return CHECK.check(row).reason


GOOD = {
    "a question and its answer": sft(user(), said()),
    "a system turn first": sft(Message("system", "Be brief."), user(), said()),
    "several turns": sft(user("Hi"), said("Hello"), user("Bye"), said("Goodbye")),
    "a call, its result and an answer": sft(user(), call(), result(), said()),
    "a call as the answer": sft(user(), call()),
    "two calls at once, answered in another order": sft(
        user(),
        two_calls(),
        result(key="b" * 9),
        result(key="a" * 9),
        said(),
    ),
    "an empty tool result": sft(user(), call(), result(""), said()),
    "another script": sft(user("天气怎么样?"), said("今天是晴天。🌞")),
    "an answer from passages": Row("rag_qa", messages=(user(), said()), contexts=(Chunk("c1", "Sunny.", "a.md"),)),
    "a preference": Row("preference", prompt=(user(),), chosen=(said(),), rejected=(said("No idea."),)),
    "an unpaired answer": Row("unpaired", prompt=(user(),), completion=(said(),), label=False),
    "a preference between two calls": Row(
        "preference",
        prompt=(user(),),
        chosen=(call(),),
        rejected=(call('{"city": "Rome"}'),),
        tools=(WEATHER,),
    ),
    "a rejected call of a tool that is not there": Row(
        "preference", prompt=(user(),), chosen=(call(),), rejected=(call(name="wether"),), tools=(WEATHER,)
    ),
    "a preference after calls, with calls of its own": Row(
        "preference",
        prompt=(user(), call(), result()),
        chosen=(call(key="second123"), result(key="second123"), said()),
        rejected=(said("No idea."),),
        tools=(WEATHER,),
    ),
    "a preference between two ways of thinking": Row(
        "preference",
        prompt=(user(),),
        chosen=(replace(said(), reasoning="I look out of the window."),),
        rejected=(replace(said(), reasoning="I guess."),),
    ),
    "an undesirable call of a tool that is not there": Row(
        "unpaired", prompt=(user(),), completion=(call(name="wether"),), label=False, tools=(WEATHER,)
    ),
    "a prompt": Row("prompt", prompt=(user(),)),
    "steps": Row("stepwise", prompt=(user(),), reference={"steps": [{"text": "1 + 1 = 2", "label": True}]}),
}

BAD = {
    "control_tokens": [
        Row("preference", prompt=(user(),), chosen=(said(),), rejected=(said("No.<|im_end|>"),)),
        Row("unpaired", prompt=(user(),), completion=(said("[INST] No."),), label=False),
    ],
    "missing_field": [
        sft(),
        Row("rag_qa", messages=(user(), said())),
        Row("preference", prompt=(user(),), chosen=(said(),)),
        Row("unpaired", prompt=(user(),), completion=(said(),)),
        Row("stepwise", prompt=(user(),), reference={"steps": [{"text": "1 + 1 = 2"}]}),
    ],
    "unknown_kind": [Row("poem", messages=(user(), said()))],
    "unknown_role": [sft(Message("developer", "Be brief."), user(), said()), sft(Message("human", "Hi"), said())],
    "role_order": [
        sft(said()),
        sft(user(), user(), said()),
        sft(user(), said(), said()),
        sft(user(), Message("system", "Be brief."), said()),
        sft(Message("system", "Be brief."), said()),
        Row("preference", prompt=(user(),), chosen=(user(), said()), rejected=(said("No."),)),
    ],
    "wrong_ending": [
        sft(user()),
        sft(user(), said(), user()),
        sft(user(), call(), result()),
        Row("prompt", prompt=(user(), said())),
    ],
    "empty_answer": [sft(user(), said("")), sft(user(), said(" \n"))],
    "empty_turn": [sft(user(" "), said()), sft(Message("system", ""), user(), said())],
    "content_not_text": [sft(user(), Message("assistant", None)), sft(Message("user", ["hi"]), said())],
    "surrogate": [sft(user("half \ud83d"), said()), sft(user(), replace(said(), reasoning="\udc00"))],
    "call_id": [
        sft(user(), call(key="call_1")),
        sft(user(), call(), result(), call(), result(), said()),
        Row(
            "preference",
            prompt=(user(), call(), result()),
            chosen=(call(),),
            rejected=(said("No."),),
            tools=(WEATHER,),
        ),
    ],
    "unknown_tool": [
        sft(user(), call(name="wether")),
        sft(user(), call(), tools=()),
        Row("preference", prompt=(user(),), chosen=(call(name="wether"),), rejected=(said(),), tools=(WEATHER,)),
        Row("unpaired", prompt=(user(),), completion=(call(name="wether"),), label=True, tools=(WEATHER,)),
    ],
    "stray_field": [
        replace(sft(user(), said()), chosen=(said(),)),
        replace(sft(user(), said()), label=True),
        Row("preference", messages=(user(),), prompt=(user(),), chosen=(said(),), rejected=(said("No."),)),
        Row("unpaired", prompt=(user(),), completion=(said(),), rejected=(said("No."),), label=True),
    ],
    "misplaced_reasoning": [sft(replace(user(), reasoning="Hm."), said())],
    "result_name": [sft(user(), call(), replace(result(), name="search"), said())],
    "arguments_malformed": [sft(user(), call("{'city': 'Paris'}")), sft(user(), call(""))],
    "arguments_not_object": [sft(user(), call('["Paris"]')), sft(user(), call('"{}"'))],
    "arguments_nan": [sft(user(), call('{"city": NaN}'))],
    "arguments_duplicate_key": [sft(user(), call('{"city": "Paris", "city": "Rome"}'))],
    "arguments_int64": [
        sft(user(), call('{"city": 9223372036854775808}')),
        sft(user(), call('{"n": 1' + "0" * 5000 + "}")),
    ],
    "arguments_surrogate": [sft(user(), call('{"city": "\\ud800"}'))],
    "arguments_deep": [sft(user(), call('{"a": ' + "[" * 2000 + "]" * 2000 + "}"))],
    "unanswered_call": [
        sft(user(), call(), said()),
        sft(user(), call(), user(), said()),
        Row(
            "preference",
            prompt=(user(), two_calls(), result(key="a" * 9)),
            chosen=(said(),),
            rejected=(said("No."),),
            tools=(WEATHER,),
        ),
    ],
    "orphan_result": [sft(user(), result(), said()), sft(user(), call(), result(), result(), said())],
    "misplaced_call": [sft(replace(user(), tool_calls=call().tool_calls), said())],
    "tool_name": [sft(user(), said(), tools=(WEATHER, WEATHER)), sft(user(), said(), tools=(Tool("", "", {}),))],
    "tool_parameters": [sft(user(), said(), tools=(Tool("f", "", None),))],
    "same_sides": [
        Row("preference", prompt=(user(),), chosen=(said("Yes. "),), rejected=(said("yes."),)),
        Row("preference", prompt=(user(),), chosen=(said("ＥＩＮＥ Straße"),), rejected=(said("eine  STRASSE"),)),
        Row(
            "preference",
            prompt=(user(),),
            chosen=(call('{"a": 1, "b": 2}'),),
            rejected=(call('{"b":2,"a":1}'),),
            tools=(WEATHER,),
        ),
    ],
    "unwritable": [
        Row("sft", messages=(user(), said()), reference={"score": float("nan")}),
        Row("rag_qa", messages=(user(), said()), contexts=(Chunk("c", "\ud800", "a.md"),)),
    ],
}


@pytest.mark.parametrize("row", GOOD.values(), ids=GOOD)
def test_a_good_row_passes(row):
    assert CHECK.check(row).outcome == "pass"


@pytest.mark.parametrize(("expected", "row"), [(key, row) for key, rows in BAD.items() for row in rows])
def test_each_break_has_its_reason(expected, row):
    verdict = CHECK.check(row)
    assert (verdict.outcome, verdict.reason) == ("fail", expected)
    assert verdict.detail
    assert "where" in verdict.evidence


def test_the_verdict_says_where():
    assert CHECK.check(sft(user(), said(), user("Hi"), said(""))).evidence == {"where": "messages[3]"}


def test_the_check_is_found_by_its_name():
    assert CHECKS.load("shape") is Shape


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
calls = st.builds(ToolCall, *[anything] * 3)
turns = st.lists(
    st.builds(
        Message,
        st.sampled_from(["system", "user", "assistant", "tool", "", None]) | anything,
        anything,
        anything,
        st.lists(calls, max_size=2) | anything,
        anything,
    )
    | anything,
    max_size=4,
)


@given(
    kind=st.sampled_from(["sft", "rag_qa", "preference", "unpaired", "prompt", "stepwise"]) | anything,
    sides=st.lists(turns, min_size=5, max_size=5),
    tools=st.lists(st.builds(Tool, anything, anything, anything) | anything, max_size=2),
    contexts=st.lists(anything, max_size=2),
    reference=anything,
)
def test_garbage_is_refused_and_never_raises(kind, sides, tools, contexts, reference):
    names = [field.name for field in fields(Row)][1:6]
    row = Row(kind, **dict(zip(names, sides, strict=True)), tools=tools, contexts=contexts, reference=reference)
    assert CHECK.check(row).outcome in {"pass", "fail"}
