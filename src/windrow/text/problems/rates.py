"""Problems about speeds: work done together, travellers who meet."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from windrow.text.problems.problem import NAMES, Problem, Way, shown

if TYPE_CHECKING:
    import random

JOBS = (("fill a pool", "pump"), ("print a run of posters", "printer"), ("empty a cellar", "pump"),
        ("bake an order of loaves", "oven"), ("sort a load of letters", "machine"))  # fmt: skip


def shared_work(rng: random.Random, level: int) -> Problem:
    """Two or three machines do one job together."""
    job, machine = rng.choice(JOBS)
    hours = sorted(rng.sample(range(2, 8 + 5 * level), 2 if level < 3 else 3))  # noqa: PLR2004 - the last level
    rate = sum((Fraction(1, one) for one in hours), Fraction(0))
    time = 1 / rate
    alone = "; ".join(f"{machine} {letter} takes {one} hours" for letter, one in zip("ABC", hours, strict=False))
    letters = "ABC"[: len(hours)]
    question = (
        f"To {job}, each alone: {alone}. How many hours do they take when all {len(hours)} work together from start "
        "to end? Give an exact fraction if it is no whole number."
    )
    rates = [f"1/{one}" for one in hours]
    first = Way(
        "add the rates",
        f"Times cannot be added, but rates can: what each {machine} does in one hour. "
        + " ".join(f"{machine.capitalize()} {letter} does 1/{one} of the job in an "
        f"hour." for letter, one in zip(letters, hours, strict=True))
        + f" Together they do {' + '.join(rates)} = {shown(rate)} of the job in an hour. The whole job is 1, so it "
        f"takes 1 divided by {shown(rate)}, which is the reciprocal, {shown(time)} hours. That is less than "
        f"{hours[0]} hours, the time of the fastest alone, as it must be when others help.",
        f"In one hour they do {shown(rate)} of the job together, so the whole takes {shown(time)} hours.",
    )  # fmt: skip
    units = lcm(*hours)
    parts = [units // one for one in hours]
    second = Way(
        "cut the job into equal units",
        f"I cut the job into {units} equal units, since {units} can be divided by {' and by '.join(map(str, hours))}. "
        + " ".join(f"{machine.capitalize()} {letter} does {units} / {one} = {part} units in an "
        f"hour." for letter, one, part in zip(letters, hours, parts, strict=True))
        + f" Working together they do {' + '.join(map(str, parts))} = {sum(parts)} units in an hour. For all {units} "
        f"units they need {units} / {sum(parts)} = {shown(time)} hours. With the time so found, the work done is "
        f"{shown(time)} times {sum(parts)}, which is {units} units again: the whole job.",
        f"Of {units} units they do {sum(parts)} in an hour, so they need {shown(time)} hours.",
    )  # fmt: skip
    return Problem(question, "numeric", (first, second), answer=shown(time), unit="hours")


def meeting(rng: random.Random, level: int) -> Problem:
    """Two travellers start towards each other, the second perhaps later."""
    one, other = rng.sample(NAMES, 2)
    fast, slow = rng.randint(8, 10 + 8 * level), rng.randint(3, 8)
    late = rng.randint(1, 2) if level > 1 else 0
    hours = Fraction(rng.randint(1, 3 + level)) if level < 3 else Fraction(rng.randint(3, 9), 2)  # noqa: PLR2004
    distance = fast * late + (fast + slow) * hours
    gap = distance - fast * late
    when = hours + late
    wait = f" {other} sets out {late} hour{'s' if late > 1 else ''} after {one}." if late else ""
    question = (
        f"{one} and {other} live {shown(distance)} km apart and travel towards each other on the same road. {one} "
        f"does {fast} km in an hour, {other} does {slow}.{wait} How many hours after {one} sets out do they meet?"
    )
    start = (
        f"In the first {_hours(late)} only {one} moves and covers {fast} * {late} = {fast * late} km, so "
        f"{shown(distance)} - {fast * late} = {shown(gap)} km are left between them when {other} starts. "
        if late else "Both start at the same time, so the whole distance lies between them at the start. "
    )  # fmt: skip
    first = Way(
        "how fast the gap closes",
        f"While both move, the gap between them closes by what both cover together: {fast} + {slow} = {fast + slow} "
        f"km in an hour. {start}The time for closing {shown(gap)} km is {shown(gap)} divided by {fast + slow}, which "
        f"is {shown(hours)} hours. " + (f"Counted from the start of {one}, {_hours(late)} of waiting come on top, "
        f"which makes {shown(when)} hours. " if late else "")
        + f"At that time {one} has covered {shown(fast * when)} km and {other} {shown(slow * hours)} km, together "
        f"{shown(fast * when + slow * hours)} km, the whole distance.",
        f"The gap of {shown(gap)} km closes at {fast + slow} km an hour, so they meet {shown(when)} hours after {one} "
        "sets out.",
    )  # fmt: skip
    second = Way(
        "one unknown",
        f"Let t be the number of hours from the moment {one} sets out until they meet. By then {one} has covered "
        f"{fast} times t kilometres. {other} has been on the "
        "road for " + (f"t minus {late}" if late else "t") + f" hours and has covered {slow} km in each. "
        f"When they meet, the two distances make up {shown(distance)} km. Collecting the terms with t gives "
        f"{fast + slow} times t on one side, and " + (f"{shown(distance)} + {slow * late} = "
        f"{shown(distance + slow * late)}" if late else f"{shown(distance)}")
        + f" on the other. Dividing by {fast + slow}, t comes to {shown(when)}. Put back into the sentence above, "
        f"{shown(fast * when)} + {shown(slow * hours)} = {shown(distance)}, so the equation holds.",
        f"With t for the hours until they meet, the two distances make {shown(distance)} km at t = {shown(when)}.",
    )  # fmt: skip
    return Problem(question, "numeric", (first, second), answer=shown(when), unit="hours")


def _hours(count: int) -> str:
    return f"{count} hour{'s' if count > 1 else ''}"
