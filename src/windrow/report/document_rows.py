"""The sections of the report about rows: what became of every one, what the accepted ones are like, which were checked,
and some to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.report import preferences
from windrow.report.blocks import Bullets, Code, Example, Heading, Histogram, Parts, Strong, Table, Text, Whisker
from windrow.report.judges_text import evaluated
from windrow.report.said import counted, interval, percent
from windrow.report.slices import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from windrow.report.blocks import Block, Line

WHY = {
    "target": "target reached",
    "seeds": "seeds used up",
    "max_candidates": "most candidates reached",
    "judge_silent": "a judge gives no verdicts: every row that it was asked about is unscored",
    "judge_drift": "a judge drifted: its anchors no longer get the verdicts that they had",
    "generator_defective": "the sample shows too many defects for filtering: mend the recipe or the teacher",
    "vectors_silent": "no vectors come any more, so that rows cannot be compared: those without one are unscored",
    "not ended": "not ended: run the same command again to go on",
}
MASKED = "Always the same few; personal data and keys are masked, long turns are cut. "


def stages(report: Mapping[str, Any]) -> Iterator[Block]:
    """Each stage's funnel, and who refused what."""
    told = report["stages"]
    yield Table(
        ("stage", "target", "accepted", "rejected", "quarantined", "pending", "accepted share", "ended"),
        tuple(
            (
                stage["stage"],
                "every seed once" if stage["target"] is None else stage["target"],
                *(stage[status] for status in STATUSES),
                percent(stage["accepted_share"]),
                WHY.get(stage["ended"], stage["ended"]),
            )
            for stage in told
        ),
        _bars(told),
    )
    reasons = [(stage["stage"], one["by"], one["reason"], one["rows"]) for stage in told for one in stage["reasons"]]
    if reasons:
        most = max(rows for *_, rows in reasons)
        marks = tuple(Parts((("rows", rows),), most) for *_, rows in reasons)
        yield Table(("stage", "refused by", "reason", "rows"), tuple(reasons), marks)
    by_operator = report.get("operators", ())
    if by_operator:
        yield Table(
            ("stage", "operator", *STATUSES, "accepted share"),
            tuple(
                (one["stage"], one["operator"], *(one[status] for status in STATUSES), percent(one["accepted_share"]))
                for one in by_operator
            ),
            _bars(by_operator),
        )


def _bars(counts: Sequence[Mapping[str, Any]]) -> tuple[Parts, ...]:
    most = max((sum(one[status] for status in STATUSES) for one in counts), default=0)
    return tuple(Parts(tuple((status, one[status]) for status in STATUSES), most) for one in counts)


def slices(report: Mapping[str, Any]) -> Iterator[Block]:
    """The share of accepted rows in each slice of the run."""
    told = report.get("slices", ())
    if told:
        yield Heading("By slice", 3)
        yield Table(
            ("slice", *STATUSES, "accepted share (95 % interval)"),
            tuple(
                (
                    f"{one['by']}: {one['value']}",
                    *(one[status] for status in STATUSES),
                    interval(one["pass_rate"]) if one["pass_rate"] else "-",
                )
                for one in told
            ),
            tuple(Whisker(**one["pass_rate"]) if one["pass_rate"] else None for one in told),
        )


def audits(report: Mapping[str, Any]) -> Iterator[Block]:
    """What recipes found in all their rows together."""
    for audit in report.get("audits", ()):
        yield Heading(f"{audit['title']} ({audit['stage']})")
        if audit["rows"]:
            yield Table(tuple(audit["columns"]), tuple(map(tuple, audit["rows"])))
        found: list[Line] = [(Strong(f"Out of bounds: {fault}."),) for fault in audit["faults"]]
        found += [f"{remark}." for remark in audit["remarks"]]
        if found:
            yield Bullets(tuple(found))


def likeness(accepted: Mapping[str, Any]) -> Iterator[Block]:
    """Kinds, origins, recipes, splits and lengths of the accepted rows."""
    if not accepted["kinds"]:
        yield Text("No row was accepted.")
        return
    keys = ("kind", "kinds"), ("origin", "origins"), ("recipe", "recipes"), ("split", "splits")
    yield Table(("what", "rows"), tuple((what, counted(accepted[key])) for what, key in keys))
    sides = ("question", "question_chars"), ("response", "response_chars")
    yield Table(
        ("characters", "min", "mean", "median", "p95", "max"),
        tuple(
            (what, *(accepted[key][figure] for figure in ("min", "mean", "median", "p95", "max")))
            for what, key in sides
        ),
    )
    for what, key in sides:
        told = accepted[key].get("histogram")
        if told:
            bins = tuple((start, rows) for start, rows in told["bins"])
            yield Histogram(f"Length of each {what}", "characters", told["width"], bins)
    if "preferences" in accepted:
        yield preferences.lines(accepted["preferences"])


def verified(report: Mapping[str, Any]) -> Iterator[Block]:
    """What was checked of the rows, and what was not evaluated."""
    share = report["verified"].get("confirmed")
    by = ", ".join(f"{name} {percent(each)}" for name, each in report["verified"].get("confirmed_by", {}).items())
    if by:
        yield Text(
            (Strong(f"{percent(share)} of the accepted rows hold an answer that a program confirmed"), f" ({by}).")
        )
    checks = report["verified"]["checks"]
    if checks:
        yield Table(
            ("passed", "kind", "rows", "share of accepted"),
            tuple((check["by"], check["kind"], check["rows"], percent(check["share"])) for check in checks),
        )
    lines = tuple(evaluated(report))
    if lines:
        yield Bullets(lines)


def examples(report: Mapping[str, Any]) -> Iterator[Block]:
    """Some accepted rows, and one of each of the commonest reasons for refusing."""
    told = report.get("samples") or {"accepted": [], "refused": []}
    if not (told["accepted"] or told["refused"]):
        return
    yield Heading("Rows to look at")
    yield Text((MASKED, Code("windrow rows"), " shows every row."))
    for one in (*told["accepted"], *told["refused"]):
        yield _example(one)


def _example(one: Mapping[str, Any]) -> Example:
    why = ""
    if "by" in one:
        rows = f"one of {one['rows']} rows" if one["rows"] > 1 else "one row"
        why = f"{one['by']}: {one['reason']}, {rows}{'. ' + one['detail'] if one.get('detail') else ''}"
    turns = tuple((turn["who"], turn["text"]) for turn in one["turns"])
    if "more_turns" in one:
        turns += (("…", f"{one['more_turns']} more turns"),)
    what = f"{one['kind']} row {one['id']}" if turns else "no row came of it"
    return Example(f"{one['status']}: {one['stage']}, {what}", why, turns)
