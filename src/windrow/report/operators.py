"""What became of the rows that each operator made, where a recipe says which of its ways of growing a row it took.

A low share tells which operator the teacher cannot do, or which asks for what the checks rightly refuse.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from windrow.ledger.base import StoredRow

STATUSES = ("accepted", "rejected", "quarantined", "pending")


def operators(rows: Iterable[StoredRow]) -> list[dict[str, Any]]:
    """One entry for each stage and operator: rows by status, and the share of accepted among those decided. A row of
    several operators counts for each. Streams; memory grows with operators, not with rows."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for stored in rows:
        counts.update(
            (stored.stage, operator, stored.status) for operator in dict.fromkeys(stored.row.lineage.operators)
        )
    entries = []
    for stage, operator in sorted({(stage, operator) for stage, operator, _ in counts}):
        of_status = {status: counts[stage, operator, status] for status in STATUSES}
        decided = sum(of_status.values()) - of_status["pending"]
        share = round(of_status["accepted"] / decided, 4) if decided else None
        entries.append({"stage": stage, "operator": operator, **of_status, "accepted_share": share})
    return entries
