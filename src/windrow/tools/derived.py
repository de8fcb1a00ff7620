"""Values that nobody said but that follow in one step from what was said: an end from a start and a length, a sum.

A model that plays an assistant does not write down how it came by a value, so the few steps that are natural are tried.
Few, because with enough sums anything can be explained.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING, Any, TypeAlias

from windrow.tools.arguments import leaves
from windrow.tools.moments import durations
from windrow.tools.provenance import Provenance
from windrow.tools.quantities import as_decimal, numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.tools.material import Material, Passage

Step: TypeAlias = tuple[str, list[Decimal]]

LEAST = 10  # a smaller whole number is the difference of something too easily
MOST = 40  # numbers of one result that are tried
CODES = {
    "EUR": ("€", "euro", "euros"), "USD": ("$", "dollar", "dollars", "bucks"), "GBP": ("£", "pound", "pounds", "quid"),
    "JPY": ("¥", "yen"), "CHF": ("franc", "francs", "franken"), "INR": ("₹", "rupee", "rupees"), "CNY": ("yuan", "rmb"),
    "KRW": ("₩", "won"), "BRL": ("r$", "reais", "real"), "PLN": ("zł", "zloty", "zlotys"), "MXN": ("peso", "pesos"),
    "CELSIUS": ("°c", "celsius", "centigrade"), "FAHRENHEIT": ("°f", "fahrenheit"), "KM": ("kilometres", "kilometers"),
    "METRIC": ("celsius", "kilometres", "kilometers", "°c"), "IMPERIAL": ("fahrenheit", "miles", "°f"),
    "EN": ("english",), "DE": ("german", "deutsch", "germany"), "FR": ("french", "français", "france"),
    "ES": ("spanish", "español", "spain"), "IT": ("italian", "italy"), "PT": ("portuguese", "portugal"),
    "NL": ("dutch", "netherlands"), "JA": ("japanese",), "ZH": ("chinese",), "US": ("united states", "america", "usa"),
    "GB": ("united kingdom", "britain", "england", "uk"), "AT": ("austria",), "CH": ("switzerland",),
}  # fmt: skip
"""Codes of currencies, units, languages and countries, and the words and signs that say them."""


def moment(value: str, arguments: dict[str, Any], said: Material, turn: int) -> Provenance | None:
    """A time that lies a length of time, which was said, after another argument of the same call."""
    end = _read(value)
    lengths = {length for passage in said.before(turn) for length in _lengths(passage)}
    for _, other in leaves(arguments):
        start = _read(other) if isinstance(other, str) and other != value else None
        if end is None or start is None or (len(other) != len(value)):
            continue
        minutes = round((end - start) / timedelta(minutes=1))
        if abs(minutes) in lengths:
            return Provenance("computed", rule="minutes_after", of=(other, minutes))
    return None


def number(value: float, said: Material, turn: int) -> Provenance | None:
    """A sum of one column of a result, a number of the user's times one of a result, a percentage, or a difference."""
    wanted = as_decimal(value)
    passages = list(said.before(turn))
    spoken = {each for passage in passages if passage.source == "user" for each in passage.numbers}
    users = sorted(spoken - {Decimal(0), Decimal(1)})
    for passage in passages:
        columns = list(_columns(passage)) if passage.source == "result" else []
        listed = sorted({each for column in columns for each in column})[:MOST]
        found = next(
            filter(None, (_total(wanted, columns), _times(wanted, users, listed), _less(wanted, listed))), None
        )
        if found:
            rule, of = found
            return Provenance("computed", passage.where, rule, tuple(map(_plain, of)))
    return None


def _total(wanted: Decimal, columns: list[list[Decimal]]) -> Step | None:
    return next((("sum", column) for column in columns if len(column) > 1 and sum(column) == wanted), None)


def _times(wanted: Decimal, users: list[Decimal], listed: list[Decimal]) -> Step | None:
    return next((("product", [mine, each]) for mine in users for each in listed if mine * each == wanted), None)


def _less(wanted: Decimal, listed: list[Decimal]) -> Step | None:
    if wanted < LEAST and wanted == wanted.to_integral_value():
        return None
    return next((("difference", [one, other]) for one, other in permutations(listed, 2) if one - other == wanted), None)


def code(value: str, said: Material, turn: int) -> Passage | None:
    """Where the words for a code (EUR, DE) stand."""
    words = CODES.get(value.upper(), ())
    for passage in said.before(turn):
        for word in words:
            if (word in passage.words) or (not word.isalnum() and word in passage.text):
                return passage
    return None


def _lengths(passage: Passage) -> Iterator[int]:
    yield from durations(passage.text)
    for name, values in passage.facts.items():
        if "minute" in name.lower() or "duration" in name.lower():
            yield from (value for value in values if isinstance(value, int))


def _read(text: str) -> datetime | None:
    try:
        told = datetime.fromisoformat(text if len(text) != len("19:30") else f"2000-01-01T{text}")
    except ValueError:
        return None
    return told.replace(tzinfo=None)


def _columns(passage: Passage) -> Iterator[list[Decimal]]:
    for values in passage.facts.values():
        column = [
            as_decimal(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        yield column or [each for value in values if isinstance(value, str) for number in numbers(value)[:1]
                         for each in number.values if number.written == value.strip()]  # fmt: skip


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
