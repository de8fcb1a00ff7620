"""The rows accepted so far, on disk: what a recipe that grows in waves reads back, at eight bytes of memory a row."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import orjson

from windrow.row import Row, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Pool(Sequence[Row]):
    """A sequence of rows that can be appended to."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b")
        self._ends = array("Q", [0])

    def append(self, row: Row) -> None:
        """Add `row` at the end."""
        self._file.seek(self._ends[-1])
        self._ends.append(self._ends[-1] + self._file.write(to_json(row.to_dict())))

    def clear(self) -> None:
        """Start anew."""
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        self._file.seek(self._ends[at])
        return Row.from_dict(orjson.loads(self._file.read(self._ends[at + 1] - self._ends[at])))

    def __iter__(self) -> Iterator[Row]:
        return (self[index] for index in range(len(self)))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
