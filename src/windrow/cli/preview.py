"""windrow preview: a few rows to look at, and what the whole run would take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from windrow.cli.display import display_option, shown
from windrow.cli.dry_run import estimate_lines
from windrow.cli.ending import Ending
from windrow.cli.frame import emit, json_option, say
from windrow.cli.given import config_argument, out_option, set_option
from windrow.cli.rows import print_row, row_json

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Grow a few rows, show them, and say what the whole run would take.")
@config_argument
@click.option("--rows", type=click.IntRange(min=1), default=5, show_default=True, help="Rows of each recipe.")
@out_option
@set_option
@display_option
@json_option
def command(config: Path, rows: int, out: Path | None, overrides: tuple[str, ...], display: str, as_json: bool) -> int:
    """Grow a few rows of every recipe of CONFIG and show them. `windrow run` takes their answers over, unpaid.

    The estimate's range follows from how few rows were seen: more --rows, a narrower range.
    """
    import orjson

    from windrow.plan import Plan

    plan = Plan.load(config, overrides)
    with shown(display, plan.prices()) as listener:
        run = plan.preview(out, rows=rows, listener=listener)
    stored = list(run.rows())
    estimate = plan.estimate(run.metered())
    ending = Ending.of(run, orjson.loads((run.folder / "report.json").read_bytes()))
    if as_json:
        told = {"run": str(run.folder), "rows": [row_json(row) for row in stored], "estimate": estimate}
        emit({**told, **ending.told()})
        return ending.code
    for row in stored:
        if row.status != "pending":
            print_row(row)
    say("the whole run, extrapolated from these rows:")
    for line in estimate_lines(estimate):
        say(f"  {line}")
    ending.tell()
    return ending.code
