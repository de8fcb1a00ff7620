"""Does the answer of a comparison follow from the two figures it compares? Worked out again by recipe and by check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windrow.text.evidence import contains, core, numbers
from windrow.text.quantities import comparable, difference, quantity
from windrow.text.tokens import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

OPERATIONS = ("greater", "less", "difference")


def compared(answer: str, operation: str, findings: Sequence[tuple[str, str]], language: str) -> str:
    """What is wrong with `answer`, as a slug, or ''. `findings` are (about, finding) of the two things; `language` says
    how their figures are written."""
    (one, first), (other, second) = findings
    left, right = quantity(first, language), quantity(second, language)
    if left is None or right is None or not comparable(left, right) or operation not in OPERATIONS:
        return "not_comparable"
    if operation == "difference":
        apart = difference(left, right, language)
        follows = bool(apart) and contains(answer, apart)
    else:
        wins = (left.value > right.value) == (operation == "greater")
        named = _names_first(answer, *((one, other) if wins else (other, one)))
        follows = named and contains(answer, first) and contains(answer, second)
    return "" if follows else "wrong_comparison"


def worked_out(operation: str, findings: Sequence[str], language: str) -> list[str]:
    """The numbers that an answer may have although no passage does: those of a difference."""
    if operation != "difference" or len(findings) != 2:  # noqa: PLR2004 - two things are compared
        return []
    left, right = (quantity(finding, language) for finding in findings)
    return numbers(difference(left, right, language)) if left and right and comparable(left, right) else []


def _names_first(answer: str, winner: str, loser: str) -> bool:
    """Whether the answer names `winner`, and before `loser` where it names that too."""
    said = normalise(answer)
    at, against = said.find(core(winner)), said.find(core(loser))
    return at >= 0 and (against < 0 or at < against)
