"""windrow export: a run's accepted rows, for a trainer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from windrow.cli.frame import emit, json_option, say, tell
from windrow.cli.given import find_run, run_argument

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Write a run's accepted rows for a trainer.")
@run_argument
@click.option("--use", "uses", multiple=True, metavar="NAME", help="An export, such as trl. [default: the plan's]")
@click.option("--to", type=click.Path(), metavar="FOLDER", help="Where to. [default: RUN/exports]")
@click.option("--partial", is_flag=True, help="Take a run that has not ended as it is: its rows are not split.")
@click.option(
    "--ack-terms", is_flag=True, help="You have read the terms of the models, and take the rows all the same."
)
@click.option(
    "--exclude-terms", is_flag=True, help="Leave out rows whose models' terms restrict training, or are unknown."
)
@json_option
def command(
    run: Path | None,
    uses: tuple[str, ...],
    to: str | None,
    partial: bool,
    ack_terms: bool,
    exclude_terms: bool,
    as_json: bool,
) -> None:
    """Write the accepted rows of RUN (a folder, a name under runs/, or a config; without it, the latest run)."""
    from dataclasses import asdict
    from pathlib import Path as FilePath

    from windrow.errors import ConfigError
    from windrow.run.exporting import remarks
    from windrow.run.terms import stale

    if ack_terms and exclude_terms:
        raise ConfigError(
            "--ack-terms takes every row and --exclude-terms does not", where="windrow export", remedy="say one of them"
        )
    found = find_run(run)
    if not uses and not found.config["exports"]:
        raise ConfigError("the plan of this run has no exports", where=str(found.folder), remedy="say --use trl")
    manifests = found.export(uses, to=to, partial=partial, acknowledge_terms=ack_terms, exclude_terms=exclude_terms)
    home = FilePath(to) if to else found.folder / "exports"
    for warning in stale(found.config, found.base):
        tell(f"warning: {warning}")
    if as_json:
        emit({name: {"folder": str(home / name), **asdict(manifest)} for name, manifest in manifests.items()})
        return
    for name, manifest in manifests.items():
        for file, count in manifest.files.items():
            say(f"{home / name / file}: {count} rows")
        for note in remarks(manifest):
            tell(f"warning: {name}: {note}")
