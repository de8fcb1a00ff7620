"""Units beside a number: the same one in other words, exact conversions, and when two are not the same thing.

A unit that is not in the table is known by its words ("apples"), and equals only itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Unit:
    """`name` as compared; `dimension` and `factor` (to the dimension's base) where the unit is known."""

    name: str
    dimension: str = ""
    factor: Fraction = Fraction(1)


# dimension: factor to its base: spellings. One-letter symbols are told apart by case.
_TABLE = """
length 1 m metre metres meter meters
length 1000 km kilometre kilometres kilometer kilometers
length 1/100 cm centimetre centimetres centimeter centimeters
length 1/1000 mm millimetre millimetres millimeter millimeters
length 1609344/1000 mi mile miles
length 9144/10000 yd yard yards
length 3048/10000 ft foot feet
length 254/10000 inch inches
mass 1 kg kilogram kilograms kilo kilos
mass 1/1000 g gram grams gramme grammes
mass 1/1000000 mg milligram milligrams
mass 1000 t tonne tonnes
mass 45359237/100000000 lb lbs pound_weight
mass 45359237/1600000000 oz ounce ounces
time 1 s sec second seconds
time 60 min mins minute minutes
time 3600 h hr hrs hour hours
time 86400 d day days
time 604800 week weeks
volume 1 l L litre litres liter liters
volume 1/1000 ml mL millilitre millilitres milliliter milliliters
volume 1/100 cl centilitre centilitres
usd 1 $ dollar dollars usd us$ bucks
usd 1/100 ¢ cent cents
eur 1 € euro euros eur
gbp 1 £ gbp
jpy 1 ¥ yen jpy
inr 1 ₹ rupee rupees inr
chf 1 chf
area 1 m^2 m2 m²
area 1/10000 cm^2 cm2 cm²
area 1000000 km^2 km2 km²
length/time 1609344/3600000 mph
length/time 10/36 kph kmh
angle 1 ° degree degrees \\circ ^\\circ
"""
_KNOWN = {
    spelling: Unit(row[2], row[0], Fraction(row[1]))
    for row in (line.split() for line in _TABLE.strip().splitlines())
    for spelling in row[2:]
}
_WORD = re.compile(r"[^\W\d_][\w'’.-]*|[$€£¥₹¢°]|\\circ|\^\\circ", re.UNICODE)
_PER = re.compile(r"\s*/\s*|\s+per\s+|\s+pro\s+|\s+par\s+|\s+por\s+")


@lru_cache(maxsize=4096)
def unit_of(text: str) -> Unit | None:
    """The unit that `text` names, or None where it cannot be one: figures, operators, a sentence."""
    text = text.strip().strip("()").strip().rstrip(".,;:")
    if not text:
        return None
    text = re.sub(r"\^\{?([23])\}?", r"^\1", text)
    parts = _PER.split(text)
    if len(parts) > 1:
        return _rate(parts)
    known = _KNOWN.get(text) or (_KNOWN.get(text.lower()) if len(text) > 1 else None)
    if known is not None:
        return known
    found = text.split()
    if len(found) > MOST_WORDS or not all(_WORD.fullmatch(word) for word in found):
        return None
    first = _KNOWN.get(found[0]) or _KNOWN.get(found[0].lower())  # "12 km in total", "40 minutes later"
    if first is not None and len(found) > 1:
        return first
    return Unit(" ".join(_singular(word.lower().rstrip(".")) for word in found))


def same(one: Unit | None, other: Unit | None) -> Fraction | None:
    """What `other`'s number is multiplied by to stand in the unit `one`; None where they measure different things.

    A number without a unit fits any: the question named it. Words that are no known unit say what was counted
    ("apples"), and fit where the other side has them too, or nothing.
    """
    if one is None or other is None:
        return Fraction(1)
    if one.dimension or other.dimension:
        return other.factor / one.factor if one.dimension == other.dimension else None
    return Fraction(1) if _same_words(one.name, other.name) else None


def _same_words(one: str, other: str) -> bool:
    """Whether "red apple" and "apple" may name one thing: the words of the shorter are among those of the longer."""
    shorter, longer = sorted((set(one.split()), set(other.split())), key=len)
    return shorter <= longer


def _rate(parts: list[str]) -> Unit | None:
    units = [unit_of(part) for part in parts]
    if any(unit is None for unit in units):
        return None
    over, under = units[0], units[1:]
    assert over is not None  # noqa: S101 - looked at above
    factor, dimension, name = over.factor, over.dimension or over.name, over.name
    for unit in under:
        assert unit is not None  # noqa: S101 - looked at above
        factor /= unit.factor
        dimension += f"/{unit.dimension or unit.name}"
        name += f"/{unit.name}"
    return Unit(name, dimension, factor)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):  # noqa: PLR2004 - "pies" stays a pie
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word  # noqa: PLR2004
