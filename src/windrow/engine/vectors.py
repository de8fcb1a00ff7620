"""The vectors of texts, asked for like everything else: through a lane, durable before they are used, never twice.

The key of a vector is made of its text and of the model, its endpoint and its settings, and of nothing that has to do
with the row it is asked for: one text that stands in many rows is asked for once.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from windrow.engine.lane import Drained, Lane
from windrow.errors import CallFailure, MissingError, WindrowError
from windrow.events import CallEnded, Noted
from windrow.ledger.base import Call
from windrow.teachers.vectors import LABEL, asked, identity, key_of, read

if TYPE_CHECKING:
    from array import array
    from collections.abc import Awaitable, Callable, Iterable, Iterator

    from windrow.events import Listener
    from windrow.ledger.base import Ledger
    from windrow.teachers.base import Request, Teacher
    from windrow.teachers.vectors import Embedded

KEPT = 1_024  # vectors in memory, the latest
REMEMBERED = 1_024  # failures, the latest
UNASKED = "no_vector"


class Embeddings:
    """The vectors of one run. `silent` says, as a slug, why nothing more is asked; `shut` is set to drain it, and
    `under_way` holds the keys being asked for."""

    def __init__(
        self, teacher: Teacher, ledger: Ledger, listener: Listener, *, dimensions: int | None = None, wait: float = 1.0
    ) -> None:
        self.address = teacher.address
        self.identity = identity(teacher)
        self.concurrency = teacher.pace.concurrency
        self.shut = asyncio.Event()
        self.under_way: dict[bytes, asyncio.Future[None]] = {}
        self.silent = ""
        self.why = ""
        self._teacher = teacher
        self._ledger = ledger
        self._listener = listener
        self._dimensions = dimensions
        self._lane = Lane(teacher, listener, wait=wait)
        self._latest: dict[bytes, array[float]] = {}
        self._failed: dict[bytes, CallFailure] = {}

    def reopen(self) -> None:
        """Ask again after a stage was drained, unless nobody answers."""
        if not self.silent:
            self.shut = asyncio.Event()

    async def fetch(self, text: str) -> None:
        """See `Vectors`. Raises what ends the run, and Drained once the stage wants nothing more."""
        key = key_of(self.identity, text)
        while (other := self.under_way.get(key)) is not None:
            await asyncio.wait((other,))
        if key in self._latest:
            return
        raw = self._ledger.find(key)
        if raw is not None:
            found = self._read(raw)
            self._remember(key, found.vector)
            await self._teacher.recalled(raw, asked(text))
            self._tell(found, cached=True, seconds=0.0)
        elif not self.silent:
            await self._ask(key, text)

    async def fetch_all(self, texts: Iterable[str]) -> None:
        """Those of all `texts`, as many at once as the endpoint takes. Cancelled, it lets calls under way come home."""
        source = iter(texts)
        width = self.concurrency + self.concurrency // 2
        workers = [asyncio.create_task(self._work(source)) for _ in range(width)]
        try:
            ended, _ = await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
            for worker in ended:
                worker.result()
        finally:
            self.shut.set()
            while self.under_way:
                await asyncio.wait(self.under_way.values())
                await asyncio.sleep(0)
            for worker in workers:
                worker.cancel()
            await asyncio.wait(workers)
            self.reopen()

    def get(self, text: str) -> array[float]:
        """See `Vectors`."""
        key = key_of(self.identity, text)
        found = self._latest.get(key)
        if found is None and (raw := self._ledger.find(key)) is not None:
            found = self._read(raw).vector
            self._remember(key, found)
        if found is None:
            raise self._failed.get(key) or CallFailure(
                self.why or "no vector was asked for", kind=self.silent or UNASKED, retryable=False, where=self.address
            )
        return found

    def missing(self, texts: Iterable[str]) -> Iterator[CallFailure]:
        """Why there is no vector, of each of `texts` that has none."""
        for text in texts:
            try:
                self.get(text)
            except CallFailure as failure:
                yield failure

    async def _work(self, source: Iterator[str]) -> None:
        for text in source:
            if self.silent:
                return
            await self.fetch(text)

    async def _ask(self, key: bytes, text: str) -> None:
        home = self.under_way[key] = asyncio.get_running_loop().create_future()
        try:
            await self._send(key, asked(text))
        except CallFailure as failure:
            self._fails(key, failure)
        except MissingError as error:
            cause = error.__cause__
            self._falls_silent(cause.kind if isinstance(cause, CallFailure) else "missing", str(error))
        except Drained:
            if not self.silent:
                raise
        except WindrowError:
            raise
        except Exception as error:  # noqa: BLE001 - a plug-in's bug costs this vector, and is shown
            what = f"{type(error).__name__}: {error}"
            self._fails(key, CallFailure(what, kind="crashed", retryable=False, where=self.address))
        finally:
            del self.under_way[key]
            home.set_result(None)

    async def _send(self, key: bytes, request: Request) -> None:
        body = self._teacher.encode(request)

        came: list[Embedded] = []

        def keep(raw: bytes, seconds: float, received: Callable[[], None]) -> Awaitable[None]:
            came.append(self._read(raw))  # what is no vector is no answer: it is asked for again
            self._tell(came[0], cached=False, seconds=seconds)
            return self._ledger.record(self._call(key, body, raw, came[0], seconds), received=received)

        started = time.perf_counter()
        try:
            await self._lane.call(body, request, keep=keep, shut=self.shut)
        except (CallFailure, MissingError) as error:
            failure = error if isinstance(error, CallFailure) else error.__cause__
            if isinstance(failure, CallFailure):
                await self._ledger.record(self._call(key, body, failure, None, time.perf_counter() - started))
                self._listener(CallEnded(self.address, "error", cached=False, seconds=0.0, error=failure.kind))
            raise
        self._remember(key, came[0].vector)
        self._failed.pop(key, None)

    def _read(self, raw: bytes) -> Embedded:
        return read(raw, dimensions=self._dimensions, where=self._teacher.endpoint or self.address)

    def _call(self, key: bytes, body: bytes, came: bytes | CallFailure, found: Embedded | None, seconds: float) -> Call:
        failure = came if isinstance(came, CallFailure) else None
        usage = found.usage if found is not None else None
        return Call(
            key=key,
            item=f"{LABEL}-{key.hex()}",
            label=LABEL,
            model=self.address,
            endpoint=self._teacher.endpoint,
            request=body,
            response=None if isinstance(came, CallFailure) else came,
            error=failure.kind if failure else "",
            detail=f"{failure.what} {failure.evidence}".strip() if failure else "",
            input_tokens=usage.input_tokens if usage else None,
            output_tokens=usage.output_tokens if usage else None,
            seconds=0.0 if failure else seconds,
        )

    def _tell(self, found: Embedded, *, cached: bool, seconds: float) -> None:
        usage = found.usage
        told: dict[str, Any] = {} if usage is None else {
            "input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens
        }  # fmt: skip
        self._listener(CallEnded(self.address, "ok", cached, seconds, **told))

    def _remember(self, key: bytes, vector: array[float]) -> None:
        self._forget_oldest(self._latest, KEPT)
        self._latest[key] = vector

    def _fails(self, key: bytes, failure: CallFailure) -> None:
        self._forget_oldest(self._failed, REMEMBERED)
        self._failed[key] = failure

    def _falls_silent(self, kind: str, why: str) -> None:
        if not self.silent:
            self.silent, self.why = kind, why
            self._listener(Noted(f"no more vectors are asked for: {why}", "warning"))
            self.shut.set()

    @staticmethod
    def _forget_oldest(kept: dict[bytes, Any], most: int) -> None:
        while len(kept) >= most:
            del kept[next(iter(kept))]
