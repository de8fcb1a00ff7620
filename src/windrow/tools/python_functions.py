"""A user's own Python functions as a backend: executed in a process apart, with limits on time, memory and output.

What the tools share is their first parameter, `state`: a dict of JSON that a function may change. A function that
raises leaves the state as it was, and its message is the tool's answer.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from windrow.tools.backend import Backend, BackendError, Result, Session, State, failed
from windrow.tools.catalogue import Limits, load
from windrow.tools.children import Child, ChildFailure

if TYPE_CHECKING:
    import random
    from collections.abc import Collection, Iterator, Mapping

    from windrow.tools.catalogue import Catalogue

WORKER = Path(__file__).with_name("python_worker.py")
STARTING = 30.0  # seconds to import the user's file
GRACE = 5.0  # seconds beyond a call's own limit: the worker ends it, and we end the worker
STATES = 32
FILE_MB = 16


class PythonFunctions(Backend):
    """The functions of one Python file, each call within the catalogue's `limits`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.tools = catalogue.tools
        self.name = f"python/{catalogue.name}"
        source = Path(catalogue.path).read_bytes()
        self.version = int(hashlib.sha256(source).hexdigest()[:8], 16)
        self.limits = catalogue.limits
        self._turn = threading.Lock()
        self._child: Child | None = None

    def initial_states(self, rng: random.Random) -> Iterator[State]:
        """What the file's `initial_states(rng)` yields, up to thirty-two; else its `initial_state()`; else {}."""
        answer = self.ask({"states": STATES, "seed": rng.getrandbits(32)})
        if "states" not in answer:
            raise BackendError(f"initial states: {answer['error']['message']}", where=self.catalogue.path)
        yield from (state for state in answer["states"] if isinstance(state, dict))

    def mutating(self, name: str) -> bool:
        """Whether the function takes `state` and is not among the file's `READ_ONLY`."""
        return not self.catalogue.annotations.get(name, {}).get("readOnlyHint", False)

    def start(self, state: State) -> Session:
        return _Session(self, state)

    def environment(self, tools: Collection[str]) -> dict[str, Any]:  # noqa: ARG002 - the file says it all
        usual = asdict(Limits())
        limits = {name: value for name, value in asdict(self.limits).items() if value != usual[name]}
        told = {"use": "python", "version": self.version, "path": self.catalogue.written or self.catalogue.path}
        return {**told, "limits": limits} if limits else told

    @classmethod
    def reopen(cls, environment: Mapping[str, Any], *, base: Path) -> PythonFunctions:
        """The functions of the file that `environment` names. Raises BackendError where the file is another by now."""
        written = str(environment["path"])
        limits = Limits(**environment.get("limits", {}))
        backend = cls(replace(load(base / written, written=written), limits=limits))
        if backend.version != environment.get("version"):
            raise BackendError("the file has changed since", where=backend.catalogue.path, remedy="make the rows anew")
        return backend

    def ask(self, job: dict[str, Any]) -> dict[str, Any]:
        """What the worker answers. Never raises for what a function does; BackendError where the file cannot be
        imported."""
        line = json.dumps(job).encode()
        with self._turn:
            child = self._worker()
            try:
                child.send(line)
                answer = json.loads(child.receive(time.monotonic() + self.limits.seconds + GRACE))
            except ChildFailure as failure:
                self._drop()
                return {"error": {"code": failure.code, "message": str(failure)}}
            return answer if isinstance(answer, dict) else {"error": {"code": "crashed", "message": "no answer"}}

    def close(self) -> None:
        """End the worker."""
        with self._turn:
            self._drop()

    def _drop(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def _worker(self) -> Child:
        if self._child is not None and self._child.alive:
            return self._child
        self._drop()
        if not hasattr(os, "fork"):
            raise BackendError("Python functions as tools need Linux or macOS", where=self.catalogue.path)
        told = json.dumps({**asdict(self.limits), "file_mb": FILE_MB})
        command = [sys.executable, "-s", "-P", str(WORKER), self.catalogue.path, told]
        folder = Path(self.catalogue.path).parent
        child = Child(
            command, folder=folder, environment={"PYTHONHASHSEED": "0", "PYTHONUTF8": "1"},
            most_bytes=2 * self.limits.most_bytes,
        )  # fmt: skip
        try:
            said = json.loads(child.receive(time.monotonic() + STARTING))
        except ChildFailure as failure:
            said = {"error": {"message": str(failure)}}
        if "error" in said:
            child.close()
            raise BackendError(f"cannot be imported: {said['error']['message']}", where=self.catalogue.path)
        self._child = child
        return child


class _Session(Session):
    def __init__(self, backend: PythonFunctions, state: State) -> None:
        self._backend = backend
        self._state = json.dumps(state)

    def call(self, name: str, arguments: Mapping[str, Any]) -> Result:
        backend = self._backend
        if backend.catalogue.tool(name) is None:
            return failed("unknown_tool", f"there is no tool called {name!r}")
        called = backend.catalogue.called.get(name, name)
        answer = backend.ask({"name": called, "arguments": dict(arguments), "state": json.loads(self._state)})
        if "error" in answer:
            return failed(str(answer["error"]["code"]), str(answer["error"]["message"]))
        self._state = json.dumps(answer["state"])
        return Result(str(answer["text"]))

    def state(self) -> State:
        state: State = json.loads(self._state)
        return state
