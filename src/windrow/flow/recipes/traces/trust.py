"""Which tools of a backend are worth planning with: a tool that never works must not cost a run hours."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from windrow.tools.backend import Result

HOPELESS = 24  # calls of a tool that all failed, before it is given up
TOO_SLOW = 8  # as how many of those one counts that took all the time there is


class Trust:
    """Which tools have ever worked, and which are `lost`: given up before any call of theirs did."""

    def __init__(self) -> None:
        self._worked: set[str] = set()
        self._failures: Counter[str] = Counter()

    @property
    def lost(self) -> tuple[str, ...]:
        return tuple(sorted(name for name, count in self._failures.items() if count >= HOPELESS))

    def holds(self, name: str) -> bool:
        return self._failures[name] < HOPELESS

    def saw(self, name: str, result: Result) -> None:
        """A call of the tool called `name` came back with `result`."""
        if not result.failed:
            self._worked.add(name)
            del self._failures[name]
        elif name not in self._worked:
            self._failures[name] += TOO_SLOW if '"timeout"' in result.text[:40] else 1
