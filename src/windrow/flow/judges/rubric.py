"""One model asked small questions about each row, each with the evidence for its answer."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from windrow.evaluators.inputs import InputError, of_row
from windrow.evaluators.results import EvalError, EvalResult
from windrow.flow.judges.questions import Question, QuestionOptions, questions, templates
from windrow.flow.judges.verdicts import is_refusal, verdict_of
from windrow.row import Verdict
from windrow.shapes import Judge, Options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from windrow.evaluators.inputs import Inputs
    from windrow.row import Row
    from windrow.shapes import Ask

Role = Annotated[str, Field(strict=True, min_length=1)]


class RubricOptions(QuestionOptions):
    """One judge with its questions."""

    role: Role = "judge"
    """The role of `models:` that is asked."""


class ByQuestions(Judge):
    """What judges have in common: questions in turn, cheap ones first, up to one that refuses the row."""

    options: QuestionOptions

    def __init__(self, options: Options, *, base: Path) -> None:
        super().__init__(options, base=base)
        self._questions = questions(self.options, base)

    @property
    def fingerprint(self) -> str:
        """Over questions, wording and parsers, and over how they are asked where that is not once of one model."""
        digests = [question.digest for question in self._questions]
        how = self._how()
        if len(digests) == 1 and not how:
            return digests[0]
        return hashlib.sha256("\0".join([how, *digests]).encode()).hexdigest()[:16]

    def prompts(self) -> Mapping[str, Path]:
        """The templates of its questions."""
        return templates(self._questions)

    async def judge(self, row: Row, ask: Ask) -> Verdict:
        """Fails with the name of the evaluator that refused the row; unscored with what kept it from a verdict."""
        try:
            inputs = of_row(row)
        except InputError as error:
            return Verdict(self.name, "unscored", error.type, str(error), kind="judge")
        if not inputs.output.strip():
            return Verdict(self.name, "unscored", "missing_input", "there is no output to judge", kind="judge")
        results: list[EvalResult] = []
        for question in self._questions:
            results.append(await self._result(question, inputs, ask))
            if is_refusal(results[-1]):
                break
        return verdict_of(self.name, results)

    async def _result(self, question: Question, inputs: Inputs, ask: Ask) -> EvalResult:
        try:
            if question.compute is not None:
                return self._computed(question, question.compute, inputs)
            return await self._asked(question, inputs, ask)
        except InputError as error:
            return EvalResult(question.name, status="failed", error=EvalError(str(error), type=error.type))

    def _computed(self, question: Question, compute: Callable[..., EvalResult], inputs: Inputs) -> EvalResult:
        """What a program says. A likeness is a verdict only by the judge's threshold; a heuristic that found nothing
        has not shown that there is nothing, and says nothing either way."""
        result = compute(inputs)
        if result.status != "completed" or result.passed is not None:
            return result
        if result.fidelity == "heuristic":
            return replace(result, status="skipped", score=None)
        if self.threshold is not None:
            return compute(inputs, threshold=self.threshold)
        what = f"{question.name} is a measure: say with `keep` from which score a row passes"
        return EvalResult(question.name, status="unscored", error=EvalError(what, type="no_threshold"))

    @abstractmethod
    async def _asked(self, question: Question, inputs: Inputs, ask: Ask) -> EvalResult:
        """What the model or models say."""

    @abstractmethod
    def _how(self) -> str:
        """How questions are asked, where that is not once of one model."""


class RubricJudge(ByQuestions):
    """Asks one model small questions about a row, each with its evidence; an evaluator that fails refuses the row."""

    name: ClassVar[str] = "rubric"
    options_type: ClassVar[type[Options]] = RubricOptions
    options: RubricOptions

    @property
    def roles(self) -> tuple[str, ...]:
        """The one role."""
        return (self.options.role,)

    async def _asked(self, question: Question, inputs: Inputs, ask: Ask) -> EvalResult:
        assert question.ask is not None  # noqa: S101 - for the type checker: `_result` looked
        return await question.ask(inputs, ask, role=self.options.role, threshold=self.threshold)

    def _how(self) -> str:
        return ""
