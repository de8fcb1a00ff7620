"""Blocks as one HTML file that needs nothing else: no script, no font, no picture, no request.

Whatever others wrote is text, never markup, and a policy in the page keeps a browser from loading anything.
"""

from __future__ import annotations

import re
from functools import partial
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from windrow.report.blocks import (
    Alarm,
    Bullets,
    Code,
    Example,
    Heading,
    Histogram,
    Strong,
    Table,
    Text,
    Total,
    Whisker,
    joined,
)
from windrow.report.plain import plain
from windrow.report.svg import histogram, mark, stacked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from windrow.report.blocks import Block, Cell, Mark

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
NUMBER = re.compile(r"[-$]?[\d,]+(\.\d+)?%?( [a-zA-Z]{1,5})?|-")
FOLDED = 600  # characters of a turn that are shown without being asked for
DRAWN = ("accepted", "rejected", "quarantined", "pending")


def html(blocks: Iterable[Block], *, title: str) -> str:
    """The page. `title` is what a browser calls it."""
    told = list(blocks)
    sections = _sections(told)
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">',
        f'<link rel="icon" href="data:,">\n<title>{_text(title)}</title>',
        f"<style>\n{files('windrow.report').joinpath('report.css').read_text(encoding='utf-8')}</style>\n</head>\n<body>",
        *_header(sections[0]),
        _contents(sections[1:]),
        "<main>",
        *(part for number, section in enumerate(sections[1:], 1) for part in _section(number, section)),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _sections(blocks: Sequence[Block]) -> list[list[Block]]:
    """What stands before the first title of a section, then each section with its title."""
    sections: list[list[Block]] = [[]]
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:  # noqa: PLR2004 - a section's
            sections.append([])
        sections[-1].append(block)
    return sections


def _header(blocks: Sequence[Block]) -> Iterator[str]:
    yield "<header>"
    yield from map(_rendered, blocks)
    yield "</header>"


def _contents(sections: Sequence[Sequence[Block]]) -> str:
    titles = [section[0].text for section in sections if isinstance(section[0], Heading)]
    links = "".join(f'<li><a href="#s{number}">{_text(title)}</a></li>' for number, title in enumerate(titles, 1))
    return f'<nav aria-label="Contents"><ul>{links}</ul></nav>' if links else ""


def _section(number: int, blocks: Sequence[Block]) -> Iterator[str]:
    yield f'<section id="s{number}">'
    charts: list[str] = []
    for block in blocks:
        if isinstance(block, Histogram):
            charts.append(f"<figure>{histogram(block)}<figcaption>{_text(block.what)}</figcaption></figure>")
            continue
        yield from _row(charts)
        yield _rendered(block)
    yield from _row(charts)
    yield "</section>"


def _row(charts: list[str]) -> Iterator[str]:
    """Charts that follow each other stand side by side where there is room."""
    if charts:
        yield f'<div class="charts">{"".join(charts)}</div>'
        charts.clear()


def _rendered(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{_text(block.text)}</h{block.level}>"
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Example):
        return "".join(_example(block))
    return _prose(block)


def _prose(block: Block) -> str:
    if isinstance(block, Alarm):
        return f'<p class="alarm"><strong>{_text(block.text)}</strong></p>'
    if isinstance(block, Total):
        return f'<p class="total">{_line(block.line)}</p>{stacked(block.parts, wide=True)}'
    if isinstance(block, Text):
        return f"<p>{_line(block.line)}</p>"
    if isinstance(block, Bullets):
        return f"<ul>{''.join(f'<li>{_line(line)}</li>' for line in block.lines)}</ul>"
    return ""


def _table(table: Table) -> str:
    numeric = [_numeric([_plainly(row[place]) for row in table.rows]) for place in range(len(table.head))]
    drawn = any(each is not None for each in table.marks)
    heads = "".join(_head(name, numbers) for name, numbers in zip(table.head, numeric, strict=True))
    marks: Sequence[Mark] = table.marks if drawn else [None] * len(table.rows)
    body = "".join(map(partial(_tr, numeric=numeric, drawn=drawn), table.rows, marks))
    region = f'role="region" tabindex="0" aria-label="{escape(", ".join(table.head))}"'
    layout = f' class="{table.layout}"' if table.layout else ""
    head = f"<thead><tr>{heads}{_drawn_head(marks) if drawn else ''}</tr></thead>"
    return f'<div class="table" {region}><table{layout}>{head}<tbody>{body}</tbody></table></div>'


def _numeric(cells: Sequence[str]) -> bool:
    return all(map(NUMBER.fullmatch, cells)) and any(cell != "-" for cell in cells)


def _drawn_head(marks: Sequence[Mark]) -> str:
    scale = '<span aria-hidden="true">0</span><span aria-hidden="true">1</span>'
    scaled = scale if any(isinstance(each, Whisker) for each in marks) else ""
    return f'<th scope="col" class="drawn"><span class="unseen">drawn</span><div>{scaled}</div></th>'


def _head(name: str, numbers: bool) -> str:
    swatch = f'<span class="swatch {name}"></span>' if name in DRAWN else ""
    return f'<th scope="col"{_number(numbers)}>{swatch}{_text(name)}</th>'


def _tr(row: Sequence[Cell], drawing: Mark, *, numeric: Sequence[bool], drawn: bool) -> str:
    first = f'<th scope="row"{_number(numeric[0])} dir="auto">{_line(row[0])}</th>'
    cells = "".join(
        f"<td{_number(numbers)}{'' if numbers else ' dir=auto'}>{_line(cell)}</td>"
        for cell, numbers in zip(row[1:], numeric[1:], strict=True)
    )
    last = f'<td class="drawn">{mark(drawing, _plainly(row[0]))}</td>' if drawn else ""
    return f"<tr>{first}{cells}{last}</tr>"


def _number(numbers: bool) -> str:
    return ' class="number"' if numbers else ""


def _example(example: Example) -> Iterator[str]:
    status = example.title.partition(":")[0]
    yield f'<article class="example {status if status in DRAWN else ""}"><h3>{_text(example.title)}</h3>'
    if example.why:
        yield f'<p class="why" dir="auto">{_text(example.why)}</p>'
    yield "<dl>" if example.turns else ""
    for who, text in example.turns:
        shown, rest = _folded(plain(text, keep="\n\t"))
        yield f'<dt>{_text(who)}</dt><dd><pre dir="auto">{escape(shown)}</pre>'
        if rest:
            more = f"<summary>{len(rest)} more characters</summary>"
            yield f'<details>{more}<pre dir="auto">{escape(rest)}</pre></details>'
        yield "</dd>"
    yield "</dl></article>" if example.turns else "</article>"


def _folded(text: str) -> tuple[str, str]:
    """What is shown of a turn at once, cut between words, and the rest."""
    if len(text) <= FOLDED * 4 // 3:
        return text, ""
    at = max(text.rfind("\n", FOLDED // 2, FOLDED), text.rfind(" ", FOLDED // 2, FOLDED))
    at = at if at > 0 else FOLDED
    return text[:at], text[at:]


def _line(line: Cell) -> str:
    return "".join(map(_piece, line if isinstance(line, tuple) else (line,)))


def _piece(piece: str | float) -> str:
    if isinstance(piece, Strong):
        return f"<strong>{_text(piece)}</strong>"
    return f"<code>{_text(piece)}</code>" if isinstance(piece, Code) else _text(str(piece))


def _plainly(cell: Cell) -> str:
    return str(cell) if isinstance(cell, int | float) else joined(cell)


def _text(text: str) -> str:
    return escape(plain(text))
