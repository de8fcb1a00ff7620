"""Rows as OpenAI's fine-tuning API takes them, and those who copied its form (Azure, Fireworks, Together).

Tool arguments are strings, tools a list, and a key that the schema does not name makes the service refuse the file; so
what a row came from stays behind, and reasoning has no place but inside the text. Preferences are DPO's: one answer a
side. There is no form for answers with labels (KTO): such rows are left out, and named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import orjson

from windrow.flow.exports.conversation import (
    arguments_of,
    content_of,
    form_of,
    has_parallel_calls,
    has_reasoning,
    named,
)
from windrow.flow.exports.limits import FEWEST_ROWS, LARGEST_FILE, TOOL_NAME
from windrow.flow.exports.parts import Parts
from windrow.flow.exports.spools import Lot
from windrow.flow.exports.tally import Tally, Unfit
from windrow.shapes import Export, Options

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from windrow.flow.exports.conversation import Form
    from windrow.row import Message, Row, ToolCall
    from windrow.shapes import Manifest

TAKES: tuple[Form, ...] = ("sft", "preference")


class OpenAIOptions(Options):
    """How the rows are written."""

    reasoning: Literal["inline", "drop"] = "drop"
    """Reasoning inline as `<think>`, or not at all: the format has no field for it."""
    parallel_tool_calls: bool | None = None
    """What rows with tools say of several calls at once. Left out, the service takes it for true; with false, rows
    that call several tools in one turn are left out."""


class OpenAI(Export):
    """Chat rows for supervised fine-tuning, and preferences for DPO, through the OpenAI API."""

    name: ClassVar[str] = "openai"
    options_type: ClassVar[type[Options]] = OpenAIOptions
    options: OpenAIOptions

    def write(self, rows: Iterable[tuple[str, Row]], folder: Path) -> Manifest:
        """`<split>.jsonl` for every split, or `<split>_<form>.jsonl` where rows are of both forms."""
        tally = Tally()
        files: dict[Lot, int] = {}
        sizes: dict[Lot, int] = {}
        with Parts(folder) as parts:
            for split, row in rows:
                tally.rows_in += 1
                try:
                    lot = Lot(split, form_of(row, TAKES))
                    line = orjson.dumps(self._record(row, lot.form)) + b"\n"
                except (Unfit, orjson.JSONEncodeError) as error:
                    tally.skip(error.reason if isinstance(error, Unfit) else "unwritable", row)
                    continue
                parts.write(_spool(lot), line)
                files[lot] = files.get(lot, 0) + 1
                sizes[lot] = sizes.get(lot, 0) + len(line)
                tally.rows_out += 1
                if self.options.reasoning == "drop" and has_reasoning(row):
                    tally.lose("reasoning", row)
            if not files:
                return tally.manifest(self.name, {}, ["no rows: nothing was written"])
            names = {lot: named(*lot, [lot.form for lot in files]) for lot in files}
            for lot, name in names.items():
                parts.rename(_spool(lot), name)
            parts.finish()
        told = {names[lot]: rows for lot, rows in files.items()}
        return tally.manifest(self.name, told, _warnings(files, {names[lot]: size for lot, size in sizes.items()}))

    def _record(self, row: Row, form: Form) -> dict[str, Any]:
        if any(not TOOL_NAME.fullmatch(tool.name) for tool in row.tools):
            raise Unfit("tool_name")
        if form == "preference":
            return self._preference(row)
        if all(message.train is False for message in row.messages if message.role == "assistant"):
            raise Unfit("nothing_trained")
        return {"messages": self._turns(row.messages, weights=True), **self._offered(row)}

    def _preference(self, row: Row) -> dict[str, Any]:
        if len(row.chosen) > 1 or len(row.rejected) > 1:
            raise Unfit("several_turns_a_side")
        chosen, rejected = self._turns(row.chosen), self._turns(row.rejected)
        if chosen == rejected:
            raise Unfit("same_sides")
        prompt = {"messages": self._turns(row.prompt), **self._offered(row)}
        return {"input": prompt, "preferred_output": chosen, "non_preferred_output": rejected}

    def _offered(self, row: Row) -> dict[str, Any]:
        """What the row says of its tools."""
        if not row.tools:
            return {}
        parallel = self.options.parallel_tool_calls
        if parallel is False and has_parallel_calls(row.turns):
            raise Unfit("parallel_calls")
        offered = [{"type": "function", "function": tool.to_dict()} for tool in row.tools]
        return {"tools": offered} if parallel is None else {"tools": offered, "parallel_tool_calls": parallel}

    def _turns(self, turns: Sequence[Message], *, weights: bool = False) -> list[dict[str, Any]]:
        return [self._turn(turn, weights=weights) for turn in turns]

    def _turn(self, message: Message, *, weights: bool) -> dict[str, Any]:
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
        if weights and message.role == "assistant" and message.train is not None:
            out["weight"] = int(message.train)
        return out


def _call(call: ToolCall) -> dict[str, Any]:
    arguments_of(call)  # sent as the text it is, but only where it is sound
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments_json}}


def _spool(lot: Lot) -> str:
    return f"{lot.split}.{lot.form}.spool"


def _warnings(files: dict[Lot, int], sizes: dict[str, int]) -> list[str]:
    few = {lot: rows for lot, rows in files.items() if lot.split == "train" and rows < FEWEST_ROWS}
    warnings = [
        f"{named(*lot, [lot.form for lot in files])} has {rows} rows; the service takes no fewer than {FEWEST_ROWS}"
        for lot, rows in few.items()
    ]
    warnings += [
        f"{name} has {size / 1e6:,.0f} MB; a file may have 512, larger ones go through Uploads"
        for name, size in sizes.items()
        if size > LARGEST_FILE
    ]
    return warnings
