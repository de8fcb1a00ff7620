"""What an evaluation says: a score with its evidence, or why there is none.

The first eight fields have the names and types of `fi.evals.EvalResult`, so that code written for it reads on. The
semantics are ours: a score exists only where something was measured, and a result is never taken for its own verdict.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, get_args

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EvalStatus = Literal["completed", "failed", "unscored", "skipped"]
"""completed: measured. failed: asked wrongly (unknown name, missing input). unscored: the judge gave no usable verdict.
skipped: there is nothing to judge (empty output, no claims)."""

Fidelity = Literal["deterministic", "model", "heuristic"]
CriterionVerdict = Literal["pass", "fail", "not_applicable", "unscored"]


class EvalError(str):
    """Why there is no score: a sentence, with a stable slug in `type` (timeout, auth, unparsed, no_evidence, …)."""

    __slots__ = ("type",)
    type: str

    def __new__(cls, message: str, *, type: str) -> Self:  # noqa: A002 - the attribute's name in every tracer
        self = super().__new__(cls, message)
        self.type = type
        return self


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """One small question of a rubric, answered. `score` is in [0, 1], None unless `verdict` is pass or fail."""

    id: str
    verdict: CriterionVerdict
    score: float | None = None
    weight: float = 1.0
    critical: bool = False
    evidence: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    """What one judge of several said: of a panel, a cascade, or one order of a pair."""

    judge: str
    label: str
    score: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class JudgeInfo:
    """Who judged. `rubric_hash` locks the questions, `fingerprint` everything that may change a verdict: rubric,
    template, model, params and parser. `calibrated` is True only with a calibration of this very fingerprint."""

    model: str
    rubric_hash: str = ""
    fingerprint: str = ""
    calibrated: bool = False


@dataclass(frozen=True, slots=True)
class EvalResult:
    """One evaluation. `score` is in [0, 1] and 1 is always good; `passed` is `score >= threshold`, or None.

    `bool(result)` raises: `if result.passed is True:` says what is meant.
    """

    eval_name: str
    score: float | None = None
    passed: bool | None = None
    reason: str = ""
    latency_ms: float = 0.0
    status: EvalStatus = "completed"
    error: EvalError | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    threshold: float | None = None
    direction: str = "maximize"
    criteria: tuple[CriterionScore, ...] = ()
    votes: tuple[Vote, ...] = ()
    agreement: float | None = None
    confidence: float | None = None
    engine: str = ""
    fidelity: Fidelity = "deterministic"
    judge: JudgeInfo | None = None
    cost: float | None = None
    trace_id: str = ""
    span_id: str = ""

    def __post_init__(self) -> None:
        if self.status not in get_args(EvalStatus):
            msg = f"{self.eval_name}: {self.status!r} is none of {', '.join(get_args(EvalStatus))}"
            raise ValueError(msg)
        if self.status != "completed" and (self.score is not None or self.passed is not None):
            msg = f"{self.eval_name}: a result that is {self.status} has no score"
            raise ValueError(msg)
        if self.status == "completed" and self.score is None:
            msg = f"{self.eval_name}: a completed result has a score"
            raise ValueError(msg)
        if self.score is not None and not 0.0 <= self.score <= 1.0:
            msg = f"{self.eval_name}: {self.score} is no score between 0 and 1"
            raise ValueError(msg)
        if self.status in {"failed", "unscored"} and self.error is None:
            msg = f"{self.eval_name}: a result that is {self.status} says why in `error`"
            raise ValueError(msg)

    def __bool__(self) -> NoReturn:
        msg = "an EvalResult is neither true nor false: ask `result.passed is True`"
        raise TypeError(msg)


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Several evaluations of one output, or one of several, in the order asked."""

    results: tuple[EvalResult, ...]

    @property
    def success_rate(self) -> float:
        """The share of all results that was completed, as upstream has it: this says nothing of passing."""
        return sum(one.status == "completed" for one in self.results) / len(self.results) if self.results else 0.0

    @property
    def coverage(self) -> float:
        """The share of what could be judged (all but the skipped) that has a score; 0.0 of nothing."""
        due = [one for one in self.results if one.status != "skipped"]
        return sum(one.status == "completed" for one in due) / len(due) if due else 0.0

    @property
    def pass_rate(self) -> float | None:
        """The share of the completed that passed; None where nothing was completed with a verdict."""
        judged = [one.passed for one in self.results if one.passed is not None]
        return sum(judged) / len(judged) if judged else None

    def get(self, name: str) -> EvalResult | None:
        """The first result of that evaluator."""
        return next((one for one in self.results if one.eval_name == name), None)

    def __iter__(self) -> Iterator[EvalResult]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __getitem__(self, index: int) -> EvalResult:
        return self.results[index]
