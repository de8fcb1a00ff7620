"""Several judges of different families, and what most of those that were declared say.

A judge that does not answer is a vote that is missing, never a smaller panel: of three judges two must say pass,
whether or not the third spoke. Three small judges of disjoint families agree better with people than one large judge
(Verga et al. 2024, arXiv 2404.18796): majority for the verdict, mean for the score.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from windrow.errors import ConfigError, RowFailure
from windrow.evaluators.families import kin
from windrow.evaluators.results import CriterionScore, EvalError, EvalResult, JudgeInfo, Vote

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from windrow.evaluators.results import EvalStatus

JudgeOne: TypeAlias = "Callable[[str], Awaitable[EvalResult]]"
"""From a role to what its judge says. A RowFailure that it raises is that judge's silence."""


async def panel(
    judge_one: JudgeOne, roles: Sequence[str], *, name: str = "panel", models: Mapping[str, Sequence[str]] | None = None
) -> EvalResult:
    """Ask every role, all at once, and say what a strict majority of them says.

    `models` are the addresses that play each role; two members of one family are told of in `metadata["warnings"]`.
    `score` is the mean over the members that gave one (`metadata["scored"]` of `metadata["declared"]`), `passed` the
    majority's verdict, `agreement` its share of the declared panel. Without a majority the result is unscored:
    judge_disagreement where the members differ, the commonest failure of the silent ones where too few of them spoke.
    """
    if not roles or len(set(roles)) != len(roles):
        raise ConfigError("a panel is made of one or more roles, each named once", where=name)
    results = dict(zip(roles, await every(judge_one, roles, name=name), strict=True))
    warnings = tuple(kin({role: models[role] for role in roles if role in models})) if models else ()
    return decided(results, name=name, warnings=warnings)


async def every(judge: Callable[[str], Awaitable[EvalResult]], whom: Iterable[str], *, name: str) -> list[EvalResult]:
    """What each says, in order. A failure to say anything is a result too; any other exception is raised when all
    have come home, because each is paid for."""
    said = await asyncio.gather(*(judge(one) for one in whom), return_exceptions=True)
    results: list[EvalResult] = []
    for one in said:
        if isinstance(one, RowFailure):
            results.append(unscored(name, str(one), type=one.kind))
        elif isinstance(one, BaseException):
            raise one
        else:
            results.append(one)
    return results


def decided(results: Mapping[str, EvalResult], *, name: str, warnings: Sequence[str] = ()) -> EvalResult:
    """What the majority of a panel says, given what each member said. See `panel`."""
    said = {role: said_by(result) for role, result in results.items()}
    counts = Counter(one for one in said.values() if one)
    needed = len(results) // 2 + 1
    told: dict[str, Any] = {
        "declared": len(results),
        "scored": sum(result.status == "completed" for result in results.values()),
        "calls": sum(int(result.metadata.get("calls", 1)) for result in results.values()),
        "counts": dict(sorted(counts.items())),
        "members": {role: member(result) for role, result in results.items()},
    }
    if warnings:
        told["warnings"] = list(warnings)
    verdict = next((one for one, count in counts.items() if count >= needed), "")
    whole = EvalResult(
        name, status="skipped", reason="the panel finds nothing to judge", metadata=told, engine="panel",
        fidelity="model", votes=tuple(vote(role, result) for role, result in results.items()), judge=_judges(results),
        cost=_cost(results.values()),
    )  # fmt: skip
    if verdict in {"failed", "skipped"}:
        return _as_most(whole, [result for role, result in results.items() if said[role] == verdict], verdict)
    if not verdict:
        return _undecided(whole, results, counts, needed)
    winners = [results[role] for role in results if said[role] == verdict]
    scores = [result.score for result in results.values() if result.score is not None]
    share = counts[verdict] / len(results)
    return replace(
        whole, status="completed", score=sum(scores) / len(scores), passed=_passed(verdict), label=verdict,
        reason=f"{counts[verdict]} of {len(results)} judges say {verdict}: {winners[0].reason}".rstrip(": "),
        threshold=winners[0].threshold, agreement=share, confidence=share,
        criteria=_criteria(winners + [results[role] for role in results if said[role] != verdict]),
    )  # fmt: skip


def said_by(result: EvalResult) -> str:
    """What a result counts for: pass, fail, a pair's label, failed, skipped; '' of one that is unscored."""
    if result.status == "completed":
        return result.label if result.passed is None else "pass" if result.passed else "fail"
    return "" if result.status == "unscored" else result.status


