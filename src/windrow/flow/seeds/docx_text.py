"""The text of a Word document, through python-docx (the `docs` extra), as Markdown-like text.

Headings, lists and tables keep what they are, in the order of the document. Deleted text of tracked changes is left
out and inserted text read, as a printout would show it.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

from windrow.flow.seeds.extracted import Extracted, Unreadable, absent, clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docx.document import Document as WordDocument
    from docx.table import Table
    from docx.text.paragraph import Paragraph

OLD_WORD = b"\xd0\xcf\x11\xe0"  # the container of .doc files, and of encrypted .docx files
LARGEST_PARTS = 200_000_000  # bytes of XML unpacked: more is a bomb, or not for people to read
HEADING = re.compile(r"heading (\d)$|(title)$", re.IGNORECASE)
LISTED = re.compile(r"list (bullet|number)", re.IGNORECASE)
GENERIC = re.compile(r"(?:word document|untitled|document\d*|template)\b|$", re.IGNORECASE)
BLANK_LINES, PARAGRAPH = re.compile(r"\n{3,}"), "\n\n"
DEEPEST = 6
BROKEN = "its Word file is broken: {}; open it in a word processor and save it again"


def read_docx(path: Path) -> Extracted:
    """The text of the .docx at `path`. Raises Unreadable, and MissingError where python-docx is not installed."""
    try:
        import docx  # noqa: PLC0415 - of an optional extra
    except ImportError as error:
        raise absent(path, "python-docx") from error
    _look_inside(path)
    try:
        word = docx.Document(str(path))
        text = "".join(_pieces(word)).strip()
        title = " ".join(clean(word.core_properties.title or "").split())
    except Exception as error:  # a broken file breaks python-docx in more ways than it has errors for
        raise Unreadable(BROKEN.format(f"{type(error).__name__}: {error}")) from error
    if not text:
        raise Unreadable("it has no text; pictures of text would need OCR")
    # What a text opens with is what its author calls it; the file's own title is often that of an old template.
    opens = text.startswith("# ") or GENERIC.match(title)
    return Extracted(
        f"{BLANK_LINES.sub(PARAGRAPH, text)}\n", "" if opens else title, reader=f"python-docx {docx.__version__}"
    )


def _look_inside(path: Path) -> None:
    """What keeps a file from being unpacked at all."""
    with path.open("rb") as file:
        if file.read(4) == OLD_WORD:
            raise Unreadable("it is an old .doc or is encrypted; save it as .docx without a password")
    try:
        with zipfile.ZipFile(path) as parts:
            size = sum(part.file_size for part in parts.infolist() if part.filename.endswith((".xml", ".rels")))
    except (zipfile.BadZipFile, OSError) as error:
        raise Unreadable(BROKEN.format(error)) from error
    if size > LARGEST_PARTS:
        raise Unreadable(f"it unpacks to {size / 1e6:,.0f} MB of XML; split it")


def _pieces(word: WordDocument) -> Iterator[str]:
    from docx.table import Table  # noqa: PLC0415 - with docx

    number = 0
    for block in word.iter_inner_content():
        if isinstance(block, Table):
            yield _table(block)
            number = 0
            continue
        text = _text(block._p)  # noqa: SLF001 - the element itself: `.text` passes over inserted runs
        style = (block.style.name or "") if block.style is not None else ""
        heading = HEADING.match(style)
        listed = _listed(block, style)
        number = number + 1 if listed == "number" else 0
        if not text:
            yield ""
        elif heading:
            level = min(int(heading[1]), DEEPEST) if heading[1] else 1
            yield f"\n\n{'#' * level} {' '.join(text.split())}\n\n"
        elif listed:
            yield f"\n{f'{number}.' if listed == 'number' else '-'} {' '.join(text.split())}"
        else:
            yield f"\n\n{text}\n\n"


def _listed(paragraph: Paragraph, style: str) -> str:
    """ "number" or "bullet" where the paragraph is an item of a list, by its style or its own numbering."""
    named = LISTED.match(style)
    if named:
        return named[1].lower()
    properties = paragraph._p.pPr  # noqa: SLF001 - numbering has no public face in python-docx
    return "bullet" if properties is not None and properties.numPr is not None else ""


def _table(table: Table) -> str:
    """Rows between bars, the first of them as the header. A cell that spans several columns is written once."""
    rows = []
    for row in table.rows:
        cells: list[Any] = []
        for cell in row.cells:
            if not cells or cell._tc is not cells[-1]:  # noqa: SLF001 - the same element for each column it spans
                cells.append(cell._tc)  # noqa: SLF001
        rows.append([" ".join(_text(cell).split()).replace("|", "/") for cell in cells])
    if not rows:
        return ""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, f"|{'---|' * len(rows[0])}")
    return "\n\n" + "\n".join(lines) + "\n\n"


def _text(element: Any) -> str:  # noqa: ANN401 - an lxml element
    """The text below an element: what was deleted is in other tags, and what is drawn twice is read once."""
    from docx.oxml.ns import qn  # noqa: PLC0415 - with docx

    marks = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-", qn("w:p"): "\n"}
    found: list[str] = []
    stack = [element]
    while stack:
        node = stack.pop()
        if node.tag == qn("w:t"):
            found.append(node.text or "")
        elif node.tag in marks:
            found.append(marks[node.tag])
        if node.tag not in (qn("w:pPr"), qn("w:rPr")) and not str(node.tag).endswith("}Fallback"):
            stack += reversed(list(node))
    lines = (re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in clean("".join(found)).split("\n"))
    return "\n".join(line for line in lines if line)
