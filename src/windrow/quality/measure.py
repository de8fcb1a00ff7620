"""Measures a set of accepted rows: one stream over all of them, then the dear figures over a fixed sample.

quality = Measuring(seeds=questions)
for row, split in accepted: quality.offer(row, split)
quality.done().figures
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windrow.quality.collapse import Edges, collapse
from windrow.quality.content import Content, declining, personal
from windrow.quality.diversity import diversity
from windrow.quality.figure import GROUPS, Figure, not_evaluated
from windrow.quality.habits import fingerprints, mismatch
from windrow.quality.sample import Sample, comparable
from windrow.quality.vectors import TfIdf
from windrow.text.sides import taught

if TYPE_CHECKING:
    from collections.abc import Iterable

    from windrow.quality.vectors import Space
    from windrow.row import Row


@dataclass(frozen=True, slots=True)
class Quality:
    """The figures of a set, in the order of their groups, and the alarms that they raise."""

    figures: tuple[Figure, ...]

    @property
    def alarms(self) -> tuple[str, ...]:
        """One sentence for each bound that is crossed."""
        return tuple(figure.alarm for figure in self.figures if figure.alarm)

    def told(self) -> dict[str, Any]:
        """As plain JSON."""
        return {"figures": [figure.told() for figure in self.figures], "alarms": list(self.alarms)}


class Measuring:
    """Takes accepted rows one by one, in the order they were grown; `seeds` are the real rows, where there are any, and
    `without_seeds` says why there are none; `space` is how alike texts are found to be (TF-IDF).

    Memory is that of the sample (2,000 rows), whatever the number of rows. Rows are compared with each other as far as
    time allows: fewer of them where they are long.
    """

    def __init__(self, seeds: Iterable[Row] = (), *, without_seeds: str = "", space: Space | None = None) -> None:
        real = Sample()
        for row in seeds:
            real.offer(row)
        self._seeds = [one.question for one in comparable(real)]
        self._without_seeds = without_seeds
        self._space = space or TfIdf()
        self._sample = Sample()
        self._edges = Edges()
        self._content = Content()

    def offer(self, row: Row, split: str = "") -> None:
        """The next accepted row."""
        self._sample.offer(row, split)
        self._edges.offer(taught(row), row.lineage.recipe)
        self._content.offer(row)

    def done(self, more: Iterable[Figure] = ()) -> Quality:
        """Measure what was taken, and add figures that others measured."""
        sample = list(self._sample)
        some = comparable(sample)
        found = [
            *self._content.figures(),
            *declining(sample, whole=self._sample.whole),
            *personal(sample, whole=self._sample.whole),
            *diversity(some, self._seeds, without_seeds=self._without_seeds, space=self._space),
            *collapse(sample, self._edges),
            *fingerprints(some),
            *mismatch(some, self._seeds, without_seeds=self._without_seeds, space=self._space),
            *more,
        ]
        have = {figure.group for figure in found}
        missing = [group for group in GROUPS if group not in have]
        found += [not_evaluated(group, group, WHY.get(group, "no row was accepted")) for group in missing]
        return Quality(tuple(sorted(found, key=lambda figure: GROUPS.index(figure.group))))


WHY = {
    "adherence": "only a judge can say: none is configured",
    "contamination": "no evaluation set was given: filters: [{use: decontaminate, against: …}]",
}
