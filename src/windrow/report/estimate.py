"""From a few rows to the whole run: calls, tokens, money and time, with a range that says how little is known.

The range comes from the share of rows that were accepted, as a 90 % Wilson interval: five rows leave much open. What
was not measured (a price, a token count, a time) is None, never a guess.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windrow.report.prices import is_free
from windrow.statistics.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.report.meter import Asked, StageMeter
    from windrow.report.prices import Prices

CONFIDENCE = 0.9
Range = tuple[float, float, float]


def estimate(
    metered: Sequence[StageMeter],
    targets: Mapping[str, int | None],
    prices: Prices,
    concurrency: Mapping[str, int],
) -> dict[str, Any]:
    """What reaching `targets` (accepted rows by stage; None: not known) would take, given what `metered` stages took.

    `concurrency` says how many calls a model takes at once. Each figure is {likely, low, high}, or None.
    """
    scales = {stage.stage: _scale(stage, targets.get(stage.stage)) for stage in metered}
    unknown = [stage for stage, scale in scales.items() if scale is None]
    if unknown or not metered:
        return {
            "calls": None, "input_tokens": None, "output_tokens": None, "usd": None, "seconds": None,
            "why": f"no row of {', '.join(unknown)} was accepted" if unknown else "nothing was measured yet",
        }  # fmt: skip
    known = [(stage, scale) for stage in metered if (scale := scales[stage.stage]) is not None]
    return {
        "calls": _total([_times(scale, stage.calls) for stage, scale in known], whole=True),
        "input_tokens": _tokens(known, "input_tokens"),
        "output_tokens": _tokens(known, "output_tokens"),
        "usd": _money(known, prices),
        "seconds": _seconds(known, concurrency),
        "why": "",
    }


def _scale(stage: StageMeter, target: int | None) -> Range | None:
    """How many times over the measured work must be done: likely, low, high."""
    judged = sum(stage.rows[status] for status in ("accepted", "rejected", "quarantined"))
    accepted = stage.rows["accepted"]
    if target is None or not accepted:
        return None
    share = wilson(accepted, judged, CONFIDENCE)
    likely = target / accepted
    return likely, min(likely, target / judged / share.high), max(likely, target / judged / share.low)


def _tokens(known: Sequence[tuple[StageMeter, Range]], key: str) -> dict[str, float] | None:
    parts = []
    for stage, scale in known:
        for asked in stage.models.values():
            answered = asked.calls - asked.failed
            if answered and not asked.reported:
                return None
            if answered:
                parts.append(_times(scale, getattr(asked, key) / asked.reported * answered))
    return _total(parts, whole=True)


def _money(known: Sequence[tuple[StageMeter, Range]], prices: Prices) -> dict[str, str] | None:
    parts = []
    for stage, scale in known:
        for model, asked in stage.models.items():
            cost = _cost(model, asked, prices)
            if cost is None:
                return None
            parts.append(_times(scale, float(cost)))
    total = _total(parts, whole=False)
    return {key: f"{Decimal(str(value)).quantize(Decimal('0.0001')).normalize():f}" for key, value in total.items()}


def _cost(model: str, asked: Asked, prices: Prices) -> Decimal | None:
    """What the measured calls of `model` cost, answers without token counts taken as the average of the others."""
    answered = asked.calls - asked.failed
    if is_free(model) or not answered:
        return Decimal(0)
    cost = prices.cost(model, asked.input_tokens, asked.output_tokens) if asked.reported else None
    return None if cost is None else cost * answered / asked.reported


def _seconds(known: Sequence[tuple[StageMeter, Range]], concurrency: Mapping[str, int]) -> dict[str, float] | None:
    """Waiting time alone, at full width: what a model's rate limit adds is not known beforehand."""
    parts = []
    for stage, scale in known:
        for model, asked in stage.models.items():
            if asked.calls and not asked.timed:
                return None
            if asked.timed:
                each = asked.seconds / asked.timed / max(1, concurrency.get(model, 1))
                parts.append(_times(scale, each * asked.calls))
    return _total(parts, whole=False)


def _times(scale: Range, amount: float) -> Range:
    return scale[0] * amount, scale[1] * amount, scale[2] * amount


def _total(parts: Sequence[Range], *, whole: bool) -> dict[str, float]:
    sums = [sum(part[index] for part in parts) for index in range(3)]
    figures = [math.ceil(round(total, 6)) if whole else round(total, 6) for total in sums]
    return dict(zip(("likely", "low", "high"), figures, strict=True))
