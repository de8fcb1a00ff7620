"""windrow rows: what a run grew, what became of it, and why."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from windrow.cli.frame import emit_each, json_option, say
from windrow.cli.given import find_run, run_argument

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from windrow.ledger.base import StoredRow
    from windrow.row import Message, Verdict
    from windrow.run import Run

HEAD, TAIL = 6, 4  # lines of a long turn that are shown
STATUSES = ("accepted", "rejected", "quarantined", "pending")
ANY_JUDGE = "judge"


@click.command(short_help="Show the rows of a run, each with its status and reason.")
@run_argument
@click.option("--status", type=click.Choice(STATUSES), help="Only rows of this status.")
@click.option(
    "--where",
    "by",
    metavar="NAME",
    help="Only rows that the check, filter, judge or recipe NAME refused; judge: any judge.",
)
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
    _check_names(found, stage, by)
    stored = chosen(found, status=status, stage=stage, by=by, limit=limit)
    if as_json or lines:
        emit_each(map(row_json, stored), as_lines=lines)
        return
    for row in stored:
        print_row(row, full=full)


def chosen(
    run: Run, *, status: str | None, stage: str | None, by: str | None, limit: int | None
) -> Iterator[StoredRow]:
    """The rows asked for. `by` is who refused them, or `judge`: any judge, whatever its name."""
    if by != ANY_JUDGE:
        yield from run.rows(status=status, stage=stage, by=by, limit=limit)
        return
    refused = (one for one in run.rows(status=status, stage=stage) if _refused_by_a_judge(one))
    yield from islice(refused, limit)


def _refused_by_a_judge(stored: StoredRow) -> bool:
    refusal = stored.row.failed
    return bool(stored.by) and refusal is not None and (refusal.kind == "judge" or stored.by == ANY_JUDGE)


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
    if refusal is not None and refusal.kind == "judge":
        for line in judged_lines(refusal):
            say(f"   {line}")
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


def judged_lines(verdict: Verdict) -> Iterator[str]:
    """What a judge held against a row: its score, each criterion that is no pass with its quotes, each vote."""
    from windrow.report.heard import criteria_of, mapping, models_of, votes_of

    by = ", ".join(models_of(mapping(verdict.evidence, "judge")))
    if verdict.score is not None:
        threshold = verdict.evidence.get("threshold")
        below = f", of {threshold:g} that pass" if isinstance(threshold, int | float) else ""
        yield f"score {verdict.score:g}{below}" + (f" ({by})" if by else "")
    criteria = criteria_of(verdict.evidence)
    wholes = {str(each["id"]).partition(".")[0] for each in criteria if "." in str(each["id"])}
    for criterion in criteria:
        said = criterion.get("verdict")
        if said in {"fail", "unscored"} and criterion["id"] not in wholes:
            weight = " (critical)" if criterion.get("critical") else ""
            yield f"✗ {criterion['id']}{weight}: {said}: {_one_line(criterion.get('reason') or '')}".rstrip(": ")
            yield from (f"    “{_one_line(quote)}”" for quote in _quotes(criterion.get("evidence")))
    for vote in votes_of(verdict.evidence):
        yield f"vote of {vote.get('judge')}: {vote.get('label') or ''} {vote.get('error') or ''}".rstrip()


def _quotes(evidence: object) -> list[str]:
    if isinstance(evidence, str):
        return [evidence] if evidence else []
    return [str(quote) for quote in evidence if quote] if isinstance(evidence, list | tuple) else []


def _one_line(text: object) -> str:
    return " ".join(str(text).split())


def _check_names(run: Run, stage: str | None, by: str | None) -> None:
    """A name that no row has is more often a slip than a question."""
    from windrow.errors import UnknownName
    from windrow.flow import CHECKS, FILTERS, RECIPES
    from windrow.run.judges import named

    stages = {name for name, _ in run.counts()}
    if stage is not None and stages and stage not in stages:
        raise UnknownName.among(stage, stages, noun="stage", where="--stage")
    known = {name for _, name, _, _ in run.reasons()}.union(CHECKS.names(), FILTERS.names(), RECIPES.names())
    known |= {"teacher", ANY_JUDGE, *(name for name, _ in named(run.config))}
    if by is not None and by not in known:
        raise UnknownName.among(by, known, noun="check, filter, judge or recipe", where="--where")
