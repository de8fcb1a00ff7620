"""The years that a text speaks of, and another year that it says nothing about.

A number of four digits is a year only where words around it say so ("in 2024", "im Jahr 2024", "2024年", "May 2024"):
"2000 euros" is none. Years are what a question can be moved to another time by, without touching its grammar.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from windrow.text.sentences import spans

if TYPE_CHECKING:
    from collections.abc import Iterable

DIGITS = r"(?P<year>(?:18|19|20|21)\d\d)"
BEFORE = (
    r"in|of|for|during|the year|year|fiscal|FY|season|im|Jahr|Jahres|Jahre|für|année|en|de|du|exercice|el año|año|"
    r"nel|del|anno|em|do|ano|het jaar|jaar|в|за"
)
OPEN = (
    r"since|from|until|till|by|before|after|through|seit|ab|bis|vor|nach|depuis|dès|jusqu['’]en|avant|après|desde|hasta"
)
MONTH = (
    r"(?:Jan|Feb|Mar|Mär|Apr|May|Mai|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez|janv|févr|mars|avril|juin|juil|août|sept|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|octubre|diciembre)[a-zéûô]*\.?|Q[1-4]|H[12]"
)
AFTER = (
    r"(?=\s*(?:[.,;:!?)\]»”\"|]|$|[а-яё]*г\b"
    r"|\b(?:is|was|were|are|and|or|to|und|et|y|the|for|of|on|at|by|with|war|ist)\b))"
)
YEAR = re.compile(
    rf"(?<![\w.,:/\-])(?:(?i:{BEFORE}|{OPEN}|{MONTH})\s+{DIGITS}{AFTER}|(?P<han>(?:18|19|20|21)\d\d)(?=\s?年))"
)
UNBOUNDED = re.compile(
    rf"\b(?:{OPEN})\s+(?:(?:the year|Jahr|dem Jahr|{MONTH})\s+)?(?:18|19|20|21)\d\d"
    r"|(?:18|19|20|21)\d\d\s*(?:[-–—~]|to|bis|à|a|until|onwards?)\s*(?:(?:18|19|20|21)\d\d|\b)(?![\w])"
    r"|(?:18|19|20|21)\d\d年?(?:以来|以後|以降|以前|から|まで|起|至)",
    re.IGNORECASE,
)
NEAR = (-2, -1, 1, 2)


def years(text: str) -> list[int]:
    """Every year in `text`, in order, repeats and all."""
    return [int(found["year"] or found["han"]) for found in YEAR.finditer(text)]


def titled(title: str) -> bool:
    """Whether a title names a year: there, four digits need no word before them."""
    return re.search(r"(?<![\d.,])(?:18|19|20|21)\d\d(?![\d.,]\d|\d)", title) is not None


def unbounded(text: str) -> bool:
    """Whether `text` speaks of a stretch of years: "since 2019" says something of 2024 too."""
    return UNBOUNDED.search(text) is not None


def moved(question: str, year: int) -> str:
    """`question` about `year`; '' where it does not name exactly one year."""
    named = set(years(question))
    if len(named) != 1 or year in named:
        return ""
    return re.sub(rf"(?<!\d){named.pop()}(?!\d)", str(year), question)


def others(known: Iterable[int]) -> list[int]:
    """Years just outside of all those `known`, the nearest last; none of a text without years."""
    found = sorted(set(known))
    return [(found[0] if step < 0 else found[-1]) + step for step in NEAR] if found else []


def without_dated(text: str) -> str:
    """`text` without the sentences that speak of a year, which say nothing of another one."""
    return "\n".join(text[start:end] for start, end in spans(text) if not years(text[start:end]))
