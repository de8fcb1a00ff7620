"""Problems that a program poses: mathematics, logic, small programs, without end and with answers that are sure.

For trying distillation without a key, for tests, and for mixing into questions of your own where each answer should be
checkable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, model_validator

from windrow.row import Lineage, Message, Row
from windrow.shapes import Options, Seed, SeedSource
from windrow.text.problems.problem import FAMILIES, LEVELS, make

if TYPE_CHECKING:
    from collections.abc import Iterator


class ProblemOptions(Options):
    """Which problems, how many, how hard."""

    count: int = Field(default=200, ge=1)
    """How many problems; the families take turns."""
    families: tuple[str, ...] = ()
    """Which families; left out: all of them."""
    levels: tuple[int, ...] = LEVELS
    """How hard, from 1 to 3; the levels take turns."""
    start: int = Field(default=0, ge=0)
    """The number of the first problem of each family: another start gives other problems."""

    @model_validator(mode="after")
    def _known(self) -> ProblemOptions:
        unknown = sorted(set(self.families) - set(FAMILIES))
        if unknown or not self.levels or not set(self.levels) <= set(LEVELS):
            msg = (
                f"unknown families {unknown} or levels {self.levels}; families: {', '.join(FAMILIES)}; levels: 1, 2, 3"
            )
            raise ValueError(msg)
        return self


class Problems(SeedSource):
    """Problems of mathematics, logic and programming, posed by a program, with sure answers."""

    name: ClassVar[str] = "problems"
    yields: ClassVar[str] = "row"
    options_type: ClassVar[type[Options]] = ProblemOptions
    options: ProblemOptions

    def read(self) -> Iterator[Seed]:
        """Each different problem once; the families take turns."""
        self.notes.clear()
        options = self.options
        families = options.families or tuple(FAMILIES)
        seen: set[str] = set()
        for place in range(options.count):
            turn, at = divmod(place, len(families))
            level = options.levels[turn % len(options.levels)]
            row = _row(families[at], level, options.start + turn)
            if row.id not in seen:  # a family may pose the same problem twice
                seen.add(row.id)
                yield Seed(row.id, row, f"{families[at]} {level}/{options.start + turn}", row.id)


def _row(family: str, level: int, number: int) -> Row:
    problem = make(family, level, number)
    reference: dict[str, Any] = {"problem": {"family": family, "level": level, "number": number}}
    if problem.kind == "code":
        reference |= {"tests": list(problem.tests), "entry_point": problem.entry_point}
    else:
        reference |= {"answer": problem.answer, "answer_kind": problem.kind}
    if problem.unit:
        reference["unit"] = problem.unit
    if problem.choices:
        reference["choices"] = problem.choices
    return Row("prompt", prompt=(Message("user", problem.question),), reference=reference,
               lineage=Lineage(origin="procedural"))  # fmt: skip
