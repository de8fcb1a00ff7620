"""One tool's parameters as JSON Schema, step by step: each thing that is not is named, and mended where that is sure.

A validator that meets `"type": "dict"` raises or passes everything, `typ` is ignored without a word, and an object that
does not forbid other keys lets an invented argument through. So a schema is made strict before a model sees it.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from windrow.tools.findings import Finding
from windrow.tools.lint_types import TYPES, Schema, understand
from windrow.tools.lint_values import Unfit, fitted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.tools.findings import Level

KEYWORDS = frozenset({
    "$schema", "$id", "$ref", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary", "$comment", "$defs", "allOf",
    "definitions", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependentRequired", "items",
    "prefixItems", "contains", "properties", "patternProperties", "additionalProperties", "additionalItems", "type",
    "propertyNames", "unevaluatedItems", "unevaluatedProperties", "enum", "const", "multipleOf", "maximum", "minimum",
    "exclusiveMaximum", "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems",
    "maxContains", "minContains", "maxProperties", "minProperties", "required", "title", "description", "default",
    "deprecated", "readOnly", "writeOnly", "examples", "format", "contentEncoding", "contentMediaType", "contentSchema",
})  # fmt: skip
MEANS = {
    "desc": "description", "doc": "description", "enums": "enum", "choices": "enum", "options": "enum",
    "allowed_values": "enum", "values": "enum", "min": "minimum", "max": "maximum", "regex": "pattern",
    "min_length": "minLength", "max_length": "maxLength", "min_items": "minItems", "max_items": "maxItems",
    "additional_properties": "additionalProperties", "any_of": "anyOf", "one_of": "oneOf", "all_of": "allOf",
}  # fmt: skip
HOLDS: dict[str, tuple[type, ...]] = {
    "type": (str, list), "description": (str,), "title": (str,), "format": (str,), "pattern": (str,), "enum": (list,),
    "required": (list,), "properties": (dict,), "items": (dict, list, bool), "additionalProperties": (dict, bool),
    "minimum": (int, float), "maximum": (int, float), "minLength": (int,), "maxLength": (int,), "minItems": (int,),
    "maxItems": (int,), "anyOf": (list,), "oneOf": (list,), "allOf": (list,),
}  # fmt: skip
ONE = ("not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
MAPS = ("$defs", "definitions", "patternProperties", "dependentSchemas")
OPEN_BY = ("$ref", "allOf", "anyOf", "oneOf", "patternProperties", "if", "dependentSchemas", "unevaluatedProperties")
DEEPEST = 40
VALUE_LISTS = ("[enum]:", "options are:", "possible values", "one of the following", "allowed values")


class SchemaLint:
    """Reads the schemas of one tool and keeps what it `found`. With `close`, an object that does not say whether it
    allows other keys allows none."""

    def __init__(self, *, close: bool = True) -> None:
        self.close = close
        self.found: list[Finding] = []
        self.closed: list[str] = []

    def say(self, level: Level, code: str, path: str, what: str, done: str = "") -> None:
        self.found.append(Finding(level, code, path, what, done))

    def say_closed(self, path: str) -> None:
        """One finding for all objects that had not said whether they allow other keys."""
        if self.closed:
            what = "does not say whether it allows other keys, so invented arguments would pass"
            self.say("normalised", "open_object", path, what, "it allows none now")

    def schema(self, given: Any, path: str, *, depth: int = 0) -> Schema | bool:  # noqa: ANN401 - JSON
        """`given` as a JSON Schema."""
        if isinstance(given, bool):
            return given
        if isinstance(given, str) and understand(given) is not None:
            self.say("normalised", "not_a_schema", path, f"{given!r} stands where a schema belongs", "read as its type")
            given = {"type": given}
        if not isinstance(given, dict) or depth > DEEPEST:
            what = f"nested more than {DEEPEST} deep" if depth > DEEPEST else f"{_short(given)} is no schema"
            self.say("refused", "not_a_schema", path, what, "write an object such as {type: string}")
            return {}
        schema = self._spelt(given, path)
        self._type(schema, path)
        self._parts(schema, path, depth)
        self._object(schema, path)
        self._values(schema, path)
        self._bounds(schema, path)
        return schema

    def _spelt(self, given: Schema, path: str) -> Schema:
        """`given` with its keywords spelt right."""
        schema: Schema = {}
        for key, value in given.items():
            name = str(key)
            known = name if name in KEYWORDS or name.startswith("x-") else self._keyword(name, value, given)
            if known and known != name:
                self.say("normalised", "misspelt_keyword", path, f"{name!r} is no keyword", f"read as {known!r}")
            elif not known and name not in {"optional", "nullable", "example"}:
                self.say("note", "unknown_keyword", path, f"{name!r} is no keyword of JSON Schema", "it has no effect")
            schema[known or name] = value
        return schema

    def _keyword(self, name: str, value: object, given: Schema) -> str:
        """The keyword that `name` must mean, going by what it holds; '' where that is not sure."""
        near = get_close_matches(name, KEYWORDS, n=1, cutoff=0.8)
        meant = MEANS.get(name.lower()) or (near[0] if near else "")
        if not meant or meant in given or not isinstance(value, HOLDS.get(meant, (object,))):
            return ""
        return meant

    def _type(self, schema: Schema, path: str) -> None:
        told = schema.get("type")
        if isinstance(told, list):
            meant = [self._one_type(each, path) for each in told]
            schema["type"] = [each for each in dict.fromkeys(meant) if each]
        elif isinstance(told, str):
            if told not in TYPES:
                self._written_type(told, schema, path)
        elif told is not None:
            self.say("refused", "unknown_type", f"{path}.type", f"{_short(told)} is no type", f"use {', '.join(TYPES)}")
        nullable = schema.pop("nullable", None)
        if nullable is True and isinstance(schema.get("type"), str) and schema["type"] != "null":
            schema["type"] = [schema["type"], "null"]
            if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
                schema["enum"] = [*schema["enum"], None]
            self.say("normalised", "nullable", path, "'nullable' is OpenAPI's", "null is among its types now")

    def _one_type(self, told: object, path: str) -> str:
        if isinstance(told, str) and told in TYPES:
            return told
        word = understand(told) if isinstance(told, str) else None
        if word is None or set(word.schema) != {"type"} or not isinstance(word.schema["type"], str):
            self._no_type(told, path)
            return ""
        kind: str = word.schema["type"]
        self.say("normalised", "unknown_type", f"{path}.type", f"{told!r} is no type", f"read as {kind!r}")
        return kind

    def _written_type(self, told: str, schema: Schema, path: str) -> None:
        if told.strip().lower() in {"enum", "choice"} and isinstance(schema.get("enum"), list):
            del schema["type"]
            self.say("normalised", "unknown_type", f"{path}.type", f"{told!r} is no type", "its enum says enough")
            return
        word = understand(told)
        if word is None:
            self._no_type(told, path)
            return
        del schema["type"]
        for key, value in word.schema.items():
            schema.setdefault(key, value)
        if word.optional:
            schema["optional"] = True
        meant = json.dumps(word.schema, ensure_ascii=False) if word.schema else "anything"
        done = f"read as {meant}{', not required' if word.optional else ''}"
        self.say("normalised", "unknown_type", f"{path}.type", f"{told!r} is no JSON Schema type", done)

    def _no_type(self, told: object, path: str) -> None:
        near = get_close_matches(str(told), TYPES, n=1)
        remedy = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(TYPES)}"
        self.say("refused", "unknown_type", f"{path}.type", f"{_short(told)} is no JSON Schema type", remedy)

    def _parts(self, schema: Schema, path: str, depth: int) -> None:
        """The schemas within this one."""
        if isinstance(schema.get("items"), list):
            schema["prefixItems"] = schema.pop("items")
            schema["items"] = schema.pop("additionalItems", True)
            self.say("normalised", "old_draft", f"{path}.items", "a list of items is of an older draft", "prefixItems")
        for key in (*ONE, "items", "additionalProperties"):
            if key in schema:
                schema[key] = self.schema(schema[key], f"{path}.{key}", depth=depth + 1)
        for key in LISTS:
            if isinstance(schema.get(key), list):
                schema[key] = [
                    self.schema(each, f"{path}.{key}[{at}]", depth=depth + 1) for at, each in enumerate(schema[key])
                ]
        for key in (*MAPS, "properties"):
            if isinstance(schema.get(key), dict):
                schema[key] = {
                    str(name): self.schema(each, f"{path}.{key}.{name}", depth=depth + 1)
                    for name, each in schema[key].items()
                }
        if isinstance(schema.get("properties"), dict):
            schema["properties"] = {
                name: self._spelt_out(each, f"{path}.properties.{name}") for name, each in schema["properties"].items()
            }
        if schema.get("type") == "array" and not {"items", "prefixItems"} & schema.keys():
            self.say("note", "accepts_anything", path, "its items may be anything", "say what they are with 'items'")

    def _spelt_out(self, given: Schema | bool, path: str) -> Schema:
        """A property as an object: `true` and `false` are schemas too, and hardly any reader expects them there."""
        if given is True:
            self.say("note", "accepts_anything", path, "it may be anything", "say what it is")
            return {}
        if given is False:
            self.say("note", "empty_range", path, "nothing fits it", "leave it out")
            return {"not": {}}
        return given

    def _object(self, schema: Schema, path: str) -> None:
        if "properties" in schema and "type" not in schema and not any(key in schema for key in OPEN_BY):
            schema["type"] = "object"
            self.say("normalised", "missing_type", path, "properties without a type", "read as an object")
        kinds = schema.get("type")
        if kinds != "object" and not (isinstance(kinds, list) and "object" in kinds) and "properties" not in schema:
            return
        properties = schema.get("properties")
        if properties is not None and not isinstance(properties, dict):
            self.say("refused", "properties", f"{path}.properties", f"{_short(properties)} maps no names to schemas")
            return
        self._required(schema, properties or {}, path)
        if properties is None:
            if not any(key in schema for key in (*OPEN_BY, "additionalProperties", "propertyNames")):
                self.say("note", "accepts_anything", path, "an object of any keys", "list its 'properties'")
        elif self.close and "additionalProperties" not in schema and not any(key in schema for key in OPEN_BY):
            schema["additionalProperties"] = False
            self.closed.append(path)

    def _required(self, schema: Schema, properties: Schema, path: str) -> None:
        told = schema.get("required", [])
        if isinstance(told, bool):  # about this property itself: the object around it takes it up
            told = []
        if isinstance(told, str):
            self.say("normalised", "required", f"{path}.required", f"{told!r} is no list", "read as a list of one")
            told = [told]
        if not isinstance(told, list) or not all(isinstance(name, str) for name in told):
            self.say("refused", "required", f"{path}.required", f"{_short(told)} is no list of names")
            return
        wanted = dict.fromkeys(told)
        if len(wanted) != len(told):
            self.say("normalised", "required", f"{path}.required", "a name stands in it twice", "once now")
        for name, each in properties.items():
            if isinstance(each, dict):
                self._optional(name, each, wanted, f"{path}.properties.{name}")
        for name in wanted:
            if name not in properties and not any(key in schema for key in OPEN_BY):
                near = get_close_matches(name, properties, n=1)
                done = f"did you mean {near[0]!r}?" if near else "describe it, or do not require it"
                self.say("refused", "required_unknown", f"{path}.required", f"{name!r} is no property", done)
        if wanted or isinstance(schema.get("required"), list | str):
            schema["required"] = list(wanted)

    def _optional(self, name: str, schema: Schema, wanted: dict[str, None], path: str) -> None:
        """`required: true` and `optional` beside a property, which belong to the list of the object around it."""
        own = schema.get("required")
        if isinstance(own, bool):
            del schema["required"]
            self.say("normalised", "required", path, "'required' stands beside a property", "moved to its object")
            if own:
                wanted[name] = None
        if schema.pop("optional", False) is True and name in wanted:
            self.say("refused", "required", path, "both optional and required", "say which")

    def _values(self, schema: Schema, path: str) -> None:
        """enum, const, default and examples against the type."""
        example = schema.pop("example", None)
        if example is not None and "examples" not in schema:
            schema["examples"] = [example]
        options = schema.get("enum")
        if options is not None:
            self._enum(options, schema, path)
        if "default" in schema:
            self._default(schema, path)
        if isinstance(schema.get("examples"), list):
            schema["examples"] = [value for value in schema["examples"] if value not in (None, "")]
        told = str(schema.get("description", "")).lower()
        if "enum" not in schema and schema.get("type") == "string" and any(mark in told for mark in VALUE_LISTS):
            self.say("note", "values_in_words", path, "its description lists its values", "list them as 'enum'")

    def _enum(self, options: object, schema: Schema, path: str) -> None:
        if not isinstance(options, list) or not options:
            self.say("refused", "enum", f"{path}.enum", f"{_short(options)} is no list of values")
            return
        kept: list[Any] = []
        changed = False
        for value in options:
            try:
                mended = fitted(value, schema)
            except Unfit as unfit:
                self.say("refused", "enum_clash", f"{path}.enum", str(unfit), "change the type or the value")
                return
            changed = changed or type(mended) is not type(value)
            if not any(type(mended) is type(each) and mended == each for each in kept):
                kept.append(mended)
        if changed:
            self.say("normalised", "enum_clash", f"{path}.enum", "values of another type", "read as the type says")
        if len(kept) != len(options):
            self.say("normalised", "enum", f"{path}.enum", "a value stands in it twice", "once now")
        schema["enum"] = kept

    def _default(self, schema: Schema, path: str) -> None:
        value, where = schema["default"], f"{path}.default"
        if value is None or (isinstance(value, str) and value.strip().lower() in {"none", "null", "nil", "undefined"}):
            if not _allows_null(schema) and not _is_listed(value, schema):
                del schema["default"]
                self.say("normalised", "default_clash", where, f"{value!r} is no value of it", "no default now")
            return
        try:
            mended = fitted(value, schema)
        except Unfit as unfit:
            self.say("refused", "default_clash", where, str(unfit), "change the default, the type or the enum")
            return
        options = schema.get("enum")
        if isinstance(options, list) and mended not in options:
            self.say("refused", "default_clash", where, f"{_short(value)} is not in its enum", "add it, or drop it")
            return
        if type(mended) is not type(value):
            self.say("normalised", "default_clash", where, f"{value!r} is of another type", f"read as {mended!r}")
        schema["default"] = mended

    def _bounds(self, schema: Schema, path: str) -> None:
        for low, high in _PAIRS:
            least, most = schema.get(low), schema.get(high)
            if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
                self.say("refused", "empty_range", path, f"{low} {least} is above {high} {most}", "nothing fits it")


_PAIRS = (
    ("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties"),
)  # fmt: skip


def parts(schema: Any, pointer: str = "") -> Iterator[tuple[str, Schema]]:  # noqa: ANN401 - JSON
    """(JSON pointer, schema) of every property of `schema`, however deep; through objects and arrays."""
    if not isinstance(schema, dict):
        return
    yield pointer, schema
    properties = schema.get("properties")
    for name, each in properties.items() if isinstance(properties, dict) else ():
        yield from parts(each, f"{pointer}/{name}")
    if isinstance(schema.get("items"), dict):
        yield from parts(schema["items"], f"{pointer}/*")


def _allows_null(schema: Schema) -> bool:
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return "null" in kinds
    return kinds == "null" or (kinds is None and any(key in schema for key in ("anyOf", "oneOf", "$ref", "allOf")))


def _is_listed(value: object, schema: Schema) -> bool:
    options = schema.get("enum")
    return isinstance(options, list) and value in options


def _short(value: object) -> str:
    return repr(value)[:60]
