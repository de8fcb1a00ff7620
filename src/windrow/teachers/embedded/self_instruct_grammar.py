"""A task in words, and back: how the embedded teacher says what it can compute, and knows again what it said.

An instruction is a frame ("A colleague asks about ..."), one phrasing of one family with its slots filled in, and the
sentences of its constraints. Only the phrasing decides what is computed; it is found again by its own fixed words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from windrow.teachers.embedded.self_instruct_material import Material

Slots = dict[str, str]
Asked = Mapping[str, str]  # the slots of a task as they stand in its instruction
Result = Literal["items", "number", "text", "record", "label"]
SLOT = re.compile(r"\{(\w+)\}")
NUMERIC = ("n", "m")


@dataclass(frozen=True, slots=True)
class Work:
    """An input, and what is computed from it: items, one text (numbers too), or names with values."""

    input: str
    items: tuple[str, ...] = ()
    text: str = ""
    record: tuple[tuple[str, str | int], ...] = ()


def nothing(material: Material, rng: random.Random) -> Slots:  # noqa: ARG001 - there is nothing to fill in
    """No slots, or none beside those with fixed choices."""
    return {}


@dataclass(frozen=True, slots=True)
class Family:
    """Tasks that one program computes.

    Slots are filled in by `choices`, which are fixed, and by `fill`. `work` makes an input with its answer, lists of
    `size` items; where the family classifies, `size` says which of its labels to aim at. `labels` are the slots that
    hold these. `cased`: the answer is words, which can be written in small or in capital letters.
    """

    name: str
    result: Result
    phrasings: tuple[str, ...]
    work: Callable[[Asked, Material, random.Random, int], Work]
    fill: Callable[[Material, random.Random], Slots] = nothing
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    cased: bool = False

    def slots(self, material: Material, rng: random.Random) -> Slots:
        """Something for every slot."""
        return {**{name: rng.choice(options) for name, options in self.choices.items()}, **self.fill(material, rng)}


def say(family: Family, slots: Slots, rng: random.Random) -> str:
    """One of the family's phrasings, its slots filled in."""
    return SLOT.sub(lambda slot: slots[slot[1]], rng.choice(family.phrasings))


def pattern_of(phrasing: str, choices: Mapping[str, tuple[str, ...]]) -> re.Pattern[str]:
    """The phrasing as a pattern; a slot that comes again must hold the same."""
    pieces = SLOT.split(phrasing)
    seen: set[str] = set()
    for at, piece in enumerate(pieces):
        if at % 2 == 0:
            pieces[at] = re.escape(piece)
        elif piece in seen:
            pieces[at] = f"(?P={piece})"
        else:
            seen.add(piece)
            pieces[at] = f"(?P<{piece}>{_content(piece, choices)})"
    return re.compile("".join(pieces))


def _content(slot: str, choices: Mapping[str, tuple[str, ...]]) -> str:
    if slot in choices:
        return "|".join(map(re.escape, choices[slot]))
    return r"\d+" if slot in NUMERIC else r'[^"“”\n]+'
