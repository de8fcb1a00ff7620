"""A sample of rows that depends on nothing but the rows: the same set gives the same sample, in whatever order.

What is dear to measure (kernels, classifiers) is measured over it; memory stays the same however many rows stream by.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from windrow.text.sides import asked, seen, taught

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from windrow.row import Row

MOST = 2_000
MOST_TEXT = 20_000  # characters of a side, and of all that a student may see of a row
COMPARED = 3_000_000  # characters of rows that are compared with each other, which takes seconds a million


@dataclass(frozen=True, slots=True)
class Sampled:
    """What is kept of a sampled row: its two sides and all that a student may see of it as text, each no longer than
    `MOST_TEXT`, and its slices."""

    id: str
    question: str
    answer: str
    recipe: str
    models: tuple[str, ...]
    origin: str
    split: str = ""
    text: str = ""
    from_documents: bool = False


def like_seeds(sample: Iterable[Sampled]) -> list[str]:
    """The questions that are to be like those of the real rows: not those that were asked of documents."""
    return [row.question for row in sample if not row.from_documents]


def comparable(sample: Iterable[Sampled]) -> list[Sampled]:
    """As many of the first rows as hold `COMPARED` characters: all, but where rows are long."""
    held, kept = 0, []
    for row in sample:
        held += len(row.question) + len(row.answer)
        if held > COMPARED:
            break
        kept.append(row)
    return kept


class Sample:
    """The `most` rows whose ids have the smallest hashes. `seen` counts all that were offered."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._heap: list[tuple[int, int, Sampled]] = []  # the largest hash on top, negated
        self.seen = 0

    def offer(self, row: Row, split: str = "") -> None:
        """Take the row if its hash is among the smallest."""
        rank = -int.from_bytes(blake2b(row.id.encode(), digest_size=8).digest())
        self.seen += 1
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, (rank, self.seen, _sampled(row, split)))
        elif rank > self._heap[0][0]:
            heapq.heapreplace(self._heap, (rank, self.seen, _sampled(row, split)))

    def __len__(self) -> int:
        return len(self._heap)

    def __iter__(self) -> Iterator[Sampled]:
        """In the order of their hashes, so that any first few are a sample too."""
        return (sampled for _, _, sampled in sorted(self._heap, key=lambda one: (-one[0], one[2].id)))

    @property
    def whole(self) -> bool:
        """Whether every row that was offered is in it."""
        return self.seen == len(self._heap)


def _sampled(row: Row, split: str) -> Sampled:
    told = row.lineage
    return Sampled(
        row.id, asked(row)[:MOST_TEXT], taught(row)[:MOST_TEXT], told.recipe, tuple(told.models), told.origin, split,
        seen(row)[:MOST_TEXT], from_documents=bool(told.documents),
    )  # fmt: skip
