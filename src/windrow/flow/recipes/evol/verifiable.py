"""The verifiable step: constraints that a program adds, because a program can then say whether an answer obeys them.

No model is asked for the rewrite, so it cannot go wrong; the answer must pass the strict checkers (IFEval, Zhou et al.
2023, and more kinds than it has).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from windrow.text.constraint_draws import draw, shape_of, suits
from windrow.text.constraints import describe

if TYPE_CHECKING:
    import random

    from windrow.flow.recipes.evol.rungs import Rung

CLOSED = ".!?…。！？।؟"
OPEN = ":;,：；，"


def constrained(parent: Rung, rng: random.Random, *, cap: int, words: int) -> str:
    """The parent's instruction with constraints behind it, at most `words` words of them and `cap` in all; '' where
    none suits it."""
    held = parent.constraints
    if len(held) >= cap or not suits(parent.instruction, parent.response):
        return ""
    drawn = draw(shape_of(parent.response), held, rng, most=cap - len(held), words_left=words)
    return joined(parent.instruction, [describe(entry) for entry in drawn]) if drawn else ""


def joined(instruction: str, sentences: list[str]) -> str:
    """The instruction, brought to its end, and the sentences."""
    head = instruction.rstrip().rstrip(OPEN)
    if "\n" in head:
        return "\n\n".join((head, " ".join(sentences)))
    ended = head if head.rstrip("\"'”’»)」』")[-1:] in CLOSED else f"{head}."
    return " ".join((ended, *sentences))
