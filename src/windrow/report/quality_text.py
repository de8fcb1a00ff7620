"""How good the set is, for people: every figure with its interval and how it was measured; what was not, and why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from windrow.report.blocks import Alarm, Bullets, Heading, Table, Whisker
from windrow.report.said import between, figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from windrow.report.blocks import Block

TITLE = "How good the set is"
HEAD = ("figure", "value", "95 % interval", "n", "how measured", "expected")
ONE = ("share", "AUC", "")  # units of figures that lie between 0 and 1
BOUND = re.compile(r"(?P<sign>[≤≥])\s*(?P<value>-?\d+(?:\.\d+)?)\s?(?P<percent>%?)")


def quality(report: Mapping[str, Any]) -> Iterator[Block]:
    """The section, group by group."""
    figures = _figures(report)
    if not figures:
        return
    yield Heading(TITLE)
    measured = [each for each in figures if each["value"] is not None]
    for group in dict.fromkeys(each["group"] for each in measured):
        mine = [each for each in measured if each["group"] == group]
        yield Heading(str(group), 3)
        yield Table(HEAD, tuple(_line(each) for each in mine), tuple(map(whisker, mine)), layout="figures")
    yield from _near(report["quality"].get("near", ()))
    unknown = _unknown(figures)
    if unknown:
        yield Heading("not evaluated", 3)
        yield Bullets(tuple(f"not evaluated: {', '.join(names)}: {why}" for why, names in unknown))


def _near(pairs: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    """Rows that are near an evaluation item by their characters, and what a judge said of each."""
    if pairs:
        yield Heading("rows near an evaluation item", 3)
        yield Table(
            ("evaluation item", "row", "what it asks", "cosine", "judged"),
            tuple(
                (pair["item"], pair["row"], pair["asks"], f"{pair['cosine']:.2f}", pair["decided"]) for pair in pairs
            ),
        )


def alarms(report: Mapping[str, Any]) -> list[str]:
    """What is out of its bounds, a sentence each: which figure, its value, what was expected, what is wrong."""
    return [_alarm(each) for each in _figures(report) if "alarm" in each]


def raised(report: Mapping[str, Any]) -> Iterator[Block]:
    """The alarms, for the summary."""
    yield from (Alarm(f"Quality: {alarm}.") for alarm in alarms(report))


def _figures(report: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = report.get("quality", {}).get("figures", ())
    return found


def _alarm(told: Mapping[str, Any]) -> str:
    value = figure(told["value"], told.get("unit", ""))
    expected = f", expected {told['bound']}" if "bound" in told else ""
    return f"{named(told)} is {value}{expected}: {told['alarm']}"


def named(told: Mapping[str, Any]) -> str:
    """A figure by its name, and the slice that it is of."""
    return f"{told['name']} ({told['slice']})" if "slice" in told else str(told["name"])


def _line(told: Mapping[str, Any]) -> tuple[str | int, ...]:
    unit = told.get("unit", "")
    how = f"{told['method']}: {told['detail']}" if "detail" in told else told["method"]
    low, high = told.get("low"), told.get("high")
    return named(told), figure(told["value"], unit), between(low, high, unit), told["n"], how, told.get("bound", "-")


def whisker(told: Mapping[str, Any]) -> Whisker | None:
    """The figure as a mark on a scale from 0 to 1, where it lies on one."""
    value, low, high = told["value"], told.get("low"), told.get("high")
    if (
        value is None
        or told.get("unit", "") not in ONE
        or not all(0 <= v <= 1 for v in (value, low, high) if v is not None)
    ):
        return None
    bounds: dict[str, float | None] = {"≤": None, "≥": None}
    found = BOUND.match(told.get("bound", ""))
    if found:
        bounds[found["sign"]] = float(found["value"]) / (100 if found["percent"] else 1)
    return Whisker(value, low, high, least=bounds["≥"], most=bounds["≤"], alarm="alarm" in told)


def _unknown(figures: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """The figures without a value, by why."""
    by_reason: dict[str, list[str]] = {}
    for each in figures:
        if each["value"] is None:
            by_reason.setdefault(each["not_evaluated"], []).append(each["name"])
    return list(by_reason.items())
