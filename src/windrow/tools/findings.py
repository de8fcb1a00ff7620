"""What is wrong with a tool's definition: where, what, and what was done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["refused", "normalised", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be. `path` starts with the tool ("book_flight.parameters.properties.cost").

    refused: nobody can be sure what is meant, so the tool is not used. normalised: the meaning is sure, and `done` says
    how it is written now. note: it works, but a model or a trainer will do worse for it; `done` says what would help.
    """

    level: Level
    code: str
    path: str
    what: str
    done: str = ""

    @property
    def tool(self) -> str:
        """The tool it is about."""
        return self.path.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.path}: {self.what}{f'; {self.done}' if self.done else ''}"
