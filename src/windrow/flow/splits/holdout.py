"""A test set that tells the truth: nothing in it has a relative in the training set.

Rows are related when they share a family (the seed or document they grew from) or a document (a row may be over two),
ask the same, or ask nearly the same: they share `near` of their distinctive three-word runs. A run that stands in many
questions (a template's frame) tells nothing and is left out. Relatives go to one side together. Which side is a matter
of the family's hash, so that rows added later move hardly any; the cut is shifted only where chance would take the
share too far from what was asked.
"""

from __future__ import annotations

from array import array
from hashlib import blake2b
from math import inf
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from windrow.shapes import Options, Split
from windrow.text.lookalikes import Candidates, Digests
from windrow.text.minhash import jaccard, run_hashes, shingles
from windrow.text.sides import asked
from windrow.text.tokens import normalise, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from windrow.row import Row
    from windrow.shapes import Rows

TRAIN, TEST = "train", "test"
TOLERANCE = 0.25  # how far from the share asked for, as a part of it, chance may lead
COMMON_ROWS, COMMON_SHARE = 10, 0.02  # a run in more rows than this (the larger) is a template's, not a question's
COUNTERS = 1 << 20
FULL = 65_535
UNIT = 1 << 64


class HoldoutOptions(Options):
    """How much is held out, and what counts as nearly the same question."""

    share: float = Field(default=0.1, ge=0.0, le=0.5)
    """The part of the rows to hold out as `test`."""
    near: float = Field(default=0.6, ge=0.5, le=1.0)
    """Rows whose questions share this much of their distinctive three-word runs stay together (Jaccard)."""
    seed: int = 0
    """Another number deals another way."""


class Holdout(Split):
    """Holds out whole families of rows, with whatever asks nearly the same."""

    name: ClassVar[str] = "holdout"
    options_type: ClassVar[type[Options]] = HoldoutOptions
    options: HoldoutOptions

    def assign(self, rows: Rows, folder: Path) -> Iterator[str]:
        """`train` or `test` for every row, in order. `notes` says what hindered."""
        families = self._families(rows, folder)
        held = self._held_out(families)
        for number in range(len(families.lots)):
            yield TEST if families.root(number) in held else TRAIN

    def _families(self, rows: Rows, folder: Path) -> _Families:
        frames = _Frames(rows)
        families = _Families()
        relatives = _Relatives(folder, self.options.near, frames)
        try:
            for number, row in enumerate(rows):
                families.add(self._lot(row))
                for relative in relatives.of(row, str(number)):
                    families.join(number, relative)
        finally:
            relatives.close()
        return families

    def _lot(self, row: Row) -> int:
        key = f"{self.options.seed}\0{row.lineage.family or row.id}"
        return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")

    def _held_out(self, families: _Families) -> set[int]:
        """The roots of the families to hold out: those whose lot falls below the share, and then as few changes as
        bring the rows held out within the tolerance."""
        sizes, lots = families.gathered()
        share, count = self.options.share, len(lots)
        low, high = (1 - TOLERANCE) * share * count, (1 + TOLERANCE) * share * count
        held = _Held(sizes, high)
        held.take(sorted((root for root in _roots(sizes) if lots[root] < share * UNIT), key=lots.__getitem__))
        if held.rows < low:
            rest = (root for root in _roots(sizes) if root not in held.roots)
            held.take(sorted(rest, key=lots.__getitem__), enough=low)
        number_of_families = sum(1 for _ in _roots(sizes))
        if not held.roots and share and number_of_families > 1:
            smallest = min(_roots(sizes), key=lambda root: (sizes[root], lots[root]))
            held.roots, held.rows = {smallest}, sizes[smallest]
        missed = not low <= held.rows <= high
        self.notes = self._said(number_of_families, held.rows, count, max(sizes, default=0)) if missed else []
        return held.roots

    def _said(self, families: int, held: int, rows: int, largest: int) -> list[str]:
        if not held:
            what = "the only row" if rows == 1 else f"all {rows} rows, which are one family"
            return [f"nothing is held out: it would be {what}"]
        short = f"{held} of {rows} rows ({held / rows:.0%}) are held out instead of {self.options.share:.0%}"
        return [f"{short}: there are {families} families, the largest of {largest} rows, and a family stays together"]


