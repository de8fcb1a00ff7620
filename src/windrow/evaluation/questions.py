"""From what a caller asks for to who can answer it: a program, a judge, the bridge to `fi.evals`, or nobody.

The order is: the engine that is named; a model of the `turing` family; a program; a rubric or claims before a judge;
criteria in the caller's own words. A heuristic answers only where it is asked for by name. What cannot be answered as
it was asked is a question too, with a failed result for its answer, so that none is ever dropped.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from windrow.errors import ConfigError, UnknownName
from windrow.evaluators import claims, names, own_words, pointwise, rubric
from windrow.evaluators.custom import CustomLLMJudge
from windrow.evaluators.inputs import CANONICAL
from windrow.evaluators.own_words import GAP, THRESHOLD
from windrow.evaluators.pairwise import SIDES
from windrow.evaluators.results import EvalError, EvalResult
from windrow.evaluators.rubric import Rubric

if TYPE_CHECKING:
    from windrow.calibration.artifact import Calibrated
    from windrow.evaluators.inputs import Inputs
    from windrow.evaluators.names import Evaluator

ENGINES: Mapping[str, str] = {
    "deterministic": "program", "local": "program", "program": "program",
    "judge": "judge", "llm": "judge", "model": "judge",
    "heuristic": "heuristic", "fi": "fi", "turing": "fi",
}  # fmt: skip
"""Engines by the names they may be called."""

Judging: TypeAlias = Callable[..., Awaitable[EvalResult]]
"""Called as judging(inputs, ask, role=…, sample=…)."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A question that cannot be answered as it was asked."""

    name: str
    what: str
    type: str

    def result(self) -> EvalResult:
        """Failed, and why."""
        return EvalResult(self.name, status="failed", reason=self.what, error=EvalError(self.what, type=self.type))


@dataclass(frozen=True, slots=True)
class ByProgram:
    """A question that a program answers: about one output, or `of_dataset` about many together."""

    name: str
    measure: Callable[..., EvalResult]
    threshold: float | None = None
    of_dataset: bool = False

    def of_a_row(self) -> ByProgram | Wrong:
        """The question where rows are answered one by one."""
        if not self.of_dataset:
            return self
        what = f"{self.name} is measured over many outputs together: evaluate({self.name!r}, outputs=...)"
        return Wrong(self.name, what, "of_a_dataset")

    def result(self, inputs: Inputs) -> EvalResult:
        """What the program says, `threshold` in the place of its own."""
        told = {} if self.threshold is None else {"threshold": self.threshold}
        result = self.measure(inputs, **told)
        engine = "heuristic" if result.fidelity == "heuristic" else "deterministic"
        return replace(result, eval_name=self.name, engine=engine)


@dataclass(frozen=True, slots=True)
class ByJudge:
    """A question that a judge answers. `identity` tells it from every other question; `fingerprint` makes a digest of
    what may change a verdict out of that of the template `label`. `threshold` is the caller's own. `calibration` is of
    this very judge, else `uncalibrated` says why there is none. `shows` are the columns of a row that the judge may
    see, where the question does not say it itself: a label that stands beside the output is none of them."""

    name: str
    judging: Judging
    identity: str
    fingerprint: Callable[[str], str] = str
    shows: frozenset[str] | None = None
    label: str = pointwise.LABEL
    threshold: float | None = None
    calibration: Calibrated | None = None
    uncalibrated: str = ""


@dataclass(frozen=True, slots=True)
class ByBridge:
    """A question for the real `fi.evals`, with what it is `told` beside the inputs."""

    name: str | None
    told: Mapping[str, Any] = field(default_factory=dict)
    threshold: float | None = None


Question: TypeAlias = Wrong | ByProgram | ByJudge | ByBridge


@dataclass(frozen=True, slots=True)
class Asked:
    """How the questions were asked, beside their names."""

    prompt: str | None = None
    engine: str | None = None
    model: str | None = None
    threshold: float | None = None
    rubric: object = None
    custom: CustomLLMJudge | None = None

    @property
    def way(self) -> str:
        """The engine meant; '' where none is named. Raises ConfigError."""
        if self.engine is None:
            return "fi" if (self.model or "").lower().startswith("turing") else ""
        way = ENGINES.get(str(self.engine).strip().lower())
        if way is None:
            raise UnknownName.among(str(self.engine), ENGINES, noun="engine", where="engine")
        return way


def questions(eval_names: str | Sequence[str] | None, asked: Asked) -> list[Question]:
    """One question for each name. Raises ConfigError for what makes no sense whatever is evaluated."""
    _check(eval_names, asked)
    if asked.way == "fi":
        each = [eval_names] if eval_names is None or isinstance(eval_names, str) else list(eval_names)
        told = {"prompt": asked.prompt, "model": asked.model, "engine": "turing" if asked.engine == "turing" else None}
        named = {key: value for key, value in told.items() if value is not None}
        return [ByBridge(one, named, asked.threshold) for one in each]
    if asked.custom is not None:
        own = asked.custom
        return [_by_own_words(own if asked.threshold is None else replace(own, threshold=asked.threshold))]
    if asked.prompt is not None:
        name = eval_names if isinstance(eval_names, str) else "custom_prompt"
        limit = THRESHOLD if asked.threshold is None else asked.threshold
        return [_by_own_words(CustomLLMJudge(name, asked.prompt, threshold=limit))]
    if asked.rubric is not None:
        chosen = rubric_of(asked.rubric)
        return [_by_rubric(chosen, eval_names if isinstance(eval_names, str) else chosen.name, asked)]
    each = [eval_names] if isinstance(eval_names, str) else list(eval_names or ())
    if not each:
        raise ConfigError("nothing to evaluate by", where="evaluate", remedy="name an evaluator, a rubric or a prompt")
    return [_named(one, asked) for one in each]


