"""What an export could not carry, counted and named, so that nothing is dropped in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windrow.shapes import Manifest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.row import Row

SAMPLE = 20  # row ids named for each reason


class Unfit(Exception):
    """A row that the target cannot hold. `reason` is a short stable slug."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Tally:
    """Rows in and out, and the ids of those left out or thinned, at most `SAMPLE` for each reason."""

    def __init__(self) -> None:
        self.rows_in = 0
        self.rows_out = 0
        self._skipped = _Named()
        self._lossy = _Named()

    def skip(self, reason: str, row: Row) -> None:
        """`row` was left out."""
        self._skipped.add(reason, row)

    def lose(self, what: str, row: Row) -> None:
        """`row` was written without its `what`."""
        self._lossy.add(what, row)

    def manifest(self, use: str, files: Mapping[str, int], warnings: Sequence[str] = ()) -> Manifest:
        return Manifest(
            use=use,
            files=dict(files),
            rows_in=self.rows_in,
            rows_out=self.rows_out,
            skipped_counts=self._skipped.counts(),
            skipped=self._skipped.ids(),
            lossy_counts=self._lossy.counts(),
            lossy=self._lossy.ids(),
            warnings=list(warnings),
        )


class _Named:
    """Counts by name, with the first ids of each."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._ids: dict[str, list[str]] = {}

    def add(self, name: str, row: Row) -> None:
        self._counts[name] = self._counts.get(name, 0) + 1
        ids = self._ids.setdefault(name, [])
        if len(ids) < SAMPLE:
            ids.append(_name(row))

    def counts(self) -> dict[str, int]:
        return dict(sorted(self._counts.items()))

    def ids(self) -> dict[str, list[str]]:
        return dict(sorted(self._ids.items()))


def _name(row: Row) -> str:
    """The row's id; where its content cannot even be hashed, the item it grew from."""
    try:
        return row.id
    except TypeError:
        return row.lineage.item
