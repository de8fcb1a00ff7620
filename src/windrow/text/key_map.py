"""Which keys may have been seen, in a bit map of fixed size: what is certainly new need not be looked up on disk."""

from __future__ import annotations

from mmap import mmap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class KeyMap:
    """May say yes of a key that was not seen, never no of one that was. `bits` is the log2 of the map's size in bits;
    keys are well-mixed integers. Memory is taken page by page as keys come, so that few of them take little."""

    def __init__(self, bits: int) -> None:
        self._bits = mmap(-1, 1 << bits - 3)
        self._mask = (1 << bits) - 1

    def add(self, keys: Iterable[int]) -> None:
        """Remember `keys`."""
        bits, mask = self._bits, self._mask
        for key in keys:
            bits[(key & mask) >> 3] |= 1 << (key & 7)

    def among(self, keys: Iterable[int]) -> list[int]:
        """Those of `keys` that may have been seen."""
        bits, mask = self._bits, self._mask
        return [key for key in keys if bits[(key & mask) >> 3] & 1 << (key & 7)]
