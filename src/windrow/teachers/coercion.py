"""Types mended by what a JSON Schema wants: "5" for 5, "true" for true, one value for a list of one.

Only where one reading is possible, and never a value that was not there: what this cannot mend stays as it is, for the
strict check to refuse.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from windrow.teachers.schemas import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

INTEGER = re.compile(r"[+-]?[0-9]{1,300}")
NUMBER = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?")
DEPTH = 64


def coerced(value: Any, schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """`value` with its types mended towards `schema`; the same value where nothing needs it."""
    return _coerce(value, schema, schema, DEPTH)


def _coerce(value: Any, schema: Any, root: Mapping[str, Any], depth: int) -> Any:  # noqa: ANN401
    if depth == 0 or not isinstance(schema, dict):
        return value
    schema = resolve(schema["$ref"], root) if "$ref" in schema else schema
    branches = _branches(schema, root, depth)
    if branches:
        return _coerce_union(value, branches, root, depth - 1)
    if "enum" in schema or "const" in schema:
        return _coerce_choice(value, schema.get("enum") or [schema["const"]])
    mended = _coerce_type(value, schema.get("type"))
    if isinstance(mended, list) and "items" in schema:
        return [_coerce(part, schema["items"], root, depth - 1) for part in mended]
    if isinstance(mended, dict):
        return _coerce_members(mended, schema, root, depth - 1)
    return mended


def _coerce_members(value: dict[str, Any], schema: dict[str, Any], root: Mapping[str, Any], depth: int) -> Any:  # noqa: ANN401
    properties = schema.get("properties", {})
    free = schema.get("additionalProperties")
    return {key: _coerce(part, properties.get(key, free), root, depth) for key, part in value.items()}


def _coerce_union(value: Any, branches: list[Any], root: Mapping[str, Any], depth: int) -> Any:  # noqa: ANN401
    """Mended within the first branch that the value is of already, or else by the first that can mend it."""
    for branch in branches:
        if _is_of(value, branch):
            return _coerce(value, branch, root, depth)
    for branch in branches:
        mended = _coerce(value, branch, root, depth)
        if _is_of(mended, branch):
            return mended
    return value


def _branches(schema: dict[str, Any], root: Mapping[str, Any], depth: int) -> list[dict[str, Any]]:
    """The alternatives of a union, those of unions inside it included; [] for what is no union."""
    flat = []
    for branch in schema.get("anyOf") or schema.get("oneOf") or ():
        one = resolve(branch["$ref"], root) if "$ref" in branch else branch
        flat += (_branches(one, root, depth - 1) if depth else []) or [one]
    return flat


def _is_of(value: Any, schema: dict[str, Any]) -> bool:  # noqa: ANN401
    """Whether `value` is of the schema's own type, members not looked at (but the tag of a tagged union)."""
    if "enum" in schema:
        return value in schema["enum"]
    if "const" in schema:
        return bool(value == schema["const"])
    if schema.get("type") == "object" and isinstance(value, dict):
        tags = {key: part["const"] for key, part in schema.get("properties", {}).items() if "const" in part}
        return all(value.get(key) == tag for key, tag in tags.items())
    return _type_of(value) == schema.get("type") or (schema.get("type") == "number" and _type_of(value) == "integer")


def _type_of(value: Any) -> str:  # noqa: ANN401
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _coerce_choice(value: Any, choices: list[Any]) -> Any:  # noqa: ANN401
    """The one choice that `value` spells with other capitals, spaces, or as text."""
    if value in choices:
        return value
    wanted = _spelling(value)
    near = [choice for choice in choices if _spelling(choice) == wanted]
    return near[0] if len(near) == 1 else value


def _spelling(value: Any) -> str:  # noqa: ANN401
    text = value if isinstance(value, str) else json.dumps(value)
    return re.sub(r"[\s_-]+", " ", text.strip().casefold())


def _coerce_type(value: Any, wanted: str | None) -> Any:  # noqa: ANN401
    if wanted == "array":
        return _as_list(value)
    if isinstance(value, str):
        return _from_text(value, wanted)
    if wanted == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        return json.dumps(value)
    if wanted == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    if wanted == "object" and isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return value[0]
    return value


def _as_list(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str):
        inner = _decoded(value)
        return inner if isinstance(inner, list) else [value]
    return value if isinstance(value, list) or value is None else [value]


def _from_text(value: str, wanted: str | None) -> Any:  # noqa: ANN401
    text = value.strip()
    if wanted == "integer" and INTEGER.fullmatch(text):
        return int(text)
    if wanted == "number" and NUMBER.fullmatch(text):
        return float(text)
    if wanted == "boolean" and text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    if wanted == "null" and text.casefold() in ("null", "none", ""):
        return None
    if wanted == "object":
        inner = _decoded(text)
        return inner if isinstance(inner, dict) else value
    return value


def _decoded(text: str) -> Any:  # noqa: ANN401
    """The JSON inside a string that was encoded twice, or None."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
