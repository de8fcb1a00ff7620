"""What judges said, for people: a section of the report and of the card. Every figure in it is one of the JSON's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.report.blocks import Bullets, Code, Heading, Strong, Table, Text, Whisker
from windrow.report.said import counted, interval, money, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from windrow.report.blocks import Block, Cell, Line

TITLE = "What judges said"
MODES = {
    "every": "every row that passed its checks",
    "two_pass": "a sample first, then what it calls for",
    "bottom_out": "every row that passed its checks, and the lowest scores are dropped",
}
DECISIONS = {
    "accept": "accepted without judging the rest",
    "full_pass": "every other row judged as well",
    "stop": "stopped: the generator is defective, and filtering cannot mend it",
    "extend": "a larger sample taken",
}
MEASURED = ("kappa", "precision", "sensitivity", "specificity", "threshold")


def judges_said(report: Mapping[str, Any]) -> Iterator[Block]:
    """The section, part by part; nothing of a run without judges."""
    if not report.get("judges"):
        return
    yield Heading(TITLE)
    for judge in report["judges"]:
        yield Heading(f"{judge['judge']} ({judge['stage']})", 3)
        yield Bullets(tuple(_lines(judge)))
        yield from _calibrated(judge)
        if judge["criteria"]:
            yield _criteria(judge["criteria"])
        if judge["panel"] and judge["panel"]["votes"]:
            yield _votes(judge["panel"]["votes"])


def judge_costs(report: Mapping[str, Any]) -> Iterator[Block]:
    """What judging took, apart from growing."""
    if not report.get("judge_calls"):
        return
    rows = [
        (told["judge"], model["model"], model["calls"], counted(model["failed"]) or 0, money(model))
        for told in report["judge_calls"]
        for model in told["models"]
    ]
    if rows:
        yield Table(("judge", "asked", "calls", "failed", "cost"), tuple(rows))
    yield Text("; ".join(f"{part.capitalize()}: {_cost(cost)}" for part, cost in report["cost_by"].items()) + ".")


def evaluated(report: Mapping[str, Any]) -> Iterator[Line]:
    """What judges evaluated of the accepted rows, and what nobody did: a line each."""
    calibrated = {judge["judge"]: judge["calibration"]["calibrated"] for judge in report.get("judges", ())}
    for item in report.get("evaluated", ()):
        by = ", ".join(
            f"{judge} ({'calibrated' if calibrated.get(judge) else 'not calibrated'})" for judge in item["by"]
        )
        yield f"{item['what']}: judged for {item['rows']} of {item['of']} accepted rows, by {by}"
    for item in report["not_evaluated"]:
        rows = f": {item['rows']} of {item['of']} rows" if "rows" in item else ""
        yield f"{item['what']}: not evaluated: {item['why']}{rows}"


def _lines(judge: Mapping[str, Any]) -> Iterator[Line]:
    yield _who(judge)
    yield _asked(judge)
    if judge["unscored"]:
        total = sum(judge["unscored"].values())
        yield (Strong(f"unscored, not accepted, and no zero: {total}: {counted(judge['unscored'])}"),)
    if judge["pass_rate"]:
        yield f"passed {judge['passed']} of {judge['judged']}: {interval(judge['pass_rate'])} (95 %, Wilson)"
    if judge["refused_for"]:
        yield f"refused for: {counted(judge['refused_for'])}"
    yield from _decided(judge["decided"])
    yield from _trust(judge["calibration"])
    if judge["same_family"]:
        said = f"same family: {judge['same_family']} verdicts are of a model of the family that wrote the row; "
        yield (Strong(f"{said}judges favour their own"),)
    if judge["panel"]:
        yield from _panel(judge["panel"])
    if judge["drift"]:
        yield _drift(judge["drift"])
    if judge.get("check_due"):
        yield (Strong("a check for drift is due"), f": {'; '.join(judge['check_due'])}")


def _who(judge: Mapping[str, Any]) -> Line:
    by = ", ".join(judge["models"]) or "nobody answered"
    hashes = [piece for each in judge["rubric_hashes"] for piece in (", ", Code(each))][1:]
    mode = f"; {MODES.get(judge['mode'], judge['mode'])}" if judge["mode"] else ""
    rubrics = (" (rubrics ", *hashes, ")") if hashes else ()
    return (f"asks about {', '.join(judge['asks'])}", *rubrics, f"; judged by {by}{mode}")


def _asked(judge: Mapping[str, Any]) -> Line:
    of = f" of {judge['candidates']} candidates" if judge["candidates"] is not None else ""
    beside = f", {judge['not_applicable']} with nothing to judge" if judge["not_applicable"] else ""
    coverage = f" (coverage {percent(judge['coverage'])})" if judge["coverage"] is not None else ""
    rest = judge["accepted_by_sample"]
    said = f"asked about {judge['asked']} rows{of}: {judge['judged']} scored{coverage}{beside}"
    return (said, "; ", Strong(f"accepted by sample, not judged: {rest} rows")) if rest else said


def _decided(decided: Mapping[str, Any]) -> Iterator[Line]:
    """What the stage decided by what the judge said: sample, defect rate, cut, audit."""
    for look in decided.get("looks") or ():
        rate = look.get("corrected") or look.get("observed")
        by = "with the judge's error taken out" if look.get("corrected") else "as judged"
        yield (
            f"look {look['look']}: {look['defects']} of {look['judged']} rows of the sample refused, a defect rate of "
            f"{interval(rate)} {by}: {DECISIONS.get(str(look['decision']), look['decision'])}"
        )
    if decided.get("cut") is not None:
        yield (
            f"dropped {decided.get('dropped', 0)} rows, the lowest {percent(decided.get('share'))}: "
            f"those that scored {decided['cut']:g} or less"
        )
    audit = decided.get("audit") or {}
    for status, otherwise in (("accepted", "refused"), ("rejected", "passed")):
        if audit.get(f"{status}_judged"):
            yield (
                f"audit: of {audit[f'{status}_judged']} {status} rows judged once more {audit[f'{status}_otherwise']} "
                f"{otherwise}: {interval(audit[f'{status}_rate'])}"
            )


def _trust(calibration: Mapping[str, Any]) -> Iterator[Line]:
    if not calibration["calibrated"]:
        yield (Strong("not calibrated"), f": {calibration['why']}")
        return
    labels = calibration.get("labels", {})
    parts = [f"calibrated on {labels.get('n', 'some')} labelled rows"]
    parts += [f"{what} {_value(calibration[what])}" for what in MEASURED if what in calibration]
    yield "; ".join(parts)
    yield from (f"of the calibration: {warning}" for warning in calibration.get("warnings", ()))
    corrected = calibration.get("corrected")
    if corrected is None:
        return
    if corrected["value"] is None:
        yield f"pass rate with the judge's error taken out: not known: {corrected['method']}"
    else:
        yield f"pass rate with the judge's error taken out: {interval(corrected)} ({corrected['method']})"


def _calibrated(judge: Mapping[str, Any]) -> Iterator[Block]:
    """The judge's pass rate, as judged and with its error taken out, and what it was measured to be worth."""
    calibration = judge["calibration"]
    if not calibration["calibrated"] or not judge["pass_rate"]:
        return
    corrected = calibration.get("corrected") or {"value": None}
    told = [("passed, as judged", judge["pass_rate"]), ("passed, with the judge's error taken out", corrected)]
    told += [(what, calibration[what]) for what in MEASURED if isinstance(calibration.get(what), dict)]
    known = [(what, one) for what, one in told if one["value"] is not None]
    yield Table(
        ("calibration", "value", "95 % interval"),
        tuple((what, f"{one['value']:.3f}", f"{one['low']:.3f} to {one['high']:.3f}") for what, one in known),
        tuple(_mark(one) for _, one in known),
    )


