"""The chunks of a run, on disk: found by rank, by document, by chance, and the names that their titles give.

Nothing here is part of a request about a single passage. That is what lets a new document change the contexts of old
rows without one call for them.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from windrow.flow.recipes.rag.links import Links
from windrow.flow.recipes.rag.lots import rank
from windrow.row import Chunk
from windrow.shapes import Seed
from windrow.text.bm25 import Index
from windrow.text.names import name_in
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from windrow.flow.recipes.rag.links import Link
    from windrow.text.bm25 import Hit

TABLES = """
CREATE TABLE chunks (
    id TEXT PRIMARY KEY, key TEXT, turn TEXT, document TEXT, place TEXT, text TEXT, source TEXT,
    start INTEGER, "end" INTEGER, title TEXT, section TEXT, name TEXT
);
CREATE INDEX by_turn ON chunks(turn);
CREATE INDEX by_document ON chunks(document, start);
CREATE TABLE names (name TEXT PRIMARY KEY, head TEXT, turn TEXT, document TEXT);
CREATE INDEX by_head ON names(head, turn);
"""
COLUMNS = 'id, text, source, start, "end", title, section'
LOOKED_AT = 20  # passages that rank best for a name, when it is asked how they write it
IN_ORDER = "ORDER BY start LIMIT 200"  # chunks of one document: more are not looked at
HEAD = 4  # letters of a word that say what sort of name it is


class Corpus:
    """Chunks and their index in files under `folder`, built afresh. `linked` also finds what links them in pairs."""

    def __init__(self, folder: Path, *, linked: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "chunks.sqlite"
        path.unlink(missing_ok=True)
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript("PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF;" + TABLES)
        self._db.execute("BEGIN")
        self._index = Index(folder / "passages.sqlite")
        self._links = Links(self._db) if linked else None

    def add(self, seed: Seed) -> None:
        """Take in a chunk; one that is there already (a document given twice) is passed over."""
        chunk: Chunk = seed.payload
        turn = rank(seed.source or seed.key)
        name = name_of(chunk)
        added = self._db.execute(
            "INSERT OR IGNORE INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                chunk.id, seed.key, turn, seed.family, seed.source, chunk.text, chunk.source,
                chunk.start, chunk.end, chunk.title, chunk.section, name,
            ),
        )  # fmt: skip
        if not added.rowcount:
            return
        self._index.add(chunk.id, shown(chunk))
        if name:
            values = (name, _head(name), rank(name), seed.family)
            self._db.execute("INSERT OR IGNORE INTO names VALUES (?, ?, ?, ?)", values)
        if self._links is not None:
            self._links.add(chunk, seed.family, name)

    def build(self) -> None:
        """Make what was added searchable."""
        self._index.build()
        if self._links is not None:
            self._links.build(self._index.holding)
            self._links.measure(self.in_turn())
        self._db.execute("COMMIT")

    @property
    def thinness(self) -> int:
        """Of how many chunks one is linked to another, as a power of two."""
        return 1 if self._links is None else self._links.thinness

    def in_turn(self) -> Iterator[Seed]:
        """Every chunk once, ordered by a hash of its place: mixed over documents, unmoved by edits of the text."""
        query = f"SELECT key, place, document, {COLUMNS} FROM chunks ORDER BY turn, id"  # noqa: S608 - fixed columns
        for key, place, document, *fields in self._db.execute(query):
            yield Seed(key, Chunk(*fields), place, document)

    def partners(self, seed: Seed) -> list[Link]:
        """What links this chunk to chunks of other documents, the link to take first in front."""
        return [] if self._links is None else self._links.of(seed)

    def seed(self, id: str) -> Seed:  # noqa: A002 - the word for it
        """The chunk with this id, as the seed it came as."""
        query = f"SELECT key, place, document, {COLUMNS} FROM chunks WHERE id = ?"  # noqa: S608 - fixed columns
        key, place, document, *fields = self._db.execute(query, (id,)).fetchone()
        return Seed(key, Chunk(*fields), place, document)

    def search(self, question: str, k: int) -> list[Hit]:
        """The `k` chunks that rank best for `question`."""
        return self._index.top(question, k)

    def only_in(self, word: str, chunk: Chunk) -> bool:
        """Whether no other document than that of `chunk` has `word`."""
        own = {chunk.id, *(sibling.id for sibling in self.siblings(chunk))}
        found = {hit.id for hit in self._index.top(word, len(own) + 1)}
        return bool(found) and found <= own

    def chunk(self, id: str) -> Chunk:  # noqa: A002 - the word for it
        """The chunk with this id."""
        return next(self._chunks("id = ?", id))

    def siblings(self, chunk: Chunk) -> list[Chunk]:
        """The other chunks of the same document, in order."""
        same = "document = (SELECT document FROM chunks WHERE id = ?) AND id <> ?"
        return list(self._chunks(f"{same} {IN_ORDER}", chunk.id, chunk.id))

    def about(self, name: str) -> list[Chunk]:
        """The chunks of the document that has `name` in its title, in order."""
        same = "document = (SELECT document FROM names WHERE name = ?)"
        return list(self._chunks(f"{same} {IN_ORDER}", name))

    def drawn(self, lot: str) -> Iterator[Chunk]:
        """Every chunk once, from the point on that `lot` hits: a cheap draw that the same lot repeats."""
        at = rank(lot)
        yield from self._chunks("turn >= ? ORDER BY turn, id", at)
        yield from self._chunks("turn < ? ORDER BY turn, id", at)

    def alike(self, name: str, lot: str, most: int = 50) -> list[str]:
        """Other names of the corpus that end alike, in an order that `lot` decides."""
        head, at = _head(name), rank(lot)
        query = "SELECT name FROM names WHERE head = ? AND name <> ? AND turn {} ? ORDER BY turn LIMIT ?"
        found = [
            found for side in (">=", "<") for (found,) in self._db.execute(query.format(side), (head, name, at, most))
        ]
        return found[:most]

    def written_small(self, name: str) -> bool:
        """Whether the corpus also writes `name` without capitals: "debit card" is a sort of thing, no name of one."""
        small = name.lower()
        found = (self.chunk(hit.id).text for hit in self._index.top(name, LOOKED_AT)) if small != name else iter(())
        return any(small in text for text in found)

    def close(self) -> None:
        """Let go of the files."""
        self._db.close()
        self._index.close()

    def _chunks(self, where: str, *values: str) -> Iterator[Chunk]:
        for fields in self._db.execute(f"SELECT {COLUMNS} FROM chunks WHERE {where}", values):  # noqa: S608 - ours
            yield Chunk(*fields)


def shown(chunk: Chunk) -> str:
    """The chunk as a reader of a context sees it: under its title and headings, those it opens with not repeated."""
    opening = chunk.text.partition("\n")[0].strip("# ")
    above = " > ".join(part for part in (chunk.title, chunk.section) if part and part != opening)
    return f"{above}\n{chunk.text}" if above else chunk.text


def name_of(chunk: Chunk) -> str:
    """The name of what the chunk's document is about, or ''."""
    return name_in(chunk.title, chunk.text)


def _head(name: str) -> str:
    """What names of one sort have in common: the end of their last word ("Basiskonto", "Premiumkonto")."""
    return words(name)[-1][-HEAD:]
