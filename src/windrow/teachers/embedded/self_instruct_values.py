"""Tasks whose answer is one value or one record: counting, reckoning, dates, rewriting by rule, looking up."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from windrow.teachers.embedded.self_instruct_grammar import Asked, Family, Slots, Work
from windrow.teachers.embedded.self_instruct_lists import code, day, picked

if TYPE_CHECKING:
    import random

    from windrow.teachers.embedded.self_instruct_material import Material

UNITS = {
    "weeks to days": 7, "days to hours": 24, "hours to minutes": 60, "minutes to seconds": 60, "dozens to pieces": 12,
    "kilometres to metres": 1000, "metres to centimetres": 100, "kilograms to grams": 1000, "years to months": 12,
    "litres to millilitres": 1000, "tonnes to kilograms": 1000, "centimetres to millimetres": 10,
}  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CITIES = ("Aarhus", "Bilbao", "Cork", "Dresden", "Espoo", "Faro", "Ghent", "Haarlem", "Izmir", "Jaipur", "Kyoto")
NAMES = ("Amara", "Björn", "Chidi", "Dana", "Elif", "Farid", "Grace", "Hana", "Ivo", "Jun", "Kofi", "Lucía", "Mei")
LETTERS = "aeinorst"


def _sentences(material: Material, rng: random.Random, most: int = 3) -> str:
    return " ".join(picked(material.sentences, rng, rng.randrange(1, most + 1)))


def _a_word(material: Material, rng: random.Random) -> Slots:
    return {"word": rng.choice(material.words)}


def _count_word(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    word = slots["word"]
    others = [one for one in picked(material.words, rng, rng.randrange(6, 15)) if one != word]
    given = others + [word] * rng.randrange(1, 7)
    rng.shuffle(given)
    return Work(", ".join(given), text=str(given.count(word)))


def _count_words(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    text = _sentences(material, rng)
    return Work(text, text=str(len(text.split())))


def _a_letter(material: Material, rng: random.Random) -> Slots:  # noqa: ARG001
    return {"word": rng.choice(LETTERS)}


def _count_letter(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    text = rng.choice(material.sentences)
    letter = slots["word"]
    return Work(text, text=str(text.count(letter) + text.count(letter.upper())))


def _numbers(rng: random.Random) -> list[int]:
    return [rng.randrange(2, 400) for _ in range(rng.randrange(3, 8))]


def _sum(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    given = _numbers(rng)
    return Work(", ".join(map(str, given)), text=str(sum(given)))


def _spread(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    given = _numbers(rng)
    return Work(", ".join(map(str, given)), text=str(max(given) - min(given)))


def _mean(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    given = _numbers(rng)
    given[0] += -sum(given) % len(given)  # so that the mean is a whole number
    return Work(", ".join(map(str, given)), text=str(sum(given) // len(given)))


def _convert(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    amount = rng.randrange(2, 250)
    return Work(f"{amount} {slots['units'].split(' to ')[0]}", text=str(amount * UNITS[slots["units"]]))


def _days_between(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    start, length = day(rng), rng.randrange(2, 400)
    return Work(f"{start} and {start + timedelta(days=length)}", text=str(length))


def _minutes_between(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    start = rng.randrange(1200)
    end = rng.randrange(start + 5, 1440)
    return Work(f"{_clock(start)} to {_clock(end)}", text=str(end - start))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _pieces(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    items = picked(material.words, rng, rng.randrange(2, 6))
    lines = [(item, rng.randrange(1, 30), rng.randrange(2, 25)) for item in items]
    text = "\n".join(f"{item}: {boxes} boxes with {each} pieces each" for item, boxes, each in lines)
    return Work(text, text=str(sum(boxes * each for _, boxes, each in lines)))


def _a_delay(material: Material, rng: random.Random) -> Slots:  # noqa: ARG001
    return {"n": str(rng.randrange(3, 120))}


def _date_after(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    start = day(rng)
    return Work(str(start), text=str(start + timedelta(days=int(slots["n"]))))


def _weekday(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    given = day(rng)
    return Work(str(given), text=WEEKDAYS[given.weekday()])


def _masked(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    given = f"{code(rng)}, {rng.randrange(100, 1000)} {rng.randrange(1000, 10000)}, {day(rng)}"
    return Work(given, text=re.sub(r"\d", "#", given))


def _slug(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    given = picked(material.words, rng, rng.randrange(3, 6))
    return Work(" ".join(word.capitalize() for word in given), text="-".join(given))


def _initials(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    given = picked(material.words, rng, rng.randrange(3, 7))
    return Work(" ".join(given), text="".join(word[0].upper() for word in given))


def _longest(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    given = picked(material.words, rng, rng.randrange(6, 12))
    most = max(map(len, given))
    longest = next(word for word in given if len(word) == most)
    given = [word for word in given if len(word) < most or word == longest]
    return Work(", ".join(given), text=longest)


def _looked_up(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    items = picked(material.words, rng, rng.randrange(4, 8))
    counts = rng.sample(range(1, 500), len(items))
    table = "\n".join(["item | sold", *(f"{item} | {sold}" for item, sold in zip(items, counts, strict=True))])
    wanted = max(counts) if slots["end"] == "most" else min(counts)
    return Work(table, text=items[counts.index(wanted)])


def _a_record(rng: random.Random) -> dict[str, str | int]:
    return {
        "name": rng.choice(NAMES), "city": rng.choice(CITIES), "order": code(rng), "date": str(day(rng)),
        "quantity": rng.randrange(1, 90),
    }  # fmt: skip


def _some_keys(material: Material, rng: random.Random) -> Slots:  # noqa: ARG001
    return {"keys": " and ".join(rng.sample(("name", "city", "order", "date", "quantity"), rng.randrange(2, 4)))}


def _record(slots: Asked, material: Material, rng: random.Random, size: int) -> Work:  # noqa: ARG001
    given = _a_record(rng)
    shuffled = rng.sample(list(given.items()), len(given))
    text = "; ".join(f"{key}: {value}" for key, value in shuffled)
    return Work(text, record=tuple((key, given[key]) for key in slots["keys"].split(" and ")))


NUMBERS = (
    Family("count_word", "number", (
        'How often does the word "{word}" stand in the list?',
        'Count the occurrences of "{word}" among the words below.',
        'Go through the list and say how many of its entries are the word "{word}".',
        'Of the words that follow, how many are "{word}"?',
        'Give the number of times "{word}" comes up in the given words.',
    ), _count_word, _a_word),
    Family("count_words", "number", (
        "Count the words of the text; a word is whatever stands between blanks.",
        "How many words, separated by blanks, does the message have?",
        "Say how long the text is, in words between spaces.",
        "Give the word count of the passage (split at blanks).",
        "Into how many pieces does the message fall if it is cut at every blank?",
    ), _count_words),
    Family("count_letter", "number", (
        'How many times does the letter "{word}" occur in the sentence, small or capital?',
        'Count every "{word}", upper or lower case, in the text.',
        'Say how often the letter "{word}" is used below, whatever its case.',
        'Look for the letter "{word}", as a capital too, and give its number of occurrences.',
        'Give the frequency of "{word}" in the line that follows, counting both cases.',
    ), _count_letter, _a_letter),
    Family("sum", "number", (
        "Add up the numbers below.",
        "What is the total of the given figures?",
        "Work out the sum of all the counts in the list.",
        "Put the amounts together and give the total.",
        "How much do these values make when added?",
    ), _sum),
    Family("spread", "number", (
        "Subtract the smallest of the numbers from the largest.",
        "How far apart are the highest and the lowest of these figures?",
        "What is the range of the values, that is, the greatest less the least?",
        "Give the difference between the biggest and the smallest count.",
        "Find the two extremes of the list and say how much lies between them.",
    ), _spread),
    Family("mean", "number", (
        "Work out the average of the numbers.",
        "What is the mean of the given values?",
        "Divide the sum of the figures by how many there are.",
        "How large is each share if the amounts are spread evenly over the entries?",
        "Give the arithmetic mean of the counts below.",
    ), _mean),
    Family("convert", "number", (
        "Convert the amount from {units}.",
        "How much is the given quantity when one changes {units}?",
        "Change the measure below from {units}.",
        "Express the amount otherwise, going from {units}.",
        "Do the conversion from {units} for the figure that follows.",
    ), _convert, choices={"units": tuple(UNITS)}),
    Family("days_between", "number", (
        "How many days lie between the two dates, the first not counted?",
        "Count the days from the first date to the second.",
        "By how many days does the later date follow the earlier one?",
        "Give the distance in days between these two entries of the calendar.",
        "Work out how many nights pass from one date to the other.",
    ), _days_between),
    Family("minutes_between", "number", (
        "How many minutes pass between the two times of one day?",
        "Work out the length of the appointment in minutes.",
        "Give the time from start to end, counted in minutes.",
        "The call began and ended as noted. For how many minutes did it last?",
        "Turn the period below into a number of minutes.",
    ), _minutes_between),
    Family("pieces", "number", (
        "How many pieces are there altogether in the boxes listed?",
        "Multiply boxes by pieces for each line and add the results.",
        "Give the total number of pieces that the delivery holds.",
        "Work out how many single pieces one must count in if every box is full.",
        "Add up all lines of the delivery note and say how many pieces it makes.",
    ), _pieces),
)  # fmt: skip

TEXTS = (
    Family("date_after", "text", (
        "Which date comes {n} days after the one given? Keep the form year-month-day.",
        "Add {n} days to the date and write the result in the same form.",
        "The term is {n} days. On which date does it end if it starts on the day given? Write year-month-day.",
        "Move the appointment by {n} days and give its new date as year-month-day.",
        "Count {n} days forward from the date and name the day reached, written the same way.",
    ), _date_after, _a_delay),
    Family("weekday", "text", (
        "On which day of the week does the date fall?",
        "Name the weekday of the date below.",
        "Say which weekday it was or will be.",
        "Find the day of the week for the given date.",
        "Is it a Monday, a Tuesday or another day of the week? Name it.",
    ), _weekday, cased=True),
    Family("masked", "text", (
        'Replace every digit with "#" and leave all else as it is.',
        'Mask the figures: each digit becomes "#".',
        'Make the data anonymous by putting "#" in place of each digit.',
        'Rewrite the line so that no digit can be read; write "#" for each.',
        'Hide the numbers below behind "#" signs, one for each digit.',
    ), _masked),
    Family("slug", "text", (
        "Turn the title into lowercase words joined by hyphens.",
        "Make an address part out of the title: small letters, hyphens for blanks.",
        "Write the heading in small letters with a hyphen between its words.",
        "Give the page name for this title, all lowercase, its words hyphenated.",
        "Change the title so that it has neither capitals nor blanks, using hyphens.",
    ), _slug),
    Family("initials", "text", (
        "Form the abbreviation from the first letters of the words, in capitals.",
        "Shorten the name to its initials, written as one word in capitals.",
        "Which abbreviation results if only the first letter of each word is kept, as a capital?",
        "Take the first letter of every word and write these letters together in capitals.",
        "Build the acronym of the words below in capital letters.",
    ), _initials),
    Family("longest", "text", (
        "Which is the longest word of the list?",
        "Find the word with the most letters.",
        "Name the word below that takes the most room in writing.",
        "Compare the words by length and give the longest.",
        "One word has more letters than all the others. Say which.",
    ), _longest, cased=True),
    Family("looked_up", "text", (
        "According to the table, which item sold {end}?",
        "Look at the figures and name the item that was sold {end}.",
        "Which row of the table sold {end}? Give the item.",
        "Read the sales table and find the article that went {end}.",
        "Name whatever sold {end} in the table that follows.",
    ), _looked_up, choices={"end": ("most", "least")}, cased=True),
)  # fmt: skip

RECORDS = (
    Family("record", "record", (
        "Take the {keys} from the note and leave the rest.",
        "Turn the note into data: only {keys} are needed.",
        "Pick {keys} out of the entry and write them down as data.",
        "From the line below, keep {keys} with their values; a number stays a number.",
        "The system asks for {keys}. Take them from the note.",
    ), _record, _some_keys),
)  # fmt: skip

VALUES = (*NUMBERS, *TEXTS, *RECORDS)
