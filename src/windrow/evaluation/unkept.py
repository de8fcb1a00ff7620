"""A ledger that keeps nothing: for evaluations whose answers nobody wants to find again.

However many rows are judged, it holds none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from windrow.ledger.base import Call, CallTotals, Decided, Ledger, State, StoredEvent, StoredRow

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator


class Unkept(Ledger):
    """See `Ledger`. Nothing is stored, so nothing is ever found."""

    def find(self, key: bytes) -> bytes | None:
        del key
        return None

    def record(self, call: Call, *, received: Callable[[], None] | None = None) -> Awaitable[None]:
        del call
        if received is not None:
            received()
        return self.settle()

    def begin(self) -> int:
        return 0

    def reached(self, stage: str) -> int:
        del stage
        return 0

    def decide(self, rows: list[Decided]) -> None:
        del rows

    def restate(self, rows: list[Decided]) -> None:
        del rows

    def forget(self, items: Iterable[str]) -> None:
        del items

    def note(self, kind: str, **data: object) -> None:
        del kind, data

    async def settle(self) -> None:
        return

    async def finish(self) -> None:
        return

    def rows(
        self, *, status: str | None = None, stage: str | None = None, by: str | None = None, limit: int | None = None
    ) -> Iterator[StoredRow]:
        del status, stage, by, limit
        return iter(())

    def assign(self, splits: Iterator[tuple[StoredRow, str]]) -> None:
        del splits

    def state(self) -> State:
        return "unfinished"

    def counts(self) -> dict[tuple[str, str], int]:
        return {}

    def reasons(self) -> list[tuple[str, str, str, int]]:
        return []

    def calls(self) -> list[CallTotals]:
        return []

    def asked(self) -> Iterator[Call]:
        return iter(())

    def events(self) -> Iterator[StoredEvent]:
        return iter(())

    def close(self) -> None:
        return
