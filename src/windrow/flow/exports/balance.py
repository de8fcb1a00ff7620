"""Whether a set of preferences, or of answers with labels, is balanced enough to teach what it should.

One class alone teaches nothing; twenty bad answers to one good one drown it, unless the losses are weighted (KTO,
Ethayarajh et al. 2024, equation 8); and where the longer answer nearly always wins, length is what is learnt (Singhal
et al. 2023).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from windrow.report.preferences import EVEN, MOST_UNEVEN

FEWEST_PAIRS = 30  # to say anything of length
LONGER = (0.45, 0.60)  # how often the chosen answer may be the longer one
SURE = 2.0  # standard errors


class Remark(NamedTuple):
    """What is wrong with a set as a whole. `code` is a short stable slug; a `grave` one trains on nonsense."""

    code: str
    message: str
    remedy: str
    grave: bool = False


@dataclass(slots=True)
class Balance:
    """Counts of labels, and of pairs by which answer is longer."""

    good: int = 0
    bad: int = 0
    longer: int = 0
    shorter: int = 0
    chosen_size: int = 0
    rejected_size: int = 0

    def label(self, *, good: bool) -> None:
        """Take note of an answer with its label."""
        self.good += good
        self.bad += not good

    def pair(self, chosen: int, rejected: int) -> None:
        """Take note of the sizes of two answers."""
        self.longer += chosen > rejected
        self.shorter += chosen < rejected
        self.chosen_size += chosen
        self.rejected_size += rejected

    def remarks(self) -> list[Remark]:
        """What a reader should know before training on the set."""
        return [remark for remark in (self._labels(), self._lengths()) if remark is not None]

    def _labels(self) -> Remark | None:
        if not self.good + self.bad:
            return None
        if not self.good or not self.bad:
            what = f"all {self.good + self.bad} answers have the label {'true' if self.good else 'false'}"
            return Remark(
                "one_class", f"{what}, and KTO learns from the difference", "add answers of the other", grave=True
            )
        ratio = self.good / self.bad
        if EVEN <= ratio <= MOST_UNEVEN:
            return None
        weights = (
            f"undesirable_weight between {ratio / MOST_UNEVEN:.2f} and {ratio:.2f}"
            if ratio > 1
            else f"desirable_weight between {1 / ratio:.2f} and {MOST_UNEVEN / ratio:.2f}"
        )
        return Remark(
            "uneven_labels", f"{self.good} desirable answers and {self.bad} undesirable ones", f"set {weights}"
        )

    def _lengths(self) -> Remark | None:
        pairs = self.longer + self.shorter
        if pairs < FEWEST_PAIRS:
            return None
        share = self.longer / pairs
        low, high = LONGER
        if low - SURE * sqrt(low * (1 - low) / pairs) <= share <= high + SURE * sqrt(high * (1 - high) / pairs):
            return None
        ratio = self.chosen_size / max(1, self.rejected_size)
        return Remark(
            "length_bias",
            f"the chosen answer is the longer one in {share:.0%} of {pairs} pairs ({ratio:.1f} times as long on the "
            "whole), so that length alone tells them apart",
            "balance the lengths of the pairs, or train with a length-normalised loss",
        )
