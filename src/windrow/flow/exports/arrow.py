"""What `datasets` and Arrow will make of a file, foretold without them.

Retraces the JSON loader of `datasets` 5.2: it reads chunks of 10 MB, settles types on the first, turns places where
objects differ into `Json()` (through pandas' ujson, which bends floats), takes strings that all look like dates for
dates, and casts later chunks to the first one's types or fails. Memory depends on the number of keys, not of rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from windrow.flow.exports.ujson import survives

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.flow.exports.findings import Reporter

CHUNK = 10 << 20
DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[ T](?:[01]\d|2[0-3])(?::[0-5]\d(?::[0-5]\d)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII
)  # what Arrow's JSON reader parses as a timestamp
TURNS = ("messages", "prompt", "completion", "chosen", "rejected")  # of uneven keys by nature
CALL_PATH = {"[]", "tool_calls", "function"}
MOST_KEYS = 2000  # of one place: beyond it the keys are data, and none is looked at
PAST_ARROW = {
    True: "load the file with the load.py beside it, which goes past Arrow",
    False: "go past Arrow: yield json.loads(line) of each line to IterableDataset.from_generator",
}
ONE_TYPE = "give the key one type in every row"


@dataclass(slots=True)
class Place:
    """What stands at one path, over the rows of one chunk. Numbers are the lines of first occurrence."""

    kinds: dict[str, int] = field(default_factory=dict)
    keys: frozenset[str] | None = None
    uneven: int = 0
    dates_only: bool = True
    bent_float: int = 0
    parts: dict[str, Place] = field(default_factory=dict)

    def see(self, value: Any, line: int) -> None:  # noqa: ANN401 - JSON
        """Take note of one value."""
        kind = type(value).__name__
        if kind not in self.kinds:
            self.kinds[kind] = line
        if isinstance(value, dict):
            self._see_object(value, line)
        elif isinstance(value, list):
            if value:
                element = self.parts.setdefault("[]", Place())
                for each in value:
                    element.see(each, line)
        elif isinstance(value, str):
            self.dates_only = self.dates_only and is_date(value)
        elif isinstance(value, float) and not self.bent_float and not survives(value):
            self.bent_float = line

    def _see_object(self, value: dict[str, Any], line: int) -> None:
        keys = frozenset(value)
        if self.keys is None:
            self.keys = keys
            self.uneven = 0 if keys else line
        elif keys != self.keys and not self.uneven:
            self.uneven = line
        for key, inner in value.items():
            part = self.parts.get(key)
            if part is None:
                if len(self.parts) >= MOST_KEYS:
                    continue
                part = self.parts[key] = Place()
            part.see(inner, line)

    @property
    def type(self) -> str:
        """How the loader types the place: null, bool, int, float, str, date, list, dict, or Json where it must."""
        kinds = self.kinds.keys() - {"NoneType"}
        if not kinds:
            return "null"
        if kinds == {"int", "float"}:
            return "float"
        if len(kinds) > 1 or (kinds == {"dict"} and self.uneven):
            return "Json"
        (kind,) = kinds
        return "date" if kind == "str" and self.dates_only else kind

    def first(self) -> int:
        """The line on which a value first stands here."""
        return min((line for kind, line in self.kinds.items() if kind != "NoneType"), default=0)


class Arrow:
    """Follows the rows of one file through the loader. `loader` says that a load.py of ours stands beside it."""

    def __init__(self, report: Reporter, *, loader: bool = False) -> None:
        self._report = report
        self._past_arrow = PAST_ARROW[loader]
        self._size = 0
        self._chunk = Place()
        self._schema: Place | None = None

    def see(self, record: dict[str, Any], line: int, size: int) -> None:
        """Take note of the row at `line`, of `size` bytes."""
        self._chunk.see(record, line)
        self._size += size
        if self._size >= CHUNK:
            self._end_chunk()

    def finish(self) -> None:
        """Say what is left to say."""
        if self._size:
            self._end_chunk()
        if self._schema is not None:
            self._say_padding(self._schema)
            for column in _hijacked(self._schema):
                self._report.error(
                    "agent_trace", 0, f"datasets takes a file with {column} for an agent's trace and fails",
                    "put these columns into one JSON string, such as meta",
                )  # fmt: skip

    def _end_chunk(self) -> None:
        if self._schema is None:
            self._schema = self._chunk
            for name, column in sorted(self._chunk.parts.items()):
                self._settle(name, column)
        else:
            for name, column in sorted(self._chunk.parts.items()):
                self._fit(name, column, self._schema.parts.get(name))
        self._chunk = Place()
        self._size = 0

    def _settle(self, path: str, place: Place) -> None:
        """Say what the first chunk makes of `path`."""
        if place.type == "Json":
            self._settle_json(path, place)
        elif place.type == "null":
            self._report.warning("null_column", 0, f"{path} is null in every row", "leave the key out")
        elif place.type == "date":
            self._say_dates(path, place)
        else:
            for key, part in sorted(place.parts.items()):
                self._settle(_join(path, key), part)

    def _settle_json(self, path: str, place: Place) -> None:
        kinds = sorted(place.kinds.keys() - {"NoneType"}, key=place.kinds.__getitem__)
        if len(kinds) > 1:
            line = place.kinds[kinds[1]]
            say = self._report.warning if "arguments" in path else self._report.error
            say("mixed_types", line, f"{path} is {_named(kinds[1])} here and {_named(kinds[0])} before", ONE_TYPE)
        elif not path.startswith(TURNS):
            self._report.warning(
                "uneven_keys", place.uneven, f"objects at {path} have different keys, so older versions of datasets "
                "put nulls into them, and newer ones bend their floats", "give every object the same keys",
            )  # fmt: skip
        self._say_floats(path, place)

    def _say_floats(self, path: str, place: Place) -> None:
        if place.bent_float:
            self._report.warning(
                "float_risk", place.bent_float, f"a float at {path} will not come through datasets unchanged",
                self._past_arrow,
            )  # fmt: skip
        for key, part in sorted(place.parts.items()):
            self._say_floats(_join(path, key), part)

    def _say_padding(self, schema: Place) -> None:
        """Say where objects of differing keys would all get the same ones."""
        found = next((found for found in _arguments("", schema) if found[1].uneven), None)
        if found is not None:
            path, place = found
            self._report.warning(
                "null_padding", place.uneven, f"{path} has other keys here than before, so datasets older than 4.7 "
                "gives each the keys of all, as nulls that are trained on",
                f"use datasets 4.7 or later, as TRL 1.0 does, or {self._past_arrow}",
            )  # fmt: skip

    def _say_dates(self, path: str, place: Place) -> None:
        message = f"every value of {path} in this part of the file looks like a date, so datasets loads dates, not text"
        self._report.error("dates_only", place.first(), message, self._past_arrow)

    def _fit(self, path: str, place: Place, settled: Place | None) -> None:
        """Say how a later chunk's `path` goes with the settled types."""
        # Only the first chunk is searched for uneven objects; later ones just get nulls.
        new = "dict" if place.kinds.keys() - {"NoneType"} == {"dict"} else place.type
        old = "absent" if settled is None else settled.type
        if new == "null":
            return
        if settled is not None and old == "Json":
            self._say_floats(path, place)
        elif settled is not None and new == old and new in {"dict", "list"}:
            self._fit_parts(path, place, settled)
        elif old == "absent":
            self._report.error(
                "late_key", place.first(), f"{path} first appears after the 10 MB on which datasets settles its types",
                "move this row to line 1",
            )  # fmt: skip
        elif new == "date":
            self._say_dates(path, place)
        elif old != new and (old, new) != ("float", "int"):
            self._report.error(
                "late_type", place.first(), f"{path} is {_named(new)} here, but the first 10 MB made it {_named(old)}",
                f"{ONE_TYPE}, or move this row to line 1",
            )  # fmt: skip

    def _fit_parts(self, path: str, place: Place, settled: Place) -> None:
        for key, part in sorted(place.parts.items()):
            self._fit(_join(path, key), part, settled.parts.get(key))
        missing = sorted(settled.parts.keys() - place.parts.keys()) if "dict" in place.kinds else []
        if missing or place.uneven:
            self._report.warning(
                "filled_key", place.uneven or place.first(), f"objects at {path} lack a key of the first 10 MB"
                f"{': ' + missing[0] if missing else ''}, and get a null there", "move such a row to line 1",
            )  # fmt: skip


