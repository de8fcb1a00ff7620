"""The example as a newcomer runs it: exactly what it says, every kind of row, both exports, and a test set apart."""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

import windrow
from windrow.flow.exports.validate import validate
from windrow.run import Run

EXAMPLE = Path(__file__).parents[2] / "examples" / "rag_qa"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example") / "rag_qa"
    shutil.copytree(EXAMPLE, folder)
    windrow.load(folder / "rag_qa.yaml").run(folder / "out")
    return Run.open(folder / "out")


@pytest.fixture(scope="module")
def accepted(run):
    return list(run.rows(status="accepted"))


def test_exactly_a_hundred_rows_each_confirmed_by_a_program(run, accepted):
    assert len(accepted) == 100
    for stored in accepted:
        assert stored.row.reference["question"]
        assert {verdict.by for verdict in stored.row.verdicts if verdict.outcome == "pass"} >= {"citations", "dedupe"}
    assert {reason for _, _, reason, _ in run.reasons()} == {"unsupported"}


def test_every_kind_of_row_is_there(accepted):
    rows = [stored.row for stored in accepted]
    kinds = Counter(row.reference.get("unanswerable_kind") for row in rows)
    assert set(kinds) == {
        None, "removed_evidence", "entity_swap", "time_swap", "false_premise", "missing_attribute"
    }  # fmt: skip
    assert abs(kinds[None] / 100 - 0.7) < 0.1
    assert {row.reference.get("hop_kind") for row in rows} == {None, "bridge", "comparison"}


def test_no_document_is_on_both_sides_of_the_split(accepted):
    sides = {}
    for stored in accepted:
        for document in stored.row.lineage.documents:
            sides.setdefault(document, set()).add(stored.split)
    assert all(len(splits) == 1 for splits in sides.values())
    assert Counter(stored.split for stored in accepted)["test"] >= 10


def test_both_exports_fit_together(run):
    exports = run.folder / "exports"
    assert not validate(exports / "trl", "trl").errors
    queries = {json.loads(line)["_id"] for line in (exports / "retrieval/queries.jsonl").read_text().splitlines()}
    corpus = {json.loads(line)["_id"] for line in (exports / "retrieval/corpus.jsonl").read_text().splitlines()}
    judged = [
        line.split("\t")
        for file in (exports / "retrieval/qrels").iterdir()
        for line in file.read_text().splitlines()[1:]
    ]
    assert {query for query, _, _ in judged} == queries
    assert {passage for _, passage, _ in judged} <= corpus
