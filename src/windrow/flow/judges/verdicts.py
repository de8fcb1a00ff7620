"""From what evaluators say of a row to one verdict of its judge.

One that fails, fails the row, whatever the others say. Otherwise one without a verdict leaves the row without one: it
is neither a pass nor a zero. What does not apply to a row says nothing either way. The score is that of the weakest.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from windrow.row import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.evaluators.results import CriterionScore, EvalResult

NOT_APPLICABLE = "not_applicable"


def is_refusal(result: EvalResult) -> bool:
    """Whether a row with this result cannot pass any more."""
    return result.status == "completed" and result.passed is not True


def verdict_of(by: str, results: Sequence[EvalResult]) -> Verdict:
    """The verdict of the judge called `by`, whose evaluators gave `results`."""
    evidence = evidence_of(results)
    done = [one for one in results if one.status == "completed"]
    refusals = [one for one in done if is_refusal(one)]
    scores = [one.score for one in done if one.score is not None]
    score = min(scores, default=None)
    if refusals:
        worst = refusals[0]
        return Verdict(by, "fail", _slug(worst), _sentence(worst), evidence, score=score, kind="judge")
    silent = [one for one in results if _is_silent(one)]
    if silent:
        error = silent[0].error
        kind = error.type if error is not None else "unscored"
        return Verdict(by, "unscored", kind, f"{silent[0].eval_name}: {error}", evidence, kind="judge")
    if done:
        return Verdict(by, "pass", "", "; ".join(map(_sentence, done)), evidence, score=score, kind="judge")
    why = "; ".join(f"{one.eval_name}: {one.error or one.reason}" for one in results)
    if all(one.status == "failed" for one in results):
        return Verdict(by, "unscored", "missing_input", why, evidence, kind="judge")
    return Verdict(by, "pass", NOT_APPLICABLE, why, evidence, kind="judge")


def evidence_of(results: Sequence[EvalResult]) -> dict[str, Any]:
    """What shows the verdict: each evaluator with its score, followed by its questions."""
    criteria: list[dict[str, Any]] = []
    for one in results:
        criteria.append(_whole(one))
        alone = [each.id for each in one.criteria] == [one.eval_name]
        criteria += [] if alone else [_part(one.eval_name, each) for each in one.criteria]
    told: dict[str, Any] = {"criteria": criteria}
    hashes = {one.judge.rubric_hash for one in results if one.judge is not None and one.judge.rubric_hash}
    if hashes:
        told["judge"] = {"rubric_hash": "+".join(sorted(hashes))}
    votes = [
        {"judge": vote.judge, "label": vote.label, "score": vote.score, "error": vote.error, "of": one.eval_name}
        for one in results
        for vote in one.votes
    ]
    if votes:
        told["votes"] = votes
    for key in ("agreement", "confidence", "threshold"):
        figures = [getattr(one, key) for one in results if getattr(one, key) is not None]
        if figures:
            told[key] = min(figures) if key != "threshold" else max(figures)
    levels = [str(one.metadata["level"]) for one in results if one.metadata.get("level")]
    if levels:
        told["level"] = max(levels, key=("cheap", "strong", "human").index)
        asked: Counter[str] = Counter()
        for one in results:
            asked.update(one.metadata.get("levels", {}))
        told["levels"] = dict(asked)
    return told


def _is_silent(result: EvalResult) -> bool:
    """Unscored, or asked wrongly otherwise than by an input that rows of this kind do not have."""
    missing = result.error is not None and result.error.type == "missing_input"
    return result.status == "unscored" or (result.status == "failed" and not missing)


def _whole(result: EvalResult) -> dict[str, Any]:
    verdict = {"completed": "fail" if is_refusal(result) else "pass", "unscored": "unscored"}.get(
        result.status, NOT_APPLICABLE
    )
    if _is_silent(result):
        verdict = "unscored"
    told: dict[str, Any] = {"id": result.eval_name, "verdict": verdict, "score": result.score, "weight": 1.0}
    return {**told, "critical": True, "evidence": [], "reason": result.reason or str(result.error or "")}


def _part(name: str, criterion: CriterionScore) -> dict[str, Any]:
    return {
        "id": f"{name}.{criterion.id}",
        "verdict": criterion.verdict,
        "score": criterion.score,
        "weight": criterion.weight,
        "critical": criterion.critical,
        "evidence": list(criterion.evidence),
        "reason": criterion.reason,
    }


def _slug(result: EvalResult) -> str:
    """Which evaluator refused, as a slug."""
    return result.eval_name


def _sentence(result: EvalResult) -> str:
    return f"{result.eval_name} {result.score:.2f}: {result.reason}" if result.score is not None else result.reason
