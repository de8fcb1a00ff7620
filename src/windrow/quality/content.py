"""What can be said of the content of rows without a judge: what a program confirmed, what declines, what is personal.

The shares are counted over every accepted row, so they carry no interval: they are what they are. What a pattern finds
is named as such; a figure of 0 means that nothing of the kinds looked for was found.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from windrow.quality.figure import Figure, not_evaluated
from windrow.text.personal_data import personal_data
from windrow.text.refusals import refusal
from windrow.text.sides import taught, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.row import Row

BY_PROGRAM = ("deterministic", "execution")


class Content:
    """Counts over a stream of rows; memory grows with recipes and kinds, not with rows."""

    def __init__(self) -> None:
        self._rows = 0
        self._recipes: Counter[str] = Counter()
        self._confirmed: Counter[str] = Counter()
        self._by: Counter[str] = Counter()
        self._declining: Counter[str] = Counter()
        self._personal: Counter[str] = Counter()
        self._with_personal = 0

    def offer(self, row: Row) -> None:
        """Count one accepted row."""
        self._rows += 1
        recipe = row.lineage.recipe
        self._recipes[recipe] += 1
        passed = [verdict for verdict in row.verdicts if verdict.outcome == "pass" and verdict.kind in BY_PROGRAM]
        confirming = {verdict.by for verdict in passed if verdict.evidence}
        self._confirmed[recipe] += bool(confirming)
        self._by.update(confirming)
        if refusal(taught(row)).label == "full":
            self._declining[recipe] += 1
        kinds = {datum.kind for datum in personal_data(whole(row))}
        self._personal.update(kinds)
        self._with_personal += bool(kinds)

    def figures(self) -> Iterator[Figure]:
        """Verified share, refusals and personal data: over all rows, by recipe and by check."""
        if not self._rows:
            yield not_evaluated("verified share", "correctness", "no row was accepted")
            return
        counted = "counted over every accepted row"
        yield self._share("verified share", sum(self._confirmed.values()), f"a program confirmed it, {counted}")
        if len(self._recipes) > 1:
            for recipe, rows in sorted(self._recipes.items()):
                yield Figure(
                    "verified share", "correctness", self._confirmed[recipe] / rows, f"as above, {counted}", rows,
                    slice=f"recipe={recipe}",
                )  # fmt: skip
        for by, rows in sorted(self._by.items()):
            how = f"the check {by} found it right, {counted}"
            yield Figure("verified share", "correctness", rows / self._rows, how, self._rows, slice=f"check={by}")
        yield Figure(
            "answers that decline", "safety", sum(self._declining.values()) / self._rows,
            f"read by the sentence (a heuristic), {counted}", self._rows,
        )  # fmt: skip
        yield self._personal_figure(counted)

    def _share(self, name: str, count: int, how: str) -> Figure:
        return Figure(name, "correctness", count / self._rows, how, self._rows)

    def _personal_figure(self, counted: str) -> Figure:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self._personal.items()))
        return Figure(
            "rows with personal data", "personal data", self._with_personal / self._rows,
            f"numbers and addresses by form and check digit, {counted}", self._rows,
            detail=kinds,
        )  # fmt: skip
