"""windrow hashes: an evaluation set that can be handed on without its text, and still keeps rows clean."""

import json

from windrow.flow.filters.decontaminate import Decontaminate, DecontaminateOptions
from windrow.row import Message, Row

ITEM = "Ilse filled 36 jars of jam in June, and in July a third as many. How many jars did Ilse fill in both months?"


def test_a_set_becomes_hashes_that_find_its_items_and_hold_none_of_its_text(project):
    (project.folder / "exam.jsonl").write_text(json.dumps({"question": ITEM}) + "\n")
    (project.folder / "more").mkdir()
    (project.folder / "more" / "short.txt").write_text("How do I stop a process?\n")

    done = project.windrow("hashes", "exam.jsonl", "more/", "--to", "both.hashes.jsonl")

    assert (done.returncode, done.stdout.strip()) == (0, "both.hashes.jsonl: 2 items")
    assert "jam" not in (project.folder / "both.hashes.jsonl").read_text()
    filtered = Decontaminate(DecontaminateOptions(against="both.hashes.jsonl"), base=project.folder)
    filtered.open((), project.folder)
    for question, item in ((ITEM, "exam.jsonl:1"), ("How do I stop a process?", "more/short.txt:1")):
        turns = (Message("user", question), Message("assistant", "So."))
        assert filtered.admit(Row("sft", messages=turns)).evidence["item"] == item


def test_hashes_of_hashes_are_the_same_hashes(project):
    (project.folder / "exam.jsonl").write_text(json.dumps({"question": ITEM}) + "\n")
    project.windrow("hashes", "exam.jsonl", "--to", "one.hashes.jsonl")
    told = json.loads(project.windrow("hashes", "one.hashes.jsonl", "--to", "two.hashes.jsonl", "--json").stdout)
    assert told == {"file": "two.hashes.jsonl", "items": 1}
    assert (project.folder / "two.hashes.jsonl").read_text() == (project.folder / "one.hashes.jsonl").read_text()


def test_a_name_that_nobody_would_know_and_a_set_that_is_not_there_are_refused(project):
    (project.folder / "exam.txt").write_text(f"{ITEM}\n")
    for arguments, said in (
        (("exam.txt", "--to", "exam.out"), "end it in .hashes.jsonl"),
        (("nowhere.txt", "--to", "x.hashes.jsonl"), "no such evaluation set"),
        (("exam.txt", "--to", "no/where/x.hashes.jsonl"), "cannot be written"),
    ):
        done = project.windrow("hashes", *arguments)
        assert (done.returncode, said in done.stderr) == (2, True)
    assert not list(project.folder.glob("*.hashes.jsonl*"))
