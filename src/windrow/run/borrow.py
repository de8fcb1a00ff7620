"""A ledger that also looks for answers in another run folder's ledger: what a preview paid for, the run does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windrow.ledger.sqlite import SQLiteLedger

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FORGOTTEN = "INSERT OR IGNORE INTO forgotten (key) VALUES (?)"


class Borrowing(SQLiteLedger):
    """Writes to its own file only; `find` falls back on the lender's answers, but for those that were forgotten."""

    _lender: SQLiteLedger | None = None
    _forgotten: frozenset[bytes] | set[bytes] = frozenset()

    def borrow(self, path: Path) -> None:
        """Look into the ledger at `path` too, where there is one."""
        if path.exists():
            self._lender = SQLiteLedger.open(path, readonly=True)
            self._forgotten = {key for (key,) in self._reader.execute("SELECT key FROM forgotten")}

    def find(self, key: bytes) -> bytes | None:
        found = super().find(key)
        if found is not None or self._lender is None or key in self._forgotten:
            return found
        return self._lender.find(key)

    def forget(self, items: Iterable[str]) -> None:
        named = list(items)
        super().forget(named)
        if self._lender is not None and named:
            for key in self._lender.keys_of(named):
                self._write.put(FORGOTTEN, (key,))

    def close(self) -> None:
        if self._lender is not None:
            self._lender.close()
        super().close()
