"""The retrieval test set: BEIR's three files, every judgement about a passage that is there, nothing twice."""

import csv
import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from conversations import sft
from windrow.flow import EXPORTS
from windrow.flow.exports.retrieval import Retrieval, RetrievalOptions
from windrow.row import Chunk, Message, Row

PASSAGES = [Chunk(f"c{at}", f"Passage {at} says {at}.", "a.md", at, at + 9, "Title", f"Part {at}") for at in range(6)]


def asked(number, *gold, split="train", answerable=True):
    question = f"What does passage {number} say?"
    reference = {
        "question": question,
        "answer": str(number),
        "answerable": answerable,
        "spans": [],
        "gold_chunk_ids": list(gold),
    }
    turns = (Message("user", question), Message("assistant", str(number)))
    return split, Row("rag_qa", messages=turns, contexts=tuple(PASSAGES[: number + 2]), reference=reference)


def export(found, folder, **options):
    return Retrieval(RetrievalOptions(**options), base=Path()).write(found, folder)


def lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def judgements(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_it_is_registered():
    assert EXPORTS.load("retrieval") is Retrieval


def test_queries_judgements_and_corpus_fit_together(tmp_path):
    found = [asked(0, "c0"), asked(1, "c1", "c2"), asked(2, "c2", split="test")]
    manifest = export(found, tmp_path)
    corpus, queries = lines(tmp_path / "corpus.jsonl"), lines(tmp_path / "queries.jsonl")
    assert [passage["_id"] for passage in corpus] == ["c0", "c1", "c2", "c3"]
    assert corpus[0] == {
        "_id": "c0",
        "title": "Title > Part 0",
        "text": "Passage 0 says 0.",
        "metadata": {"source": "a.md", "start": 0, "end": 9},
    }
    assert [query["text"] for query in queries] == [row.reference["question"] for _, row in found]
    train, test = judgements(tmp_path / "qrels/train.tsv"), judgements(tmp_path / "qrels/test.tsv")
    assert [list(row) for row in test] == [["query-id", "corpus-id", "score"]]
    assert [row["corpus-id"] for row in train] == ["c0", "c1", "c2"]
    assert {row["score"] for row in train + test} == {"1"}
    assert {row["query-id"] for row in train + test} == {query["_id"] for query in queries}
    assert manifest.files == {"corpus.jsonl": 4, "qrels/test.tsv": 1, "qrels/train.tsv": 3, "queries.jsonl": 3}


def test_what_no_passage_answers_is_no_query_but_its_passages_are_searched(tmp_path):
    missing = asked(3, "elsewhere")
    manifest = export([asked(0, "c0"), asked(2, answerable=False), missing, ("train", sft())], tmp_path)
    assert len(lines(tmp_path / "queries.jsonl")) == 1
    assert len(lines(tmp_path / "corpus.jsonl")) == 5
    assert manifest.skipped_counts == {"kind_sft": 1, "no_evidence": 1, "unanswerable": 1}
    assert (manifest.rows_in, manifest.rows_out) == (4, 1)


def test_judgements_may_be_in_the_four_columns_of_trec(tmp_path):
    split, row = asked(1, "c1", "c2")
    export([(split, row)], tmp_path, qrels="trec")
    assert (tmp_path / "qrels/train.qrels").read_text() == f"{row.id} 0 c1 1\n{row.id} 0 c2 1\n"
    with pytest.raises(ValidationError):
        RetrievalOptions(qrels="csv")


def test_without_a_query_nothing_is_written(tmp_path):
    manifest = export([asked(2, answerable=False)], tmp_path)
    assert manifest.files == {}
    assert manifest.warnings
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_judgements_of_a_split_that_is_gone_are_taken_away(tmp_path):
    first = export([asked(0, "c0"), asked(1, "c1", split="test")], tmp_path)
    (tmp_path / "export_report.json").write_text(json.dumps({"files": dict(first.files)}))
    (tmp_path / "qrels" / "mine.tsv").write_text("mine")
    export([asked(0, "c0")], tmp_path)
    assert sorted(path.name for path in (tmp_path / "qrels").iterdir()) == ["mine.tsv", "train.tsv"]


def test_half_a_surrogate_pair_costs_no_other_row(tmp_path):
    split, row = asked(0, "c0")
    broken = replace(row, reference={**row.reference, "question": "\ud800?"})
    manifest = export([(split, broken), asked(1, "c1")], tmp_path)
    assert len(lines(tmp_path / "queries.jsonl")) == manifest.rows_out == 1
    assert manifest.skipped_counts == {"unwritable": 1}
