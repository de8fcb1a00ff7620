"""The same thing in other words teaches little that is new, and no comparison of words finds it.

A row is refused when its nearest kept row is at least `threshold` near, by the cosine of the vectors that the model of
`embeddings:` gives. Every kept row is compared, so that a refusal is exact; what is alike is what that model takes for
alike. A row whose vector could not be had is let in by nobody: it is unscored, and the next run asks again. Rows that
teach in different ways are no duplicates, as with `dedupe`.
"""

from __future__ import annotations

import asyncio
from hashlib import blake2b
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from windrow.errors import CallFailure
from windrow.flow.filters.dedupe import WAYS
from windrow.row import Row, Verdict
from windrow.shapes import Filter, Options, Seed
from windrow.text.sides import asked, taught
from windrow.text.vector_index import NOTHING_SEEN, Seen, VectorIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

WORTH_IT = 500  # kept rows from which on they are looked through before a row's turn, beside other work
REMEMBERED = 4_096  # rows looked through and not met yet


class SemanticDedupeOptions(Options):
    """What counts as the same."""

    threshold: float = Field(default=0.9, gt=0, le=1)
    """A row at least this near to a kept one (cosine) is refused. What a cosine means differs from model to model: look
    at refused rows before you trust a figure."""
    on: Literal["row", "prompt"] = "row"
    """`row` compares question and answer; `prompt` the question alone, so that each meaning is asked for once."""


class SemanticDedupe(Filter):
    """Keeps the first of rows that mean the same, by the vectors of a model."""

    name: ClassVar[str] = "semantic_dedupe"
    options_type: ClassVar[type[Options]] = SemanticDedupeOptions
    options: SemanticDedupeOptions
    needs_vectors: ClassVar[bool] = True

    _folder: Path | None = None
    _met_any = False

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:
        """Start afresh in `folder`. Seeds are not compared: rows grow from them."""
        del seeds
        self.close()
        self._folder = folder
        self._met_any = False
        self._kept: dict[str, VectorIndex] = {}
        self._ahead: dict[str, _Ahead] = {}
        self._seen: dict[bytes, Seen] = {}
        self._index("", 1)

    async def prepare(self, row: Row) -> None:
        """Ask for the vector; where many rows are kept, look through them meanwhile."""
        text = self._text(row)
        if not text:
            return
        await self.vectors.fetch(text)
        kept = self._kept.get(_way(row))
        if kept is None or len(kept) < WORTH_IT or not self._met_any:
            return
        try:
            vector = self.vectors.get(text)
        except CallFailure:
            return
        if len(vector) == kept.size:
            ahead = self._ahead.setdefault(_way(row), _Ahead(kept))
            self._remember(_digest(text), await ahead.look(vector))

    def admit(self, row: Row) -> Verdict:
        """Fails with `same_meaning`, naming the nearest kept row and the cosine; unscored where there is no vector."""
        self._met_any = True
        text = self._text(row)
        if not text:
            return Verdict(self.name, "fail", "no_text", "the row says nothing", kind="filter")
        try:
            vector, kept = self._placed(row, text)
        except CallFailure as failure:
            return Verdict(self.name, "unscored", failure.kind, str(failure), kind="filter")
        nearest = kept.nearest(vector, self._seen.pop(_digest(text), NOTHING_SEEN))
        if nearest is None or nearest.cosine < self.options.threshold:
            return Verdict(self.name, "pass", kind="filter")
        detail = f"means the same as row {nearest.name}: cosine {nearest.cosine:.3f} by {self.vectors.address}"
        evidence = {
            "duplicate_of": nearest.name, "cosine": round(nearest.cosine, 4), "model": self.vectors.address
        }  # fmt: skip
        return Verdict(self.name, "fail", "same_meaning", detail, evidence, kind="filter")

    def keep(self, row: Row) -> None:
        """The row has joined. Raises CallFailure where it has no vector, which no row has that was admitted."""
        vector, kept = self._placed(row, self._text(row))
        kept.add(row.id, vector)

    def close(self) -> None:
        """Let go of the scratch files."""
        for kept in getattr(self, "_kept", {}).values():
            kept.close()
        self._kept = {}

    def _placed(self, row: Row, text: str) -> tuple[Sequence[float], VectorIndex]:
        """The vector of a row, and the rows that it is compared with. Raises CallFailure."""
        vector = self.vectors.get(text)
        kept = self._index(_way(row), len(vector))
        if kept.size != len(vector):
            what = f"the vector has {len(vector)} numbers, and those of rows before it {kept.size}"
            raise CallFailure(what, kind="wrong_dimension", retryable=False, where=self.vectors.address)
        return vector, kept

    def _index(self, way: str, size: int) -> VectorIndex:
        if self._folder is None:
            raise RuntimeError("open() comes before admit() and keep()")
        kept = self._kept.get(way)
        if kept is None or (not len(kept) and kept.size != size):
            if kept is not None:
                kept.close()
            kept = self._kept[way] = VectorIndex(self._folder / f"semantic{way and '-'}{way}.vectors", size)
        return kept

    def _text(self, row: Row) -> str:
        question = asked(row)
        return (f"{question}\n\n{taught(row)}" if self.options.on == "row" else question).strip()

    def _remember(self, digest: bytes, seen: Seen) -> None:
        while len(self._seen) >= REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self._seen[digest] = seen


class _Ahead:
    """Looks through the kept rows for all who wait, together, in a thread."""

    def __init__(self, kept: VectorIndex) -> None:
        self._kept = kept
        self._waiting: list[tuple[Sequence[float], asyncio.Future[Seen]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def look(self, vector: Sequence[float]) -> Seen:
        """What of the rows kept now may be nearest to `vector`."""
        done: asyncio.Future[Seen] = asyncio.get_running_loop().create_future()
        self._waiting.append((vector, done))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await done

    async def _work(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting, []
            try:
                count, vectors = self._kept.ready(), [vector for vector, _ in some]
                found = await asyncio.to_thread(self._kept.look_until, count, vectors)
            except Exception as error:  # noqa: BLE001 - told to everybody who waits
                for _, done in some:
                    if not done.done():
                        done.set_exception(error)
            else:
                for (_, done), seen in zip(some, found, strict=True):
                    if not done.done():
                        done.set_result(seen)


def _way(row: Row) -> str:
    return row.kind if row.kind in WAYS else ""


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
