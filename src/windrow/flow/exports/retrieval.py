"""A retrieval test set out of the same rows: queries, which passages answer them, and the passages to search.

The layout is BEIR's (arXiv 2104.08663), which retrieval libraries and leaderboards load as it stands. Only questions
that a passage answers are queries; the corpus is every passage that any row shows, evidence and distractors alike.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import orjson
from pydantic import Field

from windrow.flow.exports.parts import REPORT, Parts, writing
from windrow.flow.exports.tally import Tally, Unfit
from windrow.row import to_json
from windrow.shapes import Export, Options
from windrow.text.lookalikes import Digests

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from windrow.row import Chunk, Row
    from windrow.shapes import Manifest

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels"
RELEVANT = 1
HEADER = "query-id\tcorpus-id\tscore\n"


class RetrievalOptions(Options):
    """How the judgements are written."""

    qrels: Literal["beir", "trec"] = Field(default="beir")
    """`beir`: a header and three columns in `<split>.tsv`. `trec`: four columns in `<split>.qrels`, for trec_eval."""


class Retrieval(Export):
    """Queries, judgements and corpus of a retrieval test set, from rows that are answered from passages."""

    name: ClassVar[str] = "retrieval"
    options_type: ClassVar[type[Options]] = RetrievalOptions
    options: RetrievalOptions

    def write(self, rows: Iterable[tuple[str, Row]], folder: Path) -> Manifest:
        """`corpus.jsonl`, `queries.jsonl`, and a file of judgements for every split in `qrels/`."""
        tally = Tally()
        files: dict[str, int] = {}
        before = _judged_before(folder)
        with (
            TemporaryDirectory(prefix="windrow-retrieval-") as scratch,
            Parts(folder) as parts,
            Parts(folder / QRELS) as judged,
        ):
            corpus = _Corpus(parts, Path(scratch))
            try:
                for split, row in rows:
                    tally.rows_in += 1
                    self._take(split, row, corpus, judged, files, tally)
            finally:
                corpus.close()
            if tally.rows_out:
                files |= {CORPUS: corpus.passages, QUERIES: tally.rows_out}
                judged.finish()
                parts.finish()
        _drop(folder, before - files.keys())
        return tally.manifest(self.name, dict(sorted(files.items())), _warnings(files))

    def _take(
        self, split: str, row: Row, corpus: _Corpus, judged: Parts, files: dict[str, int], tally: Tally
    ) -> None:  # fmt: skip
        """The row's passages into the corpus; where one answers, its question among the queries."""
        if row.kind == "rag_qa":
            corpus.add(row.contexts)
        try:
            gold = _answered_by(row)
            query = {"_id": row.id, "text": row.reference["question"], "metadata": {"answer": row.reference["answer"]}}
            line = orjson.dumps(query) + b"\n"
        except (Unfit, orjson.JSONEncodeError) as error:
            tally.skip(error.reason if isinstance(error, Unfit) else "unwritable", row)
            return
        corpus.parts.write(QUERIES, line)
        beir = self.options.qrels == "beir"
        name = f"{split}.tsv" if beir else f"{split}.qrels"
        if beir and f"{QRELS}/{name}" not in files:
            judged.write(name, HEADER.encode())
        form = "{query}\t{passage}\t{score}\n" if beir else "{query} 0 {passage} {score}\n"
        for passage in gold:
            judged.write(name, form.format(query=row.id, passage=passage, score=RELEVANT).encode())
        files[f"{QRELS}/{name}"] = files.get(f"{QRELS}/{name}", 0) + len(gold)
        tally.rows_out += 1


class _Corpus:
    """The passages of all rows, each written once; which ones were is kept on disk."""

    def __init__(self, parts: Parts, scratch: Path) -> None:
        self.parts = parts
        self.passages = 0
        self._written = Digests(scratch / "passages.sqlite")

    def add(self, contexts: Sequence[Chunk]) -> None:
        for chunk in contexts:
            digest = blake2b(chunk.id.encode("utf-8", "surrogatepass"), digest_size=16).digest()
            if self._written.first(digest) is None:
                self._written.add(digest, chunk.id)
                self.parts.write(CORPUS, to_json(_passage(chunk)) + b"\n")
                self.passages += 1

    def close(self) -> None:
        self._written.close()


def _passage(chunk: Chunk) -> dict[str, Any]:
    title = " > ".join(part for part in (chunk.title, chunk.section) if part)
    place = {"source": chunk.source, "start": chunk.start, "end": chunk.end}
    return {"_id": chunk.id, "title": title, "text": chunk.text, "metadata": place}


def _answered_by(row: Row) -> list[str]:
    """The ids of the passages that answer the row's question. Raises Unfit where none does."""
    if row.kind != "rag_qa":
        raise Unfit(f"kind_{row.kind}")
    if row.reference.get("answerable") is not True:
        raise Unfit("unanswerable")
    shown = {chunk.id for chunk in row.contexts}
    gold = [chunk for chunk in dict.fromkeys(row.reference.get("gold_chunk_ids", ())) if chunk in shown]
    if not gold:
        raise Unfit("no_evidence")
    return gold


def _judged_before(folder: Path) -> set[str]:
    """The judgements that the report of an earlier export into `folder` names."""
    try:
        told = orjson.loads((folder / REPORT).read_bytes())["files"]
        return {name for name in told if name.startswith(f"{QRELS}/") and name.count("/") == 1 and "\\" not in name}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _drop(folder: Path, stale: Iterable[str]) -> None:
    for name in sorted(stale):
        with writing(folder / name):
            (folder / name).unlink(missing_ok=True)


def _warnings(files: dict[str, int]) -> list[str]:
    if not files:
        return ["no question that a passage answers: nothing was written"]
    return ["the corpus holds the passages that the rows show, not every passage of the documents"]
