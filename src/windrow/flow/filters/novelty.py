"""Is this instruction new? Self-Instruct's gate (Wang et al. 2023): ROUGE-L below 0.7 to every seed and every row kept.

Exact, whatever the number of rows, so that no two accepted instructions can be as alike as that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from windrow.row import Verdict
from windrow.shapes import Filter, Options
from windrow.text.rouge import RougeIndex

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from windrow.row import Row
    from windrow.shapes import Seed


class NoveltyOptions(Options):
    """`rouge_l_max`: an instruction is refused where its ROUGE-L F-measure with another reaches this."""

    rouge_l_max: float = Field(default=0.7, gt=0, le=1)
    """The ROUGE-L F-measure with another instruction at which one is refused."""


class Novelty(Filter):
    """Is this instruction unlike every seed and every instruction kept before it (ROUGE-L)?"""

    name: ClassVar[str] = "novelty"
    options_type: ClassVar[type[Options]] = NoveltyOptions
    options: NoveltyOptions

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:  # noqa: ARG002 - the index lives in memory
        """Start from the instructions of the seeds."""
        self._index = RougeIndex(self.options.rouge_l_max)
        for seed in seeds:
            self._index.add(_instruction(seed.payload), f"seed {seed.source or seed.key}")

    def admit(self, row: Row) -> Verdict:
        """Fails with the nearest neighbour and its score in the evidence."""
        nearest = self._index.nearest(_instruction(row))
        if not nearest:
            return Verdict(self.name, "pass", kind="filter")
        found = nearest[0]
        return Verdict(
            self.name,
            "fail",
            "near_duplicate",
            f"ROUGE-L {found.score:.2f} with {found.key}, and {self.options.rouge_l_max} is the limit",
            {"nearest": found.key, "rouge_l": found.score, "text": found.text},
            kind="filter",
        )

    def keep(self, row: Row) -> None:
        """Compare later rows with this one too."""
        self._index.add(_instruction(row), row.id)


def _instruction(row: Row) -> str:
    instruction = row.reference.get("instruction")
    return instruction if isinstance(instruction, str) else row.question
