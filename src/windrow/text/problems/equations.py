"""Problems that come down to one or two unknowns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windrow.text.problems.problem import NAMES, Problem, Way

if TYPE_CHECKING:
    import random

ANIMALS = (("hens", "rabbits", 2, 4), ("ducks", "goats", 2, 4), ("tricycles", "cars", 3, 4),
           ("scooters", "wagons", 2, 4),
           ("stools with three legs", "tables with four legs", 3, 4), ("geese", "beetles", 2, 6))  # fmt: skip


def _signed(value: int) -> str:
    return f"+ {value}" if value >= 0 else f"- {-value}"


def linear_equation(rng: random.Random, level: int) -> Problem:
    """a x + b = c x + d with a whole solution."""
    x = rng.randint(-4 * level, 9 * level) or 2
    left, right = rng.sample(range(2, 6 + 4 * level), 2)
    if left < right:
        left, right = right, left
    b = rng.randint(-9 * level, 9 * level) or 1
    d = (left - right) * x + b
    question = f"Solve for x: {left}x {_signed(b)} = {right}x {_signed(d)}"
    gap, rest = left - right, d - b
    first = Way(
        "collect the terms",
        f"I bring everything with x to the left side and all numbers to the right side. Taking {right}x away from "
        f"both sides leaves {gap}x {_signed(b)} on the left, because {left} - {right} = {gap}, and {d} alone on the "
        f"right. Next I {'take ' + str(b) + ' away from' if b > 0 else 'add ' + str(-b) + ' to'} both sides, which "
        f"leaves {gap}x equal to {rest}. Dividing by {gap} gives x as {rest // gap}. Now the check: the left side is "
        f"{left} * ({x}) {_signed(b)} = {left * x + b}, the right side is {right} * ({x}) {_signed(d)} = "
        f"{right * x + d}. They agree.",
        f"Collecting terms leaves {gap}x = {rest}, so x is {x}.",
    )
    at_zero, growth = b - d, gap
    second = Way(
        "watch the difference of both sides",
        f"I look at left side minus right side and ask where it is zero. For x as 0 the difference is {b} - ({d}) = "
        f"{at_zero}. Whenever x grows by one, the left side grows by {left} and the right side by {right}, so the "
        f"difference grows by {left} - {right} = {growth}. To come from {at_zero} to 0 it has to change by "
        f"{-at_zero}, which takes {-at_zero} / {growth} = {x} steps of one"
        + (", that is, steps downwards" if x < 0 else "") + f". So x is {x}. To be sure I put it in: "
        f"{left} * ({x}) {_signed(b)} = {left * x + b} and {right} * ({x}) {_signed(d)} = {right * x + d}, the same "
        "value.",
        f"The difference of the sides starts at {at_zero} and changes by {growth} a step, so it is zero at x = {x}.",
    )  # fmt: skip
    return Problem(question, "numeric", (first, second), answer=str(x))


def heads_and_legs(rng: random.Random, level: int) -> Problem:
    """How many of one kind, given how many in all and how many legs or wheels."""
    one, other, few, many = rng.choice(ANIMALS)
    part = "wheels" if one in {"tricycles", "scooters"} else "legs"
    a, b = rng.randint(2, 12 * level), rng.randint(2, 12 * level)
    count, legs = a + b, few * a + many * b
    question = (
        f"There are {count} {one} and {other} together, and they have {legs} {part} in all. Each of the {one} has "
        f"{few}, each of the {other} has {many}. How many {other} are there?"
    )
    gap = many - few
    first = Way(
        "suppose that all are of one kind",
        f"Suppose for a moment that all {count} were {one}. Then there would be {count} * {few} = {count * few} "
        f"{part}. In truth there are {legs}, which is {legs} - {count * few} = {legs - count * few} more. Each time "
        f"one of the {one} is exchanged for one of the {other}, the number of {part} grows by {many} - {few} = {gap}. "
        f"So the number of exchanges is {legs - count * few} / {gap} = {b}, and that is the number of {other}. The "
        f"remaining {count} - {b} = {a} are {one}. Check: {a} * {few} + {b} * {many} = {legs}. It fits.",
        f"If all were {one} there would be {count * few} {part}; the {legs - count * few} more come from {b} {other}.",
    )
    second = Way(
        "two equations",
        f"Let u be the number of {one} and v the number of {other}. Counting heads, u and v add up to {count}. "
        f"Counting {part}, {few} times u and {many} times v add up to {legs}. From the first, u is {count} minus v. I "
        f"put that into the second: {few} times {count} is {few * count}, and the terms with v leave {many} - {few} = "
        f"{gap} times v. So {gap} times v is {legs} - {few * count} = {legs - few * count}, and v is "
        f"{legs - few * count} / {gap} = {b}. Then u is {count} - {b} = {a}. With these numbers the {part} are {few} "
        f"* {a} + {many} * {b} = {legs}, as given.",
        f"From heads and {part} together, {gap} times the number of {other} is {legs - few * count}, so there are {b}.",
    )
    return Problem(question, "numeric", (first, second), answer=str(b), unit=other.split()[0])


def ages(rng: random.Random, level: int) -> Problem:
    """An age now, from how two ages compare in some years."""
    old, young = rng.sample(NAMES, 2)
    times = rng.randint(2, 2 + level)
    ahead = rng.randint(2, 5 * level)
    then = rng.randint(ahead + 2, ahead + 6 + 4 * level)
    now, gap = then - ahead, (times - 1) * then
    question = (
        f"{old} is {gap} years older than {young}. In {ahead} years {old} will be {times} times as old as {young}. "
        f"How old is {young} now?"
    )
    first = Way(
        "the difference stays",
        f"The difference of the two ages never changes: it is {gap} years now and in {ahead} years. At that later "
        f"time {old} is {times} times as old as {young}, so the difference is {times} - 1 = {times - 1} times the age "
        f"of {young}. Hence the age of {young} at that time is {gap} / {times - 1} = {then}. That is {ahead} years "
        f"from now, so today {young} is {then} - {ahead} = {now}. To check: {old} is {now} + {gap} = {now + gap} "
        f"today and {now + gap} + {ahead} = {now + gap + ahead} then, and {times} * {then} = {times * then}. Both "
        "agree.",
        f"In {ahead} years the difference of {gap} is {times - 1} times the age of {young}, who is {then} then and "
        f"{now} now.",
    )
    second = Way(
        "one unknown",
        f"I write y for the age of {young} today. Then {old} is y plus {gap} today. In {ahead} years {young} is y "
        f"plus {ahead}, and {old} is y plus {gap} + {ahead} = {gap + ahead}. The statement says that the second is "
        f"{times} times the first. Multiplied out, {times} times y plus {times} * {ahead} = {times * ahead} must be y "
        f"plus {gap + ahead}. So {times} - 1 = {times - 1} times y is {gap + ahead} - {times * ahead} = "
        f"{gap + ahead - times * ahead}, and y is {gap + ahead - times * ahead} / {times - 1} = {now}. In {ahead} "
        f"years the ages are {then} and {times * then}, which is indeed {times} times as much.",
        f"With y for the age today, {times - 1} times y is {gap + ahead - times * ahead}, so {young} is {now}.",
    )  # fmt: skip
    return Problem(question, "numeric", (first, second), answer=str(now), unit="years")
