"""How far a verb is that asks judges about many rows, said on stderr now and then."""

from __future__ import annotations

import time

from windrow.cli.frame import tell

EVERY = 5.0  # seconds between two lines


class Progress:
    """Counts rows `of` so many."""

    def __init__(self, of: int) -> None:
        self._of = of
        self._done = 0
        self._silent = 0
        self._next = time.monotonic() + EVERY

    def step(self, silent: int) -> None:
        """One row more, with so many evaluations that gave no verdict."""
        self._done += 1
        self._silent += silent
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            lost = f", {self._silent} evaluations without a verdict" if self._silent else ""
            tell(f"{self._done} of {self._of} rows{lost}")
