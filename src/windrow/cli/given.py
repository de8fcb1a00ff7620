"""What several verbs are given: a config with overrides, or a run by its folder, its name or its config."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from windrow.run import Run

RUNS = Path("runs")

config_argument = click.argument("config", type=click.Path(path_type=Path))
run_argument = click.argument("run", type=click.Path(path_type=Path), required=False)
out_option = click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER", help="The run folder. [default: runs/<name>]"
)


def set_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--set PATH=VALUE`, as often as wanted."""
    return click.option(
        "--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a value, such as recipes.0.rows=50."
    )(command)


def find_run(given: Path | None) -> Run:
    """The run meant: a folder, a name under runs/, a config's run; without one, the run that was written last."""
    from windrow.errors import ConfigError
    from windrow.run import Run

    if given is None:
        runs = [entry.parent for entry in RUNS.glob("*/plan.json")]
        if not runs:
            raise ConfigError(
                "there is no run in ./runs", remedy="name a run's folder, or make one: windrow run CONFIG"
            )
        return Run.open(max(runs, key=lambda folder: (folder / "plan.json").stat().st_mtime_ns))
    if given.is_file() and given.suffix in {".yaml", ".yml"}:
        from windrow.config import load

        return Run.open(RUNS / load(given).config.name)
    if not given.exists() and (RUNS / given).is_dir():
        return Run.open(RUNS / given)
    return Run.open(given)
