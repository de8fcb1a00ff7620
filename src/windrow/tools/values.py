"""Values that could stand in a field, going by its schema, its name and its description: dates where a date belongs.

A value says nothing about any real person or thing. Where no valid value is found, none is given: a wrong one would
make a wrong trace.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from windrow.tools.value_words import AIRPORTS, BY_NAME, IDS, MONEY, SECRETS, WORDS
from windrow.tools.wording import parts

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping

FIRST_DAY = date(2025, 2, 3)
DAYS = 300
OPTIONS = re.compile(
    r"(?:\[enum\]|options(?: are)?|one of|(?:allowed|possible|valid) values)\s*:?\s*([^.;\n]+)", re.IGNORECASE
)
RANGE = re.compile(r"(?:from|between)\s+(-?\d+)\s+(?:to|and)\s+(-?\d+)", re.IGNORECASE)
QUOTES = "'\"`‘’“” "
MOST_OPTION = 40  # characters: what is longer is prose and no option


def value_for(name: str, schema: Mapping[str, Any], rng: random.Random) -> Any:  # noqa: ANN401 - JSON
    """A value for the field `name`. None where the schema is beyond this."""
    if "const" in schema:
        return schema["const"]
    listed = schema.get("enum") or schema.get("examples")
    if listed:
        return rng.choice([each for each in listed if each is not None] or list(listed))
    for union in ("anyOf", "oneOf"):
        if schema.get(union):
            named = [each for each in schema[union] if isinstance(each, dict) and each.get("type") != "null"]
            return value_for(name, named[0], rng) if named else None
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "string")
    maker = MAKERS.get(kind)
    return maker(name, schema, rng) if maker else None


def options(schema: Mapping[str, Any]) -> list[str]:
    """The values that a text field may have: its enum, or those that its description lists in so many words."""
    if schema.get("enum"):
        return [each for each in schema["enum"] if isinstance(each, str)]
    found = OPTIONS.search(str(schema.get("description", "")))
    if found is None:
        return []
    listed = [part.strip(QUOTES) for part in re.split(r",|\bor\b|\band\b|\|", found[1])]
    listed = [each for each in listed if each]
    return listed if len(listed) > 1 and all(len(each) <= MOST_OPTION for each in listed) else []


def _text(name: str, schema: Mapping[str, Any], rng: random.Random) -> str | None:
    listed = options(schema)
    made = rng.choice(listed) if listed else _formatted(name, schema, rng) or _named(name, schema, rng)
    if len(made) > schema.get("maxLength", len(made)):
        made = rng.choice(WORDS)[: schema["maxLength"]]
    missing = schema.get("minLength", 0) - len(made)
    if missing > 0:
        made += str(rng.randrange(10 ** (missing - 1), 10**missing))
    return made if _fits(schema.get("pattern"), made) else None


def _fits(pattern: str | None, text: str) -> bool:
    try:
        return pattern is None or re.search(pattern, text) is not None
    except re.error:
        return False


def _formatted(name: str, schema: Mapping[str, Any], rng: random.Random) -> str:
    """A text in the form that its `format`, its description or its name asks for, or ''."""
    words, described, form = set(parts(name)), str(schema.get("description", "")), str(schema.get("format", ""))
    if form == "email" or words & {"email", "mail"}:
        return f"{rng.choice(WORDS)}.{rng.choice(WORDS)}@example.com"
    if form in {"uri", "url"} or words & {"url", "uri", "link", "website"}:
        return f"https://example.com/{rng.choice(WORDS)}/{rng.randrange(100, 1000)}"
    if form == "uuid":
        bits = f"{rng.getrandbits(128):032x}"
        return f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:]}"
    return _moment(words, described, form, rng)


def _moment(words: set[str], described: str, form: str, rng: random.Random) -> str:
    """A date, a time or both, or ''."""
    day = FIRST_DAY + timedelta(days=rng.randrange(DAYS))
    hour = f"{rng.randrange(8, 20):02}:{rng.choice((0, 15, 30, 45)):02}"
    if "birth" in words or "birthday" in words:
        return day.replace(year=day.year - rng.randrange(20, 70), day=min(day.day, 28)).isoformat()
    if "MM/YYYY" in described:
        return day.strftime("%m/%Y")
    if form == "date-time" or "YYYY-MM-DDT" in described:
        return f"{day.isoformat()}T{hour}:00" + ("Z" if form else "")
    if form == "date" or "YYYY-MM-DD" in described or words & {"date", "day", "deadline"}:
        return day.isoformat()
    if form == "time" or words & {"time", "hour"}:
        return f"{hour}:00Z" if form == "time" else hour
    return ""


def _named(name: str, schema: Mapping[str, Any], rng: random.Random) -> str:
    words, described = set(parts(name)), str(schema.get("description", "")).lower()
    if SECRETS & set(parts(name)[-1:]):
        return f"{rng.getrandbits(40):010x}"
    if "3 letter" in described or "iata" in described:
        return rng.choice(AIRPORTS)
    if "phone" in words:
        return f"+1 555 01{rng.randrange(10, 100)} {rng.randrange(100, 1000)}"
    texts = next((texts for known, texts in BY_NAME if words & known), WORDS)
    if texts:
        return rng.choice(texts)
    letters = "".join(word[0] for word in parts(name) if word not in IDS).upper() or "N"
    return f"{letters}{rng.randrange(1000, 10000)}"


def _bounds(schema: Mapping[str, Any], low: float, high: float) -> tuple[float, float]:
    described = RANGE.search(str(schema.get("description", "")))
    if described:
        low, high = float(described[1]), float(described[2])
    low = schema.get("minimum", low)
    high = schema.get("maximum", max(high, low + 10))
    if isinstance(schema.get("exclusiveMinimum"), int | float):
        low = schema["exclusiveMinimum"] + 1
        high = max(high, low)
    if isinstance(schema.get("exclusiveMaximum"), int | float):
        high = schema["exclusiveMaximum"] - 1
    return low, high


def _integer(name: str, schema: Mapping[str, Any], rng: random.Random) -> int:
    words = set(parts(name))
    usual = (2019, 2025) if "year" in words else (1000, 9999) if words & IDS else (1, 20)
    low, high = _bounds(schema, *usual)
    made = rng.randrange(int(low), max(int(low), int(high)) + 1)
    step = schema.get("multipleOf")
    return made - made % step if isinstance(step, int) and step > 0 else made


def _number(name: str, schema: Mapping[str, Any], rng: random.Random) -> float:
    money = bool(set(parts(name)) & MONEY)
    low, high = _bounds(schema, 20, 900) if money else _bounds(schema, 1, 40)
    return round(low + (high - low) * rng.random(), 2 if money else 1)


def _boolean(name: str, schema: Mapping[str, Any], rng: random.Random) -> bool:  # noqa: ARG001 - one signature
    return rng.random() < 0.5  # noqa: PLR2004 - a fair coin


def _array(name: str, schema: Mapping[str, Any], rng: random.Random) -> list[Any] | None:
    items = schema.get("items")
    count = max(schema.get("minItems", 1), rng.randrange(1, 3))
    made = [value_for(name, items if isinstance(items, dict) else {}, rng) for _ in range(count)]
    unique = [each for place, each in enumerate(made) if each not in made[:place]]
    return None if None in unique or len(unique) < schema.get("minItems", 0) else unique


def _object(name: str, schema: Mapping[str, Any], rng: random.Random) -> dict[str, Any] | None:  # noqa: ARG001 - one signature
    properties = schema.get("properties", {})
    required = schema.get("required", ())
    wanted = [key for key in properties if key in required] or list(properties)[:2]
    made = {key: value_for(key, properties[key], rng) for key in wanted}
    return None if not made or None in made.values() else made


MAKERS: Mapping[str, Callable[[str, Mapping[str, Any], random.Random], Any]] = {
    "string": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "array": _array,
    "object": _object,
}
