"""What tokens cost. Prices come from the config, else from the `genai-prices` package where it is installed.

A list price holds for the provider's own address only: the same name behind another server may cost anything. A model
without a known price costs "unknown", never nothing; a program that answers for itself costs nothing.
"""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MILLION = Decimal(1_000_000)
FREE = ("embedded/", "replay/", "local/")  # nobody is paid for these answers


class Prices:
    """US dollars per million tokens, by "provider/model", as the config's `prices:` has them.

    `listed` are the models that are asked at their provider's own address, so that its list prices hold.
    """

    def __init__(self, table: Mapping[str, Mapping[str, str]], listed: Collection[str] = ()) -> None:
        self._listed = frozenset(listed)
        self._table = {model: (Decimal(price["input"]), Decimal(price["output"])) for model, price in table.items()}

    def cost(self, model: str, input_tokens: int, output_tokens: int) -> Decimal | None:
        """What those tokens of `model` cost, or None where its price is not known."""
        if is_free(model):
            return Decimal(0)
        price = self._table.get(model)
        if price is not None:
            return (price[0] * input_tokens + price[1] * output_tokens) / MILLION
        return _list_price(model, input_tokens, output_tokens) if model in self._listed else None


def is_free(model: str) -> bool:
    """Whether answers of `model` are paid to nobody: a program's, or a recording's."""
    return model.startswith(FREE)


def _list_price(model: str, input_tokens: int, output_tokens: int) -> Decimal | None:
    try:
        listed = import_module("genai_prices")
    except ImportError:
        return None
    provider, _, name = model.partition("/")
    try:
        usage = listed.Usage(input_tokens=input_tokens, output_tokens=output_tokens)
        return Decimal(listed.calc_price(usage, model_ref=name, provider_id=provider).total_price)
    except LookupError:
        return None
