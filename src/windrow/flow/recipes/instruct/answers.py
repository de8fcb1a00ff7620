"""Reads what models answer: a list of tasks, a yes or no, and instances marked `Input:`, `Output:` and `Label:`.

Tolerant of what models add (Markdown, "Example 1", JSON, other colons), never guessing at content: a list number that
does not continue the count belongs to the task it stands in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import orjson

from windrow.text.tokens import words

NUMBER = re.compile(
    r"^[ \t>]*(?:[-•][ \t]+)?(?:#{1,6}[ \t]*)?[*_]{0,2}(?:task[ \t]+)?(\d{1,4})[ \t]*[.):：．、][*_]{0,2}[ \t]*",
    re.MULTILINE | re.IGNORECASE,
)
BULLET = re.compile(r"^[ \t]*[-*•][ \t]+", re.MULTILINE)
FENCED = re.compile(r"\A\s*```[\w-]*\n(.*?)\n?```\s*\Z", re.DOTALL)
BREAKS = ("example", "instance")  # of no part themselves, they only say that a new instance begins
OUTPUTS = ("output", "class label", "label", "class")
NO_INPUT = frozenset(("none", "n a", "na", "null", "empty", "no input", "noinput", "not applicable", "no input needed"))
DASHES = frozenset(("", "-", "–", "—"))


@dataclass(frozen=True, slots=True)
class Instance:
    """One worked example of a task."""

    input: str
    output: str


def _marks(*names: str) -> re.Pattern[str]:
    """Lines that begin with one of `names` and a colon, or are a heading of that name."""
    name = "|".join(names)
    return re.compile(
        rf"^[ \t>]*(?:[-•][ \t]+)?(?:#{{1,6}}[ \t]*)?[*_]{{0,3}}(?P<named>{name})[ \t]*\d{{0,3}}[ \t]*"
        rf"[*_]{{0,3}}[:：][*_]{{0,3}}[ \t]*|^(?:#{{1,6}}[ \t]*|\*\*)(?P<headed>{name})[ \t]*\d{{0,3}}\*{{0,2}}[ \t]*$",
        re.MULTILINE | re.IGNORECASE,
    )


WORKED = _marks("input", "output", *BREAKS)
LABELLED = _marks("input", *OUTPUTS, *BREAKS)


def read_instructions(text: str) -> list[str]:
    """The tasks of a numbered, bulleted or JSON list, each on one line; [] where there is no list."""
    text = _unfenced(text)
    listed = _json_list(text)
    texts = [_instruction(entry) for entry in listed] if listed else _after(NUMBER, text) or _after(BULLET, text)
    return [tidy for text in texts if (tidy := _tidied(text))]


def read_yes(text: str) -> bool:
    """Whether the answer says yes; whatever is not a yes is a no, as in the original."""
    return words(text)[:1] == ["yes"]


def read_instances(text: str) -> list[Instance]:
    """Inputs with their outputs. Text without any mark is the output of a task that needs no input."""
    text = _unfenced(text)
    blocks = _json_blocks(text) or _blocks(WORKED, text)
    if not blocks and not WORKED.search(text):
        blocks = [{"output": text.strip()}]
    return [Instance(_input(block), block["output"]) for block in blocks if "output" in block]


def read_labelled(text: str) -> list[Instance]:
    """Class labels, each with an input that belongs to it."""
    text = _unfenced(text)
    blocks = _json_blocks(text) or _blocks(LABELLED, text)
    return [Instance(_input(block), block["output"]) for block in blocks if block.keys() == {"input", "output"}]


def _unfenced(text: str) -> str:
    fenced = FENCED.match(text)
    return fenced[1] if fenced else text


def _json_list(text: str) -> list[Any]:
    """The list that `text` is, or that its one object holds; an object without a list is a list of one."""
    if text.lstrip()[:1] not in ("[", "{"):
        return []
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return []
    if isinstance(value, dict):
        return next((inner for inner in value.values() if isinstance(inner, list)), [value])
    return value if isinstance(value, list) else []


def _instruction(entry: object) -> str:
    if isinstance(entry, dict):
        entry = next((entry[name] for name in ("instruction", "task", "prompt") if name in entry), "")
    return entry if isinstance(entry, str) else ""


def _after(mark: re.Pattern[str], text: str) -> list[str]:
    """What stands behind each mark, up to the next that counts."""
    marks: list[re.Match[str]] = []
    for found in mark.finditer(text):
        if not marks or not found.groups() or int(found[1]) == int(marks[-1][1]) + 1:
            marks.append(found)
    return [text[found.end() : end] for found, end in zip(marks, _ends(marks, text), strict=True)]


def _ends(marks: list[re.Match[str]], text: str) -> list[int]:
    return [*(following.start() for _, following in pairwise(marks)), len(text)] if marks else []


def _tidied(text: str) -> str:
    tidy = " ".join(text.replace("**", "").split())
    return tidy[:1].upper() + tidy[1:]


def _json_blocks(text: str) -> list[dict[str, str]]:
    return [_named(entry) for entry in _json_list(text) if isinstance(entry, dict)]


def _named(entry: dict[str, Any]) -> dict[str, str]:
    given = {name.strip().lower(): content for name, content in entry.items() if content is not None}
    block = {}
    for part, names in (("input", ("input",)), ("output", OUTPUTS)):
        content = next((given[name] for name in names if name in given), None)
        if content is not None:
            block[part] = content.strip() if isinstance(content, str) else orjson.dumps(content).decode()
    return block


def _blocks(mark: re.Pattern[str], text: str) -> list[dict[str, str]]:
    """The parts behind the marks; a part that comes again begins a new block, as does "Example 2" before a part."""
    marks = list(mark.finditer(text))
    behind = [text[found.end() : end] for found, end in zip(marks, _ends(marks, text), strict=True)]
    # "Example: ..." inside a text is content: only one with nothing behind it but the next mark divides.
    marks = [found for found, rest in zip(marks, behind, strict=True) if _name(found) not in BREAKS or not rest.strip()]
    blocks: list[dict[str, str]] = [{}]
    for found, end in zip(marks, _ends(marks, text), strict=True):
        part = "output" if _name(found) in OUTPUTS else _name(found)
        if part in BREAKS or part in blocks[-1]:
            blocks.append({})
        if part not in BREAKS:
            blocks[-1][part] = text[found.end() : end].strip()
    return [block for block in blocks if block]


def _name(mark: re.Match[str]) -> str:
    return (mark["named"] or mark["headed"]).lower()


def _input(block: dict[str, str]) -> str:
    text = block.get("input", "")
    return "" if text in DASHES or " ".join(words(text)) in NO_INPUT else text
