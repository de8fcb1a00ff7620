"""The OpenAI export: strings for arguments, no key the service does not know, and what is lost is told."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from conversations import WEATHER, called, distinct, from_passages, rows, sft
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from windrow.flow import EXPORTS
from windrow.flow.exports.openai import OpenAI, OpenAIOptions
from windrow.flow.exports.validate import validate
from windrow.row import Message, Row


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
    assert set(manifest.skipped_counts) <= {"nothing_trained"}
    if manifest.rows_out:
        findings = validate(folder, "openai")
        assert findings.errors == 0, findings.shown
        assert findings.rows == manifest.files


def test_the_export_is_found_by_its_name():
    assert EXPORTS.load("openai") is OpenAI
