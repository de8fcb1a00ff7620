"""windrow report: how good the rows are, and how that is known; and what two runs have in common."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windrow.cli.frame import emit, json_option, say
from windrow.cli.given import find_run, run_argument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.report.blocks import Block
    from windrow.run import Run


@click.command(short_help="Say how good a run's rows are, and how that is known.")
@run_argument
@click.option("--compare", "other", type=click.Path(path_type=Path), metavar="OTHER", help="Set RUN beside this run.")
@click.option("--html", "page", type=click.Path(path_type=Path), metavar="FILE", help="Write one HTML page to FILE.")
@json_option
def command(run: Path | None, other: Path | None, page: Path | None, as_json: bool) -> None:
    """Measure RUN (a folder, a name under runs/, or a config; without it, the latest run) as it stands now.

    On a terminal it is drawn, elsewhere it is Markdown. The page of --html needs no other file and no network.
    """
    told, blocks, title = _measured(find_run(run), None if other is None else find_run(other))
    if page is not None:
        _write(page, blocks, title)
    if as_json:
        emit(told)
    elif page is not None:
        say(str(page))
    else:
        _show(blocks)


def _measured(run: Run, other: Run | None) -> tuple[dict[str, Any], Sequence[Block], str]:
    """The figures, what is said of them, and under which title."""
    from windrow.report.compare import compare
    from windrow.report.compare_document import comparison
    from windrow.report.document import document

    if other is None:
        report = run.report()
        return report, tuple(document(report)), run.name
    names = _names(run, other)
    told = compare(run.report(), other.report(), names=names)
    return told, tuple(comparison(told)), f"{names[0]} and {names[1]}"


def _names(run: Run, other: Run) -> tuple[str, str]:
    """What the two are called: by their plans, else by their folders."""
    pairs = (run.name, other.name), (run.folder.name, other.folder.name)
    return next((pair for pair in pairs if pair[0] != pair[1]), (str(run.folder), str(other.folder)))


def _write(page: Path, blocks: Sequence[Block], title: str) -> None:
    from windrow.errors import RunError
    from windrow.report.html import html

    try:
        page.write_text(html(blocks, title=title), encoding="utf-8")
    except OSError as error:
        raise RunError(f"the page cannot be written: {error.strerror or error}", where=str(page)) from error


def _show(blocks: Sequence[Block]) -> None:
    if sys.stdout.isatty():
        from rich.console import Console

        from windrow.report.terminal import terminal

        Console(highlight=False).print(terminal(blocks))
        return
    from windrow.report.markdown import markdown

    say(markdown(blocks).rstrip())
