"""Rules that read facts off a passage's structure, in any language: questions that stand there, labels, tables, steps.

A rule would rather find nothing than ask badly: a label that is no thing, an answer that is a placeholder, a question
that leans on words outside itself are left alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from windrow.teachers.embedded import english, other_languages
from windrow.teachers.embedded.passage import Fact, Span, trimmed
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from windrow.teachers.embedded.passage import Passage
    from windrow.text.sentences import Block

QUESTION_MARKS = ("?", "？", "؟")
ANSWER_WORDS = 60
VALUE_WORDS = 14
LEAST_ANSWER = 4  # words: "Yes." alone teaches nothing
LEAST_STEPS = 6
LEAST_TASK = 2
PAIR = 2  # cells: a label and its value

PLACEHOLDER = re.compile(
    r"\[[^\]]*\]|<[^>]*>|\{[^}]*\}|\bN/?A\b|\bTBD\b|\w+_\w+_\w+|(?<=[a-z] )(?:Yes|None|True|False|null)\b"
)
DIGIT = re.compile(r"\d")
POINTING = re.compile(r"\b(?:this|these|those|it|its|they|them|that|here)\b", re.IGNORECASE)
# "9:30", "3:1" and "https:" are no labels: no figure stands on both sides, and after ":" comes a space.
LABEL = re.compile(
    r"(?:\*\*|__)?(?P<label>[^:：\n|*]{2,70}?)(?:\*\*|__)?\s?(?!(?<=\d)[:：]\s*\d|(?<=\d\s)[:：]\s*\d)"
    r"(?::(?:\*\*|__)?[ \t]+|(?:：|(?<=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]):)(?:\*\*|__)?[ \t]*)(?=\S)(?!//)"
)
HOW_TO = re.compile(r"(?:steps to|how to|how you can)\s+(?P<what>.+?):?$", re.IGNORECASE)
TO_DO = re.compile(
    r"(?:to|follow (?:these|the) steps (?:below )?to|here['’ ]i?s how to)\s+(?P<what>[a-z][^.:]{6,90}?)"
    r"(?:,\s*(?:follow these steps|do the following|you can|you should|please))?:$",
    re.IGNORECASE,
)
ASK_ANSWER = re.compile(
    r"(?:\*\*)?(?:Q|Question|F|Frage|问|問|P|R)(?:\*\*)?\s?[:：.](?:\*\*)?\s*(?P<ask>.+?[?？؟])\s*(?:\*\*)?\s*"
    r"(?:[-*]\s*)?(?:A|Answer|Antwort|答|R)(?:\*\*)?\s?[:：.](?:\*\*)?\s*",
    re.DOTALL,
)
NO_DEED = re.compile(
    r"(?:understand|know|learn|think|recognize|be|[^ ]+ing)\b|.*\b(?:and|or) (?:fix|retry|resubmit|refer|apply)$",
    re.IGNORECASE,
)
HOW_MUCH = re.compile(
    r"how (?:much|many|long|often|soon)\b|\b(?:cost|fee|fees|limit|rate|amount|price)\b", re.IGNORECASE
)
HOW = re.compile(r"\bhow (?:do|can|should|would|to)\b", re.IGNORECASE)


def facts(passage: Passage) -> Iterator[Fact]:
    """Every fact that some rule finds, in the order of the rules."""
    yield from _asked_in_text(passage)
    yield from _labels(passage)
    yield from _tables(passage)
    if english_like(passage):
        yield from _procedures(passage)


def english_like(passage: Passage) -> bool:
    """Whether English wording may be used: English, or a text too short to tell."""
    return passage.language in ("en", "")


def usable(passage: Passage, fact: Fact) -> bool:
    """Whether an answer can be taken as it stands."""
    answer = passage.of(fact.answer)
    return 0 < len(words(answer)) <= ANSWER_WORDS and not PLACEHOLDER.search(f"{answer} {fact.question}")


def placed(passage: Passage, question: str) -> str:
    """An English question with the name of what it is about in it, so that it stands alone; '' where it cannot."""
    subject, named = passage.subject, passage.named
    if not subject:
        return "" if POINTING.search(question) else _capital(question)
    if subject.lower() not in question.lower():
        last = subject.rsplit(maxsplit=1)[-1]
        question = re.sub(rf"\b(?:this|the)\s+{re.escape(last)}\b(?!\s+[A-Z])", named, question, flags=re.IGNORECASE)
    if subject.lower() in question.lower():
        return _capital(question)
    if re.search(r"\b(?:this|these|those)\b", question, re.IGNORECASE):
        return ""
    first = question.partition(" ")[0]
    keep = first == "I" or english.ACRONYM.fullmatch(first)
    return f"For {named}, {question if keep else question[:1].lower() + question[1:]}"


def _capital(question: str) -> str:
    return question[:1].upper() + question[1:]


def _asked_in_text(passage: Passage) -> Iterator[Fact]:
    """Headings that are questions, answered by what follows them, and "Q: ... A: ..." pairs."""
    for at, block in enumerate(passage.blocks):
        if block.kind == "heading" and passage.heading(block).endswith(QUESTION_MARKS):
            answer = _below(passage, at)
            if answer is not None:
                yield from _asked(passage, passage.heading(block), answer)
        elif block.kind in ("item", "text"):
            found = ASK_ANSWER.match(passage.text, passage.body_start(block), block.end)
            if found is not None:
                yield from _asked(passage, found["ask"].strip("* "), trimmed(passage.text, found.end(), block.end))


def _asked(passage: Passage, question: str, answer: Span) -> Iterator[Fact]:
    if len(words(passage.of(answer))) < LEAST_ANSWER:
        return
    if english_like(passage):
        question = placed(passage, question)
    elif passage.subject and passage.subject not in question:
        question = other_languages.placed(passage.language, passage.subject, question)
    if question:
        numeric = DIGIT.search(passage.of(answer)) and HOW_MUCH.search(question)
        kind = "numeric" if numeric else "procedural" if HOW.search(question) else "factoid"
        yield Fact(question, answer, answer, kind, rank=0)


def _below(passage: Passage, at: int) -> Span | None:
    """The paragraph under a heading, or the list there; only whole, or cut after a sentence."""
    below = passage.blocks[at + 1 :]
    if not below or below[0].kind not in ("text", "item"):
        return None
    first = below[0]
    announces = passage.text[first.start : first.end].rstrip().endswith((":", "："))
    if announces and (len(below) < PAIR or below[1].kind != "item"):
        return None
    if announces or first.kind == "item":
        span = _list(passage, first, below[1:])
        return span if len(words(passage.of(span))) <= ANSWER_WORDS else None
    return _leading(passage, first)


def _list(passage: Passage, first: Block, below: Sequence[Block]) -> Span:
    """A block with the list items right after it; a list of one is taken without its bullet."""
    end = first.end
    for block in below:
        if block.kind != "item":
            break
        end = block.end
    return Span(passage.body_start(first) if end == first.end else first.start, end)


def _leading(passage: Passage, block: Block) -> Span | None:
    """As many whole sentences from the start of a block as an answer may have."""
    end = block.start
    for sentence in passage.sentences(block):
        if len(words(passage.text[block.start : sentence.end])) > ANSWER_WORDS:
            break
        end = sentence.end
    return Span(block.start, end) if len(words(passage.text[block.start : end])) >= LEAST_ANSWER else None


def _labels(passage: Passage) -> Iterator[Fact]:
    """Lines of the form "label: value"."""
    for at, block in enumerate(passage.blocks):
        if block.kind not in ("item", "text") or _has_children(passage, at):
            continue
        start = passage.body_start(block)
        for line in re.finditer(r"[^\n]+", passage.text[start : block.end]):
            begin, end = _clause(passage.text, start + line.start(), start + line.end()), start + line.end()
            found = LABEL.match(passage.text, begin, end)
            value = _value(passage, found.end(), end) if found else None
            if found is not None and value is not None:
                yield from _valued(passage, found["label"], value, trimmed(passage.text, begin, end))


def _clause(text: str, start: int, end: int) -> int:
    """Where the clause with the first colon of a line begins: where no blanks part sentences, some may stand before."""
    colon = next((at for at in range(start, end) if text[at] in ":："), start)
    return max(start, *(text.rfind(stop, start, colon) + 1 for stop in "。！？"))


def _has_children(passage: Passage, at: int) -> bool:
    after = passage.blocks[at + 1 : at + 2]
    return bool(after) and after[0].kind == "item" and passage.indent(after[0]) > passage.indent(passage.blocks[at])


def _value(passage: Passage, start: int, end: int) -> Span | None:
    """A short value with a figure in it, without its full stop."""
    span = trimmed(passage.text, start, end, "*_` \t\n.。;；")
    text = passage.of(span)
    fits = 0 < len(words(text)) <= VALUE_WORDS and DIGIT.search(text) and ". " not in text and ": " not in text
    return span if fits else None


def _valued(passage: Passage, label: str, value: Span, quote: Span) -> Iterator[Fact]:
    label = label.strip(" *_`")
    if english_like(passage):
        question = english.label_question(label, passage.of(value), passage.named, passage.names)
    else:
        question = other_languages.label_question(passage.language, label, passage.subject)
    if question:
        yield Fact(question, value, quote, "numeric", rank=0)


def _tables(passage: Passage) -> Iterator[Fact]:
    """Cells, asked for by the label of their row, and by their column's where there are several."""
    header: list[Span] = []
    for at, block in enumerate(passage.blocks):
        if block.kind != "row":
            header = []
            continue
        cells = passage.cells(block)
        if not header:
            header = cells if _ruled(passage, at) else []
        elif len(cells) == len(header) and len(cells) > 1:
            for column, cell in zip(header[1:], cells[1:], strict=True):
                yield from _cell(passage, passage.of(cells[0]), passage.of(column), cell, Span(block.start, block.end))


