"""What the OpenAI fine-tuning API asks of a file of chats or preferences (and Azure, Fireworks, Together after it)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from windrow.flow.exports.conversation import ASKS, is_held_out
from windrow.flow.exports.limits import (
    CONTEXT,
    FEWEST_ROWS,
    LARGEST_FILE,
    MOST_TOOLS,
    TOOL_NAME,
    estimated_tokens,
)
from windrow.flow.exports.turns import Transcript, offered, said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windrow.flow.exports.findings import Reporter
    from windrow.flow.exports.lines import Line

CHAT_KEYS = {"messages", "tools", "parallel_tool_calls"}
SIDES = ("preferred_output", "non_preferred_output")
PREFERENCE_KEYS = {"input", *SIDES}
TOOL_KEYS = {"name", "description", "parameters", "strict"}
ANSWER_KEYS = {"role", "content", "name", "tool_calls"}
TURN_KEYS = {
    "system": {"role", "content", "name"},
    "developer": {"role", "content", "name"},
    "user": {"role", "content", "name"},
    "assistant": {*ANSWER_KEYS, "weight"},
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
        self._preferences: bool | None = None
        self._rows = self._size = self._long = self._longest = 0

    def check(self, line: Line) -> list[Any]:
        """Say what is wrong with one row. The turns of its prompt, for comparing files."""
        record, number = line.record, line.number
        self._rows += 1
        self._size += line.size
        preference = "messages" not in record and not record.keys().isdisjoint(PREFERENCE_KEYS)
        if self._preferences not in {None, preference}:
            found = ("preferences here, chats before", "chats here, preferences before")[not preference]
            self._report.error("mixed_forms", number, found, "write a file for each")
        self._preferences = preference
        self._keys(record, PREFERENCE_KEYS if preference else CHAT_KEYS, "the service does not know the key", number)
        return self._preference(record, number) if preference else self._chat(record, number)

    def finish(self) -> None:
        """Say what the file as a whole shows."""
        if ("warning", "wind_down") not in self._report.findings.counts:
            self._report.warning("wind_down", 0, WIND_DOWN, "check that your account may still start jobs")
        if 0 < self._rows < FEWEST_ROWS and not is_held_out(self._report.file):
            message = f"the file has {self._rows} rows, and the service takes no fewer than {FEWEST_ROWS} to train on"
            self._report.warning("few_rows", 0, message, "add rows, or call the file validation.jsonl")
        if self._size > LARGEST_FILE:
            message = f"the file has {self._size / 1e6:,.0f} MB, and one may have 512"
            self._report.error("large_file", 0, message, "split it, or send it through the Uploads API")
        if self._long:
            message = (
                f"{self._long} of {self._rows} rows may exceed {CONTEXT:,} tokens (the longest has about "
                f"{self._longest:,}), what most models train on, and are then cut at the end"
            )
            self._report.warning("long_rows", 0, message, "shorten them, or look up your model's limit")

    def _chat(self, record: Mapping[str, Any], number: int) -> list[Any]:
        turns = record.get("messages")
        if not isinstance(turns, list) or not turns:
            self._report.error("no_messages", number, "messages is no list of messages, or empty", "drop the row")
            return []
        last = self._transcript(record, number).read(turns, "messages")
        if last not in {"", "assistant"}:
            self._report.error("wrong_ending", number, f"the row ends with the {last}", "end with the answer")
        told = [turn for turn in turns if isinstance(turn, dict)]
        self._turns(told, "messages", number)
        answers = [turn for turn in told if turn.get("role") == "assistant"]
        if answers and all(turn.get("weight") == 0 for turn in answers):
            self._report.error("nothing_trained", number, "every answer has the weight 0", "give one the weight 1")
        self._parallel(record, turns, number)
        self._length(record, turns)
        return turns[:-1]

    def _preference(self, record: Mapping[str, Any], number: int) -> list[Any]:
        asked = record.get("input")
        asked = asked if isinstance(asked, dict) else {}
        self._keys(asked, CHAT_KEYS, "input has the unknown key", number)
        turns = asked.get("messages")
        if not isinstance(turns, list) or not turns:
            self._report.error("no_messages", number, "input.messages is no list of messages, or empty", "drop the row")
            return []
        before = self._transcript(asked, number)
        last = before.read(turns, "input.messages")
        if last and last not in ASKS:
            what = f"the input ends with the {last}"
            self._report.error("wrong_ending", number, what, "end it with the user or a tool")
        before.close("the end of the input")
        self._turns([turn for turn in turns if isinstance(turn, dict)], "input.messages", number)
        sides = [self._side(record.get(column), column, before, last) for column in SIDES]
        if None not in sides and said(sides[0]) == said(sides[1]):
            what = "both outputs are the same, but for case, spaces and ids at most"
            self._report.error("same_sides", number, what, "drop the row")
        self._parallel(asked, [*turns, *filter(None, sides)], number)
        self._length(asked, [*turns, *filter(None, sides)])
        return turns

    def _side(self, side: Any, column: str, before: Transcript, last: str) -> dict[str, Any] | None:  # noqa: ANN401 - JSON
        if not isinstance(side, list) or len(side) != 1 or not isinstance(side[0], dict):
            before.error("several_turns_a_side", f"{column} is no list of one message", "write exactly one answer")
            return None
        turn = side[0]
        if turn.get("role") != "assistant":
            before.error("wrong_start", f"{column} is of the {turn.get('role')}", "write the assistant's answer")
        rejected = column == SIDES[1]
        before.after_this(tools=None if rejected else before.tools).read(side, column, after=last)
        self._keys(turn, ANSWER_KEYS, f"{column}[0] has the unknown key", before.line)
        return turn

    def _turns(self, turns: list[dict[str, Any]], path: str, number: int) -> None:
        for index, turn in enumerate(turns):
            role = turn.get("role")
            known = TURN_KEYS.get(role) if isinstance(role, str) else None
            self._keys(turn, known or turn.keys(), f"{path}[{index}] has the unknown key", number)
            if turn.get("weight", 1) not in (0, 1) or isinstance(turn.get("weight"), bool | float):
                self._report.error("weight", number, f"{path}[{index}].weight is neither 0 nor 1", "write 0 or 1")

    def _keys(self, found: Mapping[str, Any], known: Any, what: str, number: int) -> None:  # noqa: ANN401 - a set of keys
        for key in sorted(found.keys() - known):
            self._report.error("extra_key", number, f"{what} {key!r}", "leave it out")

    def _parallel(self, offer: Mapping[str, Any], turns: list[Any], number: int) -> None:
        parallel = offer.get("parallel_tool_calls", True)
        if not isinstance(parallel, bool) or ("parallel_tool_calls" in offer and "tools" not in offer):
            what = "parallel_tool_calls is neither true nor false, or there are no tools"
            self._report.error("parallel_tool_calls", number, what, "leave the key out")
        calls = [turn["tool_calls"] for turn in turns if isinstance(turn, dict) and turn.get("tool_calls")]
        if parallel is False and any(isinstance(several, list) and len(several) > 1 for several in calls):
            what = "a turn makes several calls, and parallel_tool_calls says that none does"
            self._report.error("parallel_calls", number, what, "write true, or drop the row")

    def _length(self, offer: Mapping[str, Any], turns: list[Any]) -> None:
        tools = offer.get("tools")
        size = estimated_tokens(turns) + estimated_tokens(orjson.dumps(tools).decode() if tools else "")
        self._longest = max(size, self._longest)
        self._long += size > CONTEXT

    def _transcript(self, record: Mapping[str, Any], number: int) -> Transcript:
        return Transcript(self._report, number, "string", nulls=True, tools=self._tools(record, number))

    def _tools(self, record: Mapping[str, Any], number: int) -> Mapping[str, Any] | None:
        if "tools" not in record:
            return {}
        tools = record["tools"]
        if not isinstance(tools, list) or not tools:
            self._report.error("bad_tools", number, "tools is no list with a tool in it", "leave the key out")
            return None
        if len(tools) > MOST_TOOLS:
            self._report.error("many_tools", number, f"{len(tools)} tools; {MOST_TOOLS} may be offered", "offer fewer")
        found = offered(tools, self._report, number)
        for index, tool in enumerate(tools):
            if isinstance(tool, dict) and isinstance(tool.get("function"), dict):
                self._keys(tool["function"], TOOL_KEYS, f"tools[{index}] has the unknown key", number)
        for name in found:
            if not TOOL_NAME.fullmatch(name):
                self._report.error(
                    "tool_name", number, f"{name!r} is no name for a tool", "use letters, digits, _ and -"
                )
        return found
