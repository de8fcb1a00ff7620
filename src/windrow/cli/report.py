"""windrow report: how good the rows are, and how that is known."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from windrow.cli.frame import emit, json_option, say
from windrow.cli.given import find_run, run_argument

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Say how good a run's rows are, and how that is known.")
@run_argument
@json_option
def command(run: Path | None, as_json: bool) -> None:
    """Measure RUN (a folder, a name under runs/, or a config; without it, the latest run) as it stands now.

    On a terminal it is drawn, elsewhere it is Markdown.
    """
    from windrow.report.document import document
    from windrow.report.markdown import markdown

    report = find_run(run).report()
    if as_json:
        emit(report)
    elif sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(markdown(document(report))))
    else:
        say(markdown(document(report)).rstrip())
