"""The words that stand for personal data: `[EMAIL_1]`, typed and numbered. The same value has the same number.

How far that reaches is for whoever numbers. `Numbers` counts from 1, within one row or one collection of documents.
`provisional` makes the number of the value, for answers that come side by side, and is counted when their row is whole.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["email", "phone", "card", "iban", "ssn", "ip", "secret"]
KINDS: tuple[Kind, ...] = ("email", "phone", "card", "iban", "ssn", "ip", "secret")
NAMED = ("person", "place")
PLACEHOLDER = re.compile(rf"\[({'|'.join((*KINDS, *NAMED)).upper()})_([0-9]{{1,9}})\]")
PROVISIONAL = 100_000_000  # from here on a number is made of the value: nine digits

Placing: TypeAlias = "Callable[[str, str], str]"
"""From a kind and a value to the word that stands for it."""


class Numbers:
    """The placeholders of one row, or of documents that are read together: 1, 2, 3 for each kind."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        self._last: Counter[str] = Counter()

    def reserve(self, text: str) -> None:
        """Give no number that stands in `text` to anything else."""
        if "[" in text:
            self._taken.update(match[0] for match in PLACEHOLDER.finditer(text) if int(match[2]) < PROVISIONAL)

    def __call__(self, kind: str, value: str) -> str:
        given = self._given.get((kind, value))
        while given is None:
            self._last[kind] += 1
            word = placeholder(kind, self._last[kind])
            if word not in self._taken:
                given = self._given[kind, value] = word
        return given


def placeholder(kind: str, number: int) -> str:
    """The word that stands for a value."""
    return f"[{kind.upper()}_{number}]"


def provisional(kind: str, value: str) -> str:
    """A placeholder whose number is made of the value: the same wherever it turns up, whoever finds it first."""
    digest = hashlib.sha256(f"{kind}\0{value}".encode("utf-8", "surrogatepass")).digest()
    return placeholder(kind, PROVISIONAL + int.from_bytes(digest[:8], "big") % (9 * PROVISIONAL))
