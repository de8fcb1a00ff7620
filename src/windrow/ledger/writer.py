"""One thread that writes, so that a batch of answers costs one fsync: group commit.

Whoever hands over a statement may wait for it. Everything handed over while one batch is on its way to the disk forms
the next. A transaction costs what it changes on the disk, and an index of random keys changes a page for every key: so
rows that must not be lost are appended to a journal, and many at a time are put in their place later, together with the
rows that nobody waits for. On a calm day later is at once.
"""

from __future__ import annotations

import asyncio
import errno
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from windrow.errors import LedgerError
from windrow.ledger.journal import record
from windrow.ledger.segments import Insert, Packing, new_compressor

MOST = 2_000  # statements to one batch
# Seconds between batches for each entry of the last one, and at most: the busier, the more go together. It is nothing
# beside a model's answer, and every batch saved spares an fsync and a score of hand-overs of the interpreter's lock.
GATHER, GATHER_MOST = 0.000_1, 0.006
# Seconds that rows may wait to be put in their place; or how many of them; or how many bytes of bodies they have.
LATER, LATER_MOST, LATER_HEAVIEST = 0.25, 500, 8 << 20
SETTLED = "UPDATE journal SET settled = ?"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


if TYPE_CHECKING:
    import sqlite3

    from windrow.ledger.journal import Journal

Waiter: TypeAlias = "asyncio.Future[None] | threading.Event | None"
Entry: TypeAlias = tuple[Insert | str, Sequence[Any], Waiter, int, bytes]
"""A statement, its values, who waits for it, and its number and record in the journals: 0 where it is in none."""
Inserts: TypeAlias = dict[Insert, list[Sequence[Any]]]


