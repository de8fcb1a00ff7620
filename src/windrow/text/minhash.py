"""How alike two texts are, and a short sketch that finds the alike among many.

A text is the set of its runs of three words; two texts are as alike as the Jaccard index of their sets. The sketch is
one-permutation MinHash (Li, Owen, Zhang 2012) with empty bins filled by rotation (Shrivastava and Li 2014): one pass
over the set, whatever the number of bins. Bands of bins become keys (locality-sensitive hashing): two texts that share
a key are worth comparing exactly, and two that are alike nearly always share one.
"""

from __future__ import annotations

from array import array
from hashlib import blake2b
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

RUN = 3  # words
BINS = 40
MASK = (1 << 30) - 1  # Python's integers are fastest up to 30 bits
AWAY = 0x27D4EB2F
FACTORS = (0x2545F491, 0x1B873593, 0x27220A95, 0x165667B1, 0x3C6EF373, 0x1F83D9AB, 0x1BE5CD19, 0x0CC9E2D5)
MISSED = 0.05  # how seldom a pair right at the threshold may be missed


def shingles(words: Sequence[str]) -> set[str]:
    """The runs of three words; the whole of a shorter text; nothing of one without words."""
    if len(words) < RUN:
        return {" ".join(words)} if words else set()
    return set(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


def jaccard(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """What the sets share, as a part of what they hold together. Two empty sets share nothing."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


class _Codes(dict[str, tuple[int, int, int]]):
    """Thirty random-looking bits for a word at each place of a run, the same on every machine.

    Forgets all when it has grown large: it only saves time.
    """

    LARGEST = 50_000

    def __missing__(self, word: str) -> tuple[int, int, int]:
        if len(self) >= self.LARGEST:
            self.clear()
        digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=12).digest()
        one, two, three = (int.from_bytes(digest[place : place + 4], "big") & MASK for place in (0, 4, 8))
        codes = self[word] = (one, two, three)
        return codes


_CODES = _Codes()


def run_hashes(words: Sequence[str]) -> list[int]:
    """A 30-bit hash of each run in `shingles(words)`, repeats included: tabulation hashing, a table for each place."""
    if len(words) < RUN:
        return [_CODES[" ".join(words)][0]] if words else []
    ones, twos, threes = zip(*map(_CODES.__getitem__, words), strict=True)
    return [one ^ two ^ three for one, two, three in zip(ones, twos[1:], threes[2:], strict=False)]


class Bands:
    """Cuts sketches into keys so that texts at least `threshold` alike share one, all but a few.

    A sketch has 40 bins in `count` bands of `size` bins; a pair of likeness s shares a key with probability
    1 - (1 - s^size)^count. `size` is the largest that still finds 95 % of the pairs right at the threshold.
    """

    def __init__(self, threshold: float) -> None:
        sizes = [size for size in range(1, 13) if (1 - threshold**size) ** (BINS // size) <= MISSED]
        self.size = max(sizes, default=1)
        self.count = BINS // self.size
        # Neighbours of an empty bin are filled with one and the same value, so a band takes bins that lie far apart.
        self._order = [bin_ for band in range(self.count) for bin_ in range(band, BINS, self.count)[: self.size]]
        width = 4 * self.size
        self._cuts = [(band << 32, slice(band * width, (band + 1) * width)) for band in range(self.count)]

    def keys(self, hashes: Sequence[int]) -> list[int]:
        """One key per band, each distinct to its band; none where there is nothing to hash."""
        if not hashes:
            return []
        distinct = list(set(hashes))
        if len(distinct) < BINS:
            # A short text would leave most bins empty, so each of its runs is hashed a few times over.
            factors = FACTORS[: -(-2 * BINS // len(distinct))]
            distinct = [value * factor >> 15 & MASK for factor in factors for value in distinct]
        # Written from the largest hash down, so that the smallest of each bin stays.
        distinct.sort(reverse=True)
        smallest = {value % BINS: value for value in distinct}
        if len(smallest) < BINS:
            _fill(smallest)
        content = array("I", map(smallest.__getitem__, self._order)).tobytes()
        return [crc32(content[cut]) | band for band, cut in self._cuts]


def _fill(smallest: dict[int, int]) -> None:
    """Give every empty bin the value of the next one round that has one, marked by how far it was fetched."""
    nearest = min(smallest)
    value, away = smallest[nearest], nearest * AWAY
    for bin_ in _DOWNWARD:
        found = smallest.get(bin_)
        if found is None:
            away += AWAY
            smallest[bin_] = value + away & MASK
        else:
            value, away = found, 0


_DOWNWARD = tuple(reversed(range(BINS)))
