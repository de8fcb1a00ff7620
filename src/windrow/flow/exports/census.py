"""What somebody who trains on an export should know of its rows as a set, counted while they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from windrow.flow.exports.balance import Balance
from windrow.flow.exports.conversation import has_parallel_calls, has_reasoning
from windrow.flow.exports.templates import FIELD, HISTORY, LAST_ONLY, PARALLEL

if TYPE_CHECKING:
    from windrow.flow.exports.conversation import Form
    from windrow.row import Message, Row

TRAIN = "train"


class Census:
    """Counts of what some chat templates cannot show, and the balance of what is trained on."""

    def __init__(self) -> None:
        self._splits: set[str] = set()
        self._balance = Balance()
        self._parallel = self._reasoned = self._reasoned_before = 0

    def see(self, row: Row, split: str, form: Form) -> None:
        """Take note of a row that was written."""
        self._splits.add(split)
        self._parallel += has_parallel_calls(row.turns)
        self._reasoned += has_reasoning(row)
        self._reasoned_before += any(turn.reasoning for turn in row.messages[:-1])
        if split != TRAIN:
            return
        if form == "unpaired":
            self._balance.label(good=row.label is True)
        elif form == "preference":
            self._balance.pair(_size(row.chosen), _size(row.rejected))

    def warnings(self, *, reasoning: Literal["field", "inline", "drop"], whole: bool) -> list[str]:
        """Sentences for whoever trains on the rows; `whole` where it is on all turns of a conversation."""
        out = []
        if TRAIN not in self._splits:
            out.append("there is no train split, which load.py and most recipes of TRL expect")
        if self._parallel:
            out.append(f"{self._parallel} rows call {PARALLEL}")
        if self._reasoned and reasoning == "field":
            out.append(f"{self._reasoned} rows have {FIELD}: for these, export with reasoning: inline")
        if self._reasoned_before and reasoning != "drop" and whole:
            out.append(f"{self._reasoned_before} rows have {HISTORY}: {LAST_ONLY}")
        return out + [f"{remark.message}: {remark.remedy}" for remark in self._balance.remarks()]


def _size(turns: tuple[Message, ...]) -> int:
    return sum(len(turn.content) + sum(len(call.arguments_json) for call in turn.tool_calls) for turn in turns)
