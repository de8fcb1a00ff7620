"""What came in and is not in its place yet: appended at once, so that the end of the process loses none of it.

A record is its number, the size and the checksum of its body, and the body. Two files take turns: while one is written,
all of the other comes to stand in the database, and it is emptied. Numbers only grow, over all files and over the life
of the ledger, so the database's own number of the last record settled tells which are left to be taken over. What a
crash tore off at a file's end was never handed on.

There are two such pairs. One is only given to the operating system, which a kill of this process does not reach, and
never waits for the disk; the other is synced, many records at a time, which the end of the machine does not reach.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from itertools import chain
from struct import Struct
from typing import TYPE_CHECKING, Any
from zlib import crc32

from msgspec import DecodeError, msgpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

HEAD = Struct("<QII")
LARGE = 1 << 20  # bytes from which the other file is written, if it is empty
FILES = 2
KINDS = RECEIVED, DURABLE = "received", "durable"
_sync = getattr(os, "fdatasync", os.fsync)
_encode = msgpack.Encoder().encode


class _File:
    """One of the two. `size` and `synced` are bytes since it was emptied."""

    def __init__(self, path: Path) -> None:
        self.fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
        self.size = 0
        self.synced = 0


class Journal:
    """One pair beside the database at `path`. `write` is for one thread; all else is for one, which may be another."""

    def __init__(self, path: Path, kind: str) -> None:
        self._paths = _paths(path, kind)
        self._last = 0
        self._closed = False
        self._files: list[_File] = []
        self._current = 0
        self._other_ends = 0  # the last record in the file that is not written; 0 while that is empty

    def write(self, records: Sequence[bytes], last: int) -> None:
        """Give `records`, numbered up to `last`, to the operating system. Raises OSError."""
        if not self._files:
            if self._closed:
                raise OSError(errno.EBADF, "the journal was closed")  # the files may be another process's by now
            self._open()
        file = self._files[self._current]
        if file.size > LARGE and not self._other_ends:
            file, self._current = self._files[1 - self._current], 1 - self._current
            self._other_ends = self._last
        self._last = last
        data = memoryview(b"".join(records))
        size = len(data)
        while data:
            data = data[os.write(file.fd, data) :]
        file.size += size  # only now: `sync` takes what it counts for written

    def sync(self) -> None:
        """Have what was written on the disk. Raises OSError."""
        for file in self._files:
            size = file.size
            if size != file.synced:
                _sync(file.fd)
                file.synced = size

    def settled(self, number: int) -> None:
        """All up to `number` stand in the database. Raises OSError."""
        if 0 < self._other_ends <= number:
            file = self._files[1 - self._current]
            os.ftruncate(file.fd, 0)
            file.size = file.synced = 0
            self._other_ends = 0

    def close(self) -> None:
        """Let go of the files, and keep them. Nothing is written any more."""
        self._closed = True
        for file in self._files:
            os.close(file.fd)
        self._files = []

    def _open(self) -> None:
        self._files = [_File(path) for path in self._paths]
        with suppress(OSError):  # not every system opens folders
            folder = os.open(self._paths[0].parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def record(number: int, values: Sequence[Any]) -> bytes:
    """One record; numbers are counted from 1."""
    body = _encode(values)
    return HEAD.pack(number, len(body), crc32(body, number & 0xFFFFFFFF)) + body


def left(path: Path, settled: int) -> list[tuple[int, Sequence[Any]]]:
    """The number and the values of each whole record after `settled`, in order. Raises OSError."""
    found: dict[int, Sequence[Any]] = {}
    for file in chain(*(_paths(path, kind) for kind in KINDS)):
        with suppress(FileNotFoundError):
            found.update(_records(file.read_bytes()))
    return sorted((number, values) for number, values in found.items() if number > settled)


def remove(path: Path) -> None:
    """Take the files away, whose records all stand in the database. Raises OSError."""
    for file in chain(*(_paths(path, kind) for kind in KINDS)):
        file.unlink(missing_ok=True)


def _records(data: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    at = 0
    while len(data) - at >= HEAD.size:
        number, size, checksum = HEAD.unpack_from(data, at)
        at += HEAD.size
        body = data[at : at + size]
        at += size
        if len(body) < size or crc32(body, number & 0xFFFFFFFF) != checksum:
            return
        with suppress(DecodeError):
            yield number, msgpack.decode(body)


def _paths(path: Path, kind: str) -> list[Path]:
    return [path.with_name(f"{path.name}.{kind}-{number}") for number in range(FILES)]
