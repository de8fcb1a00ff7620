"""Blocks as Markdown. Text of others can break neither a table nor a terminal, and loads nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from windrow.report.blocks import Alarm, Bullets, Code, Example, Heading, Histogram, Strong, Table, Text, Total
from windrow.report.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from windrow.report.blocks import Block, Cell

TICKS = re.compile(r"`{3,}")


def markdown(blocks: Iterable[Block]) -> str:
    """The blocks, an empty line between each."""
    return "\n\n".join(_rendered(block) for block in blocks) + "\n"


def _rendered(block: Block) -> str:
    if isinstance(block, Heading | Text | Alarm | Total):
        return _paragraph(block)
    if isinstance(block, Bullets):
        return "\n".join(f"- {_line(line)}" for line in block.lines)
    if isinstance(block, Table):
        lines = [block.head, ["---"] * len(block.head), *block.rows]
        return "\n".join(f"| {' | '.join(_line(each) for each in line)} |" for line in lines)
    if isinstance(block, Histogram):
        told = ", ".join(f"{which}: {rows}" for which, rows in block.named())
        return _line(f"{block.what}, rows by {block.unit}: {told}")
    return "\n".join(_example(block))


def _paragraph(block: Heading | Text | Alarm | Total) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_line(block.text)}"
    return _line(Strong(block.text)) if isinstance(block, Alarm) else _line(block.line)


def _example(example: Example) -> Iterator[str]:
    yield f"**{_line(example.title)}**{': ' + _line(example.why) if example.why else ''}"
    if not example.turns:
        return
    yield ""
    told = [plain(f"{who}: {text}", keep="\n\t") for who, text in example.turns]
    fence = "`" * (1 + max([2, *(len(ticks) for text in told for ticks in TICKS.findall(text))]))
    yield f"{fence}text"
    yield from told
    yield fence


def _line(line: Cell) -> str:
    pieces = line if isinstance(line, tuple) else (line,)
    return "".join(map(_piece, pieces))


def _piece(piece: str | float) -> str:
    if isinstance(piece, Code):
        return f"`{plain(piece).replace('`', ' ').replace('|', ' ')}`"
    text = plain(str(piece)).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("](", "]\\(")
    return f"**{text}**" if isinstance(piece, Strong) else text
