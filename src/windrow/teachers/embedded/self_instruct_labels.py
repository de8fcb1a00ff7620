"""Tasks that choose between named labels by a rule that the instruction states, so that every label is right."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from windrow.teachers.embedded.self_instruct_grammar import Asked, Family, Slots, Work
from windrow.teachers.embedded.self_instruct_lists import code, day, picked

if TYPE_CHECKING:
    import random

    from windrow.teachers.embedded.self_instruct_material import Material

# Names for the same distinction: what holds, and what does not.
HOLDS = (
    ("yes", "no"), ("true", "false"), ("holds", "does not hold"), ("green", "red"), ("pass", "stop"), ("keep", "drop"),
    ("left", "right"), ("group one", "group two"), ("alpha", "beta"), ("open", "closed"),
)  # fmt: skip
THREE = (
    ("low", "middle", "high"), ("below", "inside", "above"), ("bronze", "silver", "gold"), ("early", "due", "late"),
    ("small", "medium", "large"),
)  # fmt: skip
ROUTES = (
    ("first desk", "second desk", "front desk"), ("team north", "team south", "team centre"),
    ("queue one", "queue two", "queue three"), ("billing", "shipping", "general"),
)  # fmt: skip


def _pair(rng: random.Random) -> Slots:
    return dict(zip(("a", "b"), rng.choice(HOLDS), strict=True))


def _two(material: Material, rng: random.Random) -> Slots:  # noqa: ARG001
    return _pair(rng)


def _days(material: Material, rng: random.Random) -> Slots:  # noqa: ARG001
    return {"n": str(rng.randrange(3, 40)), **_pair(rng)}


def _open_for(slots: Asked, material: Material, rng: random.Random, aim: int) -> Work:
    limit = int(slots["n"])
    days = rng.randrange(limit + 1, 3 * limit) if aim == 0 else rng.randrange(1, limit + 1)
    text = f"Ticket {code(rng)}, open for {days} {'day' if days == 1 else 'days'}: {rng.choice(material.sentences)}"
    return Work(text, text=slots["a" if days > limit else "b"])


def _length(material: Material, rng: random.Random) -> Slots:  # noqa: ARG001
    return {"n": str(rng.randrange(9, 22)), **_pair(rng)}


def _short(slots: Asked, material: Material, rng: random.Random, aim: int) -> Work:
    limit = int(slots["n"])
    said = " ".join(picked(material.sentences, rng, 6)).split()
    count = rng.randrange(3, limit) if aim == 0 else rng.randrange(limit, limit + 12)
    text = " ".join(said[:count]).rstrip(",:;")
    return Work(text, text=slots["a" if len(text.split()) < limit else "b"])


def _bounds(material: Material, rng: random.Random) -> Slots:  # noqa: ARG001
    low = rng.randrange(5, 200)
    return {"n": str(low), "m": str(low + rng.randrange(10, 300)), **dict(zip("abc", rng.choice(THREE), strict=True))}


def _between(slots: Asked, material: Material, rng: random.Random, aim: int) -> Work:  # noqa: ARG001
    low, high = int(slots["n"]), int(slots["m"])
    value = (rng.randrange(low), rng.randint(low, high), rng.randrange(high + 1, 2 * high + 2))[aim]
    return Work(
        f"{value} units, reference {code(rng)}", text=slots["a" if value < low else "b" if value <= high else "c"]
    )


def _weekend(slots: Asked, material: Material, rng: random.Random, aim: int) -> Work:  # noqa: ARG001
    given = day(rng)
    given += timedelta(days=(5 if aim == 0 else 0) - given.weekday() + rng.randrange(2 if aim == 0 else 5))
    return Work(str(given), text=slots["a" if given.weekday() >= 5 else "b"])  # noqa: PLR2004 - Saturday, Sunday


def _a_word(material: Material, rng: random.Random) -> Slots:
    return {"word": rng.choice(material.words), **_pair(rng)}


def _listed(slots: Asked, material: Material, rng: random.Random, aim: int) -> Work:
    word = slots["word"]
    given = [one for one in picked(material.words, rng, rng.randrange(5, 11)) if one != word]
    if aim == 0:
        given.insert(rng.randrange(len(given) + 1), word)
    return Work(", ".join(given), text=slots["a" if word in given else "b"])


def _well_formed(slots: Asked, material: Material, rng: random.Random, aim: int) -> Work:  # noqa: ARG001
    good = code(rng)
    bad = rng.choice((good.lower(), good.replace("-", ""), good[1:], f"{good}7", good[:-1], good.replace("-", " ")))
    return Work(good if aim == 0 else bad, text=slots["a" if aim == 0 else "b"])


def _orders(material: Material, rng: random.Random) -> Slots:  # noqa: ARG001
    return dict(zip("abc", rng.choice((("rising", "falling", "mixed"), ("up", "down", "neither"))), strict=True))


def _run(slots: Asked, material: Material, rng: random.Random, aim: int) -> Work:  # noqa: ARG001
    given = sorted(rng.sample(range(1, 500), rng.randrange(4, 8)), reverse=aim == 1)
    if aim == 2:  # noqa: PLR2004 - the third label
        given[0], given[1] = given[1], given[0]  # the rest still rises
    return Work(", ".join(map(str, given)), text=slots["abc"[aim]])


def _two_words(material: Material, rng: random.Random) -> Slots:
    word, other = rng.sample(material.words, 2)
    return {"word": word, "other": other, **dict(zip("abc", rng.choice(ROUTES), strict=True))}


def _route(slots: Asked, material: Material, rng: random.Random, aim: int) -> Work:
    given = [one for one in picked(material.words, rng, 8) if one not in (slots["word"], slots["other"])]
    if aim < 2:  # noqa: PLR2004 - the third label is for notes with neither word
        given.insert(rng.randrange(len(given) + 1), slots[("word", "other")[aim]])
    return Work(" / ".join(given), text=slots["abc"[aim]])


def _even(slots: Asked, material: Material, rng: random.Random, aim: int) -> Work:
    given = picked(material.words, rng, 2 * rng.randrange(2, 6) - aim)
    return Work(", ".join(given), text=slots["ab"[len(given) % 2]])


def _later(slots: Asked, material: Material, rng: random.Random, aim: int) -> Work:  # noqa: ARG001
    start = day(rng)
    end = start + timedelta(days=rng.randrange(1, 300) * (1 if aim == 0 else -1))
    return Work(f"ordered {start}, promised {end}", text=slots["a" if end > start else "b"])


TWO, ALL = ("a", "b"), ("a", "b", "c")

LABELLING = (
    Family("open_for", "label", (
        'Label the ticket "{a}" if it has been open for more than {n} days, otherwise "{b}".',
        'Has the ticket been open longer than {n} days? Say "{a}" if so and "{b}" if not.',
        'Tickets older than {n} days are marked "{a}", all others "{b}". Which mark does this one get?',
        'Decide by the age of the ticket: above {n} days it is "{a}", up to {n} days it is "{b}".',
        'Sort the ticket into "{a}" (open more than {n} days) or "{b}" (not so long).',
    ), _open_for, _days, labels=TWO),
    Family("short", "label", (
        'Call the message "{a}" if it has fewer than {n} words between blanks, and "{b}" otherwise.',
        'A message of under {n} words counts as "{a}", any other as "{b}". Which is this?',
        'Count the words: does the text stay below {n}? Then it is "{a}", else "{b}".',
        'Mark the note as "{a}" when it is shorter than {n} words, as "{b}" when it is not.',
        'Choose "{a}" for texts with less than {n} words and "{b}" for the longer ones.',
    ), _short, _length, labels=TWO),
    Family("between", "label", (
        'Give "{a}" for a value under {n}, "{b}" from {n} to {m}, and "{c}" beyond.',
        'Which band does the value belong to: "{a}" (less than {n}), "{b}" ({n} to {m}) or "{c}" (more than {m})?',
        'Compare the units with {n} and {m}: below both is "{a}", between or on them "{b}", above both "{c}".',
        'Rate the reading "{a}", "{b}" or "{c}"; "{b}" reaches from {n} to {m}, the others lie under and over it.',
        'Up to but not including {n} it is "{a}", up to and including {m} "{b}", otherwise "{c}". Classify the entry.',
    ), _between, _bounds, labels=ALL),
    Family("weekend", "label", (
        'Is the date a Saturday or a Sunday? Answer "{a}" if it is and "{b}" if not.',
        'Mark dates that fall on a weekend with "{a}" and working days, Monday to Friday, with "{b}".',
        'Weekend or not? Write "{a}" for Saturday and Sunday, "{b}" for the five other days.',
        'Decide whether the day belongs to the weekend ("{a}") or to the week from Monday to Friday ("{b}").',
        'Classify the date: "{a}" for a Saturday or a Sunday, "{b}" for any day from Monday to Friday.',
    ), _weekend, _two, labels=TWO),
    Family("listed", "label", (
        'Does the list hold the word "{word}"? Say "{a}" if it does, "{b}" if it does not.',
        'Check the words below for "{word}" and answer "{a}" when it is there, "{b}" when it is missing.',
        'A list with "{word}" in it is labelled "{a}", one without it "{b}". Which label fits?',
        'Look whether "{word}" is among the entries: "{a}" means found, "{b}" means not found.',
        'Choose between "{a}" ("{word}" is mentioned) and "{b}" (it is not).',
    ), _listed, _a_word, labels=TWO),
    Family("well_formed", "label", (
        'Is the code two capital letters, a hyphen and four digits? Answer "{a}" or, if not, "{b}".',
        'Codes look like AB-1234. Classify the one below as "{a}" when it does and as "{b}" when it does not.',
        'Check the form of the reference: right (like AB-1234) is "{a}", wrong is "{b}".',
        'Only references such as AB-1234 are valid. Write "{a}" for a valid one, "{b}" for any other.',
        'Decide by its form alone whether the code gets "{a}" (AB-1234 and the like) or "{b}" (all else).',
    ), _well_formed, _two, labels=TWO),
    Family("run", "label", (
        'Do the numbers only go up ("{a}"), only go down ("{b}") or neither ("{c}")?',
        'Label the sequence "{a}" if each number is larger than the one before, "{b}" if each is smaller, else "{c}".',
        'Describe how the figures run with one label: "{a}", "{b}", or "{c}" where the direction changes.',
        'Which way does the list go? "{a}" and "{b}" need every step in that direction; anything else is "{c}".',
        'Classify the series of counts as "{a}", "{b}" or "{c}", the last for a series that turns.',
    ), _run, _orders, labels=ALL),
    Family("route", "label", (
        'Send a note with "{word}" to "{a}", one with "{other}" to "{b}", and any other to "{c}". Where does this go?',
        'Route the note: "{word}" means "{a}", "{other}" means "{b}", neither means "{c}".',
        'Which label fits the note: "{a}" (it names "{word}"), "{b}" (it names "{other}") or "{c}" (neither of them)?',
        'Notes are handed out by key word: "{word}" belongs to "{a}", "{other}" to "{b}", the rest to "{c}". Decide.',
        'Find out who is in charge: "{a}" if the note has "{word}", "{b}" if it has "{other}", "{c}" if neither.',
    ), _route, _two_words, labels=ALL),
    Family("even", "label", (
        'Is the number of entries in the list even or odd? Write "{a}" for even and "{b}" for odd.',
        'Count the words of the list; an even count is labelled "{a}", an odd one "{b}".',
        'Can the entries be paired without one left over? "{a}" if they can, "{b}" if they cannot.',
        'Decide whether the list splits into two halves of equal size ("{a}") or not ("{b}").',
        'Give "{a}" to a list with an even number of words and "{b}" to one with an odd number.',
    ), _even, _two, labels=TWO),
    Family("later", "label", (
        'Is the promised date after the date of the order? Answer "{a}" if it is and "{b}" otherwise.',
        'Check the dates: "{a}" when the promise lies after the order, "{b}" when it lies before it.',
        'Does the entry make sense, that is, was the order placed before the promised day? "{a}" if so, "{b}" if not.',
        'Label the entry "{a}" where ordering came first and "{b}" where the promised date came first.',
        'Compare both dates and choose "{a}" (promised later than ordered) or "{b}" (promised earlier).',
    ), _later, _two, labels=TWO),
)  # fmt: skip
