"""What a set is made of: how evenly rows are spread over recipes, operators, axes and documents, and whose they are.

Evenness is the entropy of the shares by its largest value (Pielou 1966): 1 where every value has as many rows, near 0
where one has nearly all. The exponential of the entropy is how many values of equal weight would be as varied (Hill
1973).
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from windrow.quality.figure import Figure, not_evaluated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from windrow.row import Row

MOST_VALUES = 10_000  # values of a category that are told apart: an axis, or a folder, may have any number
TOLD = 5  # values that a figure names
COUNTED = "counted over every accepted row"
UNSPREAD = "all rows are of one recipe, and none says its operator, axis or document"


class Composition:
    """Counts over a stream of accepted rows; memory grows with recipes, operators, axes and documents."""

    def __init__(self) -> None:
        self._rows = 0
        self._categories: dict[str, Counter[str]] = {}
        self._full: set[str] = set()
        self._teachers: Counter[str] = Counter()

    def offer(self, row: Row) -> None:
        """Count one accepted row."""
        self._rows += 1
        for category, value in _categories(row):
            counter = self._categories.setdefault(category, Counter())
            if value in counter or len(counter) < MOST_VALUES:
                counter[value] += 1
            else:
                self._full.add(category)
        self._teachers[" + ".join(sorted(row.lineage.models)) or "no model"] += 1

    def figures(self) -> Iterator[Figure]:
        """The evenness over each category that has several values; the share of the commonest teacher."""
        if not self._rows:
            return
        spread = [(name, counts) for name, counts in sorted(self._categories.items()) if len(counts) > 1]
        if not spread:
            yield not_evaluated("evenness over categories", "diversity", UNSPREAD)
        for name, counts in spread:
            if name in self._full:
                yield not_evaluated(f"evenness over {name}", "diversity", f"more than {MOST_VALUES:,} values")
            else:
                yield _evenness(name, counts)
        yield self._teacher_mix()

    def _teacher_mix(self) -> Figure:
        ((_, rows),) = self._teachers.most_common(1)
        how = f"by the models that were asked for each; {COUNTED}"
        return Figure(
            "rows of the commonest teacher", "teachers", rows / self._rows, how, self._rows, unit="share",
            detail=shares(self._teachers),
        )  # fmt: skip


def licence_mix(told: Iterable[Mapping[str, Any]]) -> Iterator[Figure]:
    """The share of rows that a model may be trained on without a condition. `told` has an entry for each combination of
    models: `rows`, `train` and the `terms` of each model."""
    trained: Counter[str] = Counter()
    licences: Counter[str] = Counter()
    for each in told:
        trained[each["train"]] += each["rows"]
        licences[" + ".join(dict.fromkeys(one["licence"] for one in each["terms"])) or "no model's"] += each["rows"]
    total = trained.total()
    if total:
        detail = f"training {shares(trained)}; licences: {shares(licences)}"
        yield Figure(
            "rows free to train on", "teachers", trained["yes"] / total, f"by the models' terms; {COUNTED}", total,
            unit="share", detail=detail,
        )  # fmt: skip


def shares(counts: Counter[str]) -> str:
    """The largest counts and their shares, in words."""
    total = counts.total()
    order = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    told = [f"{name} {count / total:.1%}" for name, count in order[:TOLD]]
    return ", ".join([*told, f"{len(order) - TOLD} more"] if len(order) > TOLD else told)


def _evenness(name: str, counts: Counter[str]) -> Figure:
    total = counts.total()
    entropy = -sum(count / total * math.log(count / total) for count in counts.values())
    detail = f"as varied as {math.exp(entropy):.1f} of the {len(counts)} evenly; {shares(counts)}"
    how = f"entropy over the {len(counts)} values that occur, by its largest; {COUNTED}"
    return Figure(f"evenness over {name}", "diversity", entropy / math.log(len(counts)), how, total, detail=detail)


def _categories(row: Row) -> Iterator[tuple[str, str]]:
    """(category, value) of a row; of several operators or documents, each."""
    told = row.lineage
    yield "recipes", told.recipe
    yield from (("operators", operator) for operator in dict.fromkeys(told.operators))
    yield from (("documents", document) for document in dict.fromkeys(told.documents))
    axes = told.extra.get("axes")
    if isinstance(axes, dict):
        yield from ((f"axis {axis}", str(value)) for axis, value in axes.items() if isinstance(value, str | int | bool))
