"""Marks and charts as inline SVG. Each says in words what it draws; colours come from the page's style."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from windrow.report.blocks import Parts
from windrow.report.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.report.blocks import Histogram, Mark, Whisker

WIDTH, EDGE, HEIGHT = 150, 6, 18
CHART = (480, 170)
BASE, TOP, LEFT = 140, 18, 8
THIN = 26  # a bin narrower than this has no room for its own label
KINDS = ("accepted", "rejected", "quarantined", "pending")


def mark(drawn: Mark, what: str) -> str:
    """The mark of a table's line; `what` is the line's name."""
    if drawn is None:
        return ""
    return stacked(drawn) if isinstance(drawn, Parts) else _whisker(drawn, what)


def stacked(parts: Parts, *, wide: bool = False) -> str:
    """Counts as one bar."""
    told = ", ".join(f"{count} {name}" for name, count in parts.counts if count) or "none"
    width, height = (960, 14) if wide else (WIDTH, 10)
    at, bars = 0.0, []
    for name, count in parts.counts:
        if count:
            length = width * count / max(1, parts.of)
            kind = name if name in KINDS else "bar"
            bars.append(f'<rect class="{kind}" x="{at:.1f}" y="0" width="{max(1.0, length):.1f}" height="{height}"/>')
            at += length
    size = 'class="wide" preserveAspectRatio="none"' if wide else f'width="{width}" height="{height}"'
    return _svg(size, (width, height), "Rows", told, "".join(bars))


def _whisker(drawn: Whisker, what: str) -> str:
    other = drawn.other
    middle = HEIGHT / 2 if other is None else HEIGHT / 2 - 4
    parts = [f'<line class="axis" x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{HEIGHT - 1}" y2="{HEIGHT - 1}"/>']
    for bound in (drawn.least, drawn.most):
        if bound is not None and 0 <= bound <= 1:
            at = _at(bound)
            parts.append(f'<line class="bound" x1="{at}" x2="{at}" y1="1" y2="{HEIGHT - 1}"/>')
    parts += _dot(drawn, middle, "bad" if drawn.alarm else "dot")
    said = _said(drawn)
    if other is not None:
        parts += _dot(other, middle + 8, "other")
        said += f"; the other: {_said(other)}"
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    return _svg(size, (WIDTH, HEIGHT), what, f"{said}, on a scale from 0 to 1", "".join(parts))


def _dot(drawn: Whisker, middle: float, kind: str) -> Iterator[str]:
    if drawn.low is not None and drawn.high is not None:
        yield f'<line class="{kind} whisker" x1="{_at(drawn.low)}" x2="{_at(drawn.high)}" y1="{middle}" y2="{middle}"/>'
    yield f'<circle class="{kind}" cx="{_at(drawn.value)}" cy="{middle}" r="4"/>'


def _said(drawn: Whisker) -> str:
    between = "" if drawn.low is None or drawn.high is None else f", from {drawn.low:.3g} to {drawn.high:.3g}"
    bounds = "".join(
        f", expected {sign} {bound:g}" for sign, bound in (("≥", drawn.least), ("≤", drawn.most)) if bound is not None
    )
    return f"{drawn.value:.3g}{between}{bounds}"


def _at(value: float) -> float:
    return round(EDGE + min(1.0, max(0.0, value)) * (WIDTH - 2 * EDGE), 1)


def histogram(told: Histogram) -> str:
    """Bars over bins, with the rows on top and where each begins below."""
    width, height = CHART
    named, most = told.named(), max((rows for _, rows in told.bins), default=1) or 1
    step = (width - 2 * LEFT) / max(1, len(told.bins))
    every = 1 if step >= THIN + 6 * len(str(told.bins[-1][0])) / 2 else 2
    parts = []
    for place, (start, rows) in enumerate(told.bins):
        tall = (BASE - TOP) * rows / most
        x, middle = LEFT + place * step, LEFT + (place + 0.5) * step
        parts.append(
            f'<rect class="bar" x="{x + 1.5:.1f}" y="{BASE - tall:.1f}" width="{step - 3:.1f}" height="{tall:.1f}"/>'
        )
        if rows:
            parts.append(f'<text x="{middle:.1f}" y="{BASE - tall - 4:.1f}">{rows}</text>')
        if place % every == 0:
            label = f"{start}{'+' if place == len(told.bins) - 1 else ''}"
            parts.append(f'<text class="label" x="{middle:.1f}" y="{BASE + 15}">{label}</text>')
    parts.append(f'<line class="axis" x1="{LEFT}" x2="{width - LEFT}" y1="{BASE}" y2="{BASE}"/>')
    parts.append(f'<text class="label" x="{width / 2}" y="{BASE + 29}">{escape(told.unit)}</text>')
    said = ", ".join(f"{which} {told.unit}: {rows} rows" for which, rows in named)
    return _svg(f'width="{width}" height="{height}"', CHART, told.what, said, "".join(parts))


def _svg(size: str, box: tuple[int, int], title: str, said: str, inside: str) -> str:
    return (
        f'<svg role="img" {size} viewBox="0 0 {box[0]} {box[1]}"><title>{escape(plain(title))}</title>'
        f"<desc>{escape(plain(said))}</desc>{inside}</svg>"
    )
