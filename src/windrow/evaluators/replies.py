"""What a judge replies to a rubric, and what that is worth.

Evidence and reason stand before the answer, and are checked: a quote that is not in the material, a reply without the
code of its call, or an answer that the scale does not have is no verdict. What is no verdict is unscored: never a pass,
and never a score of 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from windrow.errors import AnswerFailure
from windrow.evaluators import mending
from windrow.evaluators.evidence import holds
from windrow.evaluators.marks import carries
from windrow.evaluators.results import CriterionScore, EvalError, EvalResult, JudgeInfo
from windrow.evaluators.rubric import TOP
from windrow.teachers.structured import Sole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from windrow.evaluators.marks import Part
    from windrow.evaluators.results import CriterionVerdict
    from windrow.evaluators.rubric import Criterion, Rubric

SCALES: Mapping[str, Mapping[str, float]] = {
    "yes_no": {"yes": 1.0, "no": 0.0},
    "0-3": {str(point): point / TOP for point in range(TOP + 1)},
}
PASSES = 2 / TOP  # from this share of its scale on, an answer is a pass
NOT_APPLICABLE = "not_applicable"
STRAY = "It answered a question twice, or one that was not asked."
BETWEEN_WORDS = re.compile(r"(?<=[a-z])[\s_-]+(?=[a-z])")
SLIPS: Mapping[str, str] = {
    **mending.SLIPS,
    "missing_criteria": "It had no answer to this question.",
    "out_of_range": "Its answer was none of those that the question offers.",
}


class CriterionReply(BaseModel):
    """What the judge says to one question."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    """The question's id."""
    evidence: list[str]
    """Quotes from the material, word for word."""
    reason: str
    """Why, in one sentence."""
    answer: str
    """The verdict: one of the answers that the question offers."""


class RubricReply(Sole):
    """What the judge says to a rubric."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    code: str
    """The code of this call."""
    answers: list[CriterionReply]
    """One for each question."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A criterion with what became of its answer: `problem` is the slug of an answer that is no verdict."""

    score: CriterionScore
    problem: str = ""


def read(rubric: Rubric, reply: RubricReply, code: str, parts: Sequence[Part], *, threshold: float) -> EvalResult:
    """What a reply says of the material in `parts`, shown under `code`, by the rules of the rubric."""
    try:
        carries(code, reply.code)
    except AnswerFailure as failure:
        return unscored(rubric, str(failure), failure.kind, ())
    if _strays(rubric, reply):
        return unscored(rubric, "the judge answered a question twice, or one that was not asked", "unparsed", ())
    return _result(rubric, [_graded(one, reply.answers, parts) for one in rubric.criteria], threshold)


def slips_of(rubric: Rubric, reply: RubricReply, code: str, parts: Sequence[Part]) -> list[str]:
    """What kept a reply from being a verdict, as the judge is told of it, once: in words of ours alone, because a quote
    or an answer of its reply could carry hostile text out of its marks."""
    if reply.code.strip().casefold() != code:
        return [SLIPS["wrong_code"]]
    if _strays(rubric, reply):
        return [STRAY]
    graded = [_graded(one, reply.answers, parts) for one in rubric.criteria]
    return [f"[{one.score.id}] {SLIPS[one.problem]}" for one in graded if one.problem]


def _strays(rubric: Rubric, reply: RubricReply) -> bool:
    """Whether an answer is to no question of its own. A quote that ends in the midst of the reply, and begins an answer
    of its own, would give the judge's verdict to another question."""
    answered = [one.id.strip() for one in reply.answers]
    return len(set(answered)) < len(answered) or not {one.id for one in rubric.criteria}.issuperset(answered)


def _graded(criterion: Criterion, answers: Sequence[CriterionReply], parts: Sequence[Part]) -> Graded:
    given = [one for one in answers if one.id.strip() == criterion.id]
    if not given:
        return _no_verdict(criterion, "missing_criteria", "the judge did not answer this question")
    reply = given[0]
    said = _plain(reply.answer)
    quotes = [quote for quote in reply.evidence if quote.strip()]
    there = tuple(quote for quote in quotes if any(holds(part.text, quote) for part in parts))
    if said == NOT_APPLICABLE and criterion.optional:
        return Graded(_scored(criterion, "not_applicable", None, there, reply.reason))
    value = SCALES[criterion.scale].get(said)
    if value is None:
        return _no_verdict(criterion, "out_of_range", f"{reply.answer[:80]!r} is no answer to this question")
    passes = value >= PASSES
    problem = _unshown(criterion, quotes, there, parts, passes=passes)
    if problem:
        return _no_verdict(criterion, *problem)
    return Graded(_scored(criterion, "pass" if passes else "fail", value, there, reply.reason))


