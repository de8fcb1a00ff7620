"""The OpenAI export: strings for arguments, no key the service does not know, and what is lost is told."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conversations import WEATHER, called, distinct, from_passages, labelled, preferred, rows, sft
from windrow.flow import EXPORTS
from windrow.flow.exports.openai import OpenAI, OpenAIOptions
from windrow.flow.exports.validate import validate
from windrow.row import Message, Row, ToolCall


def export(found, folder, **options):
    return OpenAI(OpenAIOptions(**options), base=Path()).write((("train", row) for row in found), folder)


def lines(folder):
    return [json.loads(line) for line in (folder / "train.jsonl").read_bytes().splitlines()]


def test_a_conversation_has_messages_and_nothing_else(tmp_path):
    manifest = export([from_passages()], tmp_path)
    [row] = lines(tmp_path)
    assert list(row) == ["messages"]
    assert [turn["role"] for turn in row["messages"]] == ["system", "user", "assistant"]
    assert manifest.files == {"train.jsonl": 1}


def test_arguments_stay_the_very_text_they_were(tmp_path):
    text = '{ "city":"Paris", "at": 1.70, "none": null }'
    export([called(text)], tmp_path)
    [row] = lines(tmp_path)
    calling, result = row["messages"][1:3]
    assert calling == {
        "role": "assistant",
        "tool_calls": [{"id": "abcdefgh1", "type": "function", "function": {"name": "weather", "arguments": text}}],
    }
    assert result == {"role": "tool", "content": "sunny", "tool_call_id": "abcdefgh1"}
    assert row["tools"][0] == {"type": "function", "function": WEATHER.to_dict()}


def test_a_turn_that_is_not_trained_has_the_weight_nought(tmp_path):
    turns = [*sft().messages, *sft("Why?").messages]
    turns[1] = replace(turns[1], train=False)
    export([Row("sft", messages=tuple(turns))], tmp_path)
    assert [turn.get("weight") for turn in lines(tmp_path)[0]["messages"]] == [None, 0, None, None]


def test_rows_that_the_service_would_refuse_are_named_with_their_reason(tmp_path):
    masked = Row("sft", messages=(Message("user", "Why?"), Message("assistant", "So.", train=False)))
    misnamed = replace(sft(), tools=(replace(WEATHER, name="the weather"),))
    prompt = Row("prompt", prompt=sft().messages[:1])
    broken = called("{'city': 'Paris'}")
    manifest = export([masked, misnamed, prompt, broken, sft("Kept?")], tmp_path)
    assert manifest.skipped == {
        "arguments_malformed": [broken.id],
        "kind_prompt": [prompt.id],
        "nothing_trained": [masked.id],
        "tool_name": [misnamed.id],
    }


@pytest.mark.parametrize(("reasoning", "content"), [("drop", "So."), ("inline", "<think>\nHm.\n</think>\n\nSo.")])
def test_reasoning_is_inline_or_its_loss_is_told(tmp_path, reasoning, content):
    row = Row("sft", messages=(Message("user", "Why?"), Message("assistant", "So.", reasoning="Hm.")))
    manifest = export([row], tmp_path, reasoning=reasoning)
    assert lines(tmp_path)[0]["messages"][1] == {"role": "assistant", "content": content}
    assert manifest.lossy_counts == ({"reasoning": 1} if reasoning == "drop" else {})


def test_a_preference_has_an_input_and_one_answer_a_side(tmp_path):
    pair = preferred(tools=(WEATHER,))
    export([pair], tmp_path, parallel_tool_calls=False)
    assert lines(tmp_path) == [
        {
            "input": {
                "messages": [{"role": "user", "content": "The weather in Paris?"}],
                "tools": [{"type": "function", "function": WEATHER.to_dict()}],
                "parallel_tool_calls": False,
            },
            "preferred_output": [{"role": "assistant", "content": "It is sunny."}],
            "non_preferred_output": [{"role": "assistant", "content": "No idea."}],
        }
    ]


def test_what_the_format_cannot_hold_is_left_out_and_named(tmp_path):
    unpaired = labelled()
    long = preferred(chosen=(*called().messages[1:],), tools=(WEATHER,))
    thoughts = [(Message("assistant", "So.", reasoning=thought),) for thought in ("Hm.", "Ah.")]
    alike = preferred("Why?", chosen=thoughts[0], rejected=thoughts[1])
    manifest = export([unpaired, long, alike, preferred("How?")], tmp_path)
    assert manifest.skipped == {
        "kind_unpaired": [unpaired.id],
        "same_sides": [alike.id],
        "several_turns_a_side": [long.id],
    }


def test_rows_that_call_several_tools_at_once_are_left_out_where_that_is_said_not_to_be(tmp_path):
    calls = tuple(ToolCall(key * 9, "weather", '{"city": "Paris"}') for key in "ab")
    several = Row(
        "sft", messages=(Message("user", "Both?"), Message("assistant", "", tool_calls=calls)), tools=(WEATHER,)
    )
    assert export([several], tmp_path / "any").rows_out == 1
    assert "parallel_tool_calls" not in lines(tmp_path / "any")[0]
    manifest = export([several, called()], tmp_path / "none", parallel_tool_calls=False)
    assert manifest.skipped == {"parallel_calls": [several.id]}
    assert lines(tmp_path / "none")[0]["parallel_tool_calls"] is False
    assert (
        "parallel_tool_calls"
        not in (export([sft()], tmp_path / "plain", parallel_tool_calls=True), lines(tmp_path / "plain"))[1][0]
    )


def test_chats_and_preferences_go_into_files_of_their_own(tmp_path):
    manifest = export([sft(), preferred(), from_passages()], tmp_path)
    assert manifest.files == {"train_sft.jsonl": 2, "train_preference.jsonl": 1}
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(manifest.files)
    assert [warning.split()[0] for warning in manifest.warnings] == ["train_sft.jsonl", "train_preference.jsonl"]


def test_too_few_rows_are_warned_of(tmp_path):
    assert "no fewer than 10" in export([sft()], tmp_path / "one").warnings[0]
    assert export([sft(f"{n}?") for n in range(10)], tmp_path / "ten").warnings == []


def test_no_rows_write_nothing_and_say_so(tmp_path):
    assert "no rows" in export([], tmp_path).warnings[0]
    assert list(tmp_path.iterdir()) == []


def test_a_row_that_cannot_be_written_is_left_out(tmp_path):
    manifest = export(
        [replace(sft(), messages=(Message("user", "\ud800"), Message("assistant", "So."))), sft()], tmp_path
    )
    assert manifest.skipped_counts == {"unwritable": 1}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(found=st.lists(rows(), min_size=1, max_size=6).map(distinct), reasoning=st.sampled_from(["inline", "drop"]))
def test_whatever_is_exported_validates(tmp_path_factory, found, reasoning):
    folder = tmp_path_factory.mktemp("openai")
    manifest = export(found, folder, reasoning=reasoning)
    assert manifest.rows_out + sum(manifest.skipped_counts.values()) == len(found)
    assert set(manifest.skipped_counts) <= {"nothing_trained", "kind_unpaired", "same_sides"}
    assert manifest.skipped_counts.get("kind_unpaired", 0) == sum(row.kind == "unpaired" for row in found)
    if manifest.rows_out:
        findings = validate(folder, "openai")
        assert findings.codes("error").keys() <= {"contradiction"}, findings.shown
        assert findings.rows == manifest.files


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(found=st.lists(rows(), min_size=1, max_size=6).map(distinct))
def test_what_is_exported_reads_back_as_the_same_content(tmp_path_factory, found):
    folder = tmp_path_factory.mktemp("openai")
    manifest = export(found, folder)
    skipped = {name for names in manifest.skipped.values() for name in names}
    kept = [row for row in found if row.id not in skipped]
    read = [said_in(json.loads(line)) for file in manifest.files for line in (folder / file).read_bytes().splitlines()]
    assert sorted(read, key=is_pair) == sorted(map(said_by, kept), key=is_pair)


def is_pair(said):
    return "input" in said


def said_in(record):
    asked = record.get("input", record)
    sides = {"messages": asked["messages"], **{key: record[key] for key in record if key.endswith("_output")}}
    told = {side: [turn_in(turn) for turn in turns] for side, turns in sides.items()}
    return {**told, "tools": asked.get("tools", []), **({"input": True} if "input" in record else {})}


def turn_in(turn):
    calls = [
        (call["id"], call["function"]["name"], call["function"]["arguments"]) for call in turn.get("tool_calls", ())
    ]
    return [turn["role"], turn.get("content", ""), calls, turn.get("tool_call_id"), turn.get("weight")]


def said_by(row):
    sides = {"messages": row.messages or row.prompt}
    if row.kind == "preference":
        sides |= {"preferred_output": row.chosen, "non_preferred_output": row.rejected}
    told = {side: [turn_of(turn) for turn in turns] for side, turns in sides.items()}
    tools = [{"type": "function", "function": tool.to_dict()} for tool in row.tools]
    return {**told, "tools": tools, **({"input": True} if row.kind == "preference" else {})}


def turn_of(turn):
    calls = [(call.id, call.name, call.arguments_json) for call in turn.tool_calls]
    weight = int(turn.train) if turn.role == "assistant" and turn.train is not None else None
    return [turn.role, turn.content, calls, turn.tool_call_id, weight]


def test_the_export_is_found_by_its_name():
    assert EXPORTS.load("openai") is OpenAI
