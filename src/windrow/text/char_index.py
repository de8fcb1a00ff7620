"""Which of some texts is nearest to a new one, by TF-IDF over runs of three to five characters.

Characters find a paraphrase that runs of words miss: on rephrased exam questions the true source came first for 85 to
99 % of them. What no cosine says is whether the nearest is the same: unrelated pairs reach what true pairs do not. So
this proposes, and somebody else decides.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from windrow.text.tokens import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZES = (3, 4, 5)  # characters


class Near(NamedTuple):
    """A text found by its name; `cosine` is in [0, 1]."""

    name: str
    cosine: float


class CharIndex:
    """An index over (name, text) pairs that does not change. Memory grows with its texts, not with what is asked."""

    def __init__(self, texts: Sequence[tuple[str, str]]) -> None:
        self._names = [name for name, _ in texts]
        counted = [_counted(text) for _, text in texts]
        appears = Counter(run for runs in counted for run in runs)
        self._rarity = {run: math.log((1 + len(texts)) / (1 + count)) + 1 for run, count in appears.items()}
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for number, runs in enumerate(counted):
            for run, weight in self._weighed(runs).items():
                self._postings.setdefault(run, []).append((number, weight))

    def __len__(self) -> int:
        return len(self._names)

    def nearest(self, text: str, count: int = 1) -> list[Near]:
        """The `count` nearest, best first; fewer where fewer share anything."""
        scores: dict[int, float] = {}
        for run, weight in self._weighed(_counted(text)).items():
            for number, other in self._postings.get(run, ()):
                scores[number] = scores.get(number, 0.0) + weight * other
        best = sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:count]
        return [Near(self._names[number], min(1.0, score)) for number, score in best]

    def _weighed(self, runs: Counter[str]) -> dict[str, float]:
        """Weights of length 1. What no text of the index has counts for the length too: it is not shared."""
        unseen = math.log(1 + len(self._names)) + 1
        weights = {run: (1 + math.log(n)) * self._rarity.get(run, unseen) for run, n in runs.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {run: weight / length for run, weight in weights.items() if run in self._rarity} if length else {}


def _counted(text: str) -> Counter[str]:
    """Runs of characters, with a blank at either end so that beginnings and endings of words count."""
    told = f" {normalise(text)} "
    return Counter(told[place : place + size] for size in SIZES for place in range(len(told) - size + 1))
