"""windrow list: everything that a config can name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from windrow.cli.frame import emit, json_option, say

if TYPE_CHECKING:
    from windrow.registry import Registry


@click.command(short_help="List every recipe, check, filter, export and teacher.")
@click.argument("kind", required=False)
@json_option
def command(kind: str | None, as_json: bool) -> None:
    """List what a config can name, plug-ins included; KIND (recipes, checks, …) keeps one kind."""
    from windrow.errors import UnknownName
    from windrow.flow import TABLE
    from windrow.teachers.connect import TEACHERS

    registries = {**TABLE, "teachers": TEACHERS}
    if kind is not None and kind not in registries:
        raise UnknownName.among(kind, registries, noun="kind")
    chosen = {name: registries[name] for name in ([kind] if kind else registries)}
    if as_json:
        emit({name: [_entry(registry, each) for each in registry.names()] for name, registry in chosen.items()})
        return
    for name, registry in chosen.items():
        say(f"{name}:")
        width = max((len(each) for each in registry.names()), default=0)
        for each in registry.names():
            say(f"  {each:<{width}}  {_entry(registry, each)['summary']}")


def _entry(registry: Registry, name: str) -> dict[str, Any]:
    """A name with its summary. One that does not load is listed with why, and stops nobody."""
    from windrow.errors import ConfigError

    try:
        return {"name": name, "summary": registry.summary(name), "loads": True}
    except ConfigError as error:
        return {"name": name, "summary": f"does not load: {error.what}", "loads": False}