class _Held:
    """Families taken for the test set, never more than `most` rows of them."""

    def __init__(self, sizes: Sequence[int], most: float) -> None:
        self.roots: set[int] = set()
        self.rows = 0
        self._sizes = sizes
        self._most = most

    def take(self, roots: Iterable[int], enough: float = inf) -> None:
        """Take those of `roots` that fit, in order, until there are `enough` rows."""
        for root in roots:
            if self.rows >= enough:
                return
            if self.rows + self._sizes[root] <= self._most:
                self.roots.add(root)
                self.rows += self._sizes[root]


def _roots(sizes: Sequence[int]) -> Iterator[int]:
    return (root for root, size in enumerate(sizes) if size)


class _Families:
    """Union-find over row numbers: eight and four bytes a row."""

    def __init__(self) -> None:
        self.lots = array("Q")
        self._parents = array("l")

    def add(self, lot: int) -> None:
        self._parents.append(len(self.lots))
        self.lots.append(lot)

    def root(self, number: int) -> int:
        parents = self._parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        self._parents[high] = low

    def gathered(self) -> tuple[Sequence[int], Sequence[int]]:
        """By root: how many rows (0 where a number is no root), and the smallest of their lots, which rows added
        later seldom change."""
        sizes = array("l", bytes(self._parents.itemsize * len(self._parents)))
        lots = array("Q", self.lots)
        for number, lot in enumerate(self.lots):
            root = self.root(number)
            sizes[root] += 1
            lots[root] = min(lot, lots[root])
        return sizes, lots


class _Frames:
    """Which runs of words stand in too many questions to tell one from another: counted in a table of fixed size."""

    def __init__(self, rows: Rows) -> None:
        self._counts = array("H", bytes(2 * COUNTERS))
        counts, size = self._counts, 0
        for row in rows:
            size += 1
            for value in set(run_hashes(words(asked(row)))):
                place = value % COUNTERS
                if counts[place] < FULL:
                    counts[place] += 1
        self._common = min(FULL - 1, max(COMMON_ROWS, int(COMMON_SHARE * size)))

    def distinctive(self, found: list[str]) -> set[str]:
        """The runs of `found` words that stand in few questions."""
        counts, common = self._counts, self._common
        return {run for run in shingles(found) if counts[run_hashes(run.split(" "))[0] % COUNTERS] <= common}


class _Relatives:
    """The rows seen so far, by family, by question, and by what is distinctive of their questions."""

    def __init__(self, folder: Path, near: float, frames: _Frames) -> None:
        self._near = near
        self._frames = frames
        self._exact = Digests(folder / "holdout-exact.sqlite")
        self._alike = Candidates(folder / "holdout-near.sqlite", threshold=near)

    def of(self, row: Row, number: str) -> Iterator[int]:
        """The numbers of earlier rows that `row` must not be parted from; then it is one of them."""
        question = asked(row)
        families = dict.fromkeys((row.lineage.family, *row.lineage.documents))
        for key in (*(f"f{family}" if family else "" for family in families), f"q{normalise(question)}"):
            digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()
            first = self._exact.first(digest) if key else None
            if first is not None:
                yield int(first)
            elif key:
                self._exact.add(digest, number)
        runs = self._frames.distinctive(words(question))
        hashes = [value for run in sorted(runs) for value in run_hashes(run.split(" "))]
        keys = self._alike.keys(hashes)
        for name, content in self._alike.like(keys, hashes):
            if jaccard(runs, set(content.split("\n"))) >= self._near:
                yield int(name)
        if runs:
            self._alike.add(number, keys, hashes, "\n".join(sorted(runs)))

    def close(self) -> None:
        self._exact.close()
        self._alike.close()
