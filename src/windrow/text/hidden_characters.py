"""Characters that a reader does not see and a model does: joiners, direction marks, tags, fillers, control characters.

Many have honest uses, which are let through: joiners in emoji and in the scripts that need them, direction marks beside
writing from right to left, the zero-width space of Thai and Khmer, selectors behind a Han character or an emoji, the
tags of a flag. What is left is an accident of copying or hides something; text in tags is read out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windrow.text.tokens import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
JOINERS = "\u200c\u200d"
ZERO_WIDTH = "\u200b\u2060\ufeff\u180e\u034f"
MARKS = "\u200e\u200f\u061c"
ISOLATES = "\u2066\u2067\u2068\u2069\u202a\u202b\u202c"
OVERRIDES = "\u202d\u202e"
FILLERS = "\u115f\u1160\u3164\uffa0\u2061\u2062\u2063\u2064\ufff9\ufffa\ufffb\u206a\u206b\u206c\u206d\u206e\u206f"
TAGS = range(0xE0000, 0xE0080)
FLAG = "\U0001f3f4"
SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
RTL = ("R", "AL", "AN")
# Scripts that write with joiners: Arabic to Thaana, the scripts of India, Myanmar, Khmer, Mongolian.
JOINING = (
    range(0x0600, 0x0900),
    range(0x0900, 0x0E00),
    range(0x1000, 0x10A0),
    range(0x1780, 0x18B0),
    range(0xA880, 0xAA80),
)


@dataclass(frozen=True, slots=True)
class Hidden:
    """A run of hidden characters of one kind, `text[start:end]`. `says` is the text that tags spell."""

    kind: str
    start: int
    end: int
    says: str = ""


def hidden_characters(text: str) -> Iterator[Hidden]:
    """Every run in `text`, in order of place; kinds: zero_width, joiner, direction, tag, selector, filler, control."""
    if text.isascii() and not CONTROL.search(text):
        return
    rtl = _has_rtl(text)
    start, kind = 0, ""
    for place in range(len(text) + 1):
        found = _kind(text, place, rtl=rtl) if place < len(text) else ""
        if found != kind:
            if kind:
                yield Hidden(kind, start, place, _spelt(text[start:place]) if kind == "tag" else "")
            start, kind = place, found


def visible(text: str) -> tuple[str, Sequence[int]]:
    """`text` as a model may read it, tags as the letters they spell and other hidden characters left out, and for each
    of its characters the place in `text` it comes from."""
    unseen = {letter: _spelt(letter) for letter in set(text) if not letter.isascii() and _is_unseen(letter)}
    if not unseen:
        return text, range(len(text))
    letters, places = [], []
    for place, letter in enumerate(text):
        read = unseen.get(letter, letter)
        letters.append(read)
        places += [place] * len(read)
    return "".join(letters), places


def _is_unseen(letter: str) -> bool:
    point = ord(letter)
    selects = any(point in one for one in SELECTORS)
    return selects or point in TAGS or letter in FILLERS or unicodedata.category(letter) == "Cf"


def _kind(text: str, place: int, *, rtl: bool) -> str:
    """What kind of hidden character stands at `place`, '' where it is seen or has its use there."""
    letter = text[place]
    if letter <= "\x7f":
        return "control" if CONTROL.match(letter) else ""
    kind = _KINDS.get(letter, "")
    if kind == "direction":
        return "" if rtl and letter not in OVERRIDES else kind
    used = _USES.get(kind)
    return "" if used and used(text, place) else kind


def _joins(text: str, place: int) -> bool:
    """Between letters of a script that joins, or inside an emoji."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if before and any(ord(before) in one for one in JOINING):
        return True
    pictured = {unicodedata.category(one) for one in (before, after) if one}
    selected = bool(before) and ord(before) in SELECTORS[0]
    return (
        text[place] == "\u200d"
        and bool(after)
        and ("So" in pictured or selected or unicodedata.category(before or " ") == "Sk")
    )


def _is_border(text: str, place: int) -> bool:
    """A byte order mark at the start; a word's border in writing without spaces."""
    if text[place] == "\ufeff":
        return place == 0
    near = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
    return text[place] == "\u200b" and any(is_unspaced(one) for one in near)


def _in_flag(text: str, place: int) -> bool:
    """In 🏴 with the tags of a region, which cannot be longer than a few letters."""
    start = place
    while start and ord(text[start - 1]) in TAGS and place - start < 8:  # noqa: PLR2004 - six letters and an end
        start -= 1
    end = place
    while end < len(text) and ord(text[end]) in TAGS and end - place < 8:  # noqa: PLR2004 - likewise
        end += 1
    return start > 0 and text[start - 1] == FLAG and text[end - 1] == "\U000e007f" and end - start <= 8  # noqa: PLR2004


def _selects(text: str, place: int) -> bool:
    """One selector, behind something that has variants."""
    before = text[place - 1 : place]
    if not before or any(ord(before) in one for one in SELECTORS):
        return False
    return not before.isspace() and (not before.isascii() or before in "0123456789#*©®")


def _spelt(tags: str) -> str:
    """The ASCII text that tags stand for; other characters stand for none."""
    letters = (chr(ord(tag) - TAGS.start) for tag in tags if ord(tag) in TAGS)
    return "".join(letter for letter in letters if letter.isprintable())


def _has_rtl(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in RTL for letter in set(text) if letter not in MARKS)


_KINDS = {
    **dict.fromkeys(JOINERS, "joiner"),
    **dict.fromkeys(ZERO_WIDTH, "zero_width"),
    **dict.fromkeys(MARKS + ISOLATES + OVERRIDES, "direction"),
    **dict.fromkeys(map(chr, TAGS), "tag"),
    **dict.fromkeys((chr(point) for one in SELECTORS for point in one), "selector"),
    **dict.fromkeys(FILLERS, "filler"),
    **dict.fromkeys((chr(point) for point in range(0x80, 0xA0) if point != ord("\x85")), "control"),
}
_USES: Mapping[str, Callable[[str, int], bool]] = {
    "joiner": _joins, "zero_width": _is_border, "tag": _in_flag, "selector": _selects,
}  # fmt: skip
