"""How good the set is, for people: every figure with its interval and how it was measured; what was not, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.report.tables import cell, percent, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TITLE = "How good the set is"
HEAD = ("figure", "value", "95 % interval", "n", "how measured", "expected")
SMALL = 0.0001


def quality(report: Mapping[str, Any]) -> Iterator[str]:
    """The section, part by part."""
    figures = report.get("quality", {}).get("figures", ())
    if not figures:
        return
    yield f"## {TITLE}"
    measured = [figure for figure in figures if figure["value"] is not None]
    if measured:
        yield table(HEAD, [_line(figure) for figure in measured])
    yield "\n".join(f"- not evaluated: {cell(', '.join(names))}: {cell(why)}" for why, names in _unknown(figures))


def alarms(report: Mapping[str, Any]) -> list[str]:
    """What is out of its bounds, a sentence each: which figure, its value, what was expected, what is wrong."""
    return [_alarm(figure) for figure in report.get("quality", {}).get("figures", ()) if "alarm" in figure]


def _alarm(figure: Mapping[str, Any]) -> str:
    told = said(figure["value"], figure.get("unit", ""))
    expected = f", expected {figure['bound']}" if "bound" in figure else ""
    return f"{_named(figure)} is {told}{expected}: {figure['alarm']}"


def _named(figure: Mapping[str, Any]) -> str:
    return f"{figure['name']} ({figure['slice']})" if "slice" in figure else str(figure["name"])


def _line(figure: Mapping[str, Any]) -> tuple[object, ...]:
    unit = figure.get("unit", "")
    value = said(figure["value"], unit)
    between = f"{said(figure['low'], unit)} to {said(figure['high'], unit)}" if "low" in figure else "-"
    how = f"{figure['method']}: {figure['detail']}" if "detail" in figure else figure["method"]
    return _named(figure), value, between, figure["n"], how, figure.get("bound", "-")


def said(value: float, unit: str) -> str:
    """A figure with its unit; a share as per cent."""
    if unit == "share":
        return percent(value)
    digits = f"{value:.1f}" if abs(value) >= 100 else f"{value:.3g}" if abs(value) >= SMALL else "0"  # noqa: PLR2004
    return f"{digits} {unit}" if unit else digits


def _unknown(figures: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """The figures without a value, by why."""
    by_reason: dict[str, list[str]] = {}
    for figure in figures:
        if figure["value"] is None:
            by_reason.setdefault(figure["not_evaluated"], []).append(figure["name"])
    return list(by_reason.items())
