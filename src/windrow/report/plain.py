"""Text of others without what steers a terminal, hides, or turns the direction of what follows it."""

from __future__ import annotations

import unicodedata

KEPT = "\u200c\u200d\u200e\u200f"  # joiners and marks of direction: words of many scripts are written with them


def plain(text: str, keep: str = "") -> str:
    """`text` with each control, format and unassigned character but those of `keep` as a space."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in keep or c in KEPT or not unicodedata.category(c).startswith("C") else " " for c in text)
