"""Reads what an evolver says: the rewritten instruction, the input where one is asked for, or that it cannot be done.

Tolerant of what models add around it (a mark, a fence, quotation marks, JSON), never of a change inside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import orjson

FENCED = re.compile(r"\A\s*```[\w-]*\n(.*?)\n?```\s*\Z", re.DOTALL)
MARK = re.compile(
    r"^[ \t>]*(?:#{1,6}[ \t]*)?[*_#]{0,3}(?:(?:re-?written|new|evolved|simplified)[ \t]+)?"
    r"(?P<named>instruction|prompt|task|input)[ \t]*[*_#]{0,3}[ \t]*[:：][*_]{0,3}[ \t]*",
    re.MULTILINE | re.IGNORECASE,
)
NO_INPUT = frozenset(("none", "no input", "n/a", "na", "-", "–", "—", "(none)", "empty", "null"))
INVALID = re.compile(r"\A[\W_]*INVALID\b")
QUOTES = (('"', '"'), ("“", "”"), ("«", "»"), ("「", "」"))


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A rewritten task. `input` None: nothing was said of the input, so it stays as it is."""

    instruction: str
    input: str | None = None


def is_invalid(text: str) -> bool:
    """Whether the evolver says that the task cannot be rewritten so."""
    return INVALID.match(text) is not None


def read_rewrite(text: str) -> Rewrite:
    """The task that `text` gives; its instruction may be empty."""
    fenced = FENCED.match(text)
    text = (fenced[1] if fenced else text).strip()
    parts = _from_json(text) or _from_marks(text)
    given = parts.get("input")
    if given is not None and given.strip().strip(".").lower() in NO_INPUT:
        given = ""
    return Rewrite(_unquoted(parts["instruction"].strip()), None if given is None else given.strip())


def _from_json(text: str) -> dict[str, str]:
    if not text.startswith("{"):
        return {}
    try:
        value: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    named = {str(name).lower(): content for name, content in value.items()} if isinstance(value, dict) else {}
    if not isinstance(named.get("instruction"), str):
        return {}
    given = named.get("input")
    if given is not None and not isinstance(given, str):
        given = orjson.dumps(given).decode()
    return {"instruction": named["instruction"], **({} if given is None else {"input": given})}


def _from_marks(text: str) -> dict[str, str]:
    """What stands behind `Instruction:` and `Input:`. The first mark must open the text: later ones without it are
    content, as are marks that come again."""
    marks = list(MARK.finditer(text))
    if not marks or marks[0].start() > 0 or _part(marks[0]) != "instruction":
        return {"instruction": text}
    first = marks[0]
    second = next((mark for mark in marks if _part(mark) == "input"), None)
    if second is None:
        return {"instruction": text[first.end() :]}
    return {"instruction": text[first.end() : second.start()], "input": text[second.end() :]}


def _part(mark: re.Match[str]) -> str:
    return "input" if mark["named"].lower() == "input" else "instruction"


def _unquoted(text: str) -> str:
    for first, last in QUOTES:
        inner = text[1:-1]
        if len(text) > 1 and text[0] == first and text[-1] == last and first not in inner and last not in inner:
            return inner.strip()
    return text
