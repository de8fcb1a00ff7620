"""A user's MCP server as a catalogue and a backend: started here, spoken to in JSON-RPC over its standard input.

Four messages are all that is needed of the protocol (initialize, initialized, tools/list, tools/call), so it is spoken
here by hand: the official library would bring an HTTP server and two dozen packages into every installation.
See the Model Context Protocol, revision 2025-06-18.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from windrow.errors import SeedError
from windrow.text import strict_json
from windrow.tools.backend import Backend, BackendError, Result, Session, State, failed, write
from windrow.tools.catalogue import build
from windrow.tools.children import Child, ChildFailure

if TYPE_CHECKING:
    import random
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from windrow.tools.catalogue import Catalogue

REVISION = "2025-06-18"
MOST_BYTES = 8 * 1024 * 1024
MOST_PAGES = 200
NO_SUCH_METHOD = -32601
CALLS = "calls"
LONGEST_NAME = 64
USUAL_TIMEOUT = 20

_given: dict[tuple[tuple[str, ...], frozenset[str]], dict[str, str]] = {}
"""The variables that servers of this process got, by command and names: rows hold no values, and are replayed here."""


class ServerFailure(Exception):
    """A server that does not answer as the protocol says. `code` is a short stable word."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(what)
        self.code = code


class Connection:
    """One running server, greeted. `server` is what it calls itself."""

    def __init__(self, command: Sequence[str], *, environment: Mapping[str, str], folder: Path, timeout: float) -> None:
        """Start the server. Raises ServerFailure."""
        self.timeout = timeout
        self._next = 0
        try:
            self._child = Child(command, folder=folder, environment=environment, most_bytes=MOST_BYTES)
        except OSError as error:
            raise ServerFailure("not_started", f"{command[0]!r} cannot be started: {error.strerror}") from error
        try:
            told = self.request(
                "initialize",
                {
                    "protocolVersion": REVISION,
                    "capabilities": {},
                    "clientInfo": {"name": "windrow", "version": "1"},
                },
            )
            server = told.get("serverInfo")
            self.server: dict[str, Any] = server if isinstance(server, dict) else {}
            self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        except ServerFailure:
            self.close()
            raise

    def tools(self) -> list[Any]:
        """Every tool it lists, page after page. Raises ServerFailure."""
        found: list[Any] = []
        cursor: Any = None
        for _ in range(MOST_PAGES):
            told = self.request("tools/list", {} if cursor is None else {"cursor": cursor})
            page = told.get("tools")
            found += page if isinstance(page, list) else []
            cursor = told.get("nextCursor")
            if not cursor:
                return found
        raise ServerFailure("malformed", f"tools/list goes on for more than {MOST_PAGES} pages")

    def call(self, name: str, arguments: Mapping[str, Any]) -> Result:
        """The result of a call; what the server reports as an error is a failed result. Raises ServerFailure."""
        return _result(self.request("tools/call", {"name": name, "arguments": dict(arguments)}))

    def request(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """The `result` of one request. Raises ServerFailure."""
        self._next += 1
        self._send({"jsonrpc": "2.0", "id": self._next, "method": method, "params": dict(params)})
        deadline = time.monotonic() + self.timeout
        while True:
            said = self._receive(deadline)
            if "method" in said:
                self._reply(said)
            elif said.get("id") == self._next:
                break
        error = said.get("error")
        if isinstance(error, dict):
            raise ServerFailure("rpc_error", f"{method}: {error.get('message') or error.get('code')}"[:500])
        result = said.get("result")
        if not isinstance(result, dict):
            raise ServerFailure("malformed", f"{method}: neither a result nor an error")
        return result

    def close(self) -> None:
        """End the server."""
        self._child.close()

    def _reply(self, said: dict[str, Any]) -> None:
        """What a server may ask of us: to be there. Notifications need no answer."""
        if "id" not in said:
            return
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": said["id"]}
        if said["method"] == "ping":
            answer["result"] = {}
        else:
            answer["error"] = {"code": NO_SUCH_METHOD, "message": f"{said['method']} is not offered"}
        self._send(answer)

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self._child.send(json.dumps(message, ensure_ascii=False).encode())
        except ChildFailure as failure:
            raise ServerFailure(failure.code, f"{failure}{self._complaint()}") from failure

    def _receive(self, deadline: float) -> dict[str, Any]:
        try:
            line = self._child.receive(deadline)
        except ChildFailure as failure:
            raise ServerFailure(failure.code, f"{failure}{self._complaint()}") from failure
        try:
            said = strict_json.loads(line.decode())
        except ValueError as error:
            shown = line[:80].decode("utf-8", "replace").strip()
            why = f" ({error})" if line.lstrip().startswith(b"{") else ""
            raise ServerFailure("malformed", f"it wrote something else than JSON: {shown!r}{why}") from None
        if not isinstance(said, dict):
            raise ServerFailure("malformed", "a message that is no object")
        return said

    def _complaint(self) -> str:
        return f": {self._child.complaint[-300:]}" if self._child.complaint else ""


def serve(
    command: Sequence[str], *, environment: Mapping[str, str], folder: Path, timeout: float,
    only: Collection[str] = (), leave_out: Collection[str] = (),
) -> Catalogue:  # fmt: skip
    """The catalogue of the server that `command` starts. Raises SeedError."""
    where = f"server {' '.join(command)}"
    try:
        connection = Connection(command, environment=environment, folder=folder, timeout=timeout)
        try:
            listed, server = connection.tools(), connection.server
        finally:
            connection.close()
    except ServerFailure as failure:
        raise SeedError(str(failure), where=where, remedy="does the command run, and does it speak MCP?") from failure
    told = server.get("name")
    name = " ".join(told.split())[:LONGEST_NAME] if isinstance(told, str) else ""
    catalogue = build(name or Path(command[-1]).stem, listed, "mcp_server", where=where, only=only, leave_out=leave_out)
    known = tuple(command), frozenset(environment)
    _given[known] = dict(environment)
    return replace(catalogue, command=known[0], environment=_given[known], path=str(folder), timeout=timeout)


class McpServer(Backend):
    """An MCP server that executes calls, one process for each conversation.

    A server's state cannot be seen, so it is told by how it came to be: the calls so far that may change something,
    with what they returned. A session that starts from such a state makes those calls again.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.tools = catalogue.tools
        self.name = f"mcp/{catalogue.name}"
        self.version = int(hashlib.sha256(write([catalogue.name, *catalogue.command]).encode()).hexdigest()[:8], 16)

    def initial_states(self, rng: random.Random) -> Iterator[State]:  # noqa: ARG002 - there is one
        """The server as it starts: no call yet."""
        yield {CALLS: []}

    def mutating(self, name: str) -> bool:
        """Whether the server does not say that the tool only reads."""
        return self.catalogue.annotations.get(name, {}).get("readOnlyHint") is not True

    def start(self, state: State) -> Session:
        """A fresh server. Raises BackendError where it does not start, or does not come to `state`."""
        try:
            connection = Connection(
                self.catalogue.command, environment=self.catalogue.environment,
                folder=Path(self.catalogue.path or "."), timeout=self.catalogue.timeout,
            )  # fmt: skip
        except ServerFailure as failure:
            raise BackendError(str(failure), where=f"server {' '.join(self.catalogue.command)}") from failure
        session = _Session(self, connection)
        for told in state.get(CALLS, []):
            if session.call(told["name"], told["arguments"]).text != told["result"]:
                session.close()
                raise BackendError(f"{told['name']} answers otherwise than before", where=self.name)
        return session

    def environment(self, tools: Collection[str]) -> dict[str, Any]:  # noqa: ARG002 - the command says it all
        """The command and the names of its variables. Their values may be secret, and rows are passed around."""
        told = {"use": "mcp", "version": self.version, "command": list(self.catalogue.command)}
        names = {"env": sorted(self.catalogue.environment)} if self.catalogue.environment else {}
        patience = {"timeout": self.catalogue.timeout} if self.catalogue.timeout != USUAL_TIMEOUT else {}
        return {**told, **names, **patience}

    @classmethod
    def reopen(cls, environment: Mapping[str, Any], *, base: Path) -> McpServer:
        """The server that `environment` names, started in `base`. Raises BackendError where it is another."""
        command = [str(part) for part in environment["command"]]
        timeout = float(environment.get("timeout", USUAL_TIMEOUT))
        variables = _values(command, environment.get("env", ()))
        backend = cls(serve(command, environment=variables, folder=base, timeout=timeout))
        if backend.version != environment.get("version"):
            raise BackendError("it is another server by now", where=backend.name, remedy="make the rows anew")
        return backend


class _Session(Session):
    def __init__(self, backend: McpServer, connection: Connection) -> None:
        self._backend = backend
        self._connection = connection
        self._calls: list[dict[str, Any]] = []

    def call(self, name: str, arguments: Mapping[str, Any]) -> Result:
        backend = self._backend
        if backend.catalogue.tool(name) is None:
            return failed("unknown_tool", f"there is no tool called {name!r}")
        try:
            result = self._connection.call(backend.catalogue.called.get(name, name), arguments)
        except ServerFailure as failure:
            result = failed(failure.code, str(failure))
        if backend.mutating(name) and not result.failed:
            self._calls.append({"name": name, "arguments": dict(arguments), "result": result.text})
        return result

    def state(self) -> State:
        copied: State = json.loads(json.dumps({CALLS: self._calls}))
        return copied

    def close(self) -> None:
        self._connection.close()


def _values(command: Sequence[str], names: Collection[str]) -> dict[str, str]:
    """What the variables called `names` held when this process last started the server, else what they hold in its own
    environment. Raises BackendError."""
    known = {**os.environ, **_given.get((tuple(command), frozenset(names)), {})}
    missing = sorted(set(names) - set(known))
    if missing:
        raise BackendError(
            f"the server ran with the environment variable {missing[0]}, which is not set",
            where=f"server {' '.join(command)}", remedy=f"export {missing[0]}=…",
        )  # fmt: skip
    return {name: known[name] for name in names}


def _result(told: Mapping[str, Any]) -> Result:
    """The text of a `tools/call` result. What is no text is named, never guessed at. Raises ServerFailure."""
    parts = []
    content = told.get("content") or []
    if not isinstance(content, list):
        raise ServerFailure("malformed", "tools/call: its content is no list")
    for block in content:
        kind = block.get("type") if isinstance(block, dict) else None
        if kind == "text":
            parts.append(str(block.get("text", "")))
        elif kind == "resource" and isinstance(block.get("resource"), dict) and "text" in block["resource"]:
            parts.append(str(block["resource"]["text"]))
        else:
            parts.append(f"[{kind or 'unknown'} content]")
    structured = told.get("structuredContent")
    text = "\n".join(parts) or ("" if structured is None else write(structured))
    if told.get("isError"):
        return failed("tool_error", text or "the tool reports an error")
    return Result(text or "{}")
