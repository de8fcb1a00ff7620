"""A backend for any catalogue: things are made, found, changed and taken away as the tools' names and schemas say.

It knows nothing of the real service, and its results are made up. But it is code with a state: what was created can be
found, what was deleted is gone, an id that does not exist is refused, and the same calls give the same bytes. Every
call that changes something is remembered with its arguments, so that none can be left out or altered unseen.
"""

from __future__ import annotations

import hashlib
import json
import random
from functools import cached_property
from typing import TYPE_CHECKING, Any

from windrow.tools.backend import Backend, BackendError, Result, Session, State, copied, failed, succeeded, write
from windrow.tools.backends.operations import Operation, id_of, is_secret, read_operations
from windrow.tools.backends.simulated_results import same_field, shaped
from windrow.tools.backends.simulated_state import draw_arguments, fields_of, initial_state
from windrow.tools.backends.stateful import Denied, argument_problem, as_declared, new_id
from windrow.tools.wording import label, parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from windrow.row import Tool

WORDS_LOOKED_FOR = {"keyword", "query", "text", "search", "term", "q", "phrase"}


class Simulated(Backend):
    """Things that tools make, find, change and take away, whatever the catalogue."""

    name = "simulated"
    version = 1

    def __init__(self, tools: Sequence[Tool], operations: Mapping[str, Operation]) -> None:
        self.tools = tuple(tools)
        self.operations = dict(operations)

    @classmethod
    def of(
        cls,
        tools: Sequence[Tool],
        returns: Mapping[str, Mapping[str, Any]] | None = None,
        annotations: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Simulated:
        """The simulation of a catalogue: `returns` are schemas of results, `annotations` hints of MCP's, by tool."""
        return cls(tools, read_operations(tools, returns, annotations))

    @classmethod
    def again(cls, environment: Mapping[str, Any], tools: Sequence[Tool]) -> Simulated:
        """The simulation that made a row: what its tools do stands in the row's environment. Raises BackendError."""
        try:
            operations = {name: Operation(**told) for name, told in environment["operations"].items()}
        except (KeyError, TypeError, AttributeError) as error:
            raise BackendError(f"the row does not say what its simulated tools do: {error}") from error
        return cls(tools, operations)

    def environment(self, tools: Collection[str]) -> dict[str, Any]:
        told = {name: self.operations[name].to_dict() for name in sorted(tools) if name in self.operations}
        return {**super().environment(tools), "operations": told}

    def mutating(self, name: str) -> bool:
        return name in self.operations and self.operations[name].mutating

    def initial_states(self, rng: random.Random) -> Iterator[State]:
        while True:
            yield initial_state(self._fields, self.operations, rng.getrandbits(64))

    def arguments(self, name: str, state: State, rng: random.Random) -> dict[str, Any] | None:
        tool = next((tool for tool in self.tools if tool.name == name), None)
        if tool is None:
            return None
        return draw_arguments(tool, self.operations[name], state, rng, self._described)

    @cached_property
    def _fields(self) -> dict[str, dict[str, Any]]:
        return fields_of(self.tools, self.operations)

    @cached_property
    def _described(self) -> dict[str, str]:
        """What the catalogue says of each argument, wherever it says it."""
        told: dict[str, str] = {}
        for tool in self.tools:
            for name, schema in tool.parameters.get("properties", {}).items():
                told[label(name)] = f"{told.get(label(name), '')} {schema.get('description', '')}".strip()
        return told

    def start(self, state: State) -> Session:
        return SimulatedSession(self.tools, self.operations, state)


class SimulatedSession(Session):
    """One conversation with the simulation."""

    def __init__(self, tools: Sequence[Tool], operations: Mapping[str, Operation], state: State) -> None:
        self._tools = {tool.name: tool for tool in tools if tool.name in operations}
        self._operations = operations
        self._state = copied(state)
        for part in ("records", "deleted", "settings", "effects"):
            self._state.setdefault(part, {})
        self._state.setdefault("logged_in", False)

    def call(self, name: str, arguments: Mapping[str, Any]) -> Result:
        tool = self._tools.get(name)
        if tool is None:
            return failed("unknown_tool", f"There is no tool called {name}.")
        problem = argument_problem(tool.parameters, arguments)
        if problem:
            return failed("bad_arguments", problem)
        operation = self._operations[name]
        declared = tool.parameters.get("properties", {})
        order = [
            *(name for name in declared if name in arguments),
            *(name for name in arguments if name not in declared),
        ]
        given = as_declared(tool.parameters, {name: arguments[name] for name in order})
        if operation.kind == "create":
            given = {**_defaults(tool), **given}
        try:
            source = self._done(operation, given)
        except Denied as denied:
            return failed(denied.code, str(denied))
        if operation.mutating:
            told = _told(name, given)
            self._state["effects"][told] = self._state["effects"].get(told, 0) + 1
        return succeeded(shaped(operation, source, _rng(name, given, source), logged_in=self._state["logged_in"]))

    def state(self) -> State:
        return copied(self._state)

    def _done(self, operation: Operation, given: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Do it; what the result is made from. Raises Denied."""
        self._refuse_unknown_ids(operation, given)
        does = {
            "get": self._get, "list": self._list, "compute": self._compute, "create": self._create,
            "update": self._update, "delete": self._delete, "log_in": self._log_in, "log_out": self._log_out,
        }  # fmt: skip
        return does[operation.kind](operation, given)

    def _table(self, entity: str) -> dict[str, Any]:
        table: dict[str, Any] = self._state["records"].setdefault(entity, {})
        return table

    def _refuse_unknown_ids(self, operation: Operation, given: Mapping[str, Any]) -> None:
        """An id of a thing that is remembered must be one of those that are there."""
        for name, value in given.items():
            entity = operation.entity if name == operation.key and not operation.by_field else id_of(name)
            known = self._state["records"].get(entity)
            if known is not None and isinstance(value, str | int) and str(value) not in known:
                raise Denied("not_found", f"There is no {label(entity)} {value}.")

    def _found(self, operation: Operation, given: Mapping[str, Any]) -> str:
        """The id of the record that the key picks. Raises Denied."""
        table, value = self._table(operation.entity), given.get(operation.key)
        if not operation.by_field:
            return str(value)
        for key, record in sorted(table.items(), reverse=True):
            if any(same_field(operation.entity, name, operation.key) and _alike(each, value)
                   for name, each in record.items()):  # fmt: skip
                return key
        raise Denied("not_found", f"There is no {label(operation.entity)} whose {label(operation.key)} is {value}.")

    def _get(self, operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
        if not operation.key:
            return self._compute(operation, given)
        record: dict[str, Any] = self._table(operation.entity)[self._found(operation, given)]
        return record

    def _list(self, operation: Operation, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        kept = [record for _, record in sorted(self._table(operation.entity).items())]
        for name, value in given.items():
            if WORDS_LOOKED_FOR & set(parts(name)) and isinstance(value, str):
                kept = [record for record in kept if value.casefold() in write(record).casefold()]
            elif not is_secret(name):
                kept = [record for record in kept if _matches(operation.entity, record, name, value)]
        return kept

    def _compute(self, operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
        known = {key: value for key, value in given.items() if not is_secret(key)}
        for name, value in given.items():
            known = {**self._state["records"].get(id_of(name), {}).get(str(value), {}), **known}
        return {**known, **self._state["settings"].get(operation.entity, {})}

    def _create(self, operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
        table = self._table(operation.entity)
        content = {key: value for key, value in given.items() if not is_secret(key)}
        prefix = "" if operation.number_ids else f"{operation.entity[:3].upper()}-"
        made = new_id(prefix, {**table, **self._state["deleted"].get(operation.entity, {})}, operation.entity, content)
        status = {"status": "open"} if any("status" in record for record in table.values()) else {}
        table[made] = {"id": int(made) if operation.number_ids else made, **status, **content}
        record: dict[str, Any] = table[made]
        return record

    def _update(self, operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        for name, value in given.items():
            if name != operation.key and not is_secret(name):
                changes.update(value if isinstance(value, dict) else {name: value})
        if not operation.key:
            settings: dict[str, Any] = self._state["settings"].setdefault(operation.entity, {})
            settings.update(changes)
            return settings
        record: dict[str, Any] = self._table(operation.entity)[self._found(operation, given)]
        if operation.becomes:
            if record.get("status") == operation.becomes:
                raise Denied("unchanged", f"This {label(operation.entity)} is {operation.becomes} already.")
            changes.setdefault("status", operation.becomes)
        record.update(changes)
        return record

    def _delete(self, operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
        if not operation.key:
            return self._compute(operation, given)
        key = self._found(operation, given)
        record: dict[str, Any] = self._table(operation.entity).pop(key)
        self._state["deleted"].setdefault(operation.entity, {})[key] = record
        return record

    def _log_in(self, operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
        self._state["logged_in"] = True
        return self._compute(operation, given)

    def _log_out(self, operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
        if not self._state["logged_in"]:
            raise Denied("not_logged_in", "Nobody is logged in.")
        self._state["logged_in"] = False
        return self._compute(operation, given)


def _defaults(tool: Tool) -> dict[str, Any]:
    """What the schema says of arguments that are not given; "None" is a catalogue's way of saying nothing."""
    defaults = {name: schema.get("default") for name, schema in tool.parameters.get("properties", {}).items()}
    return {name: value for name, value in defaults.items() if value not in (None, "None", "null")}


def _matches(entity: str, record: Mapping[str, Any], name: str, value: object) -> bool:
    """Whether a record has this value under a name, or knows no such field."""
    known = [each for field, each in record.items() if same_field(entity, field, name)]
    return not known or any(_alike(each, value) for each in known)


def _alike(one: object, other: object) -> bool:
    return one == other or (isinstance(one, str) and isinstance(other, str) and one.casefold() == other.casefold())


def _rng(name: str, given: Mapping[str, Any], source: object) -> random.Random:
    """What is made up for a result follows from the call and from what it found, and from nothing else."""
    return random.Random(hashlib.sha256(_told(name, given, source).encode()).digest())


def _told(*parts: object) -> str:
    """Canonical JSON: the same text for the same content, in whatever order it was written."""
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)
