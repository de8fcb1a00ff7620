"""The far side of `python_functions`: imports a user's file once, then runs each call in a process forked for it.

Run by path in a fresh interpreter, so it needs the standard library alone. A call starts from the file as it was just
after import and from the state it is given, so calls cannot leak into each other; what it forks dies with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import datetime as dt
import enum
import importlib.util
import inspect
import itertools
import json
import os
import random
import re
import select
import signal
import sys
import time
import typing
from pathlib import Path

MEGABYTE = 1024 * 1024
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: orphans of a call come to us, and we end them
FROM_TEXT = {dt.date: dt.date.fromisoformat, dt.datetime: dt.datetime.fromisoformat}
SPARE = 64  # processes that a call may have beside those that run already


def main() -> None:
    """`python_worker.py FILE LIMITS`: answer one line of JSON for each on standard input."""
    path, limits = sys.argv[1], json.loads(sys.argv[2])
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    _adopt()
    try:
        module = _imported(path)
    except BaseException as error:  # noqa: BLE001 - whatever the user's file raises, sys.exit included
        _say(answers, {"error": {"code": "not_importable", "message": _told(error)}})
        return
    _warm(limits)
    _say(answers, {"ready": True})
    for line in asked:
        _say(answers, _apart(module, json.loads(line), limits))


def _say(answers: typing.BinaryIO, answer: object) -> None:
    answers.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())
    answers.write(b"\n")
    answers.flush()


def _adopt() -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def _imported(path: str) -> typing.Any:  # noqa: ANN401 - the user's module
    sys.path.insert(0, str(Path(path).parent))
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _apart(module: typing.Any, job: dict[str, typing.Any], limits: dict[str, typing.Any]) -> object:  # noqa: ANN401
    """Do `job` in a process of its own, and what came of it."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            os.setsid()
            _limit(limits)
            found = _done(module, job)
        except BaseException as error:  # noqa: BLE001 - sys.exit and the like end the call, never the worker
            found = _failed("exited" if isinstance(error, SystemExit) else "crashed", _told(error))
        with contextlib.suppress(OSError):
            _write(writing, json.dumps(found).encode() + b"\n")
        os._exit(0)
    os.close(writing)
    try:
        return _heard(reading, time.monotonic() + limits["seconds"], limits["most_bytes"], limits["seconds"])
    finally:
        os.close(reading)
        _bury(pid)


def _heard(reading: int, deadline: float, most: int, seconds: float) -> object:
    held = bytearray()
    while not held.endswith(b"\n"):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            return _failed("timeout", f"no result within {seconds:g} s")
        read = os.read(reading, 65536)
        if not read:
            return _failed("crashed", "the process ended without a result")
        held += read
        if len(held) > most:
            return _failed("too_large", f"a result of more than {most} bytes")
    return bytes(held[:-1])


def _write(place: int, data: bytes) -> None:
    while data:
        data = data[os.write(place, data) :]


