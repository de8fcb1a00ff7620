"""windrow init: a config that runs as it is, with inputs small enough to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from windrow.cli.frame import emit, json_option, say, tell

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path


@click.command(short_help="Write a config that runs, with tiny inputs of its own.")
@click.argument("folder", type=click.Path(file_okay=False), default=".")
@click.option(
    "--recipe", default="rag_qa", show_default=True, metavar="NAME", help="What to grow: `windrow list recipes`."
)
@json_option
def command(folder: str, recipe: str, as_json: bool) -> None:
    """Write a commented config and its inputs into FOLDER (default: here). Nothing that is there is overwritten."""
    from pathlib import Path as FilePath

    home = FilePath(folder)
    files = _starter(recipe)
    _refuse_overwriting(home, list(files))
    for name, source in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source.read_bytes())
    config = home / f"{recipe}.yaml"
    if as_json:
        emit({"config": str(config), "files": [str(home / name) for name in files]})
        return
    for name in files:
        say(str(home / name))
    tell(f"next: windrow preview {config}")


def _starter(recipe: str) -> dict[str, Traversable]:
    """The files of a starter by their path in it. Raises UnknownName."""
    from importlib.resources import files

    from windrow.errors import ConfigError, UnknownName
    from windrow.flow import RECIPES

    starters = files("windrow.cli") / "starters"
    home = starters / recipe
    names = sorted(entry.name for entry in starters.iterdir() if entry.is_dir() and not entry.name.startswith("_"))
    if recipe in names:
        return dict(sorted(_below(home, "")))
    if recipe in RECIPES.names():
        raise ConfigError(
            f"there is no starter for {recipe!r}", where="--recipe", remedy=f"there are: {', '.join(names)}"
        )
    raise UnknownName.among(recipe, names, noun="recipe", where="--recipe")


def _below(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found = []
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        found += _below(entry, f"{name}/") if entry.is_dir() else [(name, entry)]
    return found


def _refuse_overwriting(home: Path, names: list[str]) -> None:
    from windrow.errors import ConfigError

    taken = [name for name in names if (home / name).exists()]
    if taken:
        raise ConfigError(
            f"{', '.join(taken)} {'is' if len(taken) == 1 else 'are'} there already, and nothing is overwritten",
            where=str(home),
            remedy="name another folder: windrow init FOLDER",
        )
