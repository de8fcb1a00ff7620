"""A cheap model first, read as several annotators; stronger ones only for rows of which those are not sure."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from windrow.evaluators.annotators import as_annotator
from windrow.evaluators.cascade import ANNOTATORS, SURE, Confidence, cascade
from windrow.flow.judges.members import Members
from windrow.flow.judges.questions import Question, QuestionOptions
from windrow.flow.judges.rubric import ByQuestions, Role

if TYPE_CHECKING:
    from windrow.evaluators.inputs import Inputs
    from windrow.evaluators.results import EvalResult
    from windrow.shapes import Ask, Options

Sure = Annotated[float, Field(gt=0.5, le=1)]


class CascadeOptions(QuestionOptions):
    """Judges one above the other."""

    role: Role = "judge"
    """The role of the cheap judge."""
    strong: list[Role] = Field(default_factory=list)
    """The role of the strong judge, or those of a panel of them. Without any, what is not sure waits for a person."""
    annotators: Annotated[int, Field(ge=1, le=50)] = ANNOTATORS
    """As how many readers with different habits the cheap judge is asked, at most: none whose answer could not change
    what becomes of the row."""
    accept_at: Sure = SURE
    """The share of the annotators that must agree to pass a row; better taken from a calibration."""
    reject_at: Sure = SURE
    """The share that must agree to refuse one."""


class CascadeJudge(ByQuestions):
    """Asks a cheap model as several annotators, and a strong one or a panel where those do not agree."""

    name: ClassVar[str] = "cascade"
    options_type: ClassVar[type[Options]] = CascadeOptions
    options: CascadeOptions

    @property
    def roles(self) -> tuple[str, ...]:
        """The cheap judge, then the strong ones."""
        return tuple(dict.fromkeys((self.options.role, *self.options.strong)))

    async def _asked(self, question: Question, inputs: Inputs, ask: Ask) -> EvalResult:
        asking, options = question.ask, self.options
        assert asking is not None  # noqa: S101 - for the type checker: `_result` looked

        async def cheap(role: str, number: int) -> EvalResult:
            return await asking(inputs, as_annotator(ask, number), role=role, sample=number, threshold=self.threshold)

        async def one(role: str) -> EvalResult:
            return await asking(inputs, ask, role=role, threshold=self.threshold)

        async def strong() -> EvalResult:
            if len(options.strong) == 1:
                return await one(options.strong[0])
            return await self._strong.decide(one, name=question.name, models=self.models)

        result = await cascade(
            cheap,
            strong if options.strong else None,
            name=question.name,
            role=options.role,
            annotators=options.annotators,
            confidence=Confidence(options.accept_at, options.reject_at),
        )
        return replace(result, eval_name=question.name)

    @cached_property
    def _strong(self) -> Members:
        return Members(self.options.strong)

    def _how(self) -> str:
        options = self.options
        sure = f"{options.accept_at:g}/{options.reject_at:g} of {options.annotators}"
        return f"cascade, {sure}, then {len(options.strong)}"
