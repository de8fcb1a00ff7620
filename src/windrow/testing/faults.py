"""What a scripted server may answer: a chat completion, a vector, or one of the ways servers fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests",
           500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """A chat completion. `message` adds to or replaces keys of the assistant's message (refusal, tool_calls, …),
    `extra` those of the whole; `delay` is seconds on top of the server's latency."""

    text: str | None = ""
    finish_reason: str = "stop"
    message: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Vector:
    """What `/embeddings` answers: the numbers, in the form that the request asks for. `extra` adds to or replaces keys
    of the whole; `delay` is seconds on top of the server's latency."""

    values: Sequence[float]
    extra: Mapping[str, Any] = field(default_factory=dict)
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer that is no completion. `claim` replaces the true Content-Length; after `send` bytes of the response
    (headers included) the connection is closed; `hang` means no byte ever comes."""

    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    claim: int | None = None
    send: int | None = None
    hang: bool = False
    delay: float = 0.0

    def response(self) -> bytes:
        """The bytes on the wire, before they are cut."""
        length = len(self.body) if self.claim is None else self.claim
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Status')}", "Content-Type: application/json"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines += [f"Content-Length: {length}", "", ""]
        return "\r\n".join(lines).encode() + self.body


def error_body(message: str, *, code: str | None = None, kind: str = "invalid_request_error") -> bytes:
    """An error as OpenAI words it."""
    return orjson.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}})


def rate_limited(retry_after: float | str | None = None, *, milliseconds: int | None = None) -> Fault:
    """429; `retry_after` in seconds or as an HTTP date, `milliseconds` in OpenAI's own header."""
    headers = [("Retry-After", str(retry_after))] if retry_after is not None else []
    headers += [("retry-after-ms", str(milliseconds))] if milliseconds is not None else []
    return Fault(429, headers, error_body("Rate limit reached", code="rate_limit_exceeded", kind="requests"))


def server_error(status: int = 500) -> Fault:
    """A 5xx that says nothing useful."""
    return Fault(status, body=error_body("The server had an error", kind="server_error"))


def bad_request(message: str = "Unsupported value", *, status: int = 400, code: str | None = None) -> Fault:
    """A 4xx: this request will not do, now or later."""
    return Fault(status, body=error_body(message, code=code))


def filtered_prompt() -> Fault:
    """400 of a content filter that refused the prompt."""
    return bad_request("The response was filtered", code="content_filter")


def error_inside_ok(message: str = "Provider returned error", code: int | str | None = 502) -> Fault:
    """HTTP 200 whose body is an error, as gateways pass on an upstream's."""
    return Fault(body=orjson.dumps({"error": {"message": message, "code": code}}))


def malformed_json() -> Fault:
    """HTTP 200 with half a completion under a right Content-Length."""
    return Fault(body=b'{"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assi')


def wrong_length() -> Fault:
    """More promised than sent, then the connection closes."""
    body = b'{"choices":[]}'
    fault = Fault(body=body, claim=len(body) + 100)
    return Fault(body=body, claim=fault.claim, send=len(fault.response()))


def cut_off(sent: int = 90) -> Fault:
    """A connection that closes in the middle of the response."""
    return Fault(body=b'{"choices":[{"message":{"content":"' + b"x" * 500 + b'"}}]}', send=sent)


def dropped() -> Fault:
    """A connection that closes without a byte."""
    return Fault(send=0)


def hang() -> Fault:
    """No answer, ever, on a connection that stays open."""
    return Fault(hang=True)


def length(text: str = "An answer that stops in the mid") -> Reply:
    """An answer cut off by the token limit."""
    return Reply(text, finish_reason="length")


def refusal(text: str = "I'm sorry, but I can't help with that.") -> Reply:
    """An answer that declines, in plain text as most servers give it."""
    return Reply(text)


def empty() -> Reply:
    """An answer with no text in it."""
    return Reply("")
