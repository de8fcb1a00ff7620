"""Numbers as people write them, in digits with any separators and in words, and as the values they may mean.

"1.250" is a thousand or a bit more than one, according to who writes; both readings count, for what is looked for is
whether a number may have been said, not what was meant.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

TOKEN = re.compile(r"\d+(?:[.,'\u2019\u00a0\u202f]\d+)*")
GROUPS = "'\u2019\u00a0\u202f"
AFTER = re.compile(
    r"\s?(?:(?P<percent>%|percent|per cent|prozent|pour cent|por ciento)"
    r"|(?P<scale>k|thousand|million|mio|tausend|mille|mil|millones|millions)\b)"
)
SCALES = {
    "k": 1_000, "thousand": 1_000, "tausend": 1_000, "mille": 1_000, "mil": 1_000,
    "million": 1_000_000, "millions": 1_000_000, "millones": 1_000_000, "mio": 1_000_000,
}  # fmt: skip
WORDS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
    "siebzehn achtzehn neunzehn zwanzig",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
    "dix-huit dix-neuf vingt",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
    "diecisiete dieciocho diecinueve veinte",
    "it": "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici "
    "diciassette diciotto diciannove venti",
    "pt": "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete "
    "dezoito dezenove vinte",
}
MORE: dict[str, float] = {
    "a": 1, "an": 1, "single": 1, "once": 1, "twice": 2, "both": 2, "pair": 2, "couple": 2, "half": 0.5, "dozen": 12,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "thousand": 1000,
    "ein": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "beide": 2, "halb": 0.5, "dreißig": 30, "vierzig": 40,
    "fünfzig": 50, "hundert": 100, "une": 1, "trente": 30, "cent": 100, "una": 1, "treinta": 30, "cien": 100, "uma": 1,
}  # fmt: skip
SPOKEN: dict[str, Decimal] = {
    **{word: Decimal(value) for listed in WORDS.values() for value, word in enumerate(listed.split())},
    **{word: Decimal(str(value)) for word, value in MORE.items()},
}
"""Words for numbers, in six languages; the articles too, for who asks for a lamp asks for one."""
TENS = re.compile(
    r"(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ](one|two|three|four|five|six|seven|eight|nine)"
)
GROUPED = 3
LONGEST = 24  # characters: what is longer is an id, if anything


class Number(NamedTuple):
    """A number in a text: where, its digits as written, and the values it may mean."""

    start: int
    end: int
    written: str
    values: frozenset[Decimal]


def numbers(text: str) -> list[Number]:
    """Every number written in digits in `text`."""
    found = []
    for match in TOKEN.finditer(text):
        if len(match.group()) > LONGEST:
            continue
        values = readings(match.group())
        if match.start() and text[match.start() - 1] in "-−" and not text[: match.start() - 1][-1:].isalnum():
            values = {-value for value in values}
        after = AFTER.match(text, match.end())
        if after and after["percent"]:
            values |= {value / 100 for value in values}
        elif after:
            values |= {value * SCALES[after["scale"]] for value in values}
        found.append(Number(match.start(), match.end(), match.group(), frozenset(values)))
    return found


def spoken(words: list[str], text: str) -> set[Decimal]:
    """The values of the number words among `words`, the words of `text` (small letters)."""
    found = {SPOKEN[word] for word in words if word in SPOKEN}
    return found | {SPOKEN[ten] + SPOKEN[one] for ten, one in TENS.findall(text)}


def readings(written: str) -> set[Decimal]:
    """What digits with separators may mean: "1,250" is 1250 or 1.25."""
    plain = written.translate({ord(mark): None for mark in GROUPS})
    marks = [character for character in plain if character in ".,"]
    if not marks:
        return {Decimal(plain)}
    if len(set(marks)) > 1:  # the last one is the decimal mark
        last = marks[-1]
        other = "," if last == "." else "."
        return _values(plain.replace(other, "").replace(last, ".")) if marks.count(last) == 1 else set()
    if len(marks) > 1:
        return _values(plain.replace(marks[0], ""))
    whole, _, part = plain.partition(marks[0])
    found = _values(f"{whole}.{part}")
    return found | _values(whole + part) if len(part) == GROUPED and not whole.startswith("0") else found


def as_decimal(value: float) -> Decimal:
    """A JSON number as people would write it."""
    return Decimal(str(value))


def _values(text: str) -> set[Decimal]:
    try:
        return {Decimal(text)}
    except InvalidOperation:
        return set()
