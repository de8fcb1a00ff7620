"""How figures are said: shares, intervals, values with their units, counts by name, money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGE, SMALL = 100, 0.0005


def percent(share: float | None) -> str:
    """A share in [0, 1], or a dash where there is none."""
    return "-" if share is None else f"{share:.1%}"


def interval(found: Mapping[str, float]) -> str:
    """`71.2% (66.1% to 75.9%)`."""
    return f"{percent(found['value'])} ({percent(found['low'])} to {percent(found['high'])})"


def number(value: float) -> str:
    """Three significant digits, one decimal of what is large, none of what is whole."""
    if value == int(value):
        return str(int(value))
    if abs(value) >= LARGE:
        return f"{value:.1f}"
    return f"{value:.3g}" if abs(value) >= SMALL else "0"


def figure(value: float, unit: str) -> str:
    """A value with its unit; a share as per cent."""
    if unit == "share":
        return percent(value)
    return f"{number(value)} {unit}" if unit else number(value)


def between(low: float | None, high: float | None, unit: str) -> str:
    """`2.5 to 3.5`, or a dash where no interval is known."""
    if low is None or high is None:
        return "-"
    told = percent if unit == "share" else number
    return f"{told(low)} to {told(high)}"


def counted(counts: Mapping[str, int]) -> str:
    """`timeout 3, unparsed 1`."""
    return ", ".join(f"{what} {count}" for what, count in counts.items())


def money(told: Mapping[str, Any]) -> str:
    """What a model cost, or that nobody knows."""
    return "unknown" if told["usd"] is None else f"${told['usd']}"
