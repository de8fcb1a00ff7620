"""The report as one document: what is said, in what order. Every figure in it is one of the JSON's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.report.blocks import Alarm, Heading, Parts, Table, Text, Total
from windrow.report.document_rows import WHY, audits, examples, likeness, slices, stages, verified
from windrow.report.judges_text import judge_costs, judges_said
from windrow.report.quality_text import quality, raised
from windrow.report.said import counted, money
from windrow.report.slices import STATUSES
from windrow.report.terms_text import terms_said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from windrow.report.blocks import Block

STATES = {
    "unfinished": " This run has not ended: it is under way, or was interrupted.",
    "overtaken": " This is the last run that ended; a later one has not.",
}


def document(report: Mapping[str, Any]) -> Iterator[Block]:
    """The whole report."""
    yield Heading(str(report["name"]), 1)
    yield from summary(report)
    yield from raised(report)
    yield from made(report)
    yield from quality(report)
    yield Heading("What became of every row")
    yield from stages(report)
    yield from slices(report)
    yield from audits(report)
    yield Heading("What the accepted rows are like")
    yield from likeness(report["accepted"])
    yield Heading("How that is known")
    yield from verified(report)
    yield from judges_said(report)
    yield from examples(report)
    yield Heading("Who answered")
    yield from _models(report)
    yield from judge_costs(report)
    yield from terms_said(report)
    yield from _exports(report.get("exports", ()))
    yield from _timings(report.get("timings", {}))


def summary(report: Mapping[str, Any]) -> Iterator[Block]:
    """The funnel in one line, and what is missing to a target or out of bounds."""
    rows = report["rows"]
    told = " + ".join(f"{rows[status]} {status}" for status in STATUSES)
    yield Total(
        f"{told} = {rows['generated']} generated.{STATES.get(report.get('state', ''), '')}",
        Parts(tuple((status, rows[status]) for status in STATUSES), rows["generated"]),
    )
    for stage in report["stages"]:
        if stage["target"] is not None and stage["accepted"] < stage["target"]:
            short = f"{stage['target'] - stage['accepted']} rows short of its {stage['target']}"
            yield Alarm(f"{stage['stage']} is {short}: {WHY.get(stage['ended'], stage['ended'])}.")
    for audit in report.get("audits", ()):
        yield from (Alarm(f"Out of bounds: {fault}.") for fault in audit["faults"])
    if "held_back" in report:
        yield Alarm(f"Nothing is exported: {report['held_back']}")


def made(report: Mapping[str, Any]) -> Iterator[Block]:
    """How much a program made."""
    rows = report["accepted"]["origins"].get("procedural", 0)
    if rows:
        yield Text(f"{rows} of the accepted rows were made by a program, not by a language model.")


def _models(report: Mapping[str, Any]) -> Iterator[Block]:
    if not report["models"]:
        yield Text("Nobody was asked.")
        return
    yield Table(
        ("model", "calls", "failed", "tokens in", "tokens out", "cost"),
        tuple(
            (
                model["model"],
                model["calls"],
                counted(model["failed"]) or 0,
                _known(model["input_tokens"]),
                _known(model["output_tokens"]),
                money(model),
            )
            for model in report["models"]
        ),
    )
    cost = report["cost"]
    paid = f"${cost['usd']}" if cost["usd"] is not None else ""
    note = f"({cost['note']})" if cost["note"] else ""
    yield Text(f"Cost: {' '.join(part for part in (paid, note) if part)}.")


def _exports(exports: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    if not exports:
        return
    yield Heading("What was exported")
    yield Table(
        ("export", "file", "rows", "left out"),
        tuple(
            (export["use"], f"{export['folder']}/{file}", rows, sum(export["skipped_counts"].values()))
            for export in exports
            for file, rows in export["files"].items()
        ),
    )


def _timings(timings: Mapping[str, Any]) -> Iterator[Block]:
    if timings:
        yield Heading("Time")
        yield Table(("what", "seconds"), tuple((what.replace("_", " "), seconds) for what, seconds in timings.items()))


def _known(count: int | None) -> str:
    return "not reported" if count is None else str(count)
