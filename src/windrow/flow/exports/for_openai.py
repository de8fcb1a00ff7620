"""What the OpenAI fine-tuning API asks of a file of chats (and Azure, Fireworks, Together after it)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from windrow.flow.exports.turns import Transcript, offered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windrow.flow.exports.findings import Reporter
    from windrow.flow.exports.lines import Line

FEWEST_ROWS = 10
LARGEST_FILE = 512 * 1000 * 1000
TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
ROW_KEYS = {"messages", "tools", "parallel_tool_calls"}
TURN_KEYS = {
    "system": {"role", "content", "name"},
    "developer": {"role", "content", "name"},
    "user": {"role", "content", "name"},
    "assistant": {"role", "content", "name", "tool_calls", "weight"},
    "tool": {"role", "content", "tool_call_id"},
}
WIND_DOWN = (
    "OpenAI takes no new fine-tuning customers, and no new jobs from anyone from 2027-01-06; Azure, Fireworks and "
    "Together take the same form"
)


class OpenAIRules:
    """Checks row after row, and at the end what only the whole file shows."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._rows = self._size = 0

    def check(self, line: Line) -> list[Any]:
        """Say what is wrong with one row. The turns of its prompt, for comparing files."""
        record, number = line.record, line.number
        self._rows += 1
        self._size += line.size
        for key in sorted(record.keys() - ROW_KEYS):
            self._report.error("extra_key", number, f"the service does not know the key {key!r}", "leave it out")
        turns = record.get("messages")
        if not isinstance(turns, list) or not turns:
            self._report.error("no_messages", number, "messages is no list of messages, or empty", "drop the row")
            return []
        tools = self._tools(record, number)
        last = Transcript(self._report, number, "string", nulls=True, tools=tools).read(turns, "messages")
        if last != "assistant":
            self._report.error("wrong_ending", number, f"the row ends with the {last}", "end with the answer")
        self._turns([turn for turn in turns if isinstance(turn, dict)], number)
        return turns[:-1]

    def finish(self) -> None:
        """Say what the file as a whole shows."""
        if ("warning", "wind_down") not in self._report.findings.counts:
            self._report.warning("wind_down", 0, WIND_DOWN, "check that your account may still start jobs")
        if 0 < self._rows < FEWEST_ROWS:
            message = f"the file has {self._rows} rows, and the service takes no fewer than {FEWEST_ROWS} to train on"
            self._report.warning("few_rows", 0, message, "add rows, or use it for validation")
        if self._size > LARGEST_FILE:
            message = f"the file has {self._size / 1e6:,.0f} MB, and one may have 512"
            self._report.error("large_file", 0, message, "split it, or send it through the Uploads API")

    def _turns(self, turns: list[dict[str, Any]], number: int) -> None:
        for index, turn in enumerate(turns):
            role = turn.get("role")
            known = TURN_KEYS.get(role) if isinstance(role, str) else None
            for key in sorted(turn.keys() - (known or turn.keys())):
                self._report.error(
                    "extra_key", number, f"messages[{index}] has {key!r}, which is unknown there", "leave it out"
                )
            if turn.get("weight", 1) not in (0, 1) or isinstance(turn.get("weight"), bool | float):
                self._report.error("weight", number, f"messages[{index}].weight is neither 0 nor 1", "write 0 or 1")
        answers = [turn for turn in turns if turn.get("role") == "assistant"]
        if answers and all(turn.get("weight") == 0 for turn in answers):
            self._report.error("nothing_trained", number, "every answer has the weight 0", "give one the weight 1")

    def _tools(self, record: Mapping[str, Any], number: int) -> Mapping[str, Any] | None:
        if "tools" not in record:
            return {}
        tools = record["tools"]
        if not isinstance(tools, list) or not tools:
            self._report.error("bad_tools", number, "tools is no list with a tool in it", "leave the key out")
            return None
        found = offered(tools, self._report, number)
        for name in found:
            if not TOOL_NAME.fullmatch(name):
                self._report.error(
                    "tool_name", number, f"{name!r} is no name for a tool", "use letters, digits, _ and -"
                )
        return found
