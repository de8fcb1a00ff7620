"""What a teacher's question and answer must pass before a row is made of them: each fault a slug with evidence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from windrow.shapes import Rejection
from windrow.text.evidence import contains, locate, numbers
from windrow.text.support import unsupported
from windrow.text.tokens import is_unspaced, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.row import Chunk
    from windrow.text.bm25 import Hit

QUESTION_WORDS = 80
TITLE_WORDS = 5  # a shorter title is often just the name of the thing that is asked about
MARKER = re.compile(r"\[\d{1,3}\]")

# A question must stand alone: its reader has not seen the passage. One line a language; others go unchecked.
POINTING = re.compile(
    r"""
      \b(?:the|this|that)\s(?:above\s|given\s|provided\s|following\s)?(?:passage|excerpt|paragraph|snippet|chunk)\b
    | \b(?:in|of|from|by|to|per|does|do)\s(?:the|this|that)\s(?:above\s|given\s|provided\s|following\s)?
        (?:document|article|context|section|text(?!\s?(?:message|alert|file|box|field)))\b
    | \b(?:according\sto|as\sstated|mentioned|described|listed|shown)\s(?:above|below|here)\b
    | \b(?:in|laut|gemäß|aus)\s(?:dem|diesem|der|dieser)\s(?:obigen\s)?
        (?:Text|Abschnitt|Dokument|Textstelle|Auszug|Passage)\b
    | \b(?:dans|selon|d['’]après)\s(?:le|ce|cet|l['’])\s?(?:texte|passage|document|extrait|paragraphe)\b
    | \b(?:en|según)\s(?:el|este)\s(?:texto|pasaje|documento|fragmento|párrafo)\b
    | \b(?:nel|secondo\sil|in\squesto)\s(?:testo|brano|documento|passaggio|paragrafo)\b
    | \b(?:no|segundo\so|neste)\s(?:texto|trecho|documento|parágrafo)\b
    | \b(?:in|volgens)\s(?:de|deze|dit|het)\s(?:tekst|passage|document|alinea|fragment)\b
    | \b(?:в|согласно)\s(?:этом\s|данном\s)?(?:тексте|тексту|отрывке|отрывку|документе|документу|абзаце)\b
    | 文中|本文|上文|下文|该段|这段(?:话|文字)|此段|根据(?:文本|文章|段落|上述|以上)
    | この(?:文章|文書|段落|テキスト)|上記の|本文書
    | (?:이|위|해당)\s?(?:글|본문|지문|문서|단락)
    """,
    re.VERBOSE | re.IGNORECASE,
)  # fmt: skip


def question_fault(question: str, chunk: Chunk) -> Rejection | None:
    """What is wrong with a question, looked at without its answer."""
    found = words(question)
    if not found or len(found) > QUESTION_WORDS:
        return Rejection("question_length", f"the question has {len(found)} words", {"question": question})
    pointing = POINTING.search(question)
    if pointing is not None:
        return Rejection("question_needs_passage", "the question points at a text its reader has not seen",
                     {"question": question, "words": pointing[0]})  # fmt: skip
    if _names_title(question, chunk.title):
        return Rejection("title_leak", "the question names the document it came from",
                     {"question": question, "title": chunk.title})  # fmt: skip
    return None


def answer_fault(question: str, answer: str, most_words: int) -> Rejection | None:
    """What is wrong with an answer, looked at without its evidence."""
    found = words(answer)
    if not found:
        return Rejection("empty_answer", "the teacher gave no answer", {})
    if len(found) > most_words:
        return Rejection("answer_too_long", f"{len(found)} words, at most {most_words} are wanted", {"answer": answer})
    if contains(question, answer):
        return Rejection("question_contains_answer", "the question gives its own answer away", {"answer": answer})
    if MARKER.search(answer):
        return Rejection("answer_has_marker", "a bracketed number would read as a citation", {"answer": answer})
    return None


def support(chunk: Chunk, answer: str, quotes: Sequence[str]) -> list[tuple[int, int]] | Rejection:
    """Where in the chunk the quotes stand, word for word, the answer too where it is one; in order, each once."""
    found: set[tuple[int, int]] = set()
    for quote in quotes:
        place = locate(chunk.text, quote)
        if place is None:
            return Rejection("quote_not_verbatim", "a quote is not in the passage word for word", {"quote": quote})
        found.add(place)
    if not found:
        return Rejection("no_quote", "the teacher gave no evidence for its answer", {"answer": answer})
    verbatim = locate(chunk.text, answer)
    if verbatim is not None and not any(contains(chunk.text[start:end], answer) for start, end in found):
        found.add(verbatim)
    return sorted(found)


def stated(chunk: Chunk, question: str, answer: str, spans: Sequence[tuple[int, int]]) -> Rejection | None:
    """What is wrong with an answer in words of its own, beside the evidence it is given for."""
    quotes = [chunk.text[start:end] for start, end in spans]
    if any(contains(quote, answer) for quote in quotes):
        return None
    known = {number for quote in quotes for number in numbers(quote)}
    if not known.issuperset(numbers(answer)):
        return Rejection("number_not_in_quote", "the answer has a number that no quote has", {"answer": answer})
    lacking = unsupported(answer, quotes, question, f"{chunk.title}\n{chunk.section}\n{chunk.text}")
    return (
        Rejection("answer_not_supported", f"the quotes do not support it: {lacking}", {"answer": answer})
        if lacking
        else None
    )


def unfound(hits: Sequence[Hit], chunk: Chunk, within: int) -> Rejection | None:
    """The fault of a question that a search for it does not lead to its passage."""
    place = next((at for at, hit in enumerate(hits, start=1) if hit.id == chunk.id), None)
    if place is not None and place <= within:
        return None
    where = "not at all" if place is None else f"at rank {place}"
    return Rejection(
        "roundtrip",
        f"a search for the question finds its passage {where}, not among the first {within}",
        {"rank": place, "found": [hit.id for hit in hits[:within]]},
    )


def _names_title(question: str, title: str) -> bool:
    found = words(title)
    enough = 2 * TITLE_WORDS if found and is_unspaced(found[0][0]) else TITLE_WORDS
    asked_by_title = title.rstrip().endswith(("?", "？", "؟"))
    return len(found) >= enough and not asked_by_title and contains(question, title)
