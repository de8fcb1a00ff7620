"""Recordings: `replay/FILE` answers from one, `Recorded` makes one while another teacher answers.

One record a line: {key, label, model, request, response, answer}. `key` is a hash of the question alone, so a
recording serves whichever model it is asked in place of. `response` is what the server sent, as text; `answer` is what
was read out of it. No header and no key is ever written. A program's answers are not recorded: it gives them again.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from windrow.errors import AnswerFailure, CallFailure, ConfigError, MissingError, RunError
from windrow.teachers.base import Teacher
from windrow.teachers.canonical import canonical, question, read_answer, write_answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from windrow.shapes import Answer
    from windrow.teachers.base import Request
    from windrow.teachers.settings import ModelSettings

REMEDY = "record it: run once with the real model and --record"


class Replay(Teacher):
    """Answers from a recording, exactly as they were given; what was not recorded is a failed call.

    The file is read once for where each record lies, and a record again when it is asked for, so that memory holds no
    answers. Where a question was recorded more than once, the last answer counts.
    """

    def __init__(
        self, model: str, settings: ModelSettings, *, env: Mapping[str, str] | None = None, base: Path | None = None
    ) -> None:
        del env  # a recording needs no key
        self._path = (base or Path()) / model
        self.address = f"replay/{model}"
        self.endpoint = "replay"
        self.pace = settings.pace()
        try:
            self._places = _places(self._path)
            self._file = os.open(self._path, os.O_RDONLY)
        except FileNotFoundError as error:
            raise MissingError("no such recording", where=str(self._path), remedy=REMEDY) from error
        except OSError as error:
            raise ConfigError(f"the recording cannot be read: {error.strerror}", where=str(self._path)) from error

    def encode(self, request: Request) -> bytes:
        """The question, and which record answers it: an edited recording is another answer."""
        key = _key(request)
        place = self._places.get(key)
        record = hashlib.sha256(self._line(place)).hexdigest() if place else None
        return orjson.dumps({"key": key.hex(), "label": request.label, "record": record})

    async def send(self, body: bytes, request: Request) -> bytes:
        place = self._places.get(bytes.fromhex(orjson.loads(body)["key"]))
        if place is None:
            raise CallFailure(
                f"no recorded answer for this request of {request.label}",
                kind="no_recording",
                retryable=False,
                where=str(self._path),
                remedy=REMEDY,
            )
        return orjson.dumps(orjson.loads(self._line(place))["answer"])

    def decode(self, raw: bytes) -> Answer:
        data = orjson.loads(raw)
        if isinstance(data, dict) and "failed" in data:
            raise AnswerFailure(data["failed"], kind=str(data.get("kind")), evidence=str(data.get("evidence")))
        return read_answer(raw)

    async def close(self) -> None:
        descriptor, self._file = self._file, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _line(self, place: tuple[int, int]) -> bytes:
        start, length = place
        return os.pread(self._file, length, start)


class ReplayedVectors(Replay):
    """Vectors from a recording. A vector is looked up without the request that it once answered, so the whole file
    stands for the model: one that was edited is another."""

    def __init__(
        self, model: str, settings: ModelSettings, *, env: Mapping[str, str] | None = None, base: Path | None = None
    ) -> None:
        super().__init__(model, settings, env=env, base=base)
        with self._path.open("rb") as file:
            self.endpoint = f"replay-{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}"


class Recorded(Teacher):
    """Another teacher, with every answer appended to a recording, durably, before it is handed on.

    So is an answer that came from the ledger, unless the recording has it: what a run was told is in its recording
    whole, whoever paid for it, and when.
    """

    def __init__(self, teacher: Teacher, path: Path) -> None:
        self._teacher = teacher
        self._log = _Log(path)
        self.origin = teacher.origin
        self.address = teacher.address
        self.endpoint = teacher.endpoint
        self.pace = teacher.pace
        self.terms = teacher.terms

    def encode(self, request: Request) -> bytes:
        return self._teacher.encode(request)

    async def send(self, body: bytes, request: Request) -> bytes:
        raw = await self._teacher.send(body, request)
        if self.origin == "llm":
            await self._append(_key(request), request, raw)
        return raw

    async def recalled(self, raw: bytes, request: Request) -> None:
        if self.origin == "llm":
            key = _key(request)
            if self._log.last.get(key) != _digest(raw):
                await self._append(key, request, raw)

    def decode(self, raw: bytes) -> Answer:
        return self._teacher.decode(raw)

    async def close(self) -> None:
        try:
            await self._teacher.close()
        finally:
            await self._log.close()

    async def _append(self, key: bytes, request: Request, raw: bytes) -> None:
        self._log.last[key] = _digest(raw)
        await self._log.append(self._record(key, request, raw))

    def _record(self, key: bytes, request: Request, raw: bytes) -> bytes:
        return orjson.dumps(
            {
                "key": key.hex(),
                "label": request.label,
                "model": self.address,
                "request": question(request),
                "response": _said(raw),
                "answer": self._answer(raw),
            },
            option=orjson.OPT_NON_STR_KEYS,
        )

    def _answer(self, raw: bytes) -> orjson.Fragment | dict[str, Any]:
        try:
            return orjson.Fragment(write_answer(self._teacher.decode(raw)))
        except AnswerFailure as failure:
            return {"failed": failure.what, "kind": failure.kind, "evidence": failure.evidence}


class _Log:
    """A file of lines that grows at its end. Lines that come while the disk is busy share the next write.

    `last` has a digest of the last response to each question: the one that a replay will give.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
            self._start = b"" if _ends_whole(self._file) else b"\n"
            self.last = _last_responses(path) if os.fstat(self._file).st_size else {}
        except OSError as error:
            raise ConfigError(f"no recording can be written: {error.strerror}", where=str(path)) from error

    async def append(self, line: bytes) -> None:
        """Return when `line` is on the disk."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((line, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._drain())
        await done

    async def close(self) -> None:
        if self._writer is not None:
            await self._writer
        descriptor, self._file = self._file, -1
        if descriptor >= 0:
            os.close(descriptor)

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            data = self._start + b"".join(line + b"\n" for line, _ in batch)
            try:
                await asyncio.to_thread(_write_durably, self._file, data)
            except OSError as error:
                self._fail(batch, error)
            else:
                self._start = b""
                for _, done in batch:
                    with suppress(asyncio.InvalidStateError):  # whoever waited was cancelled
                        done.set_result(None)

    def _fail(self, batch: list[tuple[bytes, asyncio.Future[None]]], error: OSError) -> None:
        """Tell all who wait, and begin a new line next time: what is there may be half a line."""
        self._start = b"\n"
        for _, done in batch:
            if not done.done():
                failure = RunError(f"the recording cannot be written: {error.strerror}", where=str(self._path))
                failure.__cause__ = error
                done.set_exception(failure)


def _write_durably(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    os.fsync(descriptor)


def _ends_whole(descriptor: int) -> bool:
    """Whether the file's last line is whole. One that a crash cut off is left where it is, on a line of its own."""
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"


