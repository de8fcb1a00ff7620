"""Runs a program of a model's in another process, behind the strongest walls there are, and reads what it reports.

In order: bubblewrap; namespaces of our own (Linux, where the system lets us); else a plain process with hard limits and
an audit hook, which is weak and says so. The walls that held go with every result.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import selectors
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import IO

CHILD = Path(__file__).with_name("child.py")
PATIENCE = 2.0  # wall seconds for each second of processor time: a busy machine is no fault of the program's
STARTING = 10.0  # wall seconds for the interpreter and its walls
GRACE = 1.0  # wall seconds for a process that is done to end of itself
MEGABYTE = 1024 * 1024
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "HOME": "/"}
SCRATCH = "/scratch-of-the-sandbox"
FLAGS = ("-S", "-s", "-B", "-P", "-W", "ignore")

KILLED = {-9, -24, 128 + 9, 128 + 24, 256 - 9, 256 - 24}  # by SIGKILL or SIGXCPU, as told by whoever waited

WallKind = Literal["auto", "bubblewrap", "namespaces", "process"]
Ended = Literal["done", "timeout", "output", "crashed"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may use: processor seconds, memory, bytes it reports, bytes of one file, processes and threads."""

    seconds: float = 6.0
    memory_mb: int = 512
    output_kb: int = 1024
    file_kb: int = 1024
    processes: int = 32


