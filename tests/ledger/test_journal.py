"""What is kept amid a transaction, beside a reader, or after the end: nothing hangs, nothing stale is served."""

import asyncio
import sqlite3
import threading
import time
from contextlib import closing

import pytest
from test_sqlite_ledger import call, opened, record

from windrow.errors import LedgerError
from windrow.ledger.journal import Journal
from windrow.ledger.sqlite import SQLiteLedger


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.sqlite"


class Halt:
    """Halts the ledger's thread once, amid its next transaction, until it may go on."""

    def __init__(self, ledger):
        self.listens = ledger._writer._listen
        self.armed, self.came, self.goes = True, threading.Event(), threading.Event()
        ledger._writer._listen = self

    def __call__(self):
        if self.armed:
            self.armed = False
            self.came.set()
            self.goes.wait(10)
            time.sleep(0.02)  # long enough for the transaction to listen
        self.listens()


def test_who_keeps_a_call_amid_a_transaction_hears_of_a_full_disk(path, monkeypatch):
    write, full = Journal.write, threading.Event()

    def written(journal, records, last):
        if full.is_set() and "durable" in journal._paths[0].name:
            raise OSError(28, "No space left on device")
        write(journal, records, last)

    monkeypatch.setattr(Journal, "write", written)

    async def work():
        with opened(path) as ledger:
            await ledger.record(call(0))
            halt = Halt(ledger)
            ledger.note("something")
            settled = asyncio.ensure_future(ledger.settle())
            await asyncio.to_thread(halt.came.wait, 10)
            received = asyncio.Event()
            durable = ledger.record(call(1), received=received.set)
            await received.wait()
            full.set()
            halt.goes.set()
            with pytest.raises(LedgerError, match=r"No space left.*free some space"):
                await asyncio.wait_for(durable, 10)
            with pytest.raises(LedgerError):
                await settled

    asyncio.run(work())
    with opened(path) as ledger:
        assert ledger.find(call(0).key) == ledger.find(call(1).key) == b"{}"


def test_what_is_kept_amid_a_transaction_is_in_its_place_soon(path):
    def in_place(wanted):
        with closing(sqlite3.connect(path, timeout=30)) as plain:
            counts = "SELECT (SELECT count(*) FROM answers), (SELECT count(*) FROM events)"
            until = time.monotonic() + 10
            while plain.execute(counts).fetchone() != wanted and time.monotonic() < until:
                time.sleep(0.01)
            assert plain.execute(counts).fetchone() == wanted

    async def work():
        with opened(path) as ledger:
            await ledger.record(call(0))
            await ledger.settle()
            halt = Halt(ledger)
            await ledger.record(call(1))  # goes to its place when it is time, with nothing else to do
            await asyncio.to_thread(halt.came.wait, 10)
            durable = ledger.record(call(2))
            ledger.note("something")
            await asyncio.sleep(0.01)
            halt.goes.set()
            await durable
            await asyncio.to_thread(in_place, (3, 1))

    asyncio.run(work())


def test_who_reads_beside_a_run_sees_no_answer_that_it_forgot(path):
    async def work():
        with opened(path) as ledger:
            await ledger.record(call(0))
            await ledger.settle()
            await ledger.record(call(1, response=b"old"))
            with opened(path, readonly=True) as reader:
                assert reader.find(call(1).key) == b"old"
                ledger.forget(["item-1"])
                await ledger.settle()
                assert reader.find(call(1).key) is None
                assert reader.keys_of(["item-1"]) == []
                assert sum(totals.calls for totals in reader.calls()) == len(list(reader.asked())) == 2

    asyncio.run(work())


def test_nothing_is_recorded_after_the_end(path):
    ledger = SQLiteLedger.open(path)
    record(ledger, call(1))
    ledger.close()
    with opened(path) as other:
        record(other, call(2))
        with pytest.raises(LedgerError, match="closed"):
            record(ledger, call(3))
        assert other.find(call(2).key) == b"{}"


def test_a_loop_that_closed_before_it_heard_costs_nothing(path):
    async def leave(ledger):
        ledger.record(call(1, response=b"paid"))
        await asyncio.sleep(0)

    ledger = SQLiteLedger.open(path)
    asyncio.run(leave(ledger))
    record(ledger, call(2))
    ledger.close()
    with opened(path) as again:
        assert again.find(call(1).key) == b"paid"
        assert again.find(call(2).key) == b"{}"