def _ruled(passage: Passage, at: int) -> bool:
    after = passage.blocks[at + 1 : at + 2]
    return bool(after) and after[0].kind == "row" and not passage.cells(after[0])


def _cell(passage: Passage, label: str, column: str, cell: Span, quote: Span) -> Iterator[Fact]:
    value = _value(passage, cell.start, cell.end)
    if value is None:
        return
    wide = passage.text.count("|", quote.start, quote.end) > PAIR + 1
    if not english_like(passage):
        yield from _valued(
            passage, other_languages.joined(passage.language, label, column if wide else ""), value, quote
        )
        return
    question = _cell_question(passage, label, column, passage.of(value))
    if question:
        yield Fact(question, value, quote, "numeric", rank=0)
    elif not wide:
        yield from _valued(passage, label, value, quote)


def _cell_question(passage: Passage, label: str, column: str, value: str) -> str:
    """Asks for the column of a row, where the column names a quantity and the row a thing that has it."""
    noun = english.head(column)
    asks = (
        english.is_thing(column)
        and english.head(column) != "value"
        and english.has_quantity(noun, value)
        and column.lower() not in ("amount", "value")
    )
    has = english.is_thing(label) and not DIGIT.search(label) and not english.has_quantity(english.head(label), "$1")
    if not asks or not has:
        return ""
    thing = english.lowered(column, passage.names)
    noun = english.head(label)
    plain = _title_case(label) or (" " not in label and not _many(noun))  # "Germany": a name, for all that is known
    row = label if plain else english.lowered(label, passage.names)
    if not plain and not _many(noun):
        row = f"“{label}”"  # "a transfer", "delivery": whether it takes an article is not to be seen
    apart = passage.subject and passage.subject.lower() not in label.lower()
    return f"What is the {thing} for {row}{f' with {passage.named}' if apart else ''}?"


