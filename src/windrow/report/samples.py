"""A few rows for a reader to look at, accepted ones and refused ones with why: always the same few of the same rows.

Rows are taken by the smallest hash of their ids. Reports travel further than data: personal data and keys are masked,
and long turns are cut.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from windrow.text.personal_data import personal_data
from windrow.text.secret_keys import secret_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.ledger.base import StoredRow
    from windrow.row import Message, Row

ACCEPTED = 3  # of each stage
REFUSED = 6  # of the commonest reasons, one each
MOST_REASONS = 500  # kept while counting
TURNS = 12
CHARS = 1_500  # of a turn
READ = 6_000  # of a turn, looked through for what is to be masked


class Samples:
    """Keeps the rows with the smallest hashes, some of each stage and one of each reason."""

    def __init__(self) -> None:
        self._accepted: dict[str, list[tuple[int, StoredRow]]] = {}
        self._refused: dict[tuple[str, str, str], tuple[int, StoredRow]] = {}
        self._counts: dict[tuple[str, str, str], int] = {}

    def add(self, stored: StoredRow) -> None:
        """Look at one row, of whatever status."""
        if stored.status == "pending":
            return
        rank = int.from_bytes(blake2b(stored.row.id.encode(), digest_size=8).digest())
        if stored.status == "accepted":
            kept = self._accepted.setdefault(stored.stage, [])
            if len(kept) < ACCEPTED or rank < kept[-1][0]:
                kept.append((rank, stored))
                kept.sort(key=lambda one: one[0])
                del kept[ACCEPTED:]
            return
        why = stored.stage, stored.by, stored.reason
        if why not in self._counts and len(self._counts) >= MOST_REASONS:
            return
        self._counts[why] = self._counts.get(why, 0) + 1
        if why not in self._refused or rank < self._refused[why][0]:
            self._refused[why] = rank, stored

    def told(self) -> dict[str, list[dict[str, Any]]]:
        """As plain JSON: `accepted`, and `refused` by the commonest reasons."""
        commonest = sorted(self._counts, key=lambda why: (-self._counts[why], why))[:REFUSED]
        return {
            "accepted": [_shown(stored) for kept in self._accepted.values() for _, stored in kept],
            "refused": [{**_shown(self._refused[why][1]), "rows": self._counts[why]} for why in commonest],
        }


def _shown(stored: StoredRow) -> dict[str, Any]:
    row = stored.row
    told: dict[str, Any] = {"id": row.id, "stage": stored.stage, "kind": row.kind, "status": stored.status}
    refusal = row.failed if stored.by else None
    if stored.by:
        told |= {"by": stored.by, "reason": stored.reason}
    if refusal is not None and refusal.detail:
        told["detail"] = without_personal_data(refusal.detail)[:CHARS]
    turns = [{"who": who, "text": _cut(text)} for who, text in _turns(row)]
    told["turns"] = turns[:TURNS]
    if len(turns) > TURNS:
        told["more_turns"] = len(turns) - TURNS
    return told


def _turns(row: Row) -> Iterator[tuple[str, str]]:
    for part in ("messages", "prompt", "completion", "chosen", "rejected"):
        for turn in getattr(row, part):
            yield (turn.role if part in ("messages", "prompt") else f"{turn.role} ({part})"), _said(turn)


def _said(turn: Message) -> str:
    calls = (f"→ {call.name}({call.arguments_json})" for call in turn.tool_calls)
    return "\n".join(part for part in (turn.content, *calls) if part)


def _cut(text: str) -> str:
    shown = without_personal_data(text[:READ])
    rest = len(shown) - CHARS + max(0, len(text) - READ)
    return f"{shown[:CHARS]} … ({rest} more characters)" if rest > 0 else shown


def without_personal_data(text: str) -> str:
    """`text` with what is of the form of personal data or of a key replaced by its kind."""
    keys = [(key.start, key.end, "key") for key in secret_keys(text)]
    data = [(datum.start, datum.end, datum.kind) for datum in personal_data(text)]
    out, at = [], 0
    for start, end, kind in sorted([*keys, *data]):
        if start >= at:
            out += [text[at:start], f"[{kind}]"]
        at = max(at, end)
    return "".join([*out, text[at:]])
