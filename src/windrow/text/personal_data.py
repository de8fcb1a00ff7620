"""Numbers and addresses that belong to one person, found by their form and proved by their check digits.

What has a checksum (cards, IBANs) is found almost without error; what has only a form (mail addresses, social security
numbers, IP addresses) nearly so. Names and postal addresses need a model and are not looked for.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Kind = Literal["card", "iban", "ssn", "email", "ip", "phone"]

PATTERNS: Mapping[Kind, re.Pattern[str]] = {
    "iban": re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"),
    "card": re.compile(r"(?<![\w.-])[2-6](?:[ -]?\d){12,18}(?![\w-]|\.\d)"),
    "ssn": re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"),
    "email": re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*\.[^\W\d_]{2,24}(?![\w-])"),
    "ip": re.compile(
        r"(?<![\w.:])(?:(?:\d{1,3}\.){3}\d{1,3}|(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4})(?![\w:]|\.\d)"
    ),
    "phone": re.compile(
        r"(?<![\w.-])(?:\+\d[\d ()/-]{7,18}\d"
        r"|(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[.-])[2-9]\d\d[.-]\d{4}"  # as written in North America
        r"|(?:tel|telefon|telephone|phone|mobile?|cell|fax|tél|téléphone|teléfono|m[oó]vil|telefono|telefone|тел|телефон"
        r"|電話(?:番号)?|电话|手机|전화|هاتف)(?:\.|[ ](?:no|nr|number)\.?)?[ ]?[:：][ ]?"
        r"(?P<own>\(?0\d{1,5}\)?(?:[ /.-]{0,3}\d{2,8}){1,5}))"
        r"(?![\w-]|\.\d)",
        re.IGNORECASE,
    ),
}
CARD_DIGITS = (13, 19)
OTHER_LENGTH = re.compile(r"4(?!(?:\d{12}|\d{15}|\d{18})\Z)|5[1-5](?!\d{14}\Z)|2[2-7](?!\d{14}\Z)|3[47](?!\d{13}\Z)")
"""A beginning that is a large issuer's, with another length than its cards have."""
IBAN_LENGTH = (15, 34)
IBAN_LENGTHS = {
    country: int(length)
    for length, countries in (
        line.split(":") for line in (
            "15:NO", "16:BE", "18:DK FI FO GL NL SD", "19:MK SI", "20:AT BA EE KZ LT LU MN XK", "21:CH HR LI LV",
            "22:BG BH CR DE GB GE IE ME RS VA", "23:AE GI IL IQ OM SO TL", "24:AD CZ ES MD PK RO SA SE SK TN VG",
            "25:LY PT ST", "26:IS TR", "27:BI DJ FR GR IT MC MR SM", "28:AL AZ BY CY DO GT HU LB NI PL SV",
            "29:BR EG PS QA UA", "30:JO KW MU", "31:MT SC", "32:LC", "33:RU",
        )
    )
    for country in countries.split()
}  # fmt: skip
"""Characters of an IBAN by country, as SWIFT's registry has them."""


@dataclass(frozen=True, slots=True)
class PersonalDatum:
    """What was found: `text[start:end]`. `digits` is its content without spacing, for comparing."""

    kind: Kind
    start: int
    end: int
    digits: str


def personal_data(text: str) -> Iterator[PersonalDatum]:
    """Everything of the kind in `text`, in order of place; where two readings overlap, the one with the stronger
    checksum."""
    taken: list[tuple[int, int]] = []
    found = []
    for kind, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            first, last = _span(match, kind)
            digits = _plain(text[first:last], kind)
            free = all(last <= start or first >= end for start, end in taken)
            if free and PROOFS.get(kind, bool)(digits):
                taken.append((first, last))
                found.append(PersonalDatum(kind, first, last, digits))
    yield from sorted(found, key=lambda datum: datum.start)


def _span(match: re.Match[str], kind: Kind) -> tuple[int, int]:
    """Where the datum itself stands: without the word that names it, and an IBAN as long as its country's are."""
    if kind == "phone" and match["own"]:
        return match.span("own")
    length = IBAN_LENGTHS.get(match[0][:2], 0) if kind == "iban" else 0
    end, left = match.start(), length
    while left and end < match.end():
        left -= not match.string[end].isspace()
        end += 1
    return (match.start(), end) if length and not left else match.span()


def _plain(text: str, kind: Kind) -> str:
    return text.casefold() if kind == "email" else re.sub(r"[\s()/-]", "", text)


def masked(digits: str, kind: Kind) -> str:
    """What may be shown of it: the last four digits of a number, the host of an address."""
    if kind == "email":
        return f"…@{digits.rpartition('@')[2]}"
    return f"…{digits[-4:]}"


def luhn(digits: str) -> bool:
    """Whether the check digit of a card number is right (ISO/IEC 7812-1)."""
    if not CARD_DIGITS[0] <= len(digits) <= CARD_DIGITS[1] or len(set(digits)) == 1:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of its two digits
    return total % 10 == 0


def iban(text: str) -> bool:
    """Whether the check digits of an IBAN are right (ISO 13616: 97-10)."""
    if not IBAN_LENGTH[0] <= len(text) <= IBAN_LENGTH[1] or len(text) != IBAN_LENGTHS.get(text[:2], len(text)):
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _card(digits: str) -> bool:
    return luhn(digits) and not OTHER_LENGTH.match(digits)


def _address(text: str) -> bool:
    try:
        told = ipaddress.ip_address(text)
    except ValueError:
        return False
    parts = [part for part in text.split(":") if part]
    # A name such as `a::b` reads as a short IPv6 address.
    named = told.version == 6 and (len(parts) < 3 or not any(map(str.isdigit, text)))  # noqa: PLR2004
    return not (told.is_loopback or told.is_unspecified or named)


PROOFS: Mapping[Kind, Callable[[str], bool]] = {"card": _card, "iban": iban, "ip": _address}
