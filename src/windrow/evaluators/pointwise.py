"""One output, one rubric, one call: a judge answers small questions, and shows for each where it sees that.

Binary questions agree better between judges, and with people, than one grade for everything (CheckEval, arXiv
2403.18771). Evidence and reason stand before the answer in the reply, and are checked: a quote that is not in the
material, a reply without the code of its call, or an answer that the scale does not have is no verdict. What is no
verdict is unscored: never a pass, and never a score of 0.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from windrow.errors import RowFailure
from windrow.evaluators.evidence import holds
from windrow.evaluators.inputs import InputError
from windrow.evaluators.marks import carries, code_of
from windrow.evaluators.results import CriterionScore, EvalError, EvalResult, JudgeInfo
from windrow.evaluators.rubric import TOP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from windrow.evaluators.inputs import Inputs
    from windrow.evaluators.results import CriterionVerdict
    from windrow.evaluators.rubric import Criterion, Rubric
    from windrow.shapes import Ask

PROMPTS = Path(__file__).parent / "prompts" / "judge"
LABEL = "rubric"
PARSER = 1
"""Raised with every change of what a reply is read as: a verdict of another parser is another judge's."""
ORDER = ("system", "tools", "conversation", "input", "context", "reference")  # what is judged comes last
SCALES: Mapping[str, Mapping[str, float]] = {
    "yes_no": {"yes": 1.0, "no": 0.0},
    "0-3": {str(point): point / TOP for point in range(TOP + 1)},
}
PASSES = 2 / TOP  # from this share of its scale on, an answer is a pass
NOT_APPLICABLE = "not_applicable"


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


class RubricReply(BaseModel):
    """What the judge says to a rubric."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    code: str
    """The code of this call."""
    answers: list[CriterionReply]
    """One for each question."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of material between its marks. `name` is the input that it belongs to."""

    name: str
    tag: str
    text: str


@dataclass(frozen=True, slots=True)
class Graded:
    """A criterion with what became of its answer: `problem` is the slug of an answer that is no verdict."""

    score: CriterionScore
    problem: str = ""


async def judge_rubric(
    rubric: Rubric,
    inputs: Inputs,
    ask: Ask,
    *,
    role: str = "judge",
    sample: int = 0,
    threshold: float | None = None,
) -> EvalResult:
    """Ask `role` all questions of `rubric` about `inputs`, in one call.

    The score is the weighted share of the criteria that apply, 0 where a critical one fails; it passes from `threshold`
    (the rubric's own if None) on. `sample` makes another call of it, with the questions in another order: one vote of
    several. Never raises for a row: a missing input fails, an empty output is skipped, no usable verdict is unscored.
    """
    try:
        inputs.require(rubric.needs, by=rubric.name)
    except InputError as error:
        return EvalResult(rubric.name, status="failed", error=EvalError(str(error), type=error.type))
    if "output" in rubric.needs and not inputs.output.strip():
        return EvalResult(rubric.name, status="skipped", reason="the output is empty: there is nothing to judge")
    parts = parts_of(inputs, (*rubric.needs, *rubric.uses))
    code = code_of(*(part.text for part in parts), salt=(rubric.hash, sample, *(part.tag for part in parts)))
    asked = _turned(rubric.criteria, sample)
    try:
        reply = await ask(
            LABEL,
            schema=RubricReply,
            role=role,
            code=code,
            description=rubric.description,
            criteria=[_told(one) for one in asked],
            parts=parts,
        )
        carries(code, reply.code)
    except RowFailure as failure:
        return _unscored(rubric, str(failure), failure.kind, ())
    graded = [_graded(one, reply.answers, parts) for one in rubric.criteria]
    return _result(rubric, graded, rubric.threshold if threshold is None else threshold)


def fingerprint(rubric: Rubric, template_digest: str) -> str:
    """Sixteen hex digits over what is asked and how the reply is read: a change of it is another judge. The model and
    its params beyond the template's are not in it."""
    told = f"{rubric.hash}\0{template_digest}\0{PARSER}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def parts_of(inputs: Inputs, names: Iterable[str]) -> list[Part]:
    """The pieces of material to show, in the order that they are shown; passages and turns each on their own.

    No tag holds a text of the material's: an id or a speaker's name could be an attack too.
    """
    wanted = [name for name in dict.fromkeys(names) if name in inputs and inputs.text(name).strip()]
    first = [name for name in ORDER if name in wanted]
    rest = [name for name in wanted if name not in ORDER]
    return [part for name in (*first, *rest) for part in _parts(inputs, name)]


def _parts(inputs: Inputs, name: str) -> list[Part]:
    if name == "context":
        return [Part(name, f"passage_{at}", passage.text) for at, passage in enumerate(inputs.context, 1)]
    if name == "conversation":
        return [Part(name, f"turn_{at}_{turn.speaker}", turn.text) for at, turn in enumerate(inputs.conversation, 1)]
    return [Part(name, name, inputs.text(name))]


