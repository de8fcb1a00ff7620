"""The name of the thing that a document is about, where its title has one: "Blue Account" of "FAQ: Blue Account".

A title describes ("Using ATMs abroad") as often as it names. A name is what a title writes in capitals and the text
uses inside its sentences, or what stands before the colon of a title; in scripts without capitals, a part of the title
that the text uses.
"""

from __future__ import annotations

import re

from windrow.text.sentences import blocks
from windrow.text.tokens import is_unspaced, words

TITLE_PARTS = re.compile(r"\s*[:：|—–·]\s*|\s+-\s+")
BRACKETED = re.compile(r"\s*[(（][^)）]*[)）]\s*")
WORD = re.compile(r"[^\W_]+(?:['’\-&][^\W_]+)*")
JOINING = frozenset("a an and at by de der des di do du el for la le of on the to van von y & und et e".split(" "))  # noqa: SIM905
# What titles are labelled with, and how they begin when they describe: English, whose titles capitalise everything.
DESCRIBING = frozenset(
    """about advanced all before can complete do does easy essential faq frequently guide guidelines handbook help how
    important internal introduction is it key notes overview policy quick reference request step summary support
    troubleshooting understanding using what when where which who why your our my""".split()  # noqa: SIM905
)
GERUND = re.compile(r"[A-Z]?[a-z]{2,}ing$")
LONGEST = 5
LONGEST_UNSPACED = 24
OFTEN = 3


def name_in(title: str, text: str) -> str:
    """The name that `title` gives and `text` is about; '' where the title only describes."""
    parts = [part for part in TITLE_PARTS.split(BRACKETED.sub(" ", title).strip()) if part]
    body = " \n ".join(text[block.start : block.end] for block in blocks(text) if block.kind != "heading")
    if not any(letter.isupper() for letter in title):
        return next((part for part in parts if _short(part) and part in body), "")
    if len(parts) > 1 and _is_name(parts[0]) and (" " in parts[0] or parts[0] in body):
        return parts[0]
    runs = [run for part in parts for run in _runs(part)]
    used = {run: count for run in runs if (count := _uses(body, run))}
    stated = [run for run in runs if _stands_out(title, parts, run)]
    return max(used or stated, key=lambda run: (len(run.split()), used.get(run, 0), run), default="")


def _short(part: str) -> bool:
    found = words(part)
    return bool(found) and len(found) <= (LONGEST_UNSPACED if is_unspaced(found[0][0]) else LONGEST)


def _runs(part: str) -> list[str]:
    """Stretches of a title that may be a name: capitalised words in a row."""
    found = list(WORD.finditer(part))
    stretches = (
        part[found[first].start() : found[last].end()]
        for first in range(len(found))
        for last in range(first, min(len(found), first + LONGEST))
    )
    return [stretch for stretch in stretches if _is_name(stretch)]


def _is_name(stretch: str) -> bool:
    found = WORD.findall(stretch)
    if not found or len(found) > LONGEST or GERUND.match(found[0]):
        return False
    inner = all(word[0].isupper() or word[0].isdigit() or word.lower() in JOINING for word in found)
    edges = all(word[0].isupper() and word.lower() not in JOINING for word in (found[0], found[-1]))
    plain = any(word.lower() in DESCRIBING for word in found)
    return inner and edges and not plain and not (len(found) == 1 and found[0].isupper())


def _stands_out(title: str, parts: list[str], run: str) -> bool:
    """Whether capitals alone make `run` a name: in a title that is not all capitals, or behind a mere label."""
    found = WORD.findall(title)
    spare = any(word.islower() and word.lower() not in JOINING | DESCRIBING for word in found)
    labelled = len(parts) == 2 and parts[0].lower() in DESCRIBING and parts[1] == run  # noqa: PLR2004 - label and rest
    acronym = run.rsplit(maxsplit=1)[-1].removesuffix("s").isupper()
    return " " in run and not acronym and (spare or (labelled and not JOINING & set(run.lower().split())))


def _uses(body: str, run: str) -> int:
    """How often the text uses `run` by itself; a single word must be used often to be a name."""
    if run not in body:  # most runs are not: no pattern is made for them
        return 0
    inside = 0
    for found in re.finditer(rf"(?:(?P<before>[^\s]+)[ \t]+)?(?P<run>{re.escape(run)})\b(?![ \t]+[A-Z][a-z])", body):
        before = (found["before"] or ".").strip("*_(\"'“")
        inside += not before[:1].isupper() or before.lower() in JOINING | DESCRIBING
    return inside if " " in run or inside >= OFTEN else 0
