"""A table from the hashes of runs to where they stand: sixteen bytes a run, where a dict of tuples takes 280.

Filled first and asked afterwards; it sorts itself in between.
"""

from __future__ import annotations

from array import array
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BITS = 64  # of a key


class RunTable:
    """From 64-bit keys to the (number, place) pairs they were added with."""

    def __init__(self) -> None:
        self._keys = array("Q")
        self._numbers = array("I")
        self._places = array("I")
        self._starts = array("I")
        self._shift = BITS

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: int, number: int, place: int) -> None:
        """Note that the run stands at `place` of text `number`."""
        self._keys.append(key)
        self._numbers.append(number)
        self._places.append(place)
        self._shift = BITS  # not in order any more

    def find(self, key: int) -> Iterator[tuple[int, int]]:
        """Every (number, place) of the run, in the order added."""
        self._settle()
        keys, bucket = self._keys, key >> self._shift
        for at in range(self._starts[bucket], self._starts[bucket + 1]):
            if keys[at] == key:
                yield self._numbers[at], self._places[at]

    def common(self, texts: int) -> Iterator[tuple[int, dict[int, list[int]]]]:
        """The keys that at least so many texts have, each with their places by text."""
        self._settle()
        for key, found in groupby(range(len(self._keys)), key=self._keys.__getitem__):
            places: dict[int, list[int]] = {}
            for at in found:
                places.setdefault(self._numbers[at], []).append(self._places[at])
            if len(places) >= texts:
                yield key, places

    def _settle(self) -> None:
        """Sort by key, and note where the keys of each bucket begin: there are about as many buckets as keys."""
        if self._shift < BITS:
            return
        order = sorted(range(len(self._keys)), key=self._keys.__getitem__)
        self._keys, self._numbers, self._places = (
            array(column.typecode, map(column.__getitem__, order))
            for column in (self._keys, self._numbers, self._places)
        )
        bits = len(order).bit_length() or 1
        self._shift = BITS - bits
        counts = array("I", bytes(4 * (2**bits + 1)))
        for key in self._keys:
            counts[(key >> self._shift) + 1] += 1
        self._starts = array("I", accumulate(counts))
