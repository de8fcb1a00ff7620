"""An edit asks anew what it changes, and nothing else. Calls are counted in the ledger, where each has its row."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from windrow.ledger.sqlite import SQLiteLedger

EXAMPLES = Path(__file__).parents[2] / "examples" / "support"
NEW_DOCUMENT = """# Parking at the depot

Visitors park in bay 17. Parking costs 4 euros for each started hour. The gate closes at 21:30.
"""


class Works:
    """A config in a folder of its own, run again and again into one run folder."""

    def __init__(self, folder, windrow):
        self.folder = folder
        self.windrow = windrow
        self.config = folder / "config.yaml"
        self.out = folder / "out"

    def write(self, text):
        self.config.write_text(text, encoding="utf-8")

    def run(self):
        """Run it; the calls that this run added, as (label, item, text of the request)."""
        before = self.calls()
        command = [self.windrow, "run", str(self.config), "--out", str(self.out), "--display", "none", "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return sorted(call[1:] for call in self.calls() - before)

    def calls(self):
        if not (self.out / "ledger.sqlite").exists():
            return set()
        ledger = SQLiteLedger.open(self.out / "ledger.sqlite", readonly=True)
        try:
            return {(call.key, call.label, call.item, call.request.decode()) for call in ledger.asked()}
        finally:
            ledger.close()


@pytest.fixture
def works(tmp_path, windrow):
    return Works(tmp_path, windrow)


@pytest.fixture
def handbook(works):
    """A run of rag_qa over the hand-book, done once: its folder of documents."""
    documents = works.folder / "handbook"
    shutil.copytree(EXAMPLES / "handbook", documents)
    works.write("name: edits\nseeds: [{use: documents, path: handbook}]\nrecipes: [rag_qa]\n")
    assert len(works.run()) > 50
    return documents


def test_nothing_changed_is_nothing_asked(works, handbook):
    assert works.run() == []


def test_a_new_document_costs_its_own_calls(works, handbook):
    (handbook / "parking.md").write_text(NEW_DOCUMENT, encoding="utf-8")
    asked = works.run()
    assert asked
    assert all("bay 17" in request for _, _, request in asked)


def test_an_edited_document_costs_its_own_calls(works, handbook):
    edited = sorted(handbook.iterdir())[3]
    text = edited.read_text(encoding="utf-8")
    edited.write_text(text.rstrip() + "\n\nThe winter desk is open until 18:45 on Sundays.\n", encoding="utf-8")
    asked = works.run()
    title = text.splitlines()[0].lstrip("# ").strip()
    assert asked
    assert all(title in request for _, _, request in asked)


def test_a_renamed_document_costs_its_own_calls(works, handbook):
    renamed = sorted(handbook.iterdir())[3]
    title = renamed.read_text(encoding="utf-8").splitlines()[0].lstrip("# ").strip()
    renamed.rename(handbook / "zzz-renamed.md")
    asked = works.run()
    assert asked
    assert all(title in request for _, _, request in asked)


def test_a_document_in_the_middle_of_the_folder_moves_nothing(works, handbook):
    (handbook / "aaa-first.md").write_text(NEW_DOCUMENT, encoding="utf-8")
    assert all("bay 17" in request for _, _, request in works.run())


def test_one_more_seed_changes_about_six_draws_in_n(works):
    seeds = works.folder / "seeds.jsonl"
    lines = (EXAMPLES / "seeds.jsonl").read_text(encoding="utf-8").splitlines()
    seeds.write_text("\n".join(lines) + "\n", encoding="utf-8")
    works.write(  # one item at a time, so that none is under way, and cut short, when the target is reached
        "name: edits\nseeds: [{use: rows, path: seeds.jsonl}]\nrecipes: [{use: self_instruct, rows: 60}]\n"
        "models: {teacher: {model: embedded/procedural, concurrency: 1}}\n"
    )
    first = works.run()
    new = {"instruction": "Name the smallest bay of the depot at Lindau.", "input": "", "output": "Bay 3."}
    seeds.write_text("\n".join([*lines[:5], json.dumps(new), *lines[5:]]) + "\n", encoding="utf-8")
    again = works.run()
    drew = {item: request for label, item, request in again if label == "self_instruct/instructions"}
    draws = sum(label == "self_instruct/instructions" for label, _, _ in first)
    assert all("smallest bay" in request for request in drew.values())
    assert 0 < len(drew) <= max(4, 3 * 6 * draws / (len(lines) + 1))
    worked_out = [item for label, item, _ in again if label != "self_instruct/instructions"]
    assert worked_out
    assert set(worked_out) <= drew.keys()
