"""How many characters must be changed, put in or left out to make one text of another (Levenshtein 1966).

Bit-parallel after Myers (1999) and Hyyrö (2003), on Python's long integers: a step for each character of one text works
on all of the other at once. Characters are code points after NFC, so that é is one letter however it is written.
"""

from __future__ import annotations

import unicodedata

LONGEST = 50_000  # characters: two such texts take about a second


def distance(one: str, other: str) -> int:
    """The least number of edits. Symmetric; 0 only for texts that are canonically equal."""
    left, right = unicodedata.normalize("NFC", one), unicodedata.normalize("NFC", other)
    if len(left) > len(right):
        left, right = right, left
    return _distance(left, right) if left else len(right)


def similarity(one: str, other: str) -> float:
    """1 - distance / length of the longer text: 1 for equal texts, 0 where nothing can stay. Two empty texts: 1."""
    longest = max(len(unicodedata.normalize("NFC", text)) for text in (one, other))
    return 1 - distance(one, other) / longest if longest else 1.0


def _distance(pattern: str, text: str) -> int:
    """Columns of the table as two bit vectors: where it rises by one from row to row, and where it falls."""
    masks: dict[str, int] = {}
    for place, letter in enumerate(pattern):
        masks[letter] = masks.get(letter, 0) | 1 << place
    full, last = (1 << len(pattern)) - 1, 1 << (len(pattern) - 1)
    rises, falls, edits = full, 0, len(pattern)
    for letter in text:
        equal = masks.get(letter, 0)
        stays = equal | falls
        zero = (((equal & rises) + rises) ^ rises) | stays
        up = falls | (~(zero | rises) & full)
        down = rises & zero
        edits += bool(up & last) - bool(down & last)
        up = (up << 1 | 1) & full
        down = (down << 1) & full
        rises = down | (~(zero | up) & full)
        falls = up & zero
    return edits
