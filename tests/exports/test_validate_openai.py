"""validate: what OpenAI's fine-tuning service refuses, and what it would cut."""

import pytest
from files_of_rows import answer, calling, chat, check, openai_pair, result, user, where, with_tools

from windrow.testing.rows import make_rows


def numbered(count):
    """Rows that differ from one another and hold nothing strange."""
    for row in make_rows(count):
        yield chat(user(row.question), answer(row.response))


def test_preferences_for_openai(tmp_path):
    good = openai_pair(answer(), answer("No."))
    assert check(tmp_path, [good], "openai").ok
    bad = {
        "extra_key": {**good, "meta": "{}"},
        "several_turns_a_side": {**good, "preferred_output": [answer(), answer()]},
        "no_messages": {**good, "input": {"messages": []}},
        "wrong_start": {**good, "preferred_output": [user("So?")]},
        "wrong_ending": {**good, "input": {"messages": [user(), answer()]}},
        "empty_answer": {**good, "non_preferred_output": [answer(" ")]},
        "unknown_tool": openai_pair(calling("{}"), answer("No.")),
    }
    for code, row in bad.items():
        findings = check(tmp_path, [openai_pair(answer("So."), answer("Not so.")), row], "openai")
        assert where(findings, code) == [2]
        assert not findings.ok
    weighed = openai_pair({**answer(), "weight": 1}, answer("No."))
    assert check(tmp_path, [weighed], "openai").codes("error") == {"extra_key": 1}
    assert "mixed_forms" in check(tmp_path, [good, chat()], "openai").codes("error")


def test_openai_may_be_told_that_calls_come_one_at_a_time(tmp_path):
    one = calling("{}")
    both = {**one, "tool_calls": [*one["tool_calls"], *calling("{}", key="second123")["tool_calls"]]}
    results = [result(), result("second123")]
    assert check(tmp_path, [with_tools(user(), one, result(), answer(), parallel_tool_calls=False)], "openai").ok
    several = with_tools(user(), both, *results, answer(), parallel_tool_calls=False)
    assert check(tmp_path, [several], "openai").codes("error") == {"parallel_calls": 1}
    for wrong in (with_tools(user(), answer(), parallel_tool_calls="no"), chat(parallel_tool_calls=False)):
        assert check(tmp_path, [wrong], "openai").codes("error") == {"parallel_tool_calls": 1}


def test_what_is_beyond_the_service_is_said(tmp_path):
    tools = [{"type": "function", "function": {"name": f"f{n}", "parameters": {}}} for n in range(129)]
    assert check(tmp_path, [chat(tools=tools)], "openai").codes("error") == {"many_tools": 1}
    odd = [{"type": "function", "function": {"name": "f", "parameters": {}, "returns": {}}}]
    assert check(tmp_path, [chat(tools=odd)], "openai").codes("error") == {"extra_key": 1}
    untyped = calling("{}")
    del untyped["tool_calls"][0]["type"]
    assert check(tmp_path, [with_tools(user(), untyped)], "openai").codes("error") == {"bad_call": 1}
    assert "long_rows" in check(tmp_path, [chat(user("long " * 50_000))], "openai").codes("warning")


BAD_FOR_OPENAI = {
    "extra_key": chat(meta="{}"),
    "wrong_ending": chat(user()),
    "bad_tools": chat(user(), answer(), tools=None),
    "tool_name": chat(tools=[{"type": "function", "function": {"name": "the weather"}}]),
    "weight": chat(user(), {**answer(), "weight": 0.5}),
    "nothing_trained": chat(user(), {**answer(), "weight": 0}),
}


@pytest.mark.parametrize(("code", "row"), BAD_FOR_OPENAI.items())
def test_what_the_service_refuses_is_an_error(tmp_path, code, row):
    assert where(check(tmp_path, [chat(user("Fine?"), answer("Yes.")), row], "openai"), code) == [2]


@pytest.mark.parametrize(
    "turn", [{**user(), "weight": 1}, {**answer(), "reasoning_content": "Hm."}, {**result(), "name": "weather"}]
)
def test_keys_that_the_service_does_not_know_are_errors(tmp_path, turn):
    assert "extra_key" in check(tmp_path, [chat(user(), turn, answer())], "openai").codes("error")


def test_ten_rows_are_the_fewest(tmp_path):
    assert "few_rows" in check(tmp_path, numbered(9), "openai").codes("warning")
    assert "few_rows" not in check(tmp_path, numbered(10), "openai").codes("warning")
    assert "few_rows" not in check(tmp_path, numbered(3), "openai", name="test.jsonl").codes("warning")
