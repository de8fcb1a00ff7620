"""`openai/<model>`: any server that speaks OpenAI's chat completions, over one light HTTP client.

The body that is hashed into the ledger's key is the very body that is sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import orjson

from windrow.errors import ConfigError
from windrow.teachers import chat, status
from windrow.teachers.canonical import write_json
from windrow.teachers.openai_server import OpenAIServer
from windrow.teachers.schemas import strict
from windrow.teachers.settings import OURS, ModelSettings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from windrow.shapes import Answer
    from windrow.teachers.base import Request

SCHEMAS_KEPT = 256
LIMITS = ("max_completion_tokens", "max_output_tokens", "max_tokens")  # one thing, by the names it has had
INSTRUCTION = """

Answer with one JSON value and nothing else: no prose, no code fence. It must be valid against this JSON Schema:
"""
DIGITS_AND_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


class OpenAICompatible(OpenAIServer):
    """A model behind any OpenAI-compatible endpoint for chat completions."""

    path: ClassVar[str] = "/chat/completions"

    def __init__(
        self, model: str, settings: ModelSettings, *, env: Mapping[str, str] | None = None, base: Path | None = None
    ) -> None:
        del base  # nothing here is read from a file
        super().__init__(model, settings, env)
        self._native = settings.structured == "native" or (settings.structured == "auto" and self.is_openais)
        self._schemas: dict[int, tuple[Mapping[str, Any], orjson.Fragment | None, str]] = {}

    def encode(self, request: Request) -> bytes:
        """The body: parameters in a fixed order, a schema in its own (models write properties in the order shown)."""
        merged = {**request.params, **self._params}
        if request.wider:
            merged = _widened(merged, request.wider)
        if not OURS.isdisjoint(merged):
            taken = ", ".join(sorted(OURS & merged.keys()))
            raise ConfigError(f"params cannot set {taken}", where=f"prompt {request.label}", remedy="remove it")
        body: dict[str, Any] = {"model": self._model, "messages": [chat.write_message(m) for m in request.messages]}
        for key in sorted(merged):
            if merged[key] is not None:
                body[key] = merged[key]
        if request.tools:
            body["tools"] = chat.write_tools(request.tools)
        if request.schema is not None:
            self._ask_for_json(body, request.schema)
        return write_json(body, where=request.label)

    def decode(self, raw: bytes) -> Answer:
        latest, data = self._latest  # what `send` has just parsed need not be parsed again
        return chat.read(raw, data if latest is raw else None, model=self._model)

    def error_in(self, data: object) -> dict[str, Any] | None:
        """The error inside what should be a completion, or None."""
        if not isinstance(data, dict):
            return {"message": f"a completion was expected, not {type(data).__name__}"}
        choices = data.get("choices")
        if not choices:
            return status.error_of(data) or {"message": "a completion was expected, not one without choices"}
        first = choices[0] if isinstance(choices, list) else None
        error = first.get("error") if isinstance(first, dict) else None
        return error if isinstance(error, dict) and error else None

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
