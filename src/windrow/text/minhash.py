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
from hashlib import blake2b
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
_PIECES = int.from_bytes(RUN * MASK.to_bytes(PIECE, "little"), "little")


def shingles(words: Sequence[str]) -> set[str]:
    """The runs of three words; the whole of a shorter text; nothing of one without words."""
    if len(words) < RUN:
        return {" ".join(words)} if words else set()
    return set(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


def jaccard(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """What the sets share, as a part of what they hold together. Two empty sets share nothing."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


class _Codes(dict[str, bytes]):
    """Thirty random-looking bits for a word at each place of a run, four bytes each, the same on every machine.

    Forgets all when it has grown large: it only saves time.
    """

    LARGEST = 50_000

    def __missing__(self, word: str) -> bytes:
        if len(self) >= self.LARGEST:
            self.clear()
        digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=RUN * PIECE).digest()
        code = self[word] = (int.from_bytes(digest, "little") & _PIECES).to_bytes(RUN * PIECE, "little")
        return code


_CODES = _Codes()


def run_hashes(words: Sequence[str]) -> array[int]:
    """A 30-bit hash of each run in `shingles(words)`, repeats included: tabulation hashing, a table for each place.

    The codes of all words stand side by side in one long integer, so that two shifts bring the code of the second and
    of the third word of every run to that of its first.
    """
    if not words:
        return array("I")
    codes = b"".join(map(_CODES.__getitem__, words if len(words) >= RUN else (" ".join(words),)))
    lanes = int.from_bytes(codes, "little")
    lanes ^= lanes >> 8 * PIECE * (RUN + 1) ^ lanes >> 8 * PIECE * (2 * RUN + 2)
    hashes = array("I", lanes.to_bytes(len(codes), "little"))
    if sys.byteorder == "big":
        hashes.byteswap()
    return hashes[: RUN * max(1, len(words) - RUN + 1) : RUN]


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
