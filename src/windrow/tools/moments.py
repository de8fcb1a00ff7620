"""Dates and times as people write them: numeric, with the name of a month, by the clock, and relative to a day.

A date without a year, and one whose day and month could be swapped, stand for all that they may mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeAlias

from windrow.tools.quantities import SPOKEN

Day: TypeAlias = tuple[int | None, int, int]
Clock: TypeAlias = tuple[int, int]

MONTHS = {
    "en": "january february march april may june july august september october november december",
    "en-short": "jan feb mar apr may jun jul aug sep oct nov dec",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
MONTH = {
    name: at for listed in MONTHS.values() for at, name in enumerate(listed.split(), start=1)
} | {"sept": 9}  # fmt: skip
WEEKDAYS = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
}
WEEKDAY = {name: at for listed in WEEKDAYS.values() for at, name in enumerate(listed.split())}
FROM_TODAY = {
    "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0, "tomorrow": 1,
    "day after tomorrow": 2, "yesterday": -1, "day before yesterday": -2, "next week": 7, "last week": -7,
    "heute": 0, "morgen": 1, "übermorgen": 2, "gestern": -1, "vorgestern": -2, "nächste woche": 7,
    "aujourd'hui": 0, "demain": 1, "après-demain": 2, "hier": -1, "hoy": 0, "mañana": 1, "pasado mañana": 2, "ayer": -1,
    "今天": 0, "明天": 1, "后天": 2, "昨天": -1, "今日": 0, "明日": 1, "昨日": -1,
}  # fmt: skip
UNITS = {
    "day": 1, "days": 1, "week": 7, "weeks": 7, "tag": 1, "tage": 1, "tagen": 1, "woche": 7, "wochen": 7, "jour": 1,
    "jours": 1, "semaine": 7, "semaines": 7, "día": 1, "días": 1, "semana": 7, "semanas": 7, "fortnight": 14,
}  # fmt: skip
_NAMES = "|".join(sorted(MONTH, key=len, reverse=True))
DIGIT = re.compile(r"\d")
ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
NUMERIC = re.compile(r"(?<![\d.])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
SHORT = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(?!\d)")
DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|\.|er)?\s+(?:of\s+|de\s+|d')?({_NAMES})\b\.?(?:,?\s+(?:de\s+|del\s+)?(\d{{4}}))?"
)
MONTH_FIRST = re.compile(rf"\b({_NAMES})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(\d{{4}}))?")
_UNTIL = r"\s*(?:-|–|—|to|until|till|through|and|bis|und|au|à|al|hasta)\s*"
DAYS_FIRST = re.compile(
    rf"(?<![\d.:])(\d{{1,2}})(?:st|nd|rd|th|\.)?{_UNTIL}\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?({_NAMES})\b"
)
DAYS_LAST = re.compile(rf"\b({_NAMES})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?{_UNTIL}(\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)")
HAN = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
MONTH_YEAR = re.compile(rf"\b({_NAMES})\.?\s+(\d{{4}})\b")
CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*(am|pm|a\.m\.|p\.m\.)?(?![\d:])")
HOUR = re.compile(r"(?<![\d:.,])(\d{1,2})\s*(am|pm|a\.m\.|p\.m\.|o'clock|uhr|h)(?![^\W\d_])\s?(\d{2})?(?!\d)")
HOURS = re.compile(
    rf"(?<![\d:])(\d{{1,2}})(?::(\d{{2}}))?{_UNTIL}\d{{1,2}}(?::\d{{2}})?\s*(am|pm|a\.m\.|p\.m\.|uhr|h\b|o'clock)"
)
PART_OF_DAY = re.compile(
    r"(?<![\d:])(\w+)(?::(\d{2}))?\s+(?:o'clock\s+)?(?:in the (morning|afternoon|evening)|at (night))"
)
AT = re.compile(r"\b(?:at|by|around|about|from|until|till|to|um|gegen|à|a las?|alle|às)\s+(\w+)(?![\w:.,]*\d)(?!\s*%)")
PAST = re.compile(r"\b(half past|quarter past|quarter to|halb|viertel nach|viertel vor)\s+(\w+)")
MINUTES_PAST = {
    "half past": 30, "quarter past": 15, "quarter to": -15, "halb": -30, "viertel nach": 15, "viertel vor": -15,
}  # fmt: skip
THE_NTH = re.compile(rf"\b(?:the|on|am|el|le)\s+(\d{{1,2}})(?:st|nd|rd|th|\.)(?!\d|\s*(?:of\s+)?(?:{_NAMES})\b)")
NAMED = {
    "noon": (12, 0),
    "midday": (12, 0),
    "midnight": (0, 0),
    "mittag": (12, 0),
    "mitternacht": (0, 0),
    "midi": (12, 0),
}
SPAN = re.compile(r"(?P<count>(?<!\d)\d{1,6}|[^\W\d_]+)\s+(?P<unit>[^\W\d_]+)(?:\s+(?P<ago>ago|from|later|later))?")
LASTS = re.compile(
    r"(?P<count>(?<!\d)\d{1,6}(?:[.,]\d{1,3})?|[^\W\d_]+)[\s-]*(?P<unit>minutes?|mins?|minuten|minutos?|hours?|hrs?|stunden?|heures?|horas?|days?)\b"
    r"(?P<half>\s+and\s+a\s+half)?"
)
MINUTES = {"m": 1, "h": 60, "s": 60, "d": 1440}  # by the first letter of the unit; "s" is German for an hour
CENTURY = 2000
FIRST_YEAR, LAST_YEAR = 100, 9_900  # further off, days cannot be counted
HALF = 12
EVENING = 6  # "six at night" is in the evening, "two at night" is not


@dataclass(slots=True)
class Moments:
    """The days and times of one text; `spans` are the characters that said them."""

    days: set[Day] = field(default_factory=set)
    times: set[Clock] = field(default_factory=set)
    spans: list[tuple[int, int]] = field(default_factory=list)


@lru_cache(maxsize=512)
def moments(text: str) -> Moments:
    """Every day and time in `text`, which is in small letters. Not to be changed: a text has one such object."""
    found = Moments()
    if DIGIT.search(text):
        _days(text, found)
    _clocks(text, found)
    return found


def _days(text: str, found: Moments) -> None:
    for match in ISO.finditer(text):
        _add(found, match, int(match[1]), int(match[2]), int(match[3]))
    for match in NUMERIC.finditer(text):
        year = int(match[4]) + (CENTURY if len(match[4]) == 2 else 0)  # noqa: PLR2004 - two digits
        _add(found, match, year, int(match[1]), int(match[3]))
        _add(found, match, year, int(match[3]), int(match[1]))
    for match in SHORT.finditer(text):
        _add(found, match, None, int(match[2]), int(match[1]))
    for match in DAY_FIRST.finditer(text):
        _add(found, match, _year(match[3]), MONTH[match[2]], int(match[1]))
    for match in MONTH_FIRST.finditer(text):
        _add(found, match, _year(match[3]), MONTH[match[1]], int(match[2]))
    for match in DAYS_FIRST.finditer(text):
        _add(found, match, None, MONTH[match[2]], int(match[1]))
    for match in DAYS_LAST.finditer(text):
        _add(found, match, None, MONTH[match[1]], int(match[2]))
    for match in HAN.finditer(text):
        _add(found, match, _year(match[1]), int(match[2]), int(match[3]))
    for match in MONTH_YEAR.finditer(text):
        found.spans.append(match.span())


def relative(text: str, today: date) -> set[date]:
    """The days that `text` (in small letters) may mean by "tomorrow", "next Friday" or "in three days"."""
    if not FIRST_YEAR < today.year < LAST_YEAR:
        return set()
    found = {today + timedelta(days=away) for words, away in FROM_TODAY.items() if words in text}
    for name, at in WEEKDAY.items():
        if name in text:
            ahead = (at - today.weekday()) % 7
            found |= {today + timedelta(days=ahead + weeks) for weeks in (-7, 0, 7, 14)}
    for match in SPAN.finditer(text):
        count = int(match["count"]) if match["count"].isdecimal() else int(SPOKEN.get(match["count"], -1))
        days = count * UNITS.get(match["unit"], 0)
        if 0 < days < 4_000:  # noqa: PLR2004 - ten years
            found |= {today + timedelta(days=days), today - timedelta(days=days)}
    return found | _of_months(text, today)


def _of_months(text: str, today: date) -> set[date]:
    """Of "the 14th", "next month", "the end of the month", "this weekend"."""
    first = today.replace(day=1)
    months = [first, (first + timedelta(days=31)).replace(day=1), (first + timedelta(days=62)).replace(day=1)]
    found = set()
    for match in THE_NTH.finditer(text):
        found |= {month + timedelta(days=int(match[1]) - 1) for month in months if 0 < int(match[1]) < 29}  # noqa: PLR2004
    if "next month" in text:
        found.add(months[1])
    if "end of the month" in text or "end of this month" in text:
        found.add(months[1] - timedelta(days=1))
    if "weekend" in text:
        saturday = today + timedelta(days=(5 - today.weekday()) % 7)
        found |= {saturday + timedelta(days=away) for away in (0, 1, 7, 8)}
    return found


def durations(text: str) -> set[int]:
    """The lengths of time in `text` (in small letters), in minutes."""
    found = set()
    for match in LASTS.finditer(text):
        word = match["count"].replace(",", ".")
        count = float(word) if word[0].isdecimal() else float(SPOKEN.get(word, 0))
        unit = MINUTES["h" if match["unit"].startswith(("heure", "hora")) else match["unit"][0]]
        found.add(round(count * unit) + (unit // 2 if match["half"] else 0))
    if "half an hour" in text or "half hour" in text or "halbe stunde" in text:
        found.add(30)
    return found - {0}


def first_day(text: str) -> date | None:
    """The first whole date in `text`, None where there is none."""
    found = ISO.search(text)
    if found:
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
    whole = sorted(day for day in moments(text.lower()).days if day[0] is not None)
    return date(whole[0][0] or 1, whole[0][1], whole[0][2]) if whole else None


def _clocks(text: str, found: Moments) -> None:
    if DIGIT.search(text):
        _clocks_in_digits(text, found)
    _spoken_clocks(text, found)
    for name, clock in NAMED.items():
        if name in text:
            found.times.add(clock)


def _clocks_in_digits(text: str, found: Moments) -> None:
    for match in CLOCK.finditer(text):
        _time(found, match, int(match[1]), int(match[2]), match[3] or "")
    for match in HOUR.finditer(text):
        _time(found, match, int(match[1]), int(match[3] or 0), match[2])
    for match in HOURS.finditer(text):
        _time(found, match, int(match[1]), int(match[2] or 0), match[3])
        _time(found, match, int(match[1]), int(match[2] or 0), "")
    for match in PART_OF_DAY.finditer(text):
        hour = _hour(match[1])
        if hour is not None:
            half = "am" if match[3] == "morning" or (match[4] and hour < EVENING) else "pm"
            _time(found, match, hour, int(match[2] or 0), half)


def _spoken_clocks(text: str, found: Moments) -> None:
    """ "At seven" and "half past seven", which may be in the morning or the evening. They cover no characters: a number
    that is no time must still be looked at."""
    told = [(_hour(match[1]), 0) for match in AT.finditer(text)]
    told += [(_hour(match[2]), MINUTES_PAST[match[1]]) for match in PAST.finditer(text)]
    for hour, minutes in told:
        if hour is not None:
            start = (hour * 60 + minutes) % (HALF * 60)
            for half in (0, HALF * 60):
                found.times.add(divmod((start + half) % 1440, 60))
            if hour > HALF:
                found.times.add((hour % 24, minutes % 60))


def _hour(word: str) -> int | None:
    """The hour that a number in digits or in words names."""
    value = int(word) if word.isdecimal() and len(word) < 3 else int(SPOKEN.get(word, -1))  # noqa: PLR2004
    return value if 0 <= value <= 24 else None  # noqa: PLR2004 - hours of a day


def _time(found: Moments, match: re.Match[str], hour: int, minute: int, half: str) -> None:
    mark = half.replace(".", "")
    if mark in {"am", "pm"}:
        hour = hour % HALF + (HALF if mark == "pm" else 0)
    if hour <= 24 and minute < 60:  # noqa: PLR2004 - a day
        found.times.add((hour % 24, minute))
        found.spans.append(match.span())
        if not mark or mark == "o'clock":
            found.times.add(((hour + HALF) % 24, minute))  # "at 3" may be in the afternoon


def _add(found: Moments, match: re.Match[str], year: int | None, month: int, day: int) -> None:
    try:
        date(year or 2000, month, day)
    except ValueError:
        return
    found.days.add((year, month, day))
    found.spans.append(match.span())


def _year(written: str | None) -> int | None:
    return int(written) if written else None
