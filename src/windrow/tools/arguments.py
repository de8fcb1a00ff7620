"""Arguments of a call: read as strict JSON, held against the tool's schema, and compared with those that are right.

A JSON Schema validator alone lets too much pass: 5.0 for a whole number, an empty text, `<date>`, an integer that no
JavaScript or Arrow column holds. What it asks of formats it does not check unless told to.
"""

from __future__ import annotations

import json
import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from windrow.text import strict_json
from windrow.tools.lint_values import has_kind
from windrow.tools.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    import jsonschema_rs

    from windrow.row import Tool

SAFE = 2**53  # beyond it, a float cannot tell neighbouring integers apart
PLACEHOLDER = re.compile(
    r"<[^<>\n]{1,40}>|\[[^\W\d_][\w /'-]{0,40}\]|\{\{?\s*[^\W\d]\w*\s*\}?\}|\$\{\w+\}|%[sd]|_{3,}|x{3,}|\.{3}|…|\?+"
    r"|y{2,4}([-/.])m{1,2}\1d{1,2}|d{1,2}([-/.])m{1,2}\2y{2,4}|h{2}:m{2}(?::s{2})?|(?:your|my)[_-]\w+",
    re.IGNORECASE,
)
VAGUE = frozenset({
    "string", "text", "value", "example", "placeholder", "todo", "tbd", "n/a", "na", "null", "none", "undefined",
    "unknown", "unspecified", "default", "any", "dummy", "sample", "test", "foo", "bar", "insert",
})  # fmt: skip
REASONS = {
    "required": "missing_argument", "additionalProperties": "unknown_argument", "unevaluatedProperties":
    "unknown_argument", "type": "wrong_type", "enum": "not_in_enum", "const": "not_in_enum", "format": "bad_format",
    "pattern": "bad_format", "minimum": "out_of_range", "maximum": "out_of_range", "exclusiveMinimum": "out_of_range",
    "exclusiveMaximum": "out_of_range", "multipleOf": "out_of_range", "minLength": "out_of_range", "maxLength":
    "out_of_range", "minItems": "out_of_range", "maxItems": "out_of_range",
}  # fmt: skip
CLOSE = 1e-9


class BadArguments(ValueError):
    """Text that is no strict JSON object. `reason` is a slug that starts with "arguments_"."""

    def __init__(self, reason: str, what: str) -> None:
        super().__init__(what)
        self.reason = reason


def read(text: str) -> dict[str, Any]:
    """The arguments that `text` spells. Raises BadArguments."""
    try:
        value = strict_json.loads(text)
    except strict_json.NotStrict as error:
        raise BadArguments(f"arguments_{error.code}", str(error)) from None
    except TypeError:
        raise BadArguments("arguments_malformed", "arguments must be JSON text") from None
    if isinstance(value, str) and value.lstrip().startswith("{"):
        raise BadArguments("arguments_double_encoded", "a JSON text of a JSON text")
    if not isinstance(value, dict):
        raise BadArguments("arguments_not_object", "arguments must be a JSON object")
    if any(isinstance(each, float) and math.isinf(each) for _, each in leaves(value)):
        raise BadArguments("arguments_nan", "a number beyond all floats")
    unsafe = next((each for _, each in leaves(value) if _is_unsafe(each)), None)
    if unsafe is not None:
        raise BadArguments("arguments_unsafe_integer", f"{unsafe} is beyond 2^53, where readers round")
    return value


def _is_unsafe(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) > SAFE


def fault(arguments: dict[str, Any], tool: Tool, where: str) -> Problem | None:
    """The first thing that is wrong with `arguments`, None where they fit the tool."""
    try:
        validator = _validator(orjson.dumps(tool.parameters, option=orjson.OPT_SORT_KEYS))
    except ValueError as error:
        return Problem("tool_definition", where, f"{tool.name}: its parameters are no JSON Schema: {error}"[:300])
    errors = sorted(
        validator.iter_errors(arguments),
        key=lambda error: (len(error.instance_path), [str(step) for step in error.instance_path], error.kind.name),
    )
    if errors:
        return _of(errors[0], tool, where)
    loose = _not_whole(arguments, tool.parameters, "")
    if loose:
        return Problem("wrong_type", where, f"{tool.name}: {loose} should be a whole number, not 5.0's kind", loose)
    return _empty(arguments, tool, where)


def _of(error: jsonschema_rs.ValidationError, tool: Tool, where: str) -> Problem:
    path = "".join(f"/{step}" for step in error.instance_path)
    reason = REASONS.get(error.kind.name, "schema")
    return Problem(reason, where, f"{tool.name}: {error.message}"[:300], path or "/")


