"""Evaluators of final answers against the right one: numbers, mathematics, choices, texts.

Equal in whatever notation passes; off by one, by a sign or by a unit fails, with no tolerance. Reads the answer where
GSM8K (`#### 18`), MATH (`\\boxed{}`) and most models put it, in many languages. What cannot be decided is unscored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from windrow.evaluators.metrics_frame import Measure, Texts, Undecided, bad_option, evaluator, listed, short
from windrow.text.answers import match
from windrow.text.answers_extract import final_answers, numbers_said
from windrow.text.answers_values import quantity

if TYPE_CHECKING:
    from windrow.evaluators.inputs import Inputs

Percent = Literal["value", "number", "either"]


@evaluator("reference")
def answer_match(
    inputs: Inputs,
    *,
    kind: Literal["exact", "numeric", "math", "multiple_choice"] | None = None,
    choices: list[str] | dict[str, str] | None = None,
    aliases: Texts | None = None,
    unit: str | None = None,
    percent: Percent = "value",
    marked: bool = False,
) -> Measure:
    """Is the output's final answer the reference's? `kind` is read off the reference where it is not told; `marked`
    takes only an answer that is marked as final."""
    if kind == "multiple_choice" and not choices:
        raise bad_option("multiple_choice needs choices")
    told: dict[str, Any] = {"answer_kind": kind, "choices": choices, "unit": unit, "percent": percent}
    return _matched(inputs, told | {"aliases": listed(aliases or [])}, marked=marked)


@evaluator("reference")
def numeric_match(
    inputs: Inputs, *, unit: str | None = None, percent: Percent = "value", marked: bool = False
) -> Measure:
    """Is the number that the output gives as its answer the reference's, whatever its notation?"""
    return _matched(inputs, {"answer_kind": "numeric", "unit": unit, "percent": percent}, marked=marked)


@evaluator("reference")
def math_match(inputs: Inputs, *, marked: bool = False) -> Measure:
    """Is the expression that the output gives as its answer equal to the reference's? Numbers need nothing; algebra
    needs math-verify, and is unscored without it."""
    return _matched(inputs, {"answer_kind": "math"}, marked=marked)


@evaluator("reference")
def numeric_similarity(inputs: Inputs) -> Measure:
    """How near is the output's number to the reference's: 1 - |a - b| / max(|a|, |b|), at least 0, and 0 for numbers
    of unlike sign. For measurements; an answer that is right or wrong is asked of numeric_match."""
    said, right = _number(inputs.output, "output"), _number(inputs.reference, "reference")
    largest = max(abs(said), abs(right))
    near = 1 - abs(said - right) / largest if largest else 1.0
    metadata = {"output": float(said), "reference": float(right)}
    return Measure(float(max(0, near)), f"{float(said):g} beside {float(right):g}", None, metadata)


def _matched(inputs: Inputs, told: dict[str, Any], *, marked: bool) -> Measure:
    right = final_answers(inputs.reference, marked=True)  # GSM8K's references show their working
    answer = right[-1] if right else inputs.reference
    found = match(
        inputs.output, {key: value for key, value in told.items() if value} | {"answer": answer}, marked=marked
    )
    if found.outcome == "unscored":
        raise Undecided(found.detail, type=found.reason)
    holds = found.outcome == "pass"
    reason = f"{short(found.extracted)} is right" if holds else found.detail
    return Measure.yes_no(holds, reason, extracted=found.extracted, code=found.reason)


def _number(text: str, name: str) -> Any:  # noqa: ANN401 - a Fraction
    for answer in final_answers(text):
        found = quantity(answer)
        if found is None and len(numbers := numbers_said(answer)) == 1:
            found = quantity(numbers[0])
        if found is not None:
            return found.value
    raise Undecided(f"the {name} gives no single number: {short(text)}", type="not_a_number")