def _bury(pid: int) -> None:
    """End the call's process, its group, and whatever came to us from it."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(OSError):
            kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)
    deadline = time.monotonic() + 2
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < deadline:
            for orphan in _children():
                with contextlib.suppress(OSError):
                    os.kill(orphan, signal.SIGKILL)
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.005)


def _children() -> list[int]:
    with contextlib.suppress(OSError, ValueError):
        return [int(each) for each in Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split()]
    return []


def _warm(limits: dict[str, typing.Any]) -> None:
    """Import here what every call needs, once."""
    import resource  # noqa: F401, PLC0415 - not on every system

    if not limits["network"]:
        import socket  # noqa: F401, PLC0415 - only to close it


def _limit(limits: dict[str, typing.Any]) -> None:
    import resource  # noqa: PLC0415 - not on every system

    seconds = int(limits["seconds"]) + 1
    wanted = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: limits["memory_mb"] * MEGABYTE,
        resource.RLIMIT_FSIZE: limits["file_mb"] * MEGABYTE,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: _running() + SPARE,
    }
    for which, most in wanted.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(which, (most, most))
    if not limits["network"]:
        _unplug()


def _running() -> int:
    with contextlib.suppress(OSError):
        return sum(name.isdigit() for name in os.listdir("/proc"))  # noqa: PTH208 - names alone
    return 1_000


def _unplug() -> None:
    import socket  # noqa: PLC0415 - only to close it

    def refuse(*_: object) -> None:
        raise OSError("no network here: a call that asks the network cannot be replayed")

    socket.socket.connect = socket.socket.connect_ex = refuse  # type: ignore[method-assign,assignment]
    socket.getaddrinfo = refuse  # type: ignore[assignment]


def _done(module: typing.Any, job: dict[str, typing.Any]) -> dict[str, typing.Any]:  # noqa: ANN401
    random.seed(json.dumps(job, sort_keys=True))  # the same call gives the same result, another call another
    if "states" in job:
        return {"states": _states(module, job["seed"], job["states"])}
    function = getattr(module, job["name"])
    state = job["state"]
    hints = _hints(function)
    arguments = {name: _typed(value, hints.get(name)) for name, value in job["arguments"].items()}
    first = next(iter(inspect.signature(function).parameters), "")
    try:
        value = function(state, **arguments) if first == "state" else function(**arguments)
    except Exception as error:  # noqa: BLE001 - what a function raises is what it answers
        return _failed(_slug(error), _told(error))
    return _outcome(value, state)


def _outcome(value: typing.Any, state: typing.Any) -> dict[str, typing.Any]:  # noqa: ANN401
    """What a call gave and left behind, if both can be written down."""
    text = value if isinstance(value, str) else _json(value)
    if text is None:
        return _failed("not_json", f"a result of {type(value).__name__} is no JSON")
    if not _is_whole(text):
        return _failed("not_text", "a result with half of a surrogate pair cannot be written as UTF-8")
    after = _json(state)
    if after is None or not _is_whole(after):
        return _failed("not_json", "the state is no JSON any more")
    try:
        return {"text": text, "state": json.loads(after, parse_int=_whole_number)}
    except ValueError as error:
        return _failed("not_json", f"the state is no JSON any more: {error}")


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole_number(digits: str) -> int:
    number = int(digits)
    if not -(2**63) <= number < 2**63:
        raise ValueError(f"{digits[:24]} does not fit 64 bits")
    return number


def _states(module: typing.Any, seed: int, most: int) -> list[typing.Any]:  # noqa: ANN401
    many, one = getattr(module, "initial_states", None), getattr(module, "initial_state", None)
    if many is not None:
        return json.loads(_json(list(itertools.islice(many(random.Random(seed)), most))) or "[]")  # type: ignore[no-any-return]
    return [json.loads(_json(one()) or "{}")] if one is not None else [{}]


def _hints(function: typing.Any) -> dict[str, typing.Any]:  # noqa: ANN401
    try:
        return typing.get_type_hints(function)
    except Exception:  # noqa: BLE001 - a hint that cannot be resolved converts nothing
        return {}


def _typed(value: typing.Any, hint: typing.Any) -> typing.Any:  # noqa: ANN401, PLR0911 - JSON and types
    """`value` as the annotation says: JSON has neither dates nor enums nor tuples."""
    if value is None or hint is None:
        return value
    inner = typing.get_args(hint)
    origin = typing.get_origin(hint) or hint
    if inner and origin in (list, set, frozenset, tuple) and isinstance(value, list):
        return origin(_typed(each, inner[0]) for each in value)
    if origin in (set, frozenset, tuple) and isinstance(value, list):
        return origin(value)
    if origin in FROM_TEXT and isinstance(value, str):
        return FROM_TEXT[origin](value)
    if isinstance(origin, type) and issubclass(origin, enum.Enum):
        return origin(value)
    if dataclasses.is_dataclass(origin) and isinstance(value, dict):
        hints = _hints(origin)
        return origin(**{name: _typed(each, hints.get(name)) for name, each in value.items()})  # type: ignore[operator]
    if inner and type(None) in inner:
        return _typed(value, next(each for each in inner if each is not type(None)))
    return value


def _json(value: typing.Any) -> str | None:  # noqa: ANN401
    try:
        return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), allow_nan=False, default=_plain)
    except (TypeError, ValueError, RecursionError):
        return None


def _plain(value: typing.Any) -> typing.Any:  # noqa: ANN401
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    raise TypeError(type(value).__name__)


def _failed(code: str, message: str) -> dict[str, typing.Any]:
    return {"error": {"code": code, "message": message}}


def _slug(error: Exception) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", type(error).__name__).lower()


def _told(error: BaseException) -> str:
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    return (text or type(error).__name__)[:500].encode("utf-8", "replace").decode()


if __name__ == "__main__":
    main()
