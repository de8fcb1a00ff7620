"""How much a text says again: the loops that language models fall into, told apart from refrains and tables.

The share of repeated n-grams is the measure of the Gopher filters (Rae et al. 2021, arXiv 2112.11446, table A1), on
words of any language.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def repeated_share(words: Sequence[str], size: int, *, allowed: int = 1) -> float:
    """The share of the runs of `size` words that stood `allowed` times earlier in the text, from 0 to (nearly) 1."""
    total = len(words) - size + 1
    if total < 1:
        return 0.0
    runs = zip(*(words[start:] for start in range(size)), strict=False)
    if allowed == 1:
        return 1 - len(set(runs)) / total
    return 1 - sum(min(count, allowed) for count in Counter(runs).values()) / total


def longest_line_run(text: str, *, shortest: int) -> int:
    """How often, at most, one line of at least `shortest` characters follows itself, blank lines left out."""
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    longest = run = 0
    for before, line in pairwise(lines):
        run = run + 1 if line == before and len(line) >= shortest else 0
        longest = max(longest, run)
    return longest + 1 if lines else 0
