"""Does a text hold an item of an evaluation set? Tier one of decontamination: runs of words that both share.

An item counts as held where at least half of its words stand in runs of eight that the text has too (the rule of
Tülu 3, Lambert et al. 2024, arXiv 2411.15124); a shorter item must stand there whole. Runs are kept as 64-bit
hashes, so that an evaluation set can be handed on without its text. Paraphrases are not found by it.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

RUN = 8  # words
SHARE = 0.5  # of an item's words
SHORTEST = 3  # words: shorter items ("Yes", "The end") stand in any text


class Item(NamedTuple):
    """An evaluation item as it is compared: its name, how many words it has, and the hashes of its runs in order."""

    name: str
    size: int
    hashes: tuple[int, ...]


class Held(NamedTuple):
    """An item that a text holds, and which share of the item's words."""

    item: str
    share: float


class Evaluation:
    """The runs of an evaluation set. Memory grows with the set, not with what is compared with it."""

    def __init__(self, *, run: int = RUN, share: float = SHARE) -> None:
        self._run = run
        self._share = share
        self._items: list[Item] = []
        self._places: dict[int, list[tuple[int, int]]] = {}  # hash of a run -> (item, where in it)
        self._whole: dict[int, dict[int, int]] = {}  # words of a short item -> hash of it -> item

    def __len__(self) -> int:
        return len(self._items)

    def add(self, name: str, text: str) -> bool:
        """Take in one item; False where it is too short to be told from chance."""
        return self.add_hashed(hashed(name, text, run=self._run))

    def add_hashed(self, item: Item) -> bool:
        """Take in one item whose runs were hashed before."""
        if item.size < SHORTEST or not item.hashes:
            return False
        number = len(self._items)
        self._items.append(item)
        if item.size < self._run:
            self._whole.setdefault(item.size, {}).setdefault(item.hashes[0], number)
            return True
        for place, digest in enumerate(item.hashes):
            self._places.setdefault(digest, []).append((number, place))
        return True

    def held_by(self, text: str) -> Held | None:
        """The item that `text` holds most of, if it holds enough of any."""
        told = words(text)
        for size, known in self._whole.items():
            for digest in run_hashes(told, size):
                if digest in known:
                    return Held(self._items[known[digest]].name, 1.0)
        found: dict[int, set[int]] = {}
        for digest in run_hashes(told, self._run):
            for number, place in self._places.get(digest, ()):
                found.setdefault(number, set()).add(place)
        shares = ((self._covered(number, places), number) for number, places in found.items())
        share, number = max(shares, key=lambda one: (one[0], -one[1]), default=(0.0, -1))
        return Held(self._items[number].name, share) if number >= 0 and share >= self._share else None

    def _covered(self, number: int, places: Iterable[int]) -> float:
        """The share of an item's words that stand in one of the runs at `places`."""
        covered = last = 0
        for place in sorted(places):
            covered += min(self._run, place + self._run - last) if place < last else self._run
            last = place + self._run
        return covered / self._items[number].size


def hashed(name: str, text: str, *, run: int = RUN) -> Item:
    """An item as its hashes: one for each run of `run` words, or one for the whole of a shorter text."""
    told = words(text)
    return Item(name, len(told), tuple(run_hashes(told, min(run, max(1, len(told))))))


def run_hashes(told: Sequence[str], size: int) -> Iterator[int]:
    """64-bit hashes of each run of `size` words, in order; the same on every machine."""
    for place in range(len(told) - size + 1):
        run = " ".join(told[place : place + size])
        yield int.from_bytes(blake2b(run.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
