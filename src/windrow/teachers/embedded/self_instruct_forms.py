"""The form that an answer is asked for in: constraints that suit it, and the answer written so that it obeys them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from windrow.text.constraint_conflicts import conflict

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from windrow.teachers.embedded.self_instruct_grammar import Asked, Family, Work
    from windrow.text.constraints import Entry

LEAST_ITEMS, MOST_ITEMS = 3, 7
WITH_COMMAS = "Separate the entries with commas."
LISTS = ("bullets", "numbered", "lines")
KEYS = ("result", "answer", "value", "found", "outcome", "reply", "data", "solution")
STARTS = ("Result:", "Answer:", "Here it is:", "Found:", "In short:", "For the record:", "The outcome:", "As asked:")
ENDS = ("That is all.", "Checked twice.", "End of list.", "Over to you.", "Nothing else.", "Done as asked.", "Thanks!")
UNWANTED = ("sorry", "please", "maybe", "however", "actually", "unfortunately", "perhaps", "very", "basically", "hello")
SENTENCES = ("The answer is {}.", "It is {}.", "The result comes to {}.", "This gives {}.")
TITLES = ("Result", "Answer", "Summary", "Finding", "Outcome", "Note", "Reply")

PRIMARY: Mapping[str, Sequence[str]] = {
    "items": ("", "bullets", "numbered", "lines", "json_keys"),
    "number": ("", "number_only", "json_keys", "sentences", "starts_with", "ends_with", "quoted", "title"),
    "text": ("", "json_keys", "starts_with", "ends_with", "quoted", "title"),
    "record": ("json_keys",),
}
FURTHER = ("words_max", "chars_max", "without_word", "starts_with", "ends_with", "title", "lowercase", "uppercase",
           "no_commas", "quoted", "words_min")  # fmt: skip
MOST_CONSTRAINTS = 3


def choose(family: Family, slots: Asked, rng: random.Random) -> list[Entry]:
    """One to three constraints that an answer of this family can obey together."""
    primary = rng.choice(PRIMARY[family.result])
    chosen = [_entry(primary, slots, rng)] if primary else []
    wanted = len(chosen) + rng.choice((0, 1, 1, 2))
    for name in rng.sample(FURTHER, len(FURTHER)):
        if chosen and len(chosen) >= min(wanted, MOST_CONSTRAINTS):
            break
        entry = _entry(name, slots, rng)
        if _suits(name, family, primary) and not conflict([*chosen, entry]):
            chosen.append(entry)
    return chosen


def labels_entry(labels: Sequence[str]) -> Entry:
    """The constraint of a classification."""
    return {"id": "one_of", "kwargs": {"texts": list(labels)}}


def _suits(name: str, family: Family, primary: str) -> bool:
    """Whether a further constraint makes sense for what the family answers."""
    if name in ("lowercase", "uppercase"):
        return family.cased
    if name == "no_commas":
        return primary in LISTS or family.result == "number"
    if name == "words_min":
        return family.result == "items"
    if name in ("starts_with", "ends_with"):
        return primary not in ("sentences", "lines")  # what is put before or behind would not belong to either
    return not (name == "quoted" and primary == "lines")


def _entry(name: str, slots: Asked, rng: random.Random) -> Entry:
    kwargs: dict[str, Any] = {}
    if name in LISTS:
        kwargs = {"n": rng.randint(LEAST_ITEMS, MOST_ITEMS)}
    elif name == "json_keys":
        kwargs = {"texts": slots["keys"].split(" and ") if "keys" in slots else [rng.choice(KEYS)]}
    elif name == "sentences":
        kwargs = {"n": 1}
    elif name == "words_max":
        kwargs = {"n": rng.randrange(24, 46)}
    elif name == "words_min":
        kwargs = {"n": rng.randrange(2, 4)}
    elif name == "chars_max":
        kwargs = {"n": rng.randrange(18, 40) * 10}
    elif name in ("starts_with", "ends_with", "without_word"):
        texts = {"starts_with": STARTS, "ends_with": ENDS, "without_word": UNWANTED}[name]
        kwargs = {"text": rng.choice(texts)}
    return {"id": name, "kwargs": kwargs}


def size_of(entries: Sequence[Entry], rng: random.Random) -> int:
    """How many items a list must have."""
    asked = next((entry["kwargs"]["n"] for entry in entries if entry["id"] in LISTS), None)
    return int(asked) if asked is not None else rng.randint(LEAST_ITEMS, MOST_ITEMS)


def written(work: Work, entries: Sequence[Entry], rng: random.Random) -> str:
    """The answer in the form that `entries` ask for; whether it obeys all of them is for their checks to say."""
    asked = {entry["id"]: entry["kwargs"] for entry in entries}
    body = _body(work, asked, rng)
    if "starts_with" in asked:
        body = f"{asked['starts_with']['text']} {body}"
    if "ends_with" in asked:
        body = f"{body} {asked['ends_with']['text']}"
    if "quoted" in asked:
        body = f'"{body}"'
    if "title" in asked:
        body = f"<<{rng.choice(TITLES)}>>\n{body}"
    if "lowercase" in asked:
        return body.lower()
    return body.upper() if "uppercase" in asked else body


def _body(work: Work, asked: Mapping[str, Mapping[str, Any]], rng: random.Random) -> str:
    if "json_keys" in asked:
        return _json(work, asked["json_keys"]["texts"][0])
    if "bullets" in asked:
        return "\n".join(f"- {item}" for item in work.items)
    if "numbered" in asked:
        return "\n".join(f"{place}. {item}" for place, item in enumerate(work.items, start=1))
    if work.items:
        return ("\n" if "lines" in asked else ", ").join(work.items)
    return rng.choice(SENTENCES).format(work.text) if "sentences" in asked else work.text


def _json(work: Work, key: str) -> str:
    if work.record:
        return orjson.dumps(dict(work.record)).decode()
    value = [_typed(item) for item in work.items] if work.items else _typed(work.text)
    return orjson.dumps({key: value}).decode()


def _typed(text: str) -> str | int:
    """A whole number as a number."""
    return int(text) if text.isdecimal() and (text == "0" or text[0] != "0") else text
