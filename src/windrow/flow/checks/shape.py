"""Is this row a conversation that a trainer can load?

Chat templates and loaders break on what looks harmless: two user turns in a row, a tool result without its call, an
argument that is not JSON. Some raise, some drop the row, some train on nonsense; so such a row never gets further.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import orjson

from windrow.row import Verdict
from windrow.shapes import Check, Options
from windrow.text import strict_json
from windrow.text.control_tokens import control_token
from windrow.text.tokens import normalise

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from windrow.row import Message, Row, Tool, ToolCall

CALL_ID = re.compile(r"[A-Za-z0-9]{9}")
FIELDS = {
    "sft": ("messages",),
    "rag_qa": ("messages", "contexts"),
    "preference": ("prompt", "chosen", "rejected"),
    "unpaired": ("prompt", "completion"),
    "prompt": ("prompt",),
    "stepwise": ("prompt",),
}
ANSWERS = {"preference": ("chosen", "rejected"), "unpaired": ("completion",)}
TURN_FIELDS = ("messages", "prompt", "completion", "chosen", "rejected")
NOT_FIELDS = {kind: [field for field in TURN_FIELDS if field not in fields] for kind, fields in FIELDS.items()}


class Problem(NamedTuple):
    """What is wrong, where in the row, in a word and in a sentence."""

    reason: str
    where: str
    detail: str


class Shape(Check):
    """Is this row a conversation that a trainer can load?"""

    name: ClassVar[str] = "shape"

    def __init__(self, options: Options, *, base: Path) -> None:
        super().__init__(options, base=base)
        self._passed = Verdict(self.name, "pass")

    def check(self, row: Row) -> Verdict:
        """Fails with the first problem found; its place is in the evidence."""
        try:
            problem = _problem(row)
        except (TypeError, AttributeError, ValueError, KeyError, RecursionError) as error:
            problem = Problem("unreadable", "", f"the row is not built of rows' parts: {error}"[:200])
        if problem is None:
            return self._passed
        return Verdict(self.name, "fail", problem.reason, problem.detail, {"where": problem.where})


def _problem(row: Row) -> Problem | None:
    fields = FIELDS.get(row.kind)
    if fields is None:
        return Problem("unknown_kind", "kind", f"{row.kind!r} is no kind of row")
    for field in fields:
        if not getattr(row, field):
            return Problem("missing_field", field, f"a {row.kind} row needs {field!r}")
    for field in NOT_FIELDS[row.kind]:
        if getattr(row, field):
            return Problem("stray_field", field, f"a {row.kind} row has no {field!r}: no export would write it")
    return _of_kind(row) or _tools(row.tools) or _turns(row) or _unwritable(row)


def _of_kind(row: Row) -> Problem | None:
    if row.kind == "unpaired" and not isinstance(row.label, bool):
        return Problem("missing_field", "label", "an unpaired row needs a label, true or false")
    if row.kind == "stepwise" and not _has_steps(row):
        return Problem("missing_field", "reference.steps", "a stepwise row needs steps, each a text with a label")
    if row.label is not None and row.kind != "unpaired":
        return Problem("stray_field", "label", f"a {row.kind} row has no 'label': no export would write it")
    if row.kind == "preference" and [*map(_said, row.chosen)] == [*map(_said, row.rejected)]:
        return Problem("same_sides", "rejected", "chosen and rejected say the same")
    return None


def _has_steps(row: Row) -> bool:
    steps = row.reference.get("steps")
    return (
        isinstance(steps, list)
        and bool(steps)
        and all(
            isinstance(step, dict) and isinstance(step.get("text"), str) and isinstance(step.get("label"), bool)
            for step in steps
        )
    )


def _said(turn: Message) -> tuple[Any, ...]:
    """What a turn says, as two sides are compared: case, spaces and the spelling of JSON make no difference."""
    calls = [(call.name, _read(call.arguments_json)) for call in turn.tool_calls]
    return turn.role, normalise(turn.content), normalise(turn.reasoning or ""), calls


def _read(arguments: str) -> str:
    try:
        return json.dumps(strict_json.loads(arguments), sort_keys=True)
    except strict_json.NotStrict:
        return arguments


def _turns(row: Row) -> Problem | None:
    tools = {tool.name for tool in row.tools}
    if row.messages:
        problem = _Transcript("messages", tools).read(row.messages)
        return problem or _ending(row.messages, "messages", ("assistant",))
    prompt = _Transcript("prompt", tools)
    problem = prompt.read(row.prompt) or _ending(row.prompt, "prompt", ("user", "tool"))
    if problem is None and prompt.waiting:
        reason, detail = prompt.unanswered()
        problem = Problem(reason, f"prompt[{len(row.prompt) - 1}]", detail)
    for side in ANSWERS.get(row.kind, ()):
        problem = problem or _side(row, side, prompt)
    return problem


def _side(row: Row, side: str, prompt: _Transcript) -> Problem | None:
    """What is wrong with one answer to the prompt."""
    turns: tuple[Message, ...] = getattr(row, side)
    if turns[0].role != "assistant":
        return Problem("role_order", f"{side}[0]", f"{side} must start with the assistant")
    # What is not to be learnt may call a tool that is not there: that may be what is wrong with it.
    bad = side == "rejected" or row.label is False
    after = _Transcript(side, None if bad else prompt.tools, prompt.used)
    problem = after.read(turns, after=row.prompt[-1].role) or _ending(turns, side, ("assistant",))
    return problem or (_marked(turns, side) if bad else None)


def _marked(turns: Sequence[Message], side: str) -> Problem | None:
    """A chat template's own mark in what is not to be learnt, whose wording no other check looks at."""
    for index, turn in enumerate(turns):
        mark = control_token(turn.content)
        if mark:
            return Problem("control_tokens", f"{side}[{index}]", f"a tokenizer takes {mark!r} for its own mark")
    return None


