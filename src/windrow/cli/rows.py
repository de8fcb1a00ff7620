"""windrow rows: what a run grew, what became of it, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from windrow.cli.frame import emit_each, json_option, say
from windrow.cli.given import find_run, run_argument

if TYPE_CHECKING:
    from pathlib import Path

    from windrow.ledger.base import StoredRow
    from windrow.row import Message

HEAD, TAIL = 6, 4  # lines of a long turn that are shown
STATUSES = ("accepted", "rejected", "quarantined", "pending")


@click.command(short_help="Show the rows of a run, each with its status and reason.")
@run_argument
@click.option("--status", type=click.Choice(STATUSES), help="Only rows of this status.")
@click.option("--where", "by", metavar="NAME", help="Only rows that the check, filter or recipe NAME refused.")
@click.option("--stage", metavar="NAME", help="Only rows of this stage.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many.")
@click.option("--full", is_flag=True, help="Show long turns whole.")
@click.option("--lines", is_flag=True, help="Print JSON Lines, one row a line.")
@json_option
def command(
    run: Path | None,
    status: str | None,
    by: str | None,
    stage: str | None,
    limit: int | None,
    full: bool,
    lines: bool,
    as_json: bool,
) -> None:
    """Show the rows of RUN (a folder, a name under runs/, or a config; without it, the latest run)."""
    found = find_run(run)
    _check_names(found.counts(), found.reasons(), stage, by)
    stored = found.rows(status=status, stage=stage, by=by, limit=limit)
    if as_json or lines:
        emit_each(map(row_json, stored), as_lines=lines)
        return
    for row in stored:
        print_row(row, full=full)


def row_json(stored: StoredRow) -> dict[str, Any]:
    """A stored row as plain JSON: the row, and what became of it."""
    return {
        "status": stored.status,
        "by": stored.by,
        "reason": stored.reason,
        "stage": stored.stage,
        "split": stored.split,
        **stored.row.to_dict(),
    }


def print_row(stored: StoredRow, *, full: bool = False) -> None:
    """A stored row for people; long turns lose their middle unless `full`."""
    row = stored.row
    refusal = row.failed
    head = f"── {row.id} · {stored.stage} · {stored.status}"
    if stored.by:
        head += f" · {stored.by}: {stored.reason}"
    say(head)
    if refusal is not None and refusal.detail:
        say(f"   {refusal.detail}")
    for name in ("messages", "prompt", "completion", "chosen", "rejected"):
        for message in getattr(row, name):
            _print_message(message, "" if name == "messages" else f"{name} ", full=full)
    if row.contexts:
        say(f"   ({len(row.contexts)} passages: {', '.join(dict.fromkeys(chunk.source for chunk in row.contexts))})")
    say()


def _print_message(message: Message, part: str, *, full: bool) -> None:
    first, *others = message.content.splitlines() or [""]
    say(f"   {part}{message.role}: {first}")
    hidden = 0 if full else max(0, len(others) - HEAD - TAIL)
    shown = [*others[:HEAD], f"… {hidden} more lines (--full shows them)", *others[-TAIL:]] if hidden > 1 else others
    for line in shown:
        say(f"      {line}")
    for call in message.tool_calls:
        say(f"      → {call.name}({call.arguments_json})")


def _check_names(
    counts: dict[tuple[str, str], int], reasons: list[tuple[str, str, str, int]], stage: str | None, by: str | None
) -> None:
    """A name that no row has is more often a slip than a question."""
    from windrow.errors import UnknownName
    from windrow.flow import CHECKS, FILTERS, RECIPES

    stages = {name for name, _ in counts}
    if stage is not None and stages and stage not in stages:
        raise UnknownName.among(stage, stages, noun="stage", where="--stage")
    known = {name for _, name, _, _ in reasons}.union(CHECKS.names(), FILTERS.names(), RECIPES.names(), {"teacher"})
    if by is not None and by not in known:
        raise UnknownName.among(by, known, noun="check, filter or recipe", where="--where")
