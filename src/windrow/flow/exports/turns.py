"""The rules that turns obey whatever the trainer: who speaks when, which call has which result, what no text may hold.

Works on turns as they stand in a file, which may be anything; every rule says its finding and goes on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from windrow.flow.exports.schema import fault
from windrow.text import strict_json
from windrow.text.control_tokens import control_token
from windrow.text.tokens import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.flow.exports.findings import Reporter

ROLES = {"system", "developer", "user", "assistant", "tool"}
CALL_ID = re.compile(r"[A-Za-z0-9]{9}")
OWN_THOUGHT = re.compile(r"\A<think>\n.*?\n</think>\n*", re.DOTALL)
NO_ID = "\0"  # starts the name we give to a call without one
FOLLOWS = {
    "user": {"", "system", "developer", "assistant"},
    "assistant": {"user", "tool"},
    "tool": {"assistant", "tool"},
}


@dataclass(slots=True)
class Transcript:
    """Reads the turns of one row. `arguments` says what the trainer wants of a call's arguments; `nulls`, whether a
    turn that calls may have no content; `tools` are the functions on offer, None where they could not be read."""

    report: Reporter
    line: int
    arguments: Literal["object", "string"]
    nulls: bool
    tools: Mapping[str, Any] | None
    waiting: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def after_this(self, *, tools: Mapping[str, Any] | None) -> Transcript:
        """For turns that follow the ones read, as each side of a preference does."""
        return Transcript(self.report, self.line, self.arguments, self.nulls, tools, used=set(self.used))

    def close(self, path: str) -> None:
        """Say which call has no result where the turns end and others are to follow."""
        if self.waiting:
            self._unanswered(path)

    def read(self, turns: Sequence[Any], path: str, *, after: str = "") -> str:
        """Check `turns`, which follow a turn of role `after`. The role of the last; '' where no turn can be read,
        which was said."""
        for index, turn in enumerate(turns):
            place = f"{path}[{index}]"
            if not isinstance(turn, dict):
                self.error("not_a_turn", f"{place} is no object with a role and content", "write {role, content}")
                continue
            after = self._turn(turn, place, after)
        return after

    @property
    def by_place(self) -> bool:
        """Whether the trainer's templates may tell a result's call by its place alone."""
        return self.arguments == "object"

    def error(self, code: str, message: str, remedy: str) -> None:
        self.report.error(code, self.line, message, remedy)

    def warning(self, code: str, message: str, remedy: str) -> None:
        self.report.warning(code, self.line, message, remedy)

    def _turn(self, turn: dict[str, Any], place: str, before: str) -> str:
        role = turn.get("role")
        if not isinstance(role, str) or role not in ROLES:
            self.error("unknown_role", f"{place} has the role {role!r}", f"use one of: {', '.join(sorted(ROLES))}")
            return before
        self._order(role, place, before)
        self._content(turn, role, place)
        if role in {"user", "assistant"} and self.waiting:
            self._unanswered(place)
        if role == "tool":
            self._result(turn, place)
        elif turn.get("tool_calls"):
            self._calls(turn, role, place)
        return before if before and role in {"system", "developer"} else role

    def _order(self, role: str, place: str, before: str) -> None:
        allowed = FOLLOWS.get(role, {""})
        if before in allowed:
            return
        if role in {"system", "developer"}:
            said = f"{place}: a {role} turn in mid-conversation, which some templates refuse and others drop"
        else:
            when = f"after the {before}" if before else "first"
            said = f"{place}: the {role} speaks {when}, which some templates refuse"
        self.warning("role_order", said, "let user and assistant take turns, the system first")

    def _content(self, turn: dict[str, Any], role: str, place: str) -> None:
        content = turn.get("content")
        calls = bool(turn.get("tool_calls"))
        if isinstance(content, str):
            self._text(content, role, place, calls=calls)
        elif content is None and calls and self.nulls:
            return
        elif content is None and calls:
            self.warning("null_content", f"{place} has no content, and 12 of 41 templates break on null", 'write ""')
        else:
            what = "no content" if content is None else "content that is no text"
            self.error("content_not_text", f"{place} has {what}", "write the content as a string")

    def _text(self, content: str, role: str, place: str, *, calls: bool) -> None:
        if not content.strip():
            if role == "assistant" and not calls:
                self.error("empty_answer", f"{place}: the assistant says nothing and calls nothing", "drop the row")
            elif role in {"user", "system"}:
                self.warning("empty_turn", f"{place}: the {role} says nothing", "drop the turn")
            return
        if role != "tool" and (content[0].isspace() or content[-1].isspace()):
            self.warning(
                "untrimmed", f"{place} has white space at an end, which half of the templates strip", "strip it"
            )
        mark = control_token(OWN_THOUGHT.sub("", content) if role == "assistant" else content)
        if mark:
            self.error(
                "control_token", f"{place} holds {mark!r}, which a tokenizer takes for its own mark", "remove it"
            )

    def _calls(self, turn: dict[str, Any], role: str, place: str) -> None:
        calls = turn["tool_calls"]
        if role != "assistant":
            self.error("misplaced_call", f"{place}: only the assistant calls tools", "move the call")
        elif not isinstance(calls, list):
            self.error("bad_call", f"{place}.tool_calls is no list", "write a list of calls")
        else:
            for index, call in enumerate(calls):
                self._call(call, f"{place}.tool_calls[{index}]")

    def _unanswered(self, place: str) -> None:
        key, name = next(iter(self.waiting.items()))
        self.error("unanswered_call", f"call {_id(key, name)} has no result before {place}", "add the result")
        self.waiting.clear()

    def _call(self, call: Any, place: str) -> None:  # noqa: ANN401 - JSON
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            self.error(
                "bad_call", f"{place} is no call of a named function", "write {id, type, function: {name, arguments}}"
            )
            return
        if not self.by_place and call.get("type") != "function":
            self.error("bad_call", f"{place} has the type {call.get('type')!r}", "write function: there is no other")
        self._call_id(call.get("id"), function["name"], place)
        arguments = self._arguments(function.get("arguments"), place)
        if self.tools is None:
            return
        if function["name"] not in self.tools:
            self.error(
                "unknown_tool", f"{place} calls {function['name']!r}, which is not among the row's tools", "offer it"
            )
        elif arguments is not None:
            wrong = fault(arguments, self.tools[function["name"]])
            if wrong:
                self.warning(
                    "arguments_schema", f"{place}: the arguments do not fit the tool: {wrong}", "mend or drop the row"
                )

    def _call_id(self, key: Any, name: str, place: str) -> None:  # noqa: ANN401 - JSON
        if key is None and self.by_place:
            self.warning("no_call_id", f"{place} has no id, which Mistral's template asks for", "give each call an id")
            key = f"{NO_ID}{len(self.used)}"
        elif not isinstance(key, str) or not key or key in self.used:
            self.error(
                "call_id", f"{place} has the id {key!r}, which is none of its own", "give each call an id of its own"
            )
        elif not CALL_ID.fullmatch(key):
            self.warning(
                "call_id_form", f"{place}: Mistral's template takes only nine letters or digits", "rename the id"
            )
        if isinstance(key, str):
            self.used.add(key)
            self.waiting[key] = name

    def _arguments(self, arguments: Any, place: str) -> dict[str, Any] | None:  # noqa: ANN401 - JSON
        if self.arguments == "object":
            if isinstance(arguments, dict):
                return arguments
            self.error(
                "arguments_not_object", f"{place}: arguments must be an object, or 20 of 27 templates break",
                "write them as an object",
            )  # fmt: skip
            return None
        try:
            value = strict_json.loads(arguments) if isinstance(arguments, str) else None
        except strict_json.NotStrict:
            value = None
        if isinstance(value, dict):
            return value
        self.error(
            "arguments_not_string", f"{place}: arguments must be a string of a JSON object", "write them as JSON text"
        )
        return None

    def _result(self, turn: dict[str, Any], place: str) -> None:
        key, name = turn.get("tool_call_id"), turn.get("name")
        if key is None and self.by_place:
            key = next((each for each in self.waiting if name in {None, self.waiting[each]}), None)
        if not isinstance(key, str) or key not in self.waiting:
            self.error("orphan_result", f"{place} answers no open call ({key!r})", "give it the id of its call")
            return
        first = next(iter(self.waiting))
        if key != first and self.by_place:
            self.warning(
                "result_order", f"{place} comes before the result of {_id(first, self.waiting[first])}, and templates "
                "that show no ids take it for that", "put results in the order of their calls",
            )  # fmt: skip
        called = self.waiting.pop(key)
        if isinstance(name, str) and name != called:
            self.error("result_name", f"{place} is named {name!r}, but its call is of {called!r}", "name it after it")


def _id(key: str, name: str) -> str:
    return f"of {name!r}" if key.startswith(NO_ID) else repr(key)


def said(turn: Any) -> Any:  # noqa: ANN401 - JSON
    """A turn as two sides are compared: ids, keys without a value, case, spaces and the spelling of JSON make no
    difference."""
    if isinstance(turn, str):
        return normalise(turn)
    if not isinstance(turn, dict):
        return turn
    told = {key: value for key, value in turn.items() if value not in (None, "", []) and key != "tool_call_id"}
    calls = told.get("tool_calls")
    if isinstance(calls, list):
        told["tool_calls"] = [*map(_called, calls)]
    return {key: normalise(value) if isinstance(value, str) else value for key, value in told.items()}


def _called(call: Any) -> Any:  # noqa: ANN401 - JSON
    """A call without its id, its arguments read where they are JSON text."""
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict):
        return call
    arguments = function.get("arguments")
    try:
        return function.get("name"), strict_json.loads(arguments) if isinstance(arguments, str) else arguments
    except strict_json.NotStrict:
        return function.get("name"), arguments


def offered(tools: Sequence[Any], report: Reporter, line: int) -> dict[str, Any]:
    """The functions that `tools` offers, with their parameters; what is no tool becomes a finding."""
    found: dict[str, Any] = {}
    for index, tool in enumerate(tools):
        function = tool.get("function") if isinstance(tool, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            report.error(
                "bad_tool", line, f"tools[{index}] is no function with a name", "write {type, function: {name, …}}"
            )
        else:
            if function["name"] in found:
                report.error("bad_tool", line, f"two tools are called {function['name']!r}", "drop one")
            found[function["name"]] = function.get("parameters")
    return found
