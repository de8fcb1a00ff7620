"""Ranked search over passages, on disk: BM25 by SQLite's own full-text index, in any language and bounded memory.

Passages are cut into `words` before they are stored, so scripts without spaces are searched by character; a query asks
for neighbouring characters of such a script as pairs, which is what makes those words rare enough to rank by.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windrow.text.tokens import is_unspaced, words

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

QUERY_TERMS = 200  # a longer query names its subject long before

TABLES = """
CREATE TABLE passages (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE VIRTUAL TABLE postings USING fts5(body, content='', tokenize="unicode61 remove_diacritics 2");
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, by its id. A higher `score` is a better match."""

    id: str
    score: float


class Index:
    """A BM25 index in the SQLite file at `path`, built afresh: what the file held before is dropped."""

    def __init__(self, path: Path) -> None:
        for stale in (path, path.with_name(path.name + "-journal")):
            stale.unlink(missing_ok=True)
        # The run's own thread uses it; another may close it. SQLite itself is built serialised.
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # A scratch file that is rebuilt by every run: durability would only cost time.
        self._db.executescript("PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; PRAGMA temp_store=FILE;" + TABLES)
        self._db.execute("BEGIN")

    def add(self, id: str, text: str) -> None:  # noqa: A002 - the word for it
        """Take in one passage. Raises ValueError where the id is there already."""
        try:
            number = self._db.execute("INSERT INTO passages(id) VALUES (?)", (id,)).lastrowid
        except sqlite3.IntegrityError as error:
            msg = f"passage {id!r} is in the index already"
            raise ValueError(msg) from error
        self._db.execute("INSERT INTO postings(rowid, body) VALUES (?, ?)", (number, " ".join(words(text))))

    def build(self) -> None:
        """Merge what was added into one structure, ready to be searched."""
        self._db.execute("INSERT INTO postings(postings) VALUES ('optimize')")
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def top(self, query: str, k: int, exclude: Collection[str] = ()) -> list[Hit]:
        """The `k` best passages for `query`, best first, ties by id; ids in `exclude` left out."""
        terms = _terms(query)
        if not terms or k < 1:
            return []
        wanted = k + len(exclude)
        found = self._db.execute(
            "SELECT p.id, -bm25(postings) AS score FROM postings JOIN passages p ON p.number = postings.rowid "
            "WHERE postings MATCH ? ORDER BY bm25(postings), p.id LIMIT ?",
            (" OR ".join(terms), wanted),
        )
        hits = [Hit(id, score) for id, score in found if id not in exclude]  # noqa: A001
        return hits[:k]

    def holding(self, phrase: str, k: int) -> list[str]:
        """The ids of up to `k` passages in which the words of `phrase` stand in this order, in the order of `add`."""
        found = words(phrase)
        if not found:
            return []
        query = "SELECT p.id FROM postings JOIN passages p ON p.number = postings.rowid WHERE postings MATCH ? LIMIT ?"
        return [id for (id,) in self._db.execute(query, (f'"{" ".join(found)}"', k))]  # noqa: A001

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM passages").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def _terms(query: str) -> list[str]:
    """The query's words as quoted phrases, each once: nothing a user writes can be read as query syntax."""
    terms: dict[str, None] = {}
    found = words(query)
    for at, word in enumerate(found):
        follower = found[at + 1] if at + 1 < len(found) else ""
        if _single(word) and _single(follower):
            terms[f'"{word} {follower}"'] = None
        elif not _single(word) or not (at and _single(found[at - 1])):
            terms[f'"{word}"'] = None
    return list(terms)[:QUERY_TERMS]


def _single(word: str) -> bool:
    return bool(word) and is_unspaced(word[0])
