"""Numbers as people and models write them, read exactly: fractions, decimals, percent, LaTeX, with their units.

Everything becomes a `Fraction`, so that two answers are equal or they are not: a tolerance relative to the size of a
number would let an answer that is off by one pass wherever numbers are large.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from windrow.text.answers_units import Unit, unit_of

MOST_CHARACTERS = 400
MOST_EXPONENT = 400  # 10^400 is more than anybody counts, and less than what would fill memory

# What words of scale multiply by; "dozen" is what is counted as often as it is a number, and stays a unit.
SCALES: dict[str, int] = {word: 10**zeros for zeros, words in (
    (2, "hundred hundreds hundert"), (3, "k thousand thousands tausend mille mil тысяч тысячи 千"),
    (4, "万 萬"), (6, "million millions mio millionen millón millones milhões milioni миллион миллиона миллионов"),
    (8, "亿 億"), (9, "billion billions bn milliarde milliarden milliard milliards миллиард миллиарда миллиардов"),
    (12, "trillion trillions"),
) for word in words.split()}  # fmt: skip

# LaTeX that says how a number looks, not what it is.
_LOOKS = "text|textbf|textit|textrm|mathrm|mathbf|mathit|mathtt|operatorname|mbox|rm|bf|displaystyle|style"
_WRAPPED = re.compile(rf"\\(?:{_LOOKS})\s*\{{([^{{}}]*)\}}")
_WRAPPERS = re.compile(rf"\\(?:{_LOOKS})(?![a-zA-Z])\s*")
_SPACES = re.compile(r"\\[,;:! ]|\\(?:quad|qquad)\b|~|[\u00a0\u2000-\u200a\u202f\u205f]")
_DELIMITERS = re.compile(r"\\[()\[\]]|\\left\b|\\right\b|\*\*|__|`")
_PLAIN = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-", "×": "*", "·": "*", "⋅": "*", "⁄": "/", "∕": "/",
                        "÷": "/", "٪": "%", "٫": ".", "٬": ",", "’": "'", "′": "'"})  # fmt: skip
_RAISED = re.compile(r"(?<=[\d)}\]a-zA-Z])[⁰¹²³⁴-⁹]+")  # NFKC would make 52 of 5²
_END_MARKS = ".;:,!。；，"
_PERCENT = re.compile(
    r"(?:%|\bper\s?cent\b|\bpercent\b|\bprozent\b|\bpour\s?cent\b|\bpor\s?ciento\b|\bprocent\b)", re.IGNORECASE
)

_NUMBER = re.compile(
    r"""
    (?P<whole>\d{1,3}(?:,\d{3})+|\d{1,3}(?:'\d{3})+|\d{1,3}(?:[ ]\d{3})+(?!\d)|\d+(?:_\d{3})+|\d+)?
    (?:(?P<point>\.)(?P<part>\d+)|(?P<dot>\.)(?!\d))?
    (?:[eE](?P<exponent>[+-]?\d{1,4})(?![\w]))?
    """,
    re.VERBOSE,
)
_EUROPEAN = re.compile(r"(?P<whole>\d{1,3}(?:[. ']\d{3})+|\d+),(?P<part>\d+)(?!\d)")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?![\d.])")
_POWER = re.compile(r"\s*\*\s*10\s*(?:\^|\*\*)\s*(?:\{\s*([+-]?\d{1,4})\s*\}|([+-]?\d{1,4}))")
_BARE_POWER = re.compile(r"10\s*\^\s*(?:\{\s*([+-]?\d{1,4})\s*\}|([+-]?\d{1,4}))")
_FRACTION = re.compile(r"\\[dtc]?frac\s*(?:\{([^{}]*)\}|\s*(\d))\s*(?:\{([^{}]*)\}|(\d))")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what stood around it. `value` has a percent sign already divided out, and a word like "million"
    multiplied in; `percent` and `scale` say so."""

    value: Fraction
    percent: bool = False
    unit: Unit | None = None
    scale: int = 0


def quantity(text: str) -> Quantity | None:
    """The one number that `text` is, with its unit; None where it is none, or more than one."""
    if len(text) > MOST_CHARACTERS:
        return None
    plain = tidy(text)
    together = _compound(plain)
    if together is not None:
        return together
    plain = re.sub(r"\A(?:=|≈|exactly\s)\s*", "", plain)
    whole = re.fullmatch(r"\(\s*([^(),]*|\([^()]*\)\s*/\s*\([^()]*\))\s*\)", plain)
    sign, rest = _sign(whole[1].strip() if whole else plain)
    currency, rest = _leading_currency(rest)
    if currency and not sign:
        sign, rest = _sign(rest)
    read = _magnitude(rest)
    if read is None or _is_algebra(read[1]):
        return None
    value, tail = read
    scale, tail = _scale(tail)
    value *= scale or 1
    percent = _PERCENT.match(tail.lstrip())
    if percent is not None:
        tail = tail.lstrip()[percent.end() :]
        value /= 100
    unit = _unit(currency, tail)
    return None if unit is _NO_UNIT else Quantity(-value if sign == "-" else value, percent is not None, unit, scale)


def _compound(plain: str) -> Quantity | None:
    """1 hour 30 minutes, 5 ft 3 inches: parts of one dimension, each in a smaller unit than the one before."""
    if not re.fullmatch(r"(?:[\d.]+\s?[^\W\d_]+(?:,?\s+(?:(?:and|und|et|y|e)\s+)?|\Z)){2,4}", plain):
        return None
    parts = [(Fraction(number), unit_of(word)) for number, word in re.findall(r"(\d+(?:\.\d+)?)\s?([^\W\d_]+)", plain)]
    units = [unit for _, unit in parts if unit is not None and unit.dimension]
    factors = [unit.factor for unit in units]
    if len(units) < len(parts) or len({unit.dimension for unit in units}) != 1 or len(units) == 1:
        return None
    if any(one <= other for one, other in pairwise(factors)):
        return None
    total = sum((number * factor for (number, _), factor in zip(parts, factors, strict=True)), Fraction(0))
    return Quantity(total / factors[0], unit=units[0])


def tidy(text: str) -> str:
    """`text` without the markup that changes nothing: dollars of LaTeX, `\\text{}`, thin spaces, bold, end marks."""
    text = _FRACTION.sub(_plain_fraction, _unicode_fractions(text))
    text = _RAISED.sub(lambda found: f"^{found[0]}", text)
    text = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in text)
    text = text.replace("{,}", ",").replace("\\%", "%").replace("\\times", "*").replace("\\cdot", "*")
    text = _SPACES.sub(" ", text)
    text = _DELIMITERS.sub("", _WRAPPERS.sub("", _WRAPPED.sub(r"\1", text)))
    text = _without_math_dollars(text).replace("\\$", "$")
    text = " ".join(text.split()).rstrip(_END_MARKS).strip()
    return text[1:-1].strip() if text.startswith("{") and text.find("}") == len(text) - 1 else text


def _without_math_dollars(text: str) -> str:
    """Without the `$` that open and close mathematics; one `$` alone is money."""
    stripped = text.strip().rstrip(".,;")
    bare = re.sub(r"\\\$", "", stripped)
    if bare.count("$") % 2 == 0:
        return re.sub(r"(?<!\\)\$", "", stripped)
    return stripped


def _unicode_fractions(text: str) -> str:
    """½ as " 1/2": NFKC would run it together with a whole number before it."""
    return "".join(f" {_as_ascii(c)} " if unicodedata.decomposition(c).startswith("<fraction>") else c for c in text)


def _as_ascii(character: str) -> str:
    return unicodedata.normalize("NFKC", character).replace("⁄", "/")


def _plain_fraction(found: re.Match[str]) -> str:
    over, under = found[1] or found[2] or "", found[3] or found[4] or ""
    return f" ({over.strip()})/({under.strip()}) "


def _sign(text: str) -> tuple[str, str]:
    spoken = re.match(r"(?:minus|negative)\s+(?=[\d.$€£(\\])", text, re.IGNORECASE)
    if spoken:
        return "-", text[spoken.end() :]
    return (text[0], text[1:].lstrip()) if text[:1] in {"-", "+"} and text[:1] else ("", text)


def _is_algebra(tail: str) -> bool:
    """Whether what stands right after a number makes it a term and no number with a unit: 2x, 5i, 1e9999999."""
    word = re.match(r"(?P<space>\s?)(?P<word>[a-zA-Z]\w*)(?!\w)", tail)
    if word is None or scale_of(word["word"]) or ((unit := unit_of(word["word"])) and unit.dimension):
        return False
    one_letter = len(word["word"]) == 1 and word["word"].islower()
    return one_letter or (not word["space"] and bool(re.search(r"\d", word["word"])))


def scale_of(word: str) -> int:
    """What a word like "million" multiplies a number by; 0 for any other word."""
    return SCALES.get(word.lower(), 0)


def _scale(tail: str) -> tuple[int, str]:
    """The word of scale that follows a number, and what follows that: "2 million euros"."""
    found = re.match(r"\s*(?P<word>[^\W\d_]+)(?:\s+(?:of|de)\b)?", tail)
    scale = scale_of(found["word"]) if found else 0
    return (scale, tail[found.end() :]) if found and scale else (0, tail)


def _leading_currency(text: str) -> tuple[str, str]:
    found = re.match(r"(?:US\s?|CA\s?|AU\s?)?[$€£¥₹₽₩]|(?:USD|EUR|GBP|CHF|JPY|INR)\b", text)
    return (found[0], text[found.end() :].lstrip()) if found else ("", text)


def _magnitude(text: str) -> tuple[Fraction, str] | None:
    """A whole number, decimal, fraction or mixed number at the start of `text`, and what follows it."""
    bracketed = re.match(r"\(([^()]*)\)\s*/\s*\(([^()]*)\)", text)
    if bracketed:
        return _ratio(_alone(bracketed[1]), _alone(bracketed[2]), text[bracketed.end() :])
    first = _decimal(text)
    if first is None:
        return None
    value, rest = first
    after = rest.lstrip()
    mixed = re.match(r"(?:and\s+)?(?:\((\d+)\)/\((\d+)\)|(\d+)\s?/\s?(\d+))(?![\d/])", after)
    if mixed and value.denominator == 1 and rest[:1] in {" ", "("}:
        over, under = int(mixed[1] or mixed[3]), int(mixed[2] or mixed[4])
        return (value + Fraction(over, under), after[mixed.end() :]) if under else None
    if after.startswith("/"):
        second = _decimal(after[1:].lstrip())
        if second is not None:
            return _ratio(value, second[0], second[1])
    return value, rest


def _ratio(over: Fraction | None, under: Fraction | None, rest: str) -> tuple[Fraction, str] | None:
    if over is None or not under or rest.lstrip().startswith("/"):
        return None
    return over / under, rest


def _alone(text: str) -> Fraction | None:
    sign, rest = _sign(text.strip())
    read = _decimal(rest)
    if read is None or read[1].strip():
        return None
    return -read[0] if sign == "-" else read[0]


def _decimal(text: str) -> tuple[Fraction, str] | None:
    """A number without a sign, with thousands separators, an exponent, a power of ten; and what follows it."""
    bare = _BARE_POWER.match(text)
    if bare:
        return _scaled(Fraction(1), int(bare[1] or bare[2]), text[bare.end() :])
    dotted = _DOTTED.match(text)
    if dotted:
        return Fraction(dotted[0].replace(".", "")), text[dotted.end() :]
    european = _EUROPEAN.match(text)
    if european and _is_decimal_comma(european):
        whole = re.sub(r"[. ']", "", european["whole"])
        return Fraction(f"{whole}.{european['part']}"), text[european.end() :]
    found = _NUMBER.match(text)
    if found is None or not (found["whole"] or found["part"]):
        return None
    whole = re.sub(r"[,' _]", "", found["whole"] or "0")
    value, rest = Fraction(f"{whole}.{found['part'] or '0'}"), text[found.end() :]
    if found["exponent"]:
        return _scaled(value, int(found["exponent"]), rest)
    power = _POWER.match(rest)
    return _scaled(value, int(power[1] or power[2]), rest[power.end() :]) if power else (value, rest)


def _is_decimal_comma(found: re.Match[str]) -> bool:
    """Whether the comma of 1,5 or 1.234,5 is a decimal one; that of 12,345 separates thousands."""
    if not found["whole"].isdigit():
        return True
    return len(found["part"]) != 3 or len(found["whole"]) > 3 or found["whole"] == "0"  # noqa: PLR2004 - thousands


def _scaled(value: Fraction, exponent: int, rest: str) -> tuple[Fraction, str] | None:
    return (value * Fraction(10) ** exponent, rest) if abs(exponent) <= MOST_EXPONENT else None


_NO_UNIT = Unit("", "", Fraction(0))  # what stands after the number is no unit: this is no single number


def _unit(currency: str, tail: str) -> Unit | None:
    """The unit of a number; None where nothing stands there, `_NO_UNIT` where something else does."""
    tail = tail.strip()
    if not tail:
        return unit_of(currency) if currency else None
    found = unit_of(tail)
    if found is None:
        return _NO_UNIT
    if currency:
        money = unit_of(currency)
        return money if money is not None and found.dimension in {money.dimension, ""} else _NO_UNIT
    return found
