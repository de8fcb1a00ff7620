"""The TRL export of preferences and labels: their columns, their files, and what is said of them as a set."""

import pytest
from trl_files import export, lines

from conversations import SEARCH, from_passages, labelled, preferred, sft
from windrow.flow.exports.validate import validate
from windrow.row import Message, ToolCall


def test_sides_that_differ_in_dropped_reasoning_only_are_no_pair(tmp_path):
    answers = [(Message("assistant", "So.", reasoning=thought),) for thought in ("Hm.", "Ah.")]
    pair = preferred(chosen=answers[0], rejected=answers[1])
    assert export([pair], tmp_path / "kept").rows_out == 1
    manifest = export([pair, preferred("Why?")], tmp_path / "dropped", reasoning="drop")
    assert manifest.skipped == {"same_sides": [pair.id]}


def test_a_preference_has_an_explicit_prompt_and_lists_of_messages(tmp_path):
    export([preferred()], tmp_path, meta=False)
    assert lines(tmp_path / "train.jsonl") == [
        {
            "prompt": [{"role": "user", "content": "The weather in Paris?"}],
            "chosen": [{"role": "assistant", "content": "It is sunny."}],
            "rejected": [{"role": "assistant", "content": "No idea."}],
        }
    ]


def test_an_answer_with_a_label_is_a_prompt_a_completion_and_true_or_false(tmp_path):
    export([labelled(False), labelled(True, "And in Rome?")], tmp_path, meta=False)
    found = lines(tmp_path / "train.jsonl")
    assert list(found[0]) == ["prompt", "completion", "label"]
    assert [row["label"] for row in found] == [False, True]
    assert found[0]["completion"] == [{"role": "assistant", "content": "It is sunny."}]


def test_where_forms_mix_each_has_a_file_for_each_split(tmp_path):
    made = [("train", sft()), ("train", preferred()), ("test", labelled()), ("train", from_passages())]
    manifest = export(made, tmp_path)
    assert manifest.files == {"train_sft.jsonl": 2, "train_preference.jsonl": 1, "test_unpaired.jsonl": 1}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["load.py", *sorted(manifest.files)]
    assert 'train_preference = load("train_preference.jsonl")' in (tmp_path / "load.py").read_text()
    assert list(lines(tmp_path / "train_sft.jsonl")[0]) == ["messages", "meta"]


def test_where_all_rows_are_of_one_form_the_files_are_called_after_the_splits(tmp_path):
    manifest = export([("train", preferred()), ("test", preferred("Why?"))], tmp_path)
    assert manifest.files == {"train.jsonl": 1, "test.jsonl": 1}


@pytest.mark.parametrize("answer", ["chosen", "rejected", "completion"])
def test_dates_in_arguments_of_answers_that_are_all_calls_stay_text(tmp_path, answer):
    call = (Message("assistant", "", tool_calls=(ToolCall("abcdefgh1", "search", '{"day": "2024-01-01"}'),)),)
    make = labelled if answer == "completion" else preferred
    export([make(question=f"{n}?", tools=(SEARCH,), **{answer: call}) for n in range(3)], tmp_path)
    assert set(validate(tmp_path, "trl").codes("error")) <= {"one_class"}


def test_answers_that_are_all_dates_stay_text(tmp_path):
    export([labelled(n % 2 == 0, f"Day {n}?", f"2024-01-{n:02}") for n in range(1, 9)], tmp_path / "unpaired")
    export([sft(f"Day {n}?", f"2024-01-{n:02}") for n in range(1, 9)], tmp_path / "sft", format="prompt_completion")
    assert validate(tmp_path / "unpaired", "trl").errors == 0
    assert validate(tmp_path / "sft", "trl").errors == 0


def test_one_class_of_labels_is_warned_of_and_uneven_ones_get_weights(tmp_path):
    one = export([labelled(True, f"{n}?") for n in range(4)], tmp_path / "one")
    assert "all 4 answers have the label true" in one.warnings[0]
    more = export([labelled(n < 6, f"{n}?") for n in range(8)], tmp_path / "more")
    assert "undesirable_weight between 2.26 and 3.00" in more.warnings[0]
    fewer = export([labelled(n < 2, f"{n}?") for n in range(8)], tmp_path / "fewer")
    assert "desirable_weight between 3.00 and 3.99" in fewer.warnings[0]
    assert export([labelled(n < 4, f"{n}?") for n in range(8)], tmp_path / "even").warnings == []


def test_pairs_that_length_alone_tells_apart_are_warned_of(tmp_path):
    longer = export([preferred(f"{n}?", "A long and winding answer.", "No.") for n in range(40)], tmp_path / "longer")
    assert "the longer one in 100% of 40 pairs" in longer.warnings[0]
    sides = [("A long and winding answer.", "No."), ("Yes.", "A long and winding no.")]
    even = export([preferred(f"{n}?", *sides[n % 2]) for n in range(40)], tmp_path / "even")
    assert even.warnings == []
