"""What was asked of which models, and what that cost, as far as prices and token counts are known."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windrow.report.prices import is_free

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.ledger.base import CallTotals
    from windrow.report.prices import Prices


def asked(calls: Sequence[CallTotals], prices: Prices) -> list[dict[str, Any]]:
    """Every model that was asked: calls, failures, tokens, cost."""
    return [
        _model(model, [total for total in calls if total.model == model], prices)
        for model in sorted({total.model for total in calls})
    ]


def _model(model: str, totals: Sequence[CallTotals], prices: Prices) -> dict[str, Any]:
    """What one model was asked. Tokens are what servers reported; `reported` says for how many answers they did."""
    answered = sum(total.calls for total in totals if total.outcome == "ok")
    reported = sum(total.reported for total in totals if total.outcome == "ok")
    tokens_in = sum(total.input_tokens or 0 for total in totals)
    tokens_out = sum(total.output_tokens or 0 for total in totals)
    usd = prices.cost(model, tokens_in, tokens_out) if reported or is_free(model) else None
    return {
        "model": model,
        "calls": sum(total.calls for total in totals),
        "answered": answered,
        "failed": {
            error: sum(total.calls for total in totals if total.error == error)
            for error in sorted({total.error for total in totals if total.outcome == "error"})
        },
        "reported": reported,
        "input_tokens": tokens_in if reported else None,
        "output_tokens": tokens_out if reported else None,
        "usd": None if usd is None else _plain(usd),
        "usd_is_whole": is_free(model) or (usd is not None and reported == answered),
    }


def cost(models: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The sum over the models, or what keeps it from being known."""
    unknown = [model["model"] for model in models if model["usd"] is None]
    partly = [model["model"] for model in models if model["usd"] is not None and not model["usd_is_whole"]]
    total = sum((Decimal(model["usd"]) for model in models if model["usd"] is not None), Decimal(0))
    if unknown:
        return {"usd": None, "note": f"unknown: no price or no token counts for {', '.join(unknown)}"}
    if partly:
        return {
            "usd": _plain(total),
            "note": f"at least: some answers of {', '.join(partly)} came without token counts",
        }
    return {"usd": _plain(total), "note": "" if total else "no model was paid"}


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
