"""What all conversations together say: how many of each kind, and how much of what could go wrong would be seen."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from windrow.shapes import Audit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from windrow.row import Row

LEAST_KILLED = 0.95
COLUMNS = ("kind", "rows", "accepted", "calls", "tools masked", "altered traces", "seen")


def audit(rows: Iterable[Row], kinds: Sequence[str]) -> Audit:
    """A line for each kind of conversation, and a fault where too many altered traces go unseen.

    A trace is altered by leaving out a call that changes something, or by altering one of its arguments; it is seen if
    it ends in another state.
    """
    grown, accepted, calls, masked, tried, survived = (Counter[str]() for _ in range(6))
    for row in rows:
        kind = row.reference.get("category") or next(iter(row.lineage.operators), "none")
        grown[kind] += 1
        if row.failed is not None:
            continue
        accepted[kind] += 1
        calls[kind] += sum(len(turn.tool_calls) for turn in row.messages)
        masked[kind] += bool(row.reference.get("masked"))
        for verdict in row.verdicts:
            if verdict.by == "replay":
                tried[kind] += verdict.evidence.get("mutants", 0) or verdict.evidence.get("tried", 0)
                survived[kind] += len(verdict.evidence.get("survivors", ()))
    told = [kind for kind in (*kinds, *sorted(grown.keys() - set(kinds))) if grown[kind]]
    table = tuple(
        (kind, grown[kind], accepted[kind], calls[kind], masked[kind], tried[kind], tried[kind] - survived[kind])
        for kind in told
    )
    return Audit("Conversations", COLUMNS, table, faults=_faults(tried.total(), survived.total()))


def _faults(tried: int, survived: int) -> tuple[str, ...]:
    killed = 1 - survived / tried if tried else 1.0
    if killed >= LEAST_KILLED:
        return ()
    return (f"the end state shows {killed:.0%} of altered calls, fewer than {LEAST_KILLED:.0%}: the backend forgets",)
