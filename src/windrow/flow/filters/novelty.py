"""Is this instruction new? Self-Instruct's gate (Wang et al. 2023): ROUGE-L below 0.7 to every seed and every row kept.

Exact, whatever the number of rows, so that no two accepted instructions can be as alike as that. Of a conversation with
several questions, all that is said is compared: its last question alone ("And how long will that take?") tells nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from windrow.row import Verdict
from windrow.shapes import Filter, Options
from windrow.text.rouge import RougeIndex
from windrow.text.rouge_candidates import RougeCandidates
from windrow.text.sides import whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from windrow.row import Row
    from windrow.shapes import Seed


class NoveltyOptions(Options):
    """`rouge_l_max`: an instruction is refused where its ROUGE-L F-measure with another reaches this."""

    rouge_l_max: float = Field(default=0.7, gt=0, le=1)
    """The ROUGE-L F-measure with another instruction, or of two whole conversations, at which one is refused."""


class Novelty(Filter):
    """Is this instruction unlike every seed and every instruction kept before it (ROUGE-L)?"""

    name: ClassVar[str] = "novelty"
    options_type: ClassVar[type[Options]] = NoveltyOptions
    options: NoveltyOptions

    _conversations: RougeCandidates | None = None
    _folder: Path | None = None

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:
        """Start from the instructions of the seeds, and from those that are whole conversations."""
        self.close()
        self._folder = folder
        self._index = RougeIndex(self.options.rouge_l_max)
        for seed in seeds:
            name = f"seed {seed.source or seed.key}"
            self._index.add(_instruction(seed.payload), name)
            if _is_conversation(seed.payload):
                self._talks.add(whole(seed.payload), name)

    def admit(self, row: Row) -> Verdict:
        """Fails with the nearest neighbour and its score in the evidence."""
        conversation = _is_conversation(row)
        nearest = self._talks.nearest(whole(row)) if conversation else self._index.nearest(_instruction(row))
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
        if _is_conversation(row):
            self._talks.add(whole(row), row.id)
        else:
            self._index.add(_instruction(row), row.id)

    def close(self) -> None:
        """Let go of the scratch file."""
        if self._conversations is not None:
            self._conversations.close()
            self._conversations = None

    @property
    def _talks(self) -> RougeCandidates:
        if self._conversations is None:
            if self._folder is None:
                raise RuntimeError("open() comes before admit() and keep()")
            path = self._folder / "novelty-conversations.sqlite"
            self._conversations = RougeCandidates(path, self.options.rouge_l_max)
        return self._conversations


def _is_conversation(row: Row) -> bool:
    """Whether the row asks more than once, and has no instruction that says it all."""
    return "instruction" not in row.reference and sum(turn.role == "user" for turn in row.messages) > 1


def _instruction(row: Row) -> str:
    instruction = row.reference.get("instruction")
    return instruction if isinstance(instruction, str) else row.question
