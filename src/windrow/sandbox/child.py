"""The far side of the sandbox: walls itself in, runs one program, and reports the plain values that came out.

Run by path in a fresh interpreter, so it needs the standard library alone. What is right is not known here: expected
values stay with the parent, so a program that takes this process over can say anything but still has to guess them.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from typing import Any

if __package__:
    from windrow.sandbox.guard import guard
    from windrow.sandbox.values import decode, encode
    from windrow.sandbox.walls_child import limit, wall_in
else:  # run by path: the other files lie beside this one
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - pathlib costs 10 ms
    from guard import guard  # type: ignore[import-not-found,no-redef]
    from values import decode, encode  # type: ignore[import-not-found,no-redef]
    from walls_child import limit, wall_in  # type: ignore[import-not-found,no-redef]

    del sys.path[0]

MOST_PRINTED = 1_000_000  # characters of one run's output
MOST_SAID = 300


def main() -> None:
    """Read a job from standard input, do it, and write one line for each result."""
    job = json.loads(sys.stdin.buffer.read())
    channel = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)
    report = _reporter(channel, job["nonce"])
    walls = wall_in(job)
    limit(job)
    report({"walls": walls})
    if "random" in job["code"]:
        import random  # noqa: PLC0415 - slow, and rarely wanted

        random.seed(0)
    guard(job["readable"])
    for index, result in _results(job):
        report({"index": index, **result})
    report({"done": True})
    os._exit(0)


def _reporter(channel: int, nonce: str) -> Any:  # noqa: ANN401 - a function
    write, dumps = os.write, json.dumps

    def report(found: dict[str, Any]) -> None:
        line = f"{nonce} {dumps(found)}\n".encode()
        while line:
            line = line[write(channel, line) :]

    return report


def _results(job: dict[str, Any]) -> Any:  # noqa: ANN401 - pairs of a place and a result
    if job["mode"] == "stdio":
        program = _compiled(job["code"])
        for index, given in enumerate(job["inputs"]):
            yield index, program if isinstance(program, dict) else _printed(program, given)
        return
    names = _module("solution")
    names.update({name: decode(value) for name, value in job["bind"].items()})
    loaded = _loaded(job["code"], names)
    for index, expression in enumerate(job["expressions"]):
        yield index, loaded or _valued(expression, names)


def _module(name: str) -> dict[str, Any]:
    """The names of a fresh module; dataclasses look for theirs in sys.modules."""
    module = type(sys)(name)
    sys.modules[name] = module
    return vars(module)


def _compiled(code: str) -> Any:  # noqa: ANN401 - code, or an error to report
    try:
        return compile(code, "<program>", "exec", dont_inherit=True)
    except BaseException as error:  # noqa: BLE001 - whatever the source does to the compiler
        return _said(error)


def _loaded(code: str, names: dict[str, Any]) -> dict[str, Any] | None:
    """Define what the program defines; the error where it cannot be loaded."""
    program = _compiled(code)
    if isinstance(program, dict):
        return program
    try:
        with contextlib.redirect_stdout(_Paper()):
            exec(program, names)  # noqa: S102 - what the sandbox is for
    except BaseException as error:  # noqa: BLE001 - SystemExit as well: the program does not decide when this ends
        return _said(error)
    return None


def _valued(expression: str, names: dict[str, Any]) -> dict[str, Any]:
    try:
        with contextlib.redirect_stdout(_Paper()):
            value = eval(compile(expression, "<test>", "eval", dont_inherit=True), names)  # noqa: S307 - likewise
        return {"value": encode(value)}
    except BaseException as error:  # noqa: BLE001 - likewise
        return _said(error)


def _printed(program: Any, given: str) -> dict[str, Any]:  # noqa: ANN401 - code
    paper = _Paper()
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8")
    try:
        _give(given)
        with contextlib.redirect_stdout(paper):
            with contextlib.suppress(SystemExit):  # how a program may end
                exec(program, _module("__main__"))  # noqa: S102 - likewise
            _join_threads()
        return {"printed": paper.text()}
    except BaseException as error:  # noqa: BLE001 - likewise
        return _said(error)
    finally:
        sys.stdin = before


def _give(given: str) -> None:
    """Put the input where `open(0)` and `os.read(0, …)` look for it; sys.stdin has its own."""
    file = os.open("standard-input", os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    left = given.encode()
    while left:
        left = left[os.write(file, left) :]
    os.lseek(file, 0, os.SEEK_SET)
    if file:  # 0 itself, where the program before closed it
        os.dup2(file, 0)
        os.close(file)


def _join_threads() -> None:
    """Wait for what the interpreter waits for at its end: programs that recurse deep work in a thread of their own."""
    threading = sys.modules.get("threading")
    if threading is None:
        return
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join()


class _Paper(io.TextIOWrapper):
    """What a program prints, up to a bound."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        super().__init__(self._bytes, encoding="utf-8", errors="replace", write_through=True)

    def write(self, text: str) -> int:
        if self._bytes.tell() + len(text) > MOST_PRINTED:
            raise MemoryError("too much output")
        return super().write(text)

    def close(self) -> None:
        """Nothing: who closes its output has printed all the same."""

    def text(self) -> str:
        return self._bytes.getvalue().decode("utf-8", "replace")


def _said(error: BaseException) -> dict[str, Any]:
    try:
        words = str(error)
    except BaseException:  # noqa: BLE001 - an exception of the program's own may do anything
        words = ""
    return {"error": type(error).__name__[:80], "detail": words[:MOST_SAID]}


if __name__ == "__main__":
    main()