def _mark(one: Mapping[str, float]) -> Whisker | None:
    held = all(0 <= one[key] <= 1 for key in ("value", "low", "high"))
    return Whisker(one["value"], one["low"], one["high"]) if held else None


def _panel(panel: Mapping[str, Any]) -> Iterator[Line]:
    figures = (
        ("mean agreement", panel["agreement"]),
        ("unanimous", panel["unanimous"]),
        ("mean confidence", panel["confidence"]),
        ("flip rate (another verdict in the other order)", panel["flip_rate"]),
    )
    told = [f"{what} {percent(value)}" for what, value in figures if value is not None]
    if told:
        yield "; ".join(told)
    if panel["levels"]:
        yield f"decided at level: {counted(panel['levels'])}"
    if panel["level_calls"]:
        yield f"judgments by level: {counted(panel['level_calls'])}"


def _drift(drift: Mapping[str, Any]) -> Line:
    said = f"agreed with people on {percent(drift.get('agreement'))} of the last {drift.get('anchors')} anchors"
    before = f"{percent(drift.get('baseline'))} when it was measured"
    if drift.get("alarm"):
        stale = f"{drift.get('stale')} verdicts count no more, and the next run asks again"
        return (Strong(f"drift: {said}, {before}: {stale}"),)
    return f"no drift: {said}, {before}"


def _criteria(criteria: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        ("criterion", "judged", "passed", "95 % interval", "not applicable", "unscored"),
        tuple(
            (
                f"{each['id']}{' (critical)' if each['critical'] else ''}",
                each["judged"],
                each["passed"],
                interval(each["pass_rate"]) if each["pass_rate"] else "-",
                each["not_applicable"],
                each["unscored"],
            )
            for each in criteria
        ),
        tuple(_mark(each["pass_rate"]) if each["pass_rate"] else None for each in criteria),
    )


def _votes(votes: Mapping[str, Mapping[str, int]]) -> Table:
    labels = sorted({label for counts in votes.values() for label in counts})
    rows: list[tuple[Cell, ...]] = [
        (judge, *(counts.get(label, 0) for label in labels)) for judge, counts in votes.items()
    ]
    return Table(("votes of", *(label or "no label" for label in labels)), tuple(rows))


def _cost(cost: Mapping[str, Any]) -> str:
    note = f" ({cost['note']})" if cost["note"] else ""
    return f"{'cost unknown' if cost['usd'] is None else '$' + cost['usd']}{note}"


def _value(told: object) -> str:
    """A figure of a calibration: bare, or with its interval."""
    if isinstance(told, dict):
        found = _range(told)
        return found or "unknown"
    return f"{told:.3g}" if isinstance(told, int | float) else str(told)


def _range(told: object) -> str:
    """An interval as a judge's stage or calibration wrote it: {value, low, high}, or [low, high]."""
    if isinstance(told, dict) and "low" in told and "high" in told:
        value = f"{told['value']:.3f}, " if isinstance(told.get("value"), int | float) else ""
        return f"{value}{told['low']:.3f} to {told['high']:.3f}"
    if isinstance(told, list | tuple) and len(told) == 2:  # noqa: PLR2004 - from and to
        return f"{told[0]:.3f} to {told[1]:.3f}"
    return ""
