"""The embedded ledger: one SQLite file in the run folder, write-ahead logged, fsynced at every group commit."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Any, Self

import orjson

from windrow.errors import LedgerError
from windrow.ledger import journal
from windrow.ledger.base import Call, CallTotals, Decided, Ledger, State, StoredEvent, StoredRow
from windrow.ledger.journal import Journal
from windrow.ledger.segments import Insert, Packing, Segments, new_compressor
from windrow.ledger.writer import SETTLED, Writer
from windrow.row import Row, to_json
from windrow.text.key_map import KeyMap

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

VERSION = 3
WITH_FRESH = 2  # kept in the table `fresh` what is in the journal now
OLDER = (0, 1, WITH_FRESH)  # are brought up to date by opening them for writing

TABLES = """
CREATE TABLE IF NOT EXISTS segments (segment INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS answers (
  key BLOB NOT NULL UNIQUE, item TEXT, label TEXT, model TEXT, endpoint TEXT,
  error TEXT, detail TEXT, input_tokens INTEGER, output_tokens INTEGER, seconds REAL, at REAL,
  request_at INTEGER, request_size INTEGER, response_at INTEGER, response_size INTEGER, segment INTEGER
);
CREATE TABLE IF NOT EXISTS journal (settled INTEGER NOT NULL);
INSERT INTO journal SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM journal);
CREATE TABLE IF NOT EXISTS passes (pass INTEGER PRIMARY KEY, finished INTEGER NOT NULL DEFAULT 0, at REAL);
CREATE TABLE IF NOT EXISTS stages (stage INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS rows (
  pass INTEGER, stage INTEGER, seq INTEGER, idx INTEGER, id TEXT, item TEXT, status TEXT, refused_by TEXT, reason TEXT,
  verdicts TEXT, body_at INTEGER, body_size INTEGER, segment INTEGER,
  PRIMARY KEY (pass, stage, seq, idx)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rows_status ON rows (pass, stage, status, refused_by, reason);
CREATE TABLE IF NOT EXISTS splits (
  pass INTEGER, stage INTEGER, seq INTEGER, idx INTEGER, split TEXT, PRIMARY KEY (pass, stage, seq, idx)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS forgotten (key BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (pass INTEGER, at REAL, kind TEXT, data TEXT);
CREATE VIEW IF NOT EXISTS verdicts AS
  SELECT rows.pass, rows.stage, rows.seq, rows.idx, rows.id, j.value ->> 'by' AS by, j.value ->> 'outcome' AS outcome,
         j.value ->> 'reason' AS reason, j.value ->> 'detail' AS detail, j.value -> 'evidence' AS evidence
  FROM rows, json_each(rows.verdicts) AS j;
"""

ASKED = (
    "key",
    "item",
    "label",
    "model",
    "endpoint",
    "error",
    "detail",
    "input_tokens",
    "output_tokens",
    "seconds",
    "at",
)
BODIES = ("request", "response")
ANSWER = Insert("answers", ASKED, bodies=BODIES, conflict="REPLACE")  # takes the place of a failure,
FAILURE = Insert("answers", ASKED, bodies=BODIES, conflict="IGNORE")  # and a failure never that of an answer
SETTLE_FRESH = """
INSERT OR REPLACE INTO answers SELECT * FROM fresh WHERE response_at IS NOT NULL ORDER BY rowid;
INSERT OR IGNORE INTO answers SELECT * FROM fresh WHERE response_at IS NULL ORDER BY rowid;
DROP TABLE fresh;
"""
ROW = Insert(
    "rows",
    ("pass", "stage", "seq", "idx", "id", "item", "status", "refused_by", "reason", "verdicts"),
    bodies=("body",),
    conflict="REPLACE",
)
SPLIT = Insert("splits", ("pass", "stage", "seq", "idx", "split"), conflict="REPLACE")
EVENT = Insert("events", ("pass", "at", "kind", "data"))

SELECT_ROWS = """
SELECT stages.name, rows.stage, rows.seq, rows.idx, rows.status, rows.refused_by, rows.reason, rows.verdicts,
       rows.segment, rows.body_at, rows.body_size, splits.split
FROM rows JOIN stages ON stages.stage = rows.stage
LEFT JOIN splits ON splits.pass = rows.pass AND splits.stage = rows.stage AND splits.seq = rows.seq
                AND splits.idx = rows.idx
WHERE rows.pass = :pass AND (rows.stage, rows.seq, rows.idx) > (:stage_at, :seq_at, :idx_at)
  AND (:status IS NULL OR rows.status = :status) AND (:stage IS NULL OR stages.name = :stage)
  AND (:by IS NULL OR rows.refused_by = :by)
ORDER BY rows.stage, rows.seq, rows.idx LIMIT :limit
"""
RESTATE = """
UPDATE rows SET status = ?, refused_by = ?, reason = ?, verdicts = ?
WHERE pass = ? AND stage = ? AND seq = ? AND idx = ?
"""
# A key is looked up whole: what it is made longer by, its record's own number, hides the record and keeps it apart.
FORGET = """
UPDATE answers SET key = CAST(key || '#' || rowid AS BLOB)
WHERE length(key) = 16 AND item IN (SELECT value FROM json_each(?))
"""
PAGE = 500
CACHE_KIB = 8_192
WAL_PAGES = 8_192  # 32 MiB: a page that changes again and again is copied into the file once
ASKED_BITS = 23  # 1 MiB
LARGEST = 2**63 - 1  # SQLite's integers
SELECT_VIEW = """
SELECT coalesce((SELECT max(pass) FROM passes WHERE finished),
                (SELECT pass FROM rows GROUP BY pass ORDER BY count(*) DESC, pass DESC LIMIT 1),
                (SELECT max(pass) FROM passes), 0)
"""
# What a killed run left in the journal: in place for whoever writes, in a table `fresh` beside it for whoever reads.
LEFT_SEGMENT = -1
TEMPORARY = "CREATE TEMP TABLE fresh AS SELECT * FROM answers WHERE 0; CREATE UNIQUE INDEX fresh_keys ON fresh (key);"
FRESH_ANSWER = Insert("temp.fresh", ASKED, bodies=BODIES, conflict="REPLACE")
FRESH_FAILURE = Insert("temp.fresh", ASKED, bodies=BODIES, conflict="IGNORE")
IN_PLACE = "answers WHERE key NOT IN (SELECT key FROM fresh WHERE response_at IS NOT NULL)"
LEFT = "fresh WHERE response_at IS NOT NULL OR key NOT IN (SELECT key FROM answers)"
SELECT_CALLS = f"""
SELECT model, label, error, count(*), count(output_tokens), sum(input_tokens), sum(output_tokens), sum(seconds)
FROM (SELECT * FROM {IN_PLACE} UNION ALL SELECT * FROM {LEFT})
GROUP BY model, label, error ORDER BY model, label, error
"""  # noqa: S608 - our own names


SELECT_ASKED = """
SELECT key, item, label, model, endpoint, error, detail, input_tokens, output_tokens, seconds,
       segment, request_at, request_size, response_at, response_size
FROM {table} ORDER BY rowid
"""
FIND_ANY = "SELECT 1 FROM answers UNION ALL SELECT 1 FROM fresh"
FIND = "SELECT segment, response_at, response_size FROM answers WHERE key = :key AND response_at IS NOT NULL"
FIND_FRESH = f"{FIND.replace('answers', 'fresh')} UNION ALL {FIND} LIMIT 1"


class SQLiteLedger(Ledger):
    """See `Ledger`. Open with `SQLiteLedger.open(path)`; a read-only one serves reports beside a running engine."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        *,
        readonly: bool,
        left: bytes | None = None,
        lying: Mapping[bytes, int] | None = None,
    ) -> None:
        self._path = path
        self._reader = connection
        self._left = left
        self._lying = dict(lying or {})  # the keys of `fresh`, each with its last number in the journal
        self._stages: dict[str, int] = dict(connection.execute("SELECT name, stage FROM stages"))
        self._pass: int = connection.execute(SELECT_VIEW).fetchone()[0]
        self._asked = KeyMap(ASKED_BITS)
        self._asked_before = connection.execute(f"SELECT EXISTS ({FIND_ANY})").fetchone()[0] == 1
        self._waiting: dict[bytes, Sequence[Any]] = {}  # the answers not in their place yet, by key
        self._moving = threading.Lock()  # held where `_waiting` changes
        self._segments = Segments(self._fetch)
        self._writing: sqlite3.Connection | None = None if readonly else _connect(path)
        self._writer: Writer | None = None
        if self._writing is not None:
            self._writer = Writer(
                self._writing,
                received=Journal(path, journal.RECEIVED),
                durable=Journal(path, journal.DURABLE),
                last=_settled(connection),
                where=str(path),
                settled=self._in_place,
            )

    @classmethod
    def open(cls, path: Path, *, readonly: bool = False) -> Self:
        """Open or create the ledger at `path`. Raises LedgerError naming the path and the remedy."""
        try:
            lying = (
                journal.left(path, 0) if readonly else []
            )  # before the rest: what is settled meanwhile is seen there
            connection = _connect(path, readonly=readonly)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (*OLDER, VERSION):
                raise LedgerError(
                    f"the ledger is of version {version}, this windrow reads {VERSION}",
                    where=str(path),
                    remedy="run it with the windrow that made it, or choose another folder with --out",
                )
            if not readonly:
                settle = SETTLE_FRESH if version == WITH_FRESH else ""
                connection.executescript(
                    f"BEGIN; {TABLES} {settle} PRAGMA user_version = {VERSION}; COMMIT; {TEMPORARY}"
                )
                _take_over(connection, path)
                return cls(connection, path, readonly=False)
            if version == WITH_FRESH:
                return cls(connection, path, readonly=True)
            connection.executescript(TEMPORARY)
            settled = _settled(connection) if version == VERSION else 0
            lying = [(number, values) for number, values in lying if number > settled]
            calls = [values for _, values in lying]
            left = _insert(connection, calls, FRESH_ANSWER, FRESH_FAILURE, segment=LEFT_SEGMENT)
            return cls(
                connection, path, readonly=True, left=left, lying={values[0]: number for number, values in lying}
            )
        except (sqlite3.Error, OSError) as error:
            raise LedgerError(
                f"the ledger cannot be opened: {error}",
                where=str(path),
                remedy="check that the folder is there, writable and not full; or choose another with --out",
            ) from error

    def find(self, key: bytes) -> bytes | None:
        if (waiting := self._waiting.get(key)) is not None:
            response: bytes = waiting[-1]
            return response
        if self._lying:
            self._drain()
        asked_now = self._writer is None or self._asked.among((int.from_bytes(key[:8], "big"),))
        if not self._asked_before and not asked_now:
            return None  # certainly new: most are, and need no look at the disk
        found = self._reader.execute(FIND if self._writer else FIND_FRESH, {"key": key}).fetchone()
        return None if found is None else self._segments.body(*found)

    def record(self, call: Call, *, received: Callable[[], None] | None = None) -> Awaitable[None]:
        values = (
            call.key, call.item, call.label, call.model, call.endpoint, call.error, call.detail,
            _whole(call.input_tokens), _whole(call.output_tokens), call.seconds, time.time(),
            call.request, call.response,
        )  # fmt: skip
        durable = self._write.keep(FAILURE if call.response is None else ANSWER, values, received)
        self._asked.add((int.from_bytes(call.key[:8], "big"),))
        if call.response is not None:
            with self._moving:
                self._waiting[call.key] = values
        return durable

    def begin(self) -> int:
        self._drain()
        self._write.put("DELETE FROM rows WHERE pass <> ?", (self._pass,))
        self._write.put("DELETE FROM passes WHERE pass <> ?", (self._pass,))
        self._pass += 1
        self._write.put("INSERT INTO passes (pass, at) VALUES (?, ?)", (self._pass, time.time()))
        return self._pass

    def reached(self, stage: str) -> int:
        query = "SELECT max(seq) + 1 FROM rows JOIN stages USING (stage) WHERE pass = ? AND name = ?"
        return self._reader.execute(query, (self._pass - 1, stage)).fetchone()[0] or 0

    def decide(self, rows: list[Decided]) -> None:
        for decided in rows:
            row = decided.row
            verdicts = row.verdicts_to_bytes().decode()
            self._write.put(
                ROW,
                (self._pass, self._stage(decided.stage), decided.seq, decided.index, row.id, row.lineage.item,
                 decided.status, decided.by, decided.reason, verdicts, row.to_bytes()),
            )  # fmt: skip

    def restate(self, rows: list[Decided]) -> None:
        for decided in rows:
            verdicts = decided.row.verdicts_to_bytes().decode()
            place = (self._pass, self._stage(decided.stage), decided.seq, decided.index)
            self._write.put(RESTATE, (decided.status, decided.by, decided.reason, verdicts, *place))

    def forget(self, items: Iterable[str]) -> None:
        named = list(items)
        if named:
            self._write.put(FORGET, (to_json(named).decode(),))

    def keys_of(self, items: Iterable[str]) -> list[bytes]:
        """The keys of the answers of `items` that are found."""
        self._drain()
        query = """SELECT key FROM (SELECT key, item FROM answers UNION ALL SELECT key, item FROM fresh)
                   WHERE length(key) = 16 AND item IN (SELECT value FROM json_each(?))"""
        return [key for (key,) in self._reader.execute(query, (to_json(list(items)).decode(),))]

    def note(self, kind: str, **data: object) -> None:
        self._write.put(EVENT, (self._pass, time.time(), kind, to_json(data).decode()))

    async def settle(self) -> None:
        await self._write.put_and_wait("", ())

    async def finish(self) -> None:
        for table in ("rows", "splits"):
            self._write.put(f"DELETE FROM {table} WHERE pass < ?", (self._pass,))  # noqa: S608 - our own names
        self._write.put("DELETE FROM passes WHERE pass < ?", (self._pass,))
        await self._write.put_and_wait("UPDATE passes SET finished = 1 WHERE pass = ?", (self._pass,))

    def rows(
        self, *, status: str | None = None, stage: str | None = None, by: str | None = None, limit: int | None = None
    ) -> Iterator[StoredRow]:
        self._drain()
        at = (-1, -1, -1)
        left = limit
        while left is None or left > 0:
            page = self._reader.execute(
                SELECT_ROWS,
                {"pass": self._pass, "status": status, "stage": stage, "by": by, "limit": min(PAGE, left or PAGE),
                 "stage_at": at[0], "seq_at": at[1], "idx_at": at[2]},
            ).fetchall()  # fmt: skip
            for record in page:
                yield self._stored(record)
            if len(page) < PAGE:
                return
            at = page[-1][1:4]
            left = None if left is None else left - len(page)

    def assign(self, splits: Iterator[tuple[StoredRow, str]]) -> None:
        for stored, split in splits:
            place = (self._pass, self._stage(stored.stage), stored.seq, stored.index)
            self._write.put(SPLIT, (*place, split))
        self._drain()

    def state(self) -> State:
        self._drain()
        finished, later = self._reader.execute(
            "SELECT coalesce(max(finished), 0), max(pass) > :pass FROM passes WHERE pass >= :pass", {"pass": self._pass}
        ).fetchone()
        return ("overtaken" if later else "finished") if finished else "unfinished"

    def counts(self) -> dict[tuple[str, str], int]:
        self._drain()
        query = """SELECT stages.name, status, count(*) FROM rows JOIN stages ON stages.stage = rows.stage
                   WHERE pass = ? GROUP BY rows.stage, status ORDER BY rows.stage, status"""
        return {(stage, status): count for stage, status, count in self._reader.execute(query, (self._pass,))}

    def reasons(self) -> list[tuple[str, str, str, int]]:
        self._drain()
        query = """SELECT stages.name, refused_by, reason, count(*) FROM rows JOIN stages ON stages.stage = rows.stage
                   WHERE pass = ? AND status <> 'accepted' GROUP BY rows.stage, refused_by, reason
                   ORDER BY 4 DESC, 1, 2, 3"""
        return list(self._reader.execute(query, (self._pass,)))

    def calls(self) -> list[CallTotals]:
        self._drain()
        return [
            CallTotals(model, label, "error" if error else "ok", error, count, reported, tokens_in, tokens_out, seconds)
            for model, label, error, count, reported, tokens_in, tokens_out, seconds in self._reader.execute(
                SELECT_CALLS
            )
        ]

    def asked(self) -> Iterator[Call]:
        self._drain()
        tables = (SELECT_ASKED.format(table=table) for table in (IN_PLACE, LEFT))
        for record in chain.from_iterable(self._reader.execute(select) for select in tables):
            *told, seconds, segment, request_at, request_size, response_at, response_size = record
            key, item, label, model, endpoint, error, detail, tokens_in, tokens_out = told
            request = self._segments.body(segment, request_at, request_size)
            response = None if response_at is None else self._segments.body(segment, response_at, response_size)
            yield Call(
                key, item, label, model, endpoint, request, response, error, detail, tokens_in, tokens_out, seconds
            )

    def events(self) -> Iterator[StoredEvent]:
        self._drain()
        for at, kind, data in self._reader.execute(
            "SELECT at, kind, data FROM events WHERE pass = ? ORDER BY rowid", (self._pass,)
        ):
            yield StoredEvent(at, kind, orjson.loads(data))

    def close(self) -> None:
        if self._writer is not None and self._writing is not None:
            done = self._writer.close()
            self._writing.close()
            if done:
                journal.remove(self._path)
        self._reader.close()

    @property
    def _write(self) -> Writer:
        if self._writer is None:
            raise LedgerError("the ledger was opened for reading only", where=str(self._path))
        return self._writer

    def _drain(self) -> None:
        if self._writer is not None:
            self._writer.drain()
        elif self._lying:  # of what was in the journal, somebody may have put some in its place meanwhile
            settled = _settled(self._reader)
            placed = [(key,) for key, number in self._lying.items() if number <= settled]
            self._reader.executemany("DELETE FROM temp.fresh WHERE key = ?", placed)
            for (key,) in placed:
                del self._lying[key]

    def _stage(self, name: str) -> int:
        number = self._stages.get(name)
        if number is None:
            number = self._stages[name] = len(self._stages)
            self._write.put("INSERT INTO stages (stage, name) VALUES (?, ?)", (number, name))
        return number

    def _stored(self, record: tuple[Any, ...]) -> StoredRow:
        stage, _, seq, index, status, by, reason, verdicts, segment, body_at, size, split = record
        content = orjson.loads(self._segments.body(segment, body_at, size))
        row = Row.from_dict({**content, "verdicts": orjson.loads(verdicts)})
        return StoredRow(row, status, by, reason, stage, seq, index, split or "")

    def _in_place(self, placed: Sequence[Sequence[Any]]) -> None:
        """Called by the writing thread: these are found in the database from now on."""
        with self._moving:
            for values in placed:
                if self._waiting.get(values[0]) is values:
                    del self._waiting[values[0]]

    def _fetch(self, segment: int) -> bytes:
        if segment == LEFT_SEGMENT and self._left is not None:
            return self._left
        found = self._reader.execute("SELECT body FROM segments WHERE segment = ?", (segment,)).fetchone()
        if found is None:
            raise LedgerError(f"segment {segment} of the ledger is missing", where=str(self._path))
        body: bytes = found[0]
        return body


def _settled(connection: sqlite3.Connection) -> int:
    """The last record of the journal that stands in the database."""
    number: int = connection.execute("SELECT settled FROM journal").fetchone()[0]
    return number


def _take_over(connection: sqlite3.Connection, path: Path) -> None:
    """Put in its place what the journal of a killed process holds."""
    lying = journal.left(path, _settled(connection))
    if lying:
        segment = connection.execute("SELECT coalesce(max(segment), 0) + 1 FROM segments").fetchone()[0]
        connection.execute("BEGIN IMMEDIATE")
        packed = _insert(connection, [values for _, values in lying], ANSWER, FAILURE, segment=segment)
        connection.execute("INSERT INTO segments (segment, body) VALUES (?, ?)", (segment, packed))
        connection.execute(SETTLED, (lying[-1][0],))
        connection.execute("COMMIT")
    journal.remove(path)


def _insert(
    connection: sqlite3.Connection, calls: Sequence[Sequence[Any]], answer: Insert, failure: Insert, *, segment: int
) -> bytes | None:
    """Insert calls as they were recorded. Returns the segment of their bodies."""
    packing = Packing(segment, new_compressor())
    for insert, some in (
        (answer, [values for values in calls if values[-1] is not None]),
        (failure, [values for values in calls if values[-1] is None]),
    ):
        for sql, values in insert.statements(some, packing):
            connection.execute(sql, values)
    return packing.packed()


def _whole(tokens: int | None) -> int | None:
    """A count that SQLite can hold, or None: no server meant a larger one."""
    return tokens if tokens is not None and 0 <= tokens <= LARGEST else None


def _connect(path: Path, *, readonly: bool = False) -> sqlite3.Connection:
    how = "mode=rwc"
    if readonly:
        # Without a log beside it nobody is writing: read the file as it lies, on a read-only disk too, and leave none.
        how = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "mode=ro&immutable=1"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None, check_same_thread=False, timeout=30
    )
    with closing(connection.cursor()) as cursor:
        if not readonly:
            cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return connection
