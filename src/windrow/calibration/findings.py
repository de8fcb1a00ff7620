"""Everything that a calibration says, as one JSON document: what `artifact.load` reads, with more for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING, Any

from windrow.calibration import measure
from windrow.calibration.artifact import SCHEMA
from windrow.calibration.measure import Judged
from windrow.calibration.threshold import TARGET, chosen
from windrow.statistics.correction import prediction_powered
from windrow.statistics.intervals import Estimate, z_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from windrow.calibration.gold import GoldItem
    from windrow.calibration.threshold import Chosen
    from windrow.evaluators.results import EvalResult
    from windrow.evaluators.rubric import Rubric

SURE = 0.99
SAME_POPULATION = "holds where the labelled rows are a random part of the same rows"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who was measured. `fingerprint` is over rubric, wording and parser; `model` the address, `answered_as` the
    server's own names for it; `own` the threshold that the rubric has of itself."""

    name: str
    model: str
    fingerprint: str
    rubric_hash: str = ""
    own: float = 0.5
    rubric: Rubric | None = None
    answered_as: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)


def findings(
    subject: Subject,
    items: Sequence[GoldItem],
    results: Sequence[EvalResult],
    *,
    measured_on: date,
    target: float = TARGET,
    unlabelled: Sequence[EvalResult] = (),
) -> dict[str, Any]:
    """What the judge's `results` on gold `items` (in their order) are worth, and the corrected pass rate of the rows of
    `unlabelled`, where there are any."""
    judged = [verdict(item, result, subject.rubric) for item, result in zip(items, results, strict=True)]
    found = chosen(items, judged, own=subject.own, target=target)
    good = sum(one.label for one in judged)
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "name": subject.name,
        "fingerprint": subject.fingerprint,
        "rubric_hash": subject.rubric_hash,
        "model": subject.model,
        "answered_as": list(subject.answered_as),
        "params": dict(subject.params),
        "labels": {"n": len(items), "pass": good, "fail": len(items) - good},
        "coverage": measure.coverage(judged),
        "threshold": found.threshold,
        "own_threshold": subject.own,
        "target_precision": target,
        "halves": found.told(),
        **found.figures.told(),
        "own": _own(judged, subject.own),
        "criteria": _criteria(items, results),
        "measured_on": measured_on.isoformat(),
    }
    if unlabelled:
        document |= _dataset(found, judged, unlabelled)
    document["warnings"] = [*measure.warnings(found.figures, len(items)), *_silence(judged)]
    document["outcomes"] = {one.id: _outcome(one, found.threshold) for one in judged}
    return document


def verdict(item: GoldItem, result: EvalResult, rubric: Rubric | None = None) -> Judged:
    """A labelled row with what the judge said of it."""
    return Judged(
        item.id,
        item.verdict(rubric),
        score=result.score,
        passed=result.passed,
        vetoed=vetoed(result),
        unscored="" if result.error is None else result.error.type,
        skipped=result.status == "skipped",
    )


def vetoed(result: EvalResult) -> bool:
    """Whether a critical question failed, so that no score passes the row."""
    return any(one.critical and one.verdict == "fail" for one in result.criteria)


def _own(judged: Iterable[Judged], threshold: float) -> dict[str, Any]:
    """The figures at the rubric's own threshold, on all rows: nothing was chosen."""
    figures = measure.measured((one.label, one.passes(threshold) is True) for one in judged if one.score is not None)
    return figures.told()


def _criteria(items: Sequence[GoldItem], results: Sequence[EvalResult]) -> dict[str, Any]:
    """The figures of each criterion that people answered too."""
    pairs: dict[str, list[tuple[bool, bool]]] = {}
    silent: dict[str, int] = {}
    for item, result in zip(items, results, strict=True):
        said = {one.id: one.verdict for one in result.criteria}
        for name, label in item.criteria.items():
            pairs.setdefault(name, [])
            if said.get(name) in {"pass", "fail"}:
                pairs[name].append((label, said[name] == "pass"))
            else:
                silent[name] = silent.get(name, 0) + 1
    return {
        name: {"n": len(both), "without_verdict": silent.get(name, 0), **measure.measured(both).told()}
        for name, both in sorted(pairs.items())
    }


def _dataset(found: Chosen, judged: Sequence[Judged], results: Sequence[EvalResult]) -> dict[str, Any]:
    """The share of good rows among those that nobody labelled: as judged, corrected, and prediction-powered."""
    threshold = found.threshold
    verdicts = [one.score >= threshold and not vetoed(one) for one in results if one.score is not None]
    passed, of = sum(verdicts), len(verdicts)
    # The rows that the threshold was chosen on have no part in this: their verdicts flatter it.
    labelled = [(one.label, one.passes(threshold) is True) for one in _reported(found, judged)]
    unlike = _unlike([passes for _, passes in labelled], verdicts)
    powered = Estimate(None, 0.0, 1.0, unlike) if unlike else prediction_powered(labelled, verdicts, seed=measure.SEED)
    return {
        "unlabelled": {"rows": len(results), "judged": of, "passed": passed},
        "as_judged": measure.share(passed, of) if of else None,
        "corrected": measure.told(measure.corrected(passed, of, found.figures.confusion)),
        "prediction_powered": {**measure.told(powered), "holds": SAME_POPULATION},
    }


def _unlike(labelled: Sequence[bool], others: Sequence[bool]) -> str:
    """Why the labelled rows cannot be a random part of the same rows as the others; '' where they may be: the judge
    passes about as many of both (difference of two shares, two-sided at 1 %)."""
    if not labelled or not others:
        return ""
    first, second = sum(labelled) / len(labelled), sum(others) / len(others)
    pooled = (sum(labelled) + sum(others)) / (len(labelled) + len(others))
    error = sqrt(pooled * (1 - pooled) * (1 / len(labelled) + 1 / len(others)))
    if abs(first - second) <= z_value(SURE) * error:
        return ""
    return (
        f"not given: the judge passes {first:.0%} of the labelled rows and {second:.0%} of the others, "
        "so that the labelled ones are no random part of them"
    )


def _reported(found: Chosen, judged: Sequence[Judged]) -> list[Judged]:
    return [judged[index] for index in found.reported]


def _silence(judged: Sequence[Judged]) -> list[str]:
    told = measure.coverage(judged)
    lost = told["due"] - told["scored"]
    kinds = ", ".join(f"{kind} {count}" for kind, count in told["unscored"].items())
    return [f"{lost} of {told['due']} rows have no verdict ({kinds}): they are in no figure"] if lost else []


def _outcome(one: Judged, threshold: float) -> dict[str, Any]:
    return {"label": one.label, "passed": one.passes(threshold), "score": one.score}
