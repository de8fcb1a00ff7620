"""Evaluators that guess: in which language is it written, and does it decline?

Both read signs that can be missing or misleading, so they are heuristics: what they find is shown and fails the
output, and what they do not find is no pass unless `allow_heuristic_pass=True`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from windrow.evaluators.metrics_frame import Measure, Undecided, bad_option, evaluator
from windrow.text.language import LITTLE_WORDS, SCRIPTS, guess
from windrow.text.refusals import refusal

if TYPE_CHECKING:
    from windrow.evaluators.inputs import Inputs

KNOWN = sorted({*LITTLE_WORDS, *(code for _, code in SCRIPTS)})


@evaluator(fidelity="heuristic")
def language(inputs: Inputs, *, language: str | None = None) -> Measure:
    """Is the output written in `language` (ISO 639-1), or else in the language of the input?"""
    wanted = language.casefold().partition("-")[0].partition("_")[0] if language else guess(inputs.input)
    if language and wanted not in KNOWN:
        raise bad_option(f"language cannot be told apart: {language!r}; known: {', '.join(KNOWN)}")
    if not wanted:
        raise Undecided("neither language= nor an input that shows its language", type="unknown_language")
    said = guess(inputs.output)
    if not said:
        raise Undecided("the output is too short or mixed to tell its language", type="unknown_language")
    reason = f"written in {said}" + ("" if said == wanted else f", not in {wanted}")
    return Measure(float(said == wanted), reason, 1.0, {"language": said, "wanted": wanted}, label=said, shown=True)


@evaluator(fidelity="heuristic")
def refuses(inputs: Inputs, *, should: Literal["answer", "refuse"] = "answer") -> Measure:
    """Does the output answer, or with `should="refuse"` decline, as it should? Read by sentence, in many languages; a
    partial refusal counts half. An answer that dodges without saying so is not found."""
    found = refusal(inputs.output)
    declined = {"none": 0.0, "partial": 0.5, "full": 1.0}[found.label]
    score = declined if should == "refuse" else 1 - declined
    quote = inputs.output[found.start : found.end].strip()
    reason = (
        f"declines {'in part' if found.label == 'partial' else 'in full'}: {quote!r}" if quote else "declines nothing"
    )
    metadata = {"span": [found.start, found.end], "language": found.language, "redirects": found.redirects}
    return Measure(score, reason, 1.0, metadata if quote else {}, label=found.label, shown=should == "answer")
