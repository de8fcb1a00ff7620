"""The text of a web page as Markdown-like text: its content, without what stands around it on every page of a site.

Where the page says what its content is (`<main>`, else a single `<article>`), only that is read. Menus, banners, foots,
forms and what is hidden are left out, by tag and by role; nothing is guessed from the names of classes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from windrow.flow.seeds.extracted import Extracted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bs4 import BeautifulSoup, Tag

INVISIBLE = {
    "script", "style", "template", "noscript", "head", "svg", "iframe", "nav", "button", "select", "textarea",
    "input", "object", "canvas", "audio", "video", "dialog", "map",
}  # fmt: skip
AROUND = {"header", "footer", "aside"}  # what stands around the content where it is no part of an article
ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alert", "menu", "menubar"}
CONTENT = {"main", "article"}
UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
BLOCKS = {
    "address", "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "header", "hr", "main", "ol", "p", "section", "summary", "table", "tbody",
    "tfoot", "thead", "ul",
}  # fmt: skip
LEAF = re.compile(r"h[1-6]|tr|dt")
OPENING = {"li": "\n- ", "br": "\n"}
WRITTEN = ["h1", "h2", "h3", "p"]
MOST_SPANNED = 50  # columns: a page may claim any number


def read_html(source: str) -> Extracted:
    """Text with Markdown's headings, list items and table rows; and the page's title."""
    from bs4 import BeautifulSoup  # noqa: PLC0415 - only pages need a parser

    soup = BeautifulSoup(source, "html.parser")
    content = _content(soup)
    title = content.find("h1") or soup.find("h1") or soup.find("title")
    pieces: list[str] = []
    code: list[str] = []
    _walk(content, pieces, code)
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(pieces))
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    text = re.sub("\0(\\d+)\0", lambda found: code[int(found[1])], text)
    return Extracted(f"{text}\n" if text else "", " ".join(title.get_text(" ").split()) if title else "")


def _content(soup: BeautifulSoup) -> Tag:
    """The part of the page that is its content; the whole of it where the page does not say, or says it of nothing."""
    for marked in (soup.select("main, [role=main]"), soup.find_all("article")):
        if len(marked) == 1 and marked[0].get_text(strip=True):
            return marked[0]
    return soup


def _walk(root: Tag, pieces: list[str], code: list[str]) -> None:
    """Depth first with a stack of its own: pages nest deeper than Python's recursion goes. What is preformatted goes to
    `code`, a mark to `pieces`: no other text has a NUL in it."""
    from bs4 import Tag  # noqa: PLC0415
    from bs4.element import PreformattedString  # noqa: PLC0415 - comments, doctypes

    stack: list[object] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Tag) and _left_out(node, root):
            continue
        if isinstance(node, Tag) and node.name == "pre":
            pieces.append(f"\n\n\0{len(code)}\0\n\n")
            code.append("```\n" + node.get_text().strip("\n") + "\n```")
        elif isinstance(node, Tag) and LEAF.fullmatch(node.name) and not _holds_table(node):
            pieces.append(_leaf(node))
        elif isinstance(node, Tag):
            around = "\n\n" if node.name in BLOCKS else ""
            pieces.append(_opening(node, around))
            stack += [_Mark(around), *reversed(list(node.children))]
        elif isinstance(node, _Mark):
            pieces.append(node)
        elif isinstance(node, str) and not isinstance(node, PreformattedString):
            pieces.append(re.sub(r"\s+", " ", node))


class _Mark(str):
    """What closes an element, waiting on the stack behind its children."""

    __slots__ = ()


def _left_out(node: Tag, root: Tag) -> bool:
    """Whether an element is no part of what a reader came for."""
    if node is root:
        return False
    if node.name in INVISIBLE or node.has_attr("hidden") or node.get("aria-hidden") == "true":
        return True
    if node.name == "form" and node.find(WRITTEN) is None:  # some sites wrap all of a page in a form
        return True
    style = node.get("style")
    if node.get("role") in ROLES or (isinstance(style, str) and UNSEEN.search(style)):
        return True
    # The header of an article holds its title; that of a page holds its banner, unless the title stands there alone.
    return node.name in AROUND and not _inside_content(node) and not (node.name == "header" and node.find("h1"))


def _inside_content(node: Tag) -> bool:
    return any(parent.name in CONTENT for parent in node.parents)


def _holds_table(node: Tag) -> bool:
    """Whether a table row lays out other tables: then it is no row of data."""
    return node.name == "tr" and node.find(["table", "tr"]) is not None


def _opening(node: Tag, around: str) -> str:
    if node.name == "dd" and _term_before(node):
        return " "  # on the line of its term: "term: what it means"
    return OPENING.get(node.name, around)


def _term_before(node: Tag) -> bool:
    before = node.find_previous_sibling(["dt", "dd"])
    return before is not None and before.name == "dt"


def _leaf(node: Tag) -> str:
    if node.name == "tr":
        return _row(node)
    if node.name == "dt":
        return f"\n\n{_line(node).rstrip(':')}:"
    return f"\n\n{'#' * int(node.name[1])} {_line(node)}\n\n"


def _row(node: Tag) -> str:
    """A table row between bars; below a row of headers, the rule that makes it one."""
    cells = node.find_all(["td", "th"], recursive=False)
    rule = f"\n|{'---|' * sum(map(_span, cells))}" if cells and all(cell.name == "th" for cell in cells) else ""
    return f"\n| {' | '.join(_cells(cells))} |{rule}" if cells else ""


def _cells(cells: list[Tag]) -> Iterator[str]:
    """The cells of a row; one that spans columns is followed by empty ones, so that columns stay below their heads."""
    for cell in cells:
        yield _line(cell).replace("|", "/")
        yield from [""] * (_span(cell) - 1)


def _span(cell: Tag) -> int:
    told = str(cell.get("colspan", "1"))
    return min(MOST_SPANNED, max(1, int(told))) if told.isascii() and told.isdigit() else 1


def _line(node: Tag) -> str:
    return " ".join(node.get_text(" ").split())
