"""Programs of the user's that answer line by line: started apart, read with a limit and a deadline, ended for sure.

They get an environment of a few plain variables: no key of ours, or of the shell that started us, reaches them.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
import weakref
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PASSED_ON = (
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "LC_ALL", "TZ", "TMPDIR",
    "SYSTEMROOT", "PATHEXT", "TEMP", "TMP", "APPDATA", "LOCALAPPDATA", "USERPROFILE",
)  # fmt: skip
COMPLAINT = 2_000  # characters kept of what it says on standard error
WAITING = 64  # lines that may wait to be read
PATIENCE = 2.0  # seconds between asking a program to end and ending it


class ChildFailure(Exception):
    """No answer. `code` is one of: timeout, died, too_large."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(what)
        self.code = code


class Child:
    """A running program that reads lines and writes lines."""

    def __init__(
        self, command: Sequence[str], *, folder: Path, environment: Mapping[str, str], most_bytes: int = 1 << 20
    ) -> None:
        """Start it. Raises OSError where it cannot be started."""
        own = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603 - the user's own program, as the config names it
            list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
            env={**own, **environment}, start_new_session=True,
        )  # fmt: skip
        self._most = most_bytes
        self._lines: queue.Queue[bytes | None] = queue.Queue(WAITING)
        self._complaint = bytearray()
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe
        assert self._process.stderr is not None  # noqa: S101 - likewise
        readers = (
            threading.Thread(target=_read, args=(self._process.stdout, self._lines, most_bytes), daemon=True),
            threading.Thread(target=_keep, args=(self._process.stderr, self._complaint), daemon=True),
        )
        for reader in readers:
            reader.start()
        self._end = weakref.finalize(self, _end, self._process, readers, self._lines)

    @property
    def alive(self) -> bool:
        return self._end.alive and self._process.poll() is None

    @property
    def complaint(self) -> str:
        """The end of what it said on standard error."""
        return self._complaint.decode("utf-8", "replace").strip()

    def send(self, line: bytes) -> None:
        """Write one line. Raises ChildFailure."""
        assert self._process.stdin is not None  # noqa: S101 - opened as a pipe
        try:
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise ChildFailure("died", "it has ended") from error

    def receive(self, deadline: float) -> bytes:
        """The next line, by `deadline` (of `time.monotonic`). Raises ChildFailure."""
        try:
            line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise ChildFailure("timeout", "no answer in time") from None
        if line is None:
            raise ChildFailure("died", f"it has ended: {self.complaint[-300:]}" if self.complaint else "it has ended")
        if len(line) > self._most:
            raise ChildFailure("too_large", f"an answer of more than {self._most} bytes")
        return line

    def close(self) -> None:
        """End it, with whatever it started."""
        self._end()


def _read(stream: BinaryIO, lines: queue.Queue[bytes | None], most: int) -> None:
    with contextlib.suppress(OSError, ValueError):
        while line := stream.readline(most + 1):
            lines.put(line)
            if len(line) > most:
                break
    lines.put(None)


def _keep(stream: BinaryIO, complaint: bytearray) -> None:
    with contextlib.suppress(OSError, ValueError):
        while read := os.read(stream.fileno(), 65536):
            complaint += read
            del complaint[:-COMPLAINT]


def _end(
    process: subprocess.Popen[bytes], readers: Sequence[threading.Thread], lines: queue.Queue[bytes | None]
) -> None:
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()  # a well-behaved program ends now
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=PATIENCE if process.poll() is None else 0)
    with contextlib.suppress(OSError, AttributeError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    for reader in readers:
        while reader.is_alive():
            with contextlib.suppress(queue.Empty):
                lines.get_nowait()  # it may be waiting for room
            reader.join(timeout=0.05)
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
