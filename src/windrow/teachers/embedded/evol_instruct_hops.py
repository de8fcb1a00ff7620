"""One thought more: lines that a task asks for below its answer, each computed from the given text or the answer.

Every hop is a fixed sentence, so that it is known again in an instruction, and a program over the text it speaks of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from windrow.text.sentences import spans

if TYPE_CHECKING:
    from collections.abc import Callable

WORD = re.compile(r"[^\W\d_]+")
WHOLE = re.compile(r"(?<![\w.,:/-])\d{1,6}(?![.,:/-]?\w)")
FEWEST_NUMBERS, FEWEST_WORDS, MOST_LONG = 2, 3, 12
LONG = 9
LETTER = re.compile('"[a-z]"')
LETTERS = "aeiost"


@dataclass(frozen=True, slots=True)
class Hop:
    """A sentence that asks for one line more, and what that line says of a text; '' where the text gives nothing."""

    of: Literal["input", "answer"]
    sentence: str
    line: Callable[[str], str]

    @property
    def kind(self) -> str:
        """What is done, whatever the letter it is done with."""
        return LETTER.sub("", self.sentence)


def _words(text: str) -> str:
    found = len(text.split())
    return f"Words: {found}" if found >= FEWEST_WORDS else ""


def _longest(text: str) -> str:
    found = WORD.findall(text)
    return f"Longest word: {max(found, key=len)}" if len(found) >= FEWEST_WORDS else ""


def _sum(text: str) -> str:
    found = [int(number) for number in WHOLE.findall(text)]
    return f"Sum: {sum(found)}" if len(found) >= FEWEST_NUMBERS else ""


def _initials(text: str) -> str:
    found = WORD.findall(text)
    return f"Initials: {''.join(word[0].upper() for word in found[:5])}" if len(found) >= 5 else ""  # noqa: PLR2004 - as the sentence says


def _long_words(text: str) -> str:
    found = sorted({word.lower() for word in WORD.findall(text) if len(word) >= LONG})
    return f"Long words: {'; '.join(found)}" if 1 < len(found) <= MOST_LONG else ""


def _sentences(text: str) -> str:
    found = sum(1 for _ in spans(text))
    return f"Sentences: {found}" if found > 1 else ""


def _first_and_last(text: str) -> str:
    found = WORD.findall(text)
    return f"First and last word: {found[0]} and {found[-1]}" if len(found) >= FEWEST_WORDS else ""


def _letter(letter: str) -> Callable[[str], str]:
    def line(text: str) -> str:
        found = text.count(letter) + text.count(letter.upper())
        return f"Letter {letter}: {found}" if found else ""

    return line


HOPS = (
    Hop("input", "At the end, on its own line, count the words of the given text, split at blanks.", _words),
    Hop(
        "input", "At the end, on its own line, name the longest word of the given text, the first of several.", _longest
    ),
    Hop("input", "At the end, on its own line, add up the whole numbers in the given text.", _sum),
    Hop(
        "input", "At the end, on its own line, write the initials of the first five words of the given text.", _initials
    ),
    Hop(
        "input",
        f"At the end, on its own line, list the words of {LONG} or more letters in the given text from A to Z.",
        _long_words,
    ),
    *(
        Hop(
            "input",
            f'At the end, on its own line, count the letter "{letter}" in the given text, capitals too.',
            _letter(letter),
        )
        for letter in LETTERS
    ),
    Hop("answer", "Below your answer, on its own line, count its words, split at blanks.", _words),
    Hop("answer", "Below your answer, on its own line, repeat its longest word, the first of several.", _longest),
    Hop("answer", "Below your answer, on its own line, say how many sentences it has.", _sentences),
    Hop("answer", "Below your answer, on its own line, write its first word and its last.", _first_and_last),
    *(
        Hop(
            "answer",
            f'Below your answer, on its own line, count its letters "{letter}", capitals too.',
            _letter(letter),
        )
        for letter in LETTERS
    ),
)
ADDED = "As a last line, from the added data:"
DATA = "Added data:"


def hops_in(instruction: str) -> list[Hop]:
    """The hops that `instruction` asks for, in the order of their sentences."""
    found = [(instruction.find(hop.sentence), hop) for hop in HOPS if hop.sentence in instruction]
    return [hop for _, hop in sorted(found, key=lambda pair: pair[0])]
