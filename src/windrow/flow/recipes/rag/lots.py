"""Lotteries that edits do not move: every draw is a hash of what is drawn for, never of a position or a count."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

K = TypeVar("K", bound=str)


def rank(lot: str) -> str:
    """A place in a lottery: 16 hex digits, the same for the same lot."""
    return hashlib.blake2b(lot.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def share(lot: str) -> float:
    """A number in [0, 1), the same for the same lot."""
    return int(rank(lot), 16) / 2**64


def drawn_order(weights: Mapping[K, float], lot: str) -> list[K]:
    """The keys with a weight, each first as often as its weight says; the same `lot` draws the same."""
    waits = {key: -math.log(1 - share(f"{key}/{lot}")) / weight for key, weight in weights.items() if weight > 0}
    return sorted(waits, key=lambda key: (waits[key], key))
