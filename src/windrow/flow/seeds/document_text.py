"""The text of one document, as every offset counts it: decoded, without byte order mark, line ends as \\n.

Pages, PDF and Word files become Markdown-like text once, each in a module of its own, so that chunking and checks see
one kind of text. Nothing is guessed: what is not UTF-8 is refused with what to do about it, because a wrong guess
trains a model on mojibake.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from windrow.flow.seeds.docx_text import read_docx
from windrow.flow.seeds.extracted import Extracted, Unreadable
from windrow.flow.seeds.html_text import read_html
from windrow.flow.seeds.pdf_text import read_pdf
from windrow.text.chunking import heading_text
from windrow.text.sentences import blocks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from windrow.text.scrub import Scrubbed

MARKUP = (".html", ".htm")
PLAIN = (".md", ".markdown", ".txt", ".text", ".rst")
BINARY: dict[str, Callable[[Path], Extracted]] = {".pdf": read_pdf, ".docx": read_docx}
READABLE = (*PLAIN, *MARKUP, *BINARY)

FRONT_MATTER = re.compile(r"---\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
TITLE_LINE = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text, its title, where its body starts (after front matter), and what its file told beside them."""

    text: str
    title: str
    body: int
    extracted: Extracted

    def section(self, start: int, end: int, path: tuple[str, ...]) -> str:
        """What `text[start:end]` stands under: headings of the text, else those of the file, then the page."""
        marks = self.extracted.marks
        at = bisect_right(marks, start, key=lambda mark: mark[0])
        named = path or (marks[at - 1][1] if at else ())
        steps = [step for depth, step in enumerate(named) if depth or step != self.title]
        return " > ".join([*steps, *self._pages(start, end)])

    def scrubbed(self, scrub: Callable[[str], Scrubbed]) -> Document:
        """The document after every text of it went through `scrub`, its marks and pages where they belong now."""
        whole, told = scrub(self.text), self.extracted
        marks = tuple((whole.at(at), tuple(scrub(step).text for step in path)) for at, path in told.marks)
        extracted = replace(told, text=whole.text, marks=marks, pages=tuple(map(whole.at, told.pages)))
        return Document(whole.text, scrub(self.title).text, whole.at(self.body), extracted)

    def _pages(self, start: int, end: int) -> list[str]:
        pages = self.extracted.pages
        first, last = bisect_right(pages, start), bisect_right(pages, end - 1)
        if len(pages) < 2 or not first:  # noqa: PLR2004 - one page needs no number
            return []
        return [f"p. {first}" if first == last else f"pp. {first}-{last}"]


def read_document(path: Path, *, most_bytes: int) -> Document:
    """The document at `path`. Raises Unreadable, and MissingError where an optional library would read it."""
    found = _extracted(path, most_bytes)
    text = found.text
    front = FRONT_MATTER.match(text)
    body = front.end() if front else 0
    if not text[body:].strip():
        raise Unreadable("it is empty")
    named = TITLE_LINE.search(front[1]) if front else None
    title = (named[1].strip("\"'") if named else found.title) or _first_heading(text, body)
    return Document(text, title or _from_name(path), body, found)


def document_text(path: Path, *, most_bytes: int = 1 << 40) -> str:
    """The text that a chunk's `start` and `end` count in. Raises Unreadable and MissingError."""
    return _extracted(path, most_bytes).text


def _extracted(path: Path, most_bytes: int) -> Extracted:
    kind = path.suffix.lower()
    try:
        size = path.stat().st_size
        if size > most_bytes:
            raise Unreadable(
                f"it has {size / 1e6:,.0f} MB, more than max_megabytes allows; split it, or raise max_megabytes"
            )
        if not size:
            raise Unreadable("it is empty")
        if kind in BINARY:
            return BINARY[kind](path)
        raw = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"it cannot be opened: {error.strerror}") from error
    text = _decoded(raw).replace("\r\n", "\n").replace("\r", "\n")
    return read_html(text) if kind in MARKUP else Extracted(text)


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
