"""Axes: diversity that is asked for before anything is generated, not hoped for afterwards.

Topic × persona × task × difficulty, or whatever lists or taxonomies a config names: every combination is a leaf. A leaf
is dealt by rendezvous hashing along each axis, so that a value that comes or goes moves only its own share of the
deals; a leaf that has its fill passes the deal on (consistent hashing with bounded loads, Mirrokni et al. 2018), and
of the first few with room the emptiest is taken (the power of choices, Mitzenmacher 2001).
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from itertools import islice, product
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from windrow.shapes import Options

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MOST_LEAVES = 100_000
SLACK = 1.25  # of the even share that a leaf may take before the deal is passed on
TRIES = 64
CHOICES = 4  # leaves looked at for a balanced deal: the emptiest of a few keeps all of them close together
JOINT = " > "  # between the levels of a taxonomy

Leaf: TypeAlias = tuple[str, ...]


def _flat(given: object) -> object:
    """A taxonomy's leaves as paths; a list as it is. What is neither is left for pydantic to refuse."""
    return list(_paths(given, ())) if isinstance(given, dict) else given


def _paths(node: object, above: tuple[str, ...]) -> Iterator[str]:
    if isinstance(node, dict):
        for name, below in node.items():
            yield from _paths(below, (*above, str(name)))
    elif isinstance(node, list) and node:
        for below in node:
            yield from _paths(below, above) if isinstance(below, dict) else (JOINT.join((*above, str(below))),)
    else:
        yield JOINT.join((*above, str(node)) if node not in (None, [], "") else above)


Values = Annotated[
    list[Annotated[str, Field(min_length=1)]],
    BeforeValidator(_flat),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "object"}]}),
]


class Quota(Options):
    """Bounds on the rows of one leaf."""

    min: int = Field(default=0, ge=0)
    """Every leaf gets so many rows before any gets more."""
    max: int | None = Field(default=None, ge=1)
    """No leaf gets more rows than this."""

    @model_validator(mode="after")
    def _in_order(self) -> Quota:
        if self.max is not None and self.min > self.max:
            raise ValueError(f"min ({self.min}) is above max ({self.max})")
        return self


Axes: TypeAlias = dict[str, Values]
Quotas: TypeAlias = Literal["balanced", "free"] | Quota


class Dealer:
    """Deals leaves. What is dealt counts as taken until `settle` says what became of it."""

    def __init__(self, axes: Mapping[str, Sequence[str]], quota: Quotas) -> None:
        if not axes and quota != "balanced":
            raise ValueError("a quota bounds what each combination of axes gets, and there are no axes")
        self._axes = {name: tuple(dict.fromkeys(values)) for name, values in axes.items()}
        self.leaves = math.prod(len(values) for values in self._axes.values())
        if self.leaves > MOST_LEAVES:
            raise ValueError(f"the axes have {self.leaves} combinations, more than {MOST_LEAVES}")
        self._quota = quota if isinstance(quota, Quota) else Quota()
        self._balanced = quota == "balanced"
        self._known = [set(values) for values in self._axes.values()]
        self._accepted: Counter[Leaf] = Counter()
        self.taken: Counter[Leaf] = Counter()
        self._total = self._towards_min = 0

    def named(self, leaf: Leaf) -> dict[str, str]:
        """The leaf as prompts and rows show it: its value on each axis."""
        return dict(zip(self._axes, leaf, strict=True))

    def settle(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """What was dealt so far has become the accepted `rows`, each given by its leaf, and nothing else."""
        self._accepted.update(leaf for row in rows if (leaf := self._leaf(row)) is not None)
        self.taken.clear()
        self._total = self._towards_min = 0
        for leaf, count in self._accepted.items():
            self._take(leaf, count)

    def _leaf(self, row: Mapping[str, Any]) -> Leaf | None:
        leaf = tuple(str(row.get(name)) for name in self._axes)
        return leaf if all(value in known for value, known in zip(leaf, self._known, strict=True)) else None

    def deal(self, key: str, rows: int) -> tuple[dict[str, str], int] | None:
        """A leaf for `key`, with how many of `rows` it has room for, which are reserved; None where all are full."""
        most = self._bound()
        free = islice((one for one in self._tries(key) if self.taken[one] < most), CHOICES if self._balanced else 1)
        leaf = min(free, key=lambda one: self.taken[one], default=None) or self._least(key)
        if leaf is None:
            return None
        highest = self._quota.max
        room = rows if highest is None else min(rows, highest - self.taken[leaf])
        self._take(leaf, room)
        return self.named(leaf), room

    def _take(self, leaf: Leaf, rows: int) -> None:
        before, least = self.taken[leaf], self._quota.min
        self.taken[leaf] = before + rows
        self._total += rows
        self._towards_min += min(before + rows, least) - min(before, least)

    def _tries(self, key: str) -> Iterator[Leaf]:
        for attempt in range(TRIES):
            yield tuple(
                max(values, key=lambda value: (_hash(key, attempt, name, value), value))
                for name, values in self._axes.items()
            )

    def _bound(self) -> float:
        """How many rows a leaf may have and still be dealt."""
        quota = self._quota
        if self._towards_min < quota.min * self.leaves:
            return quota.min
        bound = math.inf if quota.max is None else quota.max
        return min(bound, math.ceil(SLACK * (self._total + 1) / self.leaves)) if self._balanced else bound

    def _least(self, key: str) -> Leaf | None:
        """The leaf with the fewest rows that has room, where no try found one."""
        highest = math.inf if self._quota.max is None else self._quota.max
        free = ((self.taken[leaf], leaf) for leaf in product(*self._axes.values()) if self.taken[leaf] < highest)
        found = min(free, key=lambda pair: (pair[0], _hash(key, 0, "leaf", *pair[1])), default=None)
        return None if found is None else found[1]


def _hash(key: str, attempt: int, *parts: str) -> bytes:
    return hashlib.blake2b("\0".join(("axes", key, str(attempt), *parts)).encode(), digest_size=8).digest()
