"""validate: every trap that is known to spoil a training file is found where it was planted, with a remedy."""

import json

import pytest
from conversations import called, sft
from hypothesis import given, settings
from hypothesis import strategies as st

from windrow.errors import ConfigError, UnknownName
from windrow.flow.exports.findings import SHOWN
from windrow.flow.exports.lines import LONGEST
from windrow.flow.exports.validate import validate
from windrow.testing.rows import make_rows

TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}]

KEYS = ("messages", "role", "content", "tools", "tool_calls", "function", "prompt", "completion", "text")


def user(content="What is wide?"):
    return {"role": "user", "content": content}


def answer(content="The sea."):
    return {"role": "assistant", "content": content}


def chat(*turns, **more):
    return {"messages": list(turns) or [user(), answer()], **more}


def calling(arguments, *, name="weather", key="abcdefgh1", content=""):
    call = {"id": key, "type": "function", "function": {"name": name, "arguments": arguments}}
    return {"role": "assistant", "content": content, "tool_calls": [call]}


def result(key="abcdefgh1", content="sunny"):
    return {"role": "tool", "content": content, "tool_call_id": key}


def with_tools(*turns, tools=TOOLS, **more):
    return chat(*turns, tools=tools, **more)


def numbered(count):
    """Rows that differ from one another and hold nothing strange."""
    for row in make_rows(count):
        yield chat(user(row.question), answer(row.response))


