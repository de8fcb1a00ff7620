"""Is there room for all that a set of constraints asks for? Words, characters, sentences and lines, summed up.

What is asked for is reckoned generously and what is allowed exactly, so that a set with room can be obeyed in prose
that makes sense, and not only by "a a a".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from windrow.text.sentences import spans
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.text.constraints import Entry

WORD_CHARS = 6  # characters of a usual word, its blank included
LEADS_ON = (":", "：", ",", "，", "、")  # a text that ends so is the beginning of a sentence
NONE_LEFT = ("words_max", "chars_max", "sentences", "paragraphs", "lines", "sentence_words_max")

# Words that each unit of a form needs at least; forms overlap in what they are made of, so the largest counts.
FORMS: Mapping[str, int] = {
    "bullets": 1, "numbered": 2, "sections": 3, "table": 2, "lines": 1, "paragraphs": 1, "sentences": 1,
    "highlights": 1, "capital_words": 1, "numbers_least": 1,
}  # fmt: skip
SPELT = ("starts_with", "ends_with", "postscript", "word_times", "word_least", "with_words")
TITLE_WORDS, QUESTION_WORDS = 2, 1


def no_room(entries: Sequence[Entry]) -> str:
    """Why all of `entries` do not fit into one answer, or ''."""
    limits = {entry["id"]: entry["kwargs"]["n"] for entry in entries if "n" in entry["kwargs"]}
    empty = next((name for name in NONE_LEFT if limits.get(name) == 0), "")
    if empty:
        return f"{empty}: leaves no answer"
    asked = max(limits.get("words_min", 0), _words(entries))
    if asked > limits.get("words_max", asked):
        return f"words_max: the others need {asked} words"
    characters = max(WORD_CHARS * asked - 1, _characters(entries)) if "chars_max" in limits else 0
    if characters > limits.get("chars_max", characters):
        return f"chars_max: the others need about {characters} characters"
    return _too_few_sentences(entries, limits) or _too_few_lines(limits)


def _words(entries: Sequence[Entry]) -> int:
    """Words that the forms and the fixed texts need."""
    forms: int = max((FORMS.get(entry["id"], 0) * entry["kwargs"].get("n", 0) for entry in entries), default=0)
    named = {entry["id"] for entry in entries}
    extra = TITLE_WORDS * ("title" in named) + QUESTION_WORDS * ("question_last" in named)
    left: int = sum(entry["kwargs"]["n"] for entry in entries if entry["id"] == "placeholders")
    return forms + extra + left + sum(len(words(text)) for text in _spelt(entries)) + bool(named & {"postscript"})


def _characters(entries: Sequence[Entry]) -> int:
    """Characters that no count of words knows of: letters, the names of a JSON object, fixed texts."""
    letters: int = sum(entry["kwargs"]["n"] for entry in entries if entry["id"] == "letter_least")
    keys = [text for entry in entries if entry["id"] == "json_keys" for text in entry["kwargs"]["texts"]]
    return letters + sum(len(key) + WORD_CHARS for key in keys) + sum(len(text) + 1 for text in _spelt(entries))


def _spelt(entries: Sequence[Entry]) -> list[str]:
    found: list[str] = []
    for entry in entries:
        if entry["id"] in SPELT:
            kwargs = entry["kwargs"]
            found += list(kwargs.get("texts", ())) or [kwargs["text"]] * kwargs.get("n", 1)
    return found


def _too_few_sentences(entries: Sequence[Entry], limits: Mapping[str, int]) -> str:
    most, longest = limits.get("sentences"), limits.get("sentence_words_max")
    fixed = [entry["kwargs"]["text"] for entry in entries if entry["id"] in ("starts_with", "ends_with")]
    if longest is not None:
        if any(len(words(text)) > longest for text in _spelt(entries)):
            return "sentence_words_max: a fixed text is longer"
        if most is not None and limits.get("words_min", 0) > most * longest:
            return "words_min: more than these sentences can hold"
    if most is None:
        return ""
    asking = any(entry["id"] == "question_last" for entry in entries)
    own = max(1 + asking, limits.get("paragraphs", 0), limits.get("lines", 0))
    needed = own + sum(_ended(text) for text in fixed if not text.endswith(LEADS_ON))
    return f"sentences: the others need {needed}" if needed > most else ""


def _ended(text: str) -> int:
    """Sentences that `text` brings to their end."""
    return sum(1 for _ in spans(text)) if text else 0


def _too_few_lines(limits: Mapping[str, int]) -> str:
    """A list is as many lines as it has items: more would be something else than the list that is asked for."""
    items = limits.get("bullets", limits.get("numbered"))
    if items is None or items == limits.get("lines", items):
        return ""
    return f"lines: the list has {items}"
