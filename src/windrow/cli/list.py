"""windrow list: everything that a config can name, and every evaluator that `evaluate` knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from windrow.cli.frame import emit, json_option, say

if TYPE_CHECKING:
    from windrow.registry import Registry

EVALUATORS = "evaluators"
WHO = {True: "A judge answers.", False: "A program answers."}


@click.command(short_help="List every recipe, check, filter, judge, export, teacher, embedder and evaluator.")
@click.argument("kind", required=False)
@json_option
def command(kind: str | None, as_json: bool) -> None:
    """List what a config or `evaluate` can name, plug-ins included; KIND (recipes, checks, …) keeps one kind."""
    from windrow.errors import UnknownName
    from windrow.flow import TABLE
    from windrow.teachers.connect import EMBEDDERS, TEACHERS

    registries = {**TABLE, "teachers": TEACHERS, "embedders": EMBEDDERS}
    kinds = [*registries, EVALUATORS]
    if kind is not None and kind not in kinds:
        raise UnknownName.among(kind, kinds, noun="kind")
    listed = {
        name: _evaluators()
        if name == EVALUATORS
        else [_entry(registries[name], each) for each in registries[name].names()]
        for name in ([kind] if kind else kinds)
    }
    if as_json:
        emit(listed)
        return
    for name, entries in listed.items():
        say(f"{name}:")
        width = max((len(entry["name"]) for entry in entries), default=0)
        for entry in entries:
            say(f"  {entry['name']:<{width}}  {entry['summary']}")


def _evaluators() -> list[dict[str, Any]]:
    """Everything that `evaluate` knows by name, with what it must be given and who answers."""
    from windrow.evaluators.names import TABLE

    return [
        {
            "name": each.name,
            "summary": f"{WHO[each.needs_judge]} Needs {', '.join(each.needs)}.",
            "loads": each.load() is not None,
            "kind": each.kind,
            "needs": list(each.needs),
            "needs_judge": each.needs_judge,
            "aliases": list(each.aliases),
        }
        for each in TABLE
    ]


def _entry(registry: Registry, name: str) -> dict[str, Any]:
    """A name with its summary. One that does not load is listed with why, and stops nobody."""
    from windrow.errors import ConfigError

    try:
        return {"name": name, "summary": registry.summary(name), "loads": True}
    except ConfigError as error:
        return {"name": name, "summary": f"does not load: {error.what}", "loads": False}
