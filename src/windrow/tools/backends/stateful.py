"""The frame of the backends that come along: tools as data, one function a tool, rules that refuse in words.

A function gets the state and the arguments, refuses with `Denied` before it changes anything, and returns JSON. Ids of
what it creates are made of the content and not of a counter, so that calls which do not depend on each other leave the
same state in whatever order they are made.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from windrow.row import Tool
from windrow.tools.backend import Backend, Result, Session, State, copied, failed, succeeded

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping

Arguments: TypeAlias = dict[str, Any]
Handler: TypeAlias = "Callable[..., dict[str, Any]]"
Sampler: TypeAlias = "Callable[[State, random.Random], Arguments | None]"


class Denied(Exception):
    """A rule of the backend says no. `code` is a short stable word, the text a sentence for whoever called."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class StatefulBackend(Backend):
    """A backend made of tables: its tools, what does them, what draws arguments for them, which change the state."""

    HANDLERS: ClassVar[Mapping[str, Handler]]
    SAMPLERS: ClassVar[Mapping[str, Sampler]]
    MUTATING: ClassVar[frozenset[str]]

    def mutating(self, name: str) -> bool:
        return name in self.MUTATING

    def start(self, state: State) -> Session:
        return StatefulSession(self.tools, self.HANDLERS, state)

    def arguments(self, name: str, state: State, rng: random.Random) -> Arguments | None:
        sampler = self.SAMPLERS.get(name)
        return sampler(state, rng) if sampler else None


class StatefulSession(Session):
    """A copy of the state, and the functions that work on it."""

    def __init__(self, tools: tuple[Tool, ...], handlers: Mapping[str, Handler], state: State) -> None:
        self._parameters = {tool.name: tool.parameters for tool in tools}
        self._handlers = handlers
        self._state = copied(state)

    def call(self, name: str, arguments: Mapping[str, Any]) -> Result:
        handler = self._handlers.get(name)
        if handler is None or name not in self._parameters:
            return failed("unknown_tool", f"There is no tool called {name}.")
        problem = argument_problem(self._parameters[name], arguments)
        if problem:
            return failed("bad_arguments", problem)
        try:
            return succeeded(handler(self._state, **as_declared(self._parameters[name], arguments)))
        except Denied as denied:
            return failed(denied.code, str(denied))

    def state(self) -> State:
        return copied(self._state)


def argument_problem(parameters: Mapping[str, Any], arguments: Mapping[str, Any]) -> str:
    """What is wrong with `arguments` under a JSON Schema, in a sentence, or ''."""
    try:
        error = next(_validator(json.dumps(parameters)).iter_errors(dict(arguments)), None)
    except (ValueError, TypeError) as unreadable:
        return f"The arguments cannot be read: {unreadable}"
    if error is None:
        return ""
    place = "/".join(str(part) for part in error.instance_path)
    return f"{place}: {error.message}" if place else error.message


def as_declared(schema: Any, value: Any) -> Any:  # noqa: ANN401 - JSON
    """A copy of valid `value` with its numbers and the order of its keys as `schema` declares them: 5 for a number is
    5.0, and 5.0 for an integer is 5. Two ways to write the same must not be two states."""
    declared = schema if isinstance(schema, dict) else {}
    if isinstance(value, dict):
        properties = declared.get("properties", {})
        order = [*(key for key in properties if key in value), *(key for key in value if key not in properties)]
        return {key: as_declared(properties.get(key), value[key]) for key in order}
    if isinstance(value, list):
        return [as_declared(declared.get("items"), each) for each in value]
    if declared.get("type") == "number" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if declared.get("type") == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def tool(name: str, description: str, required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> Tool:
    """A tool whose parameters are `required` and `optional`, each a name to its JSON Schema, and nothing else."""
    properties = {**required, **(optional or {})}
    parameters = {
        "type": "object", "properties": properties, "required": list(required), "additionalProperties": False,
    }  # fmt: skip
    return Tool(name, description, parameters)


def new_id(prefix: str, taken: Mapping[str, Any], *content: object) -> str:
    """An id made of `content`: the same whenever the same is created, another where that one is taken."""
    nth = 0
    while True:
        told = json.dumps([*content, nth], ensure_ascii=False, sort_keys=True)
        made = f"{prefix}{int(hashlib.sha256(told.encode()).hexdigest()[:12], 16) % 90_000 + 10_000}"
        if made not in taken:
            return made
        nth += 1


def found(table: Mapping[str, Any], key: str, noun: str) -> Any:  # noqa: ANN401 - a record
    """The record called `key`. Raises Denied."""
    if key not in table:
        raise Denied("not_found", f"There is no {noun} {key}.")
    return table[key]


@lru_cache(maxsize=512)
def _validator(parameters: str) -> Any:  # noqa: ANN401 - jsonschema_rs ships no types that mypy reads
    from jsonschema_rs import validator_for  # noqa: PLC0415 - a compiled library, for who executes calls only

    return validator_for(json.loads(parameters), validate_formats=True)