def _arguments(path: str, place: Place) -> Iterator[tuple[str, Place]]:
    """The places of a call's arguments."""
    for key, part in sorted(place.parts.items()):
        if key == "arguments":
            yield f"{path}.{key}", part
        elif key in CALL_PATH or (not path and key in TURNS):
            yield from _arguments(_join(path, key) if path else key, part)


def is_date(text: str) -> bool:
    """Whether Arrow's JSON reader takes `text` for a point in time."""
    found = DATE.fullmatch(text)
    if found is None:
        return False
    try:
        date(*map(int, found.groups()))
    except ValueError:
        return False
    return True


def _named(kind: str) -> str:
    names = {"dict": "an object", "list": "a list", "str": "text", "int": "a whole number", "float": "a number"}
    return names.get(kind, {"bool": "true or false", "null": "null", "date": "a date"}.get(kind, "of several types"))


def _join(path: str, key: str) -> str:
    return f"{path}[]" if key == "[]" else f"{path}.{key}"


def _hijacked(schema: Place) -> Iterator[str]:
    """The sets of columns that make `datasets` look for an agent's trace."""

    def has(column: str, *types: str) -> bool:
        return column in schema.parts and schema.parts[column].type in types

    if all(has(column, "str") for column in ("id", "source", "model", "system_prompt")) and has("messages", "list"):
        yield "id, source, model, system_prompt and messages"
    for column in ("message", "payload"):
        if has("type", "str") and has(column, "Json"):
            yield f"type and {column}"
    if has("type", "str") and has("id", "str") and has("version", "int") and has("cwd", "str"):
        yield "type, id, version and cwd"
