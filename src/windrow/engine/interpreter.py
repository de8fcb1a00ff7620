"""Python's interpreter, told what a run is like: when to look for cycles, and when to hand over its lock.

A run makes some dozens of small objects a call and hardly a cycle. Left alone, the collector walks all that is under
way and every module again and again, for next to nothing.

The HTTP client's own thread and the ledger's need the interpreter's lock for microseconds, thousands of times a second.
Left alone, a busy event loop lets them wait 5 ms for it each time, and the answers that have come wait with them. Asked
for it at once, the loop would do little but hand it over: two threads on two cores take longer to wake than to work.
"""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

SELDOM = (20_000, 20, 100)  # new containers before a look at the young; young looks before an older one
PROMPT = 0.001  # seconds that a thread waits before it asks for the lock


class _Settings(NamedTuple):
    thresholds: tuple[int, int, int]
    interval: float


_found: list[_Settings] = []  # what each run under way found; the first found the user's


@contextmanager
def tuned() -> Iterator[None]:
    """Within the block collect less often, and never what was there before it, and hand over the lock promptly. Runs
    side by side share this: the last one to end puts back what the first one found."""
    _found.append(_Settings(gc.get_threshold(), sys.getswitchinterval()))
    ours = len(_found) == 1 and not gc.get_freeze_count()
    if ours:
        gc.freeze()
    gc.set_threshold(*SELDOM)
    sys.setswitchinterval(min(PROMPT, _found[0].interval))
    try:
        yield
    finally:
        users = _found[0]
        _found.pop()
        if not _found:
            gc.set_threshold(*users.thresholds)
            sys.setswitchinterval(users.interval)
        if ours:
            gc.unfreeze()
