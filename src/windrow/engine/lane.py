"""One lane per model of an endpoint: how many requests may be under way, what is tried again, when to give up.

The limit is additive-increase, multiplicative-decrease: it starts at the configured maximum, halves when the server
says "too many", and creeps up again. A request that may succeed later goes back to the same queue. A lane on which
nothing works any more stops the run, which can be resumed, instead of failing every row in turn.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from typing import TYPE_CHECKING, TypeAlias

from windrow.errors import CallFailure, MissingError
from windrow.events import EndpointPaused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from windrow.events import Listener
    from windrow.teachers.base import Request, Teacher

CROWDED = frozenset({"rate_limited", "overloaded"})
CROWDED_STATUS = frozenset({429, 503, 529})
FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
LONGEST_PAUSE = 300.0
HOPELESS_IN_A_ROW = 3  # calls that used up their retries, with no success between them
REFUSED_IN_A_ROW = 20  # requests called bad, with no success ever
DEFINITE = frozenset({"auth", "not_found"})  # one of these before any success: no call will succeed
PATIENCE_FOR_THE_FIRST = 2  # retries of a connection that never once worked


Keep: TypeAlias = "Callable[[bytes, float, Callable[[], None]], Awaitable[None]]"
"""`keep(response, seconds, received)` stores a response, as `Ledger.record` does, or refuses it with a CallFailure."""


class Drained(asyncio.CancelledError):
    """The stage has what it wanted: an item that would need another call ends here."""


class Lane:
    """The requests to one model of one endpoint. `wait` is a factor on every back-off: 0 in tests."""

    def __init__(self, teacher: Teacher, listener: Listener, *, wait: float = 1.0) -> None:
        self._teacher = teacher
        self._pace = teacher.pace
        self._listener = listener
        self._wait = wait
        self._limit = float(max(1, self._pace.concurrency))
        self._active = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._quiet_until = 0.0
        self._eased_at = 0
        self._ended = 0
        self._succeeded = 0
        self._hopeless = 0
        self._refused = 0

    @property
    def limit(self) -> int:
        """Requests that may be under way now."""
        return int(self._limit)

    async def call(
        self,
        body: bytes,
        request: Request,
        *,
        keep: Keep,
        shut: asyncio.Event,
    ) -> None:
        """Send until there is a response or no hope; `keep` makes it durable.

        The place in the lane is held until the response is received: written where a kill of this process does not
        reach it. So what a kill can cost is what was under way. Once `shut` is set nothing new is sent (Drained).
        Raises CallFailure, or MissingError where the whole lane has failed.
        """
        tries = 0
        while True:
            if self._active + 1 <= self._limit and not self._quiet_until and not shut.is_set():
                self._active += 1
            else:
                await self._enter(shut)
            try:
                started = time.perf_counter()
                raw = await self._teacher.send(body, request)
                kept = keep(raw, time.perf_counter() - started, self._leave)
            except CallFailure as failure:
                tries += 1
                try:
                    self._failed(failure)
                    if not failure.retryable or tries > self._patience(failure):
                        self._give_up(failure)
                        raise
                    pause = self._pause(failure, tries)
                finally:
                    self._leave()
            except BaseException:
                self._leave()
                raise
            else:
                self._worked()
                await kept
                return
            await _rest(pause * self._wait, shut)

    async def _enter(self, shut: asyncio.Event) -> None:
        while True:
            if shut.is_set():
                self._call_next()
                raise Drained
            if self._active >= self.limit:
                turn = asyncio.get_running_loop().create_future()
                self._queue.append(turn)
                try:
                    await turn
                except asyncio.CancelledError:
                    if turn.done() and not turn.cancelled():
                        self._call_next()
                    raise
                continue
            quiet = self._quiet_until - time.monotonic()
            if quiet <= 0:
                self._active += 1
                return
            try:
                await _rest(quiet, shut)
            except asyncio.CancelledError:
                self._call_next()  # whoever leaves instead of entering hands its turn on
                raise

    def _leave(self) -> None:
        self._active -= 1
        self._ended += 1
        self._call_next()

    def _call_next(self) -> None:
        free = self.limit - self._active
        while free > 0 and self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                free -= 1

    def _worked(self) -> None:
        self._succeeded += 1
        self._hopeless = 0
        if self._limit < self._pace.concurrency:
            self._limit = min(self._limit + 1 / self._limit, self._pace.concurrency)

    def _failed(self, failure: CallFailure) -> None:
        if failure.kind not in CROWDED and failure.status not in CROWDED_STATUS:
            return
        if self._pace.adaptive and self._ended >= self._eased_at:
            self._limit = max(1.0, self._limit / 2)
            self._eased_at = self._ended + self._active  # those under way were sent at the old pace
        if failure.retry_after:
            seconds = min(failure.retry_after, LONGEST_PAUSE) * self._wait
            until = time.monotonic() + seconds
            if until > self._quiet_until + 0.5:
                self._listener(EndpointPaused(self._teacher.endpoint, seconds, str(failure.what)))
            self._quiet_until = max(self._quiet_until, until)

    def _patience(self, failure: CallFailure) -> int:
        if failure.kind == "connect" and not self._succeeded:
            return min(PATIENCE_FOR_THE_FIRST, self._pace.retries)
        return self._pace.retries

    def _pause(self, failure: CallFailure, tries: int) -> float:
        backoff = random.uniform(0.5, 1.0) * min(FIRST_WAIT * 2.0 ** (tries - 1), LONGEST_WAIT)
        return max(backoff, min(failure.retry_after or 0.0, LONGEST_PAUSE))

    def _give_up(self, failure: CallFailure) -> None:
        if failure.kind in {"bad_request", "content_filter", "no_recording", "unsupported"}:
            self._refused += 1
            if failure.kind == "bad_request" and not self._succeeded and self._refused >= REFUSED_IN_A_ROW:
                raise self._stop(failure, "refuses every request") from failure
            return
        self._hopeless += 1
        if self._hopeless >= HOPELESS_IN_A_ROW or (
            not self._succeeded and (failure.kind in DEFINITE or failure.kind == "connect")
        ):
            raise self._stop(failure, "does not answer") from failure

    def _stop(self, failure: CallFailure, how: str) -> MissingError:
        return MissingError(
            f"{self._teacher.address} {how}: {failure.what}",
            where=self._teacher.endpoint,
            remedy=failure.remedy or "check `windrow doctor`, then run the same command again: it resumes",
        )


async def _rest(seconds: float, shut: asyncio.Event) -> None:
    """Sleep, or leave at once when the stage shuts."""
    if shut.is_set():
        raise Drained
    try:
        await asyncio.wait_for(shut.wait(), seconds)
    except TimeoutError:
        return
    raise Drained
