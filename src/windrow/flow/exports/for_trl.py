"""What TRL asks of a file, beyond what `datasets` does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.flow.exports.turns import Transcript, offered
from windrow.text import strict_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windrow.flow.exports.findings import Reporter
    from windrow.flow.exports.lines import Line

MAX_LENGTH, CHARACTERS_A_TOKEN = 1024, 3
TAKEN = (
    "prompt", "completion", "chosen", "rejected", "conversations", "text", "input_ids", "labels", "assistant_masks",
    "completion_mask", "image", "images",
)  # fmt: skip
FORMS: Mapping[tuple[str, ...], str] = {
    ("messages",): "conversations",
    ("prompt", "completion"): "prompts with completions",
    ("prompt", "chosen", "rejected"): "preferences",
    ("chosen", "rejected"): "preferences",
    ("text",): "plain text",
}
FORM = "write messages, or prompt and completion"


class TRLRules:
    """Checks row after row, and at the end what only the whole file shows."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._form: tuple[str, ...] | None = None
        self._kwargs = self._rows = self._long = self._longest = 0

    def check(self, line: Line) -> list[Any]:
        """Say what is wrong with one row. The turns of its prompt, for comparing files."""
        record, number = line.record, line.number
        self._rows += 1
        form = next((form for form in FORMS if all(record.get(column) is not None for column in form)), None)
        if form is None:
            self._report.error("no_known_columns", number, "no columns that TRL trains on", FORM)
            return []
        if form != (self._form or form):
            self._report.error("mixed_forms", number, f"{FORMS[form]} here, {FORMS[self._form or form]} before", FORM)
        self._form = self._form or form
        for column in TAKEN:
            if column in record and column not in form:
                message = f"TRL or datasets gives the column {column!r} a meaning of its own"
                self._report.error("reserved_column", number, message, "rename it, or put it into meta")
        self._kwargs += record.get("chat_template_kwargs") is not None
        self._length(record, form)
        return self._conversation(record, number, form)

    def finish(self) -> None:
        """Say what the file as a whole shows."""
        if 0 < self._kwargs < self._rows:
            self._report.error(
                "template_kwargs", 0, f"only {self._kwargs} of {self._rows} rows have chat_template_kwargs",
                "give it to every row",
            )  # fmt: skip
        if self._long:
            tokens = -(-self._longest // CHARACTERS_A_TOKEN)
            self._report.warning(
                "long_rows", 0, f"{self._long} of {self._rows} rows may exceed {MAX_LENGTH} tokens, TRL's default "
                "max_length, and are then cut at the end, where the answer is", f"set max_length to about {tokens}",
            )  # fmt: skip

    def _length(self, record: Mapping[str, Any], form: tuple[str, ...]) -> None:
        size = sum(_characters(record[column]) for column in form)
        self._longest = max(size, self._longest)
        self._long += size > MAX_LENGTH * CHARACTERS_A_TOKEN

    def _conversation(self, record: Mapping[str, Any], number: int, form: tuple[str, ...]) -> list[Any]:
        sides = {column: record[column] for column in form}
        if all(isinstance(side, str) for side in sides.values()):
            if "text" not in form and not all(side.strip() for side in sides.values()):
                self._report.error("empty_answer", number, "an empty prompt or answer", "drop the row")
            return [sides.get("prompt", "")]
        for column, side in sides.items():
            if not isinstance(side, list) or not side:
                what = "empty" if side == [] else "no list of messages"
                self._report.error("no_messages", number, f"{column} is {what}", "write a list of messages, not one")
                return []
        return self._sides(sides, number, self._tools(record, number))

    def _sides(self, sides: Mapping[str, list[Any]], number: int, tools: Mapping[str, Any] | None) -> list[Any]:
        if "messages" in sides:
            turns = sides["messages"]
            last = self._transcript(number, tools).read(turns, "messages")
            if not any(isinstance(turn, dict) and turn.get("role") == "assistant" for turn in turns):
                self._report.error(
                    "no_answer", number, "no assistant turn, so there is nothing to learn", "drop the row"
                )
            elif last != "assistant":
                self._report.warning("wrong_ending", number, f"the row ends with the {last}", "end with the answer")
            return turns[:-1]
        prompt = sides.get("prompt", [])
        last = self._transcript(number, tools).read(prompt, "prompt") if prompt else ""
        if prompt and last not in {"user", "tool"}:
            self._report.error(
                "wrong_ending", number, f"the prompt ends with the {last}", "end it with the user or a tool"
            )
        for column in sides.keys() - {"prompt"}:
            self._side(sides[column], column, number, tools, last)
        if "chosen" in sides and sides["chosen"] == sides["rejected"]:
            self._report.error("same_sides", number, "chosen and rejected are the same", "drop the row")
        return prompt

    def _side(self, turns: list[Any], column: str, number: int, tools: Mapping[str, Any] | None, last: str) -> None:
        first = turns[0].get("role") if isinstance(turns[0], dict) else None
        if last and first != "assistant":
            self._report.error(
                "wrong_start", number, f"{column} starts with the {first}", "start it with the assistant"
            )
        self._transcript(number, tools).read(turns, column, after=last)

    def _transcript(self, number: int, tools: Mapping[str, Any] | None) -> Transcript:
        return Transcript(self._report, number, "object", nulls=False, tools=tools)

    def _tools(self, record: Mapping[str, Any], number: int) -> Mapping[str, Any] | None:
        tools = record.get("tools")
        if tools is None:
            return {}
        if isinstance(tools, str):
            try:
                tools = strict_json.loads(tools)
            except strict_json.NotStrict as error:
                self._report.error("bad_tools", number, f"tools is no JSON: {error}", "write a JSON list, or null")
                return None
        if not isinstance(tools, list):
            self._report.error("bad_tools", number, "tools is no list", "write a JSON list, or null")
            return None
        if not tools:
            self._report.warning(
                "empty_tools",
                number,
                "an empty list of tools still makes Llama's template speak of tools",
                "write null",
            )
        return offered(tools, self._report, number)


def _characters(side: Any) -> int:  # noqa: ANN401 - JSON
    if isinstance(side, str):
        return len(side)
    turns = side if isinstance(side, list) else []
    contents = (turn.get("content") for turn in turns if isinstance(turn, dict))
    return sum(len(content) for content in contents if isinstance(content, str))
