"""windrow run: a config, to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from windrow.cli.display import display_option, shown
from windrow.cli.ending import Ending
from windrow.cli.frame import emit, json_option, say
from windrow.cli.given import config_argument, out_option, set_option

if TYPE_CHECKING:
    from pathlib import Path

    from windrow.run import Run


@click.command(short_help="Run a config to its end, or go on where it stopped.")
@config_argument
@out_option
@set_option
@click.option("--record", type=click.Path(), metavar="FILE", help="Append every answer to FILE, for replay/FILE.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, without asking anybody.")
@display_option
@json_option
def command(
    config: Path,
    out: Path | None,
    overrides: tuple[str, ...],
    record: str | None,
    dry_run: bool,
    display: str,
    as_json: bool,
) -> int:
    """Run CONFIG to its end. The same command again goes on where it stopped: no answer is asked for twice.

    Exit code 3 means that it ended short of a target, with rows out of a recipe's bounds, without the verdict of a
    judge that rows need, or with rows held back from its exports for terms that nobody acknowledged; the report says
    which, and why.
    """
    import orjson

    from windrow.plan import Plan

    plan = Plan.load(config, overrides)
    if dry_run:
        from windrow.cli.dry_run import show

        show(plan, out, as_json=as_json)
        return 0

    with shown(display, plan.prices()) as listener:
        run = plan.run(out, listener=listener, record=record)
    report = orjson.loads((run.folder / "report.json").read_bytes())  # the run has just measured it
    return _told(run, report, as_json=as_json)


def _told(run: Run, report: dict[str, Any], *, as_json: bool) -> int:
    """Say what came of it on stdout."""
    ending = Ending.of(run, report)
    if as_json:
        emit({"run": str(run.folder), **ending.told(), "report": report})
        return ending.code
    rows = report["rows"]
    say(
        f"{rows['accepted']} rows accepted, {rows['rejected']} rejected, {rows['quarantined']} quarantined, "
        f"{rows['pending']} pending; {_cost(report['cost'])}"
    )
    for export in report["exports"]:
        for file, count in export["files"].items():
            say(f"{run.folder / export['folder'] / file}: {count} rows")
    say(f"{run.folder / 'report.md'}: how good they are, and how that is known")
    ending.tell()
    return ending.code


def _cost(cost: dict[str, Any]) -> str:
    if cost["usd"] is None:
        return "cost unknown"
    return "nobody was paid" if cost["usd"] == "0" else f"${cost['usd']}"
