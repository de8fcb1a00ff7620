"""The report for people: one Markdown text, which a terminal shows as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.report import preferences
from windrow.report.judges_text import evaluated, judge_costs, judges_said
from windrow.report.operators import STATUSES
from windrow.report.quality_text import alarms, quality
from windrow.report.tables import cell, percent, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

WHY = {
    "target": "target reached",
    "seeds": "seeds used up",
    "max_candidates": "most candidates reached",
    "judge_silent": "a judge gives no verdicts: every row that it was asked about is unscored",
    "judge_drift": "a judge drifted: its anchors no longer get the verdicts that they had",
    "generator_defective": "the sample shows too many defects for filtering: mend the recipe or the teacher",
    "not ended": "not ended: run the same command again to go on",
}


def markdown(report: Mapping[str, Any]) -> str:
    """The whole report. Every figure in it is one of the JSON's."""
    parts = [
        f"# {cell(report['name'])}",
        summary(report),
        "## What became of every row",
        *stages(report),
        *audits(report),
        "## What the accepted rows are like",
        likeness(report["accepted"]),
        "## How that is known",
        verified(report),
        *quality(report),
        *judges_said(report),
        "## Who answered",
        _models(report),
        *judge_costs(report),
    ]
    if report.get("exports"):
        parts += ["## What was exported", _exports(report["exports"])]
    if report.get("timings"):
        parts += ["## Time", _timings(report["timings"])]
    return "\n\n".join(part for part in parts if part) + "\n"


STATES = {
    "unfinished": " This run has not ended: it is under way, or was interrupted.",
    "overtaken": " This is the last run that ended; a later one has not.",
}


def summary(report: Mapping[str, Any]) -> str:
    """The funnel in one line, what is missing to a target, and how much a program made."""
    rows = report["rows"]
    line = (
        f"{rows['accepted']} accepted + {rows['rejected']} rejected + {rows['quarantined']} quarantined + "
        f"{rows['pending']} pending = {rows['generated']} generated.{STATES.get(report.get('state', ''), '')}"
    )
    unmet = [
        f"**{cell(stage['stage'])} is {stage['target'] - stage['accepted']} rows short of its "
        f"{stage['target']}: {WHY.get(stage['ended'], stage['ended'])}.**"
        for stage in report["stages"]
        if stage["target"] is not None and stage["accepted"] < stage["target"]
    ]
    unmet += [f"**Out of bounds: {cell(fault)}.**" for audit in report.get("audits", ()) for fault in audit["faults"]]
    unmet += [f"**Quality: {cell(alarm)}.**" for alarm in alarms(report)]
    made = report["accepted"]["origins"].get("procedural", 0)
    program = f"{made} of the accepted rows were made by a program, not by a language model." if made else ""
    return "\n\n".join([line, *unmet, *([program] if program else [])])


def stages(report: Mapping[str, Any]) -> Iterable[str]:
    """Each stage's funnel, and who refused what."""
    yield table(
        ("stage", "target", "accepted", "rejected", "quarantined", "pending", "accepted share", "ended"),
        [
            (
                stage["stage"],
                "every seed once" if stage["target"] is None else stage["target"],
                stage["accepted"],
                stage["rejected"],
                stage["quarantined"],
                stage["pending"],
                percent(stage["accepted_share"]),
                WHY.get(stage["ended"], stage["ended"]),
            )
            for stage in report["stages"]
        ],
    )
    reasons = [
        (stage["stage"], reason["by"], reason["reason"], reason["rows"])
        for stage in report["stages"]
        for reason in stage["reasons"]
    ]
    if reasons:
        yield table(("stage", "refused by", "reason", "rows"), reasons)
    by_operator = [
        (told["stage"], told["operator"], *(told[status] for status in STATUSES), percent(told["accepted_share"]))
        for told in report.get("operators", ())
    ]
    if by_operator:
        yield table(("stage", "operator", *STATUSES, "accepted share"), by_operator)


def audits(report: Mapping[str, Any]) -> Iterable[str]:
    """What recipes found in all their rows together."""
    for audit in report.get("audits", ()):
        yield f"## {cell(audit['title'])} ({cell(audit['stage'])})"
        if audit["rows"]:
            yield table(audit["columns"], audit["rows"])
        found = [f"- **Out of bounds: {cell(fault)}.**" for fault in audit["faults"]]
        found += [f"- {cell(remark)}." for remark in audit["remarks"]]
        yield "\n".join(found)


def likeness(accepted: Mapping[str, Any]) -> str:
    """Kinds, origins, recipes, splits and lengths of the accepted rows."""
    if not accepted["kinds"]:
        return "No row was accepted."
    counted = [
        (what, ", ".join(f"{name} {count}" for name, count in accepted[key].items()))
        for what, key in (("kind", "kinds"), ("origin", "origins"), ("recipe", "recipes"), ("split", "splits"))
    ]
    lengths = [
        (what, *(accepted[key][figure] for figure in ("min", "mean", "median", "p95", "max")))
        for what, key in (("question", "question_chars"), ("response", "response_chars"))
    ]
    return "\n\n".join(
        (
            table(("what", "rows"), counted),
            table(("characters", "min", "mean", "median", "p95", "max"), lengths),
            *([preferences.lines(accepted["preferences"])] if "preferences" in accepted else []),
        )
    )


def verified(report: Mapping[str, Any]) -> str:
    """What was checked of the rows, and what was not evaluated."""
    share = report["verified"].get("confirmed")
    by = ", ".join(f"{name} {percent(each)}" for name, each in report["verified"].get("confirmed_by", {}).items())
    confirmed = (
        f"**{percent(share)} of the accepted rows hold an answer that a program confirmed** ({by})." if by else ""
    )
    checks = [
        (check["by"], check["kind"], check["rows"], percent(check["share"])) for check in report["verified"]["checks"]
    ]
    passed = table(("passed", "kind", "rows", "share of accepted"), checks) if checks else ""
    return "\n\n".join(part for part in (confirmed, passed, "\n".join(evaluated(report))) if part)


def _models(report: Mapping[str, Any]) -> str:
    cost = report["cost"]
    paid = f"${cost['usd']}" if cost["usd"] is not None else ""
    note = f"({cost['note']})" if cost["note"] else ""
    total = f"Cost: {' '.join(part for part in (paid, note) if part)}."
    if not report["models"]:
        return "Nobody was asked."
    rows = [
        (
            model["model"],
            model["calls"],
            ", ".join(f"{error} {count}" for error, count in model["failed"].items()) or 0,
            _known(model["input_tokens"]),
            _known(model["output_tokens"]),
            "unknown" if model["usd"] is None else f"${model['usd']}",
        )
        for model in report["models"]
    ]
    return "\n\n".join((table(("model", "calls", "failed", "tokens in", "tokens out", "cost"), rows), total))


def _exports(exports: Sequence[Mapping[str, Any]]) -> str:
    return table(
        ("export", "file", "rows", "left out"),
        [
            (export["use"], f"{export['folder']}/{file}", rows, sum(export["skipped_counts"].values()))
            for export in exports
            for file, rows in export["files"].items()
        ],
    )


def _timings(timings: Mapping[str, Any]) -> str:
    return table(("what", "seconds"), [(what.replace("_", " "), seconds) for what, seconds in timings.items()])


def _known(count: int | None) -> str:
    return "not reported" if count is None else str(count)
