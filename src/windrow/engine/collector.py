"""Python's cycle collector, told what a run is like.

A run makes some dozens of small objects a call and hardly a cycle. Left alone, the collector walks all that is under
way and every module again and again, for next to nothing.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SELDOM = (20_000, 20, 100)  # new containers before a look at the young; young looks before an older one


_found: list[tuple[int, int, int]] = []  # the thresholds that each run under way found; the first found the user's


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Collect less often within the block, and never what was there before it. Runs side by side share this: the last
    one to end puts back what the first one found."""
    _found.append(gc.get_threshold())
    ours = len(_found) == 1 and not gc.get_freeze_count()
    if ours:
        gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        users = _found[0]
        _found.pop()
        if not _found:
            gc.set_threshold(*users)
        if ours:
            gc.unfreeze()
