"""The config's JSON Schema, for editors: every key, and for each name after `use:` the knobs it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.config.shape import Config, JudgeUse, RecipeUse, StageUse
from windrow.errors import ConfigError
from windrow.flow import TABLE

if TYPE_CHECKING:
    from windrow.registry import Registry

ADDRESS = r"^[^/\s]+/.+$"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema of a config with everything that is installed. Plug-ins' recipes are in it too."""
    whole = Config.model_json_schema()
    shared: dict[str, Any] = whole.pop("$defs", {})
    shared.pop("StageUse", None)
    recipe_keys = shared.pop("RecipeUse", {}).get("properties", {})
    seed_keys = shared.pop("SeedUse", {}).get("properties", {})
    judge_keys = shared.pop("JudgeUse", {}).get("properties", {})
    own = {
        "recipes": _own_keys(RecipeUse, recipe_keys),
        "seeds": {"licence": seed_keys["licence"]},
        "judges": _own_keys(JudgeUse, judge_keys),
    }
    properties = whole["properties"]
    for section, registry in TABLE.items():
        shared[section] = _stage(registry, shared, own.get(section, {}))
        one = {"$ref": f"#/$defs/{section}"}
        properties[section] = {"type": "array", "items": one}
    for key in ("seeds", "recipes"):
        properties[key]["minItems"] = 1
    properties["splits"] = {"anyOf": [{"$ref": "#/$defs/splits"}, _short_split(), {"type": "null"}]}
    properties["embeddings"]["anyOf"].insert(0, {"type": "string", "pattern": ADDRESS})
    properties["models"] = {"type": "object", "additionalProperties": _pool()}
    return {"$schema": DIALECT, "title": "windrow config", **whole, "$defs": dict(sorted(shared.items()))}


def _own_keys(use: type[StageUse], keys: dict[str, Any]) -> dict[str, Any]:
    own = {key: value for key, value in keys.items() if key in use.own_keys() and key != "use"}
    for section in ("checks", "filters", "judges") if use is RecipeUse else ():
        own[section] = {"type": "array", "items": {"$ref": f"#/$defs/{section}"}}
    return own


def _stage(registry: Registry, shared: dict[str, Any], keys: dict[str, Any]) -> dict[str, Any]:
    """A bare name, or `use:` one of the names with its knobs. Names of plug-ins and files are any string."""
    named = [_with_knobs(registry, name, shared, keys) for name in registry.names() if _loads(registry, name)]
    from_file = {
        "type": "object",
        "properties": {"use": {"type": "string", "pattern": ":"}, **keys},
        "required": ["use"],
    }
    return {"anyOf": [{"enum": registry.names()}, *named, {"type": "string", "pattern": ":"}, from_file]}


def _loads(registry: Registry, name: str) -> bool:
    """A broken plug-in costs an editor the completion of its own knobs, and nothing else."""
    try:
        registry.load(name)
    except ConfigError:
        return False
    return True


def _with_knobs(registry: Registry, name: str, shared: dict[str, Any], keys: dict[str, Any]) -> dict[str, Any]:
    prefix = f"{registry.noun}.{name}."
    knobs = registry.load(name).options_type.model_json_schema(ref_template="#/$defs/" + prefix + "{model}")
    shared.update({prefix + model: body for model, body in knobs.pop("$defs", {}).items()})
    out = {
        "type": "object",
        "description": registry.summary(name),
        "properties": {"use": {"const": name}, **keys, **knobs.get("properties", {})},
        "required": [*StageUse.own_keys(), *knobs.get("required", [])],
        "additionalProperties": False,
    }
    return {key: value for key, value in out.items() if value != ""}


def _short_split() -> dict[str, Any]:
    names = TABLE["splits"].names()
    either = {"anyOf": [{"type": "number"}, {"type": "object"}]}
    return {
        "type": "object",
        "properties": dict.fromkeys(names, either),
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }


def _pool() -> dict[str, Any]:
    one = {"anyOf": [{"type": "string", "pattern": ADDRESS}, {"$ref": "#/$defs/ModelSpec"}]}
    return {"anyOf": [*one["anyOf"], {"type": "array", "items": one, "minItems": 1}]}
