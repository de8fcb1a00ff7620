"""A problem with its answer and the ways to it. Whoever knows family, level and number can make the same one again.

So a seed carries three values and no solution, and the teacher that is asked later works the problem out for itself.
"""

from __future__ import annotations

import hashlib
import importlib
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from fractions import Fraction

VERSION = 1
LEVELS = (1, 2, 3)
_HERE = "windrow.text.problems"

# Family to "module:function". The order is the order in which a seed source deals them.
FAMILIES = {
    "discount": f"{_HERE}.money:discount",
    "order_numbers": f"{_HERE}.logic:line_up",
    "count_matching": f"{_HERE}.programs:count_matching",
    "shared_work": f"{_HERE}.rates:shared_work",
    "linear_equation": f"{_HERE}.equations:linear_equation",
    "heads_and_legs": f"{_HERE}.equations:heads_and_legs",
    "run_lengths": f"{_HERE}.programs:run_lengths",
    "series_sum": f"{_HERE}.counting:series_sum",
    "knights": f"{_HERE}.logic:knights",
    "meeting": f"{_HERE}.rates:meeting",
    "multiples": f"{_HERE}.counting:multiples",
    "digit_sum": f"{_HERE}.programs:digit_sum",
    "mixture": f"{_HERE}.money:mixture",
    "weekday": f"{_HERE}.logic:weekday",
    "common_step": f"{_HERE}.counting:common_step",
    "running_best": f"{_HERE}.programs_lists:running_best",
    "fractions": f"{_HERE}.money:fractions",
    "last_digit": f"{_HERE}.counting:last_digit",
    "ages": f"{_HERE}.equations:ages",
    "rotate": f"{_HERE}.programs_lists:rotate",
}

NAMES = (
    "Amara", "Björn", "Chidi", "Dana", "Elif", "Farid", "Grace", "Hana", "Ivo", "Jun", "Kofi", "Lucía", "Mei", "Nadia",
    "Omar", "Priya", "Quinn", "Rosa", "Samir", "Tove", "Uma", "Viktor", "Wen", "Yara", "Zeno",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """One way to the answer: the reasoning, and what the reader is told before the answer itself."""

    name: str
    thinking: str
    told: str


@dataclass(frozen=True, slots=True)
class Problem:
    """`kind` is the matcher's (numeric, exact, multiple_choice) or "code", which has tests instead of an answer."""

    question: str
    kind: str
    ways: tuple[Way, ...]
    answer: str = ""
    unit: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    tests: tuple[dict[str, Any], ...] = ()
    entry_point: str = ""

    def final(self, way: Way) -> str:
        """What the reader gets: the explanation and the answer; for a program the program."""
        if self.kind == "code":
            return way.told
        unit = f" {self.unit}" if self.unit else ""
        return f"{way.told}\n\nAnswer: {self.answer}{unit}"


class Posing(Protocol):
    """What FAMILIES points at."""

    def __call__(self, rng: random.Random, level: int) -> Problem:
        """A problem; higher levels take larger numbers or more steps."""
        ...


def make(family: str, level: int, number: int) -> Problem:
    """The problem of that name. Raises KeyError for a family that is not there, ValueError for a level."""
    module, _, function = FAMILIES[family].partition(":")
    if level not in LEVELS:
        raise ValueError(f"level {level!r} is not one of {LEVELS}")
    seed = hashlib.sha256(f"{VERSION}/{family}/{level}/{number}".encode()).digest()
    posing: Posing = getattr(importlib.import_module(module), function)
    return posing(random.Random(seed), level)


def shown(value: Fraction) -> str:
    """A whole number or a fraction in lowest terms."""
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def money(value: Fraction) -> str:
    """Euros with cents where there are any. The value must be whole in cents."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.2f}"
