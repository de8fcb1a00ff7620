"""Whether arguments fit a tool's JSON Schema, as far as a trainer cares: types, required, enum, unknown names.

A hint, not a validator: `$ref`, `oneOf`, formats and ranges are passed over, so what it calls a fault is one.
"""

from __future__ import annotations

from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def fault(value: Any, schema: Any, path: str = "") -> str:  # noqa: ANN401 - JSON
    """What is wrong with `value`, or ''."""
    if not isinstance(schema, dict):
        return ""
    name = path or "they"
    if not _has_type(value, schema.get("type")):
        return f"{name} should be of type {schema['type']}"
    options = schema.get("enum")
    if isinstance(options, list) and value not in options:
        return f"{name} should be one of {options}"[:120]
    if isinstance(value, dict):
        return _object_fault(value, schema, path)
    if isinstance(value, list):
        return next(
            filter(None, (fault(each, schema.get("items"), f"{path}[{at}]") for at, each in enumerate(value))), ""
        )
    return ""


def _object_fault(value: dict[str, Any], schema: dict[str, Any], path: str) -> str:
    properties = schema.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    required = schema.get("required")
    missing = [name for name in required if name not in value] if isinstance(required, list) else []
    if missing:
        return f"{_join(path, missing[0])} is required"
    unknown = [name for name in value if name not in properties]
    if (
        unknown
        and properties
        and schema.get("additionalProperties", False) is False
        and "patternProperties" not in schema
    ):
        return f"{_join(path, unknown[0])} is not a parameter"
    faults = (fault(inner, properties.get(name), _join(path, name)) for name, inner in value.items())
    return next(filter(None, faults), "")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _has_type(value: Any, told: Any) -> bool:  # noqa: ANN401 - JSON
    names = [told] if isinstance(told, str) else told
    if not isinstance(names, list) or not all(isinstance(name, str) and name in TYPES for name in names):
        return True
    if isinstance(value, bool):
        return "boolean" in names
    if isinstance(value, float) and value.is_integer() and "integer" in names:
        return True
    return any(isinstance(value, TYPES[name]) for name in names)
