"""The one seam between windrow and an HTTP client: bytes out, (status, headers, bytes) in.

The client is pyreqwest (Rust): measured on one server, it costs a tenth to a hundredth of what the vendors' SDKs do
for each call. Nothing else imports it, so that another client means another version of this file.
"""

from __future__ import annotations

from datetime import timedelta
from importlib.metadata import version
from ipaddress import ip_address
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

CONNECT_SECONDS = 15.0  # a host that does not even accept the connection is not worth a whole answer's patience


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

    async def post(self, body: bytes) -> Reply:
        """Send `body`. Raises CallFailure where no whole answer came back."""
        client = self._client or self._open()
        try:
            response = await client.post(self._url).body_bytes(body).build().send()
            return Reply(response.status, response.headers, (await response.bytes()).to_bytes())
        except PyreqwestError as error:
            raise _translated(error, self._where, self._timeout) from error

    async def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _open(self) -> Client:
        builder = (
            ClientBuilder()
            .timeout(timedelta(seconds=self._timeout))
            .connect_timeout(timedelta(seconds=min(CONNECT_SECONDS, self._timeout)))
            .pool_max_idle_per_host(self._concurrency)
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
