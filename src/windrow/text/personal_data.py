"""Numbers and addresses that belong to one person, found by their form and proved by their check digits.

What has a checksum (cards, IBANs) is found almost without error; what has only a form (mail addresses, social security
numbers, IP addresses) nearly so. Names and postal addresses need a model and are not looked for.
"""

from __future__ import annotations

import ipaddress
import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from windrow.text import personal_data_phones
from windrow.text.word_edges import BESIDE, JOINED, JOINED_LETTER, narrow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Kind = Literal["card", "iban", "ssn", "email", "ip", "phone"]

_GAP = r"[ \u00a0‐‑-]"
PATTERNS: Mapping[Kind, re.Pattern[str]] = {
    "iban": re.compile(
        rf"(?<!{JOINED})[A-Z]{{2}}\d{{2}}(?:{_GAP}?[A-Z0-9]{{4}}){{2,7}}(?:{_GAP}?[A-Z0-9]{{1,3}})?(?!{JOINED})"
    ),
    "card": re.compile(rf"(?<!{JOINED})(?<![.-])[2-6](?:{_GAP}?\d){{12,18}}(?!{JOINED}|-|\.\d)"),
    "ssn": re.compile(
        rf"(?<!{JOINED})(?<!-)(?!000|666|9\d\d)\d{{3}}-(?!00)\d{{2}}-(?!0000)\d{{4}}(?!{JOINED}|-)"
        rf"|(?:(?<!{JOINED_LETTER})SSN|social[ _]security)(?:[ _](?:number|no\.?|nr\.?))?(?:[ ](?:is|ist|es|est))?"
        rf"[\"'*]{{0,2}}[ ]?[:#]?[\"'*]{{0,2}}[ ]{{0,2}}[\"'*]{{0,2}}"
        rf"(?P<own>(?!000|666|9\d\d)\d{{3}}[ -]?(?!00)\d{{2}}[ -]?(?!0000)\d{{4}})(?!{JOINED}|-)",
        re.IGNORECASE,
    ),
    "email": re.compile(
        rf"(?<!{JOINED})(?<![.+-])[\w.+-]{{1,64}}(?:(?<=[oO])['’][\w.+-]{{1,40}})?@[\w-]{{1,63}}(?:\.[\w-]{{1,63}})*\."
        rf"(?:{JOINED_LETTER}{{2,24}}(?!{JOINED}|-)|[{BESIDE}]{{2,24}})"
    ),
    "ip": re.compile(
        rf"(?<!{JOINED})(?<![.:])(?<![A-Za-z]-)(?:::ffff:)?(?:\d{{1,3}}\.){{3}}\d{{1,3}}"
        rf"(?!{JOINED}|\.\d|\.[a-z]|:[0-9A-Fa-f]*:)"
        rf"|(?<!{JOINED})(?<![.:])(?:[0-9A-Fa-f]{{0,4}}:){{2,7}}[0-9A-Fa-f]{{1,4}}(?!{JOINED}|:|\.\d|\.[a-z])",
    ),
    "phone": personal_data_phones.PATTERN,
}
CARD_FORMS = re.compile(
    r"4\d{15}(?:\d{3})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|4[4-9]\d|5\d\d)\d{12}|6[0-9]\d{14,17}"
    r"|(?:50|5[6-8])\d{14,17}|220[0-4]\d{12}"
)
"""How the cards of issuers begin, and how long they are: Visa, Mastercard, American Express, Diners, JCB, Discover,
UnionPay and RuPay, Maestro, Mir."""
DIGIT = re.compile(r"\d")
CARD_DIGITS = (13, 19)
BEFORE_AN_ADDRESS = re.compile(rf".*[{BESIDE}](?=[^{BESIDE}@]+@)")  # words that no space parts from it
THOUSANDS = re.compile(r"\d{1,3}(?:\D\d{3})+")  # a large number, no card
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

    @property
    def reserved(self) -> bool:
        """Whether standards set it aside for examples or for private networks: it belongs to nobody."""
        return _is_reserved(self.kind, self.digits)


def personal_data(text: str) -> Iterator[PersonalDatum]:
    """Everything of the kind in `text`, in order of place; where two readings overlap, the one with the stronger
    checksum."""
    text = narrow(text)
    taken: list[tuple[int, int]] = []
    found = []
    numbers = DIGIT.search(text) is not None
    for kind, pattern in PATTERNS.items():
        if ("@" not in text) if kind == "email" else not numbers:
            continue
        for match in pattern.finditer(text):
            first, last = _span(match, kind)
            digits = _plain(text[first:last], kind)
            at = bisect_left(taken, (first, last))
            free = (not at or taken[at - 1][1] <= first) and (at == len(taken) or taken[at][0] >= last)
            if not free:
                continue
            proved = kind not in PROOFS or PROOFS[kind](match, digits)
            if proved:
                found.append(PersonalDatum(kind, first, last, digits))
            if proved or (kind == "iban" and len(digits) == IBAN_LENGTHS.get(digits[:2])):  # nor are its parts others
                taken.insert(at, (first, last))
    yield from sorted(found, key=lambda datum: datum.start)


