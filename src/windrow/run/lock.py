"""One process at a time writes a run folder, or a file of answers. The lock is the system's own, so that a killed
process leaves none."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from windrow.errors import PlanMismatch, RunError

if TYPE_CHECKING:
    from pathlib import Path

NAME = ".lock"


class Lock:
    """Held from `take` to `free`. What counts is the system's lock on the file, not that the file is there."""

    def __init__(self, file: IO[str], passing: Path | None = None) -> None:
        self._file = file
        self._passing = passing

    @classmethod
    def take(cls, folder: Path) -> Lock:
        """Lock `folder`, by a file that stays. Raises PlanMismatch naming the process that holds it."""
        return cls(_locked(folder / NAME, "the run folder", folder, "choose another folder with --out"))

    @classmethod
    def beside(cls, path: Path, *, what: str, remedy: str) -> Lock:
        """Lock the file at `path`, which `what` names, by a hidden one that goes with the lock. Raises PlanMismatch,
        which says `remedy`."""
        passing = path.with_name(f".{path.name}{NAME}")
        file = _locked(passing, what, path, remedy)
        while not _is_there(file, passing):  # who held it took it away between our opening and our locking it
            file.close()
            file = _locked(passing, what, path, remedy)
        return cls(file, passing)

    def free(self) -> None:
        """Let others in."""
        if self._passing is not None:
            with suppress(OSError):  # where an open file cannot be taken away, it stays
                self._passing.unlink()
        self._file.close()


def _locked(path: Path, what: str, where: Path, remedy: str) -> IO[str]:
    """The file at `path`, locked, with our number in it."""
    try:
        file = path.open("a+", encoding="ascii")
    except OSError as error:
        raise RunError(f"cannot be written: {error.strerror or error}", where=str(where), remedy=remedy) from error
    try:
        _lock(file)
    except OSError as error:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise PlanMismatch(
            f"{what} is in use by process {holder}", where=str(where), remedy=f"wait for it to end, or {remedy}"
        ) from error
    file.seek(0)
    file.truncate()
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def _is_there(file: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _lock(file: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - only there

        file.seek(1)  # beside the pid, which others must be able to read
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - only there

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
