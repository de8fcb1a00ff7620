"""What a docstring says of a function and of each of its parameters: in Google's, NumPy's and Sphinx' styles."""

from __future__ import annotations

import inspect
import re
from typing import NamedTuple

HEADING = re.compile(r"(Args|Arguments|Parameters|Params)\s*:?\s*\Z", re.IGNORECASE)
OTHER = re.compile(
    r"(Returns?|Yields?|Raises|Examples?|Notes?|See Also|Warns|Attributes|References)\s*:?\s*\Z", re.IGNORECASE
)
FIELD = re.compile(r":param\s+(?:[^:]*\s)?(?P<name>\w+)\s*:\s*(?P<text>.*)")
OTHER_FIELD = re.compile(r":(?:type|returns?|rtype|raises?|yields?)\b")
GOOGLE = re.compile(r"(?P<name>\*{0,2}\w+)\s*(?:\((?P<type>[^)]*)\))?\s*:\s*(?P<text>.*)")
NUMPY = re.compile(r"(?P<name>\*{0,2}\w+)\s*(?::\s*(?P<type>.*))?\Z")
RULE = re.compile(r"-{3,}\s*\Z")


class Docstring(NamedTuple):
    """The words before any list of parameters, and those about each parameter."""

    summary: str
    parameters: dict[str, str]


def parse(text: str | None) -> Docstring:
    """What the docstring `text` says."""
    lines = inspect.cleandoc(text or "").split("\n")
    told: list[str] = []
    parameters: dict[str, str] = {}
    at = 0
    while at < len(lines):
        line = lines[at]
        underlined = at + 1 < len(lines) and RULE.match(lines[at + 1].strip()) is not None
        if HEADING.match(line.strip()):
            start = at + (2 if underlined else 1)
            at = _section(lines, start, parameters, NUMPY if underlined else GOOGLE)
        elif OTHER.match(line.strip()) and (underlined or line.strip().endswith(":")):
            at = _section(lines, at + (2 if underlined else 1), {}, NUMPY if underlined else GOOGLE)
        elif line.lstrip().startswith(":"):
            at = _field(lines, at, parameters)
        else:
            told.append(line)
            at += 1
    return Docstring("\n".join(told).strip(), parameters)


def _section(lines: list[str], at: int, parameters: dict[str, str], style: re.Pattern[str]) -> int:
    """Read one list from line `at`; the line after it."""
    name, least = "", None
    while at < len(lines):
        line = lines[at]
        depth = len(line) - len(line.lstrip())
        if not line.strip():
            at += 1
            continue
        least = depth if least is None else least
        ends = depth < least or (style is GOOGLE and depth == 0)
        heading = HEADING.match(line.strip()) or OTHER.match(line.strip())
        if ends or (heading and depth <= least and at + 1 < len(lines)):
            return at
        found = style.match(line.strip()) if depth == least else None
        if found:
            name = found["name"].lstrip("*")
            parameters[name] = found["text"].strip() if style is GOOGLE else ""
        elif name:
            parameters[name] = f"{parameters[name]} {line.strip()}".strip()
        at += 1
    return at


def _field(lines: list[str], at: int, parameters: dict[str, str]) -> int:
    found = FIELD.match(lines[at].strip())
    known = found is not None or OTHER_FIELD.match(lines[at].strip()) is not None
    text = [found["text"].strip()] if found else []
    at += 1
    while known and at < len(lines) and lines[at].startswith((" ", "\t")) and lines[at].strip():
        text.append(lines[at].strip())
        at += 1
    if found:
        parameters[found["name"]] = " ".join(text).strip()
    return at
