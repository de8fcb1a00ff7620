"""Does this text hold that phrase? String tests behind every claim about evidence, the same for recipe and check.

All compare normalised text (NFKC, caseless, single blanks) at the borders of words and numbers: "5" is not in
"$5,000", "art" not in "start". Scripts without spaces have no such borders, so there a phrase is simply found.
"""

from __future__ import annotations

import re

from windrow.text.content_words import content_words, same_word, share_held
from windrow.text.names import name_in
from windrow.text.sentences import spans
from windrow.text.tokens import is_unspaced, normalise, words
from windrow.text.years import titled, without_dated

NUMBER = re.compile(r"\d+(?:[.,:/\u2019'\-]\d+)*")
EDGES = " \t\n.,;:!?…。！？、；：،؛؟।\"'“”‘’«»„()[]{}（）「」『』*_`|#>-–—•"
ENTITY_WORDS = 12  # more shared words than this say no more about what a question is about
ASKED = 0.6  # a sentence with this share of what a question asks for may answer it
OF_MANY, MANY = 0.4, 2  # so may one with this share, if that is so many words or more
RESTATED = 0.4  # and one with this share of what is asked for, and of the answer too


def core(text: str) -> str:
    """`text` normalised, without punctuation around it."""
    return normalise(text).strip(EDGES)


def contains(text: str, phrase: str) -> bool:
    """Whether `phrase` stands in `text`, whatever its case, width or spacing."""
    needle = core(phrase)
    return bool(needle) and _stands_in(normalise(text), needle)


def locate(text: str, quote: str) -> tuple[int, int] | None:
    """(start, end) of `quote` in `text`, tolerant of white space alone; None where it is not there word for word."""
    at = text.find(quote) if quote else -1
    if at >= 0 and quote.strip():
        lead = len(quote) - len(quote.lstrip())
        return at + lead, at + lead + len(quote.strip())
    pieces = quote.split()
    if not pieces:
        return None
    found = re.search(r"\s+".join(re.escape(piece) for piece in pieces), text)
    return found.span() if found else None


def numbers(text: str) -> list[str]:
    """Every number, date and time in `text`, as digits with their separators."""
    return NUMBER.findall(normalise(text))


def key_terms(question: str, title: str) -> list[str]:
    """The words that say what `question` is about: those it shares with the title of its document."""
    named = {word for word in words(title) if len(word) > 2 or is_unspaced(word[0]) or word.isdigit()}  # noqa: PLR2004
    return [word for word in dict.fromkeys(words(question)) if word in named][:ENTITY_WORDS]


def answers(text: str, phrases: list[str], terms: list[str]) -> bool:
    """Whether `text` may answer too: it holds one of `phrases` and every one of `terms`."""
    if not any(contains(text, phrase) for phrase in phrases):
        return False
    return set(terms) <= set(words(text))


def may_answer(question: str, about: str, answer: list[str], *, title: str, section: str, text: str) -> str:
    """The sentence of a passage by which it may answer `question`, other words and all; '' where none does.

    `about` is the name of the thing that is asked about. A passage named after another thing, and without every word of
    that name, answers for its own thing only. In any other, a sentence may answer that holds most of what is asked for,
    or a part of it beside a part of one of the phrases of `answer`.
    """
    named = content_words(about)
    if _of_another(named, title, section, text):
        return ""
    wanted = [word for word in content_words(question) if not any(same_word(word, other) for other in named)]
    told = [content_words(phrase) for phrase in answer]
    for sentence in (title, section, *(text[start:end] for start, end in spans(text))):
        said = content_words(sentence)
        asked = share_held(wanted, said) if said else 0.0
        restated = asked >= RESTATED and any(share_held(phrase, said) >= RESTATED for phrase in told if phrase)
        if asked >= ASKED or (asked >= OF_MANY and asked * len(wanted) >= MANY) or restated:
            return sentence
    return ""


def may_still_answer(
    question: str, about: str, answer: list[str], *, title: str, section: str, text: str, dated: bool = False
) -> str:  # fmt: skip
    """`may_answer`; of a question that is `dated`, without what the passage says of a year, which is another one."""
    if dated:
        if titled(f"{title}\n{section}"):
            return ""
        text = without_dated(text)
    return may_answer(question, about, answer, title=title, section=section, text=text)


def _of_another(named: list[str], title: str, section: str, text: str) -> bool:
    """Whether a passage is about something that has a name, and not the one that is `named`."""
    if not named or share_held(named, content_words(f"{title}\n{section}\n{text}")) == 1:
        return False
    return bool(name_in(title, text))


def _stands_in(text: str, needle: str) -> bool:
    at = text.find(needle)
    while at >= 0:
        if _border(text, at, needle[0], -1) and _border(text, at + len(needle), needle[-1], +1):
            return True
        at = text.find(needle, at + 1)
    return False


def _border(text: str, at: int, edge: str, side: int) -> bool:
    """Whether a word or number may begin (side -1) or end (side +1) at `at`, its outermost character being `edge`."""
    near = text[at - 1 : at] if side < 0 else text[at : at + 1]
    if not near or not edge.isalnum() or is_unspaced(edge):
        return True
    if edge.isdigit() and near in ".,:/":
        beyond = text[at - 2 : at - 1] if side < 0 else text[at + 1 : at + 2]
        return not beyond.isdigit()
    return not near.isalnum() or is_unspaced(near)
