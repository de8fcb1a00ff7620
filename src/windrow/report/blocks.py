"""What the report is made of: blocks of plain text, figures and marks, which every rendering shows in its own way.

Nothing in a block is escaped: whoever renders one makes the text of others harmless in his own tongue. A line is a text
or pieces of it, where `Strong` and `Code` say how a piece is set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


class Strong(str):
    """A piece that a reader must not miss."""

    __slots__ = ()


class Code(str):
    """A piece that is a name or a digest, letter for letter."""

    __slots__ = ()


Line: TypeAlias = "str | tuple[str, ...]"
Cell: TypeAlias = "Line | int | float"


@dataclass(frozen=True, slots=True)
class Heading:
    """A title: 1 is the document's, 2 a section's, 3 a part's."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    line: Line


@dataclass(frozen=True, slots=True)
class Total:
    """A paragraph that tells counts, which a rendering may draw as well."""

    line: Line
    parts: Parts


@dataclass(frozen=True, slots=True)
class Alarm:
    """A paragraph about what is wrong."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of lines."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Whisker:
    """A figure from 0 to 1 with its interval; beyond `most` or below `least` it is out of its bounds. `other` is what
    it is compared with."""

    value: float
    low: float | None = None
    high: float | None = None
    least: float | None = None
    most: float | None = None
    alarm: bool = False
    other: Whisker | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """Counts that make up one bar, by name; the longest bar of a table holds `of`."""

    counts: tuple[tuple[str, int], ...]
    of: int


Mark: TypeAlias = "Whisker | Parts | None"


@dataclass(frozen=True, slots=True)
class Table:
    """Lines under heads. `marks` draw what a line tells in figures, one for each, where a rendering can draw. Tables of
    one `layout` have columns of the same widths."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    marks: tuple[Mark, ...] = ()
    layout: str = ""


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many there are of each size: (from, rows) in bins of one width, the last one open."""

    what: str
    unit: str
    width: int
    bins: tuple[tuple[int, int], ...]

    def named(self) -> list[tuple[str, int]]:
        """Each bin by its range."""
        last = len(self.bins) - 1
        return [
            (f"{start} or more" if place == last else f"{start} to {start + self.width - 1}", rows)
            for place, (start, rows) in enumerate(self.bins)
        ]


@dataclass(frozen=True, slots=True)
class Example:
    """A row as a reader sees it: what it is, what became of it, who says what."""

    title: str
    why: str
    turns: tuple[tuple[str, str], ...]


Block: TypeAlias = "Heading | Text | Total | Alarm | Bullets | Table | Histogram | Example"


def joined(line: Line) -> str:
    """A line without its setting."""
    return line if isinstance(line, str) else "".join(line)
