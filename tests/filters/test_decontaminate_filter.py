"""Decontaminate: a planted evaluation item is refused, its paraphrase is named, and everything else passes."""

import json
from pathlib import Path

import pytest

from windrow import Plan
from windrow.errors import ConfigError
from windrow.flow.filters.decontaminate import Decontaminate, DecontaminateOptions
from windrow.row import Chunk, Message, Row
from windrow.text.evaluation_sets import write_hashes

ITEM = "Ilse filled 36 jars of jam in June, and in July a third as many. How many jars did Ilse fill in both months?"
PARAPHRASE = "In June Ilse filled 36 jars, in July one for every three of those. How many jars of jam has she in all?"
OTHER = "A ferry carries 14 cars an hour. On Sunday it sailed for only 90 minutes. How many cars crossed the lake?"


def row(question, answer="Forty-eight."):
    return Row("sft", messages=(Message("user", question), Message("assistant", answer)))


def opened(folder, against, **options):
    found = Decontaminate(DecontaminateOptions(against=against, **options), base=folder)
    found.open((), folder)
    return found


@pytest.fixture
def evals(tmp_path):
    path = tmp_path / "evals.jsonl"
    path.write_text("".join(json.dumps({"question": one, "answer": "48"}) + "\n" for one in (ITEM, OTHER)))
    return path


def test_a_planted_item_is_refused_with_its_place_and_share(tmp_path, evals):
    verdict = opened(tmp_path, evals.name).admit(row(f"Solve this, please.\n{ITEM}"))
    assert (verdict.outcome, verdict.reason) == ("fail", "contaminated")
    assert verdict.evidence == {"item": "evals.jsonl:1", "share": 1.0}


def test_an_item_in_an_answer_is_refused_as_well(tmp_path, evals):
    assert opened(tmp_path, evals.name).admit(row("Give me a task.", ITEM)).reason == "contaminated"


def test_a_paraphrase_passes_and_names_the_item_that_it_may_be(tmp_path, evals):
    verdict = opened(tmp_path, evals.name).admit(row(PARAPHRASE))
    assert verdict.outcome == "pass"
    assert verdict.evidence["proposed"]["item"] == "evals.jsonl:1"
    assert opened(tmp_path, evals.name, propose=0).admit(row(PARAPHRASE)).evidence == {}


def test_an_item_that_is_only_thought_of_is_seen_by_the_student_too(tmp_path, evals):
    turns = (Message("user", "Think of a task."), Message("assistant", "Done.", reasoning=f"Perhaps this: {ITEM}"))
    assert opened(tmp_path, evals.name).admit(Row("sft", messages=turns)).reason == "contaminated"


def test_a_passage_of_the_users_own_is_no_question_of_an_evaluation(tmp_path):
    passage = "Ferries leave the north pier every forty minutes from six in the morning until a quarter past eleven."
    (tmp_path / "evals.txt").write_text(f"{passage}\n{OTHER}\n")
    filtered = opened(tmp_path, "evals.txt")
    chunk = Chunk("1", passage, "ferries.md", 0, len(passage))
    turns = (Message("user", f"{passage}\n\nWhen is the last one?"), Message("assistant", "At a quarter past eleven."))
    verdict = filtered.admit(Row("rag_qa", messages=turns, contexts=(chunk,)))
    assert verdict.outcome == "pass"
    assert verdict.evidence["in_passages"] == {"item": "evals.txt:1", "share": 1.0}
    assert filtered.admit(Row("sft", messages=turns)).reason == "contaminated"
    asked = (Message("user", f"{passage}\n\n{OTHER}"), turns[1])
    verdict = filtered.admit(Row("rag_qa", messages=asked, contexts=(chunk,)))
    assert verdict.evidence["item"] == "evals.txt:2"


def test_a_row_of_its_own_passes_without_a_word(tmp_path, evals):
    verdict = opened(tmp_path, evals.name).admit(row("Write a short poem about the wind over a field of barley."))
    assert (verdict.outcome, verdict.evidence) == ("pass", {})


def test_hashes_do_what_the_text_does_and_hold_none_of_it(tmp_path):
    path = tmp_path / "secret.hashes.jsonl"
    chinese = "小明有5个苹果，吃了2个，又买了12个橙子，他现在一共有多少个水果？"
    assert write_hashes([("exam 1", ITEM), ("exam 2", OTHER), ("exam 3", chinese), ("exam 4", STEM)], path) == 4
    assert "jars" not in path.read_text()
    verdict = opened(tmp_path, [path.name]).admit(row(ITEM))
    assert verdict.evidence == {"item": "exam 1", "share": 1.0}
    assert opened(tmp_path, path.name).admit(row(f"{STEM} All of it.")).evidence["item"] == "exam 4"
    assert opened(tmp_path, path.name).admit(row(chinese)).evidence["item"] == "exam 3"
    assert opened(tmp_path, path.name).admit(row(PARAPHRASE)).evidence == {}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", f"\n{ITEM}\n{OTHER}\n"),
        ("a.csv", f'id,problem\n1,"{ITEM}"\n'),
        ("a.json", json.dumps([ITEM])),
        ("a.json", json.dumps([{"messages": [{"role": "user", "content": ITEM}]}])),
        ("a.jsonl", json.dumps({"prompt": [{"role": "user", "content": ITEM}]}) + "\n"),
        ("a.jsonl", json.dumps({"turns": [ITEM, "And in August?"]}) + "\n"),
    ],
)
def test_sets_are_read_in_their_usual_forms_and_from_folders(tmp_path, name, content):
    folder = tmp_path / "evals"
    folder.mkdir()
    (folder / name).write_text(content, encoding="utf-8")
    for against in (f"evals/{name}", "evals"):
        assert opened(tmp_path, against).admit(row(ITEM)).reason == "contaminated"


