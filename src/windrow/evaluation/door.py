"""`evaluate`: named evaluators as one-line calls, with the call shape of `fi.evals` and verdicts that can be trusted.

    result = evaluate("task_adherence", output=row["response"], input=row["instruction"])
    if result.passed is True: ...

A score is there only where something was measured; whatever went wrong is in `result.error`, with a stable `type`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from windrow.config.shape import ModelSpec
from windrow.errors import ConfigError, RowFailure
from windrow.evaluation.calibrated import known
from windrow.evaluation.custom import CustomLLMJudge
from windrow.evaluation.loop import wait_for
from windrow.evaluation.questions import Asked, ByJudge, ByProgram, Question, Wrong, questions
from windrow.evaluation.seats import Judge, configured, seats
from windrow.evaluation.session import CONCURRENCY, Session, offline
from windrow.evaluators.results import BatchResult, EvalResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.calibration.artifact import Calibrated
    from windrow.ledger.base import Ledger
    from windrow.teachers.base import Teacher

OnError: TypeAlias = Literal["fail_closed", "raise"]
Judges: TypeAlias = "Judge | CustomLLMJudge"
THEIRS = frozenset(
    ("augment", "config", "feedback_store", "generate_prompt", "fi_api_key", "fi_secret_key", "fi_base_url")
)


@overload
def evaluate(eval_name: str | None = None, **told: Any) -> EvalResult: ...  # noqa: ANN401 - inputs are of any kind
@overload
def evaluate(eval_name: Sequence[str], **told: Any) -> BatchResult: ...  # noqa: ANN401 - inputs are of any kind
def evaluate(  # noqa: PLR0913 - what its users type, each a word
    eval_name: str | Sequence[str] | None = None,
    *,
    prompt: str | None = None,
    engine: str | None = None,
    model: str | None = None,
    threshold: float | None = None,
    judge: Judges | None = None,
    rubric: object = None,
    samples: int = 1,
    on_error: OnError = "fail_closed",
    **inputs: Any,
) -> EvalResult | BatchResult:
    """Evaluate one output by one name, or by a list of them (then the result is a BatchResult).

    `inputs` are named as you like: output/response/answer, input/instruction/question, context/chunks, reference/
    expected …; an evaluator's own options stand among them (`keyword=`). Who answers: the `engine` that is named; a
    program, where one can; else the judge (`judge=`, `model=`, `configure`, WINDROW_JUDGE_MODEL); several judges are a
    panel. `rubric` is a YAML file, a mapping (with its `lock`, if wanted) or a Rubric; `prompt` are criteria in your
    own words with gaps such as {{output}}. `samples` asks each judge so often, and a strict majority decides.

    What goes wrong with one output is a result without a score: `failed` where it was asked wrongly, `unscored` where
    no verdict came, `skipped` where there is nothing to judge; on_error="raise" raises for the first two. Raises
    ConfigError for what is wrong whatever the output. Works in a notebook; asynchronous code awaits `aevaluate`.
    """
    given, prompt = _material(inputs, prompt, judge, engine)
    return answered(eval_name, How(Asked(prompt, engine, model, threshold, rubric), judge, samples), given, on_error)


@overload
async def aevaluate(eval_name: str | None = None, **told: Any) -> EvalResult: ...  # noqa: ANN401 - inputs are of any kind
@overload
async def aevaluate(eval_name: Sequence[str], **told: Any) -> BatchResult: ...  # noqa: ANN401 - inputs are of any kind
async def aevaluate(  # noqa: PLR0913 - as `evaluate`
    eval_name: str | Sequence[str] | None = None,
    *,
    prompt: str | None = None,
    engine: str | None = None,
    model: str | None = None,
    threshold: float | None = None,
    judge: Judges | None = None,
    rubric: object = None,
    samples: int = 1,
    on_error: OnError = "fail_closed",
    **inputs: Any,
) -> EvalResult | BatchResult:
    """`evaluate`, for code that is asynchronous itself."""
    given, prompt = _material(inputs, prompt, judge, engine)
    how = How(Asked(prompt, engine, model, threshold, rubric), judge, samples)
    return await aanswered(eval_name, how, given, on_error)


def answered(
    eval_name: str | Sequence[str] | None, how: How, inputs: Mapping[str, Any], on_error: OnError = "fail_closed"
) -> EvalResult | BatchResult:
    """What `evaluate` says, told how in one piece."""
    order = how.ordered(eval_name)
    inputs = _for_all(order, inputs)
    results = [offline(one, inputs) for one in order.questions if isinstance(one, ByProgram | Wrong)]
    if len(results) < len(order.questions):
        results = wait_for(_answers(order, inputs))
    return _told(results, eval_name, on_error)


async def aanswered(
    eval_name: str | Sequence[str] | None, how: How, inputs: Mapping[str, Any], on_error: OnError = "fail_closed"
) -> EvalResult | BatchResult:
    """`answered`, for code that is asynchronous itself."""
    order = how.ordered(eval_name)
    return _told(await _answers(order, _for_all(order, inputs)), eval_name, on_error)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be answered, and by which judges."""

    questions: Sequence[Question]
    specs: Sequence[ModelSpec | Teacher]
    samples: int

    def of_rows(self) -> Order:
        """What of it is answered row by row; what is measured over many rows together is asked wrongly then."""
        return replace(
            self, questions=[one.of_a_row() if isinstance(one, ByProgram) else one for one in self.questions]
        )

    @property
    def judges(self) -> list[str]:
        """The addresses of the judges."""
        return [one.model if isinstance(one, ModelSpec) else one.address for one in self.specs]

    def open(
        self,
        *,
        concurrency: int = CONCURRENCY,
        ledger: Ledger | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Session:
        """A session in which it is answered."""
        return Session(
            self.specs, samples=self.samples, concurrency=concurrency, ledger=ledger, environment=environment
        )


@dataclass(frozen=True, slots=True)
class How:
    """How evaluations are asked for, whatever is evaluated."""

    asked: Asked
    judge: Judges | None = None
    samples: int = 1
    calibrations: Sequence[Calibrated] | None = None
    """Of the judges; those that are configured if None."""

    def ordered(self, eval_names: str | Sequence[str] | None, *, environment: Mapping[str, str] | None = None) -> Order:
        """The questions and their judges. Raises ConfigError for what makes no sense."""
        if isinstance(self.samples, bool) or not isinstance(self.samples, int) or self.samples < 1:
            raise ConfigError(f"{self.samples!r} is no number of samples", where="samples", remedy="a whole number ≥ 1")
        asked, judge = self.asked, self.judge
        if isinstance(judge, CustomLLMJudge):
            asked, judge = replace(asked, custom=judge), judge.seats
        made = questions(eval_names, asked)
        asks = any(isinstance(one, ByJudge) for one in made)
        specs = seats(judge, model=asked.model, environment=environment) if asks else []
        measured = configured().calibrations if self.calibrations is None else self.calibrations
        return Order([known(one, specs, self.samples, measured) for one in made], specs, self.samples)


def _material(
    inputs: dict[str, Any], prompt: str | None, judge: object, engine: str | None
) -> tuple[dict[str, Any], str | None]:
    """What is evaluated, and the prompt: to a judge that brings its own criteria, that is what was asked of the output.

    Raises ConfigError for what only the other package takes: a key of its cloud's is no material for a judge.
    """
    theirs = sorted(THEIRS & inputs.keys())
    if theirs and (engine or "").lower() not in {"fi", "turing"}:
        raise ConfigError(
            f"{theirs[0]} is an option of fi.evals", where="evaluate", remedy="leave it out, or ask with engine='fi'"
        )
    if prompt is not None and isinstance(judge, CustomLLMJudge):
        return {"prompt": prompt, **inputs}, None
    return inputs, prompt


def _for_all(order: Order, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The inputs, with outputs that can be read once held for all who read them."""
    readers = sum(isinstance(one, ByProgram) and one.of_dataset for one in order.questions)
    if readers > 1 and isinstance(inputs.get("outputs"), Iterator):
        return {**inputs, "outputs": list(inputs["outputs"])}
    return inputs


async def _answers(order: Order, inputs: Mapping[str, Any]) -> list[EvalResult]:
    async with order.open() as session:
        return list(await asyncio.gather(*(session.answer(one, inputs) for one in order.questions)))


def _told(
    results: Sequence[EvalResult], eval_name: str | Sequence[str] | None, on_error: OnError
) -> EvalResult | BatchResult:
    if on_error == "raise":
        for one in results:
            raise_for(one)
    elif on_error != "fail_closed":
        raise ConfigError(f"{on_error!r} is unknown", where="on_error", remedy="one of: fail_closed, raise")
    return results[0] if eval_name is None or isinstance(eval_name, str) else BatchResult(tuple(results))


def raise_for(result: EvalResult) -> None:
    """Raises ConfigError for a result that failed, RowFailure for one that is unscored."""
    if result.error is None or result.status not in {"failed", "unscored"}:
        return
    if result.status == "failed":
        raise ConfigError(str(result.error), where=result.eval_name)
    raise RowFailure(str(result.error), kind=result.error.type, where=result.eval_name)
