"""Definitions of tools as they come, made into definitions that a model can be asked to obey and a validator to check.

Everything that is not as it should be is named. What can mean one thing only is written the right way; a tool that
nobody can be sure about is refused, because rows made from it would teach the mistake. See `Finding`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from windrow.row import Tool
from windrow.text.content_words import content_words
from windrow.tools.findings import Finding
from windrow.tools.lint_schema import SchemaLint, parts
from windrow.tools.lint_types import understand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.tools.lint_types import Schema

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
MENDABLE = re.compile(r"[\s./:\\]+")
ALIKE = 0.9  # of the words of two descriptions
RESULTS = ("response", "outputSchema", "output_schema", "returns")
KNOWN = {"name", "description", "parameters", "inputSchema", "input_schema", "strict", "required", "annotations",
         "title", "type", "_meta", "icons", "execution", *RESULTS}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Definition:
    """A tool that may be used. `called` is its name where it came from, if that had to be changed; `returns` the schema
    of its result and `annotations` the hints (MCP's `readOnlyHint` and so on), where there were any."""

    tool: Tool
    called: str
    returns: Schema = field(default_factory=dict)
    annotations: dict[str, Any] = field(default_factory=dict)


def lint(given: Sequence[Any]) -> tuple[list[Definition], list[Finding]]:
    """The usable definitions among `given` (functions, bare or in OpenAI's wrapper, or MCP tools), and all findings."""
    found: list[Finding] = []
    kept: dict[str, Definition] = {}
    for index, each in enumerate(given):
        definition = _definition(each, f"tools[{index}]", found)
        if definition is None:
            continue
        name = definition.tool.name
        if name not in kept:
            kept[name] = definition
        elif _bytes(definition.tool.to_dict()) == _bytes(kept[name].tool.to_dict()):
            found.append(Finding("normalised", "duplicate_tool", name, "defined twice in the same words", "once now"))
        else:
            found.append(Finding("refused", "duplicate_tool", name, "defined twice, differently", "rename or drop one"))
    refused = {finding.tool for finding in found if finding.level == "refused"}
    usable = [definition for name, definition in kept.items() if name not in refused]
    return usable, [*found, *_alike([definition.tool for definition in usable])]


def _definition(given: Any, place: str, found: list[Finding]) -> Definition | None:  # noqa: ANN401 - JSON
    function = given.get("function", given) if isinstance(given, dict) else given
    if not isinstance(function, dict) or not isinstance(function.get("name"), str) or not function["name"].strip():
        what = "a function without a name" if isinstance(function, dict) else f"{given!r} is no function"[:80]
        found.append(Finding("refused", "no_name", place, what, "write {name, description, parameters}"))
        return None
    name = _name(function["name"].strip(), found)
    if name is None:
        return None
    unknown = sorted(function.keys() - KNOWN)
    found += [
        Finding("note", "unknown_field", f"{name}.{key}", "no field of a function", "left out") for key in unknown
    ]
    description = _description(function, name, found)
    linter = SchemaLint()
    parameters = _parameters(function, name, linter)
    _described(parameters, name, linter)
    wrong = _broken(parameters) if not any(each.level == "refused" for each in linter.found) else ""
    if wrong:
        linter.say("refused", "invalid_schema", f"{name}.parameters", wrong, "see json-schema.org, draft 2020-12")
    found += linter.found
    if any(each.level == "refused" for each in linter.found):
        return None
    annotations = function.get("annotations")
    return Definition(
        Tool(name, description, parameters), function["name"], _returns(function, name, found),
        annotations if isinstance(annotations, dict) else {},
    )  # fmt: skip


def _name(written: str, found: list[Finding]) -> str | None:
    if NAME.fullmatch(written):
        return written
    mended = MENDABLE.sub("_", written)
    path = written.replace(".", "_")[:80]
    what = f"{written[:80]!r} is no name for a tool: letters, digits, _ and - of ASCII, 64 at most"
    if NAME.fullmatch(mended):
        found.append(Finding("normalised", "tool_name", mended, what, f"called {mended!r} now"))
        return mended
    found.append(Finding("refused", "tool_name", path, what, "give it another name"))
    return None


def _description(function: dict[str, Any], name: str, found: list[Finding]) -> str:
    told = function.get("description")
    if isinstance(told, str) and told.strip():
        return told.strip()
    title = function.get("title")
    if isinstance(title, str) and title.strip():
        found.append(Finding("normalised", "no_description", name, "has a title only", "the title describes it now"))
        return title.strip()
    found.append(Finding("note", "no_description", name, "has no description", "say what it does and when to use it"))
    return ""


def _parameters(function: dict[str, Any], name: str, linter: SchemaLint) -> Schema:
    path = f"{name}.parameters"
    given = next((function[key] for key in ("parameters", "inputSchema", "input_schema") if key in function), None)
    if given in (None, {}, []):
        what = "no parameters" if given is None else f"{given!r} accepts anything"
        linter.say("normalised", "no_parameters", path, what, "an object without properties now")
        return {"type": "object", "properties": {}, "additionalProperties": False}
    if isinstance(given, list):
        given = _of_list(given, path, linter)
    if not isinstance(given, dict):
        linter.say("refused", "parameters", path, f"{given!r}"[:60] + " is no JSON Schema", "write an object's schema")
        return {}
    if isinstance(function.get("required"), list) and "required" not in given:
        given = {**given, "required": function["required"]}
        linter.say("normalised", "required", f"{name}.required", "stands beside the parameters", "moved into them")
    given = _wrapped(given, path, linter)
    schema = linter.schema(given, path)
    linter.say_closed(path)
    if not isinstance(schema, dict) or schema.get("type") != "object":
        kind = schema.get("type") if isinstance(schema, dict) else schema
        linter.say("refused", "parameters", f"{path}.type", f"{kind!r} is no object", "arguments have names")
        return {}
    schema.pop("optional", None)
    schema.setdefault("properties", {})
    schema.setdefault("additionalProperties", False)
    return schema


def _of_list(given: list[Any], path: str, linter: SchemaLint) -> Any:  # noqa: ANN401 - JSON
    """A list of `{name, type, …}`, which some catalogues write, as properties."""
    named = [each for each in given if isinstance(each, dict) and isinstance(each.get("name"), str)]
    if len(named) != len(given) or len({each["name"] for each in named}) != len(named):
        return given
    linter.say("normalised", "parameters", path, "a list of parameters", "read as the properties of an object")
    return {
        "type": "object",
        "properties": {each["name"]: {key: value for key, value in each.items() if key != "name"} for each in named},
    }


def _wrapped(given: Schema, path: str, linter: SchemaLint) -> Schema:
    """A bare mapping of parameters (`{"city": {"type": "str"}}`) as the schema of an object."""
    marks = {"type", "properties", "required", "$ref", "anyOf", "oneOf", "allOf", "additionalProperties"}
    if not given.keys() & marks and all(isinstance(each, dict) for each in given.values()):
        linter.say("normalised", "parameters", path, "properties without an object around them", "wrapped in one")
        return {"type": "object", "properties": given, "required": _needed(given)}
    if "type" not in given and "properties" in given:
        return {"type": "object", **given}
    return given


def _needed(properties: Schema) -> list[str]:
    """Which of bare `properties` are needed: those with neither a default nor the word "optional"."""
    needed = []
    for name, each in properties.items():
        word = understand(each["type"]) if isinstance(each.get("type"), str) else None
        own = each.get("required")
        if own is True or (own is None and "default" not in each and not each.get("optional") and not _left_out(word)):
            needed.append(name)
    return needed


def _left_out(word: Any) -> bool:  # noqa: ANN401 - a Word or None
    return word is not None and bool(word.optional)


def _described(parameters: Schema, name: str, linter: SchemaLint) -> None:
    silent = [
        pointer.strip("/")
        for pointer, each in parts(parameters)
        if pointer and not pointer.endswith("*") and not str(each.get("description", each.get("title", ""))).strip()
    ]
    if silent:
        told = ", ".join(silent[:5]) + (f" and {len(silent) - 5} more" if len(silent) > 5 else "")  # noqa: PLR2004
        linter.say("note", "no_description", f"{name}.parameters", f"not described: {told}", "say what they mean")


def _broken(parameters: Schema) -> str:
    """What a validator says against the finished schema, or ''. Nothing is fetched."""
    import jsonschema_rs  # noqa: PLC0415 - only who lints needs it

    try:
        jsonschema_rs.meta.validate(parameters)
        jsonschema_rs.validator_for(parameters, validate_formats=True, offline=True)
    except jsonschema_rs.ValidationError as error:
        place = ".".join(map(str, error.instance_path))
        return f"{place}: {error.message}"[:200] if place else str(error.message)[:200]
    except (jsonschema_rs.ReferencingError, ValueError) as error:
        return str(error)[:200]
    return ""


def _returns(function: dict[str, Any], name: str, found: list[Finding]) -> Schema:
    key = next((key for key in RESULTS if isinstance(function.get(key), dict)), None)
    if key is None:
        return {}
    linter = SchemaLint(close=False)
    schema = linter.schema(function[key], f"{name}.{key}")
    if not isinstance(schema, dict) or any(each.level == "refused" for each in linter.found):
        found.append(Finding("note", "result_schema", f"{name}.{key}", "is no JSON Schema", "not used"))
        return {}
    if key != "outputSchema":
        what = f"{key!r} is no field of a function"
        found.append(Finding("normalised", "result_schema", f"{name}.{key}", what, "kept aside, for its results"))
    return schema


def _alike(tools: Sequence[Tool]) -> list[Finding]:
    """Pairs that a model can hardly tell apart."""
    found = []
    groups: dict[bytes, list[Tool]] = defaultdict(list)
    for tool in tools:
        groups[_bytes({at: each.get("type") for at, each in parts(tool.parameters)})].append(tool)
    for group in groups.values():
        said = {tool.name: set(content_words(tool.description)) for tool in group}
        for at, tool in enumerate(group):
            for other in group[at + 1 :]:
                both, either = said[tool.name] & said[other.name], said[tool.name] | said[other.name]
                if either and len(both) >= ALIKE * len(either):
                    what = f"same parameters and nearly the same description as {other.name!r}"
                    found.append(Finding("note", "near_identical", tool.name, what, "say when to use which"))
    folded: dict[str, str] = {}
    for tool in tools:
        other_name = folded.setdefault(re.sub(r"[_-]", "", tool.name).lower(), tool.name)
        if other_name != tool.name:
            what = f"nearly the same name as {other_name!r}"
            found.append(Finding("note", "near_identical", tool.name, what, "rename one"))
    return found


def _bytes(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
