"""What can be said of the content of rows without a judge: what a program confirmed, what declines, what is personal.

What a check confirmed is counted over every accepted row and needs no interval. Refusals and personal data are looked
for in the sample, which holds every row of a set that is not larger; a share of 0 means that nothing of the kinds
looked for was found.
"""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

from windrow.quality.figure import Figure, Group, not_evaluated
from windrow.quality.sample import MOST_TEXT
from windrow.statistics.intervals import wilson
from windrow.text.refusals import refusal
from windrow.text.scrub import Finder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from windrow.quality.sample import Sampled
    from windrow.row import Row

BY_PROGRAM = ("deterministic", "execution")
READ = 2_000_000  # characters that are read by the sentence or searched, which takes a second or two a million
LOOKED_THROUGH = 500  # rows that are searched for personal data, which takes milliseconds each


class Content:
    """Counts over a stream of rows; memory grows with recipes and kinds, not with rows."""

    def __init__(self) -> None:
        self._rows = 0
        self._recipes: Counter[str] = Counter()
        self._confirmed: Counter[str] = Counter()
        self._by: Counter[str] = Counter()

    def offer(self, row: Row) -> None:
        """Count one accepted row."""
        self._rows += 1
        recipe = row.lineage.recipe
        self._recipes[recipe] += 1
        passed = [verdict for verdict in row.verdicts if verdict.outcome == "pass" and verdict.kind in BY_PROGRAM]
        confirming = {verdict.by for verdict in passed if verdict.evidence}
        self._confirmed[recipe] += bool(confirming)
        self._by.update(confirming)

    def figures(self) -> Iterator[Figure]:
        """The verified share: over all rows, by recipe and by check."""
        if not self._rows:
            yield not_evaluated("verified share", "correctness", "no row was accepted")
            return
        yield self._share(sum(self._confirmed.values()), self._rows, "a program confirmed it")
        if len(self._recipes) > 1:
            for recipe, rows in sorted(self._recipes.items()):
                yield self._share(self._confirmed[recipe], rows, "a program confirmed it", f"recipe={recipe}")
        for by, rows in sorted(self._by.items()):
            yield self._share(rows, self._rows, f"the check {by} found it right", f"check={by}")

    def _share(self, count: int, rows: int, how: str, which: str = "") -> Figure:
        method = f"{how}; counted over every accepted row"
        return Figure("verified share", "correctness", count / rows, method, rows, unit="share", slice=which)


def declining(sample: Sequence[Sampled], *, whole: bool) -> Iterator[Figure]:
    """The share of answers that decline what they were asked, read by the sentence."""
    some = _up_to(READ, sample, [len(row.answer) for row in sample])
    if some:
        count = sum(refusal(row.answer).label == "full" for row in some)
        whole = whole and len(some) == len(sample)
        how = f"the first {MOST_TEXT:,} characters read by the sentence (a heuristic)"
        yield _counted("answers that decline", "safety", count, len(some), how, whole)


def personal(sample: Sequence[Sampled], *, whole: bool) -> Iterator[Figure]:
    """The share of rows that hold numbers or addresses of persons, keys or passwords, by form and check digit."""
    some = _up_to(READ, sample[:LOOKED_THROUGH], [len(row.text) for row in sample])
    whole = whole and len(some) == len(sample)
    find = Finder()
    found = [{datum.kind for datum in find(row.text)} for row in some]
    kinds = Counter(kind for kinds in found for kind in kinds)
    if some:
        yield _counted(
            "rows with personal data", "personal data", sum(map(bool, found)), len(some),
            f"numbers, addresses and keys by form and check digit in the first {MOST_TEXT:,} characters; names are not "
            "looked for", whole,
            detail=", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())),
        )  # fmt: skip


def _up_to(most: int, sample: Sequence[Sampled], sizes: Sequence[int]) -> Sequence[Sampled]:
    """The first rows, which are a sample of the sample, while their `sizes` come to `most` at most; one at least."""
    within = sum(total <= most for total in accumulate(sizes))
    return sample[: max(1, within)]


def _counted(name: str, group: Group, count: int, n: int, how: str, whole: bool, *, detail: str = "") -> Figure:
    if whole:
        return Figure(name, group, count / n, f"{how}; counted over every accepted row", n, unit="share", detail=detail)
    bounds = wilson(count, n)
    return Figure(
        name, group, count / n, f"{how}; Wilson", n, unit="share", low=bounds.low, high=bounds.high, detail=detail
    )
