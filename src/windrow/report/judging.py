"""What judges said of the rows: how many they scored, how many passed, who they were, and how far each can be believed.

Counted over every row that met a judge, refused ones too, one at a time. A verdict that is unscored is in no rate: it
is told apart, by what went wrong. Everything follows from the ledger and the calibration files.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windrow.report.aspects import Coverage, Told
from windrow.report.costs import asked, cost
from windrow.report.trust import drifted, trusted
from windrow.statistics.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from windrow.ledger.base import CallTotals, StoredEvent, StoredRow
    from windrow.report.prices import Prices
    from windrow.row import Verdict

ANSWERED = ("pass", "fail")
NOT_APPLICABLE = "not_applicable"
ASKED_AS = "judge/"  # how the labels of judges' calls begin
COUNTED = ("stage", "judge", "candidates", "judged", "passed", "failed", "unscored")


@dataclass
class CriterionCount:
    """One small question, over all rows that it was asked of."""

    critical: bool = False
    verdicts: Counter[str] = field(default_factory=Counter)

    def told(self, name: str) -> dict[str, Any]:
        """As plain JSON."""
        passed, failed = self.verdicts["pass"], self.verdicts["fail"]
        return {
            "id": name,
            "critical": self.critical,
            "judged": passed + failed,
            "passed": passed,
            "failed": failed,
            "not_applicable": self.verdicts["not_applicable"],
            "unscored": self.verdicts["unscored"],
            "pass_rate": rate(passed, passed + failed),
        }


@dataclass
class Heard:
    """One judge in one stage. Memory grows with criteria, models and reasons, not with rows."""

    passed: int = 0
    failed: int = 0
    not_applicable: int = 0
    unscored: Counter[str] = field(default_factory=Counter)
    refused_for: Counter[str] = field(default_factory=Counter)
    criteria: dict[str, CriterionCount] = field(default_factory=dict)
    models: Counter[str] = field(default_factory=Counter)
    identities: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    same_family: int = 0
    scored: int = 0
    score: float = 0.0
    agreements: Counter[float] = field(default_factory=Counter)
    confidences: Counter[float] = field(default_factory=Counter)
    votes: dict[str, Counter[str]] = field(default_factory=dict)
    flips: Counter[bool] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    level_calls: Counter[str] = field(default_factory=Counter)

    def add(self, verdict: Verdict) -> None:
        """Count one verdict."""
        if verdict.reason == NOT_APPLICABLE:
            self.not_applicable += 1
        elif verdict.outcome == "unscored":
            self.unscored[verdict.reason or "unknown"] += 1
        elif verdict.outcome == "fail":
            self.failed += 1
            self.refused_for[verdict.reason] += 1
        else:
            self.passed += 1
        if verdict.score is not None:
            self.scored += 1
            self.score += verdict.score
        self._add_evidence(verdict.evidence)

    def _add_evidence(self, evidence: Mapping[str, Any]) -> None:
        for criterion in criteria_of(evidence):
            count = self.criteria.setdefault(str(criterion["id"]), CriterionCount())
            count.critical = count.critical or bool(criterion.get("critical"))
            count.verdicts[str(criterion.get("verdict"))] += 1
        judge = mapping(evidence, "judge")
        models = models_of(judge)
        self.models.update(models)
        if judge:
            self.identities["+".join(models), str(judge.get("fingerprint", "")), str(judge.get("rubric_hash", ""))] += 1
        self.same_family += bool(evidence.get("same_family"))
        for key, counter in (("agreement", self.agreements), ("confidence", self.confidences)):
            if isinstance(evidence.get(key), int | float):
                counter[round(float(evidence[key]), 4)] += 1
        if isinstance(evidence.get("flipped"), bool):
            self.flips[evidence["flipped"]] += 1
        if evidence.get("level"):
            self.levels[str(evidence["level"])] += 1
        for level, calls in mapping(evidence, "levels").items():
            self.level_calls[str(level)] += calls if isinstance(calls, int) else 0
        for vote in evidence.get("votes") or ():
            if isinstance(vote, dict):
                label = "unscored" if vote.get("error") else str(vote.get("label", ""))
                self.votes.setdefault(str(vote.get("judge", "")), Counter())[label] += 1

    @property
    def asked(self) -> int:
        """Rows that the judge gave some verdict on, or failed to."""
        return self.passed + self.failed + self.not_applicable + self.unscored.total()

    def told(self) -> dict[str, Any]:
        """As plain JSON. `coverage` is the share of the rows asked about, where there was something to judge, that
        has a pass or a fail; `pass_rate` is over those alone."""
        judged = self.passed + self.failed
        due = judged + self.unscored.total()
        return {
            "asked": self.asked,
            "judged": judged,
            "passed": self.passed,
            "failed": self.failed,
            "not_applicable": self.not_applicable,
            "unscored": dict(self.unscored.most_common()),
            "coverage": round(judged / due, 4) if due else None,
            "pass_rate": rate(self.passed, judged),
            "mean_score": round(self.score / self.scored, 4) if self.scored else None,
            "refused_for": dict(self.refused_for.most_common()),
            "criteria": [count.told(name) for name, count in self.criteria.items()],
            "models": dict(sorted(self.models.items())),
            "rubric_hashes": sorted({rubric for _, _, rubric in self.identities if rubric}),
            "same_family": self.same_family,
            "panel": self._panel(),
        }

    def _panel(self) -> dict[str, Any] | None:
        """Agreement, confidence, votes and flips, where several judges or several tries spoke."""
        if not (self.votes or self.agreements or self.flips or self.levels):
            return None
        flips = self.flips.total()
        return {
            "agreement": _mean(self.agreements),
            "unanimous": round(self.agreements[1.0] / self.agreements.total(), 4) if self.agreements else None,
            "confidence": _mean(self.confidences),
            "flip_rate": round(self.flips[True] / flips, 4) if flips else None,
            "votes": {judge: dict(sorted(labels.items())) for judge, labels in sorted(self.votes.items())},
            "levels": dict(sorted(self.levels.items())),
            "level_calls": dict(sorted(self.level_calls.items())),
        }


class Judging:
    """All judges of a run. `rubrics` maps a judge of the config to the name of what it goes by."""

    def __init__(self, rubrics: Mapping[str, str], events: Iterable[StoredEvent]) -> None:
        self._rubrics = dict(rubrics)
        self._heard: dict[tuple[str, str], Heard] = {}
        self._names: dict[tuple[str, str], set[str]] = {}
        self._coverage = Coverage()
        self._unscored: Counter[tuple[str, str, str]] = Counter()
        self._noted: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        self._drifts: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        kept = {"judged": self._noted, "judge_drift": self._drifts}
        for event in events:
            if event.kind in kept:
                place = str(event.data.get("stage", "")), str(event.data.get("judge", ""))
                kept[event.kind].setdefault(place, []).append(event.data)

    def add(self, stored: StoredRow) -> None:
        """Count one row, of whatever status."""
        told = []
        for verdict in stored.row.verdicts:
            if verdict.kind == "judge":
                self._heard.setdefault((stored.stage, verdict.by), Heard()).add(verdict)
                told.append(self._told_of(stored.stage, verdict))
        if stored.status == "accepted":
            self._coverage.add(stored.stage, told)
        refusal = stored.row.failed
        if stored.status == "quarantined" and refusal is not None and refusal.kind == "judge":
            self._unscored[stored.stage, refusal.by, refusal.reason] += 1

    def told(
        self, calls: Sequence[CallTotals], prices: Prices, calibrations: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, Any]:
        """The figures as plain JSON, to be added to the report. `calibrations` maps a judge to its calibration as
        read, or to {"error": why it cannot be}."""
        places = dict.fromkeys([*self._noted, *self._heard])
        about: dict[str, set[str]] = {}
        for stage, judge in places:
            about.setdefault(stage, set()).update(self._names.get((stage, judge), self._whole(judge)))
        return {
            "evaluated": self._coverage.evaluated(),
            "not_evaluated": self._coverage.not_evaluated({stage: frozenset(names) for stage, names in about.items()}),
            "judges": [self._judge(place, calibrations.get(place[1])) for place in places],
            "unscored": [
                {"stage": stage, "judge": judge, "reason": reason, "rows": rows}
                for (stage, judge, reason), rows in self._unscored.most_common()
            ],
            **apart(dict.fromkeys([*self._rubrics, *(judge for _, judge in places)]), calls, prices),
        }

    def _judge(self, place: tuple[str, str], calibration: Mapping[str, Any] | None) -> dict[str, Any]:
        stage, judge = place
        heard = self._heard.get(place, Heard())
        return {
            "stage": stage,
            "judge": judge,
            "rubric": min(self._whole(judge)),
            **_noted(self._noted.get(place, ())),
            **heard.told(),
            "calibration": trusted(calibration, heard.identities, (heard.passed, heard.failed)),
            "drift": drifted(self._drifts.get(place, ())),
        }

    def _told_of(self, stage: str, verdict: Verdict) -> Told:
        whole = self._whole(verdict.by)
        parts = {str(each["id"]): each.get("verdict") for each in criteria_of(verdict.evidence)}
        asked = whole.union(parts)
        self._names.setdefault((stage, verdict.by), set()).update(asked)
        answered = {name for name, said in parts.items() if said in ANSWERED}
        if verdict.outcome in ANSWERED and verdict.reason != NOT_APPLICABLE:
            answered |= whole
        return Told(verdict.by, frozenset(asked), frozenset(answered))

    def _whole(self, judge: str) -> set[str]:
        """The name of what the judge goes by: the rubric's, else its own."""
        return {self._rubrics.get(judge, judge)}


