"""For each family of embedded tasks the answer by other means, from the input as a reader sees it."""

import calendar
import math
import re
from datetime import date, datetime, timedelta
from fractions import Fraction

PER_UNIT = {
    "weeks": ("days", 7), "days": ("hours", 24), "hours": ("minutes", 60), "minutes": ("seconds", 60),
    "dozens": ("pieces", 12), "kilometres": ("metres", 1000), "metres": ("centimetres", 100),
    "kilograms": ("grams", 1000), "litres": ("millilitres", 1000), "tonnes": ("kilograms", 1000),
    "years": ("months", 12), "centimetres": ("millimetres", 10),
}  # fmt: skip


def listed(text):
    return text.split(", ") if text else []


def numbers(text):
    return [int(found) for found in re.findall(r"\d+", text)]


def dates(text):
    return [date.fromisoformat(found) for found in re.findall(r"\d{4}-\d\d-\d\d", text)]


def by_insertion(values, smaller):
    """Sorted without `sorted`."""
    ordered = []
    for value in values:
        place = next((at for at, other in enumerate(ordered) if smaller(value, other)), len(ordered))
        ordered.insert(place, value)
    return ordered


def in_order(slots, values):
    return by_insertion(values, lambda a, b: a < b if slots["order"] in FORWARDS else a > b)


FORWARDS = ("from A to Z", "smallest first", "earliest first")


def table(text):
    return [(name, int(value)) for name, value in (line.split(" | ") for line in text.splitlines()[1:])]


def convert(slots, text):
    amount, unit = text.split(" ")
    target, factor = PER_UNIT[unit]
    assert slots["units"] == f"{unit} to {target}"
    return str(int(amount) * factor)


def minutes_between(slots, text):
    start, end = (datetime.strptime(clock, "%H:%M") for clock in text.split(" to "))  # noqa: DTZ007 - a clock
    return str(int((end - start) / timedelta(minutes=1)))


def record(slots, text):
    given = dict(part.split(": ", 1) for part in text.split("; "))
    wanted = re.findall(r"\w+", slots["keys"].replace(" and ", " "))
    return {key: int(given[key]) if key == "quantity" else given[key] for key in wanted}


def longest(slots, text):
    most = max(len(word) for word in listed(text))
    (word,) = [word for word in listed(text) if len(word) == most]
    return word


def looked_up(slots, text):
    ranked = sorted(table(text), key=lambda line: line[1])
    return ranked[-1 if slots["end"] == "most" else 0][0]


def run(slots, text):
    steps = {a < b for a, b in zip(numbers(text), numbers(text)[1:], strict=False)}
    return slots["c"] if len(steps) == 2 else slots["a" if steps == {True} else "b"]


def route(slots, text):
    words = text.split(" / ")
    assert not {slots["word"], slots["other"]} <= set(words)
    return slots["a"] if slots["word"] in words else slots["b"] if slots["other"] in words else slots["c"]


def between(slots, text):
    value = numbers(text)[0]
    return slots["c"] if value > int(slots["m"]) else slots["b"] if value >= int(slots["n"]) else slots["a"]


ORACLES = {
    "sort_words": lambda slots, text: in_order(slots, listed(text)),
    "sort_numbers": lambda slots, text: [str(n) for n in in_order(slots, numbers(text))],
    "sort_dates": lambda slots, text: [str(day) for day in in_order(slots, dates(text))],
    "codes": lambda slots, text: [word.rstrip(":") for word in text.split() if re.fullmatch(r"[A-Z]{2}-\d{4}:?", word)],
    "addresses": lambda slots, text: [word for word in text.split() if "@" in word],
    "above": lambda slots, text: [str(n) for n in numbers(text) if not n <= int(slots["n"])],
    "unique": lambda slots, text: [w for at, w in enumerate(listed(text)) if w not in listed(text)[:at]],
    "long_words": lambda slots, text: re.findall(rf"\b[a-z]{{{slots['n']},}}\b", text),
    "reversed": lambda slots, text: list(reversed(listed(text))),
    "every_second": lambda slots, text: [word for at, word in enumerate(listed(text), 1) if at % 2 == 1],
    "stock": lambda slots, text: [name for name, count in table(text) if count < int(slots["n"])],
    "count_word": lambda slots, text: str(len(re.findall(rf"(?<!\w){slots['word']}(?!\w)", text))),
    "count_words": lambda slots, text: str(text.count(" ") + 1),
    "count_letter": lambda slots, text: str(len(re.findall(slots["word"], text, re.IGNORECASE | re.ASCII))),
    "sum": lambda slots, text: str(int(math.fsum(numbers(text)))),
    "spread": lambda slots, text: str(max(abs(a - b) for a in numbers(text) for b in numbers(text))),
    "mean": lambda slots, text: str(Fraction(sum(numbers(text)), len(listed(text)))),
    "convert": convert,
    "days_between": lambda slots, text: str(dates(text)[1].toordinal() - dates(text)[0].toordinal()),
    "minutes_between": minutes_between,
    "pieces": lambda slots, text: str(sum(a * b for a, b in (numbers(line) for line in text.splitlines()))),
    "date_after": lambda slots, text: str(date.fromordinal(dates(text)[0].toordinal() + int(slots["n"]))),
    "weekday": lambda slots, text: calendar.day_name[dates(text)[0].weekday()],
    "masked": lambda slots, text: "".join("#" if letter in "0123456789" else letter for letter in text),
    "slug": lambda slots, text: text.casefold().replace(" ", "-"),
    "initials": lambda slots, text: "".join(re.findall(r"\b\w", text)).upper(),
    "longest": longest,
    "looked_up": looked_up,
    "record": record,
    "open_for": lambda slots, text: slots["b" if int(re.search(r"for (\d+) day", text)[1]) <= int(slots["n"]) else "a"],
    "short": lambda slots, text: slots["b" if text.count(" ") + 1 >= int(slots["n"]) else "a"],
    "between": between,
    "weekend": lambda slots, text: slots["a" if dates(text)[0].strftime("%w") in "06" else "b"],
    "listed": lambda slots, text: slots["a" if f", {slots['word']}, " in f", {text}, " else "b"],
    "well_formed": lambda slots, text: slots["a" if re.fullmatch(r"[A-Z][A-Z]-[0-9]{4}", text) else "b"],
    "run": run,
    "route": route,
    "even": lambda slots, text: slots["b" if len(listed(text)) % 2 else "a"],
    "later": lambda slots, text: slots["a" if max(dates(text)) == dates(text)[1] else "b"],
}  # fmt: skip
