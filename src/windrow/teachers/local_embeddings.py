"""`local/FOLDER` or `local/NAME`: a sentence-transformers model in this very process. Texts leave the machine nowhere.

Texts that wait while the model is at work go through it together, as many as fit. A folder is known by its content:
another model in its place is another model.
"""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from windrow.errors import CallFailure, MissingError
from windrow.teachers import vectors
from windrow.teachers.base import Pace, Teacher
from windrow.teachers.canonical import write_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windrow.shapes import Answer
    from windrow.teachers.base import Request
    from windrow.teachers.settings import EmbeddingSettings

LIBRARY = "sentence_transformers"
TOGETHER = 64  # texts
PACE = Pace(concurrency=2 * TOGETHER, adaptive=False, retries=0)
SMALL = 1 << 20  # bytes of a file that are read whole for the fingerprint; of a larger one its ends


class LocalEmbeddings(Teacher):
    """A model of the sentence-transformers library. It is loaded when the first text comes."""

    def __init__(
        self, model: str, settings: EmbeddingSettings, *, env: Mapping[str, str] | None = None, base: Path | None = None
    ) -> None:
        del env  # a model of one's own needs no key
        if find_spec(LIBRARY) is None:
            raise MissingError("sentence-transformers is not installed", remedy="pip install 'windrow[embeddings]'")
        folder = (base or Path()) / Path(model).expanduser()
        self.address = f"local/{model}"
        self.endpoint = _fingerprint(folder) if folder.is_dir() else "hub"
        self.pace = settings.pace(PACE)
        self._name = str(folder) if folder.is_dir() else model
        self._prefix = settings.prefix
        self._dimensions = settings.dimensions
        self._options = settings.params
        self._model: Any = None
        self._waiting: list[tuple[str, asyncio.Future[bytes]]] = []
        self._worker: asyncio.Task[None] | None = None

    def encode(self, request: Request) -> bytes:
        """The text as the model is given it, and what is asked for of its vector."""
        text = self._prefix + request.messages[0].content
        asked = {"input": text, "dimensions": self._dimensions, "options": dict(self._options)}
        return write_json(asked, where=request.label, sort=True)

    async def send(self, body: bytes, request: Request) -> bytes:
        del request
        done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting.append((orjson.loads(body)["input"], done))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await done

    def decode(self, raw: bytes) -> Answer:
        return vectors.answer(vectors.read(raw, where=self.address))

    async def close(self) -> None:
        if self._worker is not None:
            await self._worker
        self._model = None

    async def _work(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            try:
                found = await asyncio.to_thread(self._vectors, [text for text, _ in some])
            except Exception as error:  # noqa: BLE001 - whatever a library raises costs these texts, and is shown
                for _, done in some:
                    if not done.done():
                        done.set_exception(_failure(error, self.address))
            else:
                for (_, done), raw in zip(some, found, strict=True):
                    with suppress(asyncio.InvalidStateError):  # whoever waited was cancelled
                        done.set_result(raw)

    def _vectors(self, texts: list[str]) -> list[bytes]:
        """A response for each text. Runs in a thread, one batch at a time."""
        if self._model is None:
            library = import_module(LIBRARY)
            self._model = library.SentenceTransformer(
                self._name, truncate_dim=self._dimensions, **dict(self._options)
            )  # fmt: skip
        found = self._model.encode(texts, batch_size=TOGETHER, convert_to_numpy=True, show_progress_bar=False)
        return [vectors.response(vector.tolist(), model=self.address) for vector in found]


def _failure(error: Exception, where: str) -> CallFailure:
    what = f"the model failed: {type(error).__name__}: {error}"
    return CallFailure(what, kind="local_model", retryable=False, where=where)


def _fingerprint(folder: Path) -> str:
    """Sixteen hex digits over the files of a model: names, sizes and contents, of the large ones both ends."""
    digest = hashlib.sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read(SMALL))
            if size > SMALL:
                file.seek(max(SMALL, size - SMALL))
                digest.update(file.read())
    return digest.hexdigest()[:16]
