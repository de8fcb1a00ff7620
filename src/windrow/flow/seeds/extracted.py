"""What each reader of a format gives: the text that all offsets count in, and what its file tells beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windrow.errors import MissingError

if TYPE_CHECKING:
    from pathlib import Path


class Unreadable(Exception):
    """Why a document cannot be read; said of one file, and only fatal where it is the only one."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a file, with a title where the file names one ('' else).

    `marks` are (offset, headings) of what the format knows of its parts and the text does not show, in order: from
    `offset` on the text stands under `headings`. `pages` are the offsets at which pages begin. `notes` say what was
    lost on the way. `reader` names the library that read the file, with its version: another one may read other text.
    """

    text: str
    title: str = ""
    marks: tuple[tuple[int, tuple[str, ...]], ...] = ()
    pages: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    reader: str = ""


def absent(path: Path, library: str) -> MissingError:
    """The error for a document that a library of the `docs` extra would read."""
    return MissingError(
        f"{library} is not installed, and it reads {path.suffix.lower()} files",
        where=path.name,
        remedy="pip install 'windrow[docs]', or leave these files out with a glob such as '*.md'",
    )


# What no text has: control characters other than tab and line end. A NUL would mark a file as binary.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """`text` without control characters, with \\n as its line ends."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
