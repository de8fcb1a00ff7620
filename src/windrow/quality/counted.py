"""Figures that are counted over every row of a run rather than measured over a sample of the accepted ones.

counted = Counted()
for stored in ledger.rows(): counted.offer(stored.row, accepted=stored.status == "accepted")
counted.figures()
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from windrow.quality.composition import Composition
from windrow.quality.duplicates import Duplicates
from windrow.quality.references import References

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.quality.figure import Figure
    from windrow.row import Row


class Counted:
    """What the set is made of, how often its answers were right, how many rows repeat others."""

    def __init__(self) -> None:
        self._composition = Composition()
        self._duplicates = Duplicates()
        self._references = References()

    def offer(self, row: Row, *, accepted: bool) -> None:
        """The next row, of whatever status."""
        self._references.offer(row)
        self._duplicates.refused(row)
        if accepted:
            self._composition.offer(row)
            self._duplicates.accepted(row)

    def figures(self) -> Iterator[Figure]:
        """All of them, or why there are none."""
        yield from self._composition.figures()
        yield from self._duplicates.figures()
        yield from self._references.figures()