def _unshown(
    criterion: Criterion, quotes: Sequence[str], there: Sequence[str], parts: Sequence[Part], *, passes: bool
) -> tuple[str, str] | None:
    """What is wrong with the `quotes` for a verdict, of which those `there` were found: the slug and a sentence."""
    if criterion.evidence == "none" or criterion.evidence_for not in {"both", "yes" if passes else "no"}:
        return None
    if not quotes:
        return "no_evidence", "the judge gave a verdict and no evidence for it"
    absent = [quote for quote in quotes if quote not in there]
    if absent:
        return "evidence_not_found", f"the judge quotes what is not there: {absent[0][:200]!r}"
    place = [part for part in parts if part.name == criterion.evidence]
    if passes and place and not any(holds(part.text, quote) for part in place for quote in there):
        return "evidence_not_found", f"none of the judge's quotes stands in the {criterion.evidence}"
    return None


def _plain(answer: str) -> str:
    """An answer as the scale spells it: `Yes.` and `Not applicable` are plain enough."""
    return BETWEEN_WORDS.sub("_", answer.strip().strip(".\"'").strip().casefold())


def _scored(
    criterion: Criterion, verdict: CriterionVerdict, value: float | None, quotes: tuple[str, ...], reason: str
) -> CriterionScore:
    return CriterionScore(criterion.id, verdict, value, criterion.weight, criterion.critical, quotes, reason.strip())


def _no_verdict(criterion: Criterion, problem: str, what: str) -> Graded:
    return Graded(_scored(criterion, "unscored", None, (), what), problem)


def _result(rubric: Rubric, graded: Sequence[Graded], threshold: float) -> EvalResult:
    criteria = tuple(one.score for one in graded)
    counted = [(one.score, one.weight) for one in criteria if one.score is not None]
    lost = [
        one
        for one, asked in zip(graded, rubric.criteria, strict=True)
        if one.problem and not (counted and _spared(asked))
    ]
    if lost:
        told = "; ".join(f"{one.score.id}: {one.score.reason}" for one in lost)
        return unscored(rubric, told, lost[0].problem, criteria)
    if not counted:
        return EvalResult(
            rubric.name, status="skipped", reason="no question applies", criteria=criteria, **_judged(rubric)
        )
    share = sum(score * weight for score, weight in counted) / sum(weight for _, weight in counted)
    broken = any(one.critical and one.verdict == "fail" for one in criteria)
    score = 0.0 if broken else round(share, 12)  # 0.7 is 0.7, whatever the weights add up to in binary
    passed = score >= threshold and not broken
    return EvalResult(
        rubric.name,
        score=score,
        passed=passed,
        reason=_reason(criteria),
        label="pass" if passed else "fail",
        threshold=threshold,
        criteria=criteria,
        **_judged(rubric),
    )


def _spared(criterion: Criterion) -> bool:
    """Whether the rest may stand without a verdict on this one."""
    return criterion.optional and not criterion.critical


def _reason(criteria: Iterable[CriterionScore]) -> str:
    failed = [one for one in criteria if one.verdict == "fail"]
    return "; ".join(f"{one.id}: {one.reason}" for one in failed) or "every question that applies is answered well"


def unscored(rubric: Rubric, what: str, kind: str, criteria: tuple[CriterionScore, ...]) -> EvalResult:
    """No verdict, and why."""
    return EvalResult(
        rubric.name, status="unscored", reason=what, error=EvalError(what, type=kind), criteria=criteria,
        **_judged(rubric),
    )  # fmt: skip


def _judged(rubric: Rubric) -> dict[str, Any]:
    return {"engine": "llm", "fidelity": "model", "judge": JudgeInfo("", rubric.hash)}
