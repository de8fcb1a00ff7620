"""Rows that people wrote, from JSONL, JSON or CSV: read a line at a time, each problem named with its line.

A seed is known by its content, so moving lines about changes nothing downstream. One line may be too long, never the
memory: the reader stops at a bound instead of loading what cannot be a row.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import orjson

from windrow.errors import SeedError
from windrow.flow.seeds.row_forms import ACCEPTED, ACCEPTED_PROMPTS, NotARow, prompt_of, row_of
from windrow.shapes import Options, Seed, SeedSource

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LINE = 16 * 1024 * 1024
MOST_ARRAY = 256 * 1024 * 1024
MEGABYTE = 1024 * 1024
READABLE = (".jsonl", ".ndjson", ".json", ".csv")


@dataclass(frozen=True, slots=True)
class _File:
    """A file of seeds: where it lies, how the config writes it, which is how problems name it, and whether only what
    is asked is wanted of it."""

    path: Path
    written: str
    prompts: bool

    def at(self, line: int) -> str:
        return f"{self.written}:{line}"

    @property
    def accepted(self) -> str:
        return ACCEPTED_PROMPTS if self.prompts else ACCEPTED


class RowSeedOptions(Options):
    """`path` is a .jsonl, .json or .csv file of examples."""

    path: str
    """A `.jsonl`, `.json` or `.csv` file of examples."""
    prompts: bool = False
    """Take only what is asked: no answer is needed, and one that is there is left out. Other columns go along, for a
    recipe that reads a class or a label from one.
    """


class RowSeeds(SeedSource):
    """Examples that people wrote: chat messages, instruction/input/output, or Self-Instruct seed tasks."""

    name: ClassVar[str] = "rows"
    yields: ClassVar[str] = "row"
    options_type: ClassVar[type[Options]] = RowSeedOptions
    options: RowSeedOptions

    def read(self) -> Iterator[Seed]:
        """Every different example once, in file order. `notes` says which lines repeated one. Raises SeedError."""
        file = _File(self.base / Path(self.options.path).expanduser(), self.options.path, self.options.prompts)
        self.notes.clear()
        lines: dict[str, int] = {}
        named: dict[str, tuple[int, str]] = {}
        try:
            for line, record in _records(file):
                seed = _seed(file, line, record)
                _refuse_second_meaning(file, seed, line, named)
                if seed.key in lines:
                    self.notes.append(
                        f"{file.path.name}:{line}: same example as line {lines[seed.key]}; one of them is kept"
                    )
                    continue
                lines[seed.key] = line
                yield seed
        except OSError as error:
            raise SeedError(f"cannot be read: {error.strerror}", where=file.written, remedy=_remedy(error)) from error
        if not lines:
            raise SeedError("no example in it", where=file.written, remedy=file.accepted)


def _seed(file: _File, line: int, record: object) -> Seed:
    where = file.at(line)
    if not isinstance(record, dict):
        raise SeedError("not a mapping of names to values", where=where, remedy=file.accepted)
    try:
        row = prompt_of(record) if file.prompts else row_of(record)
        key = row.id
    except NotARow as error:
        raise SeedError(str(error), where=where, remedy=file.accepted) from None
    except orjson.JSONEncodeError:
        raise SeedError("half of a surrogate pair, which UTF-8 cannot hold", where=where) from None
    return Seed(key, row, f"{file.path.name}:{line}", key)


def _refuse_second_meaning(file: _File, seed: Seed, line: int, named: dict[str, tuple[int, str]]) -> None:
    name = seed.payload.lineage.extra.get("id")
    if name is None:
        return
    before, key = named.setdefault(str(name), (line, seed.key))
    if key != seed.key:
        raise SeedError(
            f"id {name!r} stands on line {before} too, with other content",
            where=file.at(line),
            remedy="give each example an id of its own, or none",
        )


def _remedy(error: OSError) -> str:
    return "paths start from the folder of the config file" if isinstance(error, FileNotFoundError) else ""


def records(path: Path) -> Iterator[tuple[int, object]]:
    """(line, what stands there) of a file of records, whatever they are. Raises SeedError naming file and line."""
    file = _File(path, str(path), prompts=False)
    try:
        yield from _records(file)
    except OSError as error:
        raise SeedError(f"cannot be read: {error.strerror}", where=file.written, remedy="check the path") from error


def _records(file: _File) -> Iterator[tuple[int, object]]:
    """(line, what stands there), by the kind of file."""
    kind = file.path.suffix.lower()
    if file.path.exists() and kind not in READABLE:
        raise SeedError(
            f"{kind or 'no ending'} is not read here", where=file.written, remedy=f"use {' '.join(READABLE)}"
        )
    if kind == ".csv":
        return _csv(file)
    return _array(file) if kind == ".json" and _opens_a_list(file) else _json_lines(file)


def _json_lines(file: _File) -> Iterator[tuple[int, object]]:
    for line, text in _lines(file):
        if text.strip():
            try:
                yield line, orjson.loads(text)
            except orjson.JSONDecodeError as error:
                raise SeedError(
                    f"not JSON: {error.msg}, column {error.colno}",
                    where=file.at(line),
                    remedy="each line holds one JSON object",
                ) from None


def _array(file: _File) -> Iterator[tuple[int, object]]:
    """The elements of one JSON list; their "lines" are their places, counted from 1."""
    if file.path.stat().st_size > MOST_ARRAY:
        raise SeedError(
            f"a JSON list of more than {MOST_ARRAY // MEGABYTE} MB",
            where=file.written,
            remedy="turn it into JSON lines: jq -c '.[]' FILE > FILE.jsonl",
        )
    text = file.path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    _decoded(file, 1, text)
    try:
        yield from enumerate(orjson.loads(text), start=1)
    except orjson.JSONDecodeError as error:
        raise SeedError(f"not JSON: {error.msg}, column {error.colno}", where=file.at(error.lineno)) from None


def _opens_a_list(file: _File) -> bool:
    with file.path.open("rb") as opened:
        return opened.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


def _csv(file: _File) -> Iterator[tuple[int, object]]:
    reader = csv.DictReader((text for _, text in _lines(file)), strict=True)
    line = 1
    try:
        if reader.fieldnames is None:
            return
        line = reader.line_num + 1
        for record in reader:
            if None in record:
                raise SeedError(
                    "more fields than the header has names",
                    where=file.at(line),
                    remedy="put fields that hold a comma in double quotes",
                )
            yield line, {name.strip(): value for name, value in record.items()}
            line = reader.line_num + 1
    except csv.Error as error:
        raise SeedError(f"not CSV: {error}", where=file.at(line)) from None


def _lines(file: _File) -> Iterator[tuple[int, str]]:
    """(number, text with its line end), never holding more than one line of bounded length."""
    with file.path.open("rb") as opened:
        number = 0
        while raw := opened.readline(MOST_LINE + 1):
            number += 1
            if len(raw) > MOST_LINE:
                raise SeedError(
                    f"a line of more than {MOST_LINE // MEGABYTE} MB",
                    where=file.at(number),
                    remedy="one example stands on one line; is this a JSON lines file?",
                )
            yield number, _decoded(file, number, raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw)


def _decoded(file: _File, number: int, raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = number + raw.count(b"\n", 0, error.start)
        raise SeedError(
            f"not UTF-8: byte 0x{raw[error.start]:02x}",
            where=file.at(line),
            remedy="convert it: iconv -f LATIN1 -t UTF-8 FILE (or -f UTF-16)",
        ) from None
