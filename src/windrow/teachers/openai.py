"""`openai/<model>`: any server that speaks OpenAI's chat completions, over one light HTTP client.

The body that is hashed into the ledger's key is the very body that is sent. What a server answers is stored as it
came, unless it is no answer at all: an error inside an HTTP 200, no choice to read, or a body that is not JSON, fails
the call instead, so that it is asked again and never read as what a model said.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

import orjson

from windrow.errors import CallFailure, ConfigError, MissingError
from windrow.teachers import chat, status
from windrow.teachers.base import Teacher
from windrow.teachers.canonical import write_json
from windrow.teachers.http import Endpoint
from windrow.teachers.schemas import strict
from windrow.teachers.settings import OURS, ModelSettings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from windrow.shapes import Answer
    from windrow.teachers.base import Request

DEFAULT_URL = "https://api.openai.com/v1"
DEFAULT_KEY = "OPENAI_API_KEY"
OK = 200
SHOWN = 500
SCHEMAS_KEPT = 256
LIMITS = ("max_completion_tokens", "max_output_tokens", "max_tokens")  # one thing, by the names it has had
SECRET = re.compile(
    r"key|token|secret|passw|credential|auth|sig|jwt|(?:^|[^a-z])(?:code|pwd|sas)(?:[^a-z]|$)", re.IGNORECASE
)
INSTRUCTION = """

