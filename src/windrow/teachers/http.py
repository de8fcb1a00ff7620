"""The one seam between windrow and an HTTP client: bytes out, (status, headers, bytes) in.

The client is pyreqwest (Rust): measured on one server, it costs a tenth to a hundredth of what the vendors' SDKs do
for each call. Nothing else imports it, so that another client means another version of this file.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from importlib.metadata import version
from ipaddress import ip_address
from time import monotonic, sleep
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from pyreqwest.client import ClientBuilder
from pyreqwest.exceptions import (
    BuilderError,
    ClientClosedError,
    DetailedPyreqwestError,
    PyreqwestError,
    RequestTimeoutError,
)
from pyreqwest.http import Url

from windrow.errors import CallFailure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyreqwest.client import Client
    from pyreqwest.response import Response

CONNECT_SECONDS = 15.0  # a host that does not even accept the connection is not worth a whole answer's patience
IDLE_SECONDS = 4.0  # servers commonly close an idle connection after 5 s; one that is closing takes no more requests
LARGEST_REPLY = 64 * 2**20  # bytes, unpacked; no completion is as long, and a server must not fill our memory
MANY = 16  # requests under way from which on their replies are taken in together
MOMENT = 0.000_5  # seconds that the event loop holds still for that, once a turn
CLOSED = ("connection closed before message completed", "(os error ", "close_notify")


class Reply(NamedTuple):
    """What a server answered. `headers` finds a name whatever its case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Endpoint:
    """One URL that takes POSTs, with connections kept open between them.

    The client is opened by the first call. Redirects are not followed and cookies not kept, because a key must reach
    no host but the one it was meant for. Proxies of the environment are used, except towards this machine itself.
    """

    def __init__(self, url: str, *, headers: Mapping[str, str], concurrency: int, timeout: float) -> None:
        self._where = _without_secrets(url)
        self._url = Url(url)
        self._headers = dict(headers)
        self._concurrency = concurrency
        self._timeout = timeout
        self._client: Client | None = None
        self._idle = 0  # connections that should be open with nothing to do
        self._idle_since = 0.0
        self._under_way = 0
        self._holding_still = False

    async def post(self, body: bytes) -> Reply:
        """Send `body`. Raises CallFailure where no whole answer came back.

        A server may close a kept connection at the moment that a request is on its way there. That says nothing of the
        server or the request, so it is sent once more, at once, and counts as no try.
        """
        kept = self._takes_a_kept_one()
        self._under_way += 1
        try:
            try:
                reply = await self._exchange(body)
            except PyreqwestError as error:
                if not kept or not _closed_unanswered(error):
                    raise
                reply = await self._exchange(body)
        except PyreqwestError as error:
            raise _translated(error, self._where, self._timeout) from error
        finally:
            self._under_way -= 1
        if self._under_way >= MANY and not self._holding_still:
            self._holding_still = True
            asyncio.get_running_loop().call_soon(self._hold_still)
        self._idle = min(self._idle + 1, self._concurrency)
        self._idle_since = monotonic()
        return reply

    async def _exchange(self, asked: bytes) -> Reply:
        request = (self._client or self._open()).post(self._url).body_bytes(asked).build_streamed()
        # Not `async with`: a body that was read whole needs no closing, which would cost every call 5 µs.
        response = await request.__aenter__()
        try:
            if _has_length(response, self._where):
                body = (await response.bytes()).to_bytes()  # in one go, which is cheaper
            else:
                body = await _body_in_chunks(response, self._where)
            return Reply(response.status, response.headers, body)
        except BaseException:
            await request.__aexit__(None, None, None)
            raise

    def _hold_still(self) -> None:
        """Leave the interpreter's lock to the client's thread for a moment.

        It needs the lock for every reply, and a busy event loop needs it all the time: handed to and fro between two
        cores for each of them, it costs a call more than all that is done to its answer. In a moment's quiet the
        thread takes in all replies that have come, and the loop then finds them together.
        """
        self._holding_still = False
        sleep(MOMENT)

    def _takes_a_kept_one(self) -> bool:
        """Whether the next request goes out on a connection that was used before. The client does not tell, so it is
        counted here; too many are believed open rather than too few, which costs a hopeless request one more try."""
        if self._idle and monotonic() - self._idle_since > IDLE_SECONDS:
            self._idle = 0
        if not self._idle:
            return False
        self._idle -= 1
        return True

    async def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        client, self._client = self._client, None
        self._idle = 0
        if client is not None:
            await client.close()

    def _open(self) -> Client:
        builder = (
            ClientBuilder()
            .timeout(timedelta(seconds=self._timeout))
            .connect_timeout(timedelta(seconds=min(CONNECT_SECONDS, self._timeout)))
            .pool_max_idle_per_host(self._concurrency)
            .pool_idle_timeout(timedelta(seconds=IDLE_SECONDS))
            .default_headers(self._headers)
            .user_agent(f"windrow/{version('windrow')}")
            .default_cookie_store(enable=False)
            .follow_redirects(enable=False)
            .referer(enable=False)
        )
        if is_loopback(self._where):
            builder = builder.no_proxy()
        self._client = builder.build()
        return self._client


