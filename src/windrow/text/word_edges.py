"""Where a number or an address begins and ends in running text.

Beside a letter, "4111" is a part of a name. Not so in scripts that put no spaces between words, nor in Korean, whose
particles are written onto what they follow: there a letter may stand right beside a number, and says nothing of it.
"""

from __future__ import annotations

import re

from windrow.text.tokens import UNSPACED

_HANGUL = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF))
_WIDE_KANA = ((0xFF66, 0xFF9F),)
BESIDE = "".join(f"{chr(first)}-{chr(last)}" for first, last in (*UNSPACED, *_HANGUL, *_WIDE_KANA))
"""Letters that may stand right beside a number, as ranges of a regular expression's set."""
JOINED = rf"[^\W{BESIDE}]"
"""A letter, a digit or a low line that makes one word of itself and a number beside it."""
JOINED_LETTER = rf"[^\W\d_{BESIDE}]"
"""A letter of those."""

_WIDE = re.compile("[\uff01-\uff5e]")
_NARROW = {0xFF01 + place: 0x21 + place for place in range(94)}


def narrow(text: str) -> str:
    """`text` with the wide forms of ASCII ("４１１１＠") as ASCII, each in its place."""
    return text if text.isascii() or _WIDE.search(text) is None else text.translate(_NARROW)
