"""A server that speaks OpenAI's protocol: where it is, the key, and replies that are none.

What a server answers is kept as it came, unless it is no answer at all: an error inside an HTTP 200, nothing to read,
or a body that is not JSON, fails the call instead, so that it is asked again and never read as what a model said.
"""

from __future__ import annotations

import hashlib
import os
import re
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from windrow.errors import CallFailure, ConfigError, MissingError
from windrow.teachers import chat, status
from windrow.teachers.base import Teacher
from windrow.teachers.http import Endpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windrow.teachers.base import Request
    from windrow.teachers.settings import Reach

DEFAULT_URL = "https://api.openai.com/v1"
DEFAULT_KEY = "OPENAI_API_KEY"
OK = 200
SHOWN = 500
SECRET = re.compile(
    r"key|token|secret|passw|credential|auth|sig|jwt|(?:^|[^a-z])(?:code|pwd|sas)(?:[^a-z]|$)", re.IGNORECASE
)


class OpenAIServer(Teacher):
    """A model behind any OpenAI-compatible endpoint, asked at `path`.

    `settings.base_url`, else OPENAI_BASE_URL, else OpenAI's own. The key is read from the environment variable
    `settings.api_key_env` (OPENAI_API_KEY), is required where that variable was named or the host is OpenAI's, and is
    written nowhere.
    """

    path: ClassVar[str]

    def __init__(self, model: str, settings: Reach, env: Mapping[str, str] | None) -> None:
        env = os.environ if env is None else env
        url = _base_url(settings, env, self.path)
        self.address = f"openai/{model}"
        self.is_openais = _without_query(url) == DEFAULT_URL
        self.endpoint = _identity(url)
        self.pace = settings.pace()
        self._model = model
        self._params = settings.params
        self._key_env = settings.api_key_env or DEFAULT_KEY
        self._key = _key(settings, env, self._key_env, needed=self.is_openais)
        self._latest: tuple[bytes, Any] = (b"", None)
        self._http = Endpoint(
            urlunsplit(url._replace(path=url.path + self.path)),
            headers=_headers(self._key),
            concurrency=self.pace.concurrency,
            timeout=self.pace.timeout,
        )

    async def send(self, body: bytes, request: Request) -> bytes:
        """The raw response. `request` is not needed: the body says it all."""
        del request
        code, headers, raw = await self._http.post(body)
        if code != OK:
            raise self._failed(code, headers, raw)
        self._refuse_errors(headers, raw)
        return raw

    @abstractmethod
    def error_in(self, data: object) -> dict[str, Any] | None:
        """The error inside what should be an answer, or None."""

    async def close(self) -> None:
        await self._http.close()

    def _refuse_errors(self, headers: Mapping[str, str], raw: bytes) -> None:
        """Raise CallFailure for a 200 that holds no answer: gateways send their upstream's errors that way."""
        try:
            data = chat.parse(raw)
        except ValueError as error:
            raise CallFailure(
                "the reply is not JSON",
                kind="broken_reply",
                retryable=True,
                status=OK,
                evidence=self._quoted(raw),
                where=self.endpoint,
            ) from error
        problem = self.error_in(data)
        if problem is None:
            self._latest = (raw, data)
            return
        code = problem.get("code")
        if type(code) is int and 400 <= code < 600:  # noqa: PLR2004 - the upstream's own HTTP status
            raise self._failed(code, headers, raw)
        said = status.message_of(problem) or "no explanation"
        raise CallFailure(
            f"an error came as HTTP 200: {self._quoted(said.encode())}",
            kind="broken_reply",
            retryable=True,
            status=OK,
            evidence=self._quoted(raw),
            where=self.endpoint,
        )

    def _failed(self, code: int, headers: Mapping[str, str], raw: bytes) -> CallFailure:
        remedy = f"check the key in {self._key_env}" if self._key else f"export {self._key_env}=…"
        return status.failure(code, headers, raw, where=self.endpoint, secret=self._key, remedy=remedy)

    def _quoted(self, raw: bytes) -> str:
        text = raw.decode(errors="replace")
        return (text.replace(self._key, "[key]") if self._key else text)[:SHOWN]


def _base_url(settings: Reach, env: Mapping[str, str], path: str) -> SplitResult:
    given = settings.base_url or env.get("OPENAI_BASE_URL") or DEFAULT_URL
    where = "base_url" if settings.base_url else "OPENAI_BASE_URL"
    remedy = f"such as http://127.0.0.1:8000/v1 or {DEFAULT_URL}"
    try:
        parts = urlsplit(given.strip())
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"not a URL: {error}", where=where, remedy=remedy) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ConfigError("not an http or https URL", where=where, remedy=remedy)
    return parts._replace(path=parts.path.rstrip("/").removesuffix(path), fragment="")


def _identity(url: SplitResult) -> str:
    """What tells one server from another: the base URL without credentials, and of its query a hash, because anything
    may be in it. Parameters that look like keys are left out of that: a new key is no new server."""
    told = sorted(pair for pair in parse_qsl(url.query, keep_blank_values=True) if not SECRET.search(pair[0]))
    base = _without_query(url)
    return f"{base}?{hashlib.sha256(urlencode(told).encode()).hexdigest()[:8]}" if told else base


def _without_query(url: SplitResult) -> str:
    return urlunsplit((url.scheme, url.netloc.rpartition("@")[2].lower(), url.path, "", ""))


def _key(settings: Reach, env: Mapping[str, str], name: str, *, needed: bool) -> str:
    key = env.get(name, "").strip()
    if not key and (needed or settings.api_key_env is not None):
        raise MissingError(f"no key: the environment variable {name} is not set", remedy=f"export {name}=…")
    if not key.isascii() or not key.isprintable():
        raise ConfigError("the key has characters that no header can carry", where=name, remedy="copy it again")
    return key


def _headers(key: str) -> dict[str, str]:
    headers = {"content-type": "application/json", "accept": "application/json"}
    return {**headers, "authorization": f"Bearer {key}"} if key else headers
