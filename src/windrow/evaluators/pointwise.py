"""One output, one rubric, one call: a judge answers small questions, and shows for each where it sees that.

Binary questions agree better between judges, and with people, than one grade for everything (CheckEval, arXiv
2403.18771). What the reply is worth, `replies` says.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from windrow.errors import RowFailure
from windrow.evaluators.inputs import InputError
from windrow.evaluators.marks import code_of, parts_of
from windrow.evaluators.replies import NOT_APPLICABLE, SCALES, RubricReply, read, slips_of, unscored
from windrow.evaluators.results import EvalError, EvalResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.evaluators.inputs import Inputs
    from windrow.evaluators.rubric import Criterion, Rubric
    from windrow.shapes import Ask

PROMPTS = Path(__file__).parent / "prompts" / "judge"
LABEL = "rubric"
PARSER = 3
"""Raised with every change of what a reply is read as: a verdict of another parser is another judge's."""


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
    several. A reply that is no verdict is asked for once more. Never raises for a row: a missing input fails, an empty
    output is skipped, no usable verdict is unscored.
    """
    try:
        inputs.require(rubric.needs, by=rubric.name)
    except InputError as error:
        return EvalResult(rubric.name, status="failed", error=EvalError(str(error), type=error.type))
    if "output" in rubric.needs and not inputs.output.strip():
        return EvalResult(rubric.name, status="skipped", reason="the output is empty: there is nothing to judge")
    parts = parts_of(inputs, (*rubric.needs, *rubric.uses))
    code = code_of(*(part.text for part in parts), salt=(sample, *(part.tag for part in parts)))
    told: dict[str, Any] = {
        "code": code,
        "description": rubric.description,
        "criteria": [_told(one) for one in _turned(rubric.criteria, sample)],
        "parts": parts,
    }
    least = rubric.threshold if threshold is None else threshold
    try:
        reply = await ask(LABEL, schema=RubricReply, role=role, **told)
        slips = slips_of(rubric, reply, code, parts)
        if slips:
            reply = await ask(LABEL, schema=RubricReply, role=role, slips=slips, **told)
    except RowFailure as failure:
        return unscored(rubric, str(failure), failure.kind, ())
    return read(rubric, reply, code, parts, threshold=least)


def fingerprint(rubric: Rubric, template_digest: str) -> str:
    """Sixteen hex digits over what is asked and how the reply is read: a change of it is another judge. The model and
    its params beyond the template's are not in it."""
    told = f"{rubric.hash}\0{template_digest}\0{PARSER}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


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
