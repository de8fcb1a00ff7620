"""validate: calls and their results, and what chat templates do to them and to reasoning."""

import json

import pytest
from files_of_rows import answer, arguments_for, calling, chat, check, result, unpaired, user, where, with_tools


@pytest.mark.parametrize("target", ["trl", "openai"])
def test_calls_and_results_must_pair(tmp_path, target):
    call = calling(arguments_for(target, {}))
    good = with_tools(user(), call, result(), answer())
    bad = {
        "unanswered_call": with_tools(user("a?"), call, user(), answer()),
        "unknown_tool": with_tools(user("b?"), calling(arguments_for(target, {}), name="wether"), result(), answer()),
        "call_id": with_tools(user("c?"), call, result(), call, result(), answer()),
    }
    findings = check(tmp_path, [good, *bad.values()], target)
    assert findings.codes("error").keys() == bad.keys()
    assert [where(findings, code) for code in bad] == [[2], [3], [4]]


def test_trl_wants_objects_and_openai_strings(tmp_path):
    as_object, as_string = (
        with_tools(user(), calling(form), result(), answer()) for form in ({"city": "P"}, '{"city": "P"}')
    )
    assert check(tmp_path, [as_object], "trl").ok
    assert check(tmp_path, [as_string], "trl").codes("error") == {"arguments_not_object": 1}
    assert check(tmp_path, [as_string], "openai").ok
    assert check(tmp_path, [as_object], "openai").codes("error") == {"arguments_not_string": 1}
    nonsense = with_tools(user(), calling("{'city': 'P'}"), result(), answer())
    assert check(tmp_path, [nonsense], "openai").codes("error") == {"arguments_not_string": 1}


def test_arguments_that_do_not_fit_the_tool_are_warned_of(tmp_path):
    parameters = {
        "type": "object",
        "properties": {
            "city": {"type": "string", "enum": ["Paris", "Rome"]},
            "days": {"type": ["integer", "null"]},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["city"],
    }
    tools = [{"type": "function", "function": {"name": "weather", "parameters": parameters}}]
    good = [{"city": "Paris"}, {"city": "Rome", "days": None, "tags": []}, {"city": "Rome", "days": 2, "tags": ["a"]}]
    bad = [
        {},
        {"city": "Oslo"},
        {"city": "Rome", "days": "2"},
        {"city": "Rome", "tags": [1]},
        {"city": "Rome", "at": 1},
    ]
    rows = [with_tools(user(f"{n}?"), calling(json.dumps(a)), tools=tools) for n, a in enumerate(good + bad)]
    findings = check(tmp_path, rows, "openai")
    assert where(findings, "arguments_schema") == [4, 5, 6, 7, 8]
    assert findings.ok


def test_results_in_another_order_than_their_calls_are_warned_of(tmp_path):
    both = {**answer(""), "tool_calls": [*calling({})["tool_calls"], *calling({}, key="second123")["tool_calls"]]}
    good = with_tools(user(), both, result(), result("second123"), answer())
    swapped = with_tools(user("Why?"), both, result("second123"), result(), answer())
    findings = check(tmp_path, [good, swapped])
    assert where(findings, "result_order") == [2]
    assert findings.codes("warning")["parallel_calls"] == 1
    assert findings.ok


def test_a_result_is_named_after_its_call(tmp_path):
    row = with_tools(user(), calling({}), {**result(), "name": "search"}, answer())
    assert check(tmp_path, [row]).codes("error") == {"result_name": 1}


def test_calls_without_ids_are_paired_by_name_and_place_for_trl(tmp_path):
    call = calling({})
    del call["tool_calls"][0]["id"]
    told = {"role": "tool", "name": "weather", "content": "sunny"}
    findings = check(tmp_path, [with_tools(user(), call, told, answer())])
    assert findings.ok
    assert "no_call_id" in findings.codes("warning")
    unanswered = check(tmp_path, [with_tools(user(), call, answer())])
    assert unanswered.codes("error") == {"unanswered_call": 1}
    assert "of 'weather'" in next(found.message for found in unanswered.shown if found.code == "unanswered_call")
    assert "orphan_result" in check(tmp_path, [with_tools(user(), call, {**told, "name": "x"}, answer())]).codes(
        "error"
    )
    call["tool_calls"][0]["function"]["arguments"] = "{}"
    assert "call_id" in check(tmp_path, [with_tools(user(), call, told, answer())], "openai").codes("error")


def test_reasoning_that_templates_drop_is_warned_of(tmp_path):
    thought = {**answer(), "reasoning_content": "Hm."}
    assert check(tmp_path, [chat(user(), thought)]).codes("warning")["reasoning_field"] == 1
    inline = answer("<think>\nHm.\n</think>\n\nThe sea.")
    assert check(tmp_path, [chat(user(), inline)]).codes("warning") == {}
    before = chat(user(), inline, user("Why?"), answer("So."))
    assert check(tmp_path, [before]).codes("warning") == {"reasoning_history": 1}


def test_tools_count_as_length(tmp_path):
    long = [{"type": "function", "function": {"name": "f", "description": "long " * 1000, "parameters": {}}}]
    assert "long_rows" in check(tmp_path, [chat(tools=json.dumps(long))]).codes("warning")
    assert "dropped where the prompt alone" in next(
        found.message
        for found in check(tmp_path, [unpaired(True, answer("long " * 1000)), unpaired(False)]).shown
        if found.code == "long_rows"
    )


def test_null_content_beside_a_call_is_a_warning_for_templates_and_nothing_for_the_service(tmp_path):
    trl, openai = (with_tools(user(), calling(form, content=None), result(), answer()) for form in ({}, "{}"))
    assert check(tmp_path, [trl]).codes("warning")["null_content"] == 1
    assert set(check(tmp_path, [openai], "openai").codes("warning")) == {"few_rows", "wind_down"}
