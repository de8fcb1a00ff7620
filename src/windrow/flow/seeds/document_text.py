"""The text of one document, as every offset counts it: decoded, without byte order mark, line ends as \\n.

HTML becomes Markdown-like text once, here, so that chunking and checks see one kind of text. Nothing is guessed: what
is not UTF-8 is refused with what to do about it, because a wrong guess trains a model on mojibake.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windrow.text.chunking import heading_text
from windrow.text.sentences import blocks

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import Tag

MARKUP = (".html", ".htm")
PLAIN = (".md", ".markdown", ".txt", ".text", ".rst")
READABLE = PLAIN + MARKUP

FRONT_MATTER = re.compile(r"---\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
TITLE_LINE = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
INVISIBLE = {"script", "style", "template", "noscript", "head", "svg", "iframe", "nav", "form", "button"}
BLOCKS = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "header",
    "main", "ol", "p", "section", "table", "tbody", "thead", "ul",
}  # fmt: skip
LEAF = re.compile(r"h[1-6]|tr")
OPENING = {"li": "\n- ", "br": "\n"}


class Unreadable(Exception):
    """Why a document cannot be read; said of one file, and only fatal where it is the only one."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text, its title, and where its body starts (after front matter)."""

    text: str
    title: str
    body: int


def read_document(path: Path, *, most_bytes: int) -> Document:
    """The document at `path`. Raises Unreadable."""
    text, title = _text_and_title(path, most_bytes)
    front = FRONT_MATTER.match(text)
    if not text[front.end() if front else 0 :].strip():
        raise Unreadable("it is empty")
    named = TITLE_LINE.search(front[1]) if front else None
    title = (named[1].strip("\"'") if named else title) or _first_heading(text, front.end() if front else 0)
    return Document(text, title or _from_name(path), front.end() if front else 0)


def document_text(path: Path, *, most_bytes: int = 1 << 40) -> str:
    """The text that a chunk's `start` and `end` count in. Raises Unreadable."""
    return _text_and_title(path, most_bytes)[0]


def _text_and_title(path: Path, most_bytes: int) -> tuple[str, str]:
    try:
        size = path.stat().st_size
        if size > most_bytes:
            raise Unreadable(
                f"it has {size / 1e6:,.0f} MB, more than max_megabytes allows; split it, or raise max_megabytes"
            )
        raw = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"it cannot be opened: {error.strerror}") from error
    text = _decoded(raw).replace("\r\n", "\n").replace("\r", "\n")
    return _from_html(text) if path.suffix.lower() in MARKUP else (text, "")


def _decoded(raw: bytes) -> str:
    if raw.startswith(WIDE_MARKS):
        raise Unreadable("it is UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8 OLD > NEW")
    if b"\0" in raw:
        raise Unreadable("it is a binary file, not text; convert it to Markdown or text first")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"it is not UTF-8 (byte {raw[error.start]:#04x} at offset {error.start}); convert it: "
            "iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW"
        ) from error


def _first_heading(text: str, start: int) -> str:
    """The heading a document opens with: nothing but it may come first, or it names a part and not the whole."""
    first = next(blocks(text[start : start + 2_000]), None)
    return heading_text(text[start:], first) if first is not None and first.kind == "heading" else ""


def _from_name(path: Path) -> str:
    return re.sub(r"[\s_-]+", " ", path.stem).strip()


def _from_html(source: str) -> tuple[str, str]:
    """Text with Markdown's headings, list items and table rows; and the page's title."""
    from bs4 import BeautifulSoup  # noqa: PLC0415 - only pages need a parser

    soup = BeautifulSoup(source, "html.parser")
    title = soup.find("h1") or soup.find("title")
    pieces: list[str] = []
    code: list[str] = []
    _walk(soup, pieces, code)
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(pieces))
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    text = re.sub("\0(\\d+)\0", lambda found: code[int(found[1])], text)
    return (f"{text}\n" if text else ""), (" ".join(title.get_text(" ").split()) if title else "")


def _walk(root: Tag, pieces: list[str], code: list[str]) -> None:
    """Depth first with a stack of its own: pages nest deeper than Python's recursion goes. What is preformatted goes to
    `code`, a mark to `pieces`: no other text has a NUL in it."""
    from bs4 import Tag  # noqa: PLC0415
    from bs4.element import PreformattedString  # noqa: PLC0415 - comments, doctypes

    stack: list[object] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Tag) and node.name == "pre":
            pieces.append(f"\n\n\0{len(code)}\0\n\n")
            code.append("```\n" + node.get_text().strip("\n") + "\n```")
        elif isinstance(node, Tag) and LEAF.fullmatch(node.name):
            pieces.append(_row(node) if node.name == "tr" else _heading(node))
        elif isinstance(node, Tag) and node.name not in INVISIBLE:
            around = "\n\n" if node.name in BLOCKS else ""
            pieces.append(OPENING.get(node.name, around))
            stack += [_Mark(around), *reversed(list(node.children))]
        elif isinstance(node, _Mark):
            pieces.append(node)
        elif isinstance(node, str) and not isinstance(node, PreformattedString):
            pieces.append(re.sub(r"\s+", " ", node))


class _Mark(str):
    """What closes an element, waiting on the stack behind its children."""

    __slots__ = ()


def _heading(node: Tag) -> str:
    return f"\n\n{'#' * int(node.name[1])} {_line(node)}\n\n"


def _row(node: Tag) -> str:
    """A table row between bars; below a row of headers, the rule that makes it one."""
    cells = node.find_all(["td", "th"])
    rule = f"\n|{'---|' * len(cells)}" if cells and all(cell.name == "th" for cell in cells) else ""
    return f"\n| {' | '.join(_line(cell).replace('|', '/') for cell in cells)} |{rule}"


def _line(node: Tag) -> str:
    return " ".join(node.get_text(" ").split())
