"""Which share of its rows each slice of a run lost: by who wrote them, by operator, by axis of variation.

A low share tells which teacher or operator cannot do what is asked, or which asks for what the checks rightly refuse.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from windrow.statistics.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.ledger.base import StoredRow

STATUSES = ("accepted", "rejected", "quarantined", "pending")
MOST = 20  # values of one kind of slice that are told, the largest first
MOST_KEPT = 1_000  # values that are counted: an axis may have any number of them
OTHERS = "others"


class Slices:
    """Counts rows of every status, one at a time. Memory grows with the values of slices, not with rows."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._values: dict[str, set[str]] = {}
        self._operators: Counter[tuple[str, str, str]] = Counter()

    def add(self, stored: StoredRow) -> None:
        """Count one row, of whatever status."""
        for by, value in _slices(stored):
            known = self._values.setdefault(by, set())
            if value not in known and len(known) >= MOST_KEPT:
                value = OTHERS  # noqa: PLW2901 - what the row is counted under
            known.add(value)
            self._counts[by, value, stored.status] += 1
        for operator in dict.fromkeys(stored.row.lineage.operators):
            self._operators[stored.stage, operator, stored.status] += 1

    def told(self) -> list[dict[str, Any]]:
        """One entry for each value of a slice that has several: rows by status, and the share of accepted among those
        decided with its 95 % Wilson interval."""
        out: list[dict[str, Any]] = []
        for by, values in sorted(self._values.items()):
            if len(values) > 1:
                counted: list[dict[str, Any]] = [
                    {"by": by, "value": value, **self._rows(by, value)} for value in sorted(values)
                ]
                out += sorted(counted, key=lambda one: -_total(one))[:MOST]
        return [{**one, "pass_rate": _rate(one)} for one in out]

    def operators(self) -> list[dict[str, Any]]:
        """One entry for each stage and operator: rows by status, and the share of accepted among those decided. A row
        of several operators counts for each."""
        entries = []
        for stage, operator in sorted({(stage, operator) for stage, operator, _ in self._operators}):
            rows = {status: self._operators[stage, operator, status] for status in STATUSES}
            decided = sum(rows.values()) - rows["pending"]
            share = round(rows["accepted"] / decided, 4) if decided else None
            entries.append({"stage": stage, "operator": operator, **rows, "accepted_share": share})
        return entries

    def _rows(self, by: str, value: str) -> dict[str, int]:
        return {status: self._counts[by, value, status] for status in STATUSES}


def _slices(stored: StoredRow) -> Iterator[tuple[str, str]]:
    told = stored.row.lineage
    yield "teacher", " + ".join(sorted(told.models)) or "none"
    yield "origin", told.origin
    axes = told.extra.get("axes")
    if isinstance(axes, dict):
        for axis, value in axes.items():
            if isinstance(value, str | int | bool):
                yield f"axis {axis}", str(value)


def _total(one: dict[str, Any]) -> int:
    return sum(one[status] for status in STATUSES)


def _rate(one: dict[str, Any]) -> dict[str, float] | None:
    decided = _total(one) - one["pending"]
    if not decided:
        return None
    bounds = wilson(one["accepted"], decided)
    return {
        "value": round(one["accepted"] / decided, 4), "low": round(bounds.low, 4), "high": round(bounds.high, 4),
    }  # fmt: skip
