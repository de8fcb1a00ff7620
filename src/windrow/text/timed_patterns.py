"""Searches with a regular expression that somebody else wrote, for a bounded time.

Python's engine backtracks: `(a+)+$` on forty characters runs for hours, holds the interpreter's lock meanwhile and
cannot be interrupted by a thread. No reading of a pattern tells the harmless from the harmful, so every such search is
made in a process of its own that can be killed, and that lives as long as ours otherwise.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Literal

SECONDS = 2.0
STARTING = 20.0  # for the interpreter, on a busy machine
PATIENCE = 3  # texts on which a pattern may run out of time before it is refused at once
MOST_FOUND = 50
WORKER = Path(__file__).with_name("timed_patterns_worker.py")

How = Literal["search", "fullmatch"]


class BadPattern(ValueError):
    """A text that is no regular expression."""


class TooSlow(ValueError):
    """A pattern that found no answer in time."""


def spans(pattern: str, text: str, *, how: How = "search", ignore_case: bool = False) -> list[tuple[int, int]]:
    """Where `pattern` stands in `text`, at most `MOST_FOUND` places; `fullmatch` asks for the whole text.

    Raises BadPattern, or TooSlow after `SECONDS`.
    """
    return _PROCESS.ask(pattern, text, how, ignore_case=ignore_case)


class _Process:
    """The worker, started when first asked, and once more for each process that asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._slow: Counter[str] = Counter()

    def ask(self, pattern: str, text: str, how: How, *, ignore_case: bool) -> list[tuple[int, int]]:
        job = json.dumps([pattern, text, how, ignore_case, MOST_FOUND]).encode() + b"\n"
        with self._lock:
            if self._slow[pattern] >= PATIENCE:
                raise TooSlow(f"{pattern!r} took more than {SECONDS:g} s on {PATIENCE} texts")
            fresh = self._running is None or self._owner != os.getpid()
            process = self._running = _start() if fresh or self._running is None else self._running
            self._owner = os.getpid()
            line = _exchange(process, job, STARTING if fresh else SECONDS)
            if not line.endswith(b"\n"):
                self._end()
                self._slow[pattern] += 1
                raise TooSlow(f"{pattern!r} took more than {SECONDS:g} s")
        answer = json.loads(line)
        if isinstance(answer, str):
            raise BadPattern(f"{pattern!r} is no regular expression: {answer}")
        return [(start, end) for start, end in answer]

    def _end(self) -> None:
        running, self._running = self._running, None
        if running is not None and self._owner == os.getpid():
            running.kill()
            running.communicate()

    def end(self) -> None:
        with self._lock:
            self._end()


def _start() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(  # noqa: S603 - our own file, by our own interpreter
        [sys.executable, "-I", "-S", "-W", "ignore", str(WORKER)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=WORKER.anchor,
    )  # fmt: skip
    atexit.register(_PROCESS.end)
    return process


def _exchange(process: subprocess.Popen[bytes], job: bytes, seconds: float) -> bytes:
    """The worker's line, or what came of it in `seconds`. It says first that it has begun: waiting for an interpreter
    to start is not counted as searching."""
    assert process.stdin is not None  # noqa: S101 - opened above
    assert process.stdout is not None  # noqa: S101 - likewise
    try:
        process.stdin.write(job)
        process.stdin.flush()
    except OSError:
        return b""
    said, until = b"", time.monotonic() + seconds
    begun = False
    while not said.endswith(b"\n") or said.count(b"\n") < 2:  # noqa: PLR2004 - "begun", then the answer
        ready, _, _ = select.select([process.stdout], [], [], max(0.0, until - time.monotonic()))
        part = os.read(process.stdout.fileno(), 65536) if ready else b""
        if not part:
            break
        said += part
        if not begun and b"\n" in said:
            begun, until = True, time.monotonic() + SECONDS
    first, _, answer = said.partition(b"\n")
    return answer if first else b""


_PROCESS = _Process()
