"""One judge asked as several annotators: the same question, read with other eyes.

A model asked twice at temperature 0 says the same twice, which tells nothing of how sure it is. Asked as readers with
different habits it differs where a row is doubtful, and agrees where it is clear (simulated annotators: Jung, Brahman
and Choi 2024, arXiv 2407.18370). What each is told depends on its number alone, so that answers are found again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from windrow.shapes import Answer, Ask

HABITS = (
    "",
    "You read as a reviewer does who takes nothing for granted: what the material does not show, you do not assume.",
    "You read as someone does who must act on this today, and who pays for whatever in it is wrong or missing.",
    "You read as an expert of the subject does: substance counts for you, wording does not.",
    "You read as an editor does, word by word, and take the questions that you are asked literally.",
    "You read as a newcomer does, who can only use what is said clearly and completely.",
    "You read as somebody does who looks for the strongest case for the material, and then for the strongest against.",
)
"""How an annotator reads, by its number; the first reads as the model itself does."""


def habit(number: int) -> str:
    """What annotator `number` is told of itself; the numbers beyond the list get a habit again, told apart by it."""
    told = HABITS[number % len(HABITS)]
    return told if number < len(HABITS) else f"You are annotator {number}. {told}".strip()


def as_annotator(ask: Ask, number: int) -> Ask:
    """An `Ask` whose templates are given `annotator`: the habit of one number. Annotator 0 is the judge as it is."""
    return cast("Ask", _Annotating(ask, habit(number))) if number else ask


class _Annotating:
    """See `as_annotator`."""

    def __init__(self, ask: Ask, told: str) -> None:
        self._ask = ask
        self._told = told

    async def __call__(self, label: str, **variables: Any) -> Any:  # noqa: ANN401 - as Ask
        return await self._ask(label, **{"annotator": self._told, **variables})

    async def many(self, label: str, **variables: Any) -> list[Answer]:  # noqa: ANN401 - as Ask
        return await self._ask.many(label, **{"annotator": self._told, **variables})
