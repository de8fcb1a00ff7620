"""Reads a JSONL file as the strictest of its readers would, a line at a time, and says what is wrong with each."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from windrow.text import strict_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from windrow.flow.exports.findings import Reporter

LONGEST = 32 << 20  # bytes of a line; no training row is longer, and no reader is glad of one
HEAD = 8192
AGAIN = "export it again"
REMEDIES = {
    "malformed": AGAIN,
    "nan": "write null or leave the key out: NaN is not JSON",
    "duplicate_key": "keep one of the two",
    "int64": "write it as a string",
    "surrogate": "replace the broken character",
    "deep": "flatten it",
}


class Line(NamedTuple):
    """A row of the file. `number` counts from 1, `size` is in bytes."""

    number: int
    size: int
    record: dict[str, Any]


def read(path: Path, report: Reporter) -> Iterator[Line]:
    """The rows of the file at `path` that can be read; the rest become findings."""
    try:
        with path.open("rb") as file:
            if _is_text(file, report):
                yield from _rows(file, report)
    except OSError as error:
        report.error("unreadable_file", 0, f"it cannot be read: {error.strerror or error}", "check the path")


def _is_text(file: IO[bytes], report: Reporter) -> bool:
    head = file.read(HEAD)
    file.seek(0)
    if not head:
        report.error("empty_file", 0, "the file is empty", AGAIN)
    elif b"\0" in head:
        report.error("binary_file", 0, "this is a binary file, not lines of JSON", "give the .jsonl file itself")
    elif head.removeprefix(BOM_UTF8).lstrip()[:1] == b"[":
        report.error("not_lines", 0, "this is one JSON array, not a JSON object on each line", "write one row a line")
    else:
        return True
    return False


def _rows(file: IO[bytes], report: Reporter) -> Iterator[Line]:
    number = 0
    while raw := file.readline(LONGEST):
        number += 1
        size = len(raw)
        if size == LONGEST and not raw.endswith(b"\n"):
            size += _skip_rest(file)
            report.error("long_line", number, f"the line has {size / 1e6:,.0f} MB", "keep rows below 32 MB")
            continue
        record = _record(raw, number, report)
        if record is not None:
            yield Line(number, size, record)


def _skip_rest(file: IO[bytes]) -> int:
    size = 0
    while raw := file.readline(LONGEST):
        size += len(raw)
        if raw.endswith(b"\n"):
            break
    return size


def _record(raw: bytes, number: int, report: Reporter) -> dict[str, Any] | None:
    if number == 1 and raw.startswith(BOM_UTF8):
        report.error("bom", 1, "the file starts with a byte-order mark", "save it as UTF-8 without BOM")
        raw = raw[len(BOM_UTF8) :]
    if raw.endswith(b"\r\n"):
        report.warning("crlf", number, "the line ends in CR LF", "end lines with LF alone")
    if not raw.strip():
        report.error(
            "blank_line", number, "the line is blank, and some versions of datasets then misread all", "drop it"
        )
        return None
    try:
        value = strict_json.loads(raw.decode().strip("\r\n"))
    except UnicodeDecodeError as error:
        report.error("not_utf8", number, f"byte {error.start + 1} of the line is not UTF-8", "save the file as UTF-8")
    except strict_json.NotStrict as error:
        report.error(error.code, number, str(error), REMEDIES[error.code])
    else:
        if isinstance(value, dict):
            return value
        report.error("not_object", number, "the line is JSON but no object", "write one row, an object, a line")
    return None
