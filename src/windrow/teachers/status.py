"""What an HTTP status means for a row: may the same request succeed later, when, and what a person can do about it.

The code inside the error body is read as well, since servers send one status for different troubles: 429 for both
"slow down" and "your credit is used up", 400 for both a wrong parameter and a prompt that a content filter refused.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from windrow.errors import CallFailure

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN = 500
FILTERED = frozenset({"content_filter", "content_policy_violation", "responsibleaipolicyviolation"})
SPENT = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})


class _Meaning(NamedTuple):
    kind: str
    retryable: bool
    remedy: str = ""


MEANINGS = {
    401: _Meaning("auth", False, "check the key"),
    402: _Meaning("quota", False, "check the account's credit"),
    403: _Meaning("auth", False, "check what the key is allowed to do"),
    404: _Meaning("not_found", False, "check base_url and the model's name"),
    408: _Meaning("timeout", True),
    409: _Meaning("conflict", True),
    429: _Meaning("rate_limited", True),
}
QUOTA = _Meaning("quota", False, "check the account's credit")
CONTENT_FILTER = _Meaning("content_filter", False)
SERVER_ERROR = _Meaning("server_error", True)
MOVED = _Meaning("not_found", False, "redirects are not followed: set base_url to where the server really is")
BAD_REQUEST = _Meaning("bad_request", False)


def failure(
    status: int, headers: Mapping[str, str], body: bytes, *, where: str, secret: str = "", remedy: str = ""
) -> CallFailure:
    """The failure that a reply with `status` is. `secret` is struck out of all that is quoted from the server;
    `remedy` replaces the usual advice for a refused key."""
    text = body.decode(errors="replace")
    text = text.replace(secret, "[key]") if secret else text
    error = error_of(_read(text))
    meaning = _meaning(status, error)
    said = message_of(error) or text.strip()[:SHOWN] or "no explanation"
    return CallFailure(
        f"HTTP {status}: {' '.join(said.split())[:SHOWN]}",
        kind=meaning.kind,
        retryable=meaning.retryable,
        status=status,
        retry_after=retry_after(headers) if meaning.retryable else None,
        evidence=text[:SHOWN],
        where=where,
        remedy=remedy if remedy and meaning.kind == "auth" else meaning.remedy,
    )


def error_of(data: object) -> dict[str, Any]:
    """The error that a body tells of, whichever of the usual shapes it is in; {} where it tells of none."""
    if not isinstance(data, dict):
        return {}
    error = data.get("error", data.get("detail"))
    if isinstance(error, dict):
        return error
    if error:
        return {"message": error if isinstance(error, str) else orjson.dumps(error).decode()}
    return data if data.get("object") == "error" else {}


def message_of(error: Mapping[str, Any]) -> str:
    """The sentence in an error, or ''."""
    message = error.get("message")
    return message if isinstance(message, str) else ""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that the server asks to be left alone, from `retry-after-ms` or `Retry-After` (seconds or a date)."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    wish = headers.get("retry-after")
    seconds = _number(wish)
    return seconds if seconds is not None else _seconds_until(wish)


def _meaning(status: int, error: Mapping[str, Any]) -> _Meaning:
    slugs = {str(error.get(key) or "").lower() for key in ("code", "type")}
    if status < 500:  # noqa: PLR2004 - where the server itself is at fault, its code says nothing of the request
        if slugs & FILTERED or "content management policy" in message_of(error):
            return CONTENT_FILTER
        if slugs & SPENT:
            return QUOTA
    if status in MEANINGS:
        return MEANINGS[status]
    if 300 <= status < 400:  # noqa: PLR2004
        return MOVED
    return SERVER_ERROR if status >= 500 else BAD_REQUEST  # noqa: PLR2004


def _read(text: str) -> object:
    try:
        return orjson.loads(text)
    except ValueError:
        return None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if isfinite(number) and number >= 0 else None


def _seconds_until(text: str | None) -> float | None:
    try:
        when = parsedate_to_datetime(text or "")
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, (when - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError, TypeError):  # a year of eleven digits is no ValueError
        return None
