"""One figure of a dataset: its value, how sure it is, how it was measured; or why it was not.

A figure without a value says why. Nothing here is estimated from nothing: no interval is given where none was computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Group = Literal[
    "diversity", "correctness", "adherence", "safety", "personal data", "mode collapse", "teachers", "mismatch",
    "contamination",
]  # fmt: skip
GROUPS: tuple[Group, ...] = (
    "diversity", "correctness", "adherence", "safety", "personal data", "mode collapse", "teachers", "mismatch",
    "contamination",
)  # fmt: skip

DIGITS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured property of a set, or of one `slice` of it ("recipe=rag_qa").

    `value` is None where `not_evaluated` says why. `low` and `high` bound it at 95 %, None where the value is exact (it
    was counted over every row) or no interval is known. `method` says how it was measured, `n` over how many rows;
    `bound` and `alarm` say what was expected and what is wrong, `alarm` "" where nothing is.
    """

    name: str
    group: Group
    value: float | None
    method: str
    n: int
    unit: str = ""
    low: float | None = None
    high: float | None = None
    slice: str = ""
    bound: str = ""
    alarm: str = ""
    not_evaluated: str = ""
    detail: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) != bool(self.not_evaluated):
            msg = f"{self.name}: either a value, or why there is none"
            raise ValueError(msg)

    def told(self) -> dict[str, Any]:
        """As plain JSON, without what is empty, to the digits that may be compared between machines."""
        said = {name: getattr(self, name) for name in self.__slots__}
        said |= {key: round(said[key], DIGITS) for key in ("value", "low", "high") if said[key] is not None}
        return {name: told for name, told in said.items() if told not in ("", None) or name == "value"}


def not_evaluated(name: str, group: Group, why: str, *, unit: str = "") -> Figure:
    """A figure that nobody measured."""
    return Figure(name, group, None, "", 0, unit=unit, not_evaluated=why)
