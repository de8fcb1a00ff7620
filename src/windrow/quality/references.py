"""How often answers were right where something sure was there to compare them with: a reference answer, or tests.

Counted over every row that a program compared, refused ones too, because no accepted row was found wrong. What most
samples agree on is no reference, and what could not be decided is neither right nor wrong.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

from windrow.quality.figure import Figure, not_evaluated
from windrow.statistics.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from windrow.row import Row

BY: Mapping[str, str] = {"answers": "compared", "code": "run"}
"""The checks that compare, and what their evidence denies where they had nothing to compare with."""
SURE = ("seed", "tests")
NAME = "reference accuracy"
NONE = "no row came with a reference answer or tests that a program compared its answer with"
Found = Literal["pass", "fail", "unscored"]


class References:
    """Counts over a stream of rows of any status; memory grows with teachers."""

    def __init__(self) -> None:
        self._found: Counter[tuple[str, Found]] = Counter()

    def offer(self, row: Row) -> None:
        """Count one row, if its answer was compared."""
        found = _compared(row)
        if found is not None:
            self._found[" + ".join(sorted(row.lineage.models)) or "no model", found] += 1

    def figures(self) -> Iterator[Figure]:
        """The share of right answers, of all and of each teacher."""
        teachers = sorted({teacher for teacher, _ in self._found})
        yield self._accuracy(teachers, "")
        if len(teachers) > 1:
            yield from (self._accuracy([teacher], f"models={teacher}") for teacher in teachers)

    def _accuracy(self, teachers: list[str], which: str) -> Figure:
        right, wrong, undecided = (
            sum(self._found[teacher, found] for teacher in teachers) for found in ("pass", "fail", "unscored")
        )
        compared = right + wrong
        if not compared:
            return not_evaluated(NAME, "correctness", NONE if not undecided else "no comparison could be decided")
        bounds = wilson(right, compared)
        how = "answers equal to their reference, and programs that pass their tests; refused rows too; Wilson"
        detail = f"{right:,} right, {wrong:,} wrong" + (f", {undecided:,} undecided" if undecided else "")
        return Figure(
            NAME, "correctness", right / compared, how, compared, unit="share", low=bounds.low, high=bounds.high,
            slice=which, detail=detail,
        )  # fmt: skip


def _compared(row: Row) -> Found | None:
    """What came of comparing the row's answer with something sure; None where nobody did."""
    own = _own_trace(row)
    if own is not None:
        return own["outcome"] if own.get("source") in SURE else None
    for verdict in row.verdicts:
        denied = BY.get(verdict.by)
        if denied is None or verdict.evidence.get(denied) is False:
            continue
        if verdict.evidence.get("source", "tests") in SURE:
            return verdict.outcome
    return None


def _own_trace(row: Row) -> dict[str, Any] | None:
    """What a recipe that samples several answers to a question found of this one."""
    traces, sample = row.lineage.extra.get("traces"), row.lineage.extra.get("sample")
    if not isinstance(traces, list | tuple) or sample is None:
        return None
    return next((one for one in traces if isinstance(one, dict) and one.get("sample") == sample), None)
