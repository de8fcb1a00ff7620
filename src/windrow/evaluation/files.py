"""The rows of a file or of a run, for evaluation: JSON lines, a JSON list, CSV, Parquet, a run's accepted rows.

A file is read whole once before anybody is asked, so that a line which is no row is told of before it costs anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from windrow.errors import ConfigError, MissingError, SeedError
from windrow.evaluation.records import RecordError, given_of
from windrow.evaluators.inputs import CANONICAL
from windrow.flow.seeds.rows import records
from windrow.run import Run

if TYPE_CHECKING:
    from pathlib import Path

    from windrow.row import Row

SHAPES = "instruction/response, prompt/completion, question/answer/context, messages, or a run's folder"
BATCH = 1_000
LISTS = frozenset({"context", "conversation", "tools"})  # what a cell of a table may hold as JSON


@dataclass(frozen=True, slots=True)
class Rows:
    """Where rows are. Iterating reads them anew: a Row, or the mapping that stands there."""

    path: Path
    limit: int | None = None

    def __iter__(self) -> Iterator[Row | dict[str, Any]]:
        """Every row in order, up to the limit. Raises ConfigError with the line of one that cannot be read."""
        for number, (_, record) in enumerate(self.placed()):
            if number == self.limit:
                return
            yield record

    def check(self) -> int:
        """How many rows there are. Raises ConfigError for a file without one, and for a line that is none."""
        count = 0
        for where, record in self.placed():
            try:
                given_of(record)
            except RecordError as error:
                raise SeedError(str(error), where=where, remedy=f"rows are {SHAPES}") from None
            count += 1
            if count == self.limit:
                break
        if not count and self.path.is_dir():
            remedy = f"windrow rows {self.path} shows what became of them"
            raise ConfigError("the run has no accepted rows", where=str(self.path), remedy=remedy)
        if not count:
            raise SeedError("no row in it", where=str(self.path), remedy=f"rows are {SHAPES}")
        return count

    def placed(self) -> Iterator[tuple[str, Any]]:
        """Every row of all, each with its place for messages ("rows.jsonl:12"): a Row, or the mapping there."""
        path = self.path
        if path.is_dir():
            for stored in Run.open(path).rows(status="accepted"):
                yield f"{path} row {stored.row.id}", stored.row
            return
        if not path.exists():
            raise ConfigError("no such file or run", where=str(path), remedy="check the path")
        if path.suffix.lower() == ".parquet":
            yield from _parquet(path)
            return
        table = path.suffix.lower() == ".csv"
        for line, record in records(path):
            if not isinstance(record, Mapping):
                what = f"not a mapping of names to values but a {type(record).__name__}"
                raise SeedError(what, where=f"{path}:{line}", remedy=f"rows are {SHAPES}")
            yield f"{path}:{line}", _unfolded(record) if table else dict(record)


def _parquet(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        parquet = import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingError(
            "reading Parquet needs pyarrow", where=str(path), remedy="pip install pyarrow, or turn it into JSON lines"
        ) from error
    number = 0
    try:
        for batch in parquet.ParquetFile(path).iter_batches(BATCH):
            for record in batch.to_pylist():
                number += 1
                yield f"{path}:{number}", record
    except (OSError, ValueError) as error:  # pyarrow's own errors are kinds of these
        raise SeedError(f"cannot be read as Parquet: {error}", where=str(path)) from error


def _unfolded(record: Mapping[str, Any]) -> dict[str, Any]:
    """A line of a table, with the JSON in those of its cells that hold several things; empty cells are not given."""
    return {key: _cell(key, value) for key, value in record.items() if value not in {None, ""} or key in CANONICAL}


def _cell(key: str, value: object) -> object:
    if CANONICAL.get(key) in LISTS and isinstance(value, str) and value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