def _turned(criteria: Sequence[Criterion], sample: int) -> list[Criterion]:
    """The criteria, with another one first for each sample."""
    at = sample % len(criteria)
    return [*criteria[at:], *criteria[:at]]


def _told(criterion: Criterion) -> dict[str, Any]:
    """A criterion as the template shows it."""
    offered = [*SCALES[criterion.scale], *([NOT_APPLICABLE] if criterion.optional else [])]
    return {
        "id": criterion.id,
        "question": criterion.question.strip(),
        "scale": criterion.scale,
        "anchors": sorted(criterion.anchors.items()),
        "evidence": criterion.evidence,
        "evidence_for": criterion.evidence_for,
        "optional": criterion.optional,
        "answers": " | ".join(offered),
    }


def _graded(criterion: Criterion, answers: Sequence[CriterionReply], parts: Sequence[Part]) -> Graded:
    given = [one for one in answers if one.id.strip() == criterion.id]
    if not given:
        return _no_verdict(criterion, "missing_criteria", "the judge did not answer this question")
    if len({_plain(one.answer) for one in given}) > 1:
        return _no_verdict(criterion, "unparsed", "the judge answered this question twice, and differently")
    reply = given[0]
    said = _plain(reply.answer)
    quotes = tuple(quote for quote in reply.evidence if quote.strip())
    if said == NOT_APPLICABLE and criterion.optional:
        return Graded(_scored(criterion, "not_applicable", None, quotes, reply.reason))
    value = SCALES[criterion.scale].get(said)
    if value is None:
        return _no_verdict(criterion, "out_of_range", f"{reply.answer[:80]!r} is no answer to this question")
    passes = value >= PASSES
    problem = _unshown(criterion, quotes, parts, passes=passes)
    if problem:
        return _no_verdict(criterion, *problem)
    return Graded(_scored(criterion, "pass" if passes else "fail", value, quotes, reply.reason))


def _unshown(
    criterion: Criterion, quotes: Sequence[str], parts: Sequence[Part], *, passes: bool
) -> tuple[str, str] | None:
    """What is wrong with the evidence of a verdict: the slug and a sentence, or None."""
    wanted = criterion.evidence != "none" and criterion.evidence_for in {"both", "yes" if passes else "no"}
    if not wanted:
        return None
    if not quotes:
        return "no_evidence", "the judge gave a verdict and no evidence for it"
    for quote in quotes:
        if not any(holds(part.text, quote) for part in parts):
            return "evidence_not_found", f"the judge quotes what is not there: {quote[:200]!r}"
    place = [part for part in parts if part.name == criterion.evidence]
    if passes and place and not any(holds(part.text, quote) for part in place for quote in quotes):
        return "evidence_not_found", f"none of the judge's quotes stands in the {criterion.evidence}"
    return None


def _plain(answer: str) -> str:
    """An answer as the scale spells it: `Yes.` and `Not applicable` are plain enough."""
    return "_".join(answer.strip().strip(".\"'").casefold().replace("_", " ").replace("-", " ").split())


def _scored(
    criterion: Criterion, verdict: CriterionVerdict, value: float | None, quotes: tuple[str, ...], reason: str
) -> CriterionScore:
    return CriterionScore(criterion.id, verdict, value, criterion.weight, criterion.critical, quotes, reason.strip())


def _no_verdict(criterion: Criterion, problem: str, what: str) -> Graded:
    return Graded(_scored(criterion, "unscored", None, (), what), problem)


def _result(rubric: Rubric, graded: Sequence[Graded], threshold: float) -> EvalResult:
    criteria = tuple(one.score for one in graded)
    lost = [one for one, asked in zip(graded, rubric.criteria, strict=True) if one.problem and not _spared(asked)]
    if lost:
        told = "; ".join(f"{one.score.id}: {one.score.reason}" for one in lost)
        return _unscored(rubric, told, lost[0].problem, criteria)
    counted = [(one.score, one.weight) for one in criteria if one.score is not None]
    if not counted:
        return EvalResult(
            rubric.name, status="skipped", reason="no question applies", criteria=criteria, **_judged(rubric)
        )
    share = sum(score * weight for score, weight in counted) / sum(weight for _, weight in counted)
    broken = any(one.critical and one.verdict == "fail" for one in criteria)
    score = 0.0 if broken else min(1.0, share)
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


def _unscored(rubric: Rubric, what: str, kind: str, criteria: tuple[CriterionScore, ...]) -> EvalResult:
    return EvalResult(
        rubric.name, status="unscored", reason=what, error=EvalError(what, type=kind), criteria=criteria,
        **_judged(rubric),
    )  # fmt: skip


def _judged(rubric: Rubric) -> dict[str, Any]:
    return {"engine": "llm", "fidelity": "model", "judge": JudgeInfo("", rubric.hash)}
