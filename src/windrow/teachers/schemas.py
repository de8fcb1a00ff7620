"""JSON Schemas for structured answers, from pydantic models.

A model is told of every field: what pydantic would fill with a default is still required of a model that can write
it, and objects are closed. That is also what OpenAI's strict mode demands, so that one schema serves both ways.
"""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import BaseModel

# Strict mode answers HTTP 400 to these. Pydantic still checks them when the answer is read.
NOT_STRICT = frozenset(
    {
        "minLength", "maxLength", "uniqueItems", "minProperties", "maxProperties", "propertyNames", "patternProperties",
        "contains", "minContains", "maxContains", "examples", "discriminator", "title",
    }
)  # fmt: skip
FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})
LITERAL = frozenset({"enum", "const", "required", "examples"})  # what stands under these is a value, not a schema


@lru_cache(maxsize=256)
def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of `model`: objects closed, every property required, no defaults, references without siblings.

    The same dict comes back for the same model: do not change it.
    """
    schema = deepcopy(model.model_json_schema())
    _close(schema, schema)
    return schema


def strict(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """`schema` as OpenAI's strict mode takes it, or None where it cannot be said there (a mapping of free keys)."""
    out = _stripped(schema)
    return out if out.get("type") == "object" and all(_is_closed(node) for node in _nodes(out)) else None


def _close(node: Any, root: dict[str, Any], inside: frozenset[str] = frozenset()) -> None:  # noqa: ANN401 - any JSON
    if isinstance(node, list):
        for part in node:
            _close(part, root, inside)
    if not isinstance(node, dict):
        return
    inside = _inline(node, root, inside)
    node.pop("default", None)
    if "properties" in node:
        node.setdefault("additionalProperties", False)
        node["required"] = list(node["properties"])
    for key, value in node.items():
        if key in ("properties", "$defs"):
            _close(list(value.values()), root, inside)
        elif key not in LITERAL:
            _close(value, root, inside)


def _inline(node: dict[str, Any], root: dict[str, Any], inside: frozenset[str]) -> frozenset[str]:
    """Put what a reference stands for in the place of one that has siblings; one that leads into itself loses them."""
    reference = node.get("$ref")
    if reference is None or len(node) == 1:
        return inside
    if reference in inside:
        for key in [key for key in node if key != "$ref"]:
            del node[key]
        return inside
    del node["$ref"]
    for key, value in deepcopy(resolve(reference, root)).items():
        node.setdefault(key, value)
    return inside | {reference}


def resolve(reference: str, root: Mapping[str, Any]) -> dict[str, Any]:
    """What `#/$defs/Name` stands for."""
    found: Any = root
    for step in reference.removeprefix("#/").split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return dict(found)


def _stripped(node: Any, *, names: bool = False) -> Any:  # noqa: ANN401 - any JSON
    """`node` less what strict mode refuses; under `names`, the keys are names of ours and all stay."""
    if isinstance(node, list):
        return [_stripped(part) for part in node]
    if not isinstance(node, dict):
        return node
    out = {}
    for key, value in node.items():
        if names:
            out[key] = _stripped(value)
        elif key not in NOT_STRICT and (key != "format" or value in FORMATS):
            kept = value if key in LITERAL else _stripped(value, names=key in ("properties", "$defs"))
            out["anyOf" if key == "oneOf" else key] = kept
    return out


def _nodes(node: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON
    """Every schema in `node`, itself first."""
    if isinstance(node, list):
        for part in node:
            yield from _nodes(part)
    elif isinstance(node, dict):
        yield node
        for key, value in node.items():
            if key in ("properties", "$defs"):
                yield from _nodes(list(value.values()))
            elif key not in LITERAL:
                yield from _nodes(value)


def _is_closed(node: Mapping[str, Any]) -> bool:
    """Whether strict mode takes this one schema: something said of it, no free keys, no tuple, all required."""
    if "prefixItems" in node or "allOf" in node or not node.keys() - {"description"}:
        return False
    if node.get("type") != "object":
        return True
    properties = node.get("properties", {})
    return node.get("additionalProperties") is False and set(node.get("required", ())) == set(properties)
