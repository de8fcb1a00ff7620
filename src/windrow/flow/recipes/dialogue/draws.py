"""What a new conversation is grown from: a seed that leads, others for the style, a length, a place on the axes.

The seeds lead in turn, so that none is overused. Whom an item shows beside its lead is a matter of rendezvous hashing
over the seeds' contents: a seed that comes, goes or changes touches the items that it leads or that show it, about as
many in N as an item shows seeds, and hardly any other.
"""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.row import Message, Row

SPEAKERS = ("user", "assistant")
MOST_CHARACTERS = 6_000  # of a conversation shown


@dataclass(frozen=True, slots=True)
class Conversation:
    """A seed: `turns` are the user's and the assistant's in turn, from a question to an answer."""

    key: str
    source: str
    system: str
    turns: tuple[Message, ...]

    @property
    def exchanges(self) -> int:
        return len(self.turns) // 2

    def shown(self) -> list[dict[str, str]]:
        """What a template is given: the turns from the start that fit, whole exchanges, one at least."""
        shown: list[dict[str, str]] = []
        room = MOST_CHARACTERS
        for question, answer in zip(self.turns[::2], self.turns[1::2], strict=True):
            room -= len(question.content) + len(answer.content)
            if shown and room < 0:
                break
            shown += [{"role": turn.role, "content": turn.content} for turn in (question, answer)]
        return shown


@dataclass(frozen=True, slots=True)
class Draw:
    """An item: `exemplars` begin with the lead; `axes` are where the new conversation stands, its outcome included."""

    lap: int
    exemplars: tuple[Conversation, ...]
    exchanges: int
    axes: Mapping[str, str]

    @property
    def lead(self) -> Conversation:
        return self.exemplars[0]

    def shown(self) -> list[list[dict[str, str]]]:
        return [one.shown() for one in self.exemplars]


def conversation_of(row: Row, key: str, source: str) -> Conversation | None:
    """The row as a conversation of plain turns; None where it calls tools, or two follow one another on one side."""
    turns = [turn for turn in row.messages if turn.role != "system"]
    if turns and turns[-1].role == "user":
        turns.pop()
    orderly = all(turn.role == SPEAKERS[place % 2] for place, turn in enumerate(turns))
    if not turns or not orderly or any(turn.tool_calls or not turn.content.strip() for turn in turns):
        return None
    system = next((turn.content.strip() for turn in row.messages if turn.role == "system"), "")
    return Conversation(key, source, system, tuple(turns))


def item_key(lead: Conversation, lap: int) -> str:
    """What an item is known by: its lead's content, and the how-manieth time it leads."""
    return _hash("item", lead.key, str(lap)).hex()


def styles(key: str, lead: Conversation, seeds: Sequence[Conversation], count: int) -> list[Conversation]:
    """The conversations to show beside the lead."""
    others = (one for one in seeds if one.key != lead.key)
    return heapq.nlargest(count, others, key=lambda one: _hash("style", key, one.key))


def length(key: str, shown: Sequence[Conversation], bounds: tuple[int, int]) -> int:
    """How many exchanges it has: as many as one of those shown, so that lengths are spread as the seeds' are."""
    paced = max(shown, key=lambda one: _hash("pace", key, one.key))
    return min(max(paced.exchanges, bounds[0]), bounds[1])


def _hash(*parts: str) -> bytes:
    return hashlib.blake2b("\0".join(("conversations", *parts)).encode(), digest_size=16).digest()