def apart(judges: Iterable[str], calls: Sequence[CallTotals], prices: Prices) -> dict[str, Any]:
    """What each judge asked of which models, and what growing and judging cost; over the life of the run folder."""
    by: dict[str, list[CallTotals]] = {name: [] for name in judges}
    growing: list[CallTotals] = []
    for total in calls:
        by.get(judge_of(total.label), growing).append(total)
    spent = {name: asked(totals, prices) for name, totals in by.items()}
    return {
        "judge_calls": [
            {"judge": name, "calls": sum(model["calls"] for model in models), "models": models, "cost": cost(models)}
            for name, models in spent.items()
        ],
        "cost_by": {
            "growing": cost(asked(growing, prices)),
            "judging": cost(asked([total for totals in by.values() for total in totals], prices)),
        },
    }


def judge_of(label: str) -> str:
    """The judge that asked under a label of the ledger, or ''."""
    return label[len(ASKED_AS) :].rpartition("/")[0] if label.startswith(ASKED_AS) else ""


def rate(hits: int, trials: int) -> dict[str, float] | None:
    """A share with its 95 % Wilson interval; None of nothing."""
    if not trials:
        return None
    interval = wilson(hits, trials)
    return {"value": round(hits / trials, 4), "low": round(interval.low, 4), "high": round(interval.high, 4)}


def criteria_of(evidence: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The criteria in a verdict's evidence that can be read as such: a judge may be anybody's plug-in."""
    told = evidence.get("criteria")
    return [each for each in told if isinstance(each, dict) and "id" in each] if isinstance(told, list | tuple) else []


def models_of(judge: Mapping[str, Any]) -> list[str]:
    """Who judged, by address."""
    several = judge.get("models")
    if isinstance(several, list | tuple):
        return sorted(map(str, several))
    return [str(judge["model"])] if judge.get("model") else []


def mapping(evidence: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """`evidence[key]` where it is a mapping."""
    found = evidence.get(key)
    return found if isinstance(found, dict) else {}


def _noted(told: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the stage noted of the judge: how it was asked, of how many candidates, and what was decided."""
    if not told:
        return {"mode": None, "candidates": None, "decided": {}}
    last = told[-1]
    return {
        "mode": last.get("mode"),
        "candidates": last.get("candidates"),
        "decided": {key: value for key, value in last.items() if key not in (*COUNTED, "mode") and value is not None},
    }


def _mean(counted: Counter[float]) -> float | None:
    total = counted.total()
    return round(sum(value * count for value, count in counted.items()) / total, 4) if total else None
