"""One shape for a whole file, as Arrow needs it.

`datasets` settles the type of everything on the first 10 MB: a key that appears later, or an object with a key fewer,
makes loading fail or puts nulls into the training text. So every row gets the same columns, and every message the same
keys, null where it has none; and a row that brings anything new (a key, a type, another set of argument names) moves to
the front of its file. Where messages carry tool calls they keep just their own keys: uneven messages are what makes
`datasets` (4.7 and later, which TRL 1.0 asks for) leave them as JSON, or it would take arguments like dates for dates.
Where all messages of a column happen to be alike (a call as every answer), or all say dates, the first row's gets a
key that is null: every template takes it for an absent one, and the column stays JSON.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import orjson

from windrow.flow.exports.arrow import TURNS, is_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TURN_KEYS = ("role", "content", "reasoning_content", "tool_calls", "tool_call_id", "name")


class Columns:
    """The keys that the rows of an export have, by column."""

    def __init__(self) -> None:
        self._top: dict[str, None] = {}
        self._uneven_top = False
        self._turns: dict[str, _TurnKeys] = {}

    def see(self, record: Mapping[str, Any]) -> None:
        """Take note of a row."""
        if record.keys() != self._top.keys():
            self._uneven_top = self._uneven_top or bool(self._top)
            self._top.update(dict.fromkeys(record))
        for column in TURNS:
            if column in record:
                if column not in self._turns:
                    self._turns[column] = _TurnKeys()
                self._turns[column].see(record[column])

    @property
    def as_written(self) -> bool:
        """Whether every row can stay as it is."""
        return not self._uneven_top and not any(keys.uneven or keys.json for keys in self._turns.values())

    def filled(self, record: Mapping[str, Any], *, first: bool) -> dict[str, Any]:
        """The row with every key, null where it had none. `first` is the first row of its file."""
        out = {column: record.get(column) for column in self._top}
        for column, keys in self._turns.items():
            if not keys.json:
                out[column] = [{key: turn.get(key) for key in keys.ordered()} for turn in record[column]]
            elif first:
                out[column] = _unlike(record[column])
        return out


def _unlike(turns: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The turns, one of which has another set of keys than some other."""
    if any(turn.keys() != turns[0].keys() for turn in turns):
        return [*turns]
    more = next(key for key in reversed(TURN_KEYS) if key not in turns[0])
    return [{**turns[0], more: None}, *turns[1:]]


class _TurnKeys:
    """The keys of the messages of one column."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.uneven = False
        self._dates_only = True

    def see(self, turns: Sequence[Mapping[str, Any]]) -> None:
        for turn in turns:
            if turn.keys() != self.known:
                self.uneven = self.uneven or bool(self.known)
                self.known.update(turn)
            self._dates_only = self._dates_only and is_date(turn["content"])

    @property
    def json(self) -> bool:
        """Whether Arrow must not type these messages: it would bend what is in them."""
        return "tool_calls" in self.known or (self._dates_only and bool(self.known))

    def ordered(self) -> list[str]:
        return [key for key in TURN_KEYS if key in self.known]


class Leaders:
    """The rows of one file that bring something new, by their place in it: few, however many rows there are."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._key_sets: dict[str, set[tuple[str, ...]]] = {}
        self._leaders: list[tuple[int, int, int]] = []

    def see(self, record: Mapping[str, Any], *, line: int, offset: int) -> None:
        """Take note of the row at `line`, which starts at byte `offset`."""
        found: set[str] = set()
        for column, value in record.items():
            self._walk(column, value, found)
        if not found <= self._known:
            self._known |= found
            self._leaders.append((line, offset, len(found)))

    def order(self) -> list[tuple[int, int]]:
        """(line, offset) of the rows to put first: the one that has most, then the others as they came."""
        if not self._leaders:
            return []
        first = max(self._leaders, key=lambda leader: (leader[2], -leader[0]))
        return [first[:2], *(leader[:2] for leader in self._leaders if leader is not first)]

    def _walk(self, path: str, value: Any, found: set[str]) -> None:  # noqa: ANN401 - JSON
        if isinstance(value, dict):
            if path.count(".") > ARGUMENT_DEPTH:
                sets = self._key_sets.setdefault(path, set())
                keys = tuple(sorted(value))
                if len(sets) > 1 and keys not in sets:
                    return  # objects of differing keys are kept as JSON from here down: nothing below can be new
                sets.add(keys)
                found.add(f"{path}{{{','.join(keys)}}}")
            for key, inner in value.items():
                self._walk(f"{path}.{key}", inner, found)
        elif isinstance(value, list):
            for inner in value:
                self._walk(f"{path}[]", inner, found)
        elif value is not None:
            found.add(f"{path}:{type(value).__name__}")


ARGUMENT_DEPTH = 2  # messages[].tool_calls[].function.arguments and below: where rows bring keys of their own


def rewritten(spool: IO[bytes], columns: Columns, leaders: Leaders) -> Iterator[bytes]:
    """The lines of `spool`, leaders first, every key in every row."""
    order = leaders.order()
    for place, (_, offset) in enumerate(order):
        spool.seek(offset)
        yield _line(spool.readline(), columns, first=not place)
    leading = {line for line, _ in order}
    spool.seek(0)
    for number, line in enumerate(spool):
        if number not in leading:
            yield _line(line, columns)


def _line(line: bytes, columns: Columns, *, first: bool = False) -> bytes:
    return line if columns.as_written else orjson.dumps(columns.filled(orjson.loads(line), first=first)) + b"\n"