def rubric_of(given: object, *, lock: str | None = None) -> Rubric:
    """The rubric that is given as a file, a shipped name, a mapping (with its `lock`, if it has one) or itself. Raises
    ConfigError."""
    if isinstance(given, Rubric):
        found = given
    elif isinstance(given, Mapping):
        said = dict(given)
        lock = said.pop("lock", lock)
        found = rubric_of(said["path"]) if set(said) == {"path"} else rubric.parse(said, where="rubric")
    elif isinstance(given, str | Path):
        path = Path(given)
        shipped = isinstance(given, str) and not path.suffix and not path.exists()
        found = names.rubric_named(str(given)) if shipped else rubric.load(path)
    else:
        raise ConfigError(f"a {type(given).__name__} is no rubric", where="rubric", remedy="give a file or a mapping")
    return found if lock is None else found.locked(lock, where="rubric")


def _check(eval_names: object, asked: Asked) -> None:
    own = [name for name in ("prompt", "rubric", "custom") if getattr(asked, name) is not None]
    if asked.custom is not None and eval_names is not None and eval_names != asked.custom.name:
        raise ConfigError(
            f"CustomLLMJudge {asked.custom.name!r} brings its own criteria",
            where="evaluate",
            remedy="leave the evaluator's name out, or name its model: judge='openai/gpt-5'",
        )
    if len(own) > 1:
        raise ConfigError(f"{' and '.join(own)} cannot go together", where="evaluate", remedy="give one of them")
    if eval_names is not None and not isinstance(eval_names, Iterable):
        raise ConfigError(f"{eval_names!r} names no evaluator", where="evaluate", remedy="a name, or a list of names")
    if own and asked.way in {"program", "heuristic"}:
        raise ConfigError(f"a {own[0]} is for a judge", where="engine", remedy="leave engine out, or engine='llm'")
    if own and eval_names is not None and not isinstance(eval_names, str):
        raise ConfigError(f"a {own[0]} is one evaluation", where="evaluate", remedy="leave the list of names out")
    limit = asked.threshold
    number = isinstance(limit, int | float) and not isinstance(limit, bool)
    if limit is not None and not (number and math.isfinite(limit) and 0 <= limit <= 1):
        raise ConfigError(f"{limit!r} is no threshold", where="threshold", remedy="a number from 0 to 1")


def _named(name: object, asked: Asked) -> Question:
    try:
        found = names.find(str(name))
    except UnknownName as error:
        return Wrong(str(name), str(error), "unknown_evaluator")
    name = str(name)
    if asked.way == "heuristic":
        return _heuristic(name, found, asked)
    return _judged(name, found, asked) if found.needs_judge else _programmed(name, found, asked)


def _programmed(name: str, found: Evaluator, asked: Asked) -> Question:
    if asked.way == "judge":
        what = f"{found.name} is measured by a program, which no judge does better: leave engine out"
        return Wrong(name, what, "wrong_engine")
    return ByProgram(name, found.load(), asked.threshold, found.kind == "dataset")


def _judged(name: str, found: Evaluator, asked: Asked) -> Question:
    if asked.way == "program":
        return Wrong(name, f"{found.name} needs a judge: no program decides it", "wrong_engine")
    loaded = found.load()
    if found.kind == "rubric":
        return _by_rubric(loaded, name, asked)
    if found.kind == "claims":
        judging = partial(loaded, threshold=asked.threshold)
        return ByJudge(name, judging, found.name, claims.fingerprint, label=claims.LABEL, threshold=asked.threshold)
    return Wrong(name, f"{found.name} compares two outputs: see windrow.metrics.CustomLLMJudge.compare", "of_a_pair")


def _heuristic(name: str, found: Evaluator, asked: Asked) -> Question:
    from windrow.evaluation.heuristics import HEURISTICS  # noqa: PLC0415 - for those who ask for one

    if not found.needs_judge:
        return _programmed(name, found, asked)
    measure = HEURISTICS.get(found.name)
    if measure is None:
        known = ", ".join(HEURISTICS)
        return Wrong(name, f"there is no heuristic for {found.name} (there is one for: {known})", "no_heuristic")
    return ByProgram(name, measure, asked.threshold)


def _by_rubric(chosen: Rubric, name: str, asked: Asked) -> ByJudge:
    judging = partial(pointwise.judge_rubric, chosen, threshold=asked.threshold)
    prints = partial(pointwise.fingerprint, chosen)
    return ByJudge(name, judging, f"rubric {chosen.name}", prints, threshold=asked.threshold)


def _by_own_words(judge: CustomLLMJudge) -> ByJudge:
    gaps = {found["double"] or found["single"] for found in GAP.finditer(judge.grading_criteria)}
    shows = frozenset({*CANONICAL, *SIDES, *gaps})
    prints = judge.fingerprint
    return ByJudge(
        judge.name, judge.judge, f"criteria {judge.rubric_hash}", prints, shows, own_words.LABEL, judge.threshold
    )
