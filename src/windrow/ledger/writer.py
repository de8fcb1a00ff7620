"""One thread that writes, so that a batch of answers costs one fsync: group commit.

Whoever hands over a statement may wait for it. Everything handed over while a commit is on its way to the disk forms
the next batch.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from itertools import groupby
from typing import TYPE_CHECKING, Any

from windrow.errors import LedgerError
from windrow.ledger.segments import Insert, Packing

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 2_000  # statements to one commit


class Writer:
    """The writing thread of one connection. Not for use by several event loops at once."""

    def __init__(self, connection: sqlite3.Connection, *, where: str) -> None:
        self._connection = connection
        self._where = where
        self._queue: queue.SimpleQueue[tuple[Insert | str, Any, asyncio.Future[None] | threading.Event | None] | None]
        self._queue = queue.SimpleQueue()
        self._broken: LedgerError | None = None
        self._segment: int = connection.execute("SELECT coalesce(max(segment), 0) FROM segments").fetchone()[0]
        self._thread = threading.Thread(target=self._work, name="windrow-ledger", daemon=True)
        self._thread.start()

    def put(self, statement: Insert | str, values: Sequence[Any]) -> None:
        """Execute `statement` some time soon, in order. Raises the error that broke the ledger, if one has."""
        if self._broken is not None:
            raise self._broken
        self._queue.put((statement, values, None))

    async def put_and_wait(self, statement: Insert | str, values: Sequence[Any]) -> None:
        """Execute `statement` and return when it is durable, or raise LedgerError."""
        if self._broken is not None:
            raise self._broken
        done = asyncio.get_running_loop().create_future()
        self._queue.put((statement, values, done))
        await done

    def drain(self) -> None:
        """Block until everything handed over so far is durable. Raises LedgerError."""
        done = threading.Event()
        self._queue.put(("", (), done))
        while not done.wait(timeout=1.0):
            if not self._thread.is_alive():
                break
        if self._broken is not None:
            raise self._broken

    def close(self) -> None:
        """Write what is waiting and stop the thread."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while True:
            batch, more = self._take()
            if batch:
                self._commit(batch)
            if not more:
                return

    def _take(self) -> tuple[list[Any], bool]:
        batch: list[Any] = []
        entry = self._queue.get()
        while entry is not None:
            batch.append(entry)
            if len(batch) >= MOST:
                break
            try:
                entry = self._queue.get_nowait()
            except queue.Empty:
                break
        return batch, entry is not None

    def _commit(self, batch: list[Any]) -> None:
        if self._broken is None:
            try:
                self._execute(batch)
            except sqlite3.Error as error:
                self._broken = self._translate(error)
                if self._connection.in_transaction:
                    self._connection.rollback()
        self._answer([waiter for _, _, waiter in batch if waiter is not None])

    def _execute(self, batch: list[Any]) -> None:
        packing = Packing(self._segment + 1)
        statements: list[tuple[str, Any]] = []
        for statement, group in groupby(batch, key=_statement):
            rows = [values for _, values, _ in group]
            if isinstance(statement, Insert):
                statements += statement.statements(rows, packing)
            elif statement:
                statements += [(statement, values) for values in rows]
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

    def _translate(self, error: sqlite3.Error) -> LedgerError:
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


def _statement(entry: tuple[Insert | str, Any, Any]) -> Insert | str:
    return entry[0]


def _wake(waiting: list[asyncio.Future[None]], error: LedgerError | None) -> None:
    for future in waiting:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
