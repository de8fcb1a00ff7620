"""Does a text hold an item of an evaluation set? Tier one of decontamination: runs of words that both share.

An item counts as held where at least half of its words stand in runs of eight that the text has too (the rule of
Tülu 3, Lambert et al. 2024, arXiv 2411.15124); a shorter item must stand there whole, as a sentence or clause of its
own. Runs are kept as 64-bit hashes, so that an evaluation set can be handed on without its text. Paraphrases are not
found by it.
"""

from __future__ import annotations

import re
from collections import Counter
from hashlib import blake2b
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from windrow.text.run_table import RunTable
from windrow.text.tokens import is_unspaced, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

RUN = 8  # words
RUN_UNSPACED = 16  # characters, in scripts without spaces: eight of them are but a common phrase
SHARE = 0.5  # of an item's words
SHORTEST = 3 / 8  # of a run: items of fewer words ("Yes", "The end") stand in any text
FRAME = 10  # items: what so many of them say ("Answer with one letter …") is the set's frame, and none of them

# What words leave out and tells one problem from another: the operator in "3 + 4", "x^2" or "-5". A hyphen between a
# number and a word ("8-inch") is none, and neither is the dash that begins a line.
OPERATOR = re.compile(
    r"[-+*/=<>^×÷·−–](?= ?[\d(\\$]| [a-zA-Z]\b|(?<![-−–])[a-zA-Z]\b)"
    r"(?:(?<=[\d)}].)|(?<=[\d)}] .)|(?<=\b[a-zA-Z].)|(?<=\b[a-zA-Z] .))|[-−–](?=\d)(?<=[\s(=$].)"
)
OPERATORS = {sign: f" op{ord(plain):x} " for sign, plain in zip("-−–+*×·/÷=<>^", "---+***//=<>^", strict=True)}
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
TIMES = re.compile(r"\\(?:cdot|times)(?![a-zA-Z])")
LAYOUT = re.compile(r"\\(?:left|right|displaystyle|text|mathrm|mathbf|quad|qquad)(?![a-zA-Z])|\\[,;:! ]")
BORDER_WORD = " opborder "
BORDER = re.compile(r"[.!?…:;,。！？；：，、「」『』\"“”«»„\n]+(?<![.,:](?=\w))")  # "3.5" is one number

Places: TypeAlias = "Counter[int]"
"""Where in an item shared runs begin, with how often each stands in the text."""


class Item(NamedTuple):
    """An evaluation item as it is compared: its name, how many words it has, and the hashes of its runs of `run` words
    in order; of an item shorter than that, the hash of the whole."""

    name: str
    size: int
    hashes: tuple[int, ...]
    run: int = RUN


class Held(NamedTuple):
    """An item that a text holds, and which share of the item's words. `material`: it stands in the passages alone."""

    item: str
    share: float
    material: bool = False


