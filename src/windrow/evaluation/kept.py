"""Judges' answers in a file of their own, which one process at a time writes: two would each lose the other's."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from windrow.ledger.sqlite import SQLiteLedger
from windrow.run.files import make_folder
from windrow.run.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from windrow.ledger.base import Ledger


@contextmanager
def kept(path: Path | None, *, remedy: str = "keep the answers elsewhere") -> Iterator[Ledger | None]:
    """The ledger at `path`, made where there is none and closed at the end; None without a path. Raises PlanMismatch,
    which says `remedy`, where another process writes it, and LedgerError where it is no ledger."""
    if path is None:
        yield None
        return
    make_folder(path.parent)
    lock = Lock.beside(path, what="the file of judges' answers", remedy=remedy)
    try:
        ledger = SQLiteLedger.open(path)
        try:
            yield ledger
        finally:
            ledger.close()
    finally:
        lock.free()
