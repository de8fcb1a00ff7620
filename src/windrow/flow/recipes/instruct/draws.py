"""Which exemplars a prompt shows: rendezvous hashing, so that one more seed changes only the draws it belongs in.

Every draw ranks all exemplars by a hash of its number and their keys and takes the highest. An exemplar that comes or
goes changes the draws in whose top it stands, about 6 in N of them, and no other.
"""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from windrow.row import Row

HUMAN, MACHINE = 6, 2
POOL = 512  # exemplars that one wave draws from: a draw costs as much in a pool of 600 as in one of 600,000
MOST_CHARACTERS = 1_500  # of each text shown


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A task to show: a person's (`human`) or one that was accepted before. `classification` is None where unknown.

    `slot` is what it is ranked by: a person's content, or the place that an accepted task was grown in. So a task that
    comes out differently after an edit takes the place of the old one, and moves no other. `models` and `licences` are
    what an accepted task stands on.
    """

    key: str
    slot: str
    instruction: str
    input: str
    output: str
    human: bool
    classification: bool | None = None
    models: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()

    def shown(self) -> dict[str, Any]:
        """What a template, or a teacher that answers from variables, is given."""
        texts = {name: _clipped(getattr(self, name)) for name in ("instruction", "input", "output")}
        return {**texts, "human": self.human, "classification": self.classification}


@dataclass(frozen=True, slots=True)
class Draw:
    """The exemplars of one prompt, in the order shown; with axes, the leaf that its tasks are for, and how many."""

    number: int
    exemplars: tuple[Exemplar, ...]
    leaf: Mapping[str, str] | None = None
    count: int | None = None


def instruction_of(row: Row) -> str:
    """What the row asks for: its instruction, or its last question where it is a chat."""
    instruction = row.reference.get("instruction")
    return instruction if isinstance(instruction, str) else row.question


def slot_of(row: Row) -> str:
    """The draw that an accepted row was grown in, and its place there."""
    extra = row.lineage.extra
    return f"{extra.get('draw', row.id)}/{extra.get('place', '')}"


def exemplar_of(row: Row, key: str, slot: str, *, human: bool) -> Exemplar:
    """The row as a task to show."""
    known = row.reference.get("is_classification")
    if "task_type" in row.reference:
        known = row.reference["task_type"] == "classification"
    return Exemplar(
        key=key,
        slot=slot,
        instruction=instruction_of(row),
        input=str(row.reference.get("input", "")),
        output=str(row.reference.get("output", "")) or row.response,
        human=human,
        classification=known if isinstance(known, bool) else None,
        models=() if human else (*row.lineage.models, *row.lineage.descent),
        licences=() if human else row.lineage.licences,
    )


def draw(number: int, human: Sequence[Exemplar], machine: Sequence[Exemplar]) -> Draw:
    """The exemplars of draw `number`: six people's and two accepted ones, or eight people's until there are two."""
    mixed = len(machine) >= MACHINE
    chosen = _highest(number, human, HUMAN if mixed else HUMAN + MACHINE)
    if mixed:
        chosen += _highest(number, machine, MACHINE)
    return Draw(number, tuple(sorted(chosen, key=lambda one: _hash("order", number, one.slot))))


def worked_examples(source: Draw) -> list[dict[str, Any]]:
    """The tasks of people's in the draw, as worked examples to show where an instance is asked for."""
    return [one.shown() for one in source.exemplars if one.human]


def pool_of(slots: Iterable[str], wave: int) -> list[int]:
    """The places of at most POOL slots, chosen by hash, another choice each wave; in order."""
    ranked = ((_hash("pool", wave, slot), place) for place, slot in enumerate(slots))
    return sorted(place for _, place in heapq.nlargest(POOL, ranked))


def draw_key(recipe: str, number: int) -> str:
    """What an item is known by: its draw, not what it shows, so that an edit asks anew and adds no item."""
    return hashlib.sha256(f"{recipe}\0{number}".encode()).hexdigest()[:32]


def _highest(number: int, exemplars: Sequence[Exemplar], count: int) -> list[Exemplar]:
    return heapq.nlargest(count, exemplars, key=lambda one: _hash("draw", number, one.slot))


def _hash(purpose: str, number: int, slot: str) -> bytes:
    return hashlib.blake2b(f"{purpose}\0{number}\0{slot}".encode(), digest_size=8).digest()


def _clipped(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1].rstrip() + "…"
