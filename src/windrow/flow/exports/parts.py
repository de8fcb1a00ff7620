"""Files that appear whole or not at all: written beside their place under a hidden name, synced, then renamed.

A full disk or a crash leaves the export of before untouched. Nothing is held in memory but the line at hand.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Self

import orjson

from windrow.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REPORT = "export_report.json"
REMEDIES = {
    errno.ENOSPC: "make room on the disk, then export again",
    errno.EDQUOT: "make room within your quota, then export again",
    errno.EROFS: "the disk is read-only: choose another folder",
    errno.EACCES: "you may not write there: choose another folder",
    errno.EPERM: "you may not write there: choose another folder",
    errno.ENOTDIR: "a file stands where the folder should be: choose another folder",
}


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Says what kept `place` from being written. Raises ExportError."""
    try:
        yield
    except OSError as error:
        raise ExportError(
            f"cannot be written: {error.strerror or error}",
            where=str(place),
            remedy=REMEDIES.get(error.errno or 0, "mend it, then export again") + "; an earlier export is untouched",
        ) from error


class Parts:
    """The files of one export in the making. Leaving the block without `finish` takes every trace of them away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, IO[bytes]] = {}
        self._names: dict[str, Path] = {}

    def __enter__(self) -> Self:
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._names):
            self.drop(name)

    def file(self, name: str) -> IO[bytes]:
        """The file that is to be called `name`, open for writing and reading back."""
        if name not in self._open:
            self._names[name] = self.folder / f".{name}.part"
            with writing(self.folder / name):
                self._open[name] = self._names[name].open("w+b")
        return self._open[name]

    def write(self, name: str, content: bytes) -> None:
        """Add `content` to the file that is to be called `name`."""
        with writing(self.folder / name):
            self.file(name).write(content)

    def rename(self, name: str, new: str) -> None:
        """The file that was to be called `name` is to be called `new`."""
        self._open[new] = self._open.pop(name)
        self._names[new] = self._names.pop(name)

    def drop(self, name: str) -> None:
        """Give up the file that was to be called `name`."""
        file = self._open.pop(name, None)
        if file is not None:
            try:
                file.close()
            except OSError:  # what could not be flushed was not wanted any more
                file = None
        self._names.pop(name).unlink(missing_ok=True)

    def finish(self) -> None:
        """Give every file its name, and take away those of an earlier export that this one does not have."""
        stale = _files_before(self.folder) - self._names.keys()
        for name, file in self._open.items():
            with writing(self.folder / name):
                file.flush()
                os.fsync(file.fileno())
                file.close()
        self._open.clear()
        for name, part in self._names.items():
            with writing(self.folder / name):
                part.replace(self.folder / name)
        self._names.clear()
        for name in sorted(stale):
            with writing(self.folder / name):
                (self.folder / name).unlink(missing_ok=True)


def _files_before(folder: Path) -> set[str]:
    """The data files that the report of an earlier export names."""
    try:
        told = orjson.loads((folder / REPORT).read_bytes())
        return {name for name in told["files"] if name.endswith(".jsonl") and "/" not in name and "\\" not in name}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
