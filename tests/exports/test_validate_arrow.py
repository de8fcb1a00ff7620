"""validate: what Arrow makes of a file, foretold."""

import json
from pathlib import Path

import pytest
from files_of_rows import answer, calling, chat, check, result, user, where, with_tools

from conversations import called, sft
from windrow.flow.exports.trl import TRL, TRLOptions
from windrow.flow.exports.validate import validate

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


def test_arguments_of_differing_keys_are_padded_by_older_versions(tmp_path):
    rows = [
        with_tools(user(f"{n}?"), calling(value), result(), answer())
        for n, value in enumerate([{"a": 1}, {"a": 2}, {"b": 1}])
    ]
    assert "null_padding" not in check(tmp_path, rows[:2]).codes("warning")
    findings = check(tmp_path, rows)
    assert where(findings, "null_padding") == [3]
    assert "datasets 4.7" in next(found.remedy for found in findings.shown if found.code == "null_padding")


def test_tools_as_lists_of_differing_objects_are_warned_of(tmp_path):
    other = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]
    rows = [with_tools(), with_tools(user("Why?"), answer("So."), tools=other)]
    assert "uneven_keys" in check(tmp_path, rows).codes("warning")
    as_text = [{**row, "tools": json.dumps(row["tools"])} for row in rows]
    assert "uneven_keys" not in check(tmp_path, as_text).codes("warning")


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
    long = [sft(f"Question {n}?", f"{n} " + "word " * 4000 + "end.") for n in range(540)]
    late = [called('{"city": "P", "days": 1}'), called('{"city": "Q"}', question="And Q?")]
    TRL(TRLOptions(), base=Path()).write((("train", row) for row in [*long, *late]), tmp_path)
    assert (tmp_path / "train.jsonl").stat().st_size > 10 << 20
    findings = validate(tmp_path, "trl")
    assert findings.errors == 0, findings.shown
    assert "filled_key" not in findings.codes("warning")
