"""What the user's own examples offer for making tasks: words, sentences and short phrases, as they stand there.

Where they offer too little (or only scripts without spaces, where "a word" is not a matter of blanks), a small stock of
plain words and sentences fills up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from windrow.text.sentences import spans
from windrow.text.tokens import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PLAIN_WORD = re.compile(r"\b[a-z]{3,12}\b")
PHRASE_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
UNSPEAKABLE = re.compile(r'["“”<>\n\t|;]')
BROKEN = re.compile(
    r'["“”<>\n\t|;,.:!?()\[\]{}/。，：！？、]'
)  # a phrase is quoted whole, so it holds no mark of a sentence
STOCK_WORDS = (
    "account", "basket", "courier", "delivery", "exchange", "feedback", "guarantee", "handbook", "invoice", "journey",
    "keyboard", "leaflet", "manual", "notice", "office", "parcel", "question", "receipt", "service", "ticket", "update",
    "voucher", "warranty", "window",
)  # fmt: skip
STOCK_SENTENCES = (
    "The parcel left our warehouse on Monday and should reach you within the week.",
    "Please keep the receipt until the new device has been set up and tested.",
    "Our office is closed on public holidays and opens again the next morning.",
    "The customer asked for a new invoice because the address on the old one was wrong.",
    "Could you tell me whether the blue model is also sold without a charger?",
    "Two of the five boxes were damaged when they arrived at the shop.",
    "We sent the voucher to the address that is stored in your account.",
    "Is it possible to move the appointment to the following Thursday?",
)
FEWEST = 12
FEWEST_IN_SENTENCE, MOST_IN_SENTENCE = 5, 30
HEAVY = 4  # letters of a word that a phrase may begin or end with
WINDOW = (2, 5)  # words of a phrase
UNSPACED_WINDOW = (4, 8)  # characters of a phrase in a script without spaces
LONGEST_PHRASE = 60


@dataclass(frozen=True, slots=True)
class Material:
    """`words`: plain lowercase words, each once. `sentences`: of 5 to 30 words between blanks. `phrases`: short runs of
    words in any script, for saying what a task is about."""

    words: tuple[str, ...]
    sentences: tuple[str, ...]
    phrases: tuple[str, ...]


def material(examples: Sequence[Mapping[str, Any]]) -> Material:
    """What `examples` of people's offer. Instructions are left out: inside a task they would read as part of it."""
    texts = [str(one.get(part) or "") for one in examples if one.get("human", True) for part in ("input", "output")]
    return _gathered(tuple(text for text in texts if text))


@lru_cache(maxsize=256)
def _gathered(texts: tuple[str, ...]) -> Material:
    found = dict.fromkeys(word for text in texts for word in PLAIN_WORD.findall(text))
    sentences = dict.fromkeys(text[start:end] for text in texts for start, end in spans(text))
    usable = [one for one in sentences if _is_plain(one)]
    phrases = dict.fromkeys(phrase for sentence in sentences for phrase in _phrases(sentence))
    return Material(
        words=tuple(found if len(found) >= FEWEST else dict.fromkeys((*found, *STOCK_WORDS))),
        sentences=tuple(usable if len(usable) >= FEWEST else dict.fromkeys((*usable, *STOCK_SENTENCES))),
        phrases=tuple(phrases) or STOCK_WORDS,
    )


def _is_plain(sentence: str) -> bool:
    """Words between blanks from a letter to a full stop, enough of them and not too many, and no unusual marks."""
    return (
        FEWEST_IN_SENTENCE <= len(sentence.split()) <= MOST_IN_SENTENCE
        and sentence[0].isalpha()
        and sentence[-1] in ".!?"
        and not UNSPEAKABLE.search(sentence)
        and not any(map(is_unspaced, sentence))
    )


def _phrases(sentence: str) -> list[str]:
    """Runs of the sentence's own words that begin and end with one of some length, as they stand there."""
    if any(map(is_unspaced, sentence)):
        least, most = UNSPACED_WINDOW
        runs = [sentence[at : at + most] for at in range(0, len(sentence) - least + 1, least)]
    else:
        marks = list(PHRASE_WORD.finditer(sentence))
        heavy = [len(mark[0]) >= HEAVY for mark in marks]
        runs = [
            sentence[marks[at].start() : marks[at + size - 1].end()]
            for size in range(WINDOW[0], WINDOW[1] + 1)
            for at in range(len(marks) - size + 1)
            if heavy[at] and heavy[at + size - 1]
        ]
    return [run for run in runs if len(run) <= LONGEST_PHRASE and not BROKEN.search(run) and run.strip() == run]
