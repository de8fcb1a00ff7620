"""HTTP/1.1 by hand, for a server that must cost next to nothing beside the client it measures."""

from __future__ import annotations

import asyncio
import base64
from array import array
from time import time
from typing import TYPE_CHECKING, Any

import orjson

from windrow.testing.faults import Fault, Reply, error_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from windrow.testing.faults import Vector
    from windrow.testing.server import Desk

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
END = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length:"
COMPLETIONS = b"/chat/completions"
EMBEDDINGS = b"/embeddings"


class Connection(asyncio.Protocol):
    """One client connection, kept alive from request to request."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._buffer = b""
        self._pending = 0
        self._later = asyncio.get_running_loop().call_later

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._desk.connections.add(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._desk.connections.discard(self._transport)
        self._desk.left(self._pending)
        self._pending = 0

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        while (end := self._buffer.find(END)) >= 0:
            head = self._buffer[: end + 2]
            whole = end + len(END) + _content_length(head)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + len(END) : whole], self._buffer[whole:]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        desk = self._desk
        path = head.split(b" ", 2)[1].partition(b"?")[0]
        vectors = path.endswith(EMBEDDINGS)
        if not vectors and not path.endswith(COMPLETIONS):
            self._transport.write(_aside(desk, path).response())
            return
        self._pending += 1
        number = desk.arrived(head, body, vectors=vectors)
        answer = desk.embed(body, number) if vectors else desk.answer(body, number)
        if isinstance(answer, bytes):
            self._finish_after(desk.latency, answer)
        else:
            self._misbehave(answer)

    def _finish_after(self, seconds: float, response: bytes) -> None:
        if seconds > 0:
            self._later(seconds, self._finish, response)
        else:
            self._finish(response)

    def _finish(self, response: bytes) -> None:
        if self._transport.is_closing():
            return
        self._pending -= 1
        self._desk.left(1)
        self._transport.write(response)

    def _misbehave(self, fault: Fault) -> None:
        if fault.hang:
            return
        response = fault.response()
        if fault.send is None:
            self._finish_after(self._desk.latency + fault.delay, response)
        else:
            self._later(self._desk.latency + fault.delay, self._break, response[: fault.send])

    def _break(self, part: bytes) -> None:
        self._finish(part)
        self._transport.close()


def completion(reply: Reply, *, model: str, number: int, request: bytes) -> bytes:
    """The whole HTTP response for `reply`. Tokens are counted as four bytes each, so that usage is never absent."""
    message = {"role": "assistant", "content": reply.text, **reply.message}
    asked, told = len(request) // 4, max(1, len((reply.text or "").encode()) // 4)
    body = orjson.dumps(
        {
            "id": f"chatcmpl-{number}",
            "object": "chat.completion",
            "created": int(time()),
            "model": model,
            "choices": [{"index": 0, "message": message, "finish_reason": reply.finish_reason}],
            "usage": {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told},
            **reply.extra,
        }
    )
    return b"%b%d\r\n\r\n%b" % (HEAD, len(body), body)


def embedding(vector: Vector, *, model: str, request: dict[str, Any]) -> bytes:
    """The body of the response for `vector`. Tokens are counted as four bytes of text each."""
    values: Any = list(vector.values)
    if request.get("encoding_format") == "base64":
        values = base64.b64encode(array("f", values).tobytes()).decode()
    asked = max(1, len(str(request.get("input", "")).encode()) // 4)
    return orjson.dumps(
        {
            "object": "list",
            "data": [{"object": "embedding", "index": 0, "embedding": values}],
            "model": model,
            "usage": {"prompt_tokens": asked, "total_tokens": asked},
            **vector.extra,
        }
    )


def fixed(text: str, *, model: str) -> Callable[[bytes], bytes]:
    """A maker of one answer for every request, with all but nothing left to do for each."""
    response = completion(Reply(text), model=model, number=0, request=b"")
    return lambda _: response


def _content_length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(LENGTH)
    if at < 0:
        return 0
    start = at + len(LENGTH)
    return int(lower[start : lower.index(b"\r", start)])


def _aside(desk: Desk, path: bytes) -> Fault:
    """Everything else: the list of models, and how the server has fared."""
    if path.endswith(b"/models"):
        return _ok({"object": "list", "data": [{"id": desk.model, "object": "model"}]})
    if path == b"/stats":
        return _ok(
            {
                "requests": desk.requests,
                "embedded": desk.embedded,
                "peak": desk.peak,
                "connections": len(desk.connections),
            }
        )
    return Fault(404, body=error_body(f"no such path: {path.decode(errors='replace')}", code="not_found"))


def _ok(data: dict[str, Any]) -> Fault:
    return Fault(body=orjson.dumps(data))
