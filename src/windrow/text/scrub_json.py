"""Takes personal data out of JSON without breaking it: answers, arguments of tools, bodies of requests and responses.

What is no JSON is a text like any other. In JSON, strings are read as what they mean, so that an address whose `@` is
written `\\u0040` is found, and a card that stands there as a bare number becomes a string. All else stays to the byte.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import orjson

from windrow.text.scrub import Finder, Found, replaced, scrub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.text.placeholders import Placing

LITERAL = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
AFTER_A_KEY = re.compile(r"\s*:")
FENCED = re.compile(r"(```(?:json)?[ \t]*\n)(.*?)(\n[ \t]*```)", re.DOTALL)
NUMBER = re.compile(r"-?\d+")
LONG = 10**12  # a number from here on may be a card's
SHORT = 200  # characters of a value that the name of its key may explain: {"phone": "4155550132"}
OF_THE_PROTOCOL = frozenset(
    ("id", "object", "role", "type", "model", "finish_reason", "system_fingerprint", "service_tier", "tool_call_id")
)
"""Keys of the chat-completions protocol whose values are nobody's words."""


class Scrubber:
    """Takes out what `find` finds, and puts what `placing` says in its place."""

    def __init__(self, find: Finder, placing: Placing) -> None:
        self._find = find
        self._structured = find.structured()
        self._placing = placing

    def text(self, text: str) -> str:
        """A text of a row or an answer: prose, JSON, or prose with JSON fenced in it."""
        if _is_json(text):
            return self._json(text)
        if "```" in text:
            text = FENCED.sub(self._fenced, text)
        elif text.lstrip().startswith(("{", "[")):  # JSON with a slip in it, perhaps
            text = self._json(text)
        return scrub(text, self._find, self._placing).text

    def value(self, value: Any, key: str = "") -> Any:  # noqa: ANN401 - JSON
        """What was JSON, gone through: mappings, lists, strings, long numbers. The very same where nothing is found."""
        if isinstance(value, str):
            return self.text(self._explained(explained(key, value), value))
        if isinstance(value, dict):
            new = {self.value(name): self.value(each, str(name)) for name, each in value.items()}
            return value if new == value else new
        if isinstance(value, list | tuple):
            items = [self.value(each, key) for each in value]
            return value if items == list(value) else type(value)(items)
        if type(value) is int and abs(value) >= LONG:
            text = scrub(str(value), self._structured, self._placing).text
            return value if text == str(value) else text
        return value

    def body(self, raw: bytes) -> bytes:
        """A request or a response; the very same where nothing is found. What belongs to the protocol stays."""
        try:
            data = orjson.loads(raw)
        except orjson.JSONDecodeError:
            text = raw.decode("utf-8", "surrogateescape")
            new = scrub(self._json(text), self._structured, self._placing).text
            return raw if new == text else new.encode("utf-8", "surrogateescape")
        changed = self._message(data)
        return raw if changed == data else orjson.dumps(_without_tokens(changed))

    def _message(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, dict):
            return {
                key: each if key in OF_THE_PROTOCOL and isinstance(each, str) else self._message(each)
                for key, each in value.items()
            }
        return [self._message(each) for each in value] if isinstance(value, list) else self.value(value)

    def _explained(self, around: str, value: str) -> str:
        """`value` without what its key says it is."""
        if not around:
            return value
        before = around.index(value)
        pieces = [
            (one.start - before, one.end - before, self._placing(one.kind, one.value))
            for one in self._structured(around)
            if before <= one.start and one.end <= before + len(value)
        ]
        return replaced(value, pieces)

    def _fenced(self, part: re.Match[str]) -> str:
        return f"{part[1]}{self._json(part[2]) if _is_json(part[2]) else part[2]}{part[3]}"

    def _json(self, text: str) -> str:
        """What stands as it is meant, wherever it stands; then what strings with escapes mean, and names in them."""
        while pieces := list(self._plain_pieces(text)):
            text = replaced(text, pieces)
        if "\\" not in text and not self._find.finds_names:
            return text
        return LITERAL.sub(self._literal, text)

    def _plain_pieces(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Replacements that keep JSON what it is: within a string and no escape touched, or a whole bare number."""
        found = self._structured(text)
        if not found:
            return
        literals = [match.span() for match in LITERAL.finditer(text)]
        starts = [start for start, _ in literals]
        for one in found:
            at = bisect_right(starts, one.start) - 1
            start, end = literals[at] if at >= 0 else (0, 0)
            if start < one.start and one.end < end:
                if "\\" not in text[one.start - 1 : one.end]:
                    yield one.start, one.end, self._placing(one.kind, one.value)
            elif end <= one.start and _is_number(text, one):
                yield one.start, one.end, f'"{self._placing(one.kind, one.value)}"'

    def _literal(self, literal: re.Match[str]) -> str:
        is_key = AFTER_A_KEY.match(literal.string, literal.end()) is not None
        if is_key and "\\" not in literal[0]:
            return literal[0]
        try:
            said = json.loads(literal[0], strict=False)
        except ValueError:
            return literal[0]
        new = scrub(said, self._structured, self._placing).text if is_key else self.text(said)
        return literal[0] if new == said else json.dumps(new, ensure_ascii=False)


def explained(key: str, value: str) -> str:
    """A value with its key before it, or '' where that would say no more: `phone: "4155550132"`."""
    return f'{key}: "{value}"' if key and value and len(value) <= SHORT else ""


def _is_json(text: str) -> bool:
    told = text.strip()
    if told[:1] not in ("{", "[") or told[-1:] not in ("}", "]"):
        return False
    try:
        json.loads(told)
    except (ValueError, RecursionError):
        return False
    return True


def _is_number(text: str, one: Found) -> bool:
    whole = NUMBER.fullmatch(text, one.start, one.end) is not None
    return whole and not text[one.end : one.end + 1].isdigit() and text[one.start - 1 : one.start] not in {"-", "."}


def _without_tokens(data: Any) -> Any:  # noqa: ANN401 - JSON
    """Without the tokens of an answer, one by one: they would spell out what was taken out of its text."""
    if isinstance(data, dict):
        return {key: None if key == "logprobs" else _without_tokens(each) for key, each in data.items()}
    return [_without_tokens(each) for each in data] if isinstance(data, list) else data
