"""How alike two texts are, and a short sketch that finds the alike among many.

A text is the set of its runs of three words; two texts are as alike as the Jaccard index of their sets. The sketch is
one-permutation MinHash (Li, Owen, Zhang 2012), half of its bins for the smallest hashes and half for the largest, whose
empty bins borrow from others, each in an order of its own (Shrivastava 2017): one pass over the set, whatever the
number of bins, and no break where a text grows by a word. Bands of bins become keys (locality-sensitive hashing): two
texts that share a key are worth comparing exactly, and two that are alike nearly always share one.
"""

from __future__ import annotations

import sys
from array import array
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

RUN = 3  # words
BINS = 50  # at most
BITS = 30  # Python's integers are fastest up to 30 bits
MASK = (1 << BITS) - 1
MISSED = 0.025  # how seldom a pair right at the threshold may be missed
PIECE = 4  # bytes
EMPTY = MASK + 1
LANE = 64  # bits
FACTORS = (0x1B873593, 0x12493AF1, 0x165667B1)  # of 29 bits: the sum of three products fits a lane
MIXED = 20  # bits of a product from here on depend on many of both factors
_LANE_MASK = MASK.to_bytes(LANE // 8, "little")


def shingles(words: Sequence[str]) -> set[str]:
    """The runs of three words; the whole of a shorter text; nothing of one without words."""
    if len(words) < RUN:
        return {" ".join(words)} if words else set()
    return set(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


def jaccard(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """What the sets share, as a part of what they hold together. Two empty sets share nothing."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def run_hashes(words: Sequence[str]) -> array[int]:
    """A 30-bit hash of each run in `shingles(words)`, repeats included, the same on every machine.

    Multiply-shift (Dietzfelbinger and others 1997) over the words' checksums. These stand side by side in one long
    integer, 64 bits each, so that three products and two shifts hash every run at once.
    """
    if not words:
        return array("I")
    told = " ".join(words).encode("utf-8", "surrogatepass")
    sums = _little(array("Q", map(crc32, told.split(b" ") if len(words) >= RUN else (told,))))
    lanes = int.from_bytes(sums, "little")
    lanes = lanes * FACTORS[0] + (lanes >> LANE) * FACTORS[1] + (lanes >> 2 * LANE) * FACTORS[2] >> MIXED
    lanes &= int.from_bytes(_LANE_MASK * len(sums), "little")
    halves = _little(array("I", lanes.to_bytes(LANE // 8 * len(sums), "little")))
    return halves[: 2 * max(1, len(words) - RUN + 1) : 2]


def _little(numbers: array[int]) -> array[int]:
    """The numbers as a machine would hold them whose lowest byte comes first."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def chance(likeness: float, size: int, count: int) -> float:
    """How probably two texts of this likeness share a key, of `count` bands with `size` bins each.

    1 - (1 - s^size)^count: Leskovec, Rajaraman, Ullman 2014, chapter 3.
    """
    return float(1 - (1 - likeness**size) ** count)


class Bands:
    """Cuts sketches of size * count bins into keys: texts that are alike share one with the probability `chance`."""

    def __init__(self, size: int, count: int) -> None:
        self.size, self.count = size, count
        bins, width = size * count, PIECE * size
        half = bins // 2
        self._none = [-1] * half + [EMPTY] * (bins - half)
        # Which bin a byte of a hash means: one byte for the largest hashes, another for the smallest.
        self._largest = bytes(byte * half >> 8 for byte in range(256))
        self._smallest = bytes(half + (byte * (bins - half) >> 8) for byte in range(256))
        rng = Random(bins)
        self._lenders = [rng.sample(range(bins), bins) for _ in range(bins)]
        self._in_bands = itemgetter(*[bin_ for band in range(count) for bin_ in range(band, bins, count)])
        self._cuts = [(slice(band * width, (band + 1) * width), band) for band in range(count)]

    @classmethod
    def finding(cls, threshold: float) -> Bands:
        """The bands by which all but a few of the texts at least `threshold` alike share a key: of the largest size
        that 50 bins allow, since large bands seldom bring the unlike together, and as few as that takes."""
        shapes = [(size, count) for size in range(1, 13) for count in range(1, BINS // size + 1)]
        found = [shape for shape in shapes if 1 - chance(threshold, *shape) <= MISSED]
        return cls(*max(found, key=lambda shape: (shape[0], -shape[1]), default=(1, BINS)))

    def keys(self, hashes: Sequence[int]) -> list[int]:
        """One 30-bit key per band, made of the band's own; none where there is nothing to hash."""
        if not hashes:
            return []
        hashes = array("I", hashes)
        content = hashes.tobytes()
        found = self._none.copy()
        highs, lows = (
            content[_LOWEST::PIECE].translate(self._largest),
            content[_SECOND::PIECE].translate(self._smallest),
        )
        for value, high, low in zip(hashes, highs, lows, strict=True):
            if value > found[high]:  # noqa: PLR1730 - a call of max() would cost as much as all the rest
                found[high] = value
            if value < found[low]:  # noqa: PLR1730
                found[low] = value
        if -1 in found or EMPTY in found:
            self._lend(found)
        content = array("I", self._in_bands(found)).tobytes()
        return [crc32(content[cut], band) & MASK for cut, band in self._cuts]

    def _lend(self, found: list[int]) -> None:
        """Give every empty bin the value of the first of its lenders that has one."""
        empty = [bin_ for bin_, value in enumerate(found) if value == self._none[bin_]]
        lent = []
        for bin_ in empty:
            for lender in self._lenders[bin_]:
                if -1 < found[lender] < EMPTY:
                    lent.append(found[lender])
                    break
        for bin_, value in zip(empty, lent, strict=True):
            found[bin_] = value


_LOWEST, _SECOND = (0, 1) if sys.byteorder == "little" else (PIECE - 1, PIECE - 2)