def _key(request: Request) -> bytes:
    return hashlib.sha256(canonical(request)).digest()


def _said(raw: bytes) -> str:
    return raw.decode(errors="replace")


def _digest(raw: bytes) -> bytes:
    return hashlib.sha256(_said(raw).encode()).digest()[:16]


def _last_responses(path: Path) -> dict[bytes, bytes]:
    """A digest of the last response to each question. A line that is no record is passed over."""
    last = {}
    with path.open("rb") as file:
        for line in file:
            try:
                record = orjson.loads(line)
                last[bytes.fromhex(record["key"])] = _digest(record["response"].encode())
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
    return last


def _places(path: Path) -> dict[bytes, tuple[int, int]]:
    """Where each question's last record lies: key -> (offset, length). A line that a crash cut off is passed over."""
    places = {}
    with path.open("rb") as file:
        for start, line in _lines(file):
            key = _key_of(line)
            if key is not None:
                places[key] = (start, len(line))
    if not places and path.stat().st_size:
        raise ConfigError("no record in it reads", where=str(path), remedy="a recording is what --record writes")
    return places


def _key_of(line: bytes) -> bytes | None:
    try:
        record = orjson.loads(line)
        return bytes.fromhex(record["key"]) if isinstance(record["answer"], dict) else None
    except (ValueError, KeyError, TypeError):
        return None


def _lines(file: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    start = 0
    for line in file:
        yield start, line
        start += len(line)
