"""Which constraints cannot stand together. A set that no text can obey would make every answer to it wrong.

Errs on the side of conflict: what is left out here is a combination, never a correct row.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from windrow.text.constraints import problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from windrow.text.constraints import Entry

LAYOUT = (
    "bullets", "numbered", "title", "quoted", "starts_with", "ends_with", "paragraphs", "lines", "sentences",
    "word_times",
)  # fmt: skip

# Pairs that leave no sensible answer, whatever their numbers; each pair stands once.
CLASHES: Mapping[str, Sequence[str]] = {
    "json_keys": (*LAYOUT, "number_only", "one_of", "no_commas", "uppercase", "lowercase"),
    "number_only": (*LAYOUT, "one_of", "no_digits", "words_min"),
    "one_of": (*LAYOUT, "words_min"),
    "uppercase": ("lowercase",),
    "numbered": ("bullets", "no_digits", "sentences", "paragraphs", "quoted", "starts_with", "ends_with"),
    "bullets": ("sentences", "paragraphs", "quoted", "starts_with", "ends_with"),
    "title": ("starts_with", "quoted", "sentences", "paragraphs", "lines"),
    "quoted": ("starts_with", "ends_with", "sentences"),
    "paragraphs": ("lines",),
}
REPEATABLE = ("word_times", "without_word")
RESTRICTING = ("lowercase", "uppercase", "no_commas", "no_digits", "without_word")

# How much of what the second allows (words, characters, lines) each unit of the first needs at least.
NEEDS: Mapping[str, Mapping[str, int]] = {
    "words_max": {"words_min": 1, "word_times": 1, "bullets": 1, "numbered": 2, "sentences": 1, "lines": 1,
                  "paragraphs": 1},
    "chars_max": {"words_min": 1, "word_times": 2, "bullets": 3, "numbered": 4, "sentences": 2, "lines": 2,
                  "paragraphs": 3},
    "lines": {"bullets": 1, "numbered": 1},
}  # fmt: skip


def conflict(entries: Iterable[Entry]) -> str:
    """Why no text could (or should have to) obey all of `entries`, or ''."""
    for a, b in permutations(entries, 2):
        reason = _clash(a, b)
        if reason:
            return f"{a['id']} and {b['id']}: {reason}"
    return ""


def _clash(a: Entry, b: Entry) -> str:
    """Why `a` and `b` cannot stand together, looked at from `a`."""
    if a["id"] == b["id"] and (a["id"] not in REPEATABLE or a["kwargs"]["text"] == b["kwargs"]["text"]):
        return "asked for twice"
    if b["id"] in CLASHES.get(a["id"], ()):
        return "one answer cannot have both forms"
    needed = NEEDS.get(b["id"], {}).get(a["id"], 0) * a["kwargs"].get("n", 0)
    if needed > b["kwargs"].get("n", 0):
        return "one asks for more than the other allows"
    return _forbidden_text(a, b) if a["id"] in RESTRICTING and b["id"] != "without_word" else ""


def _forbidden_text(restricting: Entry, other: Entry) -> str:
    kwargs = other["kwargs"]
    wanted = [*kwargs.get("texts", ()), *([kwargs["text"]] if "text" in kwargs else ())]
    found = next((reason for text in wanted if (reason := problem(restricting, text))), "")
    return f"the text it asks for has a {found}" if found else ""
