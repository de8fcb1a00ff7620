"""A conversation with tools as a machine reads it: who speaks when, which call has which result, what each turn said.

Everything that is decided about a trace later (arguments, grounding, claims) is decided on what this reads; a
conversation that it cannot read is refused with the place where it breaks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windrow.text import strict_json
from windrow.tools import arguments as args
from windrow.tools.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.row import Message, Tool, ToolCall

THOUGHT = re.compile(
    r"</?(?:think|thinking|reasoning|scratchpad|tool_call|function_call|tool_response)>"
    r"|^\s*(?:Thought|Action Input|Observation)\s*:",
    re.IGNORECASE | re.MULTILINE,
)
SPOKEN_CALL = re.compile(r"\{\s*\"(?:name|tool|function)\"\s*:.{0,200}?\"(?:arguments|parameters)\"\s*:", re.DOTALL)
ROLES = frozenset({"system", "user", "assistant", "tool"})


@dataclass(slots=True)
class Made:
    """A call that was made. `turn` is the place of its turn, `text` its result's (None while it has none)."""

    id: str
    name: str
    arguments: dict[str, Any]
    turn: int
    where: str
    text: str | None = None
    result_turn: int = -1
    value: Any = None

    @property
    def failed(self) -> bool:
        """Whether its result reports an error."""
        return self.text is not None and is_error(self.text, self.value)


@dataclass(slots=True)
class Transcript:
    """A conversation that could be read: its turns and its calls, in order."""

    messages: Sequence[Message]
    calls: list[Made] = field(default_factory=list)

    def of_turn(self, turn: int) -> list[Made]:
        return [call for call in self.calls if call.turn == turn]

    @property
    def effective(self) -> list[Made]:
        """The calls that did not fail."""
        return [call for call in self.calls if not call.failed]

    @property
    def calling_turns(self) -> list[int]:
        return list(dict.fromkeys(call.turn for call in self.calls))


def read(messages: Sequence[Message], tools: Mapping[str, Tool]) -> Transcript | Problem:
    """The conversation in `messages`, or the first place where it is none."""
    reader = _Reader(messages, tools)
    for index in range(len(messages)):
        problem = reader.turn(index)
        if problem is not None:
            return problem
    return reader.ending() or reader.transcript


def is_error(text: str, value: Any = None) -> bool:  # noqa: ANN401 - JSON
    """Whether a tool's message reports a failure: an object with an `error`, MCP's `isError`, or a bare "Error: …"."""
    if isinstance(value, dict):
        return bool(value.get("error")) or value.get("isError") is True
    return value is None and text.lstrip()[:6].lower() in {"error:", "error "}


class _Reader:
    def __init__(self, messages: Sequence[Message], tools: Mapping[str, Tool]) -> None:
        self.messages, self.tools = messages, tools
        self.transcript = Transcript(messages)
        self.open: dict[str, Made] = {}
        self.used: set[str] = set()

    def turn(self, index: int) -> Problem | None:
        message, where = self.messages[index], f"messages[{index}]"
        before = self.messages[index - 1].role if index else ""
        if message.role not in ROLES:
            return Problem("unknown_role", where, f"{message.role!r} is no role")
        if message.role == "tool":
            return self._result(message, index, where)
        if self.open:
            made = next(iter(self.open.values()))
            return Problem("unanswered_call", where, f"{made.name} ({made.id}) has no result before the next turn")
        problem = _out_of_order(message, index, before, where)
        return problem or (self._assistant(message, index, where) if message.role == "assistant" else None)

    def ending(self) -> Problem | None:
        """Calls in the last turn may wait: they are what the row teaches. Elsewhere none may."""
        if self.open and self.messages[-1].role != "assistant":
            made = next(iter(self.open.values()))
            return Problem("unanswered_call", made.where, f"{made.name} ({made.id}) has no result")
        return None

    def _assistant(self, message: Message, index: int, where: str) -> Problem | None:
        leaked = THOUGHT.search(message.content)
        if leaked:
            return Problem("reasoning_in_content", where, "reasoning or its marks in the answer", value=leaked.group())
        spoken = SPOKEN_CALL.search(message.content)
        if spoken:
            return Problem("call_in_content", where, "a call written as text", value=spoken.group())
        for at, call in enumerate(message.tool_calls):
            problem = self._call(call, index, f"{where}.tool_calls[{at}]")
            if problem is not None:
                return problem
        return self._repeated(index)

    def _call(self, call: ToolCall, index: int, where: str) -> Problem | None:
        if not call.id or call.id in self.used:
            return Problem("call_id", where, f"two calls are called {call.id!r}" if call.id else "a call without id")
        self.used.add(call.id)
        tool = self.tools.get(call.name)
        if tool is None:
            return Problem("unknown_tool", where, f"{call.name!r} is not offered in this conversation", value=call.name)
        try:
            given = args.read(call.arguments_json)
        except args.BadArguments as error:
            return Problem(error.reason, where, f"{call.name}: {error}", value=call.arguments_json)
        problem = args.fault(given, tool, where)
        if problem is None:
            self.open[call.id] = made = Made(call.id, call.name, given, index, where)
            self.transcript.calls.append(made)
        return problem

    def _repeated(self, index: int) -> Problem | None:
        made = self.transcript.of_turn(index)
        for at, call in enumerate(made):
            for other in made[:at]:
                tool = self.tools[call.name]
                if other.name == call.name and args.same_arguments(other.arguments, call.arguments, tool):
                    return Problem("repeated_call", call.where, f"{call.name} is called twice with the same arguments")
        return None

    def _result(self, message: Message, index: int, where: str) -> Problem | None:
        made = self.open.pop(message.tool_call_id or "", None)
        if made is None:
            again = message.tool_call_id in self.used
            what = "a second result for" if again else "no open call is called"
            return Problem("orphan_result", where, f"{what} {message.tool_call_id!r}")
        if message.name is not None and message.name != made.name:
            return Problem("result_name", where, f"a result of {message.name!r} for a call of {made.name!r}")
        made.text, made.result_turn = message.content, index
        try:
            made.value = strict_json.loads(message.content)
        except strict_json.NotStrict:
            made.value = None
        return None


def _out_of_order(message: Message, index: int, before: str, where: str) -> Problem | None:
    if message.role != "assistant" and message.tool_calls:
        return Problem("misplaced_call", where, f"a call in a turn of the {message.role}")
    if message.role == "system" and index:
        return Problem("role_order", where, "the system speaks first or not at all")
    allowed = {"user": {"", "system", "assistant"}, "assistant": {"user", "tool"}, "system": {""}}
    if before not in allowed[message.role]:
        return Problem(
            "role_order", where, f"a turn of the {message.role} after {f'the {before}' if before else 'none'}"
        )
    return None
