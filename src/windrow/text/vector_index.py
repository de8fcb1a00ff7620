"""Which of some vectors is nearest to a new one, by cosine and exactly: every one is compared, block by block.

Vectors lie in a scratch file as 32-bit floats of length 1 and are mapped, not read: memory holds a block. Many new
vectors are compared in one multiplication, in a thread if need be; what was added since is compared when it is known.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from windrow.errors import MissingError
from windrow.text.scratch import disk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BLOCK = 1 << 25  # bytes of vectors that one multiplication reads
SLACK = 1e-5  # by how much a product of 32-bit floats may be off, amply
NAME = 16  # bytes of a name: a row's id
TIES = 64  # places that are weighed again, at most


class Nearest(NamedTuple):
    """The name of the nearest vector, and its cosine."""

    name: str
    cosine: float


class Seen(NamedTuple):
    """What of the vectors before the place `until` may be the nearest: places whose cosine is within a hair of the
    `best`."""

    until: int
    best: float
    places: tuple[int, ...]


NOTHING_SEEN = Seen(0, -2.0, ())


class VectorIndex:
    """Vectors of `size` numbers each, by name, in the files `path` and beside it."""

    def __init__(self, path: Path, size: int) -> None:
        self._numpy = _numpy()
        self._path = path
        self.size = size
        self._count = 0
        self._written = 0  # of them, what is in the file and not in its buffer
        with disk(path):
            self._file = path.open("w+b")
            self._names = path.with_suffix(".names").open("w+b")

    def __len__(self) -> int:
        return self._count

    def add(self, name: str, vector: Sequence[float]) -> None:
        """One more vector, under a name of sixteen ASCII letters or fewer."""
        with disk(self._path):
            self._file.write(self._unit(vector).tobytes())
            self._names.write(name.encode("ascii").ljust(NAME)[:NAME])
        self._count += 1

    def look(self, vectors: Sequence[Sequence[float]], seen: Sequence[Seen] = ()) -> list[Seen]:
        """What may be nearest to each of `vectors`, of those that are in the index now and were not `seen`. Several at
        once cost little more than one."""
        return self.look_until(self.ready(), vectors, seen)

    def ready(self) -> int:
        """How many vectors `look_until` may see from another thread."""
        if self._written < self._count:
            with disk(self._path):
                self._file.flush()
            self._written = self._count
        return self._written

    def look_until(self, count: int, vectors: Sequence[Sequence[float]], seen: Sequence[Seen] = ()) -> list[Seen]:
        """`look` at the first `count` vectors alone; others may be added meanwhile."""
        told = list(seen) or [NOTHING_SEEN] * len(vectors)
        first = min((one.until for one in told), default=count)
        if first >= count:
            return told
        asked = self._numpy.stack([self._unit(vector) for vector in vectors])
        rows = max(1, BLOCK // (4 * self.size))
        for start in range(first, count, rows):
            block = self._mapped(start, min(start + rows, count))
            cosines = asked @ block.T
            told = [_better(one, line, start) for one, line in zip(told, cosines, strict=True)]
        return [one._replace(until=count) for one in told]

    def nearest(self, vector: Sequence[float], seen: Seen = NOTHING_SEEN) -> Nearest | None:
        """The nearest of all, the first of equals; None where there is nothing. What was `seen` is not looked at again.

        The cosine is weighed once more in 64 bits, so that it is the same however the blocks fell.
        """
        (found,) = self.look([vector], [seen])
        if not found.places:
            return None
        numpy = self._numpy
        asked = self._unit(vector).astype(numpy.float64)
        exact = [(-float(asked @ self._mapped(at, at + 1)[0].astype(numpy.float64)), at) for at in found.places]
        cosine, at = min(exact)
        with disk(self._path):
            self._names.seek(at * NAME)
            name = self._names.read(NAME).decode("ascii").rstrip()
            self._names.seek(0, 2)
        return Nearest(name, min(1.0, -cosine))

    def close(self) -> None:
        """Let go of the files."""
        self._file.close()
        self._names.close()

    def _unit(self, vector: Sequence[float]) -> Any:  # noqa: ANN401 - an array (size,) of 32-bit floats
        numpy = self._numpy
        exact = numpy.asarray(vector, dtype=numpy.float64)
        return (exact / numpy.linalg.norm(exact)).astype(numpy.float32)

    def _mapped(self, start: int, stop: int) -> Any:  # noqa: ANN401 - an array (stop - start, size)
        with disk(self._path):
            return self._numpy.memmap(
                self._path, dtype="float32", mode="r", offset=4 * self.size * start, shape=(stop - start, self.size)
            )


def _better(seen: Seen, cosines: Any, start: int) -> Seen:  # noqa: ANN401 - a line of an array
    """`seen`, or what lies nearer among `cosines`, whose first is at `start`. Places that were seen are passed over."""
    skip = max(0, seen.until - start)
    fresh = cosines[skip:]
    if not len(fresh):
        return seen
    highest = float(fresh.max())
    if highest < seen.best - SLACK:
        return seen
    best = max(highest, seen.best)
    near = (fresh >= best - SLACK).nonzero()[0][:TIES] + (start + skip)
    kept = seen.places if highest <= seen.best + SLACK else ()
    return Seen(seen.until, best, (*kept, *near.tolist())[:TIES])


def _numpy() -> Any:  # noqa: ANN401 - the module
    try:
        return import_module("numpy")
    except ImportError as error:
        raise MissingError("numpy is not installed", remedy="pip install 'windrow[quality]'") from error