@lru_cache(maxsize=4096)
def _validator(schema: bytes) -> jsonschema_rs.Validator:
    import jsonschema_rs  # noqa: PLC0415 - only rows with calls need it

    try:
        return jsonschema_rs.validator_for(orjson.loads(schema), validate_formats=True, offline=True)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        raise ValueError(str(error).partition("\n")[0]) from None


def _not_whole(value: Any, schema: Any, path: str) -> str:  # noqa: ANN401 - JSON
    """The path of a number such as 5.0 where only integers may be; '' where there is none."""
    if not isinstance(schema, dict):
        return ""
    told = schema.get("type")
    kinds = [told] if isinstance(told, str) else told or []
    if isinstance(value, float):
        return (path or "/") if "integer" in kinds and "number" not in kinds else ""
    if isinstance(value, dict):
        parts = ((f"{path}/{name}", each, part_of(schema, name)) for name, each in value.items())
    elif isinstance(value, list):
        parts = ((f"{path}/{at}", each, item_of(schema, at)) for at, each in enumerate(value))
    else:
        return ""
    return next(filter(None, (_not_whole(each, part, place) for place, each, part in parts)), "")


def _empty(arguments: dict[str, Any], tool: Tool, where: str) -> Problem | None:
    for path, value, schema in with_schemas(arguments, tool.parameters):
        if not isinstance(value, str):
            continue
        if not value.strip() and value != schema.get("default") and value not in schema.get("enum", ()):
            return Problem("empty_argument", where, f"{tool.name}: {path} says nothing: leave it out", path, value)
        if PLACEHOLDER.fullmatch(value.strip()) and value not in schema.get("enum", ()):
            return Problem("placeholder_argument", where, f"{tool.name}: {path} is a placeholder", path, value)
    return None


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - JSON
    """(JSON pointer, value) of everything in `value` that holds nothing else; null is left out."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, f"{path}/{escaped(name)}")
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from leaves(each, f"{path}/{at}")
    elif value is not None:
        yield path, value


def escaped(name: str) -> str:
    """A key as a step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def with_schemas(value: Any, schema: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401 - JSON
    """(JSON pointer, leaf, its schema or {})."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from with_schemas(each, part_of(schema, name), f"{path}/{escaped(name)}")
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from with_schemas(each, item_of(schema, at), f"{path}/{at}")
    elif value is not None:
        yield path, value, schema if isinstance(schema, dict) else {}


def part_of(schema: Any, name: str) -> Any:  # noqa: ANN401 - JSON
    """The schema of the property `name`, {} where it cannot be told simply."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if isinstance(properties, dict) and name in properties:
        return _resolved(properties[name])
    other = schema.get("additionalProperties") if isinstance(schema, dict) else None
    return other if isinstance(other, dict) else {}


def item_of(schema: Any, at: int) -> Any:  # noqa: ANN401 - JSON
    """The schema of the item `at`, {} where it cannot be told simply."""
    if not isinstance(schema, dict):
        return {}
    first = schema.get("prefixItems")
    if isinstance(first, list) and at < len(first):
        return first[at]
    items = schema.get("items")
    return items if isinstance(items, dict) else {}


def _resolved(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """Of `anyOf` with null, the other side."""
    options = schema.get("anyOf") if isinstance(schema, dict) else None
    if isinstance(options, list):
        others = [each for each in options if isinstance(each, dict) and each.get("type") != "null"]
        if len(others) == 1:
            return {**schema, **others[0]}
    return schema


def canonical(value: Any, schema: Any) -> Any:  # noqa: ANN401 - JSON
    """`value` with defaults filled in and nulls dropped, so that two ways to say the same compare equal."""
    if isinstance(value, dict):
        properties = schema.get("properties") if isinstance(schema, dict) else None
        filled = {name: canonical(each, part_of(schema, name)) for name, each in value.items() if each is not None}
        for name, part in properties.items() if isinstance(properties, dict) else ():
            if name not in filled and isinstance(part, dict) and part.get("default") is not None:
                filled[name] = part["default"]
        return filled
    if isinstance(value, list):
        items = [canonical(each, item_of(schema, at)) for at, each in enumerate(value)]
        if isinstance(schema, dict) and schema.get("uniqueItems") is True:
            return sorted(items, key=lambda each: json.dumps(each, sort_keys=True, ensure_ascii=False))
        return items
    return value


def same(one: Any, other: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether two JSON values are equal: numbers by value (5 is 5.0), true never 1, texts letter for letter."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if has_kind(one, "number") and has_kind(other, "number"):
        return one == other or math.isclose(one, other, rel_tol=CLOSE, abs_tol=0)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(each, other[name]) for name, each in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(type(one) is type(other) and one == other)


def same_arguments(one: dict[str, Any], other: dict[str, Any], tool: Tool | None) -> bool:
    """Whether two calls of `tool` ask for the same."""
    schema = tool.parameters if tool else {}
    return same(canonical(one, schema), canonical(other, schema))
