"""The score from which on a row passes: chosen for a precision on one half of the gold rows, reported on the other.

On the rows that a threshold was chosen on it looks better than it is, so nothing is reported there but how many they
were. Where either half holds too few good or bad rows, nothing is chosen, and the rubric's own threshold is measured
on all rows: they had no part in choosing it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from windrow.calibration.gold import halves
from windrow.calibration.measure import LEAST, Figures, measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.calibration.gold import GoldItem
    from windrow.calibration.measure import Judged

TARGET = 0.95
Reached = Literal["yes", "open", "no"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A threshold with what is known of it. `figures` are of rows that had no part in choosing it: those at the indices
    in `reported`. `chosen_on` counts the others as (good, bad); it is None where nothing was chosen, for the reason in
    `why`: then `threshold` is the rubric's own, and all rows are reported.

    `reached`: the target precision lies below the interval (yes), in it (open: more labels would tell), or above it.
    """

    threshold: float
    target: float
    figures: Figures
    reported: tuple[int, ...]
    chosen_on: tuple[int, int] | None = None
    why: str = ""
    unreachable: bool = False

    @property
    def reached(self) -> Reached:
        precision = self.figures.precision
        if precision is None or self.unreachable:
            return "no"
        return "yes" if precision["low"] >= self.target else "no" if precision["high"] < self.target else "open"

    def told(self) -> dict[str, Any]:
        """As plain JSON."""
        on = self.chosen_on
        return {
            "chosen_on": {"n": sum(on), "pass": on[0], "fail": on[1]} if on else None,
            "reported_on": {
                "n": len(self.reported),
                "pass": self.figures.confusion.good,
                "fail": self.figures.confusion.bad,
            },
            "reached": self.reached,
            "why": self.why,
        }


def chosen(items: Sequence[GoldItem], judged: Sequence[Judged], *, own: float, target: float = TARGET) -> Chosen:
    """The lowest threshold whose passes are right for a share of `target`, chosen on one half and measured on the
    other; `own` is the rubric's own, which stays where there is nothing to choose by. `judged` are the verdicts on
    `items`, in their order; those without a score take no part."""
    scored = [index for index, one in enumerate(judged) if one.score is not None]
    first, second = halves([items[index] for index in scored], [judged[index].label for index in scored])
    choosing, reporting = tuple(scored[at] for at in first), tuple(scored[at] for at in second)
    half = [judged[index] for index in choosing]
    on = sum(one.label for one in half), sum(not one.label for one in half)
    few = _too_few(*on)
    if few:
        return Chosen(own, target, _at(judged, scored, own), tuple(scored), why=few)
    threshold = _lowest(half, target)
    if threshold is None:
        why = f"no threshold with {LEAST} passes or more reaches a precision of {target:g} on the half it is chosen on"
        return Chosen(own, target, _at(judged, scored, own), tuple(scored), why=why, unreachable=True)
    return Chosen(threshold, target, _at(judged, reporting, threshold), reporting, on)


def _lowest(judged: Sequence[Judged], target: float) -> float | None:
    """The lowest score above 0 from which on enough rows pass, and enough of them are good: it keeps the most rows."""
    for threshold in sorted({one.score for one in judged if one.score}):
        passes = [one.label for one in judged if one.passes(threshold)]
        if len(passes) < LEAST:
            return None
        if sum(passes) / len(passes) >= target:
            return threshold
    return None


def _at(judged: Sequence[Judged], rows: Sequence[int], threshold: float) -> Figures:
    return measured((judged[row].label, judged[row].passes(threshold) is True) for row in rows)


def _too_few(good: int, bad: int) -> str:
    few = [f"{count} {kind}" for count, kind in ((good, "good"), (bad, "bad")) if count < LEAST]
    if not few:
        return ""
    return (
        f"a half holds only {' and '.join(few)} rows with a verdict, and {LEAST} are the least to choose a threshold by"
    )
