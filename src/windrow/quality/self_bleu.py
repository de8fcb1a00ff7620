"""Self-BLEU: how much of each text stands in the others too (Zhu et al. 2018, arXiv 1802.01886); the lower, the more
varied. Counted over all texts in one pass: for every run of words it is enough to know its two largest counts."""

from __future__ import annotations

import math
from collections import Counter
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ORDER = 4
Run = tuple[str, ...]


def self_bleu(texts: Sequence[Sequence[str]], order: int = ORDER) -> float | None:
    """The mean BLEU of each text against all others, in [0, 1]; None of fewer than two texts that hold words.

    Precisions without a hit are smoothed as in sacreBLEU (`exp`), and a text shorter than `order` is measured by the
    runs that it has.
    """
    told = [text for text in texts if text]
    if len(told) < 2:  # noqa: PLR2004 - one text has no others
        return None
    counted = [[Counter(_runs(text, size)) for text in told] for size in range(1, order + 1)]
    largest = [_two_largest(counters) for counters in counted]
    lengths = sorted(len(text) for text in told)
    scores = []
    for place, text in enumerate(told):
        hits = [_hits(counters[place], place, most) for counters, most in zip(counted, largest, strict=True)]
        totals = [max(0, len(text) - size) for size in range(order)]
        scores.append(_score(hits, totals, len(text), _closest(lengths, len(text))))
    return fmean(scores)


def _runs(words: Sequence[str], size: int) -> list[Run]:
    return list(zip(*(words[place:] for place in range(size)), strict=False))


def _two_largest(counters: Sequence[Counter[Run]]) -> dict[Run, tuple[int, int, int]]:
    """For each run: its largest count, in which text, and the largest in any other text."""
    most: dict[Run, tuple[int, int, int]] = {}
    for place, counter in enumerate(counters):
        for run, count in counter.items():
            first, where, second = most.get(run, (0, -1, 0))
            most[run] = (count, place, first) if count > first else (first, where, max(second, count))
    return most


def _hits(mine: Counter[Run], place: int, most: dict[Run, tuple[int, int, int]]) -> int:
    total = 0
    for run, count in mine.items():
        first, where, second = most[run]
        total += min(count, second if where == place else first)
    return total


def _score(hits: Sequence[int], totals: Sequence[int], length: int, closest: int) -> float:
    if not hits[0]:
        return 0.0
    logs, smooth = [], 1.0
    for hit, total in zip(hits, totals, strict=True):
        if not total:
            break
        smooth = smooth if hit else smooth * 2
        logs.append(math.log((hit or 1 / smooth) / total))
    brevity = 1.0 if length >= closest else math.exp(1 - closest / length)
    return brevity * math.exp(fmean(logs))


def _closest(lengths: Sequence[int], own: int) -> int:
    """The length nearest to `own` among the others; the shorter of two that are as near."""
    others = list(lengths)
    others.remove(own)
    return min(others, key=lambda length: (abs(length - own), length))
