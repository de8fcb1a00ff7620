"""The TRL export, whatever the rows: what the shape check passes is written, is valid, and reads back the same."""

import json
from itertools import groupby
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from trl_files import export, lines

from conversations import distinct, rows
from windrow.flow.checks.shape import Shape
from windrow.flow.exports.validate import validate
from windrow.shapes import Options

SHAPE = Shape(Options(), base=Path())


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    found=st.lists(rows(), min_size=1, max_size=6).map(distinct),
    form=st.sampled_from(["messages", "prompt_completion"]),
    reasoning=st.sampled_from(["field", "inline", "drop"]),
)
def test_whatever_is_exported_validates(tmp_path_factory, found, form, reasoning):
    assert [SHAPE.check(row).reason for row in found if SHAPE.check(row).outcome != "pass"] == []
    folder = tmp_path_factory.mktemp("trl")
    manifest = export(found, folder, format=form, reasoning=reasoning)
    assume(manifest.files)
    findings = validate(folder, "trl")
    assert findings.codes("error").keys() <= {"one_class", "contradiction"}, findings.shown
    assert set(manifest.skipped_counts) <= {"nothing_trained", "same_sides"}
    assert sum(findings.rows.values()) == manifest.rows_out == len(found) - sum(manifest.skipped_counts.values())


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    found=st.lists(rows(), min_size=1, max_size=6).map(distinct),
    form=st.sampled_from(["messages", "prompt_completion"]),
)
def test_what_is_exported_reads_back_as_the_same_content(tmp_path_factory, found, form):
    folder = tmp_path_factory.mktemp("trl")
    manifest = export(found, folder, format=form)
    read = {
        json.loads(record["meta"])["id"]: said_in(record) for file in manifest.files for record in lines(folder / file)
    }
    skipped = {name for names in manifest.skipped.values() for name in names}
    assert read == {row.id: said_by(row, form) for row in found if row.id not in skipped}


def said_in(record):
    """What a line of the file says, without the nulls that fill it up."""
    sides = {key: [turn_in(turn) for turn in side] for key, side in record.items() if isinstance(side, list)}
    return {**sides, "label": record.get("label"), "tools": json.loads(record.get("tools") or "[]")}


def turn_in(turn):
    calls = [
        (call["id"], call["function"]["name"], call["function"]["arguments"]) for call in turn.get("tool_calls") or ()
    ]
    return [
        turn["role"],
        turn["content"],
        turn.get("reasoning_content"),
        calls,
        turn.get("tool_call_id"),
        turn.get("name"),
    ]


def said_by(row, form):
    """What the row says, as its file should."""
    sides = {side: getattr(row, side) for side in ("messages", "prompt", "completion", "chosen", "rejected")}
    if row.messages and form == "prompt_completion":
        sides = {"prompt": row.messages[:-1], "completion": row.messages[-1:]}
    told = {side: turns_of(turns) for side, turns in sides.items() if turns}
    tools = [{"type": "function", "function": tool.to_dict()} for tool in row.tools]
    return {**told, "label": row.label, "tools": tools}


def turns_of(turns):
    """The turns, each run of results in the order of the calls, which have their ids in alphabetical order."""
    out = []
    for results, group in groupby(turns, key=lambda turn: turn.role == "tool"):
        out += sorted(group, key=lambda turn: turn.tool_call_id if results else "")
    return [
        [
            turn.role,
            turn.content,
            turn.reasoning,
            [(call.id, call.name, json.loads(call.arguments_json)) for call in turn.tool_calls],
            turn.tool_call_id,
            "search" if turn.role == "tool" else None,
        ]
        for turn in out
    ]
