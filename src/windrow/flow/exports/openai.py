"""Rows as OpenAI's fine-tuning API takes them, and those who copied its form (Azure, Fireworks, Together).

Tool arguments are strings, tools a list, and a key that the schema does not name makes the service refuse the file; so
what a row came from stays behind, and reasoning has no place but inside the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import orjson

from windrow.flow.exports.conversation import arguments_of, content_of, has_reasoning, require_conversation
from windrow.flow.exports.parts import Parts
from windrow.flow.exports.tally import Tally, Unfit
from windrow.shapes import Export, Options

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from windrow.row import Message, Row, ToolCall
    from windrow.shapes import Manifest

TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
FEWEST_ROWS = 10
LARGEST_FILE = 512 * 1000 * 1000


class OpenAIOptions(Options):
    """How the rows are written."""

    reasoning: Literal["inline", "drop"] = "drop"
    """Reasoning inline as `<think>`, or not at all: the format has no field for it."""


class OpenAI(Export):
    """Chat rows for supervised fine-tuning through the OpenAI API."""

    name: ClassVar[str] = "openai"
    options_type: ClassVar[type[Options]] = OpenAIOptions
    options: OpenAIOptions

    def write(self, rows: Iterable[tuple[str, Row]], folder: Path) -> Manifest:
        """`<split>.jsonl` for every split."""
        tally = Tally()
        files: dict[str, int] = {}
        sizes: dict[str, int] = {}
        with Parts(folder) as parts:
            for split, row in rows:
                tally.rows_in += 1
                try:
                    line = orjson.dumps(self._record(row)) + b"\n"
                except (Unfit, orjson.JSONEncodeError) as error:
                    tally.skip(error.reason if isinstance(error, Unfit) else "unwritable", row)
                    continue
                name = f"{split}.jsonl"
                parts.write(name, line)
                files[name] = files.get(name, 0) + 1
                sizes[name] = sizes.get(name, 0) + len(line)
                tally.rows_out += 1
                if self.options.reasoning == "drop" and has_reasoning(row):
                    tally.lose("reasoning", row)
            if not files:
                return tally.manifest(self.name, {}, ["no rows: nothing was written"])
            parts.finish()
        return tally.manifest(self.name, files, _warnings(files, sizes))

    def _record(self, row: Row) -> dict[str, Any]:
        require_conversation(row)
        if all(message.train is False for message in row.messages if message.role == "assistant"):
            raise Unfit("nothing_trained")
        if any(not TOOL_NAME.fullmatch(tool.name) for tool in row.tools):
            raise Unfit("tool_name")
        record: dict[str, Any] = {"messages": [self._turn(message) for message in row.messages]}
        if row.tools:
            record["tools"] = [{"type": "function", "function": tool.to_dict()} for tool in row.tools]
        return record

    def _turn(self, message: Message) -> dict[str, Any]:
        content = content_of(message, inline=self.options.reasoning == "inline")
        out: dict[str, Any] = {"role": message.role}
        if content or not message.tool_calls:
            out["content"] = content
        if message.tool_calls:
            out["tool_calls"] = [_call(call) for call in message.tool_calls]
        if message.role == "tool":
            out["tool_call_id"] = message.tool_call_id
        elif message.name is not None:
            out["name"] = message.name
        if message.role == "assistant" and message.train is not None:
            out["weight"] = int(message.train)
        return out


def _call(call: ToolCall) -> dict[str, Any]:
    arguments_of(call)  # sent as the text it is, but only where it is sound
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments_json}}


def _warnings(files: dict[str, int], sizes: dict[str, int]) -> list[str]:
    warnings = []
    if 0 < files.get("train.jsonl", 0) < FEWEST_ROWS:
        warnings.append(f"train.jsonl has {files['train.jsonl']} rows; the service takes no fewer than {FEWEST_ROWS}")
    warnings += [
        f"{name} has {size / 1e6:,.0f} MB; a file may have 512, larger ones go through Uploads"
        for name, size in sizes.items()
        if size > LARGEST_FILE
    ]
    return warnings
