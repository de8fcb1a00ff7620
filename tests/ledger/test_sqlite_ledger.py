"""The ledger: durable before anyone sees it, small for alike bodies, and clear about a disk that will not have it."""

import asyncio
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.errors import LedgerError
from windrow.ledger import journal
from windrow.ledger.base import Call, Decided
from windrow.ledger.journal import Journal
from windrow.ledger.segments import Packing, Segments, new_compressor
from windrow.ledger.sqlite import SQLiteLedger
from windrow.row import Verdict
from windrow.testing import make_rows


def call(number, *, response=b"{}", error="", **told):
    return Call(
        key=number.to_bytes(16, "big"),
        item=f"item-{number}",
        label="demo/ask",
        model="openai/any",
        endpoint="http://x",
        request=b'{"question": %d}' % number,
        response=response,
        error=error,
        **told,
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.sqlite"


def opened(path, **how):
    return closing(SQLiteLedger.open(path, **how))


def record(ledger, *calls):
    async def work():
        await asyncio.gather(*(ledger.record(one) for one in calls))

    asyncio.run(work())


def test_an_answer_is_found_by_the_next_opening(path):
    with opened(path) as ledger:
        record(ledger, *(call(number, response=b"answer %d" % number) for number in range(300)))
    with opened(path) as ledger:
        assert [ledger.find(number.to_bytes(16, "big")) for number in (0, 7, 299)] == [
            b"answer 0",
            b"answer 7",
            b"answer 299",
        ]
        assert ledger.find((300).to_bytes(16, "big")) is None


def test_a_failed_call_is_kept_and_is_no_answer(path):
    with opened(path) as ledger:
        record(ledger, call(1, response=None, error="timeout", detail="took too long"))
    with opened(path) as ledger:
        assert ledger.find((1).to_bytes(16, "big")) is None
        (asked,) = ledger.asked()
        assert (asked.error, asked.detail, asked.request) == ("timeout", "took too long", b'{"question": 1}')
        record(ledger, call(1, response=b"mended"))
    with opened(path) as ledger:
        assert ledger.find((1).to_bytes(16, "big")) == b"mended"
        assert len(list(ledger.asked())) == 1


CHILD = """
import asyncio, sys
from pathlib import Path
from windrow.ledger.sqlite import SQLiteLedger
sys.path.insert(0, {here!r})
from test_sqlite_ledger import call
async def main():
    ledger = SQLiteLedger.open(Path({path!r}))
    number = 0
    while True:
        await asyncio.gather(*(ledger.record(call(n)) for n in range(number, number + 7)))
        number += 7
        print(number, flush=True)
asyncio.run(main())
"""


def killed(path):
    """How many answers were handed on to a process before it was killed."""
    code = CHILD.format(here=os.path.dirname(__file__), path=str(path))  # noqa: PTH120
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    seen = 0
    while seen < 350:
        seen = int(child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read().split()
    child.wait()
    child.stdout.close()
    return int(rest[-1]) if rest else seen


def left_in_the_journal(path):
    """How many answers are not in their place yet."""
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as plain:
        return len(journal.left(path, plain.execute("SELECT settled FROM journal").fetchone()[0]))


def test_what_was_handed_on_is_there_after_a_kill(path):
    seen = killed(path)
    with opened(path) as ledger:
        assert all(ledger.find(number.to_bytes(16, "big")) == b"{}" for number in range(seen))


def test_what_was_handed_on_is_told_after_a_kill_before_anybody_writes_again(path):
    seen = 0
    while not left_in_the_journal(path):  # a kill may come in the moment when nothing is
        seen = max(seen, killed(path))
    with opened(path, readonly=True) as ledger:
        assert all(ledger.find(number.to_bytes(16, "big")) == b"{}" for number in range(seen))
        asked = [int.from_bytes(one.key, "big") for one in ledger.asked()]
        assert sum(totals.calls for totals in ledger.calls()) == len(asked) >= seen
        assert sorted(asked) == list(range(len(asked)))
        assert ledger.keys_of(["item-3"]) == [(3).to_bytes(16, "big")]
        told = ledger.calls()
    with opened(path) as ledger:
        assert ledger.calls() == told
        assert [int.from_bytes(one.key, "big") for one in ledger.asked()] == asked


def test_what_nobody_waits_for_is_written_soon_all_the_same(path):
    (row,) = make_rows(1)
    with opened(path) as ledger:
        ledger.begin()
        record(ledger, *(call(number) for number in range(30)))
        ledger.decide([Decided("demo", 0, 0, row, "accepted")])
        with closing(sqlite3.connect(path, timeout=30)) as plain:
            counts = "SELECT (SELECT count(*) FROM rows), (SELECT count(*) FROM answers)"
            until = time.monotonic() + 20
            while plain.execute(counts).fetchone() != (1, 30) and time.monotonic() < until:
                time.sleep(0.01)
            assert plain.execute(counts).fetchone() == (1, 30)


@pytest.mark.parametrize("apart", [False, True])
def test_a_failure_never_takes_the_place_of_an_answer(path, apart):
    answers = [b"mended", None, b"other", None]
    with opened(path) as ledger:
        for number, came in enumerate((None, b"kept", None, None)):
            record(ledger, call(number, response=came, error="" if came else "timeout"))
        if apart:
            ledger._drain()
        for number, came in enumerate(answers):
            record(ledger, call(number, response=came, error="" if came else "overloaded"))
        found = [ledger.find(number.to_bytes(16, "big")) for number in range(4)]
        assert found == [b"mended", b"kept", b"other", None]
        assert {one.key[-1]: one.error for one in ledger.asked()} == {0: "", 1: "", 2: "", 3: "timeout"}


def test_what_is_asked_after_an_answer_was_forgotten_is_kept(path):
    with opened(path) as ledger:
        record(ledger, call(1, response=b"old"))
        ledger.forget(["item-1"])
        record(ledger, call(1, response=b"new"))
        assert ledger.find((1).to_bytes(16, "big")) == b"new"
        assert len(list(ledger.asked())) == 2
    with opened(path) as ledger:
        assert ledger.find((1).to_bytes(16, "big")) == b"new"


OLDER = {
    1: "DROP TABLE journal; PRAGMA user_version = 1",
    2: """DROP TABLE journal;
          CREATE TABLE fresh AS SELECT * FROM answers WHERE key IN (x'{key}');
          DELETE FROM answers WHERE key IN (SELECT key FROM fresh);
          PRAGMA user_version = 2""",
}


@pytest.mark.parametrize("version", sorted(OLDER))
def test_a_ledger_of_a_version_before_is_read_and_brought_up_to_date(path, version):
    with opened(path) as ledger:
        record(ledger, call(1), call(2, response=b"left"))
    with closing(sqlite3.connect(path)) as plain:
        plain.executescript(OLDER[version].format(key=call(2).key.hex()))
    with opened(path, readonly=True) as ledger:
        assert [ledger.find(number.to_bytes(16, "big")) for number in (1, 2)] == [b"{}", b"left"]
        assert [totals.calls for totals in ledger.calls()] == [2]
        assert len(list(ledger.asked())) == 2
    with opened(path) as ledger:
        record(ledger, call(3))
        assert [ledger.find(number.to_bytes(16, "big")) for number in (1, 2, 3)] == [b"{}", b"left", b"{}"]
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("SELECT count(*) FROM sqlite_master WHERE name = 'fresh'").fetchone() == (0,)


def test_alike_requests_take_little_room(path):
    long = b'{"messages": [{"role": "system", "content": "' + b"All of this is always the same. " * 100 + b'"}]}'
    with opened(path) as ledger:
        for start in range(0, 2000, 50):
            record(ledger, *(call(start + n, response=long) for n in range(50)))
    assert path.stat().st_size < 2000 * len(long) / 10


def test_rows_come_back_as_they_went_in_and_in_their_order(path):
    rows = list(make_rows(1200))
    with opened(path) as ledger:
        ledger.begin()
        ledger.decide([Decided("demo", seq, 0, row, "accepted") for seq, row in enumerate(rows)])
        assert [stored.row for stored in ledger.rows()] == rows
        assert [stored.row for stored in ledger.rows(limit=501)] == rows[:501]
        asyncio.run(ledger.finish())
    with opened(path, readonly=True) as ledger:
        assert [(stored.seq, stored.row) for stored in ledger.rows(status="accepted")] == list(enumerate(rows))


def test_a_finished_pass_replaces_the_one_before_and_an_unfinished_one_is_the_latest(path):
    first, second, *_ = make_rows(5)
    refusal = Verdict("shape", "fail", "no_turns")
    with opened(path) as ledger:
        ledger.begin()
        ledger.decide([Decided("demo", 0, 0, first, "accepted")])
        asyncio.run(ledger.finish())
        ledger.begin()
        told = second.with_verdicts(refusal)
        ledger.decide([Decided("demo", 0, 0, told, "rejected", "shape", "no_turns")])
        asyncio.run(ledger.finish())
        assert ledger.counts() == {("demo", "rejected"): 1}
        assert ledger.reasons() == [("demo", "shape", "no_turns", 1)]
        (stored,) = ledger.rows(by="shape")
        assert stored.row.verdicts == (refusal,)
    with closing(sqlite3.connect(path)) as plain:
        found = plain.execute("SELECT by, outcome, reason FROM verdicts").fetchall()
        assert found == [("shape", "fail", "no_turns")]


def test_token_sums_are_of_what_was_reported_and_nothing_else(path):
    with opened(path) as ledger:
        record(ledger, call(1, input_tokens=5, output_tokens=2), call(2))
        record(ledger, call(3, response=None, error="timeout"))
        ok, failed = sorted(ledger.calls(), key=lambda totals: totals.outcome, reverse=True)
        assert (ok.calls, ok.reported, ok.input_tokens, ok.output_tokens) == (2, 1, 5, 2)
        assert (failed.error, failed.calls, failed.output_tokens) == ("timeout", 1, None)


def test_reading_leaves_no_file_behind(path):
    with opened(path) as ledger:
        record(ledger, call(1))
    with opened(path, readonly=True) as ledger:
        assert len(list(ledger.asked())) == 1
    assert os.listdir(path.parent) == [path.name]  # noqa: PTH208


def test_a_full_database_is_said_with_its_remedy_and_loses_nothing(path):
    with opened(path) as ledger:
        record(ledger, *(call(number) for number in range(100)))
        ledger._drain()
        ledger._writing.execute("PRAGMA max_page_count = 20")
        record(ledger, *(call(number, response=os.urandom(5000)) for number in range(100, 200)))
        with pytest.raises(LedgerError, match=r"full.*free some space"):
            ledger._drain()
        with pytest.raises(LedgerError):
            record(ledger, call(999))
    with opened(path, readonly=True) as ledger:
        assert len(list(ledger.asked())) == 200
    with opened(path) as ledger:
        found = [ledger.find(number.to_bytes(16, "big")) for number in range(200)]
        assert [len(response) for response in found] == [2] * 100 + [5000] * 100
        assert len(list(ledger.asked())) == 200


SMALL_DISK = """
import asyncio, resource, signal, sys
from pathlib import Path
from windrow.errors import LedgerError
from windrow.ledger.sqlite import SQLiteLedger
sys.path.insert(0, {here!r})
from test_sqlite_ledger import call
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
ledger = SQLiteLedger.open(Path({path!r}))
async def main():
    told = []
    for number in range(200):
        try:
            await ledger.record(call(number, response=b"x" * 5_000), received=lambda: told.append(number))
        except LedgerError as error:
            print(number, len(told), error)
            return
asyncio.run(main())
ledger.close()
"""


def test_a_full_disk_is_said_with_its_remedy_and_loses_nothing(path):
    code = SMALL_DISK.format(here=os.path.dirname(__file__), path=str(path))  # noqa: PTH120
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    number, told, error = done.stdout.split(maxsplit=2)
    assert "free some space" in error
    assert 0 < int(number) < int(told) < 200
    with opened(path) as ledger:
        assert all(ledger.find(at.to_bytes(16, "big")) == b"x" * 5_000 for at in range(int(number)))
        record(ledger, call(int(number), response=b"again"))


def test_a_received_call_outlives_a_kill_before_it_is_durable(path, monkeypatch):
    written = []
    monkeypatch.setattr(Journal, "sync", lambda journal: time.sleep(0.5))

    async def work():
        ledger = SQLiteLedger.open(path)
        received = asyncio.Event()
        durable = ledger.record(call(1, response=b"kept"), received=received.set)
        await received.wait()
        assert ledger.find(call(1).key) == b"kept"
        written.extend(journal.left(path, 0))
        assert not durable.done()
        await durable
        ledger.close()

    asyncio.run(work())
    assert [(number, values[0], values[-1]) for number, values in written] == [(1, call(1).key, b"kept")]


def test_what_a_crash_tore_off_is_no_answer_and_what_came_before_it_is(path):
    killed(path)
    for file in path.parent.glob("*.durable-*"):
        file.unlink()
    (file,) = [file for file in path.parent.glob("*.received-*") if file.stat().st_size]
    whole = len(journal.left(path, 0))
    file.write_bytes(file.read_bytes()[:-3])
    assert len(journal.left(path, 0)) == whole - 1
    torn = bytearray(file.read_bytes())
    torn[-250] ^= 1
    file.write_bytes(torn)
    sound = len(journal.left(path, 0))
    assert whole - 5 < sound < whole - 1
    with opened(path) as ledger:
        assert sum(totals.calls for totals in ledger.calls()) >= sound
    assert list(path.parent.glob("*-[01]")) == []


def test_the_journal_does_not_grow_with_the_calls(path):
    async def work(ledger):
        sizes = []
        for start in range(0, 6_000, 200):
            await asyncio.gather(*(ledger.record(call(start + n, response=b"x" * 2_000)) for n in range(200)))
            sizes.append(sum(file.stat().st_size for file in path.parent.glob("*-[01]")))
        return sizes

    with opened(path) as ledger:
        sizes = asyncio.run(work(ledger))
    assert max(sizes) < 6_000 * 2_000  # half of what was written: each answer goes to two files
    assert min(sizes[15:]) < max(sizes)
    with opened(path) as ledger:
        assert sum(totals.calls for totals in ledger.calls()) == 6_000


def test_an_answer_that_was_forgotten_is_not_taken_from_a_journal_that_lies_about(path, tmp_path):
    killed(path)
    kept = {file: file.read_bytes() for file in path.parent.glob("*.durable-*")}
    with opened(path) as ledger:
        assert ledger.find(call(3).key) is not None
        ledger.forget(["item-3"])
        ledger._drain()
    for file, content in kept.items():  # as a disk may show them again after a power cut
        file.write_bytes(content)
    for how in ({"readonly": True}, {}):
        with opened(path, **how) as ledger:
            assert ledger.find(call(3).key) is None
            assert ledger.find(call(4).key) is not None


def test_a_file_that_is_no_ledger_is_said_to_be_none(path):
    path.write_bytes(b"these are not the pages you are looking for" * 200)
    with pytest.raises(LedgerError, match=str(path)):
        SQLiteLedger.open(path)


def test_a_ledger_of_another_version_is_refused(path):
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA user_version = 99")
    with pytest.raises(LedgerError, match="version 99"):
        SQLiteLedger.open(path)


def test_writing_to_one_opened_for_reading_is_refused(path):
    with opened(path) as ledger:
        record(ledger, call(1))
    with opened(path, readonly=True) as ledger, pytest.raises(LedgerError, match="reading only"):
        ledger.begin()


@given(st.lists(st.lists(st.binary(max_size=200), max_size=30), max_size=4))
def test_bodies_come_back_from_their_segment(commits):
    compressor, packed, places = new_compressor(), {}, []
    for segment, bodies in enumerate(commits):
        packing = Packing(segment, compressor)
        places += [(segment, packing.add(body), len(body), body) for body in bodies]
        packed[segment] = packing.packed()
        assert (packed[segment] is None) == (not bodies)
    segments = Segments(packed.__getitem__)
    assert all(segments.body(segment, at, size) == body for segment, at, size, body in places)


def test_memory_does_not_grow_with_rows(path):
    with opened(path) as ledger:
        ledger.begin()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for start in range(0, 20_000, 500):
            ledger.decide(
                [Decided("demo", start + n, 0, row, "accepted") for n, row in enumerate(make_rows(500, start))]
            )
            ledger._drain()
        assert sum(1 for _ in ledger.rows()) == 20_000
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000
