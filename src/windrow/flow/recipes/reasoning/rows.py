"""Rows out of traces: the one to learn from, those passed over, and those refused with their reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windrow.row import Lineage, Message, Row, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.flow.recipes.reasoning.questions import Question
    from windrow.flow.recipes.reasoning.students import Difficulty
    from windrow.flow.recipes.reasoning.traces import Trace
    from windrow.flow.recipes.reasoning.verify import Verified
    from windrow.shapes import Rejection, Seed

RECIPE = "distillation"
TAGGED = {"consensus": ("consensus",), "none": ("unverified",)}


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the rows of one question. What the student shall see is the question and nothing else."""

    seed: Seed
    question: Question
    system: str | None
    tests_min: int
    difficulty: Difficulty | None = None
    traces: Sequence[dict[str, Any]] = ()

    def row(self, trace: Trace | None, verified: Verified | None = None, operators: tuple[str, ...] = ()) -> Row:
        """The row of a trace; of the question alone where there is none."""
        messages = [Message("system", self.system)] if self.system else []
        messages.append(Message("user", self.question.text))
        if trace is not None and trace.answer:
            messages.append(Message("assistant", trace.answer, reasoning=trace.thinking or None))
        source = verified.source if verified is not None else "none"
        scores = {} if self.difficulty is None or self.difficulty.rate is None else {
            "student_pass_rate": round(self.difficulty.rate, 4)
        }  # fmt: skip
        return Row(
            "sft", tuple(messages), reference=self._reference(source), scores=scores,
            lineage=self._lineage(trace, (*TAGGED.get(source, ()), *operators) if verified else operators),
        )  # fmt: skip

    def refused(self, trace: Trace | None, fault: Rejection, verified: Verified | None = None) -> Row:
        """The row with the gate that it failed at."""
        return self.row(trace, verified).with_verdicts(fault.verdict(RECIPE))

    def unsure(self, trace: Trace, verified: Verified) -> Row:
        """The row whose answer could not be decided, or is wrong."""
        verdict = Verdict(
            RECIPE, "unscored" if verified.outcome == "unscored" else "fail", verified.reason, verified.detail,
            {"extracted": verified.extracted[:200]} if verified.extracted else {}, kind="recipe",
        )  # fmt: skip
        return self.row(trace, verified).with_verdicts(verdict)

    def failed(self, sample: int, verdict: Verdict) -> Row:
        """The record of a sample that gave no usable answer."""
        return self.row(None, operators=(f"sample_{sample}",)).with_verdicts(verdict)

    def _reference(self, source: str) -> dict[str, Any]:
        kept: dict[str, Any] = {"question": self.question.text, **self.question.reference, "source": source}
        if self.question.kind == "code":
            kept["tests_min"] = self.tests_min
        if self.difficulty is not None:
            kept["difficulty"] = self.difficulty.band
        return kept

    def _lineage(self, trace: Trace | None, operators: tuple[str, ...]) -> Lineage:
        extra: dict[str, Any] = {}
        if trace is not None:
            extra["sample"] = trace.sample
            extra["route"] = trace.route(code=self.question.kind == "code")
        if self.traces:
            extra["traces"] = list(self.traces)
        if self.difficulty is not None:
            extra["student"] = self.difficulty.to_dict()
        return Lineage(seeds=(self.seed.key,), operators=operators, family=self.seed.family, extra=extra)


def told(trace: Trace, outcome: dict[str, Any], *, code: bool) -> dict[str, Any]:
    """One trace in the lineage of its siblings: what was said of it, not its text, which the ledger has."""
    found: dict[str, Any] = {"sample": trace.sample, **outcome, "route": trace.route(code=code), "model": trace.model}
    if trace.tokens is not None:
        found["tokens"] = trace.tokens
    return found
