"""Which sentences of an output do its claims leave out? Looked up in the text, in any language.

A judge that lists only the easy claims passes anything. So every sentence that states something must be covered: most
of its words, and all of its numbers, stand in the words that claims are read from, and half of them in the claims
themselves. A sentence may be set aside as stating nothing only where it has no number, no name, and little in common
with what the question and the passages are about: nobody's greeting is about the subject.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from windrow.evaluators.evidence import locate
from windrow.text.content_words import content_words, share_held
from windrow.text.evidence import numbers
from windrow.text.language import guess
from windrow.text.sentences import blocks, sentences
from windrow.text.support import CAPITALISED_NOUNS
from windrow.text.tokens import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MARKER = re.compile(r"\s*(?:(?:[-*+•‣▪◦·–>]|\(?\d{1,3}[.)、．]|[①-⑳])\s+)+")
RULE = re.compile(r"[\s|:=\-_*+]*")  # of a table, or between parts
ASKS = ("?", "？", "؟", "՞", ";")  # the last is how Greek asks
LEADS_IN = (":", "：")
BRIEF = 6  # content words; a longer line with a colon at its end states something
WORD = re.compile(r"[^\W\d_]{2,}")
SPANNED = 2  # sentences that one claim may be read from: where a sentence ends can be argued
QUOTED_WORDS = 0.6  # of a sentence's words, those that the claims are read from
KEPT_WORDS = 0.5  # of a sentence's words, those that the claims say again
IN_COMMON = 0.5  # of the words of a sentence that states nothing, those that the material holds too
REPLIES = frozenset(
    """yes no sure ok okay well ja nein oui non sí si sì sim não nee да нет نعم لا हाँ नहीं 是的 不是 はい いい 아니요
    네""".split()  # noqa: SIM905
)
"""Words that take up a question, and are no part of what a sentence states by itself."""


def missed(
    output: str, claims: Sequence[tuple[str, str]], states_nothing: Sequence[str], *, about: str
) -> Iterator[str]:
    """The sentences of `output` that state something and that no claim covers. Each claim is (words of the output,
    what is claimed); `states_nothing` are those that the judge sets aside, `about` the question and the passages."""
    places = list(stating(output))
    anchors = [(*span, claim) for words, claim in claims if (span := locate(output, words)) and _atomic(span, places)]
    aside = {normalise(one) for one in states_nothing}
    told: set[str] = set()
    left: list[str] = []
    for start, end in places:
        sentence = output[start:end]
        if _covered(output, start, end, anchors):
            told.add(normalise(sentence))
        elif not (_among(sentence, aside) and _may_state_nothing(sentence, about)):
            left.append(sentence)
    return (sentence for sentence in left if normalise(sentence) not in told)


def stating(output: str) -> Iterator[tuple[int, int]]:
    """(start, end) of every sentence that may state something: no heading, no code, no question, no mere lead-in."""
    found = list(blocks(output))
    for block, following in zip(found, [*found[1:], None], strict=True):
        if block.kind in ("heading", "code") or RULE.fullmatch(output, block.start, block.end):
            continue
        if block.kind == "row" and following and RULE.fullmatch(output, following.start, following.end):
            continue  # the names of a table's columns
        pieces = [(block.start, block.end)] if block.kind == "row" else sentences(output, block.start, block.end)
        for begin, end in pieces:
            marker = MARKER.match(output, begin, end)
            start = marker.end() if marker else begin
            if _states(output[start:end]):
                yield start, end


def _states(sentence: str) -> bool:
    bare = sentence.rstrip().rstrip("\"'”’»)」』*_")
    words = _own_words(sentence)
    if bare.endswith(ASKS) or not (words or numbers(sentence)):
        return False
    return not (bare.endswith(LEADS_IN) and len(words) <= BRIEF and not numbers(sentence))


def _covered(output: str, start: int, end: int, anchors: Sequence[tuple[int, int, str]]) -> bool:
    """Whether claims are read from most of a sentence, and still say what it says."""
    there = [anchor for anchor in anchors if anchor[0] < end and anchor[1] > start]
    quoted = "\n".join(output[max(start, first) : min(end, last)] for first, last, _ in there)
    said = "\n".join(dict.fromkeys(claim for _, _, claim in there))
    return _keeps(output[start:end], quoted, QUOTED_WORDS) and _keeps(output[start:end], said, KEPT_WORDS)


def _keeps(sentence: str, text: str, share: float) -> bool:
    if not text.strip() or not set(numbers(sentence)) <= set(numbers(text)):
        return False
    return share_held(_own_words(sentence), content_words(text)) >= share


def _own_words(sentence: str) -> list[str]:
    return [word for word in content_words(sentence) if word not in REPLIES]


def _among(sentence: str, aside: set[str]) -> bool:
    plain = normalise(sentence)
    return any(plain in one or one in plain for one in aside if one)


def _may_state_nothing(sentence: str, about: str) -> bool:
    if numbers(sentence) or _names_something(sentence):
        return False
    words = content_words(sentence)
    there = frozenset(content_words(about))
    return share_held(words, there) <= IN_COMMON if words else True


def _names_something(sentence: str) -> bool:
    """Whether a word after the first has a capital, in a language that writes only names so."""
    later = WORD.findall(sentence)[1:]
    return any(word[0].isupper() for word in later) and guess(sentence) not in CAPITALISED_NOUNS


def _atomic(span: tuple[int, int], places: Sequence[tuple[int, int]]) -> bool:
    """Whether a claim is read from a sentence, not from a text."""
    return sum(start < span[1] and end > span[0] for start, end in places) <= SPANNED
