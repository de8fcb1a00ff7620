"""The scripted server as a process of its own, so that a benchmark's client has its interpreter to itself."""

from __future__ import annotations

import argparse
import importlib
import json
import signal
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING, Any

from windrow.errors import RunError
from windrow.testing.server import FaultyServer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self


class SpawnedServer:
    """`python -m windrow.testing` for the length of a `with`.

    `script` is a text that answers everything, or "package.module:function" in a module that `python` finds from the
    folder `cwd`; `vectors` names a function that answers `/embeddings`. `stats()` asks how many requests came.
    """

    def __init__(
        self,
        script: str = "An answer.",
        *,
        vectors: str = "",
        latency: float = 0.0,
        cwd: Path | None = None,
        wrapper: Sequence[str] = (),
    ) -> None:
        kind = "--script" if _names_a_function(script) else "--answer"
        self._command = [
            *wrapper, sys.executable, "-m", "windrow.testing", kind, script, "--latency", str(latency),
            *(["--vectors", vectors] if vectors else []),
        ]  # fmt: skip
        self._cwd = cwd
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    @property
    def pid(self) -> int:
        """The server's process id, or 0 outside the `with`."""
        return self._process.pid if self._process else 0

    def stats(self) -> dict[str, Any]:
        """{requests, embedded, peak, connections}, from the server itself."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url.removesuffix("/v1") + "/stats", timeout=10) as response:
            found: dict[str, Any] = json.load(response)
        return found

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter
            self._command, stdout=subprocess.PIPE, text=True, cwd=self._cwd
        )
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            self._end()
            raise RunError("the scripted server did not start", where=" ".join(self._command))
        self.url = json.loads(line)["url"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until told to stop; the first line on stdout is {"url": …}."""
    parser = argparse.ArgumentParser(prog="python -m windrow.testing", description=__doc__)
    parser.add_argument("--answer", default="An answer.", help="the text of every answer")
    parser.add_argument("--script", help='"package.module:function" of (request, number), instead of --answer')
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--vectors", help='"package.module:function" of (request, number) that answers /embeddings')
    options = parser.parse_args(arguments)
    script = _function(options.script) if options.script else options.answer
    vectors = _function(options.vectors) if options.vectors else None
    stop = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    with FaultyServer(script, vectors=vectors, latency=options.latency) as server:
        print(json.dumps({"url": server.url}), flush=True)  # noqa: T201 - what the parent waits for
        signal.sigwait(stop)


def _names_a_function(script: str) -> bool:
    module, colon, function = script.partition(":")
    return bool(colon) and function.isidentifier() and all(part.isidentifier() for part in module.split("."))


def _function(name: str) -> Any:  # noqa: ANN401 - a Script or an Embed
    sys.path.insert(0, "")
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)
