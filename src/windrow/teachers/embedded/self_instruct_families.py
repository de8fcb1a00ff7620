"""All the tasks that the embedded teacher can state and compute, and how it knows one of them again by its words."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from windrow.teachers.embedded.self_instruct_grammar import pattern_of
from windrow.teachers.embedded.self_instruct_labels import LABELLING
from windrow.teachers.embedded.self_instruct_lists import LISTING
from windrow.teachers.embedded.self_instruct_values import VALUES

if TYPE_CHECKING:
    import re

    from windrow.teachers.embedded.self_instruct_grammar import Asked, Family

FAMILIES = (*LISTING, *VALUES, *LABELLING)


class Task(NamedTuple):
    """A family with its slots: all that is needed to make an instance."""

    family: Family
    slots: Asked


def recognise(instruction: str) -> Task | None:
    """The task that `instruction` states in this grammar's words, or None."""
    for family, pattern in _patterns():
        found = pattern.search(instruction)
        if found:
            return Task(family, found.groupdict())
    return None


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[Family, re.Pattern[str]]]:
    return [(family, pattern_of(phrasing, family.choices)) for family in FAMILIES for phrasing in family.phrasings]
