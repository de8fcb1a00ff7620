"""What every evaluator that is a program has in common: its options are checked, its faults are results.

    @evaluator()
    def one_line(inputs: Inputs) -> Measure:
        return Measure.yes_no("\\n" not in inputs.output.strip(), "…")

Called as `one_line(inputs)` it gives an EvalResult, whatever happens: a wrong option `failed`, nothing to judge
`skipped`, what a program cannot decide `unscored`. A heuristic that finds something fails the output; one that finds
nothing has not shown that there is nothing, so `passed` stays None unless `allow_heuristic_pass=True`.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from functools import cached_property, update_wrapper
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from windrow.errors import UnknownName
from windrow.evaluators.inputs import InputError
from windrow.evaluators.results import EvalError, EvalResult

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from windrow.evaluators.inputs import Inputs
    from windrow.evaluators.results import CriterionScore, EvalStatus, Fidelity

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]
Texts = str | list[str]
COMMON: Mapping[str, Any] = {"threshold": Share | None, "allow_heuristic_pass": bool}
"""Options of every evaluator: from which score on it passes, and whether a guess that found nothing may pass."""
STREAMS = frozenset({"outputs"})  # read once, so nobody looks into them before
SHOWN = 200  # characters of anything quoted in a reason


class Nothing(Exception):
    """There is nothing to judge: the result is skipped."""


class Undecided(Exception):
    """A program cannot tell: the result is unscored, with `type` as its slug."""

    def __init__(self, what: str, *, type: str) -> None:  # noqa: A002 - as in EvalError
        super().__init__(what)
        self.type = type


@dataclass(frozen=True, slots=True)
class Measure:
    """What a program measured, before it is a result. Without a threshold a measure is neither passed nor failed."""

    score: float
    reason: str
    threshold: float | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    criteria: tuple[CriterionScore, ...] = ()
    label: str = ""
    shown: bool = False
    """Whether what speaks against the output is shown (a span, a phrase): then even a heuristic fails it."""

    @classmethod
    def yes_no(cls, holds: bool, reason: str, **metadata: object) -> Measure:
        """A measure that is 1 or 0."""
        return cls(float(holds), reason, 1.0, metadata)


def evaluator(
    *needs: str, fidelity: Fidelity = "deterministic", judges_empty: bool = False, of_output: bool = True
) -> Callable[[Callable[..., Measure]], Evaluation]:
    """Makes an evaluator of a function that measures. `needs` are further inputs than `output`, which is needed unless
    `of_output` is False; with `judges_empty` an empty output is something to judge."""

    def made(function: Callable[..., Measure]) -> Evaluation:
        inputs = ("output", *needs) if of_output else needs
        return Evaluation(function, inputs, fidelity, judges_empty=judges_empty)

    return made


class Evaluation:
    """A function that measures, as an evaluator."""

    __name__: str

    def __init__(
        self, function: Callable[..., Measure], needs: tuple[str, ...], fidelity: Fidelity, *, judges_empty: bool
    ) -> None:
        update_wrapper(self, function)
        self.function = function
        self.needs = needs
        self.fidelity = fidelity
        self.judges_empty = judges_empty

    def __call__(self, inputs: Inputs, **options: Any) -> EvalResult:  # noqa: ANN401 - each is checked
        """The result. Never raises for what it is given."""
        try:
            read = self._read({**self._among(inputs), **options})
            inputs.require([name for name in self.needs if name not in STREAMS], by=self.__name__)
            self._require(read)
            if not self.judges_empty and "output" in self.needs and not inputs.output.strip():
                raise Nothing("the output is empty")  # noqa: TRY301 - one place makes results of all of these
            common = {name: read.pop(name, None) for name in COMMON}
            return self._result(self.function(inputs, **read), **common)
        except Nothing as nothing:
            return EvalResult(self.__name__, status="skipped", reason=str(nothing), fidelity=self.fidelity)
        except InputError as wrong:
            return self._without("failed", str(wrong), wrong.type)
        except Undecided as undecided:
            return self._without("unscored", str(undecided), undecided.type)
        except Exception as bug:  # noqa: BLE001 - a bug in one evaluator is that result's, never the batch's
            return self._without("unscored", f"{type(bug).__name__}: {bug}"[:SHOWN], "evaluator_error")

    @cached_property
    def options(self) -> dict[str, TypeAdapter[Any]]:
        """By name, what reads each option."""
        hints = get_type_hints(self.function, localns={"Inputs": object, "Measure": object}, include_extras=True)
        parameters = inspect.signature(self.function).parameters.values()
        named = {one.name: hints[one.name] for one in parameters if one.kind is inspect.Parameter.KEYWORD_ONLY}
        named |= COMMON
        return {name: TypeAdapter(hint, config=ConfigDict(strict=True)) for name, hint in named.items()}

    def _among(self, inputs: Inputs) -> dict[str, Any]:
        """Options that came with the inputs: `evaluate("contains", output=…, keyword=…)` is one call to its caller."""
        return {name: inputs[name] for name in self.options if name in inputs}

    def _read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        read = {}
        for name, value in given.items():
            if name not in self.options:
                unknown = UnknownName.among(name, self.options, noun=f"option of {self.__name__}")
                raise InputError(str(unknown), type="bad_option")
            try:
                read[name] = self.options[name].validate_python(value)
            except ValidationError as error:
                what = error.errors()[0]["msg"]
                raise InputError(
                    f"{self.__name__}: {name} cannot be {value!r}: {what}"[:300], type="bad_option"
                ) from None
        return read

    def _require(self, read: Mapping[str, Any]) -> None:
        parameters = inspect.signature(self.function).parameters
        needed = [
            name for name in self.options if name in parameters and parameters[name].default is parameters[name].empty
        ]
        missing = [name for name in needed if name not in read]
        if missing:
            raise InputError(f"{self.__name__} needs the option {missing[0]!r}", type="missing_option")

    def _result(self, measure: Measure, *, threshold: float | None, allow_heuristic_pass: bool | None) -> EvalResult:
        threshold = measure.threshold if threshold is None else threshold
        passed = None if threshold is None else measure.score >= threshold
        guessed = self.fidelity == "heuristic" and not allow_heuristic_pass
        if guessed and not (passed is False and measure.shown):
            passed = None
        return EvalResult(
            self.__name__, measure.score, passed, measure.reason, metadata=measure.metadata, label=measure.label,
            threshold=threshold, criteria=measure.criteria, fidelity=self.fidelity,
        )  # fmt: skip

    def _without(self, status: EvalStatus, what: str, type: str) -> EvalResult:  # noqa: A002 - as in EvalError
        error = EvalError(what, type=type)
        return EvalResult(self.__name__, status=status, reason=what, error=error, fidelity=self.fidelity)


def bad_option(what: str) -> InputError:
    """An option that is well-formed and makes no sense."""
    return InputError(what, type="bad_option")


def listed(value: Texts) -> list[str]:
    """One text or several, as several."""
    return [value] if isinstance(value, str) else value


def short(text: str) -> str:
    """A text as a reason quotes it."""
    return repr(text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…")
