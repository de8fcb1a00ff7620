"""Answers questions about inputs: programs at once, judges through one `Asking`, each answer with what it took.

Whatever goes wrong with one answer is in that answer. What is left over for exceptions is a ledger that breaks.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any, NoReturn, Self

from windrow.errors import CallFailure, LedgerError, MissingError, RowFailure, WindrowError
from windrow.evaluation.asking import Asking
from windrow.evaluation.questions import ByBridge, ByJudge, ByProgram, Question, Wrong
from windrow.evaluation.seats import HOW_TO_NAME_ONE, prices_of, with_concurrency
from windrow.evaluators.inputs import InputError, Inputs, resolve
from windrow.evaluators.panel import decided, panel
from windrow.evaluators.results import EvalError, EvalResult, JudgeInfo
from windrow.row import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from windrow.config.shape import ModelSpec
    from windrow.engine.asker import Asker
    from windrow.events import CallEnded
    from windrow.ledger.base import Ledger
    from windrow.teachers.base import Teacher

ROLE = "judge"
CONCURRENCY = 16


class Session:
    """Open while evaluations go on. `specs` are the judges, several of them a panel; `samples` how often each is asked.

    With a `ledger` answers are kept and found again; those that were no verdict are asked for anew by the next session.
    """

    def __init__(
        self,
        specs: Sequence[ModelSpec | Teacher],
        *,
        samples: int = 1,
        concurrency: int = CONCURRENCY,
        ledger: Ledger | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._samples = samples
        self._ledger = ledger
        self._prices = prices_of(specs, environment)
        self._unusable: list[str] = []
        self._asking: Asking | None = None
        self._lacking = f"no judge is configured: {HOW_TO_NAME_ONE}"
        self._lack = "no_judge"
        self.roles = tuple(ROLE if not at else f"{ROLE}_{at + 1}" for at in range(len(specs)))
        if specs:
            models = dict(zip(self.roles, with_concurrency(specs, concurrency), strict=True))
            try:
                self._asking = Asking.open(models, environment, ledger)
            except MissingError as error:
                self._lacking, self._lack = str(error), "judge_missing"

    @property
    def models(self) -> Mapping[str, tuple[str, ...]]:
        """The addresses that play each judge's role."""
        return self._asking.models if self._asking is not None else {}

    async def answer(self, question: Question, given: Mapping[str, Any] | Inputs) -> EvalResult:
        """The answer to one question about one set of inputs. Raises LedgerError where a ledger breaks."""
        started = perf_counter()
        result = await self._answer(question, given)
        return replace(result, latency_ms=(perf_counter() - started) * 1000.0)

    async def _answer(self, question: Question, given: Mapping[str, Any] | Inputs) -> EvalResult:
        if isinstance(question, ByJudge):
            return await self._judged(question, given)
        if isinstance(question, ByBridge):
            from windrow.evaluation.fi_bridge import bridged  # noqa: PLC0415 - for those who ask for it

            return await asyncio.to_thread(bridged, question, given)
        return offline(question, given)

    async def _judged(self, question: ByJudge, given: Mapping[str, Any] | Inputs) -> EvalResult:
        """What the judges say, or what kept them from it. Raises LedgerError."""
        try:
            return await self._heard(question, given if isinstance(given, Inputs) else resolve(given))
        except LedgerError:
            raise
        except RowFailure as failure:
            return _unscored(question.name, str(failure), failure.kind)
        except WindrowError as wrong:
            kind = wrong.type if isinstance(wrong, InputError) else "config"
            return Wrong(question.name, str(wrong), kind).result()
        except Exception as bug:  # noqa: BLE001 - a bug of one evaluation is in its result, and costs no other
            return _unscored(question.name, f"{type(bug).__name__}: {bug}", "evaluator_error")

    async def _heard(self, question: ByJudge, inputs: Inputs) -> EvalResult:
        if self._asking is None:
            result = await question.judging(inputs, Nobody(self._lacking, self._lack), role=ROLE, sample=0)
            return replace(result, eval_name=question.name, metadata=_taken(()), judge=None)
        calls: list[CallEnded] = []
        if len(self.roles) == 1:
            result = await self._sampled(question, inputs, self.roles[0], calls)
        else:
            result = await panel(
                lambda role: self._sampled(question, inputs, role, calls),
                self.roles,
                name=question.name,
                models=self.models,
            )
        return replace(result, eval_name=question.name, metadata={**result.metadata, **_taken(calls)})

    async def _sampled(self, question: ByJudge, inputs: Inputs, role: str, calls: list[CallEnded]) -> EvalResult:
        if self._samples == 1:
            return await self._once(question, inputs, role, 0, calls)
        every = range(self._samples)
        said = await asyncio.gather(*(self._once(question, inputs, role, sample, calls) for sample in every))
        result = decided({f"{role}#{sample}": one for sample, one in zip(every, said, strict=True)}, name=question.name)
        return replace(
            result, engine="samples", reason=result.reason.replace("judges say", "answers say"), judge=said[0].judge
        )

    async def _once(
        self, question: ByJudge, inputs: Inputs, role: str, sample: int, all_calls: list[CallEnded]
    ) -> EvalResult:
        assert self._asking is not None  # noqa: S101 - for the type checker: `_heard` looked
        told = to_json(dict(inputs), sorted_keys=True)
        item = hashlib.sha256(f"{question.identity}\0{role}\0{sample}\0".encode() + told).hexdigest()[:32]
        calls: list[CallEnded] = []
        ask = self._asking.ask_for(item, calls.append)
        result = await question.judging(inputs, ask, role=role, sample=sample)
        all_calls += calls
        if result.status == "unscored" and any(call.outcome == "ok" for call in calls):
            self._unusable.append(item)
        return replace(
            result,
            metadata={**result.metadata, **_taken(calls)},
            cost=self._cost(calls),
            judge=(_judge(question, result, ask)),
        )

    def _cost(self, calls: Sequence[CallEnded]) -> float | None:
        """What the calls cost, answers that were there already included; None where tokens or prices are not known."""
        costs = [
            None
            if call.input_tokens is None or call.output_tokens is None
            else self._prices.cost(call.model, call.input_tokens, call.output_tokens)
            for call in calls
            if call.outcome == "ok"
        ]
        known = [cost for cost in costs if cost is not None]
        return float(sum(known)) if known and len(known) == len(costs) else None

    async def close(self) -> None:
        """Close the connections, and let the ledger forget what was no verdict."""
        if self._asking is not None:
            await self._asking.close()
        if self._ledger is not None and self._unusable:
            self._ledger.forget(self._unusable)
            await self._ledger.settle()
            self._unusable.clear()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class Nobody:
    """The `Ask` where there is no judge: what is wrong with the inputs is said all the same, and first."""

    def __init__(self, what: str, kind: str) -> None:
        self._failure = what, kind

    async def __call__(self, label: str, **variables: object) -> NoReturn:
        """Raises CallFailure."""
        del label, variables
        what, kind = self._failure
        raise CallFailure(what, kind=kind, retryable=False)

    many = __call__


