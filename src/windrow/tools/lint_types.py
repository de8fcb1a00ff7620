"""Words that people write where JSON Schema wants a type, and what they mean.

Catalogues are often made from Python signatures, Java classes or documentation, so that `dict`, `float`, `List[str]`
and `str, optional` stand where a validator knows seven words only. A validator raises on them, or lets anything pass.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Schema: TypeAlias = dict[str, Any]

TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")

MEANT: dict[str, Schema] = {
    **{word: {"type": "object"} for word in ("dict", "dictionary", "map", "mapping", "hashmap", "json", "record")},
    **{word: {"type": "array"} for word in ("list", "arraylist", "sequence", "iterable", "collection", "vector")},
    **{word: {"type": "array"} for word in ("tuple", "pair")},
    **{word: {"type": "array", "uniqueItems": True} for word in ("set", "frozenset", "hashset")},
    **{word: {"type": "string"} for word in ("str", "text", "char", "varchar")},
    **{word: {"type": "integer"} for word in ("int", "long", "short", "int32", "int64", "uint", "bigint")},
    **{word: {"type": "number"} for word in ("float", "double", "decimal", "float32", "float64", "real", "numeric")},
    **{word: {"type": "boolean"} for word in ("bool", "logical")},
    **{word: {"type": "null"} for word in ("none", "nonetype", "nil", "void")},
    **{word: {} for word in ("any", "mixed", "*")},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "timestamp": {"type": "string", "format": "date-time"},
    "uuid": {"type": "string", "format": "uuid"},
    "url": {"type": "string", "format": "uri"},
    "email": {"type": "string", "format": "email"},
}
"""What a word means as JSON Schema, by its small letters."""

OPTIONAL = re.compile(r"\s*[,;(\[]?\s*\boptional\b\s*[)\]]?\s*$", re.IGNORECASE)
DEFAULT_TO = re.compile(r"\s*,?\s*\bdefaults?\b.*$", re.IGNORECASE)
GENERIC = re.compile(r"(?P<name>[\w.]+)\s*(?:\[(?P<square>.*)\]|<(?P<angle>.*)>)\Z", re.DOTALL)
_NO_NAMES: Mapping[str, Schema] = MappingProxyType({})
OPENS, CLOSES = "[<({", "]>)}"


class Word(NamedTuple):
    """A type as written, understood: the JSON Schema it means, and whether it says that the value may be left out."""

    schema: Schema
    optional: bool = False


def understand(written: str, names: Mapping[str, Schema] = _NO_NAMES) -> Word | None:
    """What the type `written` means; None where nobody can be sure. `names` are types of the writer's own."""
    text = DEFAULT_TO.sub("", written.strip())
    optional = OPTIONAL.search(text) is not None
    schema = _meaning(OPTIONAL.sub("", text).strip(), names)
    return None if schema is None else Word(schema, optional)


def _meaning(text: str, names: Mapping[str, Schema]) -> Schema | None:
    word = text.strip().strip("'\"")
    if word in names:
        return dict(names[word])
    lower = word.rpartition(".")[2].lower()
    if lower in TYPES:
        return {"type": lower}
    if lower in MEANT:
        return dict(MEANT[lower])
    sides = _split(word, "|")
    if len(sides) > 1:
        return _one_of(sides, names)
    return _generic(word, names)


def _generic(word: str, names: Mapping[str, Schema]) -> Schema | None:
    if word.endswith("[]"):
        inner = _meaning(word[:-2], names)
        return None if inner is None else {"type": "array", "items": inner}
    found = GENERIC.match(word)
    if not found:
        return None
    name = found["name"].rpartition(".")[2].lower()
    parts = _split(found["square"] if found["square"] is not None else found["angle"], ",")
    if name in {"optional", "union"}:
        return _one_of([*parts, "null"] if name == "optional" else parts, names)
    if name == "literal":
        return _literal(parts)
    if name == "annotated":
        return _meaning(parts[0], names)
    outer = MEANT.get(name, {"type": name})
    return _container(outer, parts, names, fixed=name in {"tuple", "pair"} and "..." not in parts)


def _container(outer: Schema, parts: list[str], names: Mapping[str, Schema], *, fixed: bool) -> Schema | None:
    meant = [_meaning(part, names) for part in parts if part != "..."]
    schemas = [schema for schema in meant if schema is not None]
    if len(schemas) != len(meant) or not meant:
        return None
    if outer.get("type") == "object":
        return {**outer, "additionalProperties": schemas[-1]}
    if outer.get("type") != "array":
        return None
    if fixed:
        return {**outer, "prefixItems": schemas, "items": False, "minItems": len(schemas)}
    return {**outer, "items": schemas[0]} if len(schemas) == 1 else None


def _one_of(parts: list[str], names: Mapping[str, Schema]) -> Schema | None:
    meant = [_meaning(part, names) for part in parts]
    schemas = [schema for schema in meant if schema is not None]
    if len(schemas) != len(meant):
        return None
    if any(not schema for schema in schemas):
        return {}
    if all(set(schema) == {"type"} and isinstance(schema["type"], str) for schema in schemas):
        types = list(dict.fromkeys(schema["type"] for schema in schemas))
        return {"type": types[0] if len(types) == 1 else types}
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _literal(parts: list[str]) -> Schema | None:
    values: list[Any] = []
    for part in parts:
        if re.fullmatch(r"-?\d+", part):
            values.append(int(part))
        elif len(part) > 1 and part[0] == part[-1] and part[0] in "'\"":
            values.append(part[1:-1])
        else:
            return None
    kinds = {type(value) for value in values}
    name = {str: "string", int: "integer"}[kinds.pop()] if len(kinds) == 1 else None
    return {"type": name, "enum": values} if name else {"enum": values}


def _split(text: str, mark: str) -> list[str]:
    """`text` cut at `mark`, but not within brackets or quotes."""
    parts, depth, quote = [""], 0, ""
    for character in text:
        if quote or character in "'\"":
            quote = "" if character == quote else quote or character
        else:
            depth += (character in OPENS) - (character in CLOSES)
        if character == mark and depth == 0 and not quote:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]
