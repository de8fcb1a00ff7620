"""Keeps traces apart: the same question with the same reasoning and the same answer stands once.

Only exact repeats count. Two ways to one answer are two rows, and problems of one kind differ in their numbers alone;
both would fall to a filter for near-duplicates, and distillation loses by that (OpenThoughts, arXiv 2506.04178).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, ClassVar

from windrow.row import Verdict
from windrow.shapes import Filter
from windrow.text.lookalikes import Digests
from windrow.text.tokens import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from windrow.row import Row
    from windrow.shapes import Seed


class Distinct(Filter):
    """Keeps one of rows that say the same in every turn, reasoning included."""

    name: ClassVar[str] = "distinct"

    _digests: Digests | None = None

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:  # noqa: ARG002 - a trace is of its seed by design
        """Start afresh in `folder`."""
        self.close()
        self._passed = Verdict(self.name, "pass", kind="filter")
        self._digests = Digests(folder / "distinct.sqlite")

    def admit(self, row: Row) -> Verdict:
        """Fails with `same_trace`, naming the row that came first."""
        first = self._seen.first(_digest(row))
        if first is None:
            return self._passed
        return Verdict(
            self.name, "fail", "same_trace", f"says the same as row {first}", {"same_as": first}, kind="filter"
        )

    def keep(self, row: Row) -> None:
        """The row has joined."""
        self._seen.add(_digest(row), row.id)

    def close(self) -> None:
        """Let go of the scratch file."""
        if self._digests is not None:
            self._digests.close()
            self._digests = None

    @property
    def _seen(self) -> Digests:
        if self._digests is None:
            raise RuntimeError("open() comes before admit() and keep()")
        return self._digests


def _digest(row: Row) -> bytes:
    said = "\0".join(f"{turn.role}\1{turn.reasoning or ''}\1{turn.content}" for turn in row.turns)
    return blake2b(normalise(said).encode("utf-8", "replace"), digest_size=16).digest()