def _span(match: re.Match[str], kind: Kind) -> tuple[int, int]:
    """Where the datum itself stands: without the words before it, and an IBAN as long as its country's are."""
    if kind in NAMED and match["own"]:
        return match.span("own")
    if kind == "email" and (words := BEFORE_AN_ADDRESS.match(match[0])):
        return match.start() + words.end(), match.end()
    length = IBAN_LENGTHS.get(match[0][:2], 0) if kind == "iban" else 0
    end, left = match.start(), length
    while left and end < match.end():
        left -= match.string[end].isalnum()
        end += 1
    return (match.start(), end) if length and not left else match.span()


def _plain(text: str, kind: Kind) -> str:
    if kind == "email":
        return text.casefold()
    if kind == "ip":
        return text.lower()
    plain = re.sub(r"[^0-9A-Za-z+]", "", text) if text.isascii() else re.sub(r"[^\w+]", "", text)
    return f"+{plain[2:]}" if kind == "phone" and plain.startswith("00") else plain


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


def _is_card(match: re.Match[str], digits: str) -> bool:
    return luhn(digits) and CARD_FORMS.fullmatch(digits) is not None and not THOUSANDS.fullmatch(match[0])


def _is_account(match: re.Match[str], digits: str) -> bool:  # noqa: ARG001 - the digits say it all
    return digits[:2] in IBAN_LENGTHS and iban(digits)


def _is_email(match: re.Match[str], address: str) -> bool:
    """No file of a picture for a finer screen (`logo@2x.png`), and no user of a machine (`git@host.org:path`)."""
    ending = address.rpartition(".")[2]
    remote = match.string[match.end() : match.end() + 1] == ":" and address.startswith(("git@", "hg@", "svn@"))
    return ending not in FILE_ENDINGS and not remote


def _is_ip(match: re.Match[str], text: str) -> bool:
    """An address, and not the number of a version or a section."""
    try:
        told = ipaddress.ip_address(text)
    except ValueError:
        return False
    if told.version == 4:  # noqa: PLR2004
        before = match.string[max(0, match.start() - LOOKED_BACK) : match.start()]
        return not (told.is_loopback or told.is_unspecified or NUMBERED.search(before))
    parts = [part for part in text.split(":") if part]
    # A name such as `a::b` reads as a short IPv6 address.
    short = len(parts) < 3 and not (parts and len(parts[0]) == 4)  # noqa: PLR2004
    return not (told.is_loopback or told.is_unspecified or short or not any(map(str.isdigit, text)))


def _is_reserved(kind: Kind, digits: str) -> bool:
    if kind == "email":
        host = digits.rpartition("@")[2]
        return RESERVED_HOSTS.search(host) is not None
    if kind == "ip":
        return not ipaddress.ip_address(digits).is_global
    return kind == "phone" and RESERVED_PHONES.fullmatch(digits) is not None


NAMED = ("phone", "ssn")
"""Kinds that may be known by the word before them."""
FILE_ENDINGS = frozenset(
    ("png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "css", "scss", "js", "mjs", "tsx", "jsx", "html",
     "json", "yaml", "yml", "toml", "txt", "pdf", "exe", "dll")
)  # fmt: skip
LOOKED_BACK = 24  # characters before a number, where the word that names it stands
NUMBERED = re.compile(
    rf"(?:(?<!{JOINED_LETTER})(?:v|ver|version(?:en|s)?|release|rel|build|firmware|driver|revision|rev|update|sections?|sect?"
    r"|clause|paragraph|chapter|figure|abschnitt|kapitel|ziffer|abs|versión|versão|versione|wersja|verze|versie|sección"
    r"|capítulo|chapitre|capitolo|версия|версии|раздел|bản|संस्करण|الإصدار)\.?|版本|バージョン|버전|§)"
    r"[ \u00a0]{0,2}[:：#]?[ \u00a0]{0,2}\Z",
    re.IGNORECASE,
)
"""Words behind which four numbers with points are no address."""
RESERVED_HOSTS = re.compile(
    r"(?:^|\.)(?:example\.(?:com|net|org)|example|test|invalid|localhost|local|internal|home\.arpa)$"
)
"""Hosts that nobody can have: RFC 2606, 6761, 6762, 8375."""
RESERVED_PHONES = re.compile(r"\+?1?[2-9]\d\d55501\d\d|(?:\+44|0)(?:20|11[3-8]|121|131|141|151|161)(?:7946|496)0\d{3}")
"""Telephone numbers for films and examples: North America's 555-01xx, the larger cities of Ofcom's list."""
PROOFS: Mapping[Kind, Callable[[re.Match[str], str], bool]] = {
    "card": _is_card, "iban": _is_account, "email": _is_email, "ip": _is_ip,
    "phone": lambda match, _: personal_data_phones.is_phone(match),
}  # fmt: skip
