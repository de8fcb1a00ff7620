"""Files that are either there whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import orjson

from windrow.errors import RunError

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a crash leaves the old file or the new one. Raises RunError."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RunError(
            f"cannot be written: {error.strerror or error}",
            where=str(path),
            remedy="make room or choose another folder with --out, then run the same command again",
        ) from error


def write_json(path: Path, data: Any) -> None:  # noqa: ANN401 - JSON
    """Write `data` to `path`, whole or not at all. Raises RunError."""
    write_whole(path, orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")


def make_folder(path: Path) -> None:
    """Make `path` and those above it. Raises RunError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(
            f"the folder cannot be made: {error.strerror or error}",
            where=str(path),
            remedy="choose another folder with --out",
        ) from error
