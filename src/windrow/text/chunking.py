"""Cuts a text into passages for retrieval: whole sentences, of even size, with the headings they stand under.

A passage is a slice of the text, so its offsets are exact. Sizes are even (a text of 1.2 passages becomes two of 0.6),
a passage rather ends before a heading, and repeats the last sentences of the one before it where a section goes on.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from windrow.text.sentences import HEADING, blocks, sentences
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from windrow.text.sentences import Block

Measure = Literal["words", "chars"]

LONGEST_WORD = 20  # characters: a longer run counts as several words, so that a line without spaces is cut too
EARLY = 0.6  # of the even size: from here on a heading is a good place to stop
SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Passage:
    """`text[start:end]`, and the headings it stands under, outermost first."""

    start: int
    end: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is never cut: a sentence, a heading, a table row, a line of code."""

    start: int
    end: int
    size: int
    heading: bool
    path: tuple[str, ...]


def passages(text: str, *, most: int, overlap: float, measure: Measure = "words", start: int = 0) -> Iterator[Passage]:
    """Passages of at most `most` words or characters, from `start` on; about `overlap` of one is repeated in the next.

    Raises ValueError where `most` is not positive or `overlap` not in [0, 0.5].
    """
    if most < 1 or not 0 <= overlap <= 0.5:  # noqa: PLR2004
        msg = f"passages of at most {most} with overlap {overlap} cannot be cut"
        raise ValueError(msg)
    units = list(_units(text, most, measure, start))
    first, fresh, left = 0, 0, sum(unit.size for unit in units)
    while fresh < len(units):
        carried = sum(unit.size for unit in units[first:fresh])
        last = _fill(units, fresh, most - carried, left)
        yield Passage(units[first].start, units[last - 1].end, _common(units[fresh:last]))
        left -= sum(unit.size for unit in units[fresh:last])
        spare = most - units[last].size if last < len(units) else 0
        first, fresh = _step_back(units, first, last, min(int(overlap * most), spare)), last


def heading_text(text: str, block: Block) -> str:
    """The words of a heading block, without its marks."""
    line = text[block.start : block.end]
    marked = HEADING.match(line)
    return (marked[2] if marked else line).strip().strip("*_ ").strip()


def _units(text: str, most: int, measure: Measure, start: int) -> Iterator[_Unit]:
    path: list[tuple[int, str]] = []
    after = start
    for block in blocks(text):
        if block.start < start:
            continue
        if block.kind == "heading":
            path = [*(step for step in path if step[0] < block.level), (block.level, heading_text(text, block))]
        names = tuple(name for _, name in path)
        flowing = block.kind in ("text", "item")
        for begin, end in sentences(text, block.start, block.end) if flowing else [(block.start, block.end)]:
            for piece in _pieces(text, begin, end, most, measure):
                gap = piece[0] - after if measure == "chars" else 0
                after = piece[1]
                yield _Unit(*piece, gap + _size(text[slice(*piece)], measure), block.kind == "heading", names)


def _size(text: str, measure: Measure) -> int:
    return len(text) if measure == "chars" else max(1, len(words(text)), len(text) // LONGEST_WORD)


def _pieces(text: str, start: int, end: int, most: int, measure: Measure) -> Iterator[tuple[int, int]]:
    """One sentence, or the parts of one that is longer than a passage may be."""
    while start < end and (end - start > most) and _size(text[start:end], measure) > most:
        stop = _stop(text, start, end, most, measure)
        yield start, start + len(text[start:stop].rstrip())
        space = SPACE.match(text, stop, end)
        start = space.end() if space else stop
    if start < end:
        yield start, end


def _stop(text: str, start: int, end: int, most: int, measure: Measure) -> int:
    """Where the first `most` words or characters from `start` end, at white space if there is any."""
    if measure == "words":
        count = 0
        for mark in re.finditer(r"\S+", text[start:end]):
            count += _size(mark[0], measure)
            if count > most:
                return start + mark.start() if mark.start() else min(end, start + most)
        return end
    stop = min(end, start + most)
    space = max(text.rfind(" ", start + 1, stop + 1), text.rfind("\n", start + 1, stop + 1))
    return space if space > start + most // 2 else stop


def _fill(units: Sequence[_Unit], fresh: int, room: int, left: int) -> int:
    """Where the passage that goes on from `fresh` ends (exclusive): `room` for new text, `left` is all there is.

    What is left is dealt out evenly, so that no passage ends up as a rest of a few words. At least one unit is taken.
    """
    if left <= room:
        return len(units)
    even = math.ceil(left / math.ceil(left / room))
    size, last = units[fresh].size, fresh + 1
    while last < len(units):
        unit = units[last]
        if size + unit.size > room or size >= even or (unit.heading and size >= EARLY * even):
            break
        size += unit.size
        last += 1
    while last - 1 > fresh and units[last - 1].heading:
        last -= 1  # a heading goes with what it heads
    return last


def _step_back(units: Sequence[_Unit], first: int, last: int, budget: int) -> int:
    """Where the next passage begins: some sentences early, within the same section."""
    if last >= len(units) or units[last].heading:
        return last
    at = last
    while at - 1 > first and not units[at - 1].heading and units[at - 1].size <= budget:
        at -= 1
        budget -= units[at].size
    return at


def _common(units: Sequence[_Unit]) -> tuple[str, ...]:
    shared = units[0].path
    for unit in units[1:]:
        pairs = zip(shared, unit.path, strict=False)
        shared = shared[: next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(shared), len(unit.path)))]
    return shared
