"""Many rows, by many names: rows stream in, results stream out in their order, and memory stays bounded.

    for scored in evaluate_rows(rows, ["task_adherence", "faithfulness"], concurrency=16):
        if scored.passed is True: keep(scored.row)

One row's failure never costs another row.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict, Unpack

from windrow.errors import ConfigError
from windrow.evaluation.door import How, raise_for
from windrow.evaluation.loop import submit, wait_for
from windrow.evaluation.questions import Asked, ByJudge, ByProgram, Question, Wrong
from windrow.evaluation.records import RecordError, given_of
from windrow.evaluation.session import CONCURRENCY, offline
from windrow.evaluators.inputs import resolve
from windrow.evaluators.results import BatchResult, EvalError, EvalResult

if TYPE_CHECKING:
    from concurrent.futures import Future

    from windrow.evaluation.door import Judges, Order
    from windrow.evaluation.session import Session
    from windrow.row import Row

OnRowError: TypeAlias = Literal["quarantine", "raise"]
Record: TypeAlias = "Row | Mapping[str, Any]"
AHEAD = 4  # rows under way or waiting for their turn, in multiples of what runs at once


class Telling(TypedDict, total=False):
    """What else `evaluate_rows` can be told; see `evaluate`."""

    prompt: str | None
    engine: str | None
    model: str | None
    threshold: float | None
    judge: Judges | None
    rubric: object
    samples: int


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """A row with its results, one for each name, in the order asked. `number` counts from 0."""

    number: int
    row: Record
    results: BatchResult

    @property
    def passed(self) -> bool | None:
        """True where every result that applies passed, False where one did not; None where a verdict is missing."""
        told = [one.passed for one in self.results if one.status != "skipped"]
        if False in told:
            return False
        return True if told and all(told) else None

    @property
    def quarantined(self) -> bool:
        """Whether an evaluation that was due gave no verdict."""
        return any(one.status in {"failed", "unscored"} for one in self.results)


def evaluate_rows(
    rows: Iterable[Record],
    eval_names: str | Sequence[str] | None = None,
    *,
    concurrency: int = CONCURRENCY,
    on_error: OnRowError = "quarantine",
    **how: Unpack[Telling],
) -> Iterator[ScoredRow]:
    """Evaluate every row by every name; see `evaluate` for the rest.

    Rows are windrow's own, or mappings in any common shape (instruction/response, prompt/completion, messages,
    question/answer/context, …). `concurrency` bounds the rows that are evaluated at once, and the requests to each
    judge. A row without all its verdicts is `quarantined`, with each reason in its results; on_error="raise" raises at
    the first. Raises ConfigError for what is wrong whatever the row.
    """
    order = _ordered(eval_names, concurrency, on_error, how)
    if all(isinstance(one, ByProgram | Wrong) for one in order.questions):
        return _offline(rows, order, on_error)
    return _raised(stream(rows, order, order.open(concurrency=concurrency), concurrency), on_error)


async def aevaluate_rows(
    rows: Iterable[Record] | AsyncIterable[Record],
    eval_names: str | Sequence[str] | None = None,
    *,
    concurrency: int = CONCURRENCY,
    on_error: OnRowError = "quarantine",
    **how: Unpack[Telling],
) -> AsyncIterator[ScoredRow]:
    """`evaluate_rows`, for code that is asynchronous itself; `rows` may be too."""
    order = _ordered(eval_names, concurrency, on_error, how)
    work = Work(order.open(concurrency=concurrency), order, concurrency)
    waiting: deque[asyncio.Task[ScoredRow]] = deque()
    try:
        number = 0
        async for row in _aiter(rows):
            waiting.append(asyncio.create_task(work.score(number, row)))
            number += 1
            while waiting and (waiting[0].done() or len(waiting) >= AHEAD * concurrency):
                yield _heard(await waiting.popleft(), on_error)
            await asyncio.sleep(0)
        while waiting:
            yield _heard(await waiting.popleft(), on_error)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await work.close()


class Work:
    """Scores rows in a session, so many at once."""

    def __init__(self, session: Session, order: Order, concurrency: int) -> None:
        self._session = session
        self._order = order
        self._places = asyncio.Semaphore(concurrency)
        self._under_way: set[asyncio.Task[Any]] = set()

    async def score(self, number: int, row: Record) -> ScoredRow:
        """One row by every question. Raises only where a ledger breaks."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        self._under_way.add(task)
        try:
            return await self._score(number, row)
        finally:
            self._under_way.discard(task)

    async def close(self) -> None:
        """End what is under way, and the session."""
        ended = list(self._under_way)
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)
        await self._session.close()

    async def _score(self, number: int, row: Record) -> ScoredRow:
        async with self._places:
            try:
                given = given_of(row)
            except RecordError as error:
                return _unread(number, row, error, self._order)
            asked = [self._session.answer(one, _shown(one, given)) for one in self._order.questions]
            results = await asyncio.gather(*asked)
        return ScoredRow(number, row, BatchResult(tuple(results)))