@dataclass(frozen=True, slots=True)
class Walls:
    """What held: "bubblewrap", "namespaces" or "process"; `open` names what did not (network, files, processes)."""

    kind: str
    open: tuple[str, ...] = ()

    @property
    def weak(self) -> bool:
        """Whether something was left open but for the audit hook."""
        return bool(self.open)

    def to_dict(self) -> dict[str, Any]:
        """For a verdict's evidence."""
        return {"kind": self.kind, **({"weak": True, "open": list(self.open)} if self.open else {})}


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program gave: by place a {"value": …}, {"printed": …} or {"error", "detail"}; how it ended; its walls."""

    results: Mapping[int, Mapping[str, Any]]
    ended: Ended
    walls: Walls


def evaluate(
    code: str,
    expressions: Sequence[str],
    *,
    limits: Limits | None = None,
    bind: Mapping[str, Any] | None = None,
    walls: WallKind = "auto",
) -> Ran:
    """Define what `code` defines, then the value of each expression, encoded. `bind` gives encoded values a name."""
    job = {"mode": "calls", "code": code, "expressions": list(expressions), "bind": dict(bind or {})}
    return _run(job, limits or Limits(), walls)


def feed(code: str, inputs: Sequence[str], *, limits: Limits | None = None, walls: WallKind = "auto") -> Ran:
    """Run `code` as a program once for each input, and what it prints."""
    return _run({"mode": "stdio", "code": code, "inputs": list(inputs)}, limits or Limits(), walls)


@lru_cache(maxsize=1)
def strongest() -> Walls:
    """The walls that a program gets on this machine."""
    return evaluate("", ["1"]).walls


def _run(job: dict[str, Any], limits: Limits, walls: WallKind) -> Ran:
    nonce = secrets.token_hex(8)
    kind = _available() if walls == "auto" else walls
    job |= {
        "nonce": nonce, "walls": kind, "readable": list(_readable()),
        "seconds": limits.seconds, "memory": limits.memory_mb * MEGABYTE, "file": limits.file_kb * 1024,
        "processes": limits.processes,
    }  # fmt: skip
    sent = json.dumps(job).encode()
    with tempfile.TemporaryDirectory(prefix="windrow-", ignore_cleanup_errors=True) as folder:
        with contextlib.suppress(OSError, AttributeError):
            os.chmod(folder, 0o777)  # noqa: S103, PTH101 - the program is another user there
        process = subprocess.Popen(  # noqa: S603 - our own file, by our own interpreter
            [*_prefix(kind), _interpreter(), *FLAGS, str(CHILD)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=folder, env=ENVIRONMENT, start_new_session=True, close_fds=True,
        )  # fmt: skip
        try:
            return _listen(process, sent, nonce, limits)
        finally:
            _end(process, reaped=kind == "namespaces")


def _listen(process: subprocess.Popen[bytes], sent: bytes, nonce: str, limits: Limits) -> Ran:
    results: dict[int, dict[str, Any]] = {}
    walls: Walls | None = None
    said = _Lines(process, sent, limits.output_kb * 1024)
    ended: Ended = "crashed"
    for line in said:
        found = _report(line, nonce)
        if found is None:
            continue
        if walls is None:  # said before a line of the program ran
            walls = Walls(found["walls"]["kind"], tuple(found["walls"]["open"]))
            said.deadline = time.monotonic() + limits.seconds * PATIENCE
        elif type(found.get("index")) is int:
            results.setdefault(found["index"], found)
        elif found.get("done"):
            ended = "done"
            break
    if ended != "done":
        ended = said.why or ("timeout" if _exit_code(process) in KILLED else "crashed")
    return Ran(results, ended, walls or Walls("none", ("network", "files", "processes")))


def _exit_code(process: subprocess.Popen[bytes]) -> int | None:
    """How the process ended; None where it says no more and yet goes on: a program may close what it reports by."""
    try:
        return process.wait(GRACE)
    except subprocess.TimeoutExpired:
        return None


class _Lines:
    """What the process writes, line by line, up to a number of bytes and a time. `why` says which was reached."""

    def __init__(self, process: subprocess.Popen[bytes], sent: bytes, most: int) -> None:
        self.process, self.sent, self.most = process, memoryview(sent), most
        self.why: Ended | None = None
        self.deadline = time.monotonic() + STARTING

    def __iter__(self) -> Iterator[bytes]:
        inlet, outlet = _pipes(self.process)
        held, total = b"", 0
        with selectors.DefaultSelector() as waiting:
            os.set_blocking(inlet.fileno(), False)
            waiting.register(inlet, selectors.EVENT_WRITE)
            waiting.register(outlet, selectors.EVENT_READ)
            while (left := self.deadline - time.monotonic()) > 0:
                for key, _ in waiting.select(left):
                    if key.fileobj is inlet:
                        self._feed(waiting, inlet)
                        continue
                    read = os.read(outlet.fileno(), 65536)
                    total += len(read)
                    if not read or total > self.most:
                        self.why = "output" if read else None
                        return
                    *lines, held = (held + read).split(b"\n")
                    yield from lines
            self.why = "timeout"

    def _feed(self, waiting: selectors.BaseSelector, inlet: IO[bytes]) -> None:
        try:
            self.sent = self.sent[os.write(inlet.fileno(), self.sent[:65536]) :]
        except BlockingIOError:
            return
        except OSError:
            self.sent = self.sent[:0]
        if not self.sent:
            waiting.unregister(inlet)
            with contextlib.suppress(OSError):
                inlet.close()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        msg = "the process was opened without pipes"
        raise ValueError(msg)
    return process.stdin, process.stdout


def _report(line: bytes, nonce: str) -> dict[str, Any] | None:
    """What a line says, if it is one of ours. A program that finds out the nonce gains nothing: it does not know what
    is expected of it."""
    if not line.startswith(nonce.encode() + b" "):
        return None
    try:
        found = json.loads(line[len(nonce) + 1 :])
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _end(process: subprocess.Popen[bytes], *, reaped: bool) -> None:
    """Kill the process and whatever it started. `reaped`: it is told first, and waits for its child, which would else
    stay behind as a zombie where the first process of a container reaps none."""
    if reaped and process.poll() is None:
        process.terminate()
        _exit_code(process)
    with contextlib.suppress(OSError, AttributeError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    process.wait()


@lru_cache(maxsize=1)
def _readable() -> tuple[str, ...]:
    """What an interpreter needs to read: itself, the standard library, the system's shared libraries, our own files."""
    library = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib")]
    places = [*library, str(CHILD.parent), os.path.dirname(_interpreter()), "/usr/lib", "/lib", "/lib64", "/usr/lib64"]  # noqa: PTH120 - a string
    found = [os.path.realpath(place) for place in places if place and Path(place).is_dir()]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1)
def _interpreter() -> str:
    """The interpreter itself, not the link of a virtual environment, whose packages are none of the program's."""
    return os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable)


@lru_cache(maxsize=1)
def _available() -> WallKind:
    """bubblewrap where it is and works, else our own namespaces; the child says what became of those."""
    if shutil.which("bwrap") and sys.platform == "linux":
        tried = subprocess.run(  # noqa: S603 - our own interpreter
            [*_prefix("bubblewrap"), _interpreter(), *FLAGS, "-c", "pass"],
            capture_output=True, check=False, env=ENVIRONMENT, timeout=30,
        )  # fmt: skip
        if tried.returncode == 0:
            return "bubblewrap"
    return "namespaces"


def _prefix(kind: WallKind) -> list[str]:
    """How bubblewrap is called; nothing for the other kinds."""
    if kind != "bubblewrap":
        return []
    shown = [part for place in _readable() for part in ("--ro-bind", place, place)]
    links = [part for place in ("/lib", "/lib64") if Path(place).is_symlink()
             for part in ("--symlink", str(Path(place).readlink()), place)]  # fmt: skip
    return [
        shutil.which("bwrap") or "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        "--uid", "65534", "--gid", "65534", *shown, *links, "--dev", "/dev", "--tmpfs", SCRATCH, "--chdir", SCRATCH,
    ]  # fmt: skip
