"""One thread that writes, so that a batch of answers costs one fsync: group commit.

Whoever hands over a statement may wait for it. Everything handed over while a commit is on its way to the disk forms
the next batch. A commit costs what it changes on the disk, and an index of random keys changes a page for every key:
so urgent rows are written one after the other, with no index, and many at a time are put in their place later, together
with the rows that nobody waits for. On a calm day later is at once.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from windrow.errors import LedgerError
from windrow.ledger.segments import Insert, Packing, new_compressor

MOST = 2_000  # statements to one commit
# Seconds between commits for each entry of the last one, and at most: the busier, the more go together. It is nothing
# beside a model's answer, and every commit saved spares an fsync and a score of hand-overs of the interpreter's lock.
GATHER, GATHER_MOST = 0.000_1, 0.006
LATER, LATER_MOST = 0.25, 1_000  # seconds that rows may wait to be put in their place; or how many of them


if TYPE_CHECKING:
    import sqlite3

Waiter: TypeAlias = "asyncio.Future[None] | threading.Event | None"
Entry: TypeAlias = tuple[Insert | str, Sequence[Any], Waiter]
Inserts: TypeAlias = dict[Insert, list[Sequence[Any]]]


class Writer:
    """The writing thread of one connection. Not for use by several event loops at once.

    `settle` are the statements that put in their place the rows which were urgent.
    """

    def __init__(self, connection: sqlite3.Connection, *, where: str, settle: Sequence[str]) -> None:
        self._connection = connection
        self._where = where
        self._settle = settle
        self._unsettled = 0  # urgent rows not yet in their place
        self._held: Inserts = {}
        self._settled_at = 0.0
        self._queue: deque[Entry | None] = deque()
        # Not a SimpleQueue: on a busy machine its `get` with a short timeout may wait for ever (CPython 3.11).
        self._bell = threading.Event()
        self._asleep = False
        self._broken: LedgerError | None = None
        self._compressor = new_compressor()
        self._segment: int = connection.execute("SELECT coalesce(max(segment), 0) FROM segments").fetchone()[0]
        self._thread = threading.Thread(target=self._work, name="windrow-ledger", daemon=True)
        self._thread.start()

    def put(self, statement: Insert | str, values: Sequence[Any]) -> None:
        """Execute `statement` some time soon, in order. Raises the error that broke the ledger, if one has."""
        if self._broken is not None:
            raise self._broken
        self._hand_over((statement, values, None))

    def put_and_wait(self, statement: Insert | str, values: Sequence[Any]) -> asyncio.Future[None]:
        """Execute `statement`. The future is done when it is durable, or raises LedgerError."""
        if self._broken is not None:
            raise self._broken
        done = asyncio.get_running_loop().create_future()
        self._hand_over((statement, values, done))
        return done

    def drain(self) -> None:
        """Block until everything handed over so far is durable. Raises LedgerError."""
        done = threading.Event()
        self._hand_over(("", (), done))
        self._bell.set()
        while not done.wait(timeout=1.0):
            if not self._thread.is_alive():
                break
        if self._broken is not None:
            raise self._broken

    def close(self) -> None:
        """Write what is waiting and stop the thread."""
        self._hand_over(None)
        self._bell.set()
        self._thread.join()

    def _hand_over(self, entry: Entry | None) -> None:
        """Queue `entry`. A sleeping thread is woken once per turn of the event loop, not once per entry."""
        self._queue.append(entry)
        if self._asleep:
            try:
                asyncio.get_running_loop().call_soon(self._wake)
            except RuntimeError:  # no loop: a report, or the end of a run
                self._wake()

    def _wake(self) -> None:
        if self._asleep:
            self._asleep = False
            self._bell.set()

    def _work(self) -> None:
        while True:
            batch: list[Entry] = []
            ending = False
            while self._queue and len(batch) < MOST and not ending:
                entry = self._queue.popleft()
                ending = entry is None
                if entry is not None:
                    batch.append(entry)
            settling = ending or self._behind >= LATER_MOST or time.monotonic() - self._settled_at >= LATER
            if batch or (settling and self._behind):
                self._commit(batch, settling=settling)
            if ending:
                return
            if batch:
                self._gather(min(len(batch) * GATHER, GATHER_MOST))
            else:
                self._sleep()

    def _sleep(self) -> None:
        """Wait for something to do: for the next entry, or for when it is time to settle."""
        self._asleep = True
        if not self._queue:  # what came before the flag was up rang no bell
            self._bell.wait(LATER if self._behind else None)
            self._bell.clear()
        self._asleep = False

    @property
    def _behind(self) -> int:
        """How many rows are not yet in their place."""
        return self._unsettled + sum(map(len, self._held.values()))

    def _gather(self, seconds: float) -> None:
        """Let some entries come together before the next commit, unless somebody is waiting at the door."""
        if self._bell.wait(seconds):
            self._bell.clear()

    def _commit(self, batch: list[Entry], *, settling: bool) -> None:
        if self._broken is None:
            try:
                self._execute(batch, settling=settling)
            except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
                self._broken = self._translate(error)
                if self._connection.in_transaction:
                    self._connection.rollback()
        self._answer([waiter for _, _, waiter in batch if waiter is not None])

    def _execute(self, batch: list[Entry], *, settling: bool) -> None:
        packing = Packing(self._segment + 1, self._compressor)
        statements = list(self._statements(batch, packing, settling=settling))
        packed = packing.packed()
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        if packed is not None:
            connection.execute("INSERT INTO segments (segment, body) VALUES (?, ?)", (packing.segment, packed))
        for sql, values in statements:
            connection.execute(sql, values)
        connection.execute("COMMIT")
        if packed is not None:
            self._segment = packing.segment

    def _statements(
        self, batch: list[Entry], packing: Packing, *, settling: bool
    ) -> Iterator[tuple[str, Sequence[Any]]]:
        """SQL and its parameters, as few as can be: rows for one table go together; nothing crosses plain SQL."""
        urgent: Inserts = {}
        for statement, values, _ in batch:
            if isinstance(statement, Insert):
                (urgent if statement.urgent else self._held).setdefault(statement, []).append(values)
                continue
            yield from self._written(urgent, packing)
            yield from self._all_settled(packing)
            if statement:
                yield statement, values
        yield from self._written(urgent, packing)
        if settling:
            yield from self._all_settled(packing)

    def _written(self, urgent: Inserts, packing: Packing) -> Iterator[tuple[str, Sequence[Any]]]:
        self._unsettled += sum(map(len, urgent.values()))
        yield from _inserted(urgent, packing)

    def _all_settled(self, packing: Packing) -> Iterator[tuple[str, Sequence[Any]]]:
        if self._unsettled:
            yield from ((sql, ()) for sql in self._settle)
        yield from _inserted(self._held, packing)
        self._unsettled = 0
        self._settled_at = time.monotonic()

    def _answer(self, waiters: list[asyncio.Future[None] | threading.Event]) -> None:
        futures: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
        for waiter in waiters:
            if isinstance(waiter, threading.Event):
                waiter.set()
            else:
                futures.setdefault(waiter.get_loop(), []).append(waiter)
        for loop, waiting in futures.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_wake, waiting, self._broken)

    def _translate(self, error: Exception) -> LedgerError:
        text = str(error)
        if "full" in text:
            remedy = "free some space and run the same command again: every answer recorded so far is kept"
        elif "readonly" in text or "read-only" in text:
            remedy = "make the run folder writable, or choose another with --out"
        else:
            remedy = "run the same command again: every answer recorded so far is kept"
        raised = LedgerError(f"the ledger cannot be written: {text}", where=self._where, remedy=remedy)
        raised.__cause__ = error
        return raised


def _inserted(inserts: Inserts, packing: Packing) -> Iterator[tuple[str, Sequence[Any]]]:
    """The statements that insert these rows; `inserts` is empty then."""
    yield from chain.from_iterable(insert.statements(rows, packing) for insert, rows in inserts.items())
    inserts.clear()


def _wake(waiting: list[asyncio.Future[None]], error: LedgerError | None) -> None:
    for future in waiting:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
