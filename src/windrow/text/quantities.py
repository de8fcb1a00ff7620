"""What a text says how much of something there is: a number with its unit, and how two of them compare.

Numbers are written in two ways: 1,250.50 and 1.250,50. Where one alone does not show which it is ("1,250"), the
language of the text decides. Two quantities compare only where all but their numbers is the same.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

NUMBER = re.compile(r"(?<![A-Za-z_\d.,])[+-]?\d+(?:[.,'\u2019\u00a0\u202f ]\d{3})*(?:[.,]\d+)?(?![\d])")
COMMA_DECIMAL = frozenset("de fr es it pt nl ru".split(" "))  # noqa: SIM905 - codes
THOUSAND = 1000
THOUSANDS = re.compile(r"[+-]?\d{1,3}[.,'\u2019\u00a0\u202f ]\d{3}")
COMMAS = str.maketrans(".,", ",.")
GROUP = 3  # digits of a group of thousands

Operation = Literal["greater", "less", "difference"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` of something. `form` is the text with "#" in the number's place, `unit` the same as it is compared;
    `grouped` numbers have marks between their thousands."""

    value: Decimal
    unit: str
    form: str
    grouped: bool = False


def quantity(text: str, language: str = "") -> Quantity | None:
    """The one quantity in `text`; None where it has no number or several. `language` is an ISO 639-1 code."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    found = list(NUMBER.finditer(plain))
    if len(found) != 1 or len(re.findall(r"\d+", plain)) != len(re.findall(r"\d+", found[0][0])):
        return None
    value = _value(found[0][0], language)
    form = f"{plain[: found[0].start()]}#{plain[found[0].end() :]}".strip(" .,;:!")
    unit = " ".join(form.casefold().replace("#", " # ").split())
    grouped = value is not None and abs(value) >= THOUSAND and THOUSANDS.match(found[0][0]) is not None
    return None if value is None else Quantity(value, unit, form, grouped)


def comparable(one: Quantity | None, other: Quantity | None) -> bool:
    """Whether two quantities are of one sort and differ."""
    return one is not None and other is not None and one.unit == other.unit and one.value != other.value


def difference(one: Quantity, other: Quantity, language: str = "") -> str:
    """How far two quantities of one sort are apart, written with their unit; '' where that is not to be said: "up to 5"
    and "up to 8" are no 3 apart."""
    before = one.form.partition("#")[0].strip()
    if before and any(letter.isalnum() for letter in before):
        return ""
    apart = f"{abs(one.value - other.value):{',' if one.grouped or other.grouped else ''}f}"
    return one.form.replace("#", apart.translate(COMMAS) if language in COMMA_DECIMAL else apart)


def _value(number: str, language: str) -> Decimal | None:
    sign, digits = number[:1] if number[:1] in "+-" else "", number.lstrip("+-")
    marks = re.findall(r"[.,'\u2019\u00a0\u202f ]", digits)
    decimal = _decimal_mark(digits, marks, language)
    if decimal is None:
        return None
    whole, _, part = digits.rpartition(decimal) if decimal else (digits, "", "")
    whole = re.sub(r"\D", "", whole)
    return Decimal(f"{sign}{whole}.{part}" if part else f"{sign}{whole}")


def _decimal_mark(digits: str, marks: list[str], language: str) -> str | None:
    """The mark before the decimals, '' where there are none; None where it cannot be told."""
    points = [mark for mark in marks if mark in ".,"]
    if not points:
        return ""
    last = points[-1]
    if points.count(last) > 1:
        return "" if len(set(points)) == 1 else None
    if len(set(points)) > 1 or len(digits.rpartition(last)[2]) != GROUP:
        return last
    usual = "," if language in COMMA_DECIMAL else "."
    return last if last == usual and len(marks) == 1 else ""
