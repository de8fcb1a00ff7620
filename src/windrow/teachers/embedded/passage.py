"""What the rules read out of a passage: its blocks, its table rows, and the name of the thing that it is about.

Every piece keeps its offsets, so that whatever a rule makes of it can be shown verbatim in the passage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from windrow.text.chunking import heading_text
from windrow.text.language import guess
from windrow.text.names import name_in
from windrow.text.sentences import Block, blocks, sentences
from windrow.text.tokens import words

BULLET = re.compile(r"[ \t]*(?:[-*+•‣▪◦·–]|\(?\d{1,3}[.)、．]|\(?[a-zA-Z][.)])[ \t]*")
CELL = re.compile(r"[^|\n]+")
RULE_ROW = re.compile(r"[\s|:\-]+")
GENERIC = r"(?:account|card|plan|program|programme|service|app|portal|team|policy|customer|member|user|balance|fee)s?"
# What English titles write in capitals and no name holds: a verb, a deed, a plural of people.
UNNAMED = re.compile(
    r"\b(?:Making|Using|Having|Getting|Qualif(?:y|ies)|Is|Are|Do|Does|Can|Will|Works?|Apply|Applies|Need|Happens?)\b"
    r"|\b(?:Holders|Vendors|Procedures|Merchants|Purchases|Payments|Impact|Customers|Members|Users|Questions)$"
)
SHORT_TITLE = 3


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` of the passage."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A question that the passage answers: where the answer stands, where the sentence that proves it, of what kind it
    is, how sure the rule is (0 the surest), and whether the answer is a clause, to be written as a sentence."""

    question: str
    answer: Span
    quote: Span
    kind: str
    rank: int = 1
    clause: bool = False


@dataclass
class Passage:
    """A passage as the rules see it."""

    title: str
    section: str
    text: str
    blocks: list[Block] = field(init=False)

    def __post_init__(self) -> None:
        self.blocks = list(blocks(self.text))

    @cached_property
    def language(self) -> str:
        """ISO 639-1 code, or '' where it cannot be told."""
        return guess(self.text)

    @cached_property
    def subject(self) -> str:
        """The name of what the passage is about; '' where its title only describes."""
        short = self.language not in ("en", "") and len(words(self.title)) <= SHORT_TITLE
        short = short and not self.title[:1].islower()  # a file's name rather than a thing's
        name = name_in(self.title, self.text)
        if not short and UNNAMED.search(name):
            return ""
        return name or (self.title if short else "")

    @cached_property
    def named(self) -> str:
        """The subject as it stands in an English sentence: with an article where the text itself gives it one."""
        subject = self.subject
        article = rf"\b(?:[Tt]he|[Yy]our|[Aa]n?|[Oo]ur|[Tt]his)\s+{re.escape(subject)}\b(?!\s+(?:{GENERIC}\b|[A-Z]))"
        given = re.search(rf"\b{GENERIC}$", subject, re.IGNORECASE) or re.search(article, self.text)
        return f"the {subject}" if subject and given else subject

    @cached_property
    def names(self) -> frozenset[str]:
        """Words that keep their capital inside an English sentence: those the text never writes without."""
        body = "\n".join(self.text[block.start : block.end] for block in self.blocks if block.kind != "heading")
        lower = set(re.findall(r"\b[^\W\d_A-Z][\w\-]+", body))
        inside = set(re.findall(r"(?<=[a-z,] )[A-Z][\w\-]+", body)) | set(self.subject.split())
        return frozenset(word for word in inside if word.lower() not in lower)

    def sentences(self, block: Block) -> list[Span]:
        """The sentences of a block, the bullet of a list item left out."""
        start = self.body_start(block)
        return [Span(begin, end) for begin, end in sentences(self.text, start, block.end)]

    def body_start(self, block: Block) -> int:
        """Where a block's words begin."""
        bullet = BULLET.match(self.text, block.start, block.end) if block.kind == "item" else None
        return bullet.end() if bullet else block.start

    def heading(self, block: Block) -> str:
        """The words of a heading."""
        return heading_text(self.text, block)

    def of(self, span: Span) -> str:
        """The text of a span."""
        return self.text[span.start : span.end]

    def cells(self, block: Block) -> list[Span]:
        """The cells of a table row, trimmed; none for the rule below a header."""
        row = self.text[block.start : block.end]
        if RULE_ROW.fullmatch(row):
            return []
        found = (
            trimmed(self.text, block.start + cell.start(), block.start + cell.end()) for cell in CELL.finditer(row)
        )
        return [cell for cell in found if cell.start < cell.end]

    def indent(self, block: Block) -> int:
        """How far a block's line is set in."""
        line = self.text.rfind("\n", 0, block.start) + 1
        return block.start - line


def trimmed(text: str, start: int, end: int, extra: str = "*_` \t\n") -> Span:
    """The span without white space and emphasis marks around it."""
    while start < end and text[start] in extra:
        start += 1
    while end > start and text[end - 1] in extra:
        end -= 1
    return Span(start, end)
