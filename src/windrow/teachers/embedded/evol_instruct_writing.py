"""An answer taken apart and written again so that it obeys further constraints: the same content in another form.

What a person answered, or what was made of it, is peeled out of the form it has; then every constraint, old and new,
shapes it anew. Whether the outcome obeys all of them is for their checks to say: some answers cannot be brought into
some forms without saying something else, and then nothing is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from windrow.text.constraint_layouts import HIGHLIGHT, SECTION
from windrow.text.constraint_rule import occurrences
from windrow.text.constraint_rules import BULLET, NUMBERED
from windrow.text.constraints import problem
from windrow.text.sentences import spans
from windrow.text.tokens import words

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from windrow.text.constraints import Entry

    Asked: TypeAlias = Mapping[str, list[dict[str, Any]]]

ITEM = re.compile(r"^[ \t]*(?:[-*•]|\d+[.)])[ \t]+")
LETTERS = re.compile(r"[^\W\d_]+")
LONG_LETTERS = re.compile(r"[^\W\d_]{4,}")
SEAMS = re.compile(r"(?<=;)\s+")
NO_ITEM = (
    r"\d|(?:on|at|in|to|for|from|with|within|without|by|of|as|it|its|you|we|they|he|she|I|please|not|but|so|then|which|who"
    r"|that|and|or|if|when|because|while|after|before|one)\b"
)
OPENER = re.compile(
    r"\A\W*(?:if|when|as|while|because|after|before|since|where|once|with|without|in|on|at|for|by)\b", re.IGNORECASE
)
LISTED = re.compile(
    rf",(?=\s+(?!{NO_ITEM})(?:[^\s,]+\s+){{0,2}}[^\s,]+(?P<end>,|\s+(?:and|or)\s|[.!?]*\s*\Z))", re.IGNORECASE
)
ENDS = ".!?;:。！？"
ENDS_SENTENCE = ".!?。！？"
SEAM = "\0"
GAPS = ("name", "date", "place", "number", "contact", "reference")
FILLERS = (
    "Please read this with care.", "Nothing else is needed from you.", "This holds until further notice.",
    "Keep this answer for your own records.", "It covers what was asked for.", "Any change will be announced in time.",
)  # fmt: skip
POSTSCRIPTS = ("This may be passed on.", "Keep this for later.", "Nothing else is needed.", "All of this is final.")
QUESTIONS = ("Is anything left open?", "Does this answer the question?", "Is there anything to add?")
TITLES = ("Answer", "Reply", "Summary", "Note", "Outcome")


@dataclass(frozen=True, slots=True)
class Core:
    """What an answer says without the form it has: the text, and the sentences or items it consists of."""

    text: str
    units: tuple[str, ...]
    listed: bool = False


def core_of(answer: str, entries: Sequence[Entry]) -> Core:
    """The content of an `answer` that obeys `entries`."""
    asked = _by_id(entries)
    text = _unwrapped(answer.strip(), asked)
    if "table" in asked:
        rows = [line.strip().strip("|").strip() for line in text.splitlines()]
        return Core(text, tuple(rows[2:]))
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(BULLET.match(line) or NUMBERED.match(line) for line in lines):
        return Core(text, tuple(ITEM.sub("", line) for line in lines), listed=True)
    if "sections" in asked:
        text = "\n".join(line for line in lines if not SECTION.match(line))
    found = tuple(text[start:end] for start, end in spans(text)) if lines else ()
    flat = " ".join(found) if {"paragraphs", "lines", "sections"} & asked.keys() else text
    return Core(flat, found or (text,))


def _unwrapped(text: str, asked: Asked) -> str:
    """The text without title, quotation marks, postscript, marks, and fixed first and last words."""
    if "quoted" in asked:
        text = text.removeprefix('"').removesuffix('"')
    if "title" in asked:
        text = text.partition("\n")[2].strip()
    for one in asked.get("postscript", ()):
        text = re.split(rf"\n\s*{re.escape(one['text'])}", text, maxsplit=1)[0].rstrip()
    for one in asked.get("line_marks", ()):
        text = "\n".join(line.removeprefix(one["text"]) for line in text.splitlines())
    for one in asked.get("starts_with", ()):
        text = text.removeprefix(one["text"]).lstrip()
    for one in asked.get("ends_with", ()):
        text = text.removesuffix(one["text"]).rstrip()
    return HIGHLIGHT.sub(lambda mark: mark[0][1:-1], text) if "highlights" in asked else text


def written(core: Core, entries: Sequence[Entry], rng: random.Random) -> str:
    """The content in the form that `entries` ask for, or '' where it cannot be brought into it."""
    asked = _by_id(entries)
    try:
        text = _finished(_laid_out(_marked(_worded(core, asked, rng), asked), asked), asked, rng)
    except ValueError:  # fewer sentences than parts
        return ""
    return text if not any(problem(entry, text) for entry in entries) else ""


def _by_id(entries: Sequence[Entry]) -> dict[str, list[dict[str, Any]]]:
    asked: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        asked.setdefault(entry["id"], []).append(entry["kwargs"])
    return asked


def _count(asked: Asked, name: str) -> int:
    return int(asked[name][0]["n"]) if name in asked else 0


def _worded(core: Core, asked: Asked, rng: random.Random) -> Core:
    """The content with the words, sentences and gaps that are asked for."""
    units = list(core.units)
    if "no_commas" in asked:
        units = [_without_commas(unit) for unit in units]
    added = _missing_words(" ".join(units), asked)
    added += [f"Left open: [{GAPS[place % len(GAPS)]}]." for place in range(_missing_gaps(core.text, asked))]
    if "question_last" in asked and not core.text.rstrip().endswith("?"):
        added.append(rng.choice(QUESTIONS))
    at = len(units) - (1 if "question_last" in asked and core.text.rstrip().endswith("?") else 0)
    units[at:at] = added
    units = _enough_words(units, asked, at, rng)
    if "sentences" in asked:
        units = _as_many(units, _count(asked, "sentences") - fixed_sentences(asked), rng)
    if tuple(units) == core.units:
        return core
    return Core(_joined(units, listed=core.listed), tuple(units), core.listed)


def _without_commas(unit: str) -> str:
    """The sentence without commas: "and" between things that are listed, nothing elsewhere."""
    listing = False

    def instead(comma: re.Match[str]) -> str:
        nonlocal listing
        ends, opens = comma["end"].strip() not in (",", "and", "or"), "," not in unit[: comma.start()]
        if (ends and not listing) or (opens and OPENER.match(unit)):
            return ""
        listing = True
        return " and"

    return LISTED.sub(instead, unit).replace(",", "")


def fixed_sentences(asked: Asked) -> int:
    """Sentences that the fixed first and last words are."""
    first = sum(one["text"][-1] in ENDS_SENTENCE for one in asked.get("starts_with", ()))
    return first + sum(1 for one in asked.get("ends_with", ()) for _ in spans(one["text"]))


def _missing_words(text: str, asked: Asked) -> list[str]:
    """Sentences with the words that the text lacks."""
    lacking: list[str] = []
    for one in asked.get("with_words", ()):
        lacking += [word for word in one["texts"] if not occurrences(word, text)]
    for name in ("word_least", "word_times"):
        for one in asked.get(name, ()):
            lacking += [one["text"]] * (one["n"] - occurrences(one["text"], text))
    return [f"Key word: {word}." for word in lacking]


def _missing_gaps(text: str, asked: Asked) -> int:
    return max(0, _count(asked, "placeholders") - text.count("["))


def _enough_words(units: list[str], asked: Asked, at: int, rng: random.Random) -> list[str]:
    """Filled up with plain sentences at `at`, where there are too few words."""
    fillers = rng.sample(FILLERS, len(FILLERS))
    while fillers and len(words(" ".join(units))) < _count(asked, "words_min"):
        units = [*units[:at], fillers.pop(), *units[at:]]
    return units


def _as_many(units: list[str], wanted: int, rng: random.Random) -> list[str]:
    """As many sentences: the first ones put together, or plain ones put behind them."""
    fillers = rng.sample(FILLERS, len(FILLERS))
    while 1 <= wanted < len(units):
        units = [f"{units[0].rstrip(ENDS)}; {units[1]}", *units[2:]]
    while fillers and len(units) < wanted:
        units = [*units[:-1], fillers.pop(), units[-1]] if units[-1:] and units[-1].endswith("?") else [
            *units, fillers.pop()
        ]  # fmt: skip
    return units


def _laid_out(core: Core, asked: Asked) -> str:
    """The content as a list, a table, sections, paragraphs or lines; else as it stands."""
    for name, lay in LAYOUTS.items():
        if name in asked:
            parts = _parts(core, _count(asked, name))
            return str(lay(parts))
    return core.text


def _bulleted(parts: Sequence[str]) -> str:
    return "\n".join(f"- {part}" for part in parts)


def _numbered(parts: Sequence[str]) -> str:
    return "\n".join(f"{number}. {part}" for number, part in enumerate(parts, start=1))


def _tabled(parts: Sequence[str]) -> str:
    return "\n".join(("| Point |", "|---|", *(f"| {part.replace('|', '/')} |" for part in parts)))


def _sectioned(parts: Sequence[str]) -> str:
    return "\n\n".join(f"Section {number}\n{part}" for number, part in enumerate(parts, start=1))


LAYOUTS = {
    "bullets": _bulleted, "numbered": _numbered, "table": _tabled, "sections": _sectioned,
    "paragraphs": "\n\n".join, "lines": "\n".join,
}  # fmt: skip


def _parts(core: Core, wanted: int) -> list[str]:
    """The units in `wanted` groups. Raises ValueError where there are too few."""
    units = [" ".join(unit.split()) for unit in core.units]
    while len(units) < wanted:
        longest = max(units, key=len)
        pieces = SEAMS.split(longest, maxsplit=1)
        if len(pieces) < 2:  # noqa: PLR2004 - a cut gives two
            raise ValueError(wanted)
        at = units.index(longest)
        units[at : at + 1] = pieces
    bounds = [len(units) * part // wanted for part in range(wanted + 1)]
    return [" ".join(units[start:end]) for start, end in pairwise(bounds)]


def _joined(units: Sequence[str], *, listed: bool) -> str:
    return _bulleted(units) if listed else " ".join(units)


def _finished(text: str, asked: Asked, rng: random.Random) -> str:
    """The text with what is put around the whole."""
    for one in asked.get("starts_with", ()):
        text = f"{one['text']} {text}"
    for one in asked.get("ends_with", ()):
        text = f"{text} {one['text']}"
    if "title" in asked:
        text = f"<<{rng.choice(TITLES)}>>\n{text}"
    for one in asked.get("postscript", ()):
        text = f"{text}\n\n{one['text']} {rng.choice(POSTSCRIPTS)}"
    for one in asked.get("line_marks", ()):
        text = "\n".join(f"{one['text']}{line}" if line.strip() else line for line in text.splitlines())
    if "quoted" in asked:
        text = f'"{text}"'
    return cased(text, asked)


def cased(text: str, asked: Mapping[str, Any]) -> str:
    """The text in the letters that are asked for."""
    if "lowercase" in asked:
        return text.lower()
    return text.upper() if "uppercase" in asked else text


def _marked(core: Core, asked: Asked) -> Core:
    """The content with words in capital letters, and words highlighted."""
    for name, mark in (("capital_words", str.upper), ("highlights", "*{}*".format)):
        wanted = _count(asked, name)
        if wanted:
            units = SEAM.join(core.units)
            core = Core(_words_marked(core.text, wanted, mark), tuple(_words_marked(units, wanted, mark).split(SEAM)),
                        core.listed)  # fmt: skip
    return core


def _words_marked(text: str, wanted: int, mark: Callable[[str], str]) -> str:
    """The text with its first `wanted` long words marked, or any words where it has too few long ones."""
    pattern = LONG_LETTERS if len(LONG_LETTERS.findall(text)) >= wanted else LETTERS
    pattern = pattern if len(pattern.findall(text)) >= wanted else re.compile(r"\w+")
    return pattern.sub(lambda word: mark(word[0]), text, count=wanted)


def without_last_lines(answer: str, count: int) -> tuple[str, list[str]]:
    """The answer before its last `count` lines, and these."""
    lines = answer.rstrip().splitlines()
    kept = lines[: len(lines) - count]
    return "\n".join(kept).rstrip(), lines[len(kept) :]
