"""Telephone numbers: with a country's code, as common national plans write them, or because a word says what it is.

A run of digits alone is no telephone number: it may be an order, an account, a quantity. So there must be a `+`, a
grouping that a country uses, or a word for it in front; and what is written like a date, or named an order or a
version by the word before it, is none. (Forms: ITU-T E.123, E.164; the national plans.)
"""

from __future__ import annotations

import re

from windrow.text.word_edges import JOINED, JOINED_LETTER

_DASH = r"‐‑–\-"
_GAP = rf"[ \u00a0./{_DASH}]"
_LABELS = (
    r"tel|telefon(?:nummer|ní)?|telephone|phone|mobil(?:e|nummer)?|handy(?:nummer)?|cell(?:phone)?|fax|hotline|whatsapp"
    r"|sms|call|ring|dial|text|ruf\w*|anrufen|erreichbar|rückruf|tél|téléphone|portable|appel\w*|joindre|teléfono|móvil"
    r"|llám\w*|llam\w*|celular|telefono|cellulare|chiam\w*|telefone|telemóvel|ligue|ligar|tlf|puh|numer|telefonu|zadzwoń"
    r"|gsm|bel|bellen|тел|телефон\w*|звон\w*|مобильн\w*|電話(?:番号|號碼)?|携帯(?:番号|電話)?|(?:电话|手机)(?:号码?)?|手機(?:號碼?)?|(?:전화|휴대폰|연락처)(?:번호)?|هاتف|جوال|फ़ोन|फोन|मोबाइल"
)
_JOINTS = (
    r"me|us|him|her|mich|uns|ihn|sie|moi|nous|nos|mij|ons|le|number|nummer|numéro|número|numero|no|nr|n°|is|ist|est|es"
    r"|è|é|at|on|under|unter|au|al|a|en|para|til|op|pod|по|номер|नंबर|はい|は|是|为|은|는"
)
_OWN = rf"\(?\d{{1,5}}\)?(?:{_GAP}{{0,3}}\(?\d{{2,8}}\)?){{1,6}}"
_MARKUP = r"[\"'*]{0,2}"
NAMED = (
    rf"(?<!{JOINED_LETTER})(?:{_LABELS})(?:[ \u00a0_-](?:{_JOINTS})){{0,3}}{_MARKUP}(?:[ \u00a0]?[.:：#是为為は는은])?"
    rf"{_MARKUP}[ \u00a0]{{0,2}}{_MARKUP}(?P<own>{_OWN})"
)
_FORMS = (
    rf"(?:\(\+\d{{1,3}}\)|\+\d)(?:{_GAP}{{0,2}}[()]{{0,2}}{_GAP}?\d){{7,14}}",  # with a country's code
    rf"00[1-9]\d{{0,2}}{_GAP}{{1,2}}\(?\d{{1,8}}\)?(?:{_GAP}{{1,2}}\(?\d{{2,8}}\)?){{0,5}}",  # the same, dialled
    rf"(?:1[ .{_DASH}])?(?:\(\d{{3}}\) ?|\d{{3}}[.{_DASH}])\d{{3}}[.{_DASH}]\d{{4}}",  # North America
    r"0[1-9](?:(?P<pair>[ \u00a0.-]?)\d\d)(?:(?P=pair)\d\d){3}(?<=[ \u00a0.-]\d\d)",  # France, in pairs
    rf"\(0[1-9]\d{{0,4}}\)[ \u00a0]?\d{{2,8}}(?:[ \u00a0{_DASH}]\d{{2,6}}){{0,4}}",  # a trunk code in brackets
    rf"0[1-9]\d{{0,4}}(?: ?/ ?|[ \u00a0{_DASH}])\d{{2,8}}(?:[ \u00a0{_DASH}]\d{{2,6}}){{0,4}}",  # a trunk code
    rf"1[3-9]\d[ {_DASH}]\d{{4}}[ {_DASH}]\d{{4}}",  # a mobile of China
    r"[6-9]\d{4}[ -]\d{5}",  # a mobile of India
    rf"\(\d\d\) ?9?\d{{4}}[{_DASH}]\d{{4}}",  # Brazil
    rf"8 ?\(?\d{{3}}\)?[ {_DASH}]?\d{{3}}[{_DASH}]\d\d[{_DASH}]\d\d",  # Russia
)
PATTERN = re.compile(
    rf"(?<!{JOINED})(?<![.+/-])(?:{_FORMS[0]}|(?<!\d[ ,])(?:{'|'.join(_FORMS[1:])})|{NAMED})"
    rf"(?P<inside>[ \u00a0]?(?:x|ext\.?)[ \u00a0]?\d{{1,6}})?"
    rf"(?!{JOINED}|[%€$]|[.,:/-]\d|[ ]?(?:EUR|USD|€|%|元|円|원))",
    re.IGNORECASE,
)
CODES = re.compile(
    r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]"
    r"|2[1-69]\d|3[578]\d|42\d|5[09]\d|6[789]\d|8[0578]\d|9[679]\d"
)
"""Codes of countries (ITU-T E.164)."""
_NO_NUMBER_OF_A_PHONE = re.compile(
    r"(?:order|invoice|ticket|case|ref(?:erence)?|serial|part|sku|isbn|issn|ean|id|version|v|bestell\w*|rechnungs?\w*"
    r"|auftrags?\w*|kunden\w*|artikel\w*|commande|facture|pedido|factura|ordine|fattura|encomenda|заказ\w*|счёт|訂單"
    r"|订单|注文(?:番号)?|송장|주문)[ \u00a0]?(?:no|nr|number|nummer|numéro|número|numero|n°|番号|号)?"
    r"[ \u00a0]?[.:：#]?[ \u00a0]?\Z",
    re.IGNORECASE,
)
_LOOKED_BACK = 30  # characters before a number, where the word that names it stands
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"(?<!\d)(?<!\d[-./ ])(?:{_YEAR}[-./–]\d\d?(?:[-./–]\d\d?)?|\d\d?[-./](?:\d\d?[-./])?{_YEAR}"
    rf"|{_YEAR} ?[-–/] ?{_YEAR})(?![-./]?\d)"
)
FEWEST, MOST = 7, 15
FEWEST_SAID = 8  # where only a word such as "call" stands before it
FEWEST_TRUNK, MOST_TRUNK = 9, 12


def is_phone(match: re.Match[str]) -> bool:
    """Whether what the pattern found has as many digits as a number of its form has, and is no date and no order."""
    said = match["own"] or match[0].removesuffix(match["inside"] or "")
    digits = re.sub(r"\D", "", said)
    foreign = "+" in said
    if len(set(digits)) < 3 or (not foreign and _DATE.search(said)):  # noqa: PLR2004 - 000-0000 and the like
        return False
    if match["own"]:
        labelled = any(sign in match.string[max(0, match.start("own") - 3) : match.start("own")] for sign in ".:：#")
        fewest = FEWEST if labelled else FEWEST_SAID
        return fewest <= len(digits) <= MOST
    before = match.string[max(0, match.start() - _LOOKED_BACK) : match.start()]
    if _NO_NUMBER_OF_A_PHONE.search(before):
        return False
    if foreign or digits.startswith("00"):
        digits = digits.removeprefix("00")
        return CODES.match(digits) is not None and FEWEST < len(digits) <= MOST
    if digits.startswith("0"):
        return FEWEST_TRUNK <= len(digits) <= MOST_TRUNK
    return True
