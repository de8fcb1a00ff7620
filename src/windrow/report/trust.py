"""How far a judge can be believed: its calibration, where it is of this very judge, and whether it drifted since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.statistics.agreement import Confusion
from windrow.statistics.correction import corrected_rate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEED = 20_000  # the bootstrap's: the same verdicts give the same interval
KEPT = (
    *("name", "labels", "kappa", "precision", "sensitivity", "specificity"),
    *("threshold", "target_precision", "measured_on"),
)
NO_FILE = "no calibration is configured: how often this judge is right is not known"


def trusted(
    calibration: Mapping[str, Any] | None, identities: Mapping[tuple[str, str, str], int], counts: tuple[int, int]
) -> dict[str, Any]:
    """The calibration of the judge whose verdicts are of `identities` (models, fingerprint, rubric hash), `counts` of
    them passes and fails. `calibrated` is True only where every verdict is of the judge that was measured."""
    if calibration is None:
        return {"calibrated": False, "why": NO_FILE}
    if "error" in calibration:
        return {"calibrated": False, "why": str(calibration["error"])}
    measured = identity(calibration)
    others = sum(count for (model, fingerprint, _), count in identities.items() if (model, fingerprint) != measured)
    kept = {key: calibration[key] for key in KEPT if calibration.get(key) is not None}
    if not identities or others:
        return {"calibrated": False, "why": _mismatch(measured, identities, others), **kept}
    return {"calibrated": True, "why": "", **kept, "corrected": _corrected(calibration, counts)}


def identity(calibration: Mapping[str, Any]) -> tuple[str, str]:
    """Which judge a calibration is of: its models and its fingerprint."""
    model = calibration.get("models") or calibration.get("model") or ""
    names = sorted(map(str, model)) if isinstance(model, list | tuple) else [str(model)]
    return "+".join(names), str(calibration.get("fingerprint", ""))


def drifted(events: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """What the anchors said last, and how often they raised an alarm; None where no anchors rode along."""
    if not events:
        return None
    last = {key: value for key, value in events[-1].items() if key not in ("stage", "judge")}
    return {**last, "alarms": sum(bool(event.get("alarm")) for event in events), "looks": len(events)}


def _mismatch(measured: tuple[str, str], identities: Mapping[tuple[str, str, str], int], others: int) -> str:
    if not identities:
        return "this judge gave no verdict, so that nothing can be matched with its calibration"
    reworded = any(models == measured[0] for models, _, _ in identities)
    what = "rubric, wording or parser" if reworded else "model"
    return f"the calibration is of another {what}: {others} verdicts are not of the judge that was measured"


def _corrected(calibration: Mapping[str, Any], counts: tuple[int, int]) -> dict[str, Any] | None:
    """The pass rate with the judge's own error taken out; None where it cannot be."""
    cells = calibration.get("confusion")
    if not isinstance(cells, dict) or not sum(counts):
        return None
    confusion = Confusion(**{cell: int(cells[cell]) for cell in ("tp", "fp", "fn", "tn")})
    found = corrected_rate(counts[0], sum(counts), confusion, seed=SEED)
    return {"value": found.value, "low": found.low, "high": found.high, "method": found.method}