def offline(question: ByProgram | Wrong, given: Mapping[str, Any] | Inputs) -> EvalResult:
    """The answer to a question that needs nobody to be asked."""
    if isinstance(question, Wrong):
        return question.result()
    started = perf_counter()
    try:
        result = question.result(given if isinstance(given, Inputs) else resolve(given))
    except InputError as wrong:
        result = Wrong(question.name, str(wrong), wrong.type).result()
    return replace(result, latency_ms=(perf_counter() - started) * 1000.0)


def _judge(question: ByJudge, result: EvalResult, ask: Asker) -> JudgeInfo | None:
    """Who was asked, and what makes the judge this one and no other; None where nobody was."""
    if not ask.prompts:
        return None
    known = result.judge or JudgeInfo("")
    mark = known.fingerprint or question.fingerprint(next(iter(ask.prompts.values())))
    measured = question.calibration is not None and question.calibration.fingerprint == mark
    return replace(known, model=", ".join(ask.models), fingerprint=mark, calibrated=measured)


def _taken(calls: Sequence[CallEnded]) -> dict[str, int | None]:
    """What calls took; tokens are None where an answer came without a count."""
    answered = [call for call in calls if call.outcome == "ok"]
    return {
        "calls": len(calls),
        "cached": sum(call.cached for call in calls),
        "input_tokens": _total([call.input_tokens for call in answered]),
        "output_tokens": _total([call.output_tokens for call in answered]),
    }


def _unscored(name: str, what: str, kind: str) -> EvalResult:
    return EvalResult(name, status="unscored", reason=what, error=EvalError(what, type=kind), fidelity="model")


def _total(tokens: Sequence[int | None]) -> int | None:
    known = [one for one in tokens if one is not None]
    return sum(known) if known and len(known) == len(tokens) else None
