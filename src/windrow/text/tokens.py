"""Words of any language, for comparing texts: overlap, novelty, duplicates, retrieval.

A word is a run of letters, marks and digits, caseless. Scripts written without spaces (Chinese, Japanese, Thai, Lao,
Khmer, Burmese, Tibetan) give one word per character, so that overlap means something there too. On ASCII text this
is the tokeniser of the `rouge-score` package without its stemmer, which published ROUGE figures use.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right

# Of a byte: itself where it is a letter or digit of ASCII, else a blank. Twice as fast as a regular expression.
_ASCII_BORDERS = bytes(code if chr(code).isascii() and chr(code).isalnum() else ord(" ") for code in range(256))
ZERO_WIDTH_SPACE = "\u200b"  # marks a word border in Thai and Khmer; the other format characters join

# First and last code point of each block whose script puts no spaces between words.
UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x109F),  # Tibetan, Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x19E0, 0x19FF),  # Khmer symbols
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x2E80, 0x2FDF),  # radicals of Han
    (0x3005, 0x3007),  # Han repetition marks and zero
    (0x3021, 0x3029),  # Hangzhou numerals
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3100, 0x312F),  # Bopomofo
    (0x31A0, 0x31FF),  # Bopomofo and Katakana, extended
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xA9E0, 0xA9FF),  # Burmese, extended
    (0xAA60, 0xAA7F),  # Burmese, extended
    (0xF900, 0xFAFF),  # Han, compatibility
    (0x1AFF0, 0x1B16F),  # Kana, extended
    (0x20000, 0x3FFFF),  # Han, extensions B and later
)
_STARTS = [first for first, _ in UNSPACED]


def normalise(text: str) -> str:
    """`text` as compared: NFKC, caseless, every run of white space one blank, none at the ends."""
    return " ".join(_caseless(text).split())


def words(text: str) -> list[str]:
    """The caseless words of `text`, in order."""
    if text.isascii():
        return text.encode().lower().translate(_ASCII_BORDERS).decode().split()
    return _caseless(text).translate(_BORDERS).split()


def is_unspaced(character: str) -> bool:
    """Whether `character` belongs to a script that puts no spaces between words."""
    point = ord(character)
    block = bisect_right(_STARTS, point) - 1
    return block >= 0 and point <= UNSPACED[block][1]


def _caseless(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


class _Borders(dict[int, str]):
    """A translation table that learns each character when it first meets it: kept, set apart, or a border."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        kind = unicodedata.category(character)
        if kind[0] in "LMN":
            replacement = f" {character} " if is_unspaced(character) else character
        elif kind == "Cf" and character != ZERO_WIDTH_SPACE:
            replacement = ""
        else:
            replacement = " "
        self[point] = replacement
        return replacement


_BORDERS = _Borders()
