"""Rows as TRL's `SFTTrainer` reads them through `datasets`.

Tool arguments are objects, since most chat templates render a call from an object and break on a string; `tools` is a
JSON string, which Arrow cannot bend; what a row came from is one JSON string, `meta`, whose parts can then clash with
no column that TRL or `datasets` gives a meaning to. See `columns` for which keys a row has, and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import orjson

from windrow.flow.exports.columns import Columns, Leaders, rewritten
from windrow.flow.exports.conversation import arguments_of, content_of, has_reasoning, require_conversation
from windrow.flow.exports.parts import Parts, writing
from windrow.flow.exports.tally import Tally, Unfit
from windrow.shapes import Export, Options

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from windrow.row import Message, Row
    from windrow.shapes import Manifest

LOADER = b'''"""Loads this export past Arrow, which guesses at types: floats and dates stay as they are."""

import json
from pathlib import Path

from datasets import IterableDataset


def rows(path):
    with open(path, encoding="utf-8") as file:
        yield from map(json.loads, file)


here = Path(__file__).parent
train = IterableDataset.from_generator(rows, gen_kwargs={"path": str(here / "train.jsonl")})  # needs max_steps
'''


class TRLOptions(Options):
    """How the rows are written."""

    format: Literal["messages", "prompt_completion"] = "messages"
    """`messages` trains on whole conversations, `prompt_completion` on the last answer only."""
    reasoning: Literal["field", "inline", "drop"] = "field"
    """Reasoning as `reasoning_content` (which 23 of 41 chat templates drop), inline as `<think>`, or not."""
    meta: bool = True
    """Whether to say in a column `meta`, a JSON string, what each row came from."""


class TRL(Export):
    """Supervised fine-tuning rows for Hugging Face TRL."""

    name: ClassVar[str] = "trl"
    options_type: ClassVar[type[Options]] = TRLOptions
    options: TRLOptions

    def write(self, rows: Iterable[tuple[str, Row]], folder: Path) -> Manifest:
        """`<split>.jsonl` for every split, and `load.py`."""
        tally, columns = Tally(), Columns()
        spools: dict[str, _Spool] = {}
        with Parts(folder) as parts:
            for split, row in rows:
                tally.rows_in += 1
                try:
                    record = self._record(row)
                    line = orjson.dumps(record)
                except (Unfit, orjson.JSONEncodeError) as error:
                    tally.skip(error.reason if isinstance(error, Unfit) else "unwritable", row)
                    continue
                columns.see(record)
                spools.setdefault(split, _Spool(split, parts)).add(record, line)
                self._count(row, tally)
            if not spools:
                return tally.manifest(self.name, {}, ["no rows: nothing was written"])
            for spool in spools.values():
                spool.settle(columns)
            parts.write("load.py", LOADER)
            parts.finish()
        return tally.manifest(self.name, {spool.name: spool.lines for spool in spools.values()}, self._warnings(spools))

    def _record(self, row: Row) -> dict[str, Any]:
        require_conversation(row)
        turns = [self._turn(message) for message in row.messages]
        whole = self.options.format == "messages"
        record: dict[str, Any] = {"messages": turns} if whole else {"prompt": turns[:-1], "completion": turns[-1:]}
        if row.tools:
            offered = [{"type": "function", "function": tool.to_dict()} for tool in row.tools]
            record["tools"] = orjson.dumps(offered).decode()
        if self.options.meta:
            record["meta"] = orjson.dumps(_meta(row)).decode()
        return record

    def _count(self, row: Row, tally: Tally) -> None:
        tally.rows_out += 1
        if self.options.format == "messages" and any(message.train is False for message in row.messages):
            tally.lose("train", row)
        if self.options.reasoning == "drop" and has_reasoning(row):
            tally.lose("reasoning", row)

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

    def _warnings(self, spools: dict[str, _Spool]) -> list[str]:
        return [] if "train" in spools else ["there is no train split, which load.py and most recipes of TRL expect"]


class _Spool:
    """The rows of one split as they come, until it is known which keys they all need."""

    def __init__(self, split: str, parts: Parts) -> None:
        self.name = f"{split}.jsonl"
        self.lines = 0
        self._parts = parts
        self._hidden = f"{split}.spool"
        self._size = 0
        self._leaders = Leaders()

    def add(self, record: dict[str, Any], line: bytes) -> None:
        self._leaders.see(record, line=self.lines, offset=self._size)
        self._parts.write(self._hidden, line + b"\n")
        self.lines += 1
        self._size += len(line) + 1

    def settle(self, columns: Columns) -> None:
        """Write the file itself: leaders first, every column in every row."""
        with writing(self._parts.folder / self.name):
            for line in rewritten(self._parts.file(self._hidden), columns, self._leaders):
                self._parts.write(self.name, line)
        self._parts.drop(self._hidden)


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
