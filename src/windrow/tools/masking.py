"""Other names for tools and arguments, so that a student learns to read descriptions instead of guessing by name.

The renaming is one-to-one and kept with the row: with it, every call reads as it was. (Hammer, arXiv 2410.04587.)
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.row import Message, Row, Tool, ToolCall

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Masking:
    """`names` maps a name as shown, a tool's or "tool.argument" (of a tool as shown), to the real one."""

    names: Mapping[str, str]

    @classmethod
    def of(cls, tools: Sequence[Tool], key: str) -> Masking:
        """New names for all `tools` and their arguments, made of `key`: the same key, the same names."""
        names: dict[str, str] = {}
        for tool in tools:
            shown = _new("fn", f"{key}\0{tool.name}", names)
            names[shown] = tool.name
            taken: dict[str, str] = {}
            for argument in tool.parameters.get("properties", {}):
                new = _new("arg", f"{key}\0{tool.name}\0{argument}", taken)
                taken[new] = argument
                names[f"{shown}.{new}"] = argument
        return cls(names)

    @property
    def tools(self) -> dict[str, str]:
        """Real tool names to shown ones."""
        return {real: shown for shown, real in self.names.items() if "." not in shown}

    def shown_tool(self, tool: Tool) -> Tool:
        """A tool under its new names."""
        name = self.tools.get(tool.name, tool.name)
        return replace(tool, name=name, parameters=_renamed_schema(tool.parameters, self._arguments(name, real=False)))

    def shown_arguments(self, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a call to the tool whose real name is `tool`, under their new names."""
        renaming = self._arguments(self.tools.get(tool, tool), real=False)
        return {renaming.get(key, key): value for key, value in arguments.items()}

    def real_tool(self, tool: Tool) -> Tool:
        """A tool under its real names."""
        parameters = _renamed_schema(tool.parameters, self._arguments(tool.name, real=True))
        return replace(tool, name=self.names.get(tool.name, tool.name), parameters=parameters)

    def real_arguments(self, shown: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a call to the tool shown as `shown`, under their real names."""
        renaming = self._arguments(shown, real=True)
        return {renaming.get(key, key): value for key, value in arguments.items()}

    def _arguments(self, shown: str, *, real: bool) -> dict[str, str]:
        """Arguments of one tool: new names to real ones, or the other way round."""
        pairs = ((key.partition(".")[2], name) for key, name in self.names.items() if key.startswith(f"{shown}."))
        return dict(pairs) if real else {name: new for new, name in pairs}


def unmask(row: Row) -> Row:
    """The row under its real names; itself where nothing is masked. Raises ValueError for a masking not one-to-one."""
    names: dict[str, str] = row.reference.get("masked") or {}
    if not names:
        return row
    masking = Masking(names)
    if len(masking.tools) != sum("." not in shown for shown in names):
        raise ValueError("two masked tools have one real name")
    reference = {key: value for key, value in row.reference.items() if key != "masked"}
    if "calls" in reference:
        reference["calls"] = [_real_call(masking, call) for call in reference["calls"]]
    tools = tuple(masking.real_tool(tool) for tool in row.tools)
    return replace(
        row, tools=tools, reference=reference, messages=tuple(_real_turn(masking, turn) for turn in row.messages)
    )


def _real_call(masking: Masking, call: Mapping[str, Any]) -> dict[str, Any]:
    arguments = masking.real_arguments(call["name"], call["arguments"])
    return {**call, "name": masking.names.get(call["name"], call["name"]), "arguments": arguments}


def _real_turn(masking: Masking, turn: Message) -> Message:
    name = masking.names.get(turn.name, turn.name) if turn.role == "tool" and turn.name else turn.name
    return replace(turn, name=name, tool_calls=tuple(_real_tool_call(masking, call) for call in turn.tool_calls))


def _real_tool_call(masking: Masking, call: ToolCall) -> ToolCall:
    given = json.loads(call.arguments_json)
    real = masking.real_arguments(call.name, given)
    text = call.arguments_json if real == given else json.dumps(real, ensure_ascii=False)
    return replace(call, name=masking.names.get(call.name, call.name), arguments_json=text)


def _renamed_schema(parameters: Mapping[str, Any], renaming: Mapping[str, str]) -> dict[str, Any]:
    renamed = dict(parameters)
    if "properties" in parameters:
        renamed["properties"] = {renaming.get(key, key): value for key, value in parameters["properties"].items()}
    if "required" in parameters:
        renamed["required"] = [renaming.get(key, key) for key in parameters["required"]]
    return renamed


def _new(prefix: str, told: str, taken: Mapping[str, str]) -> str:
    """A name that says nothing, and is not taken."""
    nth = 0
    while True:
        number = int(hashlib.sha256(f"{told}\0{nth}".encode()).hexdigest()[:12], 16)
        name = f"{prefix}_{''.join(LETTERS[(number // 36**place) % 36] for place in range(5))}"
        if name not in taken:
            return name
        nth += 1
