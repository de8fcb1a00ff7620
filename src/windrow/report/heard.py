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
BY_SAMPLE = "accepted_by_sample"
BOTTOM_OUT = "bottom_out"
STALE = "judge_drift"
VOICES = frozenset({"agreement", "confidence", "flipped", "level", "levels", "votes"})


Signature = tuple[tuple[str, str, bool], ...]
"""What a verdict says of each criterion: its id, what was said, and whether it is a critical one."""


@dataclass
class Heard:
    """One judge in one stage. Memory grows with distinct criteria, models, reasons and figures, not with rows."""

    passed: int = 0
    failed: int = 0
    dropped: int = 0
    by_sample: int = 0
    not_applicable: int = 0
    unasked: int = 0
    unscored: Counter[str] = field(default_factory=Counter)
    refused_for: Counter[str] = field(default_factory=Counter)
    said: Counter[Signature] = field(default_factory=Counter)
    signed: Counter[tuple[tuple[str, ...], str, str]] = field(default_factory=Counter)
    thresholds: set[float] = field(default_factory=set)
    same_family: int = 0
    scored: int = 0
    score: float = 0.0
    agreements: Counter[float] = field(default_factory=Counter)
    confidences: Counter[float] = field(default_factory=Counter)
    votes: Counter[tuple[str, str]] = field(default_factory=Counter)
    flips: Counter[bool] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    level_calls: Counter[str] = field(default_factory=Counter)

    def add(self, verdict: Verdict) -> Signature:
        """Count one verdict; what it says of each criterion."""
        if verdict.reason == BY_SAMPLE:
            self.by_sample += 1
            return ()
        self._count(verdict)
        if verdict.score is not None:
            self.scored += 1
            self.score += verdict.score
        evidence = verdict.evidence
        said = tuple(
            [(str(one["id"]), str(one.get("verdict")), bool(one.get("critical"))) for one in criteria_of(evidence)]
        )
        self.said[said] += 1
        judge = evidence.get("judge")
        if isinstance(judge, dict):
            signature = str(judge.get("fingerprint", "")), str(judge.get("rubric_hash", ""))
            self.signed[tuple(models_of(judge)), *signature] += 1
        self.same_family += bool(evidence.get("same_family"))
        if isinstance(evidence.get("threshold"), int | float):
            self.thresholds.add(float(evidence["threshold"]))
        if VOICES & evidence.keys():
            self._add_voices(evidence)
        return said

    def _count(self, verdict: Verdict) -> None:
        if verdict.reason == NOT_APPLICABLE:
            self.not_applicable += 1
        elif verdict.outcome == "unscored":
            self.unscored[verdict.reason] += 1
            # What is signed by nobody was asked of nobody any more, but for a verdict that went stale.
            self.unasked += "judge" not in verdict.evidence and verdict.reason != STALE
        elif verdict.reason == BOTTOM_OUT:
            self.dropped += 1
        elif verdict.outcome == "fail":
            self.failed += 1
            self.refused_for[verdict.reason] += 1
        else:
            self.passed += 1

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
            self.votes[str(vote.get("judge", "")), label] += 1

    @property
    def identities(self) -> Counter[Identity]:
        """Which judges gave the verdicts, by models and fingerprint."""
        found: Counter[Identity] = Counter()
        for (models, fingerprint, _), count in self.signed.items():
            found[models, fingerprint] += count
        return found

    @property
    def judged(self) -> int:
        """Rows with a pass or a fail of the judge's own; whether a pass was among the lowest comes after."""
        return self.passed + self.dropped + self.failed

    def told(self) -> dict[str, Any]:
        """As plain JSON. `coverage` is the share of the rows that were to be judged, and had something to judge, that
        has a pass or a fail; `pass_rate` is over those alone, and says nothing of which passes were dropped."""
        models: Counter[str] = Counter()
        for (names, _, _), count in self.signed.items():
            models.update(dict.fromkeys(names, count))
        due = self.judged + self.unscored.total()
        return {
            "asked": due + self.not_applicable - self.unasked,
            "judged": self.judged,
            "passed": self.judged - self.failed,
            "failed": self.failed,
            "dropped": self.dropped,
            "accepted_by_sample": self.by_sample,
            "not_applicable": self.not_applicable,
            "unscored": dict(self.unscored.most_common()),
            "coverage": round(self.judged / due, 4) if due else None,
            "pass_rate": rate(self.judged - self.failed, self.judged),
            "mean_score": round(self.score / self.scored, 4) if self.scored else None,
            "refused_for": dict(self.refused_for.most_common()),
            "criteria": self._criteria(),
            "models": dict(sorted(models.items())),
            "rubric_hashes": sorted({each for _, _, rubrics in self.signed for each in rubrics.split("+") if each}),
            "fingerprints": sorted({fingerprint for _, fingerprint, _ in self.signed if fingerprint}),
            "thresholds": sorted(self.thresholds),
            "same_family": self.same_family,
            "panel": self._panel(),
        }

    def _criteria(self) -> list[dict[str, Any]]:
        """Each criterion over all rows that it was asked of, in the order met."""
        counts: dict[str, Counter[str]] = {}
        critical: set[str] = set()
        for said, rows in self.said.items():
            for name, verdict, is_critical in said:
                counts.setdefault(name, Counter())[verdict] += rows
                critical |= {name} if is_critical else set()
        return [
            {
                "id": name,
                "critical": name in critical,
                "judged": count["pass"] + count["fail"],
                "passed": count["pass"],
                "failed": count["fail"],
                "not_applicable": count["not_applicable"],
                "unscored": count["unscored"],
                "pass_rate": rate(count["pass"], count["pass"] + count["fail"]),
            }
            for name, count in counts.items()
        ]

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
            "votes": {
                judge: {label: count for (who, label), count in sorted(self.votes.items()) if who == judge}
                for judge in sorted({judge for judge, _ in self.votes})
            },
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
