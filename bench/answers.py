"""What the benchmarks' server says: forty words, other ones for every question, as cheaply as can be."""

from __future__ import annotations

import random
from typing import Any

FIRST = ("ba", "do", "fi", "gu", "ka", "lo", "me", "ni", "po", "ra", "so", "tu", "ve", "wi", "za")
LAST = ("ben", "cor", "dal", "fen", "gar", "lin", "mor", "nel", "pas", "rin", "sal", "tom", "vic")
WORDS = [one + two for one in FIRST for two in LAST]


def answer(_request: dict[str, Any], number: int) -> str:
    """A sentence of forty made-up words."""
    words = random.Random(number).choices(WORDS, k=40)
    return f"{' '.join(words).capitalize()}."