def is_loopback(url: str) -> bool:
    """Whether `url` leads to this machine itself."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _without_secrets(url: str) -> str:
    """`url` without credentials and query, where keys are sometimes carried."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _has_length(response: Response, where: str) -> bool:
    """Whether the reply says how long its body is. Raises CallFailure where that is too long."""
    length = response.get_header("content-length")
    if length is None or not length.isdecimal() or response.get_header("transfer-encoding") is not None:
        return False
    if int(length) > LARGEST_REPLY:
        raise _too_large(f"{int(length):,} bytes", where)
    return True


async def _body_in_chunks(response: Response, where: str) -> bytes:
    reader = response.body_reader
    body = bytearray()
    while (chunk := await reader.read_chunk()) is not None:
        body += chunk
        if len(body) > LARGEST_REPLY:
            raise _too_large("its end did not come", where)
    return bytes(body)


def _too_large(size: str, where: str) -> CallFailure:
    what = f"the reply is larger than {LARGEST_REPLY // 2**20} MiB: {size}"
    return CallFailure(what, kind="broken_reply", retryable=False, where=where)


def _closed_unanswered(error: PyreqwestError) -> bool:
    """Whether the connection closed before an answer began (one that is cut within its head reads the same)."""
    causes = _causes(error)
    return "client error (SendRequest)" in causes and any(sign in causes[-1] for sign in CLOSED)


def _translated(error: PyreqwestError, where: str, timeout: float) -> CallFailure:
    """Our failure for the client's. Its classes name the phase loosely, so the chain of causes is asked as well."""
    causes = _causes(error)
    reason = causes[-1] if causes else error.message
    if any("(Connect)" in cause for cause in causes):
        trusted = "certificate" not in reason
        return CallFailure(
            f"cannot connect: {reason}",
            kind="connect",
            retryable=trusted,
            where=where,
            remedy="check base_url, and that the server is running" if trusted else "check the server's certificate",
        )
    if isinstance(error, RequestTimeoutError):
        return CallFailure(f"no answer within {timeout:g} s", kind="timeout", retryable=True, where=where)
    if isinstance(error, ClientClosedError):
        return CallFailure("the client was closed during the call", kind="connect", retryable=False, where=where)
    if isinstance(error, BuilderError):
        return CallFailure(f"the request cannot be sent: {reason}", kind="bad_request", retryable=False, where=where)
    return CallFailure(f"the reply broke off: {reason}", kind="broken_reply", retryable=True, where=where)


def _causes(error: PyreqwestError) -> list[str]:
    """The chain of causes, outermost first, less those that repeat the URL with whatever secrets are in it."""
    if not isinstance(error, DetailedPyreqwestError):
        return []
    messages = [cause["message"] for cause in error.details.get("causes") or ()]
    return [message for message in messages if " for url (" not in message]
