"""Does length give the better side away? Where the chosen answer is nearly always the longer one, length is learnt.

A pair is refused where it would take the share of pairs whose chosen side is the longer one out of a band, or further
out of it, and a pair of the other sort would not. So the share stays in the band from the first few pairs on, and a
judge that simply likes long answers gets next to nothing accepted (Singhal et al. 2023, arXiv 2310.03716; on LLMBar,
2310.07641, "the longer one wins" scores 57 % on natural pairs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from windrow.row import Verdict
from windrow.shapes import Filter, Options
from windrow.text.pair_lengths import length_lean

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from windrow.row import Row
    from windrow.shapes import Seed


class LengthBalanceOptions(Options):
    """The band for the share of pairs whose chosen side is the longer one; two sides of one length count by half."""

    least: float = Field(default=0.45, ge=0, le=0.5)
    """The least share of pairs whose chosen side is the longer one."""
    most: float = Field(default=0.6, ge=0.5, le=1)
    """The largest such share."""

    @model_validator(mode="after")
    def _a_band(self) -> LengthBalanceOptions:
        if self.most - self.least < 0.05:  # noqa: PLR2004 - a narrower band has no room for whole pairs
            msg = f"between {self.least} and {self.most} there is no room: leave at least 0.05"
            raise ValueError(msg)
        return self


class LengthBalance(Filter):
    """Is the chosen side of the pairs the longer one about as often as not?"""

    name: ClassVar[str] = "length_balance"
    phase: ClassVar[Literal["admit", "select"]] = "select"  # among what judges passed: they may like one length better
    options_type: ClassVar[type[Options]] = LengthBalanceOptions
    options: LengthBalanceOptions

    _pairs: int = 0
    _longer: float = 0.0

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:  # noqa: ARG002 - two numbers are all it keeps
        """Start from no pair."""
        self._pairs, self._longer = 0, 0.0

    def admit(self, row: Row) -> Verdict:
        """Fails with `length_balance` where the pair would take the share out of its band. Other rows pass."""
        lean = length_lean(row)
        if lean is None:
            return Verdict(self.name, "pass", kind="filter")
        strays = self._strays(lean)
        if self._pairs and strays > min(self._strays(1.0), self._strays(0.0)):
            return self._refused(lean)
        return Verdict(self.name, "pass", kind="filter")

    def keep(self, row: Row) -> None:
        """The pair has joined."""
        lean = length_lean(row)
        if lean is not None:
            self._pairs += 1
            self._longer += lean

    def _strays(self, lean: float) -> float:
        """How far outside the band the share would be with one more pair of that sort."""
        share = (self._longer + lean) / (self._pairs + 1)
        return max(0.0, share - self.options.most, self.options.least - share)

    def _refused(self, lean: float) -> Verdict:
        share = self._longer / self._pairs if self._pairs else 0.0
        which = "longer" if lean else "shorter"
        return Verdict(
            self.name,
            "fail",
            "length_band",
            f"its chosen side is the {which} one, as in too many pairs before: the longer is chosen in {share:.0%}",
            {"pairs": self._pairs, "chosen_longer": round(share, 4), "band": [self.options.least, self.options.most]},
            kind="filter",
        )
