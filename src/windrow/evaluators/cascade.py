"""A cheap judge first, asked as several annotators; a strong one only where those are not sure; then a person.

How often simulated annotators agree tells how far a cheap judge is to be trusted on this one row (Jung, Brahman and
Choi 2024, arXiv 2407.18370). A verdict counts only where their agreement reaches the confidence that a calibration
asks for; everything else goes up a level. Nobody is asked whose answer could not change what becomes of the row.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import TYPE_CHECKING, Any, TypeAlias

from windrow.errors import ConfigError
from windrow.evaluators.panel import commonest_failure, every, member, said_by, vote
from windrow.evaluators.results import EvalError, EvalResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.evaluators.results import Vote

JudgeAs: TypeAlias = Callable[[str, int], Awaitable[EvalResult]]
"""From a role and the number of an annotator (0 for the judge as itself) to what the judge says."""
Strong: TypeAlias = Callable[[], Awaitable[EvalResult]]

ANNOTATORS = 5
SURE = 0.8  # of five annotators, four
CLOSE = 1e-9
UNDECIDED = frozenset({"judge_disagreement", "escalated"})


@dataclass(frozen=True, slots=True)
class Confidence:
    """The share of the annotators that must agree to `accept` or to `reject` a row, each above one half.

    Measured by a calibration for each class, where there is one: a judge may be sure of its passes and not of its
    fails.
    """

    accept: float = SURE
    reject: float = SURE

    def __post_init__(self) -> None:
        for name, share in (("accept", self.accept), ("reject", self.reject)):
            if not 0.5 < share <= 1.0:  # noqa: PLR2004 - of one half and less, both verdicts could be sure
                raise ConfigError(f"{share} is no confidence: it lies above 0.5 and up to 1", where=name)


@dataclass(slots=True)
class _Count:
    """How the annotators of one row stand. `silent` gave no verdict, and are not asked again."""

    annotators: int
    accept: int
    reject: int
    results: list[EvalResult] = field(default_factory=list)
    passes: int = 0
    fails: int = 0

    def add(self, result: EvalResult) -> None:
        self.results.append(result)
        self.passes += result.passed is True
        self.fails += result.passed is False

    @property
    def silent(self) -> int:
        return len(self.results) - self.passes - self.fails

    @property
    def verdict(self) -> bool | None:
        """What is sure; None where nothing is, or not yet."""
        return True if self.passes >= self.accept else False if self.fails >= self.reject else None

    @property
    def may_decide(self) -> bool:
        """Whether there would be a verdict if all who are silent, or were not asked, said the right thing."""
        return self.annotators - self.fails >= self.accept or self.annotators - self.passes >= self.reject

    @property
    def next(self) -> int:
        """How many more may be asked at once, of whom none is asked in vain. 0: it is decided, one way or another."""
        left = self.annotators - len(self.results)
        to_accept, to_reject = self.accept - self.passes, self.reject - self.fails
        if self.verdict is not None or (to_accept > left and to_reject > left):
            return 0
        hopeless = left - min(to_accept, to_reject) + 1  # that many silent ones, and neither can be reached
        return min([hopeless, *(one for one in (to_accept, to_reject) if one <= left)])


async def cascade(
    judge_as: JudgeAs,
    strong: Strong | None = None,
    *,
    name: str = "cascade",
    role: str = "judge",
    annotators: int = ANNOTATORS,
    confidence: Confidence | None = None,
) -> EvalResult:
    """Ask `role` as annotators 0, 1, … up to `annotators` of them; accept or reject where enough agree, else ask
    `strong` (a judge or a panel).

    `confidence` of the result is the share of all annotators known to agree: those not asked any more count as if they
    differed. Without a sure verdict the result is unscored: `escalated`, for a person to decide, or the judges' own
    failure where an answer in its place might have decided. `metadata` says the level that decided and the calls made
    on each.
    """
    sure = confidence or Confidence()
    if annotators < 1:
        raise ConfigError(f"a cascade asks at least one annotator, not {annotators}", where=name)
    accept, reject = (ceil(share * annotators - CLOSE) for share in (sure.accept, sure.reject))
    count = _Count(annotators, accept, reject)
    while count.next:
        start = len(count.results)
        asked = [str(number) for number in range(start, start + count.next)]
        for result in await every(lambda number: judge_as(role, int(number)), asked, name=name):
            if said_by(result) in {"failed", "skipped"}:
                return replace(result, metadata={**result.metadata, "level": "cheap", "calls": len(asked) + start})
            count.add(result)
    told: dict[str, Any] = {
        "level": "cheap", "levels": {"cheap": len(count.results)}, "calls": sum(map(_calls, count.results)),
        "annotators": annotators, "lambda": {"accept": sure.accept, "reject": sure.reject},
        "cheap": {"pass": count.passes, "fail": count.fails, "unscored": count.silent},
    }  # fmt: skip
    votes = tuple(vote(f"{role}#{number}", result) for number, result in enumerate(count.results))
    if count.verdict is not None:
        return _by_the_cheap(count, name, votes, told)
    return await _further(strong, count, name, votes, told)


def _by_the_cheap(count: _Count, name: str, votes: tuple[Vote, ...], told: Mapping[str, Any]) -> EvalResult:
    agreeing = [result for result in count.results if result.passed is count.verdict]
    scores = [result.score for result in count.results if result.score is not None]
    share = len(agreeing) / count.annotators
    label = "pass" if count.verdict else "fail"
    return replace(
        agreeing[0], eval_name=name, score=sum(scores) / len(scores), passed=count.verdict, label=label,
        reason=f"{len(agreeing)} of {count.annotators} annotators say {label}: {agreeing[0].reason}".rstrip(": "),
        votes=votes, agreement=len(agreeing) / len(count.results), confidence=share, metadata=told, engine="cascade",
        cost=_summed(count.results),
    )  # fmt: skip


async def _further(
    strong: Strong | None, count: _Count, name: str, votes: tuple[Vote, ...], told: dict[str, Any]
) -> EvalResult:
    """What becomes of a row of which the cheap judge is not sure."""
    if strong is None:
        told["level"] = "human"
        return _left_open(count, name, votes, told, None)
    result = (await every(lambda _: strong(), ["strong"], name=name))[0]
    told["levels"] = {**told["levels"], "strong": _calls(result)}
    told["calls"] += _calls(result)
    told["strong"] = {**member(result), **{key: result.metadata[key] for key in KEPT if key in result.metadata}}
    votes = votes + (result.votes or (vote("strong", result),))
    told["level"] = "human" if said_by(result) == "" else "strong"
    if result.status == "unscored":
        return _left_open(count, name, votes, told, result)
    return replace(
        result, eval_name=name, votes=votes, metadata=told, engine="cascade", cost=_summed([*count.results, result]),
    )  # fmt: skip


KEPT = ("declared", "scored", "counts", "members", "warnings")


def _left_open(
    count: _Count, name: str, votes: tuple[Vote, ...], told: Mapping[str, Any], strong: EvalResult | None
) -> EvalResult:
    """No level was sure. Where an answer that did not come might have decided, that is the reason, and asking again is
    the remedy; otherwise a person must look."""
    failure = strong.error if strong is not None else commonest_failure(count.results) if count.may_decide else None
    sentence = f"of {count.annotators} annotators {count.passes} say pass and {count.fails} say fail"
    sentence += f", {count.silent} gave no verdict" if count.silent else ""
    sentence += f"; {strong.error}" if strong is not None else ""
    if failure is None or failure.type in UNDECIDED:
        error = EvalError(f"not sure enough: {sentence}", type="escalated")
    else:
        error = EvalError(sentence if strong is not None else f"{failure}; {sentence}", type=failure.type)
    results = [*count.results, *([strong] if strong is not None else [])]
    return EvalResult(
        name, status="unscored", error=error, reason=str(error), metadata=told, votes=votes, engine="cascade",
        fidelity="model", confidence=max(count.passes, count.fails) / count.annotators,
        judge=next((result.judge for result in reversed(results) if result.judge is not None), None),
        cost=_summed(results),
    )  # fmt: skip


def _calls(result: EvalResult) -> int:
    return int(result.metadata.get("calls", 1))


def _summed(results: Sequence[EvalResult]) -> float | None:
    costs = [result.cost for result in results]
    return sum(cost for cost in costs if cost is not None) if None not in costs else None
