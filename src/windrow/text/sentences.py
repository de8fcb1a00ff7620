"""Where the blocks and the sentences of a text are, in any language, as offsets into the very text that was given.

A text is read in lines first: headings, list items, table rows and code stand for themselves, other lines flow
together into paragraphs. Only then is a paragraph or an item cut at the terminators of its script (. ! ? … 。！？ ؟ ।).
An abbreviation, a decimal, an initial or a list number ends no sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["heading", "item", "row", "code", "text"]

FENCE = re.compile(r"\s*(```+|~~~+)")
HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
UNDERLINE = re.compile(r"([=\-~^\"'`#*+.])\1{2,}[ \t]*$")
ITEM = re.compile(r"[ \t]*(?:[-*+•‣▪◦·–]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|[①-⑳])[ \t]+\S|[ \t]*\d{1,3}[、．][ \t]*\S")
ROW = re.compile(r"[ \t]*\|.*\|[ \t]*$")
UNDERLINED_LEVEL = {"=": 1, "-": 2, "~": 3}

# ASCII-like terminators end a sentence before white space only; the others end it wherever they stand.
TERMINATOR = re.compile(r"""[.!?…]+["'”’»)\]]*(?=\s)|[。！？｡．؟۔।॥։።៕။]+["'”’»」』）)\]]*""")
WORD_BEFORE = re.compile(r"[^\s(\[\"'“‘«]*$")
LIST_NUMBER = re.compile(r"\(?\d{1,3}\.")
INITIAL = re.compile(r"[^\W\d_]\.")
ORDINAL_DATE = re.compile(r"\s+(Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)")  # "am 3. Mai", as German writes it
DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.){2,}")

# Common enough to meet in any folder of documents; a miss costs a shorter sentence, never a wrong offset.
SHORTENED = """
approx. ave. capt. cf. col. corp. dept. dr. e.g. ed. esp. est. etc. ext. gen. gov. i.e. inc. jr. ltd. misc. mr. mrs. ms.
mt. prof. rep. rev. sen. sgt. sr. st. tel. vs. viz. jan. feb. mar. apr. jun. jul. aug. sep. sept. oct. nov. dec.
allg. bzgl. bzw. ca. evtl. ggf. gem. hr. inkl. mind. mio. mrd. o.ä. sog. str. tägl. u.a. usw. vgl. z.b. zzgl.
av. env. ex. mm. mme. mlle. réf. tél. avda. dña. sra. srta. ud. uds. dott. sig. sigg. int. ecc.
dhr. mevr. bijv. enz. ul. tzn. np. itd. т.е. т.д. т.п. г. др. им. руб.
"""
BEFORE_NUMBERS = "abs. art. blz. co. eq. fig. figs. lt. max. min. no. nos. nr. núm. p. pag. pp. pág. sec. vol. стр."
ABBREVIATIONS = frozenset(SHORTENED.split())
NUMBERED = frozenset(BEFORE_NUMBERS.split())  # "No. 5" is one thing, "No. Five" is not


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of one kind: `text[start:end]`. `level` is a heading's, 1 to 6."""

    start: int
    end: int
    kind: Kind
    level: int = 0


def blocks(text: str) -> Iterator[Block]:
    """Headings, list items, table rows, lines of code and paragraphs, in order; white space around them left out."""
    open_block: Block | None = None
    fence = ""
    lines = _lines(text)
    for start, end, following in lines:
        line = text[start:end]
        mark = FENCE.match(line)
        inside, fence = _fence(mark[1] if mark else "", fence)
        if inside:
            block = Block(start, end, "code") if line.strip() else None
        else:
            block = _classed(line, start, end, following)
        if block is not None and _continues(open_block, block):
            open_block = Block(open_block.start, block.end, open_block.kind)  # type: ignore[union-attr]
            continue
        if open_block is not None:
            yield _trimmed(text, open_block)
        open_block = block
    if open_block is not None:
        yield _trimmed(text, open_block)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of every sentence, heading, table row and line of code, in order and without overlap."""
    for block in blocks(text):
        if block.kind in ("text", "item"):
            yield from sentences(text, block.start, block.end)
        else:
            yield block.start, block.end


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(start, end) of the sentences of `text[start:end]`, taken as flowing text."""
    begin = start
    for mark in TERMINATOR.finditer(text, start, end):
        if mark.start() >= begin and _ends_sentence(text, begin, mark, end):
            yield begin, mark.end()
            begin = _skip_space(text, mark.end(), end)
    if begin < end:
        yield begin, end


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, the line after) of each line, without its line end."""
    start = 0
    size = len(text)
    while start < size:
        end = text.find("\n", start)
        end = size if end < 0 else end
        after = text.find("\n", end + 1)
        yield start, end, text[end + 1 : after if after >= 0 else size][:200]
        start = end + 1


def _fence(mark: str, fence: str) -> tuple[bool, str]:
    """Whether this line belongs to a code block, and the fence still open after it."""
    if not fence:
        return bool(mark), mark
    closes = mark[:1] == fence[0] and len(mark) >= len(fence)
    return True, "" if closes else fence


def _classed(line: str, start: int, end: int, following: str) -> Block | None:
    if not line.strip() or UNDERLINE.fullmatch(line.strip()):
        return None  # nothing, the line below a heading, or a rule between sections
    heading = HEADING.match(line)
    if heading is not None:
        return Block(start, end, "heading", len(heading[1])) if heading[2] else None
    if ROW.match(line):
        return Block(start, end, "row")
    if ITEM.match(line):
        return Block(start, end, "item")
    if _underlines(line, following):
        return Block(start, end, "heading", UNDERLINED_LEVEL.get(following[0], 4))
    return Block(start, end, "text")


def _underlines(line: str, following: str) -> bool:
    """Whether the next line makes a heading of this one, as Markdown and reStructuredText write it."""
    rule = following.rstrip()
    return bool(UNDERLINE.fullmatch(rule)) and len(rule) >= min(len(line.strip()), 3) and not line.startswith("    ")


def _continues(open_block: Block | None, block: Block) -> bool:
    """A line of plain text goes on with the paragraph or the list item above it."""
    return block.kind == "text" and open_block is not None and open_block.kind in ("text", "item")


def _trimmed(text: str, block: Block) -> Block:
    if block.kind == "code":
        return block
    start = _skip_space(text, block.start, block.end)
    end = start + len(text[start : block.end].rstrip())
    return Block(start, end, block.kind, block.level)


def _skip_space(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


def _ends_sentence(text: str, begin: int, mark: re.Match[str], end: int) -> bool:
    if mark[0][0] != ".":
        return True
    before = WORD_BEFORE.search(text, begin, mark.start() + 1)
    word = before[0] if before else ""
    at_start = before is not None and before.start() == begin
    after = _skip_space(text, mark.end(), end)
    if word.lower() in NUMBERED and text[after : after + 1].isdigit():
        return False
    if word.lower() in ABBREVIATIONS or INITIAL.fullmatch(word) or DOTTED.fullmatch(word):
        return False
    if LIST_NUMBER.fullmatch(word) and (at_start or ORDINAL_DATE.match(text, mark.end())):
        return False
    return after >= end or not text[after].islower()
