"""One judge's verdicts, counted one row at a time; and the reading of evidence, which may be anybody's plug-in's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windrow.statistics.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windrow.report.trust import Identity
    from windrow.row import Verdict

NOT_APPLICABLE = "not_applicable"


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
    identities: Counter[Identity] = field(default_factory=Counter)
    rubric_hashes: set[str] = field(default_factory=set)
    thresholds: set[float] = field(default_factory=set)
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
        if judge:
            models = models_of(judge)
            self.models.update(models)
            self.identities[" + ".join(models), str(judge.get("fingerprint", ""))] += 1
            self.rubric_hashes |= {str(judge["rubric_hash"])} if judge.get("rubric_hash") else set()
        self.same_family += bool(evidence.get("same_family"))
        if isinstance(evidence.get("threshold"), int | float):
            self.thresholds.add(float(evidence["threshold"]))
        self._add_voices(evidence)

    def _add_voices(self, evidence: Mapping[str, Any]) -> None:
        """How far those who were asked agreed, where they were several."""
        for key, counter in (("agreement", self.agreements), ("confidence", self.confidences)):
            if isinstance(evidence.get(key), int | float):
                counter[round(float(evidence[key]), 4)] += 1
        if isinstance(evidence.get("flipped"), bool):
            self.flips[evidence["flipped"]] += 1
        if evidence.get("level"):
            self.levels[str(evidence["level"])] += 1
        for level, calls in mapping(evidence, "levels").items():
            self.level_calls[str(level)] += calls if isinstance(calls, int) else 0
        for vote in votes_of(evidence):
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
            "rubric_hashes": sorted(self.rubric_hashes),
            "thresholds": sorted(self.thresholds),
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


def rate(hits: int, trials: int) -> dict[str, float] | None:
    """A share with its 95 % Wilson interval; None of nothing."""
    if not trials:
        return None
    interval = wilson(hits, trials)
    return {"value": round(hits / trials, 4), "low": round(interval.low, 4), "high": round(interval.high, 4)}


def criteria_of(evidence: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The criteria in a verdict's evidence that can be read as such: a judge may be anybody's plug-in."""
    return [each for each in _records(evidence, "criteria") if "id" in each]


def votes_of(evidence: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The votes in a verdict's evidence, likewise."""
    return _records(evidence, "votes")


def models_of(judge: Mapping[str, Any]) -> list[str]:
    """Who judged, by address."""
    several = judge.get("models")
    if isinstance(several, list | tuple):
        return [str(each) for each in several]
    return [str(judge["model"])] if judge.get("model") else []


def mapping(evidence: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """`evidence[key]` where it is a mapping."""
    found = evidence.get(key)
    return found if isinstance(found, dict) else {}


def _records(evidence: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    told = evidence.get(key)
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list | tuple) else []


def _mean(counted: Counter[float]) -> float | None:
    total = counted.total()
    return round(sum(value * count for value, count in counted.items()) / total, 4) if total else None
