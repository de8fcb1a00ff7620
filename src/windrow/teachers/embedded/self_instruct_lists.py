"""Tasks whose answer is a list: sorting, filtering, extracting, all over words and sentences of the user's own."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from windrow.teachers.embedded.self_instruct_grammar import Asked, Family, Slots, Work
from windrow.teachers.embedded.self_instruct_material import STOCK_SENTENCES

if TYPE_CHECKING:
    import random

    from windrow.teachers.embedded.self_instruct_material import Material

SORTS = {"from A to Z": False, "from Z to A": True}
ORDERS = {"smallest first": False, "largest first": True}
TIMES = {"earliest first": False, "latest first": True}
CODE_LETTERS = "ABCDEFGHKLMNPRSTUVWXYZ"
CODE = re.compile(r"(?<![A-Za-z0-9-])[A-Z]{2}-\d{4}(?![A-Za-z0-9-])")
FIRST_DAY = date(2023, 1, 1)


def code(rng: random.Random) -> str:
    """A reference such as "KR-4821"."""
    return f"{''.join(rng.choices(CODE_LETTERS, k=2))}-{rng.randrange(1000, 10000)}"


def day(rng: random.Random) -> date:
    """Some day of three years."""
    return FIRST_DAY + timedelta(days=rng.randrange(1095))


def picked(pool: tuple[str, ...], rng: random.Random, size: int) -> list[str]:
    """`size` different entries, in no order; fewer where there are fewer."""
    return rng.sample(pool, min(size, len(pool)))


def _sort_words(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:
    given = picked(material.words, rng, size)
    return Work(", ".join(given), items=tuple(sorted(given, reverse=SORTS[slots["order"]])))


def _sort_numbers(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    given = rng.sample(range(2, 1000), size)
    ordered = sorted(given, reverse=ORDERS[slots["order"]])
    return Work(", ".join(map(str, given)), items=tuple(map(str, ordered)))


def _sort_dates(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    given = [FIRST_DAY + timedelta(days=offset) for offset in rng.sample(range(1095), size)]
    ordered = sorted(given, reverse=TIMES[slots["order"]])
    return Work(", ".join(map(str, given)), items=tuple(map(str, ordered)))


def _codes(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    text = " ".join(f"{code(rng)}: {rng.choice(material.sentences)}" for _ in range(size))
    return Work(text, items=tuple(dict.fromkeys(CODE.findall(text))))  # the sentences may hold codes of their own


def _addresses(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    names = picked(material.words, rng, size)
    found = [f"{name}{rng.randrange(10, 100)}@example.{rng.choice(('com', 'org', 'net'))}" for name in names]
    around = [sentence for sentence in material.sentences if "@" not in sentence] or STOCK_SENTENCES
    text = " ".join(f"{rng.choice(around)} Write to {address} about it." for address in found)
    return Work(text, items=tuple(found))


def _threshold(material: Material, rng: random.Random) -> Slots:  # noqa: ARG001
    return {"n": str(rng.randrange(20, 500))}


def _above(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    limit = int(slots["n"])
    given = rng.sample(range(limit + 1, limit + 600), size) + rng.sample(range(1, limit + 1), rng.randrange(1, 5))
    rng.shuffle(given)
    return Work(", ".join(map(str, given)), items=tuple(str(number) for number in given if number > limit))


def _unique(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    kept = picked(material.words, rng, size)
    given = [*kept, *rng.choices(kept, k=rng.randrange(1, 4))]
    rng.shuffle(given)
    return Work(", ".join(given), items=tuple(dict.fromkeys(given)))


def _a_length(material: Material, rng: random.Random) -> Slots:  # noqa: ARG001
    return {"n": str(rng.randrange(5, 8))}


def _long_words(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:
    least = int(slots["n"])
    long = picked(tuple(word for word in material.words if len(word) >= least), rng, size)
    short = picked(tuple(word for word in material.words if len(word) < least), rng, rng.randrange(1, 5))
    given = [*long, *short]
    rng.shuffle(given)
    return Work(", ".join(given), items=tuple(word for word in given if len(word) >= least))


def _reversed(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    given = picked(material.words, rng, size)
    return Work(", ".join(given), items=tuple(given[::-1]))


def _every_second(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    given = picked(material.words, rng, 2 * size - rng.randrange(2))
    return Work(", ".join(given), items=tuple(given[::2]))


def _stock(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:
    limit = int(slots["n"])
    low = rng.sample(range(limit), min(size, limit))
    high = [limit + rng.randrange(1, 300) for _ in range(rng.randrange(1, 4))]
    counts = [*low, *high]
    rng.shuffle(counts)
    table = list(zip(picked(material.words, rng, len(counts)), counts, strict=False))
    lines = ["item | in stock", *(f"{item} | {stock}" for item, stock in table)]
    return Work("\n".join(lines), items=tuple(item for item, stock in table if stock < limit))


LISTING = (
    Family("sort_words", "items", (
        "Sort the words below {order}.",
        "Put the given words into alphabetical order, {order}.",
        "Take the words that follow and arrange them {order}.",
        "Which order do these words have in a dictionary read {order}? List them.",
        "Bring this list of words into order {order}, leaving every word as it is.",
        "Rewrite the list so that its words run {order}.",
    ), _sort_words, choices={"order": tuple(SORTS)}, cased=True),
    Family("sort_numbers", "items", (
        "Sort the numbers below, {order}.",
        "Arrange the figures that follow by size, {order}.",
        "Put these counts into order, {order}, without leaving one out.",
        "List the given amounts again, {order}.",
        "How do these values rank by size? Write them down {order}.",
    ), _sort_numbers, choices={"order": tuple(ORDERS)}),
    Family("sort_dates", "items", (
        "Sort the dates below, {order}.",
        "Put the days that follow into the order of the calendar, {order}.",
        "Arrange these appointments by date, {order}, and keep the way each date is written.",
        "In which order did these days come? Name them {order}.",
        "List the given deadlines again, {order}.",
    ), _sort_dates, choices={"order": tuple(TIMES)}),
    Family("codes", "items", (
        "Extract every reference of the form AB-1234 from the text.",
        "Which case references, two capital letters and four digits, does the text mention? Name them as they come.",
        "Find all ticket codes such as AB-1234 in the message and list them in the order in which they appear.",
        "Collect the order codes (two letters, a hyphen, four digits) from the notes below.",
        "Read the notes and write down only the codes that look like AB-1234.",
    ), _codes),
    Family("addresses", "items", (
        "Extract all e-mail addresses from the text.",
        "Which e-mail addresses does the message mention? List them in their order.",
        "Find every address to which one could write an e-mail and write down nothing else.",
        "Collect the contact addresses from the notes below as they appear.",
        "Go through the text and pick out the e-mail addresses in it.",
    ), _addresses),
    Family("above", "items", (
        "Keep only the numbers greater than {n}, in their order.",
        "Which of the given numbers are above {n}? Keep their order.",
        "Remove every figure that is {n} or less and write down the rest.",
        "From the readings below, list those that exceed {n}.",
        "Filter the list: whatever is larger than {n} stays where it is.",
    ), _above, _threshold),
    Family("unique", "items", (
        "Remove the repeated words and keep the first of each.",
        "Write down each word of the list once, in the order of first appearance.",
        "Clean the list of duplicates without changing its order otherwise.",
        "Some words stand here more than once. List every word a single time, as first met.",
        "Which different words does the list hold? Name them in the order in which they first come.",
    ), _unique, cased=True),
    Family("long_words", "items", (
        "List the words that have at least {n} letters, in their order.",
        "Which of these words are {n} letters long or longer? Keep the order.",
        "Drop every word with fewer than {n} letters and write down what is left.",
        "From the words below, choose those of {n} or more letters.",
        "Keep the long words only: {n} letters at the least.",
    ), _long_words, _a_length, cased=True),
    Family("reversed", "items", (
        "Write the list backwards, from the last word to the first.",
        "Reverse the order of the words below.",
        "Begin with the last entry of the list and end with the first.",
        "Turn the sequence of words around, changing nothing else.",
        "Read the list from its end and write it down that way.",
    ), _reversed, cased=True),
    Family("every_second", "items", (
        "Take every second word of the list, beginning with the first.",
        "Keep the words at the odd places of the list (the first, the third and so on).",
        "Leave out every other word, starting with the second, and write down those that remain.",
        "Which words stand in first, third, fifth place and onwards? List them.",
        "Thin out the list: one word stays, the next one goes, from the start to the end.",
    ), _every_second, cased=True),
    Family("stock", "items", (
        "Which items of the table are below {n} in stock? Name them from top to bottom.",
        "List every item whose count in the table is under {n}.",
        "The table shows what is in stock. Find the items with fewer than {n} left.",
        "Read the stock table and write down the items to reorder: all with a count lower than {n}.",
        "From the rows of the table, pick the items that number less than {n}.",
    ), _stock, _threshold, cased=True),
)  # fmt: skip
