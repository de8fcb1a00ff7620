"""How far a judge can be believed: its calibration, where it is of this very judge, and whether it drifted since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from windrow.statistics.intervals import Estimate

KEPT = (
    *("name", "labels", "kappa", "precision", "sensitivity", "specificity"),
    *("threshold", "target_precision", "measured_on", "warnings"),
)
NO_FILE = "no calibration is configured: how often this judge is right is not known"
NO_VERDICT = "this judge gave no verdict, so that nothing can be matched with its calibration"


class Measured(Protocol):
    """A judge's calibration, as `windrow calibrate` measured it at one threshold."""

    @property
    def threshold(self) -> float:
        """The score from which on the measured judge passed a row."""

    def mismatch(self, fingerprint: str, model: str, params: Mapping[str, Any] | None = None) -> str:
        """Why this is no calibration of that judge; '' where it is one."""

    def corrected(self, passed: int, judged: int) -> Estimate:
        """The share of good rows where the judge passed so many, with its own error taken out."""

    def due(self, on: date, *, judgments: int = 0, anchors: int = 0) -> tuple[str, ...]:
        """Why the judge must be asked about labelled rows again; empty where it need not be."""

    def told(self) -> dict[str, Any]:
        """As plain JSON."""


@dataclass(frozen=True)
class Seat:
    """A judge as the plan names it: what it asks about, the models that play its roles, its calibration, or why that
    cannot be read, and the params that its one model is asked with (None of several models)."""

    asks: frozenset[str]
    models: tuple[str, ...] = ()
    calibration: Measured | str | None = None
    params: Mapping[str, Any] | None = None


Identity = tuple[tuple[str, ...], str]
"""Who gave a verdict: the models that were asked, and the judge's fingerprint."""


def trusted(
    seat: Seat,
    identities: Mapping[Identity, int],
    counts: tuple[int, int],
    thresholds: Collection[float],
    answered_as: Collection[str] = (),
) -> dict[str, Any]:
    """What is known of the judge whose verdicts are of `identities`, `counts` of them passes and fails, at
    `thresholds`, and whom its server calls `answered_as`. `calibrated` is True only where every verdict is of the
    judge, and at the threshold, that was measured, and no snapshot of its model answered that was not."""
    calibration = seat.calibration
    if calibration is None:
        return {"calibrated": False, "why": NO_FILE}
    if isinstance(calibration, str):
        return {"calibrated": False, "why": calibration}
    told = calibration.told()
    kept = {key: told[key] for key in KEPT if told.get(key) not in (None, [])}
    why = _mismatch(calibration, seat, identities, thresholds) or _replaced(told.get("answered_as"), answered_as)
    if why:
        return {"calibrated": False, "why": why, **kept}
    found = calibration.corrected(counts[0], sum(counts))
    corrected = {
        "value": None if found.value is None else round(found.value, 4),
        "low": round(found.low, 4),
        "high": round(found.high, 4),
        "method": found.method,
    }
    return {"calibrated": True, "why": "", **kept, "corrected": corrected}


def _replaced(measured_as: object, answered_as: Collection[str]) -> str:
    """Whether the model has changed under its name, by what its server says of itself."""
    known = measured_as if isinstance(measured_as, list) else []
    others = sorted(set(answered_as) - set(map(str, known)))
    if not known or not others:
        return ""
    return f"its server answered as {', '.join(others)}, and as {', '.join(map(str, known))} when it was measured"


def drifted(events: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """What the judge said of its anchors; None where none rode along."""
    if not events:
        return None
    return {key: value for key, value in events[-1].items() if key not in ("stage", "judge")}


def check_due(seat: Seat, on: date | None, judgments: int, drift: Mapping[str, Any] | None) -> list[str]:
    """Why a check of this judge for drift is due `on` the day it was last heard, after so many `judgments`; empty where
    its anchors make it, and where nothing was measured that could have changed."""
    if on is None or seat.calibration is None or isinstance(seat.calibration, str):
        return []
    return list(seat.calibration.due(on, judgments=judgments, anchors=(drift or {}).get("anchors", 0)))


def _mismatch(
    calibration: Measured, seat: Seat, identities: Mapping[Identity, int], thresholds: Collection[float]
) -> str:
    if not identities:
        return NO_VERDICT
    for (asked, fingerprint), count in identities.items():
        # Of a cascade not every model is asked about every row: it is the judge that was measured all the same.
        models = seat.models if set(asked) <= set(seat.models) else asked
        why = calibration.mismatch(fingerprint, ", ".join(models), seat.params)
        if why:
            return f"{why} ({count} verdicts)"
    others = sorted(each for each in thresholds if each != calibration.threshold)
    if others:
        return f"it was measured at threshold {calibration.threshold:g}, and the verdicts are at {others[0]:g}"
    return ""
