"""Whether two mathematical expressions are equal, asked of math-verify (SymPy) in a process of its own.

A process, because algebra on what a model wrote may never end or fill memory, and a signal cannot interrupt a power of
large integers. It lives as long as ours and is started again after it had to be killed. Where math-verify is not
installed, the answer is: not decided.
"""

from __future__ import annotations

import atexit
import importlib.util
import json
import os
import select
import subprocess
import sys
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

SECONDS = 6.0
FIRST_SECONDS = 60.0  # SymPy takes a second to import, longer on a busy machine
MOST_CHARACTERS = 600
WORKER = Path(__file__).with_name("answers_symbolic_worker.py")


@dataclass(frozen=True, slots=True)
class Decided:
    """`same` None: not decided, for `reason`."""

    same: bool | None
    reason: str = ""
    detail: str = ""


def equal(expected: str, said: str) -> Decided:
    """Whether `said` equals `expected`; both may be LaTeX. Floats are read as the decimals they are written as."""
    if not installed():
        return Decided(None, "needs_math", "comparing expressions needs math-verify: pip install 'windrow[math]'")
    if len(expected) > MOST_CHARACTERS or len(said) > MOST_CHARACTERS:
        return Decided(same=False, reason="too_long", detail="no expression is that long")
    return _asked(expected, said)


@lru_cache(maxsize=1)
def installed() -> bool:
    """Whether math-verify is there."""
    return importlib.util.find_spec("math_verify") is not None


@lru_cache(maxsize=4096)
def _asked(expected: str, said: str) -> Decided:
    return _PROCESS.ask(expected, said)


class _Process:
    """The worker, started when first asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None

    def ask(self, expected: str, said: str) -> Decided:
        with self._lock:
            fresh = self._running is None
            process = self._running = self._running or _start()
            try:
                line = _exchange(process, expected, said, FIRST_SECONDS if fresh else SECONDS)
            except (OSError, ValueError):
                line = b""
            if not line.endswith(b"\n"):
                self._end()
                return Decided(
                    None, "math_timeout", f"comparing took more than {SECONDS:g} seconds, or too much memory"
                )
        answer = json.loads(line)
        if answer.get("unread"):
            same = None if answer.get("reference") else False  # it is the reference that cannot be read
            return Decided(same=same, reason="unreadable", detail=f"{answer['unread']} does not read as mathematics")
        return Decided(bool(answer["same"]))

    def _end(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running.communicate()
            self._running = None

    def end(self) -> None:
        with self._lock:
            self._end()


def _start() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(  # noqa: S603 - our own file, by our own interpreter
        [sys.executable, "-I", "-W", "ignore", str(WORKER)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=WORKER.anchor,
    )  # fmt: skip
    atexit.register(_PROCESS.end)
    return process


def _exchange(process: subprocess.Popen[bytes], expected: str, said: str, seconds: float) -> bytes:
    """The worker's line, or what came of it in `seconds`."""
    assert process.stdin is not None  # noqa: S101 - opened above
    assert process.stdout is not None  # noqa: S101 - likewise
    process.stdin.write(json.dumps([expected, said]).encode() + b"\n")
    process.stdin.flush()
    ready, _, _ = select.select([process.stdout], [], [], seconds)
    return os.read(process.stdout.fileno(), 4096) if ready else b""


_PROCESS = _Process()
