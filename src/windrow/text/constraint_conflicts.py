"""Which constraints cannot stand together. A set that no text can obey would make every answer to it wrong.

Three tests: forms that exclude each other, fixed texts that another constraint forbids, and room: what is asked for
must fit into what is allowed, for the whole set and not only for each pair. Errs on the side of conflict: what is left
out here is a combination, never a correct row. That what is let through can be obeyed is shown by writing such texts.
"""

from __future__ import annotations

from itertools import chain, permutations
from typing import TYPE_CHECKING

from windrow.text.constraint_room import no_room
from windrow.text.constraint_rule import occurrences
from windrow.text.constraints import problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from windrow.text.constraints import Entry

# What shapes an answer: nothing of it goes with an answer that is one value or one object.
LAYOUT = (
    "bullets", "numbered", "title", "quoted", "starts_with", "ends_with", "paragraphs", "lines", "sentences",
    "word_times", "with_words", "word_least", "letter_least", "capital_words", "highlights", "placeholders",
    "postscript", "sections", "sentence_words_max", "question_last", "table", "line_marks", "numbers_least",
)  # fmt: skip

# Pairs that leave no sensible answer, whatever their numbers; each pair stands once.
CLASHES: Mapping[str, Sequence[str]] = {
    "json_keys": (*LAYOUT, "number_only", "one_of", "no_commas", "uppercase", "lowercase"),
    "number_only": (*LAYOUT, "one_of", "no_digits", "words_min"),
    "one_of": (*LAYOUT, "words_min"),
    "uppercase": ("lowercase", "sections", "capital_words"),
    "lowercase": ("capital_words", "sections", "sentences", "sentence_words_max"),  # a small letter begins no sentence
    "numbered": ("bullets", "no_digits", "sentences", "paragraphs", "quoted", "starts_with", "ends_with", "sections",
                 "table", "line_marks", "question_last", "sentence_words_max"),
    "bullets": ("sentences", "paragraphs", "quoted", "starts_with", "ends_with", "sections", "table", "line_marks",
                "question_last"),
    "sections": ("table", "line_marks", "no_digits", "lines", "paragraphs", "sentences", "quoted", "starts_with",
                 "ends_with", "question_last", "sentence_words_max"),
    "table": ("line_marks", "lines", "paragraphs", "sentences", "quoted", "starts_with", "ends_with", "question_last",
              "sentence_words_max"),
    "title": ("starts_with", "quoted", "sentences", "paragraphs", "lines", "line_marks", "sentence_words_max"),
    "quoted": ("starts_with", "ends_with", "sentences", "lines", "postscript", "question_last", "line_marks"),
    "postscript": ("paragraphs", "lines", "sentences", "ends_with", "question_last", "line_marks",
                   "sentence_words_max"),
    "line_marks": ("paragraphs", "lines", "sentences", "starts_with", "sentence_words_max"),
    "paragraphs": ("lines",),
    "question_last": ("ends_with", "no_question_marks"),
    "numbers_least": ("no_digits",),
}  # fmt: skip
REPEATABLE = ("word_times", "without_word", "word_least", "letter_least")
RESTRICTING = (
    "lowercase", "uppercase", "no_commas", "no_digits", "without_word", "no_question_marks", "no_exclamation_marks",
)  # fmt: skip
HEADING = "Section"  # what `sections` writes itself, once for each


def conflict(entries: Iterable[Entry]) -> str:
    """Why no text could (or should have to) obey all of `entries`, or ''."""
    told = list(entries)
    for a, b in permutations(told, 2):
        reason = _clash(a, b)
        if reason:
            return f"{a['id']} and {b['id']}: {reason}"
    return _too_often(told) or no_room(told)


def _clash(a: Entry, b: Entry) -> str:
    """Why `a` and `b` cannot stand together, looked at from `a`."""
    if a["id"] == b["id"] and (a["id"] not in REPEATABLE or a["kwargs"]["text"] == b["kwargs"]["text"]):
        return "asked for twice"
    if b["id"] in CLASHES.get(a["id"], ()):
        return "one answer cannot have both forms"
    return _forbidden_text(a, b) if a["id"] in RESTRICTING and b["id"] != "without_word" else ""


def _forbidden_text(restricting: Entry, other: Entry) -> str:
    found = next((reason for text in texts_of(other) if (reason := problem(restricting, text))), "")
    return f"the text it asks for has a {found}" if found else ""


def texts_of(entry: Entry) -> list[str]:
    """The texts that an answer must hold to obey `entry`, each as often as it must stand there."""
    kwargs = entry["kwargs"]
    if entry["id"] in ("one_of", "without_word", "letter_least"):
        return list(kwargs.get("texts", ())) or [kwargs["text"]]
    if entry["id"] == "sections":
        return [HEADING] * min(kwargs["n"], 100)
    if entry["id"] in ("word_times", "word_least"):
        return [kwargs["text"]] * max(1, min(kwargs["n"], 100))
    return [*kwargs.get("texts", ()), *([kwargs["text"]] if "text" in kwargs else ())]


def _too_often(entries: Sequence[Entry]) -> str:
    """Where other constraints ask for a word more often than one of them allows."""
    for entry in entries:
        if entry["id"] == "word_times":
            others = [texts_of(one) for one in entries if one is not entry and one["id"] != "without_word"]
            word, most = entry["kwargs"]["text"], entry["kwargs"]["n"]
            needed = sum(occurrences(word, text) for text in chain.from_iterable(others))
            if needed > most:
                return f"word_times: the others need {word!r} {needed} times"
    return ""