def vote(judge: str, result: EvalResult) -> Vote:
    """A result as a vote of a larger whole."""
    label = said_by(result) or "unscored"
    return Vote(judge, label, result.score, result.error.type if result.error else "")


def member(result: EvalResult) -> dict[str, Any]:
    """What is kept of one judge among several."""
    told: dict[str, Any] = {"verdict": said_by(result) or "unscored", "score": result.score, "reason": result.reason}
    if result.error is not None:
        told["error"] = {"type": result.error.type, "message": str(result.error)}
    if result.judge is not None:
        told["model"] = result.judge.model
    if result.criteria:
        told["criteria"] = {one.id: one.verdict for one in result.criteria}
    return told


def unscored(name: str, message: str, *, type: str, status: EvalStatus = "unscored") -> EvalResult:  # noqa: A002 - as in EvalError
    """A result without a score, and why."""
    return EvalResult(name, status=status, error=EvalError(message, type=type), reason=message, fidelity="model")


def commonest_failure(results: Iterable[EvalResult]) -> EvalError | None:
    """The error that most of the silent have, the first of several; None where all spoke."""
    errors = [result.error for result in results if result.status == "unscored" and result.error is not None]
    if not errors:
        return None
    most = Counter(error.type for error in errors).most_common(1)[0][0]
    return next(error for error in errors if error.type == most)


def _passed(verdict: str) -> bool | None:
    return {"pass": True, "fail": False}.get(verdict)


def _as_most(whole: EvalResult, most: Sequence[EvalResult], verdict: str) -> EvalResult:
    if verdict == "skipped":
        return replace(whole, reason=most[0].reason or whole.reason)
    return replace(whole, status="failed", error=most[0].error, reason=most[0].reason or str(most[0].error))


def _undecided(whole: EvalResult, results: Mapping[str, EvalResult], counts: Counter[str], needed: int) -> EvalResult:
    """Whoever spoke could not have made a majority: then it is for their failure. Else they differ."""
    silent = commonest_failure(results.values())
    if silent is not None and sum(counts.values()) < needed:
        message = f"{sum(counts.values())} of {len(results)} judges gave a verdict, {needed} must agree: {silent}"
        error = EvalError(message, type=silent.type)
    else:
        told = ", ".join(f"{count} say {one}" for one, count in sorted(counts.items()))
        silence = len(results) - sum(counts.values())
        told += f", {silent.type} of {silence}" if silent is not None else ""
        error = EvalError(f"no {needed} of {len(results)} judges agree: {told}", type="judge_disagreement")
    top = max(counts.values(), default=0)
    return replace(whole, status="unscored", error=error, reason=str(error), agreement=top / len(results))


def _criteria(results: Sequence[EvalResult]) -> tuple[CriterionScore, ...]:
    """Each question as most of the panel answered it, with the evidence of the first in `results` that said so."""
    by_id: dict[str, list[CriterionScore]] = {}
    for result in results:
        for one in result.criteria:
            by_id.setdefault(one.id, []).append(one)
    return tuple(_criterion(answers, len(results)) for answers in by_id.values())


def _criterion(answers: Sequence[CriterionScore], declared: int) -> CriterionScore:
    verdict, count = Counter(one.verdict for one in answers).most_common(1)[0]
    if count * 2 <= declared:
        return replace(
            answers[0], verdict="unscored", score=None, evidence=(), reason="the judges differ, or too few say"
        )
    scores = [one.score for one in answers if one.score is not None]
    speaker = next(one for one in answers if one.verdict == verdict)
    return replace(speaker, score=sum(scores) / len(scores) if speaker.score is not None else None)


def _judges(results: Mapping[str, EvalResult]) -> JudgeInfo | None:
    known = [result.judge for result in results.values() if result.judge is not None]
    if not known:
        return None
    rubrics = {one.rubric_hash for one in known}
    prints = [one.fingerprint for one in known]
    whole = len(known) == len(results) and all(prints)
    return JudgeInfo(
        model=" + ".join(one.model for one in known if one.model),
        rubric_hash=rubrics.pop() if len(rubrics) == 1 else "",
        fingerprint=hashlib.sha256("\n".join(sorted(prints)).encode()).hexdigest()[:16] if whole else "",
    )


def _cost(results: Iterable[EvalResult]) -> float | None:
    costs = [result.cost for result in results]
    return sum(cost for cost in costs if cost is not None) if None not in costs else None