def _many(noun: str) -> bool:
    """Whether a noun stands without an article: "orders", "shipping"."""
    return english.PLURAL.fullmatch(noun) is not None or noun.endswith("ing")


def _title_case(label: str) -> bool:
    return " " in label and all(word[:1].isupper() or word[:1].isdigit() for word in label.split())


def _procedures(passage: Passage) -> Iterator[Fact]:
    """ "How to ..." headings and "To ...:" lines, answered by the steps below them."""
    for at, block in enumerate(passage.blocks):
        found = HOW_TO.match(passage.heading(block)) if block.kind == "heading" else _announced(passage, at)
        if found is None:
            continue
        below = passage.blocks[at + 1 :]
        answer = _below(passage, at) if block.kind == "heading" else _list(passage, below[0], below[1:])
        if answer is None or len(words(passage.of(answer))) < LEAST_STEPS or len(words(found["what"])) < LEAST_TASK:
            continue
        what = english.asked(english.lowered(found["what"].strip(), passage.names))
        aimless = NO_DEED.match(what) or english.LONE_LETTER.search(found["what"])
        question = (
            ""
            if aimless or english.speaks_for_house(what) or what.endswith("?")
            else placed(passage, f"How do I {what}?")
        )
        if question:
            yield Fact(question, answer, answer, "procedural", rank=0)


def _announced(passage: Passage, at: int) -> re.Match[str] | None:
    """A paragraph that ends in "To do this:", with steps right below it."""
    block, after = passage.blocks[at], passage.blocks[at + 1 : at + 2]
    if block.kind != "text" or not after or after[0].kind != "item":
        return None
    sentences = passage.sentences(block)
    return TO_DO.match(passage.of(sentences[-1])) if sentences else None