class Writer:
    """The writing thread of one connection. Not for use by several event loops at once.

    `received` is the journal that the event loop writes, `durable` the one that the thread writes and syncs; `last` is
    the number of the last record there ever was. `settled` is called, by the thread, with the rows that were in the
    journals and are in their place now.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        received: Journal,
        durable: Journal,
        last: int,
        where: str,
        settled: Callable[[Sequence[Sequence[Any]]], None],
    ) -> None:
        self._connection = connection
        self._received, self._durable = received, durable
        self._last = last
        self._where = where
        self._settled = settled
        self._turn: list[Entry] = []  # what was kept and is not written
        self._told: list[Callable[[], None]] = []
        self._held: Inserts = {}
        self._journaled: list[Sequence[Any]] = []  # those of the held that are in the journals
        self._placing: list[Sequence[Any]] = []  # those of them that the transaction puts in their place
        self._number = self._noted = last  # the last that is held; the last that the database was told of
        self._behind = 0  # how many are held
        self._weight = 0
        self._settled_at = self._synced_at = 0.0
        self._queue: deque[Entry | None] = deque()
        self._secured: list[Entry] = []  # taken from the queue amid a transaction: the first of the next batch
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
        self._hand_over((statement, values, None, 0, b""))

    def put_and_wait(self, statement: str, values: Sequence[Any]) -> asyncio.Future[None]:
        """Execute `statement`. The future is done when it is durable, or raises LedgerError."""
        if self._broken is not None:
            raise self._broken
        done = asyncio.get_running_loop().create_future()
        self._hand_over((statement, values, done, 0, b""))
        return done

    def keep(
        self, insert: Insert, values: Sequence[Any], received: Callable[[], None] | None = None
    ) -> asyncio.Future[None]:
        """Insert a row that must not be lost. The future is done when it is durable, or raises LedgerError.

        `received` is called as soon as the row would outlive this process, or cannot be kept.
        """
        if self._broken is not None:
            raise self._broken
        loop = asyncio.get_running_loop()
        if not self._turn:
            loop.call_soon(self._end_turn)
        done = loop.create_future()
        number = self._last + 1
        self._turn.append((insert, values, done, number, record(number, values)))
        self._last = number
        if received is not None:
            self._told.append(received)
        return done

    def _end_turn(self) -> None:
        """Give what was kept since the last time to the operating system, and to the thread."""
        turn, told = self._turn, self._told
        if not turn:
            return
        self._turn, self._told = [], []
        try:
            self._received.write([entry[4] for entry in turn], turn[-1][3])
        except (OSError, MemoryError) as error:
            self._broken = self._broken or self._translate(error)
        self._queue.extend(turn)  # where they could not be written, whoever waits is told there
        self._call()
        for received in told:
            received()

    def drain(self) -> None:
        """Block until everything handed over so far is durable and in its place. Raises LedgerError."""
        done = threading.Event()
        self._hand_over(("", (), done, 0, b""))
        self._bell.set()
        while not done.wait(timeout=1.0):
            if not self._thread.is_alive():
                break
        if self._broken is not None:
            raise self._broken

    def close(self) -> bool:
        """Write what is waiting and stop the thread. Returns whether all of it is in its place: the journals may go."""
        self._hand_over(None)
        self._bell.set()
        self._thread.join()
        self._received.close()
        self._durable.close()
        done = self._broken is None and self._noted == self._last
        self._broken = self._broken or LedgerError("the ledger was closed", where=self._where)
        return done

    def _hand_over(self, entry: Entry | None) -> None:
        """Queue `entry`, behind what was kept before it."""
        if entry is None or isinstance(entry[0], str):
            self._end_turn()
        self._queue.append(entry)
        self._call()

    def _call(self) -> None:
        """A sleeping thread is woken once per turn of the event loop, not once per entry."""
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
            batch, self._secured = self._secured, []
            ending = False
            while self._queue and len(batch) < MOST and not ending:
                entry = self._queue.popleft()
                ending = entry is None
                if entry is not None:
                    batch.append(entry)
            if batch or self._behind:
                self._commit(batch, ending=ending)
            if ending:
                return
            if batch or self._secured:
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

    def _gather(self, seconds: float) -> None:
        """Let some entries come together before the next commit, unless somebody is waiting at the door."""
        if self._bell.wait(seconds):
            self._bell.clear()

    def _commit(self, batch: list[Entry], *, ending: bool) -> None:
        if self._broken is None:
            try:
                self._secure(batch)
                self._execute(batch, ending=ending)
            except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
                self._broken = self._translate(error)
                if self._connection.in_transaction:
                    self._connection.rollback()
        # Who has heard that its row is durable is not told anything else now.
        self._answer([entry[2] for entry in batch if not entry[3] or self._broken is not None])

    def _secure(self, entries: list[Entry]) -> None:
        """Make durable what must not be lost, and tell those who wait for it."""
        kept = [entry for entry in entries if entry[4]]
        if kept:
            self._durable.write([entry[4] for entry in kept], kept[-1][3])
            self._durable.sync()
            self._answer([entry[2] for entry in kept])
            self._synced_at = time.monotonic()

    def _execute(self, batch: list[Entry], *, ending: bool) -> None:
        """One transaction, where there is something to do that does not wait for more."""
        packing = Packing(self._segment + 1, self._compressor)
        connection = self._connection
        for sql, values in self._statements(batch, packing, ending=ending):
            if not connection.in_transaction:
                connection.execute("BEGIN IMMEDIATE")
            connection.execute(sql, values)
            self._listen()
        if not connection.in_transaction:
            return
        packed = packing.packed()
        if packed is not None:
            connection.execute("INSERT INTO segments (segment, body) VALUES (?, ?)", (packing.segment, packed))
            self._listen()
        connection.execute("COMMIT")
        if packed is not None:
            self._segment = packing.segment
        placed, self._placing = self._placing, []
        self._received.settled(self._noted)
        self._durable.settled(self._noted)
        self._settled(placed)

    def _listen(self) -> None:
        """Amid a long transaction: whose row only goes to the journal does not wait for the end of it."""
        if not self._queue or time.monotonic() - self._synced_at < GATHER_MOST:
            return
        come: list[Entry] = []
        while self._queue and (entry := self._queue[0]) is not None and isinstance(entry[0], Insert):
            come.append(entry)
            self._queue.popleft()
        self._secured += come  # should this fail, they are told so with the next batch
        self._secure(come)
        told = [(insert, values, None, number, b"") for insert, values, _, number, _ in come]
        self._secured[len(self._secured) - len(come) :] = told

    def _statements(self, batch: list[Entry], packing: Packing, *, ending: bool) -> Iterator[tuple[str, Sequence[Any]]]:
        """SQL and its parameters, as few as can be: rows for one table go together; nothing crosses plain SQL."""
        for statement, values, _, number, _ in batch:
            if isinstance(statement, Insert):
                self._hold(statement, values, number)
                continue
            yield from self._placed(packing)
            if statement:
                yield statement, values
        late = time.monotonic() - self._settled_at >= LATER
        if ending or late or self._behind >= LATER_MOST or self._weight >= LATER_HEAVIEST:
            yield from self._placed(packing)

    def _hold(self, insert: Insert, values: Sequence[Any], number: int) -> None:
        self._held.setdefault(insert, []).append(values)
        self._behind += 1
        self._weight += insert.weight(values)
        if number:
            self._journaled.append(values)
            self._number = number

    def _placed(self, packing: Packing) -> Iterator[tuple[str, Sequence[Any]]]:
        """The statements that insert what is held by now."""
        held, self._held = self._held, {}
        self._placing += self._journaled
        self._journaled = []
        self._behind = self._weight = 0
        self._settled_at = time.monotonic()
        if self._number > self._noted:
            self._noted = self._number
            yield SETTLED, (self._number,)
        yield from chain.from_iterable(insert.statements(rows, packing) for insert, rows in held.items())

    def _answer(self, waiters: list[Waiter]) -> None:
        futures: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
        for waiter in waiters:
            if isinstance(waiter, threading.Event):
                waiter.set()
            elif waiter is not None:
                futures.setdefault(waiter.get_loop(), []).append(waiter)
        for loop, waiting in futures.items():
            with suppress(RuntimeError):  # the loop has closed: nobody waits there any more
                loop.call_soon_threadsafe(_wake, waiting, self._broken)

    def _translate(self, error: Exception) -> LedgerError:
        text = str(error)
        if "full" in text or (isinstance(error, OSError) and error.errno in FULL):
            remedy = "free some space and run the same command again: every answer recorded so far is kept"
        elif "readonly" in text or "read-only" in text.lower():
            remedy = "make the run folder writable, or choose another with --out"
        else:
            remedy = "run the same command again: every answer recorded so far is kept"
        raised = LedgerError(f"the ledger cannot be written: {text}", where=self._where, remedy=remedy)
        raised.__cause__ = error
        return raised


def _wake(waiting: list[asyncio.Future[None]], error: LedgerError | None) -> None:
    for future in waiting:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
