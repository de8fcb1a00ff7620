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
    "card": re.compile(r"(?<![\w.-])[2-6](?:[ -]?\d){12,18}(?![\w-]|\.\d)"),
    "iban": re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"),
    "ssn": re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"),
    "email": re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*\.[^\W\d_]{2,24}(?![\w-])"),
    "ip": re.compile(r"(?<![\w.:])(?:\d{1,3}\.){3}\d{1,3}(?![\w:]|\.\d)"),
    "phone": re.compile(r"(?<![\w.-])\+\d[\d ()/-]{7,18}\d(?![\w-])"),
}
CARD_DIGITS = (13, 19)
IBAN_LENGTH = (15, 34)


@dataclass(frozen=True, slots=True)
class PersonalDatum:
    """What was found: `text[start:end]`. `digits` is its content without spacing, for comparing."""

    kind: Kind
    start: int
    end: int
    digits: str


def personal_data(text: str) -> Iterator[PersonalDatum]:
    """Everything of the kind in `text`, in order of place; where two readings overlap, the one with a checksum."""
    taken: list[tuple[int, int]] = []
    found = []
    for kind, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            digits = re.sub(r"[\s()/-]", "", match[0]) if kind != "email" else match[0].casefold()
            free = all(match.end() <= start or match.start() >= end for start, end in taken)
            if free and PROOFS.get(kind, bool)(digits):
                taken.append(match.span())
                found.append(PersonalDatum(kind, *match.span(), digits))
    yield from sorted(found, key=lambda datum: datum.start)


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
    if not IBAN_LENGTH[0] <= len(text) <= IBAN_LENGTH[1]:
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _address(text: str) -> bool:
    try:
        return not ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


PROOFS: Mapping[Kind, Callable[[str], bool]] = {"card": luhn, "iban": iban, "ip": _address}
