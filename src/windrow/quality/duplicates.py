"""How many rows repeat others: those that a filter refused for it, and those that are in the set all the same.

Repeats among the accepted are counted over the contents with the smallest hashes: of each of these every copy is seen,
wherever it stands, so the share is right on average and memory does not grow with the rows.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from hashlib import blake2b
from statistics import NormalDist, fmean, variance
from typing import TYPE_CHECKING

from windrow.quality.figure import Figure, not_evaluated
from windrow.statistics.intervals import wilson
from windrow.text.sides import seen
from windrow.text.tokens import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.row import Row

MOST = 20_000  # contents that are followed
FILTERS = ("dedupe", "distinct", "semantic_dedupe")
NORMAL = NormalDist().inv_cdf(0.975)


class Duplicates:
    """Counts over a stream of rows: `refused` takes rows of any status, `accepted` the accepted ones."""

    def __init__(self, most: int = MOST) -> None:
        self._looked = 0
        self._why: Counter[str] = Counter()
        self._most = most
        self._rows = 0
        self._copies: dict[int, int] = {}
        self._largest: list[int] = []  # hashes of the contents that are followed, negated

    def refused(self, row: Row) -> None:
        """Count a row that a filter for duplicates looked at."""
        looks = [one for one in row.verdicts if one.by in FILTERS and one.outcome in ("pass", "fail")]
        self._looked += bool(looks)
        self._why.update(f"{one.by} {one.reason}" for one in looks if one.outcome == "fail")

    def accepted(self, row: Row) -> None:
        """Count an accepted row."""
        self._rows += 1
        content = f"{row.kind} {row.label} {normalise(seen(row))}".encode("utf-8", "surrogatepass")
        key = int.from_bytes(blake2b(content, digest_size=8).digest())
        if key in self._copies:
            self._copies[key] += 1
        elif len(self._copies) < self._most:
            self._copies[key] = 1
            heapq.heappush(self._largest, -key)
        elif key < -self._largest[0]:
            del self._copies[-heapq.heapreplace(self._largest, -key)]
            self._copies[key] = 1

    def figures(self) -> Iterator[Figure]:
        """The share of rows that were refused as duplicates, and of accepted ones that repeat another."""
        yield self._share_refused()
        if self._rows:
            yield self._repeats()

    def _share_refused(self) -> Figure:
        name, count = "rows refused as duplicates", self._why.total()
        if not self._looked:
            return not_evaluated(name, "diversity", "no filter looked for duplicates: filters: [dedupe]")
        bounds = wilson(count, self._looked)
        return Figure(
            name, "diversity", count / self._looked, "of the rows that such a filter looked at; Wilson", self._looked,
            unit="share", low=bounds.low, high=bounds.high,
            detail=", ".join(f"{why} {rows:,}" for why, rows in sorted(self._why.items())),
        )  # fmt: skip

    def _repeats(self) -> Figure:
        name, how = "accepted rows that repeat another", "the same in every turn but for case and spacing"
        copies = list(self._copies.values())
        followed = sum(copies)
        value = 1 - len(copies) / followed
        if followed == self._rows:
            return Figure(name, "diversity", value, f"{how}; counted over every accepted row", followed, unit="share")
        low, high = _interval(copies)
        how = f"{how}; of the {len(copies):,} contents with the smallest hashes, every copy"
        return Figure(name, "diversity", value, how, followed, unit="share", low=low, high=high)


def _interval(copies: list[int]) -> tuple[float, float]:
    """Of one minus a content in its copies, contents being drawn: by the normal approximation of their mean."""
    mean, spread = fmean(copies), variance(copies)
    if not spread:
        bounds = wilson(0, len(copies)) if mean == 1 else None
        return (bounds.low, bounds.high) if bounds else (1 - 1 / mean, 1 - 1 / mean)
    half = NORMAL * math.sqrt(spread / len(copies))
    return max(0.0, 1 - 1 / max(1.0, mean - half)), 1 - 1 / (mean + half)
