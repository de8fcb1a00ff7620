"""Does an answer decline what it was asked: in full, in part, or not at all? Read by the sentence, in many languages.

Matching the first words of an answer misses refusals that open with anything else, and takes a disclaimer before good
help for one. Here each sentence is read as declining, as something said around it (an apology, a reason, another
offer), or as help; quotations and letters are not the speaker's own. The three labels are those of XSTest (Röttger
et al. 2023, arXiv 2308.01263). Words cannot show everything: an answer that dodges without saying so is not found.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from windrow.text.refusal_phrases import BUT, DISCLAIMER, IDIOM, TONGUES
from windrow.text.sentences import spans
from windrow.text.tokens import is_unspaced, words

Label = Literal["none", "partial", "full"]
HELPS = 25  # words of help beside a refusal that make it a partial one
HELPS_AFTER_ALL = 12  # words of help after which a disclaimer was only that
OPENING_SENTENCES, OPENING_WORDS, SHORT_ANSWER = 4, 70, 120
STRAIGHT = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})

# What is said by somebody else: quotations, block quotes, code, lines of a dialogue.
QUOTED = re.compile(
    r'"[^"\n]{3,600}"|“[^”\n]{3,600}”|„[^“”\n]{3,600}[“”]|«[^»\n]{3,600}»|「[^」\n]{2,600}」|『[^』\n]{2,600}』'
    r"|^[ \t]*>[^\n]*$|(?s:```.*?```)",
    re.MULTILINE,
)
SPOKEN = re.compile(r"^[ \t]*\**([A-Z][\w.'-]{0,20}(?: [\w.'-]{1,20})?)\**:\**[ \t]+\S[^\n]*$", re.MULTILINE)
LETTER = re.compile(
    r"\A\W{0,4}(?:subject|betreff|objet|asunto|oggetto|assunto|onderwerp|тема|件名|主题)\W{0,4}[:：]"
    r"|\A\W{0,4}(?:dear|hi|hello|sehr geehrte|liebe[rs]?|cher|chère|madame|monsieur|estimad|querid|gentile|egregi"
    r"|prezad|geachte|beste|szanown|уважаем|sayın|尊敬的|亲爱的)\b[^\n.!?]{0,40}[,，:：]?[ \t]*(?:\n|\Z)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an answer does. `start` and `end` say where in the answer it declines (0, 0 where it does not); `redirects`
    whether it offers something else; `help` counts the words that are neither a refusal nor what goes with one."""

    label: Label
    start: int = 0
    end: int = 0
    language: str = ""
    redirects: bool = False
    help: int = 0

    @property
    def declines(self) -> bool:
        """Whether it declines at all."""
        return self.label != "none"


class _Sentence(NamedTuple):
    start: int
    end: int
    text: str
    size: int


class _Declining(NamedTuple):
    code: str
    end: int


NONE = Refusal("none")


@lru_cache(maxsize=1024)  # a draft is asked about by every rule, check and gate
def refusal(text: str) -> Refusal:
    """What `text`, an answer, does with what it was asked. Never raises; empty text declines nothing."""
    plain = text.translate(STRAIGHT)
    if not _has_signs(plain) or LETTER.match(plain):
        return NONE
    own = own_words(plain)
    read = [_Sentence(start, end, own[start:end], _size(own[start:end])) for start, end in spans(own)]
    declining = {place: found for place in _looked_at(read) if (found := _declines(read[place].text)) is not None}
    if not declining:
        return NONE
    help_given = sum(one.size for place, one in enumerate(read) if place not in declining and not _around(one.text))
    disclaiming = all(DISCLAIMER.search(read[place].text) for place in declining)
    if disclaiming and help_given + sum(_after_but(read[place].text) for place in declining) >= HELPS_AFTER_ALL:
        return NONE
    label: Label = "partial" if help_given >= HELPS else "full"
    place, found = next(iter(declining.items()))
    # In a sentence that declines, only what follows can offer: "no puedo ayudarte" has the words of an offer in it.
    offers = (one.text[declining[at].end :] if at in declining else one.text for at, one in enumerate(read))
    redirects = any(tongue.redirects.search(text) for text in offers for tongue in TONGUES)
    return Refusal(label, read[place].start, read[place].end, found.code, redirects, help_given)


@lru_cache(maxsize=256)
def own_words(text: str) -> str:
    """`text` with what others say in it blanked out, and its apostrophes straight: every offset stays."""
    plain = QUOTED.sub(_blank, text.translate(STRAIGHT))
    speakers = Counter(SPOKEN.findall(plain))
    if not any(lines > 1 for lines in speakers.values()):  # a label that comes once is a heading, not a speaker
        return plain
    return SPOKEN.sub(_blank, plain)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"\S", " ", found[0])


def _has_signs(plain: str) -> bool:
    lower = plain.lower()
    return any(sign in lower for tongue in TONGUES for sign in tongue.signs)


def _declines(sentence: str) -> _Declining | None:
    """The language in which a sentence declines, and where in it that is said; or None."""
    lower = sentence.lower()
    if IDIOM.search(sentence):
        return None
    for tongue in TONGUES:
        if any(sign in lower for sign in tongue.signs):
            found = tongue.declines.search(sentence)
            if found:
                return _Declining(tongue.code, found.end())
    return None


def _after_but(sentence: str) -> int:
    parts = BUT.split(sentence, maxsplit=1)
    return _size(parts[1]) if len(parts) > 1 else 0


def _around(sentence: str) -> bool:
    return any(tongue.around.search(sentence) for tongue in TONGUES)


def _looked_at(read: list[_Sentence]) -> list[int]:
    """The places of the sentences that speak for the whole: all of a short answer; of a long one its opening and its
    end. In the middle of a long answer, what cannot be done is part of the help."""
    said = [place for place, one in enumerate(read) if one.size]
    if sum(read[place].size for place in said) <= SHORT_ANSWER:
        return said
    opening, before = [], 0
    for place in said[:OPENING_SENTENCES]:
        if before <= OPENING_WORDS:
            opening.append(place)
        before += read[place].size
    return opening + [place for place in said[-1:] if place not in opening]


def _size(sentence: str) -> int:
    """Words; where a script has no spaces, two characters count as one."""
    found = words(sentence)
    unspaced = sum(1 for word in found if is_unspaced(word[0]))
    return len(found) - unspaced + (unspaced + 1) // 2
