"""Which two candidates become a pair: one of the best against a lower one, neither much longer than the other."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from windrow.shapes import Rejection
from windrow.text.control_tokens import control_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from windrow.flow.recipes.pairs.candidates import Candidate

Strategy = Literal["best_vs_random_lower", "best_vs_worst", "margin_band"]


@dataclass(frozen=True, slots=True)
class Sides:
    """Two candidates by their places."""

    chosen: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Chooser:
    """How pairs are chosen of one prompt's candidates. `key` makes every choice by lot the same again."""

    key: str
    candidates: Sequence[Candidate]
    strategy: Strategy
    max_log_ratio: float
    pairs: int

    def by_lot(self, places: Iterable[int]) -> list[int]:
        """`places` in an order that the prompt and the candidates' own words decide."""
        return sorted(places, key=lambda place: _hash(f"{self.key}\0{self.candidates[place].text}"))

    def lower_first(self, places: Iterable[int], height: Callable[[int], float]) -> list[int]:
        """Lower candidates in the order in which the strategy wants them: by lot, the worst or the nearest first."""
        dealt = self.by_lot(places)
        if self.strategy == "best_vs_random_lower":
            return dealt
        return sorted(dealt, key=height, reverse=self.strategy == "margin_band")

    def alike_in_length(self, one: int, other: int) -> bool:
        """Whether neither candidate is much longer than the other."""
        return abs(log_ratio(self.candidates[one].text, self.candidates[other].text)) <= self.max_log_ratio

    def choose(self, best: Sequence[int], lower_of: Callable[[int], Sequence[int]]) -> list[Sides] | Rejection:
        """At most `pairs` pairs, each rejected candidate once; `lower_of` gives what stands below one of the best."""
        chosen: list[Sides] = []
        refusal = Rejection("margin_too_small", "no candidate stands far enough below the best")
        for upper in best:
            for lower in lower_of(upper):
                if self._overrules(upper, lower):
                    refusal = Rejection("overrules_verifier", "the judge sets what is verified right below what is not")
                elif not self.alike_in_length(upper, lower):
                    refusal = Rejection("length_ratio", "every pair has one side much longer than the other")
                elif len(chosen) < self.pairs and lower not in {side.rejected for side in chosen}:
                    chosen.append(Sides(upper, lower))
        return chosen or refusal

    def _overrules(self, upper: int, lower: int) -> bool:
        """Whether the pair would teach that an answer which a program found right is the worse one."""
        return self.candidates[lower].standing == "right" != self.candidates[upper].standing

    def verified(self) -> list[Sides] | Rejection | None:
        """The pairs that a program decides; None where it decides nothing.

        What is right beats what is wrong. Where nothing is known to be right, what has no defect beats what has one.
        What holds a chat template's own marks is on neither side: a tokenizer would read them as marks.
        """
        standings = [candidate.standing for candidate in self.candidates]
        best = [place for place, said in enumerate(standings) if said == "right"]
        lower = [
            place for place, said in enumerate(standings)
            if said == "wrong" and not control_token(self.candidates[place].text)
        ]  # fmt: skip
        if not best:
            best = [place for place, said in enumerate(standings) if said == "open"]
            lower = [place for place in lower if _defective(self.candidates[place])]
        if not best or not lower:
            return None
        ordered = self.lower_first(lower, lambda place: self.candidates[place].passed or 0.0)
        return self.choose(self.by_lot(best), lambda _: ordered)

    def undecided(self) -> list[int]:
        """The candidates that are not known to be wrong, by lot: only a judge could tell them apart."""
        return self.by_lot(place for place, one in enumerate(self.candidates) if one.standing != "wrong")


def log_ratio(one: str, other: str) -> float:
    """The natural logarithm of how many times as long as `other` `one` is, in characters."""
    return math.log(max(1, len(one)) / max(1, len(other)))


def _defective(candidate: Candidate) -> bool:
    return any(finding.by == "defect" for finding in candidate.findings)


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
