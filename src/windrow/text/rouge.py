"""ROUGE-L (Lin 2004), and an index that finds whatever is too like a text among 100,000 others, exactly.

F = 2·LCS / (m + n) over words, no stemmer, both directions weighed alike. Whether F reaches a threshold is decided
in whole numbers, so 0.7 means 0.7. The index leaves out only what provably cannot reach the threshold: a longest
common subsequence is never longer than the multiset overlap, so a partner must have a fitting length and share one
of the query's rarest words (prefix filtering, Chaudhuri et al. 2006; Xiao et al. 2008); what is left is measured
with a bit-parallel LCS (Hyyrö 2004) on Python's long integers.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

W = TypeVar("W", str, int)


def rouge_l(a: str, b: str) -> float:
    """The ROUGE-L F-measure of two texts, 0 to 1; 0 where either has no word."""
    left, right = words(a), words(b)
    total = len(left) + len(right)
    return 2 * lcs(left, right) / total if left and right else 0.0


def lcs(a: Sequence[str], b: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    return _lcs(_masks(a), len(a), b)


def _masks(sequence: Iterable[str]) -> dict[str, int]:
    """For each word the places where it stands, as bits."""
    masks: dict[str, int] = {}
    for place, word in enumerate(sequence):
        masks[word] = masks.get(word, 0) | 1 << place
    return masks


def _lcs(masks: Mapping[W, int], length: int, other: Iterable[W]) -> int:
    full = (1 << length) - 1
    row = full
    for word in other:
        mask = masks.get(word)
        if mask is not None:
            taken = row & mask
            row = (row + taken) | (row - taken)  # carries above `length` never come back down
    return length - (row & full).bit_count()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A text of the index that is too like the query: its key, the F-measure, and its words as compared."""

    key: str
    score: float
    text: str


class RougeIndex:
    """Texts, and which of them have ROUGE-L of at least `threshold` (above 0, at most 1) with a query.

    Memory is about 8 bytes a word and 16 an entry, beside the keys and one copy of each different word.
    """

    def __init__(self, threshold: float = 0.7) -> None:
        self.threshold = Fraction(str(threshold))
        if not 0 < self.threshold <= 1:
            msg = f"a ROUGE-L threshold is above 0 and at most 1, not {threshold}"
            raise ValueError(msg)
        self._keys: list[str] = []
        self._starts = array("Q", [0])  # entry i is _sequence[_starts[i] : _starts[i + 1]]
        self._sequence = array("I")
        # An element is one word's first, second, ... occurrence in a text: multisets become sets of elements.
        self._elements: dict[tuple[str, int], int] = {}
        self._words: list[str] = []
        self._postings: list[array[int]] = []

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, text: str, key: str) -> None:
        """Let `text` be found from now on, under `key`."""
        entry = len(self._keys)
        for element in _occurrences(words(text)):
            number = self._elements.get(element)
            if number is None:
                number = self._elements[element] = len(self._words)
                self._words.append(element[0])
                self._postings.append(array("I"))
            self._postings[number].append(entry)
            self._sequence.append(number)
        self._keys.append(key)
        self._starts.append(len(self._sequence))

    def nearest(self, text: str, limit: int = 1) -> list[Neighbour]:
        """The entries at or above the threshold, nearest first (then in order of adding), at most `limit`."""
        query = words(text)
        length, starts = len(query), self._starts
        known = {n for e in _occurrences(query) if (n := self._elements.get(e)) is not None}
        masks = self._masks_by_number(query)
        above, below = self.threshold.numerator, 2 * self.threshold.denominator
        found: list[tuple[Fraction, int]] = []
        for entry in self._candidates(length, known):
            sequence = self._sequence[starts[entry] : starts[entry + 1]]
            total = length + len(sequence)
            least = -(-above * total // below)
            if len(known.intersection(sequence)) >= least:
                common = _lcs(masks, length, sequence)
                if common >= least:
                    found.append((Fraction(2 * common, total), entry))
        found.sort(key=lambda pair: (-pair[0], pair[1]))
        return [Neighbour(self._keys[entry], float(score), self._text(entry)) for score, entry in found[:limit]]

    def _masks_by_number(self, query: Sequence[str]) -> dict[int, int]:
        """Where each word stands in the query, under the number of each of its occurrences in the index."""
        masks: dict[int, int] = {}
        for word, mask in _masks(query).items():
            occurrence = 0
            while (number := self._elements.get((word, occurrence))) is not None:
                masks[number] = mask
                occurrence += 1
        return masks

    def _text(self, entry: int) -> str:
        return " ".join(self._words[n] for n in self._sequence[self._starts[entry] : self._starts[entry + 1]])

    def _candidates(self, length: int, known: set[int]) -> Iterator[int]:
        """Entries that may reach the threshold, each once.

        Going through the query's elements from the rarest on, an entry first met at place i can share at most
        `length - i` elements, so it can be at most 2·(length - i)/threshold - length words long.
        """
        shortest = -(-self.threshold * length // (2 - self.threshold))
        by_rarity = sorted(known, key=lambda number: (len(self._postings[number]), number))
        starts, seen = self._starts, set[int]()
        for place, number in enumerate(by_rarity, start=length - len(known)):
            longest = 2 * (length - place) // self.threshold - length
            if longest < shortest:
                return
            low, high = int(shortest), int(longest)
            fresh = [e for e in self._postings[number] if low <= starts[e + 1] - starts[e] <= high and e not in seen]
            seen.update(fresh)
            yield from fresh


def _occurrences(sequence: Iterable[str]) -> Iterator[tuple[str, int]]:
    counts: dict[str, int] = {}
    for word in sequence:
        count = counts.get(word, 0)
        counts[word] = count + 1
        yield word, count
