"""The two-pass filter's decision: judge a sample, then accept the set, judge all of it, stop, or look further.

Up to three looks are taken, each at a larger sample. Each may go wrong, so each gets a third of the error that the
whole is allowed (Bonferroni): the chance to accept a set that is worse than promised stays below it.

A set that is accepted keeps the bad rows outside of its sample. A full pass would remove most of them: `accept` is at
once the most that is promised to be bad, and the most precision that is given away for not judging the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from windrow.statistics.correction import corrected_rate
from windrow.statistics.intervals import CONFIDENCE, Estimate, Interval
from windrow.statistics.sampling import Stratum, effective_size, stratified_rate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from windrow.statistics.agreement import Confusion

Decision = Literal["accept", "full_pass", "stop", "extend"]
"""accept: without judging the rest. full_pass: judge every row. stop: most rows are bad, mend what makes them.
extend: double the sample and look again."""

ACCEPT = 0.05
REGENERATE = 0.40
LOOKS = 3


def look_confidence(confidence: float = CONFIDENCE, looks: int = LOOKS) -> float:
    """The confidence that each of `looks` needs for all of them to hold together at `confidence`."""
    return 1 - (1 - confidence) / looks


def decide(
    defects: Interval | Estimate,
    *,
    accept: float = ACCEPT,
    regenerate: float = REGENERATE,
    look: int = 1,
    looks: int = LOOKS,
) -> Decision:
    """What the interval of the defect rate, at `look_confidence`, says to do at look number `look`, from 1."""
    if not 0 <= accept <= regenerate <= 1:
        msg = f"accept ({accept}) is at most regenerate ({regenerate}), both between 0 and 1"
        raise ValueError(msg)
    if defects.high < accept:
        return "accept"
    if defects.low > regenerate:
        return "stop"
    return "full_pass" if defects.low > accept or look >= looks else "extend"


@dataclass(frozen=True, slots=True)
class Look:
    """One look: what the judge said of the sample, what that means for people (None for a judge without a calibration),
    and the decision. All shares are of defects."""

    number: int
    judged: int
    defects: int
    observed: Estimate
    corrected: Estimate | None
    decision: Decision


def take_look(
    strata: Iterable[Stratum],
    *,
    gold: Confusion | None = None,
    accept: float = ACCEPT,
    regenerate: float = REGENERATE,
    look: int = 1,
    looks: int = LOOKS,
    confidence: float = CONFIDENCE,
    seed: int | str = 0,
) -> Look:
    """Look at what was judged so far. With `gold`, the judge counted against labels, the corrected rate decides; a
    judge too weak to be corrected never has a set accepted unjudged."""
    parts = list(strata)
    level = look_confidence(confidence, looks)
    observed = stratified_rate(parts, level)
    corrected = None if gold is None else _corrected(parts, observed, gold, level, seed)
    used = corrected or observed
    decision = decide(used, accept=accept, regenerate=regenerate, look=look, looks=looks)
    if used.value is None:
        decision = "full_pass"
    return Look(
        look, sum(part.judged for part in parts), sum(part.defects for part in parts), observed, corrected, decision
    )


def _corrected(strata: list[Stratum], observed: Estimate, gold: Confusion, level: float, seed: int | str) -> Estimate:
    """The defect rate behind the observed one. A judge's errors are chance, even where it has judged every row: the
    sample's effective size is that of an endless supply."""
    if observed.value is None:
        return observed
    size = effective_size(strata, finite=False)
    good = corrected_rate((1 - observed.value) * size, size, gold, seed=seed, confidence=level)
    if good.value is None:
        return good
    seen = sum(part.size for part in strata if part.judged) / sum(part.size for part in strata)
    return Estimate(1 - good.value, seen * (1 - good.high), 1 - seen * good.low, good.method)
