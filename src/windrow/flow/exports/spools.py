"""Rows on their way into files whose names and columns are only known when all have come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from windrow.flow.exports.columns import Columns, Leaders, rewritten
from windrow.flow.exports.conversation import named
from windrow.flow.exports.parts import writing

if TYPE_CHECKING:
    from windrow.flow.exports.conversation import Form
    from windrow.flow.exports.parts import Parts


class Lot(NamedTuple):
    """The rows that go into one file."""

    split: str
    form: Form


class Spools:
    """One spool for each split and form. All files of a form get the same columns."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lots: dict[Lot, _Spool] = {}
        self._columns: dict[Form, Columns] = {}

    def add(self, lot: Lot, record: dict[str, Any], line: bytes) -> None:
        """Take in a row; `line` is `record` as JSON."""
        self._columns.setdefault(lot.form, Columns()).see(record)
        if lot not in self._lots:
            self._lots[lot] = _Spool(lot, self._parts)
        self._lots[lot].add(record, line)

    def settle(self) -> dict[str, int]:
        """Write the files. Their names with their rows."""
        files: dict[str, int] = {}
        for lot, spool in self._lots.items():
            name = named(*lot, self._columns)
            spool.settle(name, self._columns[lot.form])
            files[name] = spool.lines
        return files


class _Spool:
    """The rows of one file as they come, until it is known which keys they all need."""

    def __init__(self, lot: Lot, parts: Parts) -> None:
        self.lines = 0
        self._parts = parts
        self._hidden = f"{lot.split}.{lot.form}.spool"
        self._size = 0
        self._leaders = Leaders()

    def add(self, record: dict[str, Any], line: bytes) -> None:
        self._leaders.see(record, line=self.lines, offset=self._size)
        self._parts.write(self._hidden, line + b"\n")
        self.lines += 1
        self._size += len(line) + 1

    def settle(self, name: str, columns: Columns) -> None:
        """Write the file itself: leaders first, every column in every row."""
        with writing(self._parts.folder / name):
            for line in rewritten(self._parts.file(self._hidden), columns, self._leaders):
                self._parts.write(name, line)
        self._parts.drop(self._hidden)
