"""Calls of tools: what counts as right, in which shapes they are read, and what each criterion says."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windrow.evaluators.function_calls import evaluate_function_calling
from windrow.evaluators.inputs import resolve
from windrow.evaluators.names import find

WEATHER = {
    "name": "get_weather",
    "description": "Weather of a city",
    "parameters": {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "days": {"type": "integer", "minimum": 1, "default": 1},
            "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
        },
        "required": ["city"],
        "additionalProperties": False,
    },
}
MAIL = {
    "name": "send_mail",
    "description": "Send a mail",
    "parameters": {"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]},
}
TOOLS = [WEATHER, {"type": "function", "function": MAIL}]
PARIS = {"name": "get_weather", "arguments": {"city": "Paris"}}
ROME = {"name": "get_weather", "arguments": {"city": "Rome"}}
SENT = {"name": "send_mail", "arguments": {"to": "ada@example.org"}}


def judged(output, reference=None, tools=None, **options):
    return evaluate_function_calling(resolve({"output": output, "reference": reference, "tools": tools}), **options)


def failed(result):
    return [one.id for one in result.criteria if one.verdict == "fail"]


SHAPES = [
    PARIS,
    [PARIS],
    {"tool_calls": [{"id": "a", "type": "function", "function": {**PARIS, "arguments": '{"city": "Paris"}'}}]},
    [{"type": "text", "text": "Let me see."}, {"type": "tool_use", "name": "get_weather", "input": {"city": "Paris"}}],
    '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>',
    'I look.\n<tool_call>{"name": "get_weather", "arguments": {"city": "Paris"}}',
    '```json\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n```',
    'Sure: {"name": "get_weather", "arguments": {"city": "Paris"}}',
    "get_weather(city='Paris')",
    "[get_weather(city='Paris')]",
]


@pytest.mark.parametrize("output", SHAPES)
def test_a_right_call_is_right_in_every_shape(output):
    result = judged(output, [PARIS], TOOLS)
    assert (result.score, result.passed, failed(result)) == (1.0, True, []), result.reason
    assert {one.id for one in result.criteria} == {
        "readable", "known_tools", "valid_arguments", "names", "arguments", "no_extra_calls",
    }  # fmt: skip


# Each: output, reference, tools, options, score, criteria that fail.
WRONG = [
    (ROME, [PARIS], TOOLS, {}, 0, ["arguments"]),
    (SENT, [PARIS], TOOLS, {}, 0, ["names", "no_extra_calls"]),
    ([PARIS, PARIS], [PARIS], TOOLS, {}, 0.5, ["no_extra_calls"]),
    ([PARIS], [PARIS, ROME], TOOLS, {}, 0.5, ["names"]),
    ([PARIS, SENT], [PARIS, ROME], TOOLS, {}, 0.5, ["names", "no_extra_calls"]),
    ("It is sunny.", [PARIS], TOOLS, {}, 0, ["names"]),
    (PARIS, [], TOOLS, {}, 0, ["abstains"]),
    ({"name": "fly", "arguments": {}}, [PARIS], TOOLS, {}, 0, ["known_tools", "names", "no_extra_calls"]),
    ({"name": "get_weather", "arguments": {"city": 5}}, None, TOOLS, {}, 0, ["valid_arguments"]),
    ({"name": "get_weather", "arguments": {}}, None, TOOLS, {}, 0, ["valid_arguments"]),
    ({"name": "get_weather", "arguments": {"city": "Paris", "days": 2.0}}, None, TOOLS, {}, 0, ["valid_arguments"]),
    ({"name": "get_weather", "arguments": {"city": "Paris", "unit": "K"}}, None, TOOLS, {}, 0, ["valid_arguments"]),
    ({"name": "get_weather", "arguments": {"city": "Paris", "mood": "x"}}, [PARIS], TOOLS, {}, 0,
     ["valid_arguments", "arguments"]),
    ([PARIS, {"name": "get_weather", "arguments": "{city: Paris}"}], None, TOOLS, {}, 0.5, ["valid_arguments"]),
    ([PARIS, {"name": "fly", "arguments": {}}], [PARIS], TOOLS, {"extra_calls": True}, 0.5, ["known_tools"]),
    ([ROME, PARIS], [PARIS, ROME], TOOLS, {"order": "sequence"}, 0.5, ["order"]),
    ({"name": "f", "arguments": {"a": True}}, {"name": "f", "arguments": {"a": 1}}, None, {}, 0, ["arguments"]),
    ({"name": "f", "arguments": {"a": "1"}}, {"name": "f", "arguments": {"a": 1}}, None, {}, 0, ["arguments"]),
    ('{"name": "get_weather", "arguments": {"city": "Paris"', [PARIS], TOOLS, {}, 0, ["readable"]),
    ('{"name": "get_weather", "arguments": {"city": "A", "city": "B"}}', [PARIS], TOOLS, {}, 0, ["readable"]),
    ("get_weather('Paris')", [PARIS], None, {}, 0, ["arguments"]),
    ("get_weather(city=open('x'))", [PARIS], None, {}, 0, ["arguments"]),
]  # fmt: skip


@pytest.mark.parametrize(("output", "reference", "tools", "options", "score", "criteria"), WRONG)
def test_what_is_wrong_with_calls_is_told_apart(output, reference, tools, options, score, criteria):
    result = judged(output, reference, tools, **options)
    assert (result.score, result.passed, failed(result)) == (score, False, criteria), result
    assert result.reason.startswith(criteria[0])


# Each: output, reference, tools, options.
RIGHT = [
    ([ROME, PARIS], [PARIS, ROME], TOOLS, {}),
    ([PARIS, ROME], [PARIS, ROME], TOOLS, {"order": "sequence"}),
    ({"name": "get_weather", "arguments": {"city": "Paris", "days": 1}}, [PARIS], TOOLS, {}),  # the default, said
    ({"name": "f", "arguments": {"a": 5.0}}, {"name": "f", "arguments": {"a": 5}}, None, {}),
    (
        {"name": "f", "arguments": {"a": 5, "b": 1}},
        {"name": "f", "arguments": {"a": 5}},
        None,
        {"extra_arguments": True},
    ),
    ([PARIS, SENT], [PARIS], TOOLS, {"extra_calls": True}),
    ("I cannot know that.", [], TOOLS, {}),
    ("f(x) is what they call (here) a function (of x)", [], TOOLS, {}),
    ("[Note] There is no tool for it.", [], TOOLS, {}),
    ('{"answer": 5}', [], TOOLS, {}),
    ("It is sunny.", None, TOOLS, {}),
    ([PARIS, SENT], None, TOOLS, {}),
    ("天気(都市='東京')", [{"name": "天気", "arguments": {"都市": "東京"}}], None, {}),
]


@pytest.mark.parametrize(("output", "reference", "tools", "options"), RIGHT)
def test_what_is_right_passes(output, reference, tools, options):
    result = judged(output, reference, tools, **options)
    assert (result.score, result.passed, failed(result)) == (1.0, True, []), result


def test_looser_calls_are_paired_so_that_most_agree():
    wide, narrow = {"name": "f", "arguments": {"a": 1}}, {"name": "f", "arguments": {"a": 1, "b": 2}}
    assert judged([narrow, wide], [wide, narrow], extra_arguments=True).score == 1


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        ({"output": "x"}, "missing_input"),
        ({"output": "x", "reference": "no calls"}, "bad_option"),
        ({"output": "x", "reference": '{"name": "f", "arguments": "{"}'}, "bad_option"),
        ({"output": "x", "tools": [{"description": "nameless"}]}, "bad_input"),
        ({"output": "x", "tools": "[{"}, "bad_input"),
    ],
)
def test_what_is_asked_wrongly_fails(given, slug):
    result = evaluate_function_calling(resolve(given))
    assert (result.status, result.error.type) == ("failed", slug)


def test_it_is_named_as_its_users_know_it():
    assert find("llm_function_calling").load() is evaluate_function_calling
    assert judged(" ", [PARIS]).status == "skipped"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
CALLS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["a", "b"]), "arguments": st.dictionaries(st.text(max_size=4), JSON)}
    ),
    max_size=5,
)


@settings(max_examples=60)
@given(CALLS.filter(bool), st.randoms(use_true_random=False))
def test_calls_agree_with_themselves_in_any_order(calls, rng):
    other = rng.sample(calls, len(calls))
    assert judged(json.dumps(other), json.dumps(calls)).score == 1
    assert judged(json.dumps(calls), json.dumps(calls), order="sequence").score == 1


@settings(max_examples=60)
@given(CALLS, CALLS)
def test_the_score_is_one_only_where_no_criterion_fails(made, expected):
    result = judged(json.dumps(made) if made else "nothing", json.dumps(expected))
    assert (result.score == 1) == (not failed(result)) == result.passed


@settings(max_examples=100)
@given(st.text())
def test_any_text_is_calls_or_talk_or_unreadable(text):
    assert judged(text, [PARIS], TOOLS).status in {"completed", "skipped"}
