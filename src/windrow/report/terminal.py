"""Blocks on a terminal: tables that fit its width, marks drawn with the characters that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table as Drawn
from rich.text import Text as Styled

from windrow.report.blocks import (
    Alarm,
    Bullets,
    Code,
    Example,
    Heading,
    Histogram,
    Parts,
    Strong,
    Table,
    Text,
    Total,
    Whisker,
)
from windrow.report.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import RenderableType

    from windrow.report.blocks import Block, Cell, Mark

WIDTH = 20  # of a mark
COLOURS = {"accepted": "green", "rejected": "red", "quarantined": "yellow", "pending": "bright_black"}
FEW_LINES = 8  # of a turn


def terminal(blocks: Iterable[Block]) -> RenderableType:
    """The blocks as something that rich prints."""
    return Group(*(part for block in blocks for part in _rendered(block)))


def _rendered(block: Block) -> Iterator[RenderableType]:
    if isinstance(block, Heading):
        yield from _heading(block)
    elif isinstance(block, Table):
        yield Padding(_table(block), (0, 0, 1, 0))
    elif isinstance(block, Example):
        yield from _example(block)
    elif isinstance(block, Histogram):
        yield from _histogram(block)
    else:
        yield from _prose(block)


def _heading(heading: Heading) -> Iterator[RenderableType]:
    text = escape(plain(heading.text))
    if heading.level == 3:  # noqa: PLR2004 - a part's
        yield Styled.from_markup(f"[bold]{text}[/]")
    else:
        yield Rule(f"[bold]{text}[/]", align="left")


def _prose(block: Text | Total | Alarm | Bullets) -> Iterator[RenderableType]:
    if isinstance(block, Alarm):
        yield Styled(plain(block.text), style="bold red")
    elif isinstance(block, Bullets):
        yield from (Padding(_line(line, "- "), (0, 0, 0, 1)) for line in block.lines)
    else:
        yield _line(block.line)
    if isinstance(block, Total):
        yield _parts(block.parts, 3 * WIDTH)
    yield Styled("")


def _table(table: Table) -> Drawn:
    drawn = Drawn(box=None, header_style="bright_black", pad_edge=False, padding=(0, 2, 0, 0))
    for place, name in enumerate(table.head):
        numbers = bool(table.rows) and all(isinstance(row[place], int | float) for row in table.rows)
        drawn.add_column(Styled(plain(name)), justify="right" if numbers else "left", overflow="fold")
    marked = any(table.marks)
    if marked:
        drawn.add_column("", no_wrap=True, min_width=WIDTH)
    for row, mark in zip(table.rows, table.marks or [None] * len(table.rows), strict=True):
        drawn.add_row(*map(_line, row), *([_mark(mark)] if marked else []))
    return drawn


def _mark(mark: Mark) -> Styled:
    if mark is None:
        return Styled("")
    return _parts(mark, WIDTH) if isinstance(mark, Parts) else _whisker(mark)


def _parts(parts: Parts, width: int) -> Styled:
    out = Styled()
    for name, count in parts.counts:
        out.append("█" * round(width * count / max(1, parts.of)) or "▏" * bool(count), COLOURS.get(name, "blue"))
    return out


def _whisker(drawn: Whisker) -> Styled:
    """The interval as a line, the value as a point on it, from 0 to 1."""
    cells = ["·"] * WIDTH
    if drawn.low is not None and drawn.high is not None:
        for place in range(_place(drawn.low), _place(drawn.high) + 1):
            cells[place] = "─"
    if drawn.other is not None:
        cells[_place(drawn.other.value)] = "○"
    cells[_place(drawn.value)] = "●"
    return Styled("".join(cells), style="red" if drawn.alarm else "blue")


def _place(value: float) -> int:
    return round(min(1.0, max(0.0, value)) * (WIDTH - 1))


def _histogram(told: Histogram) -> Iterator[RenderableType]:
    most = max((rows for _, rows in told.bins), default=1) or 1
    yield Styled(plain(f"{told.what}, rows by {told.unit}"))
    drawn = Drawn(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for which, rows in told.named():
        drawn.add_row(which, str(rows), Styled("█" * round(WIDTH * rows / most), style="blue"))
    yield Padding(drawn, (0, 0, 1, 0))


def _example(example: Example) -> Iterator[RenderableType]:
    status = example.title.partition(":")[0]
    yield Styled(plain(example.title), style=f"bold {COLOURS.get(status, '')}".strip())
    if example.why:
        yield Styled(plain(example.why))
    for who, text in example.turns:
        lines = plain(text, keep="\n\t").splitlines() or [""]
        more = len(lines) - FEW_LINES
        shown = "\n".join([*lines[:FEW_LINES], *([f"… {more} more lines"] if more > 0 else [])])
        yield Padding(Styled.assemble((f"{plain(who)}: ", "bright_black"), shown), (0, 0, 0, 2))
    yield Styled("")


def _line(line: Cell, before: str = "") -> Styled:
    out = Styled(before)
    for piece in line if isinstance(line, tuple) else (line,):
        style = "bold" if isinstance(piece, Strong) else "cyan" if isinstance(piece, Code) else ""
        out.append(plain(str(piece)), style)
    return out
