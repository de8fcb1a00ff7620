"""Several models of different families, and what most of those that were declared say of each row."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, field_validator

from windrow.flow.judges.members import Members
from windrow.flow.judges.questions import Question, QuestionOptions
from windrow.flow.judges.rubric import ByQuestions, Role

if TYPE_CHECKING:
    from windrow.evaluators.inputs import Inputs
    from windrow.evaluators.results import EvalResult
    from windrow.shapes import Ask, Options


class PanelOptions(QuestionOptions):
    """Judges side by side."""

    roles: Annotated[list[Role], Field(min_length=2)]
    """The roles of `models:` that make up the panel, of families as different as can be. A strict majority of those
    named here decides: one that does not answer is a missing vote, not a smaller panel."""

    @field_validator("roles")
    @classmethod
    def _unlike(cls, roles: list[str]) -> list[str]:
        if len(set(roles)) != len(roles):
            raise ValueError("a role is named twice: it would be asked the same thing twice, and count double")
        return roles


class PanelJudge(ByQuestions):
    """Asks several models, and goes by a strict majority of the panel as it was declared."""

    name: ClassVar[str] = "panel"
    options_type: ClassVar[type[Options]] = PanelOptions
    options: PanelOptions

    @property
    def roles(self) -> tuple[str, ...]:
        """The panel."""
        return tuple(self.options.roles)

    async def _asked(self, question: Question, inputs: Inputs, ask: Ask) -> EvalResult:
        asking = question.ask
        assert asking is not None  # noqa: S101 - for the type checker: `_result` looked

        async def one(role: str) -> EvalResult:
            return await asking(inputs, ask, role=role, threshold=self.threshold)

        result = await self._members.decide(one, name=question.name, models=self.models)
        return replace(result, eval_name=question.name)

    @cached_property
    def _members(self) -> Members:
        return Members(self.options.roles)

    def _how(self) -> str:
        return f"panel of {len(self.options.roles)}"
