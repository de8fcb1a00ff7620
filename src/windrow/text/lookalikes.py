"""A growing set of texts on disk that says which of them are like a new one, in memory that does not grow.

The keys of `minhash.Bands` live in SQLite, written in batches; a bit map of fixed size remembers which keys may be
there, so that a new text seldom costs a query. The file is scratch: it is never synced, and a run builds it afresh.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from windrow.errors import RunError
from windrow.text.key_map import KeyMap
from windrow.text.minhash import Bands, jaccard, run_hashes, shingles
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

BATCH = 512  # texts held in memory before they are written
MAP_BITS = 25  # 4 MiB: a tenth full at 200,000 texts
CACHE_KIB = 8192
HASH_SLACK = 0.02  # what collisions of hashes may hide of a likeness
PER_KEY, MOST = 64, 24  # texts looked at under one key, and compared in all
TABLES = """
CREATE TABLE texts (number INTEGER PRIMARY KEY, name TEXT NOT NULL, content TEXT NOT NULL, runs BLOB NOT NULL);
CREATE TABLE bands (key INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TABLE digests (digest BLOB PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
"""


def scratch(path: Path, tables: str) -> sqlite3.Connection:
    """An empty database at `path` that is fast and forgets: what is in it can be made again."""
    with disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        database.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;"
            f"PRAGMA cache_size=-{CACHE_KIB}; {tables}"
        )
        database.execute("BEGIN")
    return database


@contextmanager
def disk(path: Path) -> Iterator[None]:
    """Says what went wrong with the scratch file at `path` in windrow's own words."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise RunError(
            f"the scratch file cannot be used: {error}",
            where=str(path),
            remedy="free space or mend the folder, then run again",
        ) from error


class Candidates:
    """Texts by name, found again by any key they share with another, if the hashes of their runs are alike too.

    What is compared exactly of a text, by whoever asks, is its `content`.
    """

    def __init__(self, path: Path, *, threshold: float) -> None:
        self.path = path
        self._least = threshold - HASH_SLACK
        self._bands = Bands(threshold)
        self._database = scratch(path, TABLES)
        self._seen = KeyMap(MAP_BITS)
        self._size = 0
        self._texts: list[tuple[int, str, str, bytes]] = []
        self._pending: dict[int, list[int]] = {}

    def keys(self, hashes: Sequence[int]) -> list[int]:
        """The keys to give to `like` and `add` with a text of these hashes."""
        return self._bands.keys(hashes)

    def like(self, keys: list[int], hashes: Sequence[int]) -> Iterator[tuple[str, str]]:
        """(name, content) of the texts that are probably alike, those that share most keys first.

        A key that very many share is a template's frame and tells nothing: of each key the first `PER_KEY` texts are
        looked at, and of all of them the best `MOST`, so that a text costs no more in a set of a million alike ones.
        """
        seen = self._seen.among(keys)
        if not seen:
            return
        shared = Counter(number for key in seen for number in self._numbers(key))
        best = sorted(shared, key=lambda number: (-shared[number], number))[:MOST]
        texts = self._read(best)
        mine = set(hashes)
        for number in best:
            name, content, packed = texts[number]
            theirs = array("I", packed)
            common = len(mine.intersection(theirs))
            if common and common >= self._least * (len(mine) + len(theirs) - common):
                yield name, content

    def add(self, name: str, keys: list[int], hashes: Sequence[int], content: str) -> None:
        """Remember a text."""
        self._seen.add(keys)
        pending, number = self._pending, self._size
        for key in keys:
            pending.setdefault(key, []).append(number)
        self._texts.append((number, name, content, array("I", set(hashes)).tobytes()))
        self._size += 1
        if len(self._texts) >= BATCH:
            self._write()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _numbers(self, key: int) -> list[int]:
        query = "SELECT number FROM bands WHERE key = ? ORDER BY number LIMIT ?"
        with disk(self.path):
            found = [number for (number,) in self._database.execute(query, (key, PER_KEY))]
        return found + self._pending.get(key, [])[: PER_KEY - len(found)]

    def _read(self, numbers: list[int]) -> dict[int, tuple[str, str, bytes]]:
        written = self._size - len(self._texts)
        texts = {number: self._texts[number - written][1:] for number in numbers if number >= written}
        stored = [number for number in numbers if number < written]
        if stored:
            marks = ",".join("?" * len(stored))
            query = f"SELECT number, name, content, runs FROM texts WHERE number IN ({marks})"  # noqa: S608
            with disk(self.path):
                texts |= {number: text for number, *text in self._database.execute(query, stored)}
        return texts

    def _write(self) -> None:
        # In key order, so that neighbours in the tree are written together.
        entries = sorted((key, number) for key, numbers in self._pending.items() for number in numbers)
        with disk(self.path):
            self._database.executemany("INSERT INTO texts VALUES (?, ?, ?, ?)", self._texts)
            self._database.executemany("INSERT INTO bands VALUES (?, ?)", entries)
        self._texts.clear()
        self._pending.clear()


class Sides(NamedTuple):
    """The words of a text of two sides, as it is compared."""

    asked: Sequence[str]
    taught: Sequence[str]

    @classmethod
    def of(cls, asked: str, taught: str) -> Sides:
        return cls(words(asked), words(taught))

    def hashes(self) -> list[int]:
        return run_hashes(self.asked) + run_hashes(self.taught)

    def likeness(self, other: Sides) -> tuple[float, float]:
        """How alike the questions are, and how alike the whole texts."""
        mine, others = shingles(self.asked), shingles(other.asked)
        whole = jaccard(mine | shingles(self.taught), others | shingles(other.taught))
        return jaccard(mine, others), whole


class Lookalike(NamedTuple):
    """A text made ready for comparing: its sides, their hashes, its keys."""

    sides: Sides
    hashes: Sequence[int]
    keys: list[int]


class Lookalikes:
    """Texts of two sides (what is asked, what is taught), compared by their runs of three words.

    Two are alike when both the questions and the whole texts reach `threshold`: a long stock answer must not make
    one of two different questions, nor a stock question one of two answers.
    """

    def __init__(self, path: Path, *, threshold: float) -> None:
        self.threshold = threshold
        self._candidates = Candidates(path, threshold=threshold)

    def ready(self, asked: str, taught: str) -> Lookalike:
        """A text for `find` and `add`."""
        sides = Sides.of(asked, taught)
        hashes = sides.hashes()
        return Lookalike(sides, hashes, self._candidates.keys(hashes))

    def find(self, text: Lookalike) -> Iterator[tuple[str, float]]:
        """Texts alike, those that share most keys first, with how alike the whole texts are."""
        for name, content in self._candidates.like(text.keys, text.hashes):
            asked, _, taught = content.partition("\n")
            questions, whole = text.sides.likeness(Sides(asked.split(), taught.split()))
            if min(questions, whole) >= self.threshold:
                yield name, whole

    def add(self, name: str, text: Lookalike) -> None:
        """Remember a text."""
        content = f"{' '.join(text.sides.asked)}\n{' '.join(text.sides.taught)}"
        self._candidates.add(name, text.keys, text.hashes, content)

    def close(self) -> None:
        """Let go of the file."""
        self._candidates.close()


class Digests:
    """Names by digest, on disk: who was the first with this very content?"""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = scratch(path, TABLES)
        self._seen = KeyMap(MAP_BITS)
        self._pending: dict[bytes, str] = {}

    def first(self, digest: bytes) -> str | None:
        """The name that came first with `digest`, or None."""
        if not self._seen.among((int.from_bytes(digest[:8], "big"),)):
            return None
        if digest in self._pending:
            return self._pending[digest]
        with disk(self.path):
            found = self._database.execute("SELECT name FROM digests WHERE digest = ?", (digest,)).fetchone()
        return found[0] if found else None

    def add(self, digest: bytes, name: str) -> None:
        """Remember that `name` has `digest`, unless another came first."""
        self._seen.add((int.from_bytes(digest[:8], "big"),))
        self._pending.setdefault(digest, name)
        if len(self._pending) >= BATCH:
            with disk(self.path):
                self._database.executemany("INSERT OR IGNORE INTO digests VALUES (?, ?)", sorted(self._pending.items()))
            self._pending.clear()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
