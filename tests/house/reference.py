"""The generated parts of docs/: config keys, commands, errors. `make docs` writes them, a test fails on stale ones.

A page holds `<!-- generated: NAME -->` … `<!-- end -->`; what is between is replaced by the part of that name.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import click
from tree import ROOT

from windrow import errors
from windrow.cli import main as command
from windrow.config.shape import Config, EmbeddingsUse, JudgeUse, ModelSpec, PiiUse, Price, RecipeUse, SeedUse, TermsUse
from windrow.evaluators import names as evaluators
from windrow.evaluators.metrics_frame import COMMON
from windrow.flow import TABLE
from windrow.terms.policy import Policy

PART = re.compile(r"(<!-- generated: (?P<name>[\w: ]+) -->\n)(?P<body>.*?)(<!-- end -->)", re.DOTALL)
MODELS = {
    "Config": Config,
    "SeedUse": SeedUse,
    "RecipeUse": RecipeUse,
    "JudgeUse": JudgeUse,
    "ModelSpec": ModelSpec,
    "EmbeddingsUse": EmbeddingsUse,
    "PiiUse": PiiUse,
    "Price": Price,
    "TermsUse": TermsUse,
}
LINKED = {
    "StageUse": "stage",
    "SeedUse": "seed",
    "RecipeUse": "recipe",
    "JudgeUse": "judge",
    "ModelSpec": "model",
    "EmbeddingsUse": "model of vectors",
    "PiiUse": "mode or mapping",
    "Price": "price",
    "TermsUse": "terms",
}
SECTIONS = {
    "Strings": ["metrics"],
    "Forms": ["metrics_patterns", "metrics_json"],
    "Right answers": ["metrics_answers"],
    "Likeness to a reference": ["metrics_similarity"],
    "Quotes and citations": ["metrics_quotes"],
    "Scanners": ["scanners"],
    "Instructions": ["instructions"],
    "Tool calls": ["function_calls"],
    "Guesses": ["metrics_language"],
    "Many outputs at once": ["dataset_level"],
}
BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def written(text: str) -> str:
    """`text` of a page with its generated parts made anew."""
    return PART.sub(lambda found: f"{found[1]}{part(found['name'])}\n{found[4]}", text)


def part(name: str) -> str:
    """The generated part called `name`, such as "keys Config", "knobs filters" or "commands"."""
    kind, _, which = name.partition(" ")
    makers: dict[str, Callable[[], Iterator[str]]] = {
        "keys": lambda: _keys(MODELS[which].model_json_schema(), leave_out={"options"}),
        "knobs": lambda: _knobs(which),
        "commands": _commands,
        "evaluators": _evaluators,
        "errors": lambda: iter(["```text", (errors.__doc__ or "").strip(), "```"]),
        "terms": _terms,
    }
    return "\n".join(makers[kind]())


def _keys(schema: dict[str, Any], leave_out: frozenset[str] | set[str] = frozenset()) -> Iterator[str]:
    required = set(schema.get("required", ()))
    shared = schema.get("$defs", {})
    yield "| Key | Holds | Default | Meaning |"
    yield "|---|---|---|---|"
    properties = schema.get("properties", {})
    for key in sorted(
        properties.keys() - leave_out, key=lambda key: (key not in required, list(properties).index(key))
    ):
        body = properties[key]
        default = "required" if key in required else _default(body)
        meaning = body.get("description", "").replace("\n", " ").replace("|", "\\|")
        yield f"| `{key}` | {_holds(body, shared)} | {default} | {meaning} |"


def _default(body: dict[str, Any]) -> str:
    value = body.get("default")
    if value is None:
        return ""
    values = value if isinstance(value, list) else [value]
    return ", ".join(f"`{str(each).lower() if isinstance(each, bool) else each}`" for each in values if each != {})


def _holds(body: dict[str, Any], shared: dict[str, Any]) -> str:
    """What may stand there, in words."""
    if "$ref" in body:
        name = body["$ref"].rpartition("/")[2]
        return LINKED.get(name) or _holds(shared[name], shared)
    if "anyOf" in body:
        kinds = [_holds(each, shared) for each in body["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if body.get("type") == "array":
        return f"list of {_holds(body.get('items', {}), shared)}"
    if body.get("type") == "object":
        return _mapping(body, shared)
    return _plain(body)


def _mapping(body: dict[str, Any], shared: dict[str, Any]) -> str:
    if "properties" in body:
        return "{" + ", ".join(f"`{key}`: {_holds(each, shared)}" for key, each in body["properties"].items()) + "}"
    inner = body.get("additionalProperties")
    return f"name: {_holds(inner, shared)}" if isinstance(inner, dict) else "mapping"


def _plain(body: dict[str, Any]) -> str:
    values = body.get("enum") or ([body["const"]] if "const" in body else [])
    if values:
        return " \\| ".join(f"`{value}`" for value in values)
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true \\| false"}
    bounds = " ".join(f"{sign} {body[key]:g}" for key, sign in BOUNDS.items() if key in body)
    return f"{names.get(body.get('type', ''), 'anything')} {bounds}".strip()


def _knobs(section: str) -> Iterator[str]:
    registry = TABLE[section]
    for name in registry.builtins:
        kind = registry.load(name)
        yield f"#### `{name}`"
        yield ""
        yield registry.summary(name)
        yield ""
        schema = kind.options_type.model_json_schema()
        if schema.get("properties"):
            yield from _keys(schema)
            yield ""
        if section == "recipes":
            yield f"Own checks: {_listed(kind.checks)}. Own filters: {_listed(kind.filters)}. Takes {kind.takes} seeds."
            yield ""


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"


def commands() -> dict[str, click.Command]:
    """Every command of the command line, by name."""
    group: Any = command
    context = click.Context(group, info_name="reference")  # under its own name it lists commands without loading them
    return {name: group.get_command(context, name) for name in group.list_commands(context)}


def _commands() -> Iterator[str]:
    settings: dict[str, Any] = {**command.context_settings, "terminal_width": 100}
    above = click.Context(command, info_name="windrow", **settings)
    yield "| Command | What it does |"
    yield "|---|---|"
    for name, each in commands().items():
        yield f"| [`windrow {name}`](#windrow-{name}) | {each.get_short_help_str(limit=200)} |"
    for name, each in commands().items():
        yield ""
        yield f"## `windrow {name}`"
        yield ""
        yield from _help(click.Context(each, parent=above, info_name=name, **settings))


def _help(context: click.Context) -> Iterator[str]:
    yield "```text"
    yield context.command.get_help(context).rstrip()
    yield "```"


def _evaluators() -> Iterator[str]:
    """Programs by their module, with their options; then what a judge answers."""
    for heading, modules in SECTIONS.items():
        yield from ("", f"## {heading}", "", "| Name | Asks | Needs, options |", "|---|---|---|")
        for one in evaluators.TABLE:
            if one.where.rpartition(".")[2].partition(":")[0] in modules:
                yield _evaluator(one, _asks(one.load().__doc__), _options(one.load()))
    yield from ("", "## Answered by a judge", "", "| Name | Asks | Needs |", "|---|---|---|")
    for one in evaluators.TABLE:
        if one.needs_judge:
            yield _evaluator(one, one.load().description if one.kind == "rubric" else _asks(one.load().__doc__), [])


def _evaluator(one: evaluators.Evaluator, asks: str, options: list[str]) -> str:
    also = f" Also called {_listed(one.aliases)}." if one.aliases else ""
    needs = [f"`{name}`" for name in one.needs]
    return (
        f"| `{one.name}` | {asks}{also} | {', '.join(needs)}{'; ' if needs and options else ''}{', '.join(options)} |"
    )


def _terms() -> Iterator[str]:
    yield "| Provider | Names | Training on outputs | Licence or terms | Reviewed |"
    yield "|---|---|---|---|---|"
    for one in Policy.load().entries:
        conditions = " ".join(one.conditions)
        train = f"{one.train}: {conditions}" if conditions else one.train
        where = f"{one.licence} ({one.url})" if one.url else one.licence
        yield f"| {one.provider} | {_listed(one.models)} | {train} | {where} | {one.reviewed.isoformat()} |"


def _asks(docstring: str | None) -> str:
    return " ".join((docstring or "").split()).replace("|", "\\|")


def _options(measure: Any) -> list[str]:
    """Each option with what it holds; those of every evaluator are told once, above the tables."""
    own = {name: reader.json_schema() for name, reader in measure.options.items() if name not in COMMON}
    return [f"`{name}` ({_holds(body, body.get('$defs', {}))})" for name, body in own.items()]


def main() -> None:
    """Rewrite every page whose generated parts are stale."""
    for path in sorted((ROOT / "docs").rglob("*.md")):
        old = path.read_text(encoding="utf-8")
        new = written(old)
        if new != old:
            path.write_text(new, encoding="utf-8")
            print(path.relative_to(ROOT))  # noqa: T201 - what a person at the terminal wants to know


if __name__ == "__main__":
    main()
