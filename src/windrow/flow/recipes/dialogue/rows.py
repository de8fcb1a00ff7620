"""The row that a conversation becomes, finished or broken off, and the brief that it was played from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from windrow.row import Lineage, Message, Row

if TYPE_CHECKING:
    from windrow.flow.recipes.dialogue.draws import Draw
    from windrow.flow.recipes.dialogue.turns import Talk
    from windrow.shapes import Seed

RECIPE = "conversations"


class Brief(BaseModel):
    """What a new conversation is about. The user is told their part of it, the assistant the other."""

    situation: str = Field(min_length=1, description="What has happened to the user, and what they want.")
    user_knows: list[str] = Field(description="Facts that the user can give when asked.")
    assistant_knows: list[str] = Field(description="Facts and rules that decide the case.")
    ending: str = Field(min_length=1, description="How the conversation goes out.")


def row_of(seed: Seed, brief: Brief | None, talk: Talk, system: str) -> Row:
    """The conversation so far. What it was played from stays beside it, for whoever judges it, and is not taught."""
    draw: Draw = seed.payload
    said = tuple(Message(turn["role"], turn["content"]) for turn in talk.turns)  # type: ignore[arg-type]
    first = (Message("system", system),) if system else ()
    reference = {} if brief is None else {"situation": brief.situation, "ending": brief.ending}
    lineage = Lineage(
        seeds=tuple(one.key for one in draw.exemplars),
        family=seed.family,
        extra={"axes": dict(draw.axes), "lap": draw.lap, "exchanges": draw.exchanges, "source": seed.source},
    )
    return Row("sft", messages=(*first, *said), reference=reference, lineage=lineage)
