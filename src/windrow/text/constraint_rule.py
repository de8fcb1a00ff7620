"""What a kind of constraint is made of: its sentence and its check, and the shapes that most checks share.

The checks know no language: a word is what `tokens.words` says it is, and lists and titles are told by their marks.
Fixed texts are compared as they stand, case and all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Callable

SLOT = re.compile(r"\{(n|text|texts)\}")


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of constraint. `phrase` is its sentence, `{n}`, `{text}` or `{texts}` being filled in; `problem` is called
    with a text and these as keywords, and says what is wrong with the text, or '' where it obeys."""

    id: str
    phrase: str
    problem: Callable[..., str]

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of the kwargs."""
        return tuple(SLOT.findall(self.phrase))


def occurrences(phrase: str, text: str) -> int:
    """How often the words of `phrase` stand in `text` one after the other, whatever their case."""
    wanted, said = words(phrase), words(text)
    return sum(said[at : at + len(wanted)] == wanted for at in range(len(said) - len(wanted) + 1)) if wanted else 0


def exactly(unit: str, count: Callable[[str], int]) -> Callable[..., str]:
    """A check that `count` of the answer is n."""

    def problem(answer: str, *, n: int) -> str:
        found = count(answer)
        return "" if found == n else f"{found} {unit}, not {n}"

    return problem


def within(unit: str, count: Callable[[str], int], *, least: bool = False) -> Callable[..., str]:
    """A check that `count` of the answer is at most n, or with `least` at least n."""

    def problem(answer: str, *, n: int) -> str:
        found = count(answer)
        if least:
            return "" if found >= n else f"{found} {unit}, fewer than {n}"
        return "" if found <= n else f"{found} {unit}, more than {n}"

    return problem


def free_of(name: str, unwanted: Callable[[str], bool]) -> Callable[..., str]:
    """A check that no character of the answer is `unwanted`."""

    def problem(answer: str) -> str:
        found = next((character for character in answer if unwanted(character)), None)
        return "" if found is None else f"{name} {found!r}"

    return problem


def like(pattern: re.Pattern[str], otherwise: str) -> Callable[..., str]:
    """A check that the answer matches `pattern` from its start."""

    def problem(answer: str) -> str:
        return "" if pattern.match(answer) else otherwise

    return problem


def matches(pattern: re.Pattern[str]) -> Callable[[str], int]:
    """A count of where `pattern` stands."""

    def count(answer: str) -> int:
        return sum(1 for _ in pattern.finditer(answer))

    return count
