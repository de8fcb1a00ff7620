"""Is the final answer right? Compared with the reference by program: exactly, in whatever notation.

A row says what its answer is compared with in `reference`: `answer`, `answer_kind` and what belongs to it. Rows without
are let through, and not counted as verified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from windrow.row import Verdict
from windrow.shapes import Check
from windrow.text.answers import match

if TYPE_CHECKING:
    from windrow.row import Row

MOST = 200


class Answers(Check):
    """Is the final answer that of the reference?"""

    name: ClassVar[str] = "answers"
    slow: ClassVar[bool] = True

    def check(self, row: Row) -> Verdict:
        """Fails where the marked answer is missing or wrong; unscored where it cannot be decided."""
        reference = row.reference
        if "answer_kind" not in reference or "answer" not in reference:
            return Verdict(self.name, "pass", evidence={"compared": False}, kind="recipe")
        source = str(reference.get("source", "seed"))
        if source == "none":  # nothing could decide, and the recipe was told to keep it: tagged in its lineage
            return Verdict(self.name, "pass", evidence={"compared": False, "source": source}, kind="recipe")
        found = match(row.response, reference, marked=True)
        evidence = {"extracted": found.extracted[:MOST], "source": source}
        if found.outcome != "pass":
            return Verdict(self.name, found.outcome, found.reason, found.detail, evidence)
        return Verdict(
            self.name, "pass", evidence=evidence, kind="recipe" if source == "consensus" else "deterministic"
        )