def text_of(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def check(folder, rows, target="trl", name="train.jsonl"):
    path = folder / name
    if isinstance(rows, bytes):
        path.write_bytes(rows)
    else:
        path.write_text(text_of(rows), encoding="utf-8", newline="")
    return validate(path, target)


def where(findings, code):
    return [finding.line for finding in findings.shown if finding.code == code]


LINE = json.dumps(chat()).encode() + b"\n"
OTHER = json.dumps(chat(user("Why?"), answer("So."))).encode() + b"\n"

BAD_FILES = {
    "empty_file": (b"", 0),
    "binary_file": (b"\x7fELF\0\0\0" + LINE, 0),
    "not_lines": (b"[" + LINE + b"]", 0),
    "not_utf8": (LINE + OTHER.replace(b"So", b"S\xe9"), 2),
    "bom": (b"\xef\xbb\xbf" + LINE, 1),
    "blank_line": (LINE + b"\n" + OTHER, 2),
    "malformed": (LINE + OTHER[:-5] + b"\n", 2),
    "not_object": (LINE + b'["a", "b"]\n', 2),
    "duplicate_key": (LINE + OTHER.replace(b'{"role": "user"', b'{"role": "user", "role": "user"'), 2),
    "nan": (LINE + OTHER[:-2] + b', "score": NaN}\n', 2),
    "surrogate": (LINE + OTHER.replace(b"So.", b"So. \\ud83d"), 2),
    "int64": (LINE + OTHER[:-2] + b', "big": 9223372036854775808}\n', 2),
}


@pytest.mark.parametrize(("code", "content", "line"), [(code, *told) for code, told in BAD_FILES.items()])
@pytest.mark.parametrize("target", ["trl", "openai"])
def test_a_broken_file_is_said_with_its_line(tmp_path, code, content, line, target):
    findings = check(tmp_path, content, target)
    assert where(findings, code) == [line]
    assert not findings.ok


def test_carriage_returns_are_warned_of(tmp_path):
    findings = check(tmp_path, LINE.replace(b"\n", b"\r\n") + OTHER)
    assert where(findings, "crlf") == [1]
    assert findings.ok


def test_a_line_without_end_does_not_fill_memory(tmp_path):
    long = json.dumps(chat(user("x" * (LONGEST + 100)), answer())).encode() + b"\n"
    findings = check(tmp_path, LINE + long + OTHER)
    assert where(findings, "long_line") == [2]
    assert findings.rows == {"train.jsonl": 2}


def test_a_missing_file_and_a_folder_without_any_are_refused(tmp_path):
    for path, said in ((tmp_path / "no.jsonl", "no such file"), (tmp_path, "no .jsonl file in this folder")):
        with pytest.raises(ConfigError, match=said) as caught:
            validate(path, "trl")
        assert caught.value.where == str(path)


def test_a_target_that_nothing_is_known_about_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(UnknownName, match="did you mean 'openai'"):
        validate(tmp_path, "open-ai")


BAD_TURNS = {
    "no_messages": chat() | {"messages": []},
    "unknown_role": chat({"role": "human", "content": "Hi"}, answer()),
    "not_a_turn": chat("Hi", answer()),
    "content_not_text": chat(user([{"type": "text", "text": "Hi"}]), answer()),
    "empty_answer": chat(user(), answer(" ")),
    "control_token": chat(user(), answer("The sea.<|im_end|>")),
    "orphan_result": with_tools(user(), result(), answer()),
    "misplaced_call": with_tools({**calling({}), "role": "user"}, answer()),
    "bad_call": with_tools(user(), {**answer(), "tool_calls": [{"name": "weather"}]}),
    "bad_tool": with_tools(user(), answer(), tools=[{"name": "weather"}]),
}


@pytest.mark.parametrize(("code", "row"), BAD_TURNS.items())
@pytest.mark.parametrize("target", ["trl", "openai"])
def test_broken_turns_are_errors_for_every_target(tmp_path, code, row, target):
    findings = check(tmp_path, [chat(user("Fine?"), answer("Yes.")), row], target)
    assert where(findings, code) == [2]
    assert findings.codes("error")[code] == 1


def arguments_for(target, value):
    return value if target == "trl" else json.dumps(value)


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


BAD_FOR_TRL = {
    "no_known_columns": {"question": "Hi", "answer": "Hello"},
    "mixed_forms": {"text": "The sea is wide."},
    "reserved_column": chat(text="The sea."),
    "no_answer": chat(user()),
    "bad_tools": chat(user(), answer(), tools="weather"),
}


@pytest.mark.parametrize(("code", "row"), BAD_FOR_TRL.items())
def test_what_trl_cannot_train_on_is_an_error(tmp_path, code, row):
    assert where(check(tmp_path, [chat(user("Fine?"), answer("Yes.")), row]), code) == [2]


@pytest.mark.parametrize("column", ["input_ids", "labels", "images", "conversations", "completion_mask"])
def test_columns_with_a_meaning_of_their_own_are_errors(tmp_path, column):
    assert check(tmp_path, [chat(**{column: "x"})]).codes("error") == {"reserved_column": 1}


def test_an_id_and_a_meta_are_no_harm(tmp_path):
    findings = check(tmp_path, [chat(id="a", meta="{}"), chat(user("Why?"), answer("So."), id="b", meta="{}")])
    assert (findings.errors, findings.warnings) == (0, 0)


def test_prompts_and_completions(tmp_path):
    good = {"prompt": [user()], "completion": [answer()]}
    assert check(tmp_path, [good]).ok
    assert check(tmp_path, [{"prompt": "What is wide?", "completion": " The sea."}]).ok
    assert check(tmp_path, [{"prompt": "What is wide?", "completion": ""}]).codes("error") == {"empty_answer": 1}
    assert check(tmp_path, [{**good, "completion": answer()}]).codes("error") == {"no_messages": 1}
    assert check(tmp_path, [{**good, "prompt": [user(), answer()]}]).codes("error") == {"wrong_ending": 1}
    assert check(tmp_path, [{**good, "completion": [user()]}]).codes("error") == {"wrong_start": 1}


def test_preferences(tmp_path):
    good = {"prompt": [user()], "chosen": [answer()], "rejected": [answer("No idea.")]}
    assert check(tmp_path, [good]).ok
    assert check(tmp_path, [{**good, "rejected": [answer()]}]).codes("error") == {"same_sides": 1}


def test_template_arguments_are_for_all_rows_or_none(tmp_path):
    rows = [chat(chat_template_kwargs={"a": 1}), chat(user("Why?"), answer("So."))]
    assert "template_kwargs" in check(tmp_path, rows).codes("error")


def test_rows_longer_than_trl_trains_on_are_warned_of_once(tmp_path):
    rows = [chat(user(f"{n} " + "long " * 1000), answer()) for n in range(3)]
    findings = check(tmp_path, rows)
    assert findings.codes("warning")["long_rows"] == 1
    assert "3 of 3" in next(f.message for f in findings.shown if f.code == "long_rows")


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


def test_role_order_is_a_warning(tmp_path):
    rows = [
        chat(user("a"), user("b"), answer()),
        chat(answer("c")),
        chat(user("d"), {"role": "system", "content": "e"}, answer()),
    ]
    findings = check(tmp_path, rows)
    assert where(findings, "role_order") == [1, 2, 3]
    assert findings.ok


def test_null_content_beside_a_call_is_a_warning_for_templates_and_nothing_for_the_service(tmp_path):
    trl, openai = (with_tools(user(), calling(form, content=None), result(), answer()) for form in ({}, "{}"))
    assert check(tmp_path, [trl]).codes("warning")["null_content"] == 1
    assert set(check(tmp_path, [openai], "openai").codes("warning")) == {"few_rows", "wind_down"}


def test_duplicates_are_warned_of_and_equal_ids_are_errors(tmp_path):
    long = " ".join(f"word{n}" for n in range(200))
    rows = [
        chat(id="a"),
        chat(id="b"),
        chat(user(long), answer(), id="c"),
        chat(user(f"{long} more"), answer(), id="a"),
    ]
    findings = check(tmp_path, rows)
    assert (where(findings, "duplicate_row"), where(findings, "near_duplicate"), where(findings, "duplicate_id")) == (
        [2],
        [4],
        [4],
    )


def test_the_same_prompt_in_train_and_test_is_a_leak(tmp_path):
    (tmp_path / "test.jsonl").write_text(
        text_of([chat(user("Why?"), answer("So.")), chat(user("what  IS wide?"), answer("Air."))])
    )
    for findings in (check(tmp_path, [chat()]), validate(tmp_path, "trl")):
        assert where(findings, "leak") == [2]
        assert findings.codes("error") == {"leak": 1}


def test_another_system_turn_does_not_hide_a_leak(tmp_path):
    (tmp_path / "test.jsonl").write_text(
        text_of([chat({"role": "system", "content": "Be brief."}, user(), answer("Air."))])
    )
    assert "leak" in check(tmp_path, [chat()]).codes("error")


def test_findings_are_few_and_counts_are_full(tmp_path):
    findings = check(tmp_path, [chat(user(f"{n}?"), answer("")) for n in range(50)])
    assert findings.codes("error") == {"empty_answer": 50}
    assert len(where(findings, "empty_answer")) == SHOWN
    assert findings.to_dict()["ok"] is False


# What Arrow makes of it


KEYS = ("role", "content", "tool_calls", "tool_call_id")


def even(row):
    """The row with every key in every message, as our export writes it."""
    return {**row, "messages": [{key: turn.get(key) for key in KEYS} for turn in row["messages"]]}


def first_chunk(**more):
    """Plain rows that fill the first ten megabytes exactly to the end of a row."""
    return [chat(user(f"Question {n}?"), answer("x" * (1 << 20)), score=0.5, **more) for n in range(10)]


def test_a_key_that_comes_after_ten_megabytes_is_an_error_and_before_it_is_not(tmp_path):
    late = chat(score=0.5, tools="[]")
    findings = check(tmp_path, [*first_chunk(), late])
    assert findings.codes("error") == {"late_key": 1}
    assert where(findings, "late_key") == [11]
    assert check(tmp_path, [late, *first_chunk()]).ok


def test_a_type_that_changes_after_ten_megabytes_is_an_error(tmp_path):
    assert check(tmp_path, [*first_chunk(), chat(score=1)]).ok
    assert check(tmp_path, [*first_chunk(), chat(score="high")]).codes("error") == {"late_type": 1}
    rows = [{**row, "score": 1} for row in first_chunk()]
    assert check(tmp_path, [*rows, chat(score=0.5)]).codes("error") == {"late_type": 1}
    rows = [{**row, "score": None} for row in first_chunk()]
    assert check(tmp_path, [*rows, chat(score=0.5)]).codes("error") == {"late_type": 1}


def test_a_tool_row_after_ten_megabytes_is_an_error(tmp_path):
    assert "late_key" in check(
        tmp_path, [*first_chunk(), with_tools(user(), calling({"city": "P"}), result(), answer(), score=0.5)]
    ).codes("error")


def test_a_message_with_a_key_fewer_after_ten_megabytes_is_warned_of(tmp_path):
    rows = first_chunk(extra={"a": 1, "b": 2})
    assert "filled_key" in check(tmp_path, [*rows, chat(score=0.5, extra={"a": 1})]).codes("warning")


def test_one_key_of_two_types_is_an_error(tmp_path):
    findings = check(tmp_path, [chat(note="a"), chat(user("Why?"), answer("So."), note={"b": 1})])
    assert (where(findings, "mixed_types"), findings.ok) == ([2], False)
    assert check(tmp_path, [chat(note=1), chat(user("Why?"), answer("So."), note=0.5)]).ok


def test_objects_of_uneven_keys_are_warned_of_but_for_turns(tmp_path):
    rows = [chat(info={"a": 1}), chat(user("Why?"), {**answer("So."), "name": "me"}, info={"b": 1})]
    assert check(tmp_path, rows).codes("warning") == {"uneven_keys": 1}


def test_text_that_is_all_dates_is_an_error(tmp_path):
    rows = [{"prompt": f"Day {n}?", "completion": f"2024-01-{n:02}"} for n in range(1, 9)]
    assert check(tmp_path, rows).codes("error") == {"dates_only": 1}
    assert check(tmp_path, [*rows, {"prompt": "Day?", "completion": "The ninth"}]).ok
    assert check(tmp_path, [{"prompt": "When?", "completion": "2024-01-01T10:00:00Z"}]).codes("error") == {
        "dates_only": 1
    }


def test_the_remedy_for_dates_speaks_of_a_loader_only_where_one_stands_beside_the_file(tmp_path):
    def remedy():
        (found,) = (one for one in check(tmp_path, rows).shown if one.code == "dates_only")
        return found.remedy

    rows = [{"prompt": "When?", "completion": "2024-01-01"}]
    assert "load.py" not in remedy()
    assert "IterableDataset.from_generator" in remedy()
    (tmp_path / "load.py").write_text("")
    assert "the load.py beside it" in remedy()


def test_dates_in_a_chunk_of_their_own_are_an_error(tmp_path):
    rows = [{"prompt": f"{n}", "completion": "x" * (1 << 20)} for n in range(10)]
    assert check(tmp_path, [*rows, {"prompt": "When?", "completion": "2024-01-01"}]).codes("error") == {"dates_only": 1}


def test_dates_in_even_arguments_are_an_error(tmp_path):
    findings = check(tmp_path, [even(with_tools(user(), calling({"when": "2024-01-01"}), result(), answer()))])
    assert findings.codes("error") == {"dates_only": 1}


@pytest.mark.parametrize("text", ["20240101", "2024-13-01", "2024-01-01Z", "2024-01-01T10:00:00.5", "10:30"])
def test_what_arrow_does_not_take_for_a_date_is_none(tmp_path, text):
    assert check(tmp_path, [{"prompt": "When?", "completion": text}]).ok


@pytest.mark.parametrize(
    "text", ["2024-01-01 10", "2024-01-01T10:30", "2024-01-01T10:30:00+0200", "2024-01-01 10:30:00Z"]
)
def test_what_arrow_takes_for_a_date_is_found(tmp_path, text):
    assert check(tmp_path, [{"prompt": "When?", "completion": text}]).codes("error") == {"dates_only": 1}


def test_floats_that_would_change_are_warned_of_where_objects_differ(tmp_path):
    rows = [
        even(with_tools(user("a?"), calling({"x": 1e-11}), result(), answer())),
        even(with_tools(user("b?"), calling({"y": 1}), result(), answer())),
    ]
    assert where(check(tmp_path, rows), "float_risk") == [1]
    assert "float_risk" not in check(tmp_path, rows[:1]).codes("warning")
    rows[0]["messages"][1]["tool_calls"][0]["function"]["arguments"] = {"x": 0.123456789012345}
    assert where(check(tmp_path, rows), "float_risk") == [1]


def test_a_column_that_is_always_null_is_warned_of(tmp_path):
    assert check(tmp_path, [chat(tools=None)]).codes("warning") == {"null_column": 1}


@pytest.mark.parametrize(
    "row",
    [
        chat(id="a", source="b", model="c", system_prompt="d"),
        chat(type="session", id="a", version=3, cwd="/"),
    ],
)
def test_columns_that_look_like_an_agents_trace_are_an_error(tmp_path, row):
    assert check(tmp_path, [row]).codes("error") == {"agent_trace": 1}


def test_rows_of_ours_with_late_tools_pass_because_they_are_moved(tmp_path):
    from pathlib import Path

    from windrow.flow.exports.trl import TRL, TRLOptions

    long = [sft(f"Question {n}?", f"{n} " + "word " * 4000 + "end.") for n in range(540)]
    late = [called('{"city": "P", "days": 1}'), called('{"city": "Q"}', question="And Q?")]
    TRL(TRLOptions(), base=Path()).write((("train", row) for row in [*long, *late]), tmp_path)
    assert (tmp_path / "train.jsonl").stat().st_size > 10 << 20
    findings = validate(tmp_path, "trl")
    assert findings.errors == 0, findings.shown
    assert "filled_key" not in findings.codes("warning")


@settings(max_examples=60, deadline=None)
@given(
    content=st.binary(max_size=300)
    | st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(KEYS),
                    inner,
                    max_size=4,
                )
            ),
        ),
        max_size=4,
    ).map(lambda rows: "".join(json.dumps(row) + "\n" for row in rows).encode()),
    target=st.sampled_from(["trl", "openai"]),
)
def test_anything_is_judged_and_nothing_raises(tmp_path_factory, content, target):
    path = tmp_path_factory.mktemp("any") / "any.jsonl"
    path.write_bytes(content)
    findings = validate(path, target)
    assert findings.ok == (findings.errors == 0)
