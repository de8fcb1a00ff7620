"""How hard is a question for the student who shall learn from it? Counted, where a student is named: k attempts, each
compared with the reference. The attempts stay with the row, so that the rate can be counted again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.flow.recipes.reasoning.verify import Verified

BANDS = ((0.0, "unsolved"), (0.25, "hard"), (0.75, "medium"), (1.0, "easy"))


@dataclass(frozen=True, slots=True)
class Difficulty:
    """The attempts that were decided, and what they come to."""

    attempts: tuple[dict[str, Any], ...]

    @property
    def rate(self) -> float | None:
        """The share of decided attempts that were right; None where none was decided."""
        decided = [one["outcome"] for one in self.attempts if one["outcome"] != "unscored"]
        return decided.count("pass") / len(decided) if decided else None

    @property
    def band(self) -> str:
        """unsolved, hard (up to a quarter), medium (up to three), easy; "unknown" where nothing was decided."""
        rate = self.rate
        return "unknown" if rate is None else next(name for most, name in BANDS if rate <= most)

    def to_dict(self) -> dict[str, Any]:
        """For the lineage."""
        return {"attempts": list(self.attempts), "pass_rate": self.rate, "band": self.band}


def difficulty(found: Sequence[Verified]) -> Difficulty:
    """The difficulty that attempts show."""
    return Difficulty(tuple(one.to_dict() for one in found))
