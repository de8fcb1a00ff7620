"""The text of a PDF, page by page, through pypdf (the `docs` extra).

A PDF stores glyphs at places, not sentences. What is mended here: words cut at the end of a line, ligatures, and lines
that repeat at the head or foot of most pages. The same file and the same pypdf give the same text, so offsets hold.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from windrow.flow.seeds.extracted import Extracted, Unreadable, absent, clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pypdf import PageObject, PdfReader

LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
CUT_WORD = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[^\W\d_])")
SOFT_HYPHEN = "\u00ad"
FEWEST_PAGES = 3  # with fewer, a line that repeats may well be text
MOST_PAGES = 0.6  # a first or last line on this share of the pages is a running head, a foot or a page number
OUTLINE_ENTRIES = 2_000
SCANNED = "its pages are pictures without text; run OCR first: ocrmypdf OLD.pdf NEW.pdf"
LOCKED = "it is encrypted; take the password off first: qpdf --decrypt --password=… OLD.pdf NEW.pdf"


def read_pdf(path: Path) -> Extracted:
    """The text of the PDF at `path`. Raises Unreadable, and MissingError where pypdf is not installed."""
    try:
        import pypdf  # noqa: PLC0415 - of an optional extra
    except ImportError as error:
        raise absent(path, "pypdf") from error
    with _quiet():
        try:
            reader = pypdf.PdfReader(path, strict=False)
            locked = reader.is_encrypted and not reader.decrypt("")
            pages = [] if locked else [_text(page) for page in reader.pages]
            title, outline = ("", []) if locked else (_title(reader), _outline(reader))
        except pypdf.errors.DependencyError as error:  # a cipher that needs one more library
            raise Unreadable(LOCKED) from error
        except Exception as error:  # a broken file breaks pypdf in more ways than it has errors for
            raise Unreadable(f"its PDF is broken: {type(error).__name__}: {error}; print it to a new PDF") from error
    if not any(page.strip() for page in pages):
        raise Unreadable(LOCKED if locked else SCANNED if pages else "it has no pages")
    return replace(_joined(pages, title, outline), reader=f"pypdf {pypdf.__version__}")


def _text(page: PageObject) -> str:
    return clean(page.extract_text() or "").translate(LIGATURES)


def _joined(pages: Sequence[str], title: str, outline: Sequence[tuple[int, tuple[str, ...]]]) -> Extracted:
    """The pages as one text, a blank line between them unless a sentence goes on; where they and the parts begin."""
    text, starts, empty = "", [], 0
    for page in _without_running_lines(pages):
        body = _mended(page)
        empty += not body
        if text and body:
            text = _continued(text, body)
        starts.append(len(text))
        text += body
    lost = (f"{empty} of {len(pages)} pages have no text; OCR would read them",) if empty else ()
    return Extracted(f"{text}\n", title, tuple(_marks(text, starts, outline)), tuple(starts), lost)


def _continued(text: str, body: str) -> str:
    """What stands before the next page: a sentence that is not ended goes on, so does a word that was cut."""
    goes_on = body[0].islower() and text[-1] not in ".!?:。！？"
    return f"{text}{chr(10) if goes_on else chr(10) * 2}"


def _mended(page: str) -> str:
    lines = "\n".join(re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in page.splitlines())
    return CUT_WORD.sub(_uncut, re.sub(r"\n{3,}", "\n\n", lines)).replace(SOFT_HYPHEN, "").strip()


def _uncut(found: re.Match[str]) -> str:
    """A word cut in two loses its hyphen; "Anti-\\nAgeing", "North-\\nSouth" keep theirs."""
    return "" if found.string[found.end()].islower() else "-"


def _without_running_lines(pages: Sequence[str]) -> Iterator[str]:
    """Pages without the lines that stand at the head or the foot of most of them, whatever figures these have."""
    listed = [[line for line in page.splitlines() if line.strip()] for page in pages]
    filled = [lines for lines in listed if lines]
    running = {
        at: {
            mask for mask, count in Counter(_mask(lines[at]) for lines in filled).items()
            if len(filled) >= FEWEST_PAGES and count >= MOST_PAGES * len(filled)
        }
        for at in (0, -1)
    }  # fmt: skip
    for page, lines in zip(pages, listed, strict=True):
        drop = [lines[at] for at in (0, -1) if len(lines) > 1 and _mask(lines[at]) in running[at]]
        kept = page.splitlines()
        for line in drop:
            kept.remove(line)
        yield "\n".join(kept)


def _mask(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))


def _marks(
    text: str, starts: Sequence[int], outline: Sequence[tuple[int, tuple[str, ...]]]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Where each part begins: at its title on its page, or with the page where the title is not found there."""
    at = 0
    for page, path in outline:
        if not 0 <= page < len(starts):
            continue
        end = starts[page + 1] if page + 1 < len(starts) else len(text)
        title = re.search(r"\s+".join(map(re.escape, path[-1].split())), text[max(at, starts[page]) : end])
        at = max(at, starts[page]) + (title.start() if title else 0)
        yield at, path


def _title(reader: PdfReader) -> str:
    told = reader.metadata.title if reader.metadata else None
    title = " ".join(clean(str(told or "")).split())
    made_by_program = re.search(r"\.\w{2,4}$|^(?:untitled|microsoft word|document\d*)\b", title, re.IGNORECASE)
    return "" if made_by_program else title


def _outline(reader: PdfReader) -> list[tuple[int, tuple[str, ...]]]:
    """(page, titles from the outermost) of every bookmark, in order; none where the bookmarks are broken."""
    found: list[tuple[int, tuple[str, ...]]] = []

    def walk(entries: Sequence[Any], above: tuple[str, ...]) -> None:
        last = above
        for entry in entries[:OUTLINE_ENTRIES]:
            if isinstance(entry, list):
                walk(entry, last)
                continue
            page = reader.get_destination_page_number(entry)
            name = " ".join(clean(str(entry.title or "")).split())
            last = (*above, name)
            if page is not None and name:
                found.append((page, last))

    try:
        walk(reader.outline, ())
    except Exception:  # noqa: BLE001 - bookmarks are an aid: a PDF whose bookmarks are broken is read without them
        return []
    return sorted(found, key=lambda mark: mark[0])


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps pypdf's remarks on half-broken files off the user's screen: what matters is said as a note."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
