"""Instructions that a program can check, after IFEval (Zhou et al. 2023): what they say, and whether a text obeys.

A constraint is plain data, `{"id": "words_max", "kwargs": {"n": 20}}`, and travels in the instruction as one fixed
sentence: `describe` writes it, `find` reads it back out of any text, whoever wrote that. So whoever answers need not
say which constraints were asked for: the instruction does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypedDict

from windrow.text.constraint_rules import RULES, SLOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windrow.text.constraint_rules import Rule

QUOTED = re.compile(r'["“]([^"“”\n]+)["”]')
SLOT_PATTERNS = {
    "n": r"(?P<n>\d{1,6})",
    "text": r'["“](?P<text>[^"“”\n]+)["”]',
    "texts": r'(?P<texts>["“][^"“”\n]+["”](?:, ["“][^"“”\n]+["”])*)',
}
HIGHEST = 999_999
PLURAL = "(s)"


class Entry(TypedDict):
    """One constraint as rows carry it. The kwargs are those its rule has slots for: `n`, `text`, `texts`."""

    id: str
    kwargs: dict[str, Any]


class NotAConstraint(ValueError):
    """An entry whose id is unknown or whose kwargs do not fit it."""


def describe(entry: Entry) -> str:
    """The sentence that asks for `entry`. Raises NotAConstraint."""
    rule = _rule_of(entry)
    kwargs = entry["kwargs"]

    def fill(slot: re.Match[str]) -> str:
        value = kwargs[slot[1]]
        if slot[1] == "n":
            return str(value)
        return ", ".join(f'"{text}"' for text in ([value] if slot[1] == "text" else value))

    phrase = rule.phrase.replace(PLURAL, "" if kwargs.get("n") == 1 else "s")
    return SLOT.sub(fill, phrase)


def find(text: str) -> list[Entry]:
    """The constraints that `text` asks for, in the order in which they stand there."""
    found: list[tuple[int, Entry]] = []
    for rule, pattern in _patterns():
        for match in pattern.finditer(text):
            kwargs: dict[str, Any] = dict(match.groupdict())
            if "n" in kwargs:
                kwargs["n"] = int(kwargs["n"])
            if "texts" in kwargs:
                kwargs["texts"] = QUOTED.findall(kwargs["texts"])
            found.append((match.start(), {"id": rule.id, "kwargs": kwargs}))
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0])]


def problem(entry: Mapping[str, Any], text: str) -> str:
    """What keeps `text` from obeying `entry`, or ''. Raises NotAConstraint."""
    return _rule_of(entry).problem(text, **entry["kwargs"])


def _rule_of(entry: Mapping[str, Any]) -> Rule:
    rule = RULES.get(str(entry.get("id")))
    if rule is None:
        raise NotAConstraint(f"no constraint is called {entry.get('id')!r}")
    kwargs = entry.get("kwargs")
    if not isinstance(kwargs, dict) or set(kwargs) != set(rule.slots):
        raise NotAConstraint(f"{rule.id} takes {', '.join(rule.slots) or 'nothing'}, not {kwargs!r}")
    for name, value in kwargs.items():
        if not _fits(name, value):
            raise NotAConstraint(f"{rule.id}: {name} cannot be {value!r}")
    return rule


def _fits(name: str, value: object) -> bool:
    if name == "n":
        return type(value) is int and 0 <= value <= HIGHEST
    texts = [value] if name == "text" else value
    return isinstance(texts, list) and bool(texts) and all(_quotable(text) for text in texts)


def _quotable(text: object) -> bool:
    return isinstance(text, str) and QUOTED.fullmatch(f'"{text}"') is not None


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[Rule, re.Pattern[str]]]:
    return [(rule, re.compile(_pattern(rule.phrase), re.IGNORECASE)) for rule in RULES.values()]


def _pattern(phrase: str) -> str:
    """The phrase as a pattern: white space of any width, the plural or not, and its slots."""
    pieces = SLOT.split(phrase)  # fixed text and slot names in turn
    for at in range(0, len(pieces), 2):
        fixed = re.escape(pieces[at]).replace(re.escape(PLURAL), "s?")
        pieces[at] = fixed.replace(r"\ ", r"\s+")
    pieces[1::2] = [SLOT_PATTERNS[slot] for slot in pieces[1::2]]
    return "".join(pieces)
