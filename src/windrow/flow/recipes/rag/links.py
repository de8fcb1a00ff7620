"""Which chunks a question over two passages may be asked of: pairs that share something few documents have.

Three sorts of link, best first: one passage mentions what the other document is about; both state a figure under the
same label; both write the same name. All on disk. A chunk chooses its partner by the titles of the documents, so that
an edit of one document leaves the partners of the others as they were.

Documents are linked inside neighbourhoods only. Rows over two documents tie both to one side of a split, and without
neighbourhoods such ties would soon make one family of everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING, Literal

from windrow.flow.recipes.rag.lots import rank
from windrow.flow.recipes.rag.terms import labels, names
from windrow.text.tokens import normalise

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

    from windrow.row import Chunk
    from windrow.shapes import Seed

Sort = Literal["title", "label", "name"]
Kind = Literal["bridge", "comparison"]
KINDS: dict[Sort, tuple[Kind, Kind]] = {
    "title": ("bridge", "comparison"),
    "label": ("comparison", "bridge"),
    "name": ("bridge", "comparison"),
}
RARE = 24  # documents: what more of them write is no link
RARE_LABEL = 60  # two things make a comparison; the label may be common
HOMES = 8  # documents that may be about the same name
LOOKED_UP = 400  # passages looked at for one name
# Neighbourhoods, by the documents there are: few documents can only be linked if all may be.
NEIGHBOURHOODS = ((6, 1), (24, 2))
MOST_NEIGHBOURHOODS = 4
SAMPLE = 400  # chunks looked at to see how many are linked

TABLES = """
CREATE TABLE mentions (
    term TEXT, sort TEXT, chunk TEXT, document TEXT, home INTEGER, written TEXT, about TEXT,
    PRIMARY KEY (sort, term, chunk)
) WITHOUT ROWID;
CREATE INDEX by_chunk ON mentions(chunk);
"""
OTHERS = """
SELECT o.sort, o.written, o.about, o.chunk, c.key, c.title, c.document, m.about
FROM mentions m JOIN mentions o ON o.sort = m.sort AND o.term = m.term JOIN chunks c ON c.id = o.chunk
WHERE m.chunk = ? AND o.document <> m.document AND (m.sort <> 'title' OR (m.home = 0 AND o.home = 1))
"""
TOO_COMMON = """
DELETE FROM mentions WHERE (sort, term) IN (
    SELECT sort, term FROM mentions GROUP BY sort, term
    HAVING count(DISTINCT document) > CASE sort WHEN 'label' THEN {label} ELSE {rare} END
        OR count(DISTINCT document) < 2 OR count(DISTINCT CASE home WHEN 1 THEN document END) > {homes}
)
"""


@dataclass(frozen=True, slots=True)
class Link:
    """Another chunk, and what the two share. `kinds` are the kinds of question, the likelier one first."""

    chunk: str
    shared: str
    kinds: tuple[Kind, Kind]


@dataclass(frozen=True, slots=True)
class _Other:
    """A chunk of another document under one link."""

    sort: Sort
    shared: str
    chunk: str
    key: str
    title: str
    document: str

    def lot(self, seed: Seed) -> str:
        """Its place among chunks of its own document."""
        return rank(f"{seed.key}/{self.key}/{self.shared}")


class Links:
    """What the chunks of a corpus mention, in tables of its database."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._db.executescript(TABLES)
        self._db.execute("BEGIN")
        self._neighbourhoods = 1
        self.thinness = 1

    def add(self, chunk: Chunk, document: str, about: str) -> None:
        """Note what `chunk` mentions, which is about the thing called `about`, or ''."""
        if about:
            self._note("title", about, chunk.id, document, home=True, about=about)
            for label in labels(chunk.text):
                self._note("label", label, chunk.id, document, about=about)
        for name in names(chunk.text):
            self._note("name", name, chunk.id, document, about=about)

    def build(self, holding: Callable[[str, int], Iterable[str]]) -> None:
        """Find where names of titles are mentioned, and forget what links nothing or too much."""
        titles = self._db.execute("SELECT DISTINCT written FROM mentions WHERE sort = 'title' ORDER BY written")
        for (name,) in titles.fetchall():
            found = list(holding(name, LOOKED_UP))
            for chunk in found if len(found) < LOOKED_UP else ():
                self._mention(name, chunk)
        self._db.execute("DELETE FROM mentions WHERE sort = 'name' AND term IN (SELECT term FROM mentions WHERE home)")
        self._db.execute(TOO_COMMON.format(label=RARE_LABEL, rare=RARE, homes=HOMES))
        self._forget_common_words(holding)
        (documents,) = self._db.execute("SELECT count(DISTINCT document) FROM chunks").fetchone()
        self._neighbourhoods = next(
            (parts for least, parts in NEIGHBOURHOODS if documents < least), MOST_NEIGHBOURHOODS
        )

    def measure(self, seeds: Iterable[Seed]) -> None:
        """Set `thinness`: of how many chunks one has a link, as a power of two, so that single edits do not move it."""
        looked_at = list(islice(seeds, SAMPLE))
        linked = sum(bool(self.of(seed)) for seed in looked_at)
        self.thinness = 1 << max(0, (len(looked_at) // linked).bit_length() - 1) if linked else 1

    def of(self, seed: Seed) -> list[Link]:
        """What links the chunk of `seed` to others: one link to each document, sorts of link taking turns."""
        best: dict[tuple[Sort, str], _Other] = {}
        for sort, written, about, chunk, key, title, document, own in self._db.execute(OTHERS, (seed.payload.id,)):
            other = _Other(sort, written, chunk, key, title, document)
            if not self._fits(seed, other, own, about):
                continue
            kept = best.get((sort, document))
            if kept is None or other.lot(seed) < kept.lot(seed):
                best[(sort, document)] = other
        return [Link(other.chunk, other.shared, KINDS[other.sort]) for other in _in_order(seed, best.values())]

    def _fits(self, seed: Seed, other: _Other, own: str, about: str) -> bool:
        here, there = (_lot(seed.payload.title, seed.family), _lot(other.title, other.document))
        if self._neighbourhood(here) != self._neighbourhood(there):
            return False
        if own and about and (own in about or about in own):  # one thing under two names leads nowhere
            return False
        # Either passage may come first: one of the two asks, so that the pair is asked once.
        return other.sort == "title" or here < there

    def _neighbourhood(self, lot: str) -> int:
        return int(lot[:4], 16) * self._neighbourhoods >> 16

    def _mention(self, name: str, chunk: str) -> None:
        chosen = "SELECT document, text, name FROM chunks WHERE id = ?"
        document, text, about = self._db.execute(chosen, (chunk,)).fetchone()
        if name in text:  # as it is written: "the account" does not mention "Account"
            self._note("title", name, chunk, document, about=about)

    def _forget_common_words(self, holding: Callable[[str, int], Iterable[str]]) -> None:
        """A single word that the corpus also writes small is no name, wherever it stands."""
        singles = "SELECT DISTINCT term, written FROM mentions WHERE sort = 'name' AND instr(term, ' ') = 0"
        for term, written in self._db.execute(singles).fetchall():
            small = re.compile(rf"\b{re.escape(written.lower())}\b")
            if any(small.search(self._text(chunk)) for chunk in holding(written, LOOKED_UP)):
                self._db.execute("DELETE FROM mentions WHERE sort = 'name' AND term = ?", (term,))

    def _text(self, chunk: str) -> str:
        (text,) = self._db.execute("SELECT text FROM chunks WHERE id = ?", (chunk,)).fetchone()
        return str(text)

    def _note(
        self, sort: Sort, written: str, chunk: str, document: str, *, home: bool = False, about: str = ""
    ) -> None:  # fmt: skip
        values = (normalise(written), sort, chunk, document, int(home), written, about)
        self._db.execute("INSERT OR IGNORE INTO mentions VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def _in_order(seed: Seed, others: Iterable[_Other]) -> list[_Other]:
    """Documents by the lot of the two titles; titles and labels in turn, names last."""
    by_lot = sorted(others, key=lambda other: (rank(f"{seed.payload.title}/{other.title}"), rank(other.document)))
    listed: dict[Sort, Sequence[_Other]] = {sort: [other for other in by_lot if other.sort == sort] for sort in KINDS}
    first, second = (listed["title"], listed["label"])
    if int(rank(seed.key), 16) % 2:
        first, second = second, first
    turns = chain.from_iterable(zip_longest(first, second))
    return [other for other in (*turns, *listed["name"]) if other is not None]


def _lot(title: str, document: str) -> str:
    """A document's place among all: its title's, so that renaming the file moves nothing."""
    return rank(title) + rank(document)