def _ending(turns: Sequence[Message], field: str, roles: tuple[str, ...]) -> Problem | None:
    if turns[-1].role in roles:
        return None
    return Problem(
        "wrong_ending", f"{field}[{len(turns) - 1}]", f"{field} must end with a turn of {' or '.join(roles)}"
    )


class _Transcript:
    """Reads turns in order, keeping the calls that wait for their results. Calls in the last turn may wait: they are
    what the row teaches."""

    def __init__(self, field: str, tools: set[str] | None, used: Collection[str] = ()) -> None:
        self.field = field
        self.tools = tools
        self.waiting: dict[str, str] = {}
        self.used = set(used)

    def read(self, turns: Sequence[Message], after: str = "") -> Problem | None:
        before = after
        for index, turn in enumerate(turns):
            found = self._turn(turn, before)
            if found is not None:
                return Problem(found[0], f"{self.field}[{index}]", found[1])
            before = turn.role
        return None

    def _turn(self, turn: Message, before: str) -> tuple[str, str] | None:
        content: object = turn.content
        if not isinstance(content, str):
            return "content_not_text", "content must be text, never null"
        if not strict_json.is_whole(content) or not strict_json.is_whole(turn.reasoning or ""):
            return "surrogate", "half of a surrogate pair cannot be written as UTF-8"
        if turn.role == "assistant":
            return self._assistant(turn, before)
        if turn.tool_calls:
            return "misplaced_call", "only the assistant calls tools"
        if turn.reasoning:
            return "misplaced_reasoning", "only the assistant reasons"
        return self._result(turn) if turn.role == "tool" else self._given(turn, before)

    def _given(self, turn: Message, before: str) -> tuple[str, str] | None:
        if turn.role not in {"user", "system"}:
            return "unknown_role", f"{turn.role!r} is no role"
        if not turn.content.strip():
            return "empty_turn", f"the {turn.role} says nothing"
        if self.waiting:
            return self.unanswered()
        if turn.role == "system":
            return ("role_order", "the system turn must come first") if before else None
        return ("role_order", "two user turns in a row") if before == "user" else None

    def _assistant(self, turn: Message, before: str) -> tuple[str, str] | None:
        if self.waiting:
            return self.unanswered()
        if before not in {"user", "tool"}:
            return "role_order", f"the assistant cannot speak after {before or 'nobody'}"
        if not turn.tool_calls and not turn.content.strip():
            return "empty_answer", "the assistant says nothing and calls nothing"
        return next(filter(None, map(self._call, turn.tool_calls)), None) if turn.tool_calls else None

    def unanswered(self) -> tuple[str, str]:
        """The first call that waits, as a reason and a sentence."""
        return "unanswered_call", f"call {next(iter(self.waiting))} has no result before the next turn"

    def _call(self, call: ToolCall) -> tuple[str, str] | None:
        if not CALL_ID.fullmatch(call.id):
            return "call_id", f"{call.id!r} is not nine letters or digits, which the strictest templates ask for"
        if call.id in self.used:
            return "call_id", f"two calls are called {call.id!r}"
        if self.tools is not None and call.name not in self.tools:
            return "unknown_tool", f"{call.name!r} is not among the row's tools"
        self.used.add(call.id)
        self.waiting[call.id] = call.name
        return _arguments(call)

    def _result(self, turn: Message) -> tuple[str, str] | None:
        name = self.waiting.pop(turn.tool_call_id or "", None)
        if name is None:
            return "orphan_result", f"no open call is called {turn.tool_call_id!r}"
        if turn.name is not None and turn.name != name:
            return "result_name", f"the result is of {turn.name!r}, but the call was of {name!r}"
        return None


def _arguments(call: ToolCall) -> tuple[str, str] | None:
    try:
        arguments = strict_json.loads(call.arguments_json)
    except strict_json.NotStrict as error:
        return f"arguments_{error.code}", f"arguments of {call.name}: {error}"
    if not isinstance(arguments, dict):
        return "arguments_not_object", f"arguments of {call.name} must be a JSON object"
    return None


def _tools(tools: Sequence[Tool]) -> Problem | None:
    names: set[str] = set()
    for index, tool in enumerate(tools):
        where = f"tools[{index}]"
        if not tool.name or not isinstance(tool.name, str):
            return Problem("tool_name", where, "a tool needs a name")
        if tool.name in names:
            return Problem("tool_name", where, f"two tools are called {tool.name!r}")
        names.add(tool.name)
        parameters: object = tool.parameters
        if not isinstance(parameters, dict):
            return Problem("tool_parameters", where, f"parameters of {tool.name} must be a JSON Schema object")
    return None


def _unwritable(row: Row) -> Problem | None:
    # What is not in a turn travels as JSON too. The ledger's writer (orjson) turns NaN into null without a word,
    # and refuses half pairs and integers beyond 64 bits.
    try:
        if row.contexts:
            orjson.dumps([chunk.to_dict() for chunk in row.contexts])
        if row.tools or row.reference or row.lineage.extra:
            rest = [[tool.to_dict() for tool in row.tools], row.reference, row.lineage.extra]
            json.dumps(rest, allow_nan=False)
            orjson.dumps(rest)
    except (orjson.JSONEncodeError, ValueError) as error:
        return Problem("unwritable", "", f"tools, contexts or reference cannot be written as JSON: {error}")
    return None
