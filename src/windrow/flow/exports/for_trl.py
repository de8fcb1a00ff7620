"""What TRL's trainers ask of a file, beyond what `datasets` does: SFT, DPO, KTO, and prompts for GRPO."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from windrow.flow.exports.balance import Balance
from windrow.flow.exports.conversation import ASKS, is_held_out
from windrow.flow.exports.limits import estimated_tokens
from windrow.flow.exports.templates import Shown
from windrow.flow.exports.turns import Transcript, offered, said
from windrow.text import strict_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.flow.exports.findings import Reporter
    from windrow.flow.exports.lines import Line

MAX_LENGTH = 1024
TAKEN = (
    "prompt", "completion", "chosen", "rejected", "conversations", "text", "input_ids", "labels", "assistant_masks",
    "completion_mask", "image", "images",
)  # fmt: skip
FORMS: Mapping[tuple[str, ...], str] = {
    ("messages",): "conversations",
    ("prompt", "completion", "label"): "answers with labels",
    ("prompt", "completion"): "prompts with completions",
    ("prompt", "chosen", "rejected"): "preferences",
    ("chosen", "rejected"): "preferences",
    ("text",): "plain text",
    ("prompt",): "prompts",
}
FORM = "write messages; prompt and completion (and label); or prompt, chosen and rejected"
SHORTENED = {
    True: "and are then cut at the end, where the answer is",
    False: "and are then cut at the end of the answer, or dropped where the prompt alone is as long",
}


class TRLRules:
    """Checks row after row, and at the end what only the whole file shows."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._form: tuple[str, ...] | None = None
        self._kwargs = self._rows = self._long = self._longest = 0
        self._balance, self._shown = Balance(), Shown()

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
        self._label(record, form, number)
        return self._conversation(record, number, form)

    def finish(self) -> None:
        """Say what the file as a whole shows."""
        if 0 < self._kwargs < self._rows:
            self._report.error(
                "template_kwargs", 0, f"only {self._kwargs} of {self._rows} rows have chat_template_kwargs",
                "give it to every row",
            )  # fmt: skip
        if self._long:
            effect = SHORTENED[self._form in {("messages",), ("text",)}]
            self._report.warning(
                "long_rows", 0, f"{self._long} of {self._rows} rows may exceed {MAX_LENGTH} tokens, TRL's default "
                f"max_length, {effect}", f"set max_length to about {self._longest}",
            )  # fmt: skip
        self._shown.say(self._report)
        if not is_held_out(self._report.file):
            for remark in self._balance.remarks():
                say = self._report.error if remark.grave else self._report.warning
                say(remark.code, 0, remark.message, remark.remedy)

    def _length(self, record: Mapping[str, Any], form: tuple[str, ...]) -> None:
        sides = [estimated_tokens(record[column]) for column in form if column not in {"chosen", "rejected", "label"}]
        answers = [estimated_tokens(record[column]) for column in ("chosen", "rejected") if column in form]
        tools = record.get("tools")
        shown = tools if isinstance(tools, str) else orjson.dumps(tools).decode() if tools else ""
        size = sum(sides) + max(answers, default=0) + estimated_tokens(shown)
        self._longest = max(size, self._longest)
        self._long += size > MAX_LENGTH

    def _label(self, record: Mapping[str, Any], form: tuple[str, ...], number: int) -> None:
        if "label" in form:
            label = record["label"]
            if isinstance(label, bool) or (isinstance(label, int) and label in (0, 1)):
                self._balance.label(good=bool(label))
            else:
                self._report.error("label", number, f"the label is {label!r}"[:80], "write true or false")

    def _conversation(self, record: Mapping[str, Any], number: int, form: tuple[str, ...]) -> list[Any]:
        sides = {column: record[column] for column in form if column != "label"}
        if "text" in sides and not isinstance(sides["text"], str):
            self._report.error("content_not_text", number, "text is no text", "write it as a string")
            return []
        if all(isinstance(side, str) for side in sides.values()):
            self._texts(sides, number)
            return [sides.get("prompt", "")]
        for column, side in sides.items():
            if not isinstance(side, list) or not side:
                what = "empty" if side == [] else "no list of messages"
                self._report.error("no_messages", number, f"{column} is {what}", "write a list of messages, not one")
                return []
        tools = self._tools(record, number)
        if "messages" in sides:
            return self._messages(sides["messages"], number, tools)
        if "prompt" not in sides:
            sides = self._explicit(sides, number)
        return self._sides(sides, number, tools, bad=record.get("label") is False)

    def _texts(self, sides: Mapping[str, str], number: int) -> None:
        if "text" not in sides and not all(side.strip() for side in sides.values()):
            self._report.error("empty_answer", number, "an empty prompt or answer", "drop the row")
        if "chosen" in sides:
            self._pair([sides["chosen"]], [sides["rejected"]], number)

    def _messages(self, turns: list[Any], number: int, tools: Mapping[str, Any] | None) -> list[Any]:
        last = self._transcript(number, tools).read(turns, "messages")
        if not any(isinstance(turn, dict) and turn.get("role") == "assistant" for turn in turns):
            self._report.error("no_answer", number, "no assistant turn, so there is nothing to learn", "drop the row")
        elif last != "assistant":
            self._report.warning("wrong_ending", number, f"the row ends with the {last}", "end with the answer")
        self._shown.see(turns, turns[:-1])
        return turns[:-1]

    def _explicit(self, sides: Mapping[str, list[Any]], number: int) -> dict[str, list[Any]]:
        """The sides with the prompt that TRL would find: what both have in common, up to the last answers."""
        chosen, rejected = sides["chosen"], sides["rejected"]
        common = next((at for at, (one, other) in enumerate(zip(chosen, rejected, strict=False)) if one != other), 0)
        prompt = chosen[:common]
        if not prompt:
            what = "chosen and rejected have no turn in common that could be the prompt"
            self._report.error("no_common_prompt", number, what, "write the prompt in a column of its own")
        elif any(isinstance(turn, dict) and turn.get("role") == "user" for turn in chosen[common:] + rejected[common:]):
            what = "the sides part before the last user turn, which is then trained on as if it were an answer"
            self._report.error("early_split", number, what, "write the prompt in a column of its own")
        return {"prompt": prompt, "chosen": chosen[common:], "rejected": rejected[common:]}

    def _sides(
        self, sides: Mapping[str, list[Any]], number: int, tools: Mapping[str, Any] | None, *, bad: bool
    ) -> list[Any]:
        prompt = sides["prompt"]
        before = self._transcript(number, tools)
        last = before.read(prompt, "prompt")
        if last and last not in ASKS:
            self._report.error(
                "wrong_ending", number, f"the prompt ends with the {last}", "end it with the user or a tool"
            )
        before.close("the end of the prompt")
        for column in (column for column in sides if column != "prompt"):
            # What is not to be learnt may call a tool that is not there: that may be what is wrong with it.
            known = None if bad or column == "rejected" else tools
            self._side(sides[column], column, before.after_this(tools=known), last)
        if "chosen" in sides:
            self._pair(sides["chosen"], sides["rejected"], number)
        self._shown.see([turn for side in sides.values() for turn in side], ())
        return prompt

    def _side(self, turns: list[Any], column: str, transcript: Transcript, last: str) -> None:
        first = turns[0].get("role") if turns and isinstance(turns[0], dict) else None
        if last and first != "assistant":
            transcript.error("wrong_start", f"{column} starts with the {first}", "start it with the assistant")
        end = transcript.read(turns, column, after=last)
        if end in ASKS:
            transcript.warning("wrong_ending", f"{column} ends with the {end}", "end with the answer")

    def _pair(self, chosen: Sequence[Any], rejected: Sequence[Any], number: int) -> None:
        if [*map(said, chosen)] == [*map(said, rejected)]:
            what = "chosen and rejected are the same, but for case, spaces and ids at most"
            self._report.error("same_sides", number, what, "drop the row")
        self._balance.pair(estimated_tokens([*chosen]), estimated_tokens([*rejected]))

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
