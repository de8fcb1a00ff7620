"""ROUGE-L between long texts, where comparing each with all others would cost too much: conversations, by the thousand.

Candidates come from MinHash over runs of three words and are then measured exactly, so a likeness found is never an
estimate; what may be missed are pairs alike in single words here and there and in hardly any run. Memory does not grow.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from windrow.text.lookalikes import Candidates
from windrow.text.minhash import run_hashes
from windrow.text.rouge import Neighbour, lcs
from windrow.text.tokens import words

if TYPE_CHECKING:
    from pathlib import Path

WORTH_COMPARING = 0.1  # of the runs shared: one word in four may differ, and a pair is still found


class RougeCandidates:
    """Texts on disk, and the nearest of those that have ROUGE-L of at least `threshold` with a query."""

    def __init__(self, path: Path, threshold: float) -> None:
        self.threshold = Fraction(str(threshold))
        self._candidates = Candidates(path, threshold=WORTH_COMPARING)

    def add(self, text: str, key: str) -> None:
        """Let `text` be found from now on, under `key`."""
        said = words(text)
        hashes = run_hashes(said)
        self._candidates.add(key, self._candidates.keys(hashes), hashes, " ".join(said))

    def nearest(self, text: str) -> list[Neighbour]:
        """The nearest text at or above the threshold, if any."""
        said = words(text)
        hashes = run_hashes(said)
        found: list[tuple[Fraction, str, str]] = []
        for key, content in self._candidates.like(self._candidates.keys(hashes), hashes):
            other = content.split(" ")
            total = len(said) + len(other)
            if 2 * min(len(said), len(other)) >= self.threshold * total:
                score = Fraction(2 * lcs(said, other), total)
                if score >= self.threshold:
                    found.append((score, key, content))
        found.sort(key=lambda each: -each[0])
        return [Neighbour(key, float(score), content) for score, key, content in found[:1]]

    def close(self) -> None:
        """Let go of the file."""
        self._candidates.close()
