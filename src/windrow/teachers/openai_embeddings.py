"""`openai/<model>` for vectors: any server that speaks OpenAI's `/embeddings`, one text to a request.

One text, one request, one key: what a crash, a refusal or a limit costs is then that text and no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from windrow.teachers import status, vectors
from windrow.teachers.canonical import write_json
from windrow.teachers.openai_server import OpenAIServer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from windrow.shapes import Answer
    from windrow.teachers.base import Request
    from windrow.teachers.settings import EmbeddingSettings


class OpenAIEmbeddings(OpenAIServer):
    """A model behind any OpenAI-compatible endpoint for embeddings."""

    path: ClassVar[str] = "/embeddings"

    def __init__(
        self, model: str, settings: EmbeddingSettings, *, env: Mapping[str, str] | None = None, base: Path | None = None
    ) -> None:
        del base  # nothing here is read from a file
        super().__init__(model, settings, env)
        self._prefix = settings.prefix
        self._dimensions = settings.dimensions

    def encode(self, request: Request) -> bytes:
        """The body: the text, and what is asked for of its vector."""
        body: dict[str, Any] = {"model": self._model, "input": self._prefix + request.messages[0].content}
        if self._dimensions is not None:
            body["dimensions"] = self._dimensions
        body.update((key, self._params[key]) for key in sorted(self._params) if self._params[key] is not None)
        return write_json(body, where=request.label)

    def decode(self, raw: bytes) -> Answer:
        return vectors.answer(vectors.read(raw, where=self.endpoint))

    def error_in(self, data: object) -> dict[str, Any] | None:
        """The error inside what should be a vector, or None."""
        if not isinstance(data, dict):
            return {"message": f"a vector was expected, not {type(data).__name__}"}
        if data.get("data"):
            return None
        return status.error_of(data) or {"message": "a vector was expected, not a reply without data"}
