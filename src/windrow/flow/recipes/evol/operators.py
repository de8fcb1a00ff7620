"""Which step a chain takes next: weighted rendezvous hashing, so that a draw depends on its own seed and turn alone.

Every operator gets a point by hash of (seed, chain, turn, operator), stretched by its weight; the lowest is drawn
(Efraimidis and Spirakis 2006). A weight that changes moves only draws to or from its own operator, and leaving one
out moves only the draws that it had.
"""

from __future__ import annotations

import hashlib
import math
import random
from typing import TYPE_CHECKING

from pydantic import Field

from windrow.shapes import Options

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

SIMPLIFY = "simplify"
BREADTH = "breadth"
COMPLICATE = "complicate_input"
CONSTRAINTS = "constraints"
SPAN = 2**64


class Operators(Options):
    """How often each kind of step is taken, by weight. 0 switches one off; one that is not named keeps its weight."""

    constraints: float = Field(default=0.25, ge=0, allow_inf_nan=False)
    """Add requirements."""
    deepen: float = Field(default=0.15, ge=0, allow_inf_nan=False)
    """Ask for more depth or breadth of what is asked about already."""
    concretise: float = Field(default=0.15, ge=0, allow_inf_nan=False)
    """Put particular things in place of general ones."""
    reasoning: float = Field(default=0.15, ge=0, allow_inf_nan=False)
    """Ask for a further step of reasoning."""
    complicate_input: float = Field(default=0.1, ge=0, allow_inf_nan=False)
    """Add data to the input, and something to do with it."""
    breadth: float = Field(default=0.2, ge=0, allow_inf_nan=False)
    """Another task of the same domain, rarer, about as long and as hard."""


def weights(operators: Operators, downward: float) -> dict[str, float]:
    """The weight of every operator; `downward` is the share of steps that make a task easier."""
    up = {name: float(getattr(operators, name)) for name in Operators.model_fields}
    total = sum(up.values())
    shares = {name: weight / total * (1 - downward) for name, weight in up.items()} if total else {}
    return {**shares, SIMPLIFY: downward}


def drawn(key: str, turn: int, shares: Mapping[str, float], without: Collection[str] = ()) -> str | None:
    """The operator of this turn of the chain `key`; None where none is left."""
    points = {
        name: -math.log(share_of(key, turn, name)) / weight
        for name, weight in shares.items()
        if weight > 0 and name not in without
    }
    return min(points, key=lambda name: (points[name], name)) if points else None


def share_of(key: str, turn: int, purpose: str) -> float:
    """A number above 0 and at most 1 that is fixed for this turn of the chain `key` and this purpose."""
    return (int.from_bytes(_digest(key, turn, purpose)) + 1) / SPAN


def chance(key: str, turn: int, purpose: str) -> random.Random:
    """Chance that is fixed for this turn of the chain `key` and this purpose."""
    return random.Random(_digest(key, turn, purpose))


def _digest(key: str, turn: int, purpose: str) -> bytes:
    return hashlib.blake2b(f"evol\0{key}\0{turn}\0{purpose}".encode(), digest_size=8).digest()
