"""Multiple choice: which letter an answer names, by the letter itself or by what the choice says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from windrow.text.tokens import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTER = re.compile(
    r"\A(?:(?:the\s+)?(?:(?:right|correct|best)\s+)?(?:option|choice|answer|antwort|réponse|opción)\s+(?:is\s+)?)?[(\[{]?(?P<letter>[A-Za-z])(?:[)\]}.:]+|\Z|(?=\s*[-–—:,]))\s*[-–—:,]?\s*(?P<rest>.*)\Z",
    re.IGNORECASE | re.DOTALL,
)


def choices_of(given: object) -> dict[str, str]:
    """Letter to text, from a list of choices, a mapping of letters to them, or the two lists of a HF data set."""
    if isinstance(given, dict) and {"label", "text"} <= set(given):
        return {str(one).upper(): str(text) for one, text in zip(given["label"], given["text"], strict=False)}
    if isinstance(given, dict):
        return {str(letter).upper(): str(text) for letter, text in given.items()}
    if isinstance(given, list | tuple):
        return dict(zip(LETTERS, map(str, given), strict=False))
    return {}


def letter_of(answer: str, choices: Mapping[str, str]) -> str:
    """The letter that `answer` names, alone, with its text, or by its text alone; '' where it names none, or where
    letter and text disagree."""
    answer = answer.strip().strip("*_`$").strip().removeprefix("\\text").strip("{}").rstrip(".").strip()
    by_text = _saying(answer, choices)
    if by_text:
        return by_text
    found = _LETTER.match(answer)
    if found is None or found["letter"].upper() not in choices:
        return ""
    letter, rest = found["letter"].upper(), found["rest"].strip().strip("*_").rstrip(".").strip()
    return letter if not rest or normalise(rest) == _plain(choices[letter]) else ""


def _saying(answer: str, choices: Mapping[str, str]) -> str:
    said = _plain(answer)
    found: Sequence[str] = [letter for letter, text in choices.items() if said and _plain(text) == said]
    return found[0] if len(found) == 1 else ""


def _plain(text: str) -> str:
    return normalise(text).strip(" .;")
