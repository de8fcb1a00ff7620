"""Rows as TRL's trainers read them through `datasets`: SFTTrainer, DPOTrainer and KTOTrainer.

Tool arguments are objects, since most chat templates render a call from an object and break on a string; `tools` is a
JSON string, which Arrow cannot bend; what a row came from is one JSON string, `meta`, whose parts can then clash with
no column that TRL or `datasets` gives a meaning to. See `columns` for which keys a row has, and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import orjson

from windrow.flow.exports.census import Census
from windrow.flow.exports.conversation import arguments_of, content_of, form_of, has_reasoning, paired
from windrow.flow.exports.loader import loader
from windrow.flow.exports.parts import Parts
from windrow.flow.exports.spools import Lot, Spools
from windrow.flow.exports.tally import Tally, Unfit
from windrow.shapes import Export, Options

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from windrow.flow.exports.conversation import Form
    from windrow.row import Message, Row
    from windrow.shapes import Manifest


class TRLOptions(Options):
    """How the rows are written."""

    format: Literal["messages", "prompt_completion"] = "messages"
    """Of plain conversations: `messages` trains on the whole, `prompt_completion` on the last answer only."""
    reasoning: Literal["field", "inline", "drop"] = "field"
    """Reasoning as `reasoning_content` (which 23 of 41 chat templates drop), inline as `<think>`, or not."""
    tools: Literal["string", "list"] = "string"
    """Tools as a JSON string, which nothing on the way can bend, or as a list, as TRL before 0.29 wants them."""
    meta: bool = True
    """Whether to say in a column `meta`, a JSON string, what each row came from."""


class TRL(Export):
    """Conversations, preferences and answers with labels for Hugging Face TRL."""

    name: ClassVar[str] = "trl"
    options_type: ClassVar[type[Options]] = TRLOptions
    options: TRLOptions

    def write(self, rows: Iterable[tuple[str, Row]], folder: Path) -> Manifest:
        """`<split>.jsonl` for every split, or `<split>_<form>.jsonl` where rows are of several forms; and `load.py`."""
        tally, census = Tally(), Census()
        with Parts(folder) as parts:
            spools = Spools(parts)
            for split, row in rows:
                tally.rows_in += 1
                try:
                    form = form_of(row)
                    record = self._record(row, form)
                    line = orjson.dumps(record)
                except (Unfit, orjson.JSONEncodeError) as error:
                    tally.skip(error.reason if isinstance(error, Unfit) else "unwritable", row)
                    continue
                spools.add(Lot(split, form), record, line)
                census.see(row, split, form)
                self._count(row, form, tally)
            files = spools.settle()
            if not files:
                return tally.manifest(self.name, {}, ["no rows: nothing was written"])
            parts.write("load.py", loader(files))
            parts.finish()
        whole = self.options.format == "messages"
        return tally.manifest(self.name, files, census.warnings(reasoning=self.options.reasoning, whole=whole))

    def _record(self, row: Row, form: Form) -> dict[str, Any]:
        record = self._sides(row, form)
        if row.tools:
            offered = [{"type": "function", "function": tool.to_dict()} for tool in row.tools]
            record["tools"] = orjson.dumps(offered).decode() if self.options.tools == "string" else offered
        if self.options.meta:
            record["meta"] = orjson.dumps(_meta(row)).decode()
        return record

    def _sides(self, row: Row, form: Form) -> dict[str, Any]:
        if form == "sft":
            turns = self._turns(row.messages)
            if self.options.format == "messages":
                return {"messages": turns}
            if row.messages[-1].train is False:
                raise Unfit("nothing_trained")
            return {"prompt": turns[:-1], "completion": turns[-1:]}
        prompt = self._turns(row.prompt)
        if form == "unpaired":
            return {"prompt": prompt, "completion": self._turns(row.completion), "label": row.label}
        chosen, rejected = self._turns(row.chosen), self._turns(row.rejected)
        if chosen == rejected:
            raise Unfit("same_sides")
        return {"prompt": prompt, "chosen": chosen, "rejected": rejected}

    def _count(self, row: Row, form: Form, tally: Tally) -> None:
        tally.rows_out += 1
        masked = row.messages if self.options.format == "messages" else ()
        if any(turn.train is False for turn in (masked if form == "sft" else row.turns[len(row.prompt) :])):
            tally.lose("train", row)
        if self.options.reasoning == "drop" and has_reasoning(row):
            tally.lose("reasoning", row)

    def _turns(self, turns: Sequence[Message]) -> list[dict[str, Any]]:
        return [self._turn(turn) for turn in paired(turns)]

    def _turn(self, message: Message) -> dict[str, Any]:
        inline = self.options.reasoning == "inline"
        out: dict[str, Any] = {"role": message.role, "content": content_of(message, inline=inline)}
        if message.reasoning and self.options.reasoning == "field":
            out["reasoning_content"] = message.reasoning
        if message.tool_calls:
            out["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments_of(call)}}
                for call in message.tool_calls
            ]
        for key in ("tool_call_id", "name"):
            value = getattr(message, key)
            if value is not None:
                out[key] = value
        return out


def _meta(row: Row) -> dict[str, Any]:
    """What a reader of the file may want to know, and no trainer reads."""
    meta: dict[str, Any] = {"id": row.id, "kind": row.kind, "lineage": row.lineage.to_dict()}
    if row.contexts:
        meta["contexts"] = [
            {"id": chunk.id, "source": chunk.source, "start": chunk.start, "end": chunk.end} for chunk in row.contexts
        ]
    if row.reference:
        meta["reference"] = row.reference
    if row.scores:
        meta["scores"] = row.scores
    return meta
