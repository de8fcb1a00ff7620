"""A ledger that also looks for answers in another run folder's ledger: what a preview paid for, the run does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windrow.ledger.sqlite import SQLiteLedger

if TYPE_CHECKING:
    from pathlib import Path


class Borrowing(SQLiteLedger):
    """Writes to its own file only; `find` falls back on the lender's answers."""

    _lender: SQLiteLedger | None = None

    def borrow(self, path: Path) -> None:
        """Look into the ledger at `path` too, where there is one."""
        if path.exists():
            self._lender = SQLiteLedger.open(path, readonly=True)

    def find(self, key: bytes) -> bytes | None:
        found = super().find(key)
        return self._lender.find(key) if found is None and self._lender is not None else found

    def close(self) -> None:
        if self._lender is not None:
            self._lender.close()
        super().close()