def _ordered(eval_names: str | Sequence[str] | None, concurrency: int, on_error: OnRowError, how: Telling) -> Order:
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
        raise ConfigError(f"{concurrency!r} is no concurrency", where="concurrency", remedy="a whole number ≥ 1")
    if on_error not in {"quarantine", "raise"}:
        raise ConfigError(f"{on_error!r} is unknown", where="on_error", remedy="one of: quarantine, raise")
    asked = Asked(how.get("prompt"), how.get("engine"), how.get("model"), how.get("threshold"), how.get("rubric"))
    return How(asked, how.get("judge"), how.get("samples", 1)).ordered(eval_names).of_rows()


def _offline(rows: Iterable[Record], order: Order, on_error: OnRowError) -> Iterator[ScoredRow]:
    for number, row in enumerate(rows):
        try:
            given = given_of(row)
        except RecordError as error:
            yield _heard(_unread(number, row, error, order), on_error)
            continue
        results = [offline(one, given) for one in order.questions if isinstance(one, ByProgram | Wrong)]
        yield _heard(ScoredRow(number, row, BatchResult(tuple(results))), on_error)


def stream(rows: Iterable[Record], order: Order, session: Session, concurrency: int) -> Iterator[ScoredRow]:
    """Score rows in `session`, which is closed at the end. Rows are read here, where their iterable may do as it likes;
    they are scored on the loop."""
    work = Work(session, order, concurrency)
    waiting: deque[Future[ScoredRow]] = deque()
    try:
        for number, row in enumerate(rows):
            waiting.append(submit(work.score(number, row)))
            while waiting and (waiting[0].done() or len(waiting) >= AHEAD * concurrency):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
        wait_for(work.close())


def over_all(question: ByProgram, rows: Iterable[Record]) -> EvalResult:
    """The answer to a question about all rows together, of which none is held. Raises RecordError for no row."""
    return offline(question, {"outputs": (resolve(given_of(row)).output for row in rows)})


def _raised(scored: Iterator[ScoredRow], on_error: OnRowError) -> Iterator[ScoredRow]:
    for one in scored:
        yield _heard(one, on_error)


def _shown(question: Question, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What of a row the question is told."""
    if not isinstance(question, ByJudge) or question.shows is None:
        return given
    return {name: value for name, value in given.items() if name in question.shows}


def _unread(number: int, row: Record, error: RecordError, order: Order) -> ScoredRow:
    what = EvalError(str(error), type="bad_row")
    names = [one.name or "custom_prompt" for one in order.questions]
    results = tuple(EvalResult(name, status="failed", reason=str(error), error=what) for name in names)
    return ScoredRow(number, row, BatchResult(results))


def _heard(scored: ScoredRow, on_error: OnRowError) -> ScoredRow:
    if on_error == "raise":
        for one in scored.results:
            raise_for(one)
    return scored


async def _aiter(rows: Iterable[Record] | AsyncIterable[Record]) -> AsyncIterator[Record]:
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
        return
    for row in rows:
        yield row
