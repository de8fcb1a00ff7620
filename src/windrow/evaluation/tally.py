"""What came of many evaluations by one name: passed of those that were judged, and why the others were not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windrow.calibration.measure import told
from windrow.statistics.intervals import wilson

if TYPE_CHECKING:
    from windrow.calibration.artifact import Calibrated
    from windrow.evaluators.results import EvalResult
    from windrow.statistics.intervals import Estimate, Interval

MOST_SAID = 500  # characters of what an error says


@dataclass(slots=True)
class Tally:
    """The results of one evaluator, counted as they come. `open` are scores without a verdict: a heuristic's, say;
    `said` is what the first result of each error.type says. `calibration` is of the judge that is asked, else
    `uncalibrated` says why there is none; both are empty where nobody is asked. `whole` is the one result of what is
    measured over all rows together."""

    name: str
    calibration: Calibrated | None = None
    uncalibrated: str = ""
    whole: EvalResult | None = None
    results: int = 0
    passed: int = 0
    failed: int = 0
    open: int = 0
    skipped: int = 0
    unscored: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    said: dict[str, str] = field(default_factory=dict)
    total: float = 0.0
    cost: float = 0.0
    unpriced: int = 0
    calls: int = 0
    cached: int = 0

    def add(self, result: EvalResult) -> None:
        """Count one result."""
        self.results += 1
        kind = result.error.type if result.error is not None else ""
        if result.error is not None:
            self.said.setdefault(kind, str(result.error)[:MOST_SAID])
        if result.status == "completed" and result.score is not None:
            self.total += result.score
            self.passed += result.passed is True
            self.failed += result.passed is False
            self.open += result.passed is None
        elif result.status == "skipped":
            self.skipped += 1
        elif result.status == "failed":
            self.wrong[kind] += 1
        else:
            self.unscored[kind] += 1
        self._charge(result)

    def _charge(self, result: EvalResult) -> None:
        calls = int(result.metadata.get("calls", 0)) if result.fidelity == "model" else 0
        self.calls += calls
        self.cached += int(result.metadata.get("cached", 0))
        if result.cost is not None:
            self.cost += result.cost
        elif calls:
            self.unpriced += 1

    @property
    def scored(self) -> int:
        """Results with a score."""
        return self.passed + self.failed + self.open

    @property
    def due(self) -> int:
        """Results that there should have been: all but the skipped."""
        return self.results - self.skipped

    @property
    def coverage(self) -> float | None:
        """The share of those due that has a score; None where none was due."""
        return self.scored / self.due if self.due else None

    @property
    def pass_rate(self) -> float | None:
        """The share that passed of those with a verdict; None where none has one."""
        judged = self.passed + self.failed
        return self.passed / judged if judged else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % Wilson interval around the pass rate: what rows like these would give."""
        judged = self.passed + self.failed if self.whole is None else 0
        return wilson(self.passed, judged) if judged else None

    @property
    def corrected(self) -> Estimate | None:
        """The share of good rows, with the judge's own errors taken out; None where those are not known."""
        judged = self.passed + self.failed
        return self.calibration.corrected(self.passed, judged) if self.calibration is not None and judged else None

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON. `cost` is None where a call had no known price or told no tokens."""
        interval, corrected = self.interval, self.corrected
        return {
            "evaluator": self.name,
            "whole": None if self.whole is None else result_json(self.whole),
            "results": self.results,
            "passed": self.passed,
            "failed": self.failed,
            "without_verdict": self.open,
            "skipped": self.skipped,
            "unscored": dict(self.unscored.most_common()),
            "asked_wrongly": dict(self.wrong.most_common()),
            "said": self.said,
            "pass_rate": self.pass_rate,
            "interval": None if interval is None else [interval.low, interval.high],
            "calibrated": self.calibration is not None if self.calls else None,
            "not_calibrated": self.uncalibrated if self.calls else "",
            "corrected": None if corrected is None else told(corrected),
            "mean_score": self.total / self.scored if self.scored else None,
            "coverage": self.coverage,
            "calls": self.calls,
            "cached": self.cached,
            "cost": self.cost if self.calls and not self.unpriced else None,
        }


def result_json(result: EvalResult) -> dict[str, Any]:
    """A result as plain JSON, without what it does not say."""
    told: dict[str, Any] = {
        "eval_name": result.eval_name, "status": result.status, "score": result.score, "passed": result.passed,
        "reason": result.reason, "label": result.label, "threshold": result.threshold, "engine": result.engine,
        "fidelity": result.fidelity, "latency_ms": round(result.latency_ms, 3), "agreement": result.agreement,
        "confidence": result.confidence, "cost": result.cost,
    }  # fmt: skip
    if result.error is not None:
        told["error"] = {"type": result.error.type, "message": str(result.error)}
    for key in ("criteria", "votes", "judge", "metadata"):
        value = getattr(result, key)
        if value:
            told[key] = dict(value) if key == "metadata" else value
    return {key: value for key, value in told.items() if value not in (None, "") or key in {"score", "passed"}}
