"""Results of simulated calls, in the shape that the catalogue promises, filled with what the call found or made."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from windrow.tools.backends.operations import id_of
from windrow.tools.values import value_for
from windrow.tools.wording import label, parts, singular

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping

    from windrow.tools.backends.operations import Operation

DONE = {"create": "created", "update": "updated", "delete": "deleted", "log_in": "logged in", "log_out": "logged out"}
LABELS = ("name", "title", "subject", "user", "username", "message", "description")


def shaped(operation: Operation, source: Any, rng: random.Random, *, logged_in: bool) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """The result of a call that found or made `source`: one record, or a list of them."""
    filler = _Filler(operation, rng, logged_in=logged_in)
    properties = operation.returns.get("properties")
    if not properties:
        return _plain(operation, source)
    if isinstance(source, list):
        return filler.many(properties, source)
    return {name: filler.value(name, schema, source) for name, schema in properties.items()}


def record_schemas(returns: Mapping[str, Any], entity: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """The fields of one thing that a result tells of, whether by itself, in an object, or in a list."""
    for name, schema in returns.get("properties", {}).items():
        if not isinstance(schema, dict):
            continue
        items = schema.get("items")
        inner = items if isinstance(items, dict) else schema
        if isinstance(inner.get("properties"), dict):
            yield from inner["properties"].items()
        elif schema.get("type") == "array" or singular(name) == entity:
            yield f"{entity}_name", {"type": "string"}
        elif schema.get("type") not in {"object", "boolean"}:
            yield name, schema


def _plain(operation: Operation, source: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """The result where the catalogue promises no shape."""
    if isinstance(source, list):
        return {f"{operation.entity}s": source}
    done = {"status": DONE[operation.kind]} if operation.kind in DONE and "status" not in source else {}
    return {**done, **source} or {"status": "ok"}


@lru_cache(maxsize=8192)
def field_of(entity: str, name: str) -> list[str]:
    """What a field is called within its thing: `user_name`, `user` and `name` of a user are all its name."""
    said = parts(name)
    if said and singular(said[-1]) == entity:
        return ["name"]
    return said[1:] if len(said) > 1 and singular(said[0]) == entity else said


def same_field(entity: str, one: str, other: str) -> bool:
    """Whether two names mean the same field of a thing."""
    return field_of(entity, one) == field_of(entity, other)


class _Filler:
    """Fills the fields of one result."""

    def __init__(self, operation: Operation, rng: random.Random, *, logged_in: bool) -> None:
        self._operation = operation
        self._rng = rng
        self._logged_in = logged_in

    def many(self, properties: Mapping[str, Any], source: list[dict[str, Any]]) -> dict[str, Any]:
        """The records under the first field that can hold them; a result made for one thing holds a list of them."""
        holder = next((name for name, schema in properties.items() if schema.get("type") in {"array", "object"}), None)
        if holder is None:
            each = [
                {name: self.value(name, schema, record) for name, schema in properties.items()} for record in source
            ]
            return {f"{self._operation.entity}s": each}
        first: dict[str, Any] = source[0] if source else {}
        rest = {name: self.value(name, schema, first) for name, schema in properties.items() if name != holder}
        return {holder: self._held(properties[holder], source), **rest}

    def value(self, name: str, schema: Mapping[str, Any], source: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """One field: what the source says under this name, else what follows from the call, else something made up."""
        known = self._known(name, source)
        kind = schema.get("type")
        if kind == "boolean":
            return known if isinstance(known, bool) else self._truth(name, schema)
        if kind == "object" and isinstance(schema.get("properties"), dict):
            return {key: self.value(key, each, source) for key, each in schema["properties"].items()}
        if kind == "string" and self._tells_outcome(name, schema):
            return f"{label(self._operation.entity)} {self._operation.becomes or DONE[self._operation.kind]}"
        if known is not None and _fits(known, kind):
            return known
        return value_for(name, schema, self._rng)

    def _held(self, schema: Mapping[str, Any], source: list[dict[str, Any]]) -> Any:  # noqa: ANN401 - JSON
        """Records as a list of objects, a list of labels, or an object by id."""
        items = schema.get("items")
        inner = items if isinstance(items, dict) else schema
        if isinstance(inner.get("properties"), dict):
            fields = inner["properties"]
            told = [{name: self.value(name, each, record) for name, each in fields.items()} for record in source]
            return told if schema.get("type") == "array" else dict(zip(map(_id, source), told, strict=True))
        if schema.get("type") == "array":
            return [label_of(record) for record in source]
        return {_id(record): label_of(record) for record in source}

    def _known(self, name: str, source: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        entity = self._operation.entity
        said = parts(name)
        if said == ["id"] or id_of(name) == entity:
            return source.get("id", source.get(name))
        for field, value in source.items():
            if same_field(entity, field, name):
                return value
        return label_of(source) if said and singular(said[-1]) == entity and source.get("id") is not None else None

    def _tells_outcome(self, name: str, schema: Mapping[str, Any]) -> bool:
        """Whether a text says how it went, rather than what was found."""
        if not self._operation.mutating or not {"status", "message", "result"} & set(parts(name)):
            return False
        told = str(schema.get("description", "")).lower()
        return any(word in told for word in ("result", "operation", "message from", "describing")) or not told

    def _truth(self, name: str, schema: Mapping[str, Any]) -> bool:
        if {"login", "logged"} & {*parts(name), *parts(str(schema.get("description", "")))}:
            return self._logged_in
        return True if self._operation.mutating else self._rng.random() < 0.5  # noqa: PLR2004 - a fair coin


def label_of(record: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """What one calls a record: its name or title, else its id."""
    for name in LABELS:
        for field, value in record.items():
            if parts(field)[-1:] == [name] and isinstance(value, str):
                return value
    return record.get("id", "")


def _id(record: Mapping[str, Any]) -> str:
    return str(record.get("id", ""))


def _fits(value: object, kind: object) -> bool:
    kinds: dict[object, tuple[type, ...]] = {
        "string": (str,), "integer": (int,), "number": (int, float), "array": (list,), "object": (dict,),
    }  # fmt: skip
    return isinstance(value, kinds.get(kind, (object,))) and not isinstance(value, bool)
