"""How much a text says again: the loops that language models fall into, told apart from refrains and tables.

The share of repeated n-grams is the measure of the Gopher filters (Rae et al. 2021, arXiv 2112.11446, table A1), on
words of any language.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def repeated_share(words: Sequence[str], size: int) -> float:
    """The share of the runs of `size` words that stood earlier in the text, from 0.0 to (nearly) 1.0."""
    total = len(words) - size + 1
    if total < 1:
        return 0.0
    distinct = len(set(zip(*(words[start:] for start in range(size)), strict=False)))
    return 1 - distinct / total


def longest_line_run(text: str, *, shortest: int) -> int:
    """How often, at most, one line of at least `shortest` characters follows itself, blank lines left out."""
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    longest = run = 0
    for before, line in pairwise(lines):
        run = run + 1 if line == before and len(line) >= shortest else 0
        longest = max(longest, run)
    return longest + 1 if lines else 0
