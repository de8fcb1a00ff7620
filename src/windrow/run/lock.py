"""One process at a time writes a run folder. The lock is the system's own, so that a killed process leaves none."""

from __future__ import annotations

import os
import sys
from typing import IO, TYPE_CHECKING

from windrow.errors import PlanMismatch, RunError

if TYPE_CHECKING:
    from pathlib import Path

NAME = ".lock"


class Lock:
    """Held from `take` to `free`. The file stays; what counts is the system's lock on it."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    @classmethod
    def take(cls, folder: Path) -> Lock:
        """Lock `folder`. Raises PlanMismatch naming the process that holds it."""
        path = folder / NAME
        try:
            file = path.open("a+", encoding="ascii")
        except OSError as error:
            raise RunError(
                f"cannot be written: {error.strerror or error}",
                where=str(folder),
                remedy="choose another folder with --out",
            ) from error
        try:
            _lock(file)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise PlanMismatch(
                f"the run folder is in use by process {holder}",
                where=str(folder),
                remedy="wait for it to end, or choose another folder with --out",
            ) from error
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        return cls(file)

    def free(self) -> None:
        """Let others in."""
        self._file.close()


def _lock(file: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - only there

        file.seek(1)  # beside the pid, which others must be able to read
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - only there

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
