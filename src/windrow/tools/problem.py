"""What is wrong with a trace: a short stable reason, where, a sentence, and what shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """`where` is the place in the row ("messages[2].tool_calls[0]"), `path` a JSON pointer into a call's arguments."""

    reason: str
    where: str
    detail: str
    path: str = ""
    value: Any = None
    extra: dict[str, Any] = field(default_factory=dict)

    def evidence(self) -> dict[str, Any]:
        """For a verdict."""
        out: dict[str, Any] = {"where": self.where, **self.extra}
        if self.path:
            out["path"] = self.path
        if self.value is not None:
            out["value"] = self.value if isinstance(self.value, int | float) else str(self.value)[:SHOWN]
        return out
