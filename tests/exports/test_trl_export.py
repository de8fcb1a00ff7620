"""The TRL export: the shape that SFTTrainer wants, one shape for all rows, nothing dropped in silence."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from trl_files import export, lines, thoughtful

from conversations import SEARCH, WEATHER, called, from_passages, labelled, preferred, sft
from windrow.errors import ExportError
from windrow.flow import EXPORTS
from windrow.flow.exports.trl import TRL, TRLOptions
from windrow.flow.exports.validate import validate
from windrow.row import Message, Row, ToolCall


def test_a_conversation_is_written_as_messages(tmp_path):
    manifest = export([sft()], tmp_path)
    [row] = lines(tmp_path / "train.jsonl")
    assert row["messages"] == [
        {"role": "user", "content": "What is wide?"},
        {"role": "assistant", "content": "The sea."},
    ]
    assert (manifest.use, manifest.files, manifest.rows_in, manifest.rows_out) == ("trl", {"train.jsonl": 1}, 1, 1)


def test_what_a_row_came_from_is_one_json_string(tmp_path):
    made = from_passages()
    export([made], tmp_path)
    [row] = lines(tmp_path / "train.jsonl")
    meta = json.loads(row["meta"])
    assert meta["id"] == made.id
    assert meta["lineage"]["documents"] == ["fees.md"]
    assert meta["contexts"] == [{"id": "c1", "source": "fees.md", "start": 0, "end": 19}]
    assert meta["reference"] == {"answer": "Five euro."}
    export([made], tmp_path, meta=False)
    assert list(lines(tmp_path / "train.jsonl")[0]) == ["messages"]


def test_arguments_are_objects_and_tools_a_json_string(tmp_path):
    export([called('{"city": "Paris", "days": 3, "at": 1e-11}')], tmp_path)
    [row] = lines(tmp_path / "train.jsonl")
    call = row["messages"][1]["tool_calls"][0]
    assert call["function"] == {"name": "weather", "arguments": {"city": "Paris", "days": 3, "at": 1e-11}}
    assert row["messages"][2]["tool_call_id"] == call["id"]
    assert json.loads(row["tools"])[0] == {"type": "function", "function": WEATHER.to_dict()}


def test_every_row_and_message_has_the_same_keys_and_the_fullest_row_leads(tmp_path):
    export([sft(), thoughtful(), sft("How?")], tmp_path)
    found = lines(tmp_path / "train.jsonl")
    assert {tuple(turn) for row in found for turn in row["messages"]} == {("role", "content", "reasoning_content")}
    assert found[0]["messages"][1]["reasoning_content"] == "Hm."
    assert found[-1]["messages"][1]["reasoning_content"] is None


def test_messages_keep_their_own_keys_beside_tool_calls_and_rows_their_columns(tmp_path):
    export([sft(), thoughtful(), called(), sft("How?")], tmp_path)
    found = lines(tmp_path / "train.jsonl")
    assert {tuple(row) for row in found} == {tuple(found[0])}
    assert found[0]["tools"]
    assert found[-1]["tools"] is None
    assert [set(turn) for turn in found[-1]["messages"]] == [{"role", "content"}] * 2


def test_dates_in_arguments_stay_text(tmp_path):
    export([called('{"city": "2024-01-01"}')], tmp_path)
    assert validate(tmp_path, "trl").ok


def test_plain_rows_keep_their_order_and_get_no_keys_they_do_not_use(tmp_path):
    made = [sft(f"Question {n}?") for n in range(50)]
    export(made, tmp_path)
    found = lines(tmp_path / "train.jsonl")
    assert [json.loads(row["meta"])["id"] for row in found] == [row.id for row in made]
    assert set(found[0]) == {"messages", "meta"}


def test_rows_that_bring_new_argument_names_move_to_the_front(tmp_path):
    made = [called(question=f"Weather {n}?") for n in range(20)] + [
        called('{"city": "Rome", "days": 2}', question="Rome?")
    ]
    export(made, tmp_path)
    first_two = lines(tmp_path / "train.jsonl")[:2]
    names = {tuple(row["messages"][1]["tool_calls"][0]["function"]["arguments"]) for row in first_two}
    assert names == {("city",), ("city", "days")}


def test_each_split_has_its_file(tmp_path):
    manifest = export([("train", sft()), ("test", called()), ("train", sft("Why?"))], tmp_path)
    assert manifest.files == {"train.jsonl": 2, "test.jsonl": 1}
    assert set(lines(tmp_path / "train.jsonl")[0]) == set(lines(tmp_path / "test.jsonl")[0])


def test_prompt_and_completion(tmp_path):
    export([called()], tmp_path, format="prompt_completion")
    [row] = lines(tmp_path / "train.jsonl")
    assert [turn["role"] for turn in row["prompt"]] == ["user", "assistant", "tool"]
    assert row["completion"] == [{"role": "assistant", "content": "It is sunny."}]


@pytest.mark.parametrize(
    ("reasoning", "expected"),
    [
        ("field", {"content": "So.", "reasoning_content": "Hm."}),
        ("inline", {"content": "<think>\nHm.\n</think>\n\nSo."}),
        ("drop", {"content": "So."}),
    ],
)
def test_reasoning_goes_where_it_is_wanted_and_its_loss_is_told(tmp_path, reasoning, expected):
    row = Row("sft", messages=(Message("user", "Why?"), Message("assistant", "So.", reasoning="Hm.")))
    manifest = export([row], tmp_path, reasoning=reasoning)
    answer = lines(tmp_path / "train.jsonl")[0]["messages"][1]
    assert {key: value for key, value in answer.items() if key != "role"} == expected
    assert manifest.lossy == ({"reasoning": [row.id]} if reasoning == "drop" else {})


def test_rows_that_do_not_fit_are_named_with_their_reason(tmp_path):
    prompt = Row("prompt", prompt=sft().messages[:1])
    unanswered = Row("sft", messages=sft().messages[:1])
    broken = called('{"n": NaN}')
    masked = Row("sft", messages=(Message("user", "Why?"), Message("assistant", "So.", train=False)))
    unasked = preferred(prompt=sft().messages)
    unlabelled = labelled(None)
    manifest = export([prompt, unanswered, broken, masked, unasked, unlabelled, sft()], tmp_path)
    assert manifest.skipped == {
        "arguments_nan": [broken.id],
        "kind_prompt": [prompt.id],
        "no_answer": [unanswered.id],
        "no_label": [unlabelled.id],
        "no_question": [unasked.id],
    }
    assert (manifest.rows_in, manifest.rows_out) == (7, 2)
    assert manifest.lossy_counts == {"train": 1}


def test_an_answer_that_is_not_to_be_learnt_is_no_completion(tmp_path):
    masked = Row("sft", messages=(Message("user", "Why?"), Message("assistant", "So.", train=False)))
    assert export([masked, sft()], tmp_path, format="prompt_completion").skipped == {"nothing_trained": [masked.id]}


def test_reasoning_that_speaks_of_its_own_marks_does_not_go_inline(tmp_path):
    row = Row("sft", messages=(Message("user", "Why?"), Message("assistant", "So.", reasoning="a </think> b")))
    assert export([row, sft()], tmp_path, reasoning="inline").skipped == {"think_in_reasoning": [row.id]}


def test_results_stand_in_the_order_of_their_calls_and_are_named(tmp_path):
    calls = tuple(ToolCall(key * 9, name, "{}") for key, name in (("a", "weather"), ("b", "search")))
    turns = (
        Message("user", "Paris?"),
        Message("assistant", "", tool_calls=calls),
        Message("tool", "found", tool_call_id="b" * 9),
        Message("tool", "sunny", tool_call_id="a" * 9),
        Message("assistant", "It is sunny."),
    )
    manifest = export([Row("sft", messages=turns, tools=(WEATHER, SEARCH))], tmp_path)
    results = [turn for turn in lines(tmp_path / "train.jsonl")[0]["messages"] if turn["role"] == "tool"]
    assert [(turn["name"], turn["content"]) for turn in results] == [("weather", "sunny"), ("search", "found")]
    assert any("several tools at once" in warning for warning in manifest.warnings)


def test_tools_can_be_a_list_for_older_versions(tmp_path):
    export([called(), sft()], tmp_path, tools="list")
    found = lines(tmp_path / "train.jsonl")
    assert found[0]["tools"][0]["function"]["name"] == "weather"
    assert found[1]["tools"] is None


def test_reasoning_that_templates_may_drop_is_told(tmp_path):
    assert "23 of 41 chat templates drop" in export([thoughtful()], tmp_path / "field").warnings[0]
    assert export([thoughtful()], tmp_path / "inline", reasoning="inline").warnings == []
    before = Row("sft", messages=(*thoughtful().messages, *sft().messages))
    assert "before their last turn" in export([before], tmp_path / "before", reasoning="inline").warnings[0]
    last_only = export([before], tmp_path / "last", reasoning="inline", format="prompt_completion")
    assert last_only.warnings == []


def test_no_more_than_twenty_ids_are_named_but_all_are_counted(tmp_path):
    manifest = export([*(Row("prompt", prompt=sft(f"{n}?").messages[:1]) for n in range(50)), sft()], tmp_path)
    assert manifest.skipped_counts == {"kind_prompt": 50}
    assert len(manifest.skipped["kind_prompt"]) == 20


def test_the_file_is_plain_utf8_with_one_row_a_line(tmp_path):
    export([sft("Was ist 广?", "Das 🌊\nund\u2028mehr."), sft()], tmp_path)
    raw = (tmp_path / "train.jsonl").read_bytes()
    assert "🌊".encode() in raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\n") == 2
    assert raw.endswith(b"}\n")
    assert b"\r" not in raw


def test_the_same_rows_give_the_same_bytes(tmp_path):
    made = [sft(), called(), from_passages()]
    export(made, tmp_path / "one")
    export(made, tmp_path / "two")
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_only_the_files_of_the_export_are_left(tmp_path):
    export([("train", sft()), ("test", called())], tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["load.py", "test.jsonl", "train.jsonl"]


def test_a_split_that_is_gone_takes_its_file_along(tmp_path):
    manifest = export([("train", sft()), ("test", sft("Why?"))], tmp_path)
    (tmp_path / "export_report.json").write_text(json.dumps({"files": manifest.files}))
    (tmp_path / "mine.jsonl").write_text("{}\n")
    export([sft()], tmp_path)
    assert sorted(file.name for file in tmp_path.glob("*.jsonl")) == ["mine.jsonl", "train.jsonl"]


def test_no_rows_write_nothing_and_say_so(tmp_path):
    export([sft()], tmp_path)
    before = (tmp_path / "train.jsonl").read_bytes()
    manifest = export([], tmp_path)
    assert manifest.files == {}
    assert "no rows" in manifest.warnings[0]
    assert (tmp_path / "train.jsonl").read_bytes() == before


def test_rows_that_stop_coming_leave_the_earlier_export_alone(tmp_path):
    export([sft()], tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    def breaking():
        yield "train", sft("Why?")
        raise RuntimeError("the ledger broke")

    with pytest.raises(RuntimeError):
        TRL(TRLOptions(), base=Path()).write(breaking(), tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_folder_that_cannot_be_made_is_said_with_place_and_remedy(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError) as caught:
        export([sft()], tmp_path / "file")
    assert caught.value.where == str(tmp_path / "file")
    assert caught.value.remedy


FULL_DISK = """
import resource, sys
from pathlib import Path
from windrow.errors import ExportError
from windrow.flow.exports.trl import TRL, TRLOptions
from windrow.testing.rows import make_rows
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    TRL(TRLOptions(), base=Path()).write((("train", row) for row in make_rows(500)), Path(sys.argv[1]))
except ExportError as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs limits on file sizes")
def test_a_disk_without_room_leaves_the_earlier_export_alone(tmp_path):
    export([sft()], tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "cannot be written" in done.stdout
    assert "an earlier export is untouched" in done.stdout
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_the_export_is_found_by_its_name():
    assert EXPORTS.load("trl") is TRL
