"""What a reader must know of preference rows before training on them: what decided, and whether length gives it away.

`length_only_accuracy` is how often the better side would be guessed by its length alone, by whichever of "the longer
one" and "the shorter one" guesses better; 0.5 is chance. Nothing here is a judge's opinion: rows are counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING, Any

from windrow.report.blocks import Bullets, Strong
from windrow.text.pair_lengths import length_lean, side_lengths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windrow.report.blocks import Line
    from windrow.row import Row

MOST_BY_LENGTH = 0.60  # a higher accuracy of length alone is flagged
FEWEST_PAIRS = 10  # to say so
DECIDERS = ("verifier", "judge")
# Weighted desirable rows for each undesirable one: 1:1 to 4:3, as TRL rounds it (KTO, arXiv 2402.01306, equation 8).
EVEN, MOST_UNEVEN = 1.0, 1.33


@dataclass
class Preferences:
    """Pairs and labelled answers, counted one row at a time."""

    pairs: int = 0
    longer: float = 0.0
    log_ratio: float = 0.0
    desirable: int = 0
    undesirable: int = 0
    decided: Counter[str] = field(default_factory=Counter)
    sides: int = 0
    on_policy: int = 0
    own_family: int = 0

    def add(self, row: Row) -> None:
        """Count one accepted row; others than preferences are passed over."""
        if row.kind not in ("preference", "unpaired"):
            return
        if row.kind == "unpaired":
            self.desirable += row.label is True
            self.undesirable += row.label is False
        lengths, lean = side_lengths(row), length_lean(row)
        if lengths is None or lean is None:
            return
        self.pairs += 1
        self.longer += lean
        self.log_ratio += log(max(1, lengths[0]) / max(1, lengths[1]))
        self._told_by_recipe(row.lineage.extra)

    def _told_by_recipe(self, extra: Mapping[str, Any]) -> None:
        pair = extra.get("pair")
        if isinstance(pair, dict):
            decider = pair.get("decided_by")
            self.decided[decider if decider in DECIDERS else "others"] += 1
            sides = pair.get("on_policy")
            if isinstance(sides, list | tuple):
                self.sides += len(sides)
                self.on_policy += sum(map(bool, sides))
        self.own_family += bool(extra.get("judge_shares_family"))

    def told(self) -> dict[str, Any] | None:
        """The figures as plain JSON; None where there are no preferences."""
        if not self.pairs + self.desirable + self.undesirable:
            return None
        out: dict[str, Any] = {"pairs": self.pairs}
        if self.pairs:
            share = self.longer / self.pairs
            accuracy = max(share, 1 - share)
            out |= {
                "chosen_longer": round(share, 4),
                "length_only_accuracy": round(accuracy, 4),
                "length_biased": self.pairs >= FEWEST_PAIRS and accuracy > MOST_BY_LENGTH,
                "mean_log_length_ratio": round(self.log_ratio / self.pairs, 4),
                "decided_by": dict(sorted(self.decided.items())),
                "on_policy_sides": round(self.on_policy / self.sides, 4) if self.sides else None,
                "judged_by_own_family": self.own_family,
            }
        if self.desirable + self.undesirable:
            out |= {"desirable": self.desirable, "undesirable": self.undesirable, "weights": self._weights()}
        return out

    def _weights(self) -> dict[str, float] | None:
        """Weights for KTO's two losses that bring the two classes to between 1:1 and 4:3; None where one is missing."""
        if not self.desirable or not self.undesirable:
            return None
        ratio = self.desirable / self.undesirable
        if EVEN <= ratio <= MOST_UNEVEN:
            return {"desirable": 1.0, "undesirable": 1.0}
        if ratio > MOST_UNEVEN:
            return {"desirable": 1.0, "undesirable": round(ratio / MOST_UNEVEN, 3)}
        return {"desirable": round(1 / ratio, 3), "undesirable": 1.0}


def lines(told: Mapping[str, Any]) -> Bullets:
    """The figures as a list, with what to set when training on them."""
    out: list[Line] = []
    if told["pairs"]:
        flag = (" ", Strong("More than 60 %: a student may learn length.")) if told["length_biased"] else ()
        decided = ", ".join(f"{who} {count}" for who, count in told["decided_by"].items())
        guessed = f"length alone would guess {told['length_only_accuracy']:.1%} of the pairs (chance: 50 %)."
        out += [
            f"pairs: {told['pairs']}{', decided by ' + decided if decided else ''}",
            (f"the chosen side is the longer one in {told['chosen_longer']:.1%}; {guessed}", *flag),
        ]
        if told["on_policy_sides"] is not None:
            out.append(f"sides written by the model to be trained (role `student`): {told['on_policy_sides']:.1%}")
        if told["judged_by_own_family"]:
            out.append(
                (Strong(f"judged by a model of the family that wrote an answer: {told['judged_by_own_family']}"),)
            )
        out.append("to start from: DPO with beta 0.1 (length-normalised: 5); IPO, on the same pairs, with beta 0.1")
    if "desirable" in told:
        weights = told["weights"]
        advice = (
            f"beta 0.1, desirable_weight {weights['desirable']:g}, undesirable_weight {weights['undesirable']:g}"
            if weights
            else "one class alone teaches nothing"
        )
        out.append(f"labels: {told['desirable']} desirable, {told['undesirable']} undesirable. For KTO: {advice}")
    return Bullets(tuple(out))
