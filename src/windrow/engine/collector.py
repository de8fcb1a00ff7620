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


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Collect less often within the block, and never what was there before it."""
    before = gc.get_threshold()
    frozen = gc.get_freeze_count()
    if not frozen:
        gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not frozen:
            gc.unfreeze()