STEM = "Which of the following is true?"


@pytest.mark.parametrize(
    ("record", "row_of_its_own"),
    [
        (
            {"question": STEM, "choices": ["Otters sleep afloat", "Herons sleep in dens", "Owls are fish"]},
            f"{STEM} 2+2=4",
        ),
        ({"question": STEM, "choices": {"text": ["Otters sleep afloat", "Owls are fish"], "label": ["A", "B"]}}, STEM),
        ({"question": STEM, "options": {"A": "Otters sleep afloat", "B": "Owls are fish"}}, STEM),
        ({"question": STEM, "A": "Otters sleep afloat", "B": "Owls are fish"}, STEM),
        ({"instruction": "Sum this up.", "input": "Otters sleep afloat, holding hands."}, "Sum this up. Rain fell."),
    ],
)
def test_an_item_is_taken_with_what_its_question_says_little_without(tmp_path, record, row_of_its_own):
    (tmp_path / "evals.json").write_text(json.dumps([record]))
    filtered = opened(tmp_path, "evals.json")
    assert filtered.admit(row(row_of_its_own)).outcome == "pass"
    said = "\n".join(one for one in _strings(record) if one not in "AB")
    assert filtered.admit(row(f"Mind this.\n{said}")).reason == "contaminated"


def _strings(value):
    if isinstance(value, str):
        return [value]
    return [one for each in (value.values() if isinstance(value, dict) else value) for one in _strings(each)]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl", '{"question": "x"}\n{oops\n', "a.jsonl:2"),
        ("a.jsonl", '{"answer": "x"}\n', "no question in it"),
        ("a.hashes.jsonl", '{"run": 13}\n', "not hashes of runs"),
        ("a.hashes.jsonl", '{"windrow_hashes": 1, "run": 8}\n{"name": "x"}\n', "a.hashes.jsonl:2"),
        (
            "a.hashes.jsonl",
            '{"windrow_hashes": 1, "run": 8}\n{"name": "x", "size": 20, "hashes": ["00"]}\n',
            "its size",
        ),
        ("a.jsonl", "", "the evaluation set is empty"),
        ("a.txt", "Yes\nNo\n", "too short to be told"),
        ("a.parquet", "PAR1", "not a kind"),
        ("a.txt", b"\xff\xfe\xff", "cannot be read"),
    ],
)
def test_a_set_that_cannot_be_read_is_named_with_its_line(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError, match=said.replace(".", r"\.")) as caught:
        opened(tmp_path, name)
    assert name in str(caught.value)


def test_a_set_or_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match="no such evaluation set"):
        opened(tmp_path, "nowhere.jsonl")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="no evaluation set is in the folder"):
        opened(tmp_path, "empty")


def test_a_run_keeps_out_what_its_config_names(tmp_path, evals):
    seeds = [{"instruction": one, "output": "48"} for one in (ITEM, "Name three trees.", "Name three rivers.")]
    (tmp_path / "seeds.jsonl").write_text("".join(json.dumps(seed) + "\n" for seed in seeds))
    (tmp_path / "as_they_are.py").write_text(
        "from windrow import Recipe\n"
        "class AsTheyAre(Recipe):\n"
        "    name = 'as_they_are'\n"
        "    def open(self, seeds, folder):\n"
        "        self.seeds = list(seeds)\n"
        "    def plant(self, accepted, wave):\n"
        "        return iter(self.seeds)\n"
        "    async def grow(self, seed, ask):\n"
        "        yield seed.payload\n"
    )
    config = {
        "name": "clean",
        "seeds": [{"use": "rows", "path": "seeds.jsonl"}],
        "recipes": [{"use": "as_they_are.py:AsTheyAre", "filters": [{"use": "dedupe", "seeds": False}]}],
        "filters": [{"use": "decontaminate", "against": str(Path(evals).name)}],
    }
    run = Plan.parse(config, base=tmp_path).run(tmp_path / "out")
    (refused,) = run.rows(status="rejected")
    assert (refused.by, refused.reason) == ("decontaminate", "contaminated")
    assert len(list(run.rows(status="accepted"))) == 2
