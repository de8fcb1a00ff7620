"""Two runs side by side, as blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.report.blocks import Alarm, Heading, Table, Text, Whisker
from windrow.report.quality_text import named, whisker
from windrow.report.said import between, figure, percent
from windrow.report.slices import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from windrow.report.blocks import Block, Cell, Mark

APART = {True: "overlap", False: "apart", None: "-"}
READING = (
    "Differences are the first run less the second. Intervals that are apart tell a difference that chance hardly "
    "makes; intervals that overlap do not tell that there is none. Where figures are drawn, the first run's is filled."
)


def comparison(told: Mapping[str, Any]) -> Iterator[Block]:
    """The whole comparison."""
    first, second = (str(run["name"]) for run in told["runs"])
    yield Heading(f"{first} and {second}", 1)
    yield Text(READING)
    yield from (Alarm(f"Not comparable as they are: {doubt}.") for doubt in told["not_comparable"])
    yield _runs(told["runs"])
    yield from _quality(told["figures"], (first, second))
    for title, key in (("Accepted share by stage", "stages"), ("By slice", "slices"), ("What judges passed", "judges")):
        if told[key]:
            yield Heading(title)
            yield _rates(told[key], (first, second))
    if told["reasons"]:
        yield Heading("Reasons for refusing that changed")
        yield _reasons(told["reasons"], (first, second))


def _runs(runs: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        ("run", *STATUSES, "cost", "of that, judging", "alarms", "plan"),
        tuple(
            (
                run["name"],
                *(run["rows"][status] for status in STATUSES),
                _paid(run["cost"]),
                "-" if run["judging"] is None else _paid(run["judging"]),
                run["alarms"],
                run["digest"],
            )
            for run in runs
        ),
    )


def _paid(cost: Mapping[str, Any]) -> str:
    return "unknown" if cost["usd"] is None else f"${cost['usd']}"


def _quality(figures: Sequence[Mapping[str, Any]], names: tuple[str, str]) -> Iterator[Block]:
    """Every figure that at least one of the runs has a value for."""
    yield Heading("How good the sets are")
    for group in dict.fromkeys(told["group"] for told in figures):
        mine = [told for told in figures if told["group"] == group and _has_value(told)]
        if mine:
            yield Heading(str(group), 3)
            yield Table(_head("figure", names), tuple(map(_line, mine)), tuple(map(_mark, mine)), layout="compared")


def _has_value(told: Mapping[str, Any]) -> bool:
    return any(side is not None and side["value"] is not None for side in (told["one"], told["other"]))


def _head(what: str, names: tuple[str, str]) -> tuple[str, ...]:
    first, second = names if names[0] != names[1] else (f"{names[0]} (first)", f"{names[1]} (second)")
    return what, first, second, "difference", "intervals"


def _line(told: Mapping[str, Any]) -> tuple[Cell, ...]:
    unit = told.get("unit", "")
    difference = "-" if told["difference"] is None else signed(told["difference"], unit)
    return (
        named(told),
        _side(told["one"], unit),
        _side(told["other"], unit),
        difference,
        "measured otherwise" if "why" in told else APART[told["overlap"]],
    )


def _side(side: Mapping[str, Any] | None, unit: str) -> str:
    if side is None:
        return "not there"
    if side["value"] is None:
        return f"not evaluated: {side['not_evaluated']}"
    value, low, high = figure(side["value"], unit), side.get("low"), side.get("high")
    return value if low is None or high is None else f"{value} ({between(low, high, unit)})"


def signed(difference: float, unit: str) -> str:
    """A difference with its sign; of shares in points of a hundred."""
    if unit == "share":
        return f"{difference * 100:+.1f} points"
    return f"{'+' if difference >= 0 else '-'}{figure(abs(difference), unit)}"


def _mark(told: Mapping[str, Any]) -> Mark:
    first, second = (
        None if side is None or side["value"] is None else whisker({**told, **side})
        for side in (told["one"], told["other"])
    )
    return _both(first, second)


def _both(first: Whisker | None, second: Whisker | None) -> Mark:
    if first is None or second is None:
        return None
    return Whisker(first.value, first.low, first.high, first.least, first.most, alarm=first.alarm, other=second)


def _rates(rates: Sequence[Mapping[str, Any]], names: tuple[str, str]) -> Table:
    marks = []
    for told in rates:
        pair = [Whisker(side["value"], side["low"], side["high"]) if side else None for side in _sides(told)]
        marks.append(_both(pair[0], pair[1]))
    return Table(
        _head("of", names), tuple(_rate(told, told["name"]) for told in rates), tuple(marks), layout="compared"
    )


def _sides(told: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
    return told["one"], told["other"]


def _rate(told: Mapping[str, Any], name: str) -> tuple[Cell, ...]:
    difference = "-" if told["difference"] is None else signed(told["difference"], "share")
    return (name, *(_side(side, "share") for side in _sides(told)), difference, APART[told["overlap"]])


def _reasons(reasons: Sequence[Mapping[str, Any]], names: tuple[str, str]) -> Table:
    _, first, second, *_ = _head("", names)
    return Table(
        ("stage", "refused by", "reason", first, second, "difference", "intervals"),
        tuple(
            (
                told["stage"],
                told["by"],
                told["reason"],
                f"{told['one_rows']} ({percent(told['one']['value'])})",
                f"{told['other_rows']} ({percent(told['other']['value'])})",
                signed(told["difference"], "share"),
                APART[told["overlap"]],
            )
            for told in reasons
        ),
    )
