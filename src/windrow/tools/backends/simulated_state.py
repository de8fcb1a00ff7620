"""What a simulation starts from: a few things of each kind, each field drawn by itself, and arguments that fit them.

A field's value depends on its own name and place only, so that one more tool in a catalogue does not change what the
others find.
"""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING, Any

from windrow.tools.backends.operations import Operation, id_of, is_secret
from windrow.tools.backends.simulated_results import field_of, record_schemas, same_field
from windrow.tools.backends.stateful import argument_problem, new_id
from windrow.tools.sampling import GIVEN_OPTIONALS
from windrow.tools.values import options, value_for
from windrow.tools.wording import label, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from windrow.row import Tool
    from windrow.tools.backend import State

RECORDS = 3
REDRAWS = 4
REMEMBERED = frozenset({"get", "list", "create", "update", "delete"})
FILTERED = 0.6  # the share of calls of a search that leave nothing out for a filter it could use


def initial_state(things: Mapping[str, Mapping[str, Any]], operations: Mapping[str, Operation], seed: int) -> State:
    """Three things of each kind that the tools remember; `things` are their fields, as `fields_of` tells them."""
    records: dict[str, dict[str, Any]] = {}
    for entity, fields in things.items():
        number = any(operation.number_ids for operation in operations.values() if operation.entity == entity)
        table: dict[str, Any] = {}
        for place in range(RECORDS):
            key = new_id("" if number else f"{entity[:3].upper()}-", table, seed, entity, place)
            record = {name: value_for(name, schema, _rng(seed, entity, place, name)) for name, schema in fields.items()}
            if "status" in record and any(each.becomes for each in operations.values() if each.entity == entity):
                record["status"] = "open"
            table[key] = {"id": int(key) if number else key, **record}
        records[entity] = table
    _join(records, seed)
    logged_in = _rng(seed, "session").random() < 0.5 if _logs_in(operations) else True  # noqa: PLR2004 - a fair coin
    return {"records": records, "deleted": {}, "settings": {}, "effects": {}, "logged_in": logged_in}


def _join(records: Mapping[str, Mapping[str, Any]], seed: int) -> None:
    """A field such as `card_id` names one of the cards."""
    for entity, table in records.items():
        for key, record in table.items():
            for name in record:
                others = records.get(id_of(name))
                if others and id_of(name) != entity:
                    record[name] = others[_rng(seed, key, name).choice(sorted(others))]["id"]


def draw_arguments(
    tool: Tool, operation: Operation, state: State, rng: random.Random, described: Mapping[str, str]
) -> dict[str, Any] | None:
    """Arguments that the simulation can do something with. `described` are descriptions by an argument's name, from all
    tools of the catalogue: what one tool says of `currency` holds for the others. None where a schema is beyond us."""
    required = tool.parameters.get("required", ())
    picked = _picked(operation, state, rng)
    made: dict[str, Any] = {}
    for name, schema in tool.parameters.get("properties", {}).items():
        if name not in required and rng.random() >= GIVEN_OPTIONALS:
            continue
        told = described.get(label(name), "") if schema.get("type") == "string" and not options(schema) else ""
        meant = {**schema, "description": f"{schema.get('description', '')} {told}"}
        value = _value(name, meant, operation, state, picked, rng)
        for _ in range(REDRAWS):  # two fields with one value would be a flight from a place to itself
            if value not in made.values() or isinstance(value, bool):
                break
            value = _value(name, meant, operation, state, picked, rng)
        if value is None and name in required:
            return None
        if value is not None:
            made[name] = value
    return None if argument_problem(tool.parameters, made) else made


def _picked(operation: Operation, state: State, rng: random.Random) -> dict[str, Any]:
    """The record that the call will be about, {} where there is none yet."""
    table = state["records"].get(operation.entity, {})
    if not table or operation.kind in {"create", "compute", "log_in", "log_out"}:
        return {}
    record: dict[str, Any] = table[rng.choice(sorted(table))]
    return record


def _value(
    name: str,
    schema: Mapping[str, Any],
    operation: Operation,
    state: State,
    picked: Mapping[str, Any],
    rng: random.Random,
) -> Any:  # noqa: ANN401 - JSON
    if name == operation.key and not operation.by_field and picked:
        return picked["id"]
    known = state["records"].get(id_of(name))
    if known:
        return known[rng.choice(sorted(known))]["id"]
    if operation.by_field or operation.kind == "list":
        own = (value for field, value in picked.items() if same_field(operation.entity, field, name))
        field = next(own, None)
        if field is not None:
            return field
        texts = [value for value in picked.values() if isinstance(value, str) and " " in value]
        if operation.kind == "list" and texts and schema.get("type") == "string" and not options(schema):
            return max(rng.choice(texts).strip(".").split(), key=len) if _is_word(name) else None
    if operation.becomes and parts(name) == ["status"]:
        return None
    return value_for(name, schema, rng)


def _is_word(name: str) -> bool:
    return bool({"keyword", "query", "text", "search", "term"} & set(parts(name)))


def fields_of(tools: Sequence[Tool], operations: Mapping[str, Operation]) -> dict[str, dict[str, Any]]:
    """Entity to its fields, each with its schema: what is told of it, and what one finds it by."""
    found: dict[str, dict[str, Any]] = {}
    for tool in tools:
        operation = operations.get(tool.name)
        if operation is None or operation.kind not in REMEMBERED or (operation.kind == "update" and not operation.key):
            continue
        fields = found.setdefault(operation.entity, {})
        if operation.kind in {"get", "list"}:
            _add(fields, record_schemas(operation.returns, operation.entity), operation.entity)
        if operation.kind in {"create", "update"} or operation.by_field:
            _add(fields, _given(tool), operation.entity, but="" if operation.by_field else operation.key)
    for entity, fields in found.items():
        if not fields:
            fields[f"{entity}_name"] = {"type": "string"}
    return found


def _add(fields: dict[str, Any], more: Iterable[tuple[str, Mapping[str, Any]]], entity: str, but: str = "") -> None:
    for name, schema in more:
        own_id = parts(name) == ["id"] or id_of(name) == entity
        if own_id or is_secret(name) or name == but or schema.get("type") in {"array", "object"}:
            continue
        if not any(same_field(entity, name, known) for known in fields):
            fields[f"{entity}_name" if field_of(entity, name) == ["name"] else name] = schema


def _given(tool: Tool) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """The arguments of a tool, those inside an object such as `updates` in its place."""
    for name, schema in tool.parameters.get("properties", {}).items():
        if isinstance(schema, dict) and schema.get("type") == "object" and schema.get("properties"):
            yield from schema["properties"].items()
        else:
            yield name, schema


def _logs_in(operations: Mapping[str, Operation]) -> bool:
    return any(operation.kind == "log_in" for operation in operations.values())


def _rng(*place: object) -> random.Random:
    return random.Random(hashlib.sha256(repr(place).encode()).digest())
