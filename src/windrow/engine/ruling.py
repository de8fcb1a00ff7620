"""Gives each row its status, in item order: what the filters and the judges said, the target, the rows it stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.engine.item import until_refused
from windrow.engine.named import named
from windrow.events import RowDecided
from windrow.ledger.base import Decided
from windrow.row import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from windrow.engine.pool import Pool
    from windrow.events import Listener
    from windrow.ledger.base import Ledger, StoredRow
    from windrow.row import Row, Status
    from windrow.shapes import Filter

FALLEN = Verdict("windrow", "fail", "parent_refused", "a row that it stands on was refused")
WAITING = "waiting"


class Rulings:
    """The statuses of one stage's rows, and how many there are of each that counts.

    Where judges sit (`judged`), the filters of the phase `admit` speak before them, and keep what they admit at once:
    a near copy of a row gets no hearing of its own, whatever is said of the first. `select` follows the judges.
    With `waits_for`, a judge's name, rows that pass are pending until they are judged together.
    """

    def __init__(
        self,
        stage: str,
        target: int | None,
        filters: Sequence[Filter],
        ledger: Ledger,
        listener: Listener,
        *,
        pool: Pool | None,
        judged: bool,
        waits_for: str = "",
    ) -> None:
        self._stage = stage
        self._target = target
        self._ledger = ledger
        self._listener = listener
        self._pool = pool
        self._judged = judged
        self._waits_for = waits_for
        first = [each for each in filters if each.phase == "admit"]
        last = [each for each in filters if each.phase != "admit"]
        self._admitting = first if judged else [*first, *last]
        self._selecting = last if judged else []
        self._fallen: tuple[int, set[str]] = (-1, set())
        self.generated = 0
        self.accepted = 0
        self.waiting = 0
        self.gathered = 0

    @property
    def is_full(self) -> bool:
        """Whether the target is reached."""
        return self._target is not None and self.accepted >= self._target

    def settled(self, *, waits_for: str) -> None:
        """No row waits any more; those to come wait for `waits_for`, or for nobody."""
        self.waiting = 0
        self._waits_for = waits_for

    def admitted(self, rows: Iterable[Row]) -> list[Row]:
        """The rows of an item, met by the filters that speak before the judges, which keep those that all admit."""
        refused: set[str] = set()
        out = []
        for row in rows:
            told = _fallen(row, refused)
            if told.failed is None:
                told = self._met(self._admitting, told)
            if told.failed is not None:
                refused.add(row.id)
            out.append(told)
        return out

    def rule(self, seq: int, rows: Iterable[Row]) -> list[Decided]:
        """Write the status of an item's rows, the last thing that is said of them unless they wait."""
        refused: set[str] = set()
        decided = []
        for index, row in enumerate(rows):
            self.generated += 1
            told, status = self._ruled(_fallen(row, refused))
            if status in {"rejected", "quarantined"}:
                refused.add(row.id)
            decided.append(self._decided((self._stage, seq, index), told, status))
            if self._pool is not None and (status == "accepted" or decided[-1].reason == WAITING):
                self._pool.append(told)
        self._ledger.decide(decided)
        for one in decided:
            self._tell(one, judged=self._judged and _is_heard(one.row))
        return decided

    def settle(self, stored: StoredRow, row: Row) -> Decided:
        """Write the status of a row that waited, `row` with what was said of it. In the order of the rows."""
        if self._fallen[0] != stored.seq:
            self._fallen = (stored.seq, set())
        row = _fallen(row, self._fallen[1])
        told, status = self._selected(row) if row.failed is None else (row, _refused(row))
        if status in {"rejected", "quarantined"}:
            self._fallen[1].add(row.id)
        return self.restate(stored, told, status)

    def restate(self, stored: StoredRow, row: Row, status: Status, *, by: str = "", reason: str = "") -> Decided:
        """Write another status of a row that has one."""
        self.accepted -= stored.status == "accepted"
        self.accepted += status == "accepted" and stored.status == "accepted"
        decided = self._decided((stored.stage, stored.seq, stored.index), row, status, by=by, reason=reason)
        self._ledger.restate([decided])
        self._tell(decided, was=stored.status, judged=_is_heard(row) and not _is_heard(stored.row))
        return decided

    def _ruled(self, row: Row) -> tuple[Row, Status]:
        if row.failed is None:
            if self.is_full:
                return row, "pending"
            if self._admitting and not self._judged:
                row = self._met(self._admitting, row)
        if row.failed is not None:
            return row, _refused(row)
        if self._waits_for:
            self.waiting += 1
            self.gathered += 1
            return row, "pending"
        return self._selected(row)

    def _selected(self, row: Row) -> tuple[Row, Status]:
        """What becomes of a row that everybody else has passed."""
        if self.is_full:
            return row, "pending"
        if self._selecting:
            row = self._met(self._selecting, row)
            if row.failed is not None:
                return row, _refused(row)
        self.accepted += 1
        return row, "accepted"

    def _met(self, filters: Sequence[Filter], row: Row) -> Row:
        if not filters:
            return row
        asked: list[tuple[str, Callable[[Row], Verdict]]] = [(one.name, one.admit) for one in filters]
        told = row.with_verdicts(*until_refused(asked, row))
        if told.failed is None:
            for one in filters:
                with named(f"filter {one.name}"):
                    one.keep(row)  # the very row it admitted, so that a filter need not read it twice
        return told

    def _decided(
        self, place: tuple[str, int, int], row: Row, status: Status, *, by: str = "", reason: str = ""
    ) -> Decided:
        if not by and status == "pending":
            by, reason = ("windrow", "surplus") if self.is_full else (self._waits_for, WAITING)
        elif not by and status != "accepted" and row.failed is not None:
            by, reason = row.failed.by, row.failed.reason
        return Decided(*place, row, status, by, reason)

    def _tell(self, one: Decided, **more: Any) -> None:  # noqa: ANN401 - what else the event says
        self._listener(RowDecided(self._stage, one.status, f"{one.by}: {one.reason}" if one.by else "", **more))


def _is_heard(row: Row) -> bool:
    """Whether a judge was asked about the row: what it says is signed with who was asked."""
    return any(one.kind == "judge" and "judge" in one.evidence for one in row.verdicts)


def _fallen(row: Row, refused: set[str]) -> Row:
    """A row that stands on another of its item (`lineage.parents`) falls with it."""
    if row.failed is None and not refused.isdisjoint(row.lineage.parents):
        return row.with_verdicts(FALLEN)
    return row


def _refused(row: Row) -> Status:
    return "quarantined" if row.failed is not None and row.failed.outcome == "unscored" else "rejected"
