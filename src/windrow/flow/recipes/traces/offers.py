"""Which tools a conversation offers: those that are needed among others, or everything but those."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from windrow.tools.backends.operations import read_operations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from windrow.flow.recipes.traces.steps import Plan
    from windrow.row import Tool
    from windrow.tools.catalogue import Catalogue

FEWEST_LEFT = 1


def rank(*told: object) -> str:
    """A draw that depends on nothing but `told`: adding a tool moves no other tool's draw (rendezvous hashing)."""
    return hashlib.blake2b("\0".join(map(str, told)).encode(), digest_size=8).hexdigest()


def share(*told: object) -> float:
    """A number from 0 to 1 that depends on nothing but `told`."""
    return int(rank(*told), 16) / 2**64


class Shelf:
    """All tools of a run: those of the plan's own catalogue come first, others fill up."""

    def __init__(self, catalogues: Sequence[Catalogue]) -> None:
        self._catalogues = catalogues
        self._reads = {catalogue.key: read_operations(catalogue.tools) for catalogue in catalogues}

    def among_others(self, own: Catalogue, plan: Plan, key: str, least: int, most: int) -> tuple[Tool, ...]:
        """The tools of a plan among others, `least` to `most` of them where there are so many, in any order."""
        needed = plan.tools
        count = least + int(share("count", key) * (most - least + 1))
        others = self._others(own, {tool.name for tool in needed}, key)[:count]
        return _mixed((*needed, *others), key)

    def without(
        self, own: Catalogue, plan: Plan, key: str, least: int, most: int, *, siblings: bool
    ) -> tuple[Tool, ...] | None:
        """Tools that do not do what a plan needs, or None where there are none.

        With `siblings` they are of the same family, short of those that do the same to the same kind of thing; without,
        they have nothing to do with it at all.
        """
        reads = self._reads[own.key]
        needed = {tool.name for tool in plan.tools}
        about = {reads[name].entity for name in needed}
        changes = {(reads[name].entity, reads[name].mutating) for name in needed}
        barred = {
            tool.name
            for tool in own.tools
            if tool.name in needed
            or ((reads[tool.name].entity, reads[tool.name].mutating) in changes if siblings else
                reads[tool.name].entity in about or _shares_argument(tool, plan))
        }  # fmt: skip
        count = least + int(share("count", key) * (most - least + 1))
        kept = [tool for tool in own.tools if tool.name not in barred]
        if siblings and not kept:
            return None
        strangers = [] if siblings else self._strangers(own, barred)
        found = sorted({tool.name: tool for tool in (*strangers, *kept)}.values(), key=lambda t: rank(key, t.name))
        return _mixed(found[:count], key) if len(found) >= FEWEST_LEFT else None

    def _others(self, own: Catalogue, taken: set[str], key: str) -> list[Tool]:
        first = sorted((tool for tool in own.tools if tool.name not in taken), key=lambda tool: rank(key, tool.name))
        names = {*taken, *(tool.name for tool in first)}
        return [*first, *sorted(self._strangers(own, names), key=lambda tool: rank(key, tool.name))]

    def _strangers(self, own: Catalogue, taken: Iterable[str]) -> list[Tool]:
        """Tools of other catalogues whose names are free."""
        names = {*taken, *(tool.name for tool in own.tools)}
        found: dict[str, Tool] = {}
        for catalogue in self._catalogues:
            if catalogue.key != own.key:
                found.update({tool.name: tool for tool in catalogue.tools if tool.name not in names})
        return list(found.values())


def _shares_argument(tool: Tool, plan: Plan) -> bool:
    """Whether a tool works on something that the plan names: then it may be of use after all."""
    names = {name for step in plan.steps for name in step.arguments}
    return bool(names & set(tool.parameters.get("properties", {})))


def _mixed(tools: Sequence[Tool], key: str) -> tuple[Tool, ...]:
    return tuple(sorted(tools, key=lambda tool: rank("order", key, tool.name)))
