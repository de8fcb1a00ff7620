"""A real HTTP/1.1 server on loopback that answers chat completions, and gives vectors, as scripts say, faults included.

Used in tests in a thread of its own, and in benchmarks as a process (`python -m windrow.testing`).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from windrow.errors import RunError
from windrow.testing.faults import Fault, Reply, Vector, bad_request
from windrow.testing.wire import Connection, completion, embedding, fixed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

Script: TypeAlias = Callable[[dict[str, Any], int], "str | Reply | Fault"]
"""From a request's JSON and its number (0 for the first that arrived) to the answer."""

Embed: TypeAlias = Callable[[dict[str, Any], int], "Sequence[float] | Vector | Fault"]
"""The same for `/embeddings`: from the request's JSON and its number to the vector."""

MODEL = "scripted-1"
BACKLOG = 2048


class Desk:
    """What all connections of a server share: the script, and the count of what came.

    `requests` counts completions asked for and `embedded` vectors, `peak` is the most of either under way at once;
    `bodies`, `texts` (for vectors) and `heads` hold what was sent, where asked for. Scripts run in the server's thread,
    one request at a time.
    """

    def __init__(self, script: Script | str, *, vectors: Embed | None, latency: float, keep: bool, model: str) -> None:
        self.latency = latency
        self.model = model
        self.requests = 0
        self.embedded = 0
        self.peak = 0
        self.texts: list[dict[str, Any]] = []
        self.bodies: list[dict[str, Any]] = []
        self.heads: list[str] = []
        self.connections: set[asyncio.Transport] = set()
        self.failure: BaseException | None = None
        self._keep = keep
        self._under_way = 0
        self._script = script
        self._embed = vectors
        self._fixed = fixed(script, model=model) if isinstance(script, str) else None

    def arrived(self, head: bytes, body: bytes, *, vectors: bool = False) -> int:
        """Note a request; its number among those of its kind."""
        number = self.embedded if vectors else self.requests
        self.embedded += vectors
        self.requests += not vectors
        self._under_way += 1
        self.peak = max(self.peak, self._under_way)
        if self._keep:
            self.heads.append(head.decode("latin-1"))
            (self.texts if vectors else self.bodies).append(orjson.loads(body))
        return number

    def left(self, count: int) -> None:
        """Note that requests were answered, or given up by their client."""
        self._under_way -= count

    def answer(self, body: bytes, number: int) -> bytes | Fault:
        """The response for a request: bytes to send, or a Fault to commit."""
        if self._fixed is not None:
            return self._fixed(body)
        try:
            said = self._script(orjson.loads(body), number)  # type: ignore[operator]
        except Exception as error:  # noqa: BLE001 - told to whoever leaves the server's `with`
            self.failure = self.failure or error
            return Fault(500, body=orjson.dumps({"error": {"message": f"the script failed: {error!r}"}}))
        if isinstance(said, Fault):
            return said
        reply = Reply(said) if isinstance(said, str) else said
        response = completion(reply, model=self.model, number=number, request=body)
        return Fault(body=response.partition(b"\r\n\r\n")[2], delay=reply.delay) if reply.delay else response

    def embed(self, body: bytes, number: int) -> Fault:
        """The response for a request of a vector."""
        if self._embed is None:
            return bad_request("no such path: /embeddings", status=404, code="not_found")
        asked = orjson.loads(body)
        try:
            said = self._embed(asked, number)
        except Exception as error:  # noqa: BLE001 - as above
            self.failure = self.failure or error
            return Fault(500, body=orjson.dumps({"error": {"message": f"the script failed: {error!r}"}}))
        if isinstance(said, Fault):
            return said
        vector = said if isinstance(said, Vector) else Vector(said)
        return Fault(body=embedding(vector, model=self.model, request=asked), delay=vector.delay)


class FaultyServer:
    """A chat-completions server on loopback that does what `script` says, in a thread of its own.

    `script` is a text that answers everything, or a function of the request and its number; `vectors` is a function of
    the same that answers `/embeddings`, which is not found without one. `latency` is seconds before each answer; `keep`
    holds the bodies and heads of requests for the test to look at. An exception in a script is raised where the `with`
    ends.
    """

    def __init__(
        self,
        script: Script | str = "An answer.",
        *,
        vectors: Embed | None = None,
        latency: float = 0.0,
        keep: bool = False,
        model: str = MODEL,
    ) -> None:
        self._desk = Desk(script, vectors=vectors, latency=latency, keep=keep, model=model)
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._serve, name="faulty-server", daemon=True)
        self.port = 0

    @property
    def url(self) -> str:
        """The base URL, as `base_url` wants it."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def requests(self) -> int:
        """Completions asked for so far."""
        return self._desk.requests

    @property
    def embedded(self) -> int:
        """Vectors asked for so far."""
        return self._desk.embedded

    @property
    def texts(self) -> list[dict[str, Any]]:
        """What vectors were asked for, in the order it came; with `keep` only."""
        return self._desk.texts

    @property
    def peak(self) -> int:
        """The most requests under way at once."""
        return self._desk.peak

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What was asked, in the order it came; with `keep` only."""
        return self._desk.bodies

    @property
    def heads(self) -> list[str]:
        """The request line and headers of each request; with `keep` only."""
        return self._desk.heads

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        if not self.port:
            raise RunError("the scripted server found no free port on 127.0.0.1")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        if error is None and self._desk.failure is not None:
            raise self._desk.failure

    def _serve(self) -> None:
        try:
            with asyncio.Runner(loop_factory=new_loop) as runner:
                runner.run(self._until_stopped())
        finally:
            self._ready.set()

    async def _until_stopped(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await self._loop.create_server(lambda: Connection(self._desk), "127.0.0.1", 0, backlog=BACKLOG)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for transport in list(self._desk.connections):
            transport.abort()
        await asyncio.sleep(0)


def new_loop() -> asyncio.AbstractEventLoop:
    """uvloop's where it is installed, else asyncio's own."""
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