class Evaluation:
    """The runs of an evaluation set. Memory grows with the set, not with what is compared with it."""

    def __init__(self, *, share: float = SHARE) -> None:
        self._least = share
        self._names: list[str] = []
        self._sizes: list[int] = []
        self._runs: list[int] = []
        self._tables: dict[int, RunTable] = {}  # by the words of a run
        self._whole: dict[int, int] = {}  # hash of a short item -> item
        self._longest = 0  # words of the longest short item
        self._words: dict[str, str] = {}
        self._pairs: set[tuple[str, str]] | None = set()  # neighbours in any item; None where only hashes are known
        self._frame: set[int] = set()
        self._settled = False
        self._own: dict[int, int] = {}  # words of an item that are not of the frame, where some are

    def __len__(self) -> int:
        return len(self._names)

    def add(self, name: str, text: str) -> bool:
        """Take in one item; False where it is too short to be told from chance."""
        told = _words(text)
        if not self._take(_hashed(name, told)):
            return False
        if self._pairs is not None:
            known = self._words.setdefault
            self._pairs.update(pairwise([known(word, word) for word in told]))
        return True

    def add_hashed(self, item: Item) -> bool:
        """Take in one item whose runs were hashed before."""
        if not self._take(item):
            return False
        self._pairs = None  # whatever a text says may be in it
        return True

    def held_by(self, text: str, passages: Iterable[str] = ()) -> Held | None:
        """The item that `text` holds most of, if it holds enough of any. `passages` are parts of `text` that were given
        and not made: what stands in them alone is no more than `material`."""
        found = self._found(text)
        held = [(number, places, share) for number, places in found.items() if (share := self._share(number, places))]
        if not held:
            return None
        given: dict[int, Places] = {}
        for passage in passages:
            for number, places in self._found(passage).items():
                given.setdefault(number, Counter()).update(places)
        told = [self._beside(number, places, given[number], share) if number in given else (share, False, number)
                for number, places, share in held]  # fmt: skip
        share, material, number = max(told, key=lambda one: (not one[1], one[0], -one[2]))
        return Held(self._names[number], share, material)

    def _take(self, item: Item) -> bool:
        if item.size < SHORTEST * item.run or not item.hashes:
            return False
        number = len(self._names)
        self._names.append(item.name)
        self._sizes.append(item.size)
        self._runs.append(item.run)
        self._settled = False
        if item.size < item.run:
            self._whole.setdefault(item.hashes[0], number)
            self._longest = max(self._longest, item.size)
            return True
        table = self._tables.setdefault(item.run, RunTable())
        for place, digest in enumerate(item.hashes):
            table.add(digest, number, place)
        return True

    def _found(self, text: str) -> dict[int, Places]:
        """Where the runs of `text` stand in items, by item."""
        if not self._settled:
            self._settle()
        found: dict[int, Places] = {}
        told, borders = _clauses(text) if self._whole else (_words(text), [])
        for first, last in _between(borders, self._longest):
            if self._pairs is not None and tuple(told[first : first + 2]) not in self._pairs:
                continue
            number = self._whole.get(_hash(told[first:last]))
            if number is not None:
                found.setdefault(number, Counter())[0] += 1
        for run, table in self._tables.items():
            for digest in self._hashes(told, run):
                for number, place in table.find(digest):
                    if number not in self._own or digest not in self._frame:
                        found.setdefault(number, Counter())[place] += 1
        return found

    def _hashes(self, told: Sequence[str], run: int) -> Iterator[int]:
        """Of the runs of a text, those that an item may have: whose words stand beside each other in some item."""
        if self._pairs is None:
            yield from run_hashes(told, run)
            return
        streak, pairs = 1, self._pairs
        for end, pair in enumerate(pairwise(told), start=2):
            streak = streak + 1 if pair in pairs else 1
            if streak >= run:
                yield _hash(told[end - run : end])

    def _share(self, number: int, places: Places) -> float:
        """The share of the item's words that stand in runs at `places`; 0 where it is too small."""
        share = self._covered(number, places) / self._own.get(number, self._sizes[number])
        return share if share >= self._least else 0.0

    def _beside(self, number: int, places: Places, given: Places, share: float) -> tuple[float, bool, int]:
        """The share of the item that the text says itself, beside passages that have it at `given`."""
        own = self._share(number, places - given)
        if own:
            return own, False, number
        in_passages = self._covered(number, given)
        left = self._own.get(number, self._sizes[number]) - in_passages
        more = self._covered(number, given | places) - in_passages
        if left >= SHORTEST * self._runs[number] and more >= self._least * left:
            return more / left, False, number
        return share, True, number

    def _covered(self, number: int, places: Iterable[int]) -> int:
        """How many words of an item stand in one of the runs at `places`."""
        run = min(self._runs[number], self._sizes[number])
        covered = last = 0
        for place in sorted(places):
            covered += place + run - max(place, last)
            last = place + run
        return covered

    def _settle(self) -> None:
        """Tell what items have in common, once all are there, from what is their own."""
        self._frame, self._own, self._settled = set(), {}, True
        shared: dict[int, set[int]] = {}
        for table in self._tables.values():
            for digest, places in table.common(FRAME):
                self._frame.add(digest)
                for number, at in places.items():
                    shared.setdefault(number, set()).update(at)
        for number, common in shared.items():
            runs = range(self._sizes[number] - self._runs[number] + 1)
            own = self._covered(number, (place for place in runs if place not in common))
            if own:  # an item that many others repeat is no frame
                self._own[number] = own


def hashed(name: str, text: str) -> Item:
    """An item as its hashes."""
    return _hashed(name, _words(text))


def run_hashes(told: Sequence[str], size: int) -> Iterator[int]:
    """64-bit hashes of each run of `size` words, in order; the same on every machine."""
    data = [word.encode("utf-8", "surrogatepass") for word in told]
    joined, starts = b" ".join(data), list(accumulate((len(word) + 1 for word in data), initial=0))
    for first, end in zip(starts, starts[size:], strict=False):
        yield int.from_bytes(blake2b(joined[first : end - 1], digest_size=8).digest(), "big")


def _hashed(name: str, told: Sequence[str]) -> Item:
    run = RUN_UNSPACED if 2 * sum(len(word) == 1 and is_unspaced(word) for word in told) > len(told) else RUN
    return Item(name, len(told), tuple(run_hashes(told, min(run, max(1, len(told))))), run)


def _hash(told: Sequence[str]) -> int:
    data = " ".join(told).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")


def _words(text: str) -> list[str]:
    return words(_spelt(text))


def _clauses(text: str) -> tuple[list[str], list[int]]:
    """The words of a text, and before which of them clauses begin or end."""
    told: list[str] = []
    borders = [0]
    for word in words(BORDER.sub(BORDER_WORD, _spelt(text))):
        if word != BORDER_WORD.strip():
            told.append(word)
        elif len(told) > borders[-1]:
            borders.append(len(told))
    return told, borders if borders[-1] == len(told) else [*borders, len(told)]


def _between(borders: Sequence[int], longest: int) -> Iterator[tuple[int, int]]:
    """Every stretch from a border to a later one that has two words at least and `longest` at most."""
    for at, first in enumerate(borders):
        for last in borders[at + 1 :]:
            if last - first > longest:
                break
            if last - first > 1:
                yield first, last


def _spelt(text: str) -> str:
    """The text with numbers, fractions and operators spelt in one way, operators as words."""
    if "\\" in text:
        text = LAYOUT.sub(" ", TIMES.sub("*", FRACTION.sub(r"\1/\2", text)))
    if "," in text:
        text = THOUSANDS.sub("", text)
    return OPERATOR.sub(_operator, text)


def _operator(found: re.Match[str]) -> str:
    return OPERATORS[found[0]]