Answer with one JSON value and nothing else: no prose, no code fence. It must be valid against this JSON Schema:
"""
DIGITS_AND_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


class OpenAICompatible(Teacher):
    """A model behind any OpenAI-compatible endpoint.

    `settings.base_url`, else OPENAI_BASE_URL, else OpenAI's own. The key is read from the environment variable
    `settings.api_key_env` (OPENAI_API_KEY), is required where that variable was named or the host is OpenAI's, and is
    written nowhere.
    """

    def __init__(
        self, model: str, settings: ModelSettings, *, env: Mapping[str, str] | None = None, base: Path | None = None
    ) -> None:
        del base  # nothing here is read from a file
        env = os.environ if env is None else env
        url = _base_url(settings, env)
        self.address = f"openai/{model}"
        openais = _without_query(url) == DEFAULT_URL
        self.endpoint = _identity(url)
        self.pace = settings.pace()
        self._model = model
        self._params = settings.params
        self._native = settings.structured == "native" or (settings.structured == "auto" and openais)
        self._schemas: dict[int, tuple[Mapping[str, Any], orjson.Fragment | None, str]] = {}
        self._key_env = settings.api_key_env or DEFAULT_KEY
        self._key = _key(settings, env, self._key_env, needed=openais)
        self._latest: tuple[bytes, Any] = (b"", None)
        self._http = Endpoint(
            _completions(url), headers=_headers(self._key), concurrency=self.pace.concurrency, timeout=self.pace.timeout
        )

    def encode(self, request: Request) -> bytes:
        """The body: parameters in a fixed order, a schema in its own (models write properties in the order shown)."""
        merged = {**request.params, **self._params}
        if request.wider:
            merged = _widened(merged, request.wider)
        if not OURS.isdisjoint(merged):
            taken = ", ".join(sorted(OURS & merged.keys()))
            raise ConfigError(f"params cannot set {taken}", where=f"prompt {request.label}", remedy="remove it")
        body: dict[str, Any] = {"model": self._model, "messages": [chat.write_message(m) for m in request.messages]}
        body.update((key, merged[key]) for key in sorted(merged) if merged[key] is not None)
        if request.tools:
            body["tools"] = chat.write_tools(request.tools)
        if request.schema is not None:
            self._ask_for_json(body, request.schema)
        return write_json(body, where=request.label)

    async def send(self, body: bytes, request: Request) -> bytes:
        """The raw response. `request` is not needed: the body says it all."""
        del request
        code, headers, raw = await self._http.post(body)
        if code != OK:
            raise self._failed(code, headers, raw)
        self._refuse_errors(headers, raw)
        return raw

    def decode(self, raw: bytes) -> Answer:
        latest, data = self._latest  # what `send` has just parsed need not be parsed again
        return chat.read(raw, data if latest is raw else None, model=self._model)

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
        problem = _error_in(data)
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

    def _ask_for_json(self, body: dict[str, Any], schema: Mapping[str, Any]) -> None:
        known = self._schemas.get(id(schema))
        if known is None or known[0] is not schema:
            known = (schema, self._response_format(schema), INSTRUCTION + write_json(schema, where="schema").decode())
            if len(self._schemas) >= SCHEMAS_KEPT:
                self._schemas.clear()
            self._schemas[id(schema)] = known
        _, native, instruction = known
        if native is not None:
            body["response_format"] = native
        else:
            _instruct(body["messages"], instruction)

    def _response_format(self, schema: Mapping[str, Any]) -> orjson.Fragment | None:
        """The `response_format` for `schema`; None where the prompt must say it: natively, only objects are taken."""
        if not self._native or schema.get("type") != "object":
            return None
        strictly = strict(schema)
        name = "".join(c if c in DIGITS_AND_LETTERS else "_" for c in str(schema.get("title") or "answer"))[:64]
        wanted = {"name": name, "strict": strictly is not None, "schema": strictly or schema}
        return orjson.Fragment(write_json({"type": "json_schema", "json_schema": wanted}, where="schema"))


def _instruct(messages: list[dict[str, Any]], instruction: str) -> None:
    """Append `instruction` to the last turn that may carry one, or add a turn for it."""
    for message in reversed(messages):
        if message["role"] in ("user", "system"):
            message["content"] += instruction
            return
    messages.append({"role": "user", "content": instruction.strip()})


def _error_in(data: object) -> dict[str, Any] | None:
    """The error inside what should be a completion, or None."""
    if not isinstance(data, dict):
        return {"message": f"a completion was expected, not {type(data).__name__}"}
    choices = data.get("choices")
    if not choices:
        return status.error_of(data) or {"message": "a completion was expected, not one without choices"}
    first = choices[0] if isinstance(choices, list) else None
    error = first.get("error") if isinstance(first, dict) else None
    return error if isinstance(error, dict) and error else None


def _base_url(settings: ModelSettings, env: Mapping[str, str]) -> SplitResult:
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
    path = parts.path.rstrip("/").removesuffix("/chat/completions")
    return parts._replace(path=path, fragment="")


def _completions(url: SplitResult) -> str:
    return urlunsplit(url._replace(path=url.path + "/chat/completions"))


def _identity(url: SplitResult) -> str:
    """What tells one server from another: the base URL without credentials, and of its query a hash, because anything
    may be in it. Parameters that look like keys are left out of that: a new key is no new server."""
    told = sorted(pair for pair in parse_qsl(url.query, keep_blank_values=True) if not SECRET.search(pair[0]))
    base = _without_query(url)
    return f"{base}?{hashlib.sha256(urlencode(told).encode()).hexdigest()[:8]}" if told else base


def _without_query(url: SplitResult) -> str:
    return urlunsplit((url.scheme, url.netloc.rpartition("@")[2].lower(), url.path, "", ""))


def _widened(params: Mapping[str, Any], wider: Mapping[str, Any]) -> dict[str, Any]:
    """`params` with `wider` over them, whoever set them. A token limit goes to the name that is in use and is never
    lowered; what is null in `params` stays left out, because the model does not take it."""
    out = dict(params)
    for key, value in wider.items():
        limits = [name for name in LIMITS if params.get(name) is not None] if key in LIMITS else []
        for name in limits:
            out[name] = _larger(out[name], value)
        if not limits and params.get(key, value) is not None:
            out[key] = value
    return out


def _larger(limit: object, wider: object) -> object:
    """The larger of two token limits; None is no limit at all."""
    if limit is None or wider is None:
        return None
    return max(limit, wider) if isinstance(limit, int | float) and isinstance(wider, int | float) else limit


def _key(settings: ModelSettings, env: Mapping[str, str], name: str, *, needed: bool) -> str:
    key = env.get(name, "").strip()
    if not key and (needed or settings.api_key_env is not None):
        raise MissingError(f"no key: the environment variable {name} is not set", remedy=f"export {name}=…")
    if not key.isascii() or not key.isprintable():
        raise ConfigError("the key has characters that no header can carry", where=name, remedy="copy it again")
    return key


def _headers(key: str) -> dict[str, str]:
    headers = {"content-type": "application/json", "accept": "application/json"}
    return {**headers, "authorization": f"Bearer {key}"} if key else headers
