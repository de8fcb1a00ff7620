"""Problems about whole numbers: sums, multiples, remainders."""

from __future__ import annotations

from math import gcd, lcm
from typing import TYPE_CHECKING

from windrow.text.problems.problem import NAMES, Problem, Way

if TYPE_CHECKING:
    import random


def series_sum(rng: random.Random, level: int) -> Problem:
    """The sum of an arithmetic series, told as seats or savings."""
    first_term, step = rng.randint(2, 9 * level), rng.randint(1, 3 + 2 * level)
    count = rng.randint(6, 10 + 8 * level)
    last = first_term + (count - 1) * step
    total = count * (first_term + last) // 2
    name = rng.choice(NAMES)
    question = rng.choice((
        (f"A hall has {count} rows of seats. The first row has {first_term} seats, and each row has {step} more than "
         "the one before it. How many seats does the hall have?"),
        (f"{name} puts {first_term} euros aside in the first week, and {step} more each week than in the week before. "
         f"How many euros has {name} put aside after {count} weeks?"),
    ))  # fmt: skip
    opening = f"The numbers to add start at {first_term} and grow by {step}; there are {count} of them. "
    one = Way(
        "pair the first with the last",
        opening
        + f"The last one is reached after {count - 1} steps: {first_term} + {count - 1} * {step} = {last}. I pair "
        "the first with the last, the second with the last but one, and so on. Every pair has the same sum, "
        f"{first_term} + {last} = {first_term + last}, because what one number gains the other loses. The {count} "
        f"numbers are {count} halves of a pair, so the total is {count} * {first_term + last} / 2 = {total}. The "
        f"average, half of {first_term + last}, lies in the middle between first and last, so this is plausible.",
        f"The last number is {last}, each pair makes {first_term + last}, and {count} numbers make {total} in all.",
    )
    steps = count * (count - 1) // 2
    other = Way(
        "split off what is the same in each",
        opening
        + f"Each of them contains {first_term} once, which gives {count} * {first_term} = {count * first_term}. On "
        f"top of that the second contains {step} once, the third twice, up to the last, which contains it {count - 1} "
        f"times. The numbers from 1 to {count - 1} add up to {count - 1} * {count} / 2 = {steps}, so the additions "
        f"come to {steps} * {step} = {steps * step}. Both parts together are {count * first_term} + {steps * step} = "
        f"{total}. If all were equal to the first, only {count * first_term} would come out, so the result is rightly "
        "larger.",
        f"The equal parts make {count * first_term}, the growth adds {steps * step}, together {total}.",
    )
    return Problem(question, "numeric", (one, other), answer=str(total))


def multiples(rng: random.Random, level: int) -> Problem:
    """How many numbers up to a bound can be divided by one of two numbers."""
    most = rng.randint(40, 120) * level
    a, b = rng.sample((2, 3, 4, 5, 6, 7, 8, 9, 10, 12)[: 5 + 2 * level - 1], 2)
    both = lcm(a, b)
    of_a, of_b, of_both = most // a, most // b, most // both
    total = of_a + of_b - of_both
    question = (
        f"How many whole numbers from 1 to {most} can be divided by {a} or by {b} (or by both) without a remainder?"
    )
    first = Way(
        "add, then take away what was counted twice",
        f"Up to {most} there are {of_a} multiples of {a}, since {a} * {of_a} = {a * of_a} and the next one would be "
        f"too large. In the same way there are {of_b} multiples of {b}, the last being {b} * {of_b} = {b * of_b}. "
        f"Added, {of_a} + {of_b} = {of_a + of_b}, but numbers that both divide were counted twice. Those are the "
        f"multiples of the least common multiple of {a} and {b}, which is {both}; there are {of_both} of them. I take "
        f"them away once: {of_a + of_b} - {of_both} = {total}.",
        f"There are {of_a} multiples of {a} and {of_b} of {b}; {of_both} are counted twice, which leaves {total}.",
    )
    block = sum(1 for n in range(1, both + 1) if n % a == 0 or n % b == 0)
    blocks, rest = divmod(most, both)
    tail = [n for n in range(blocks * both + 1, most + 1) if n % a == 0 or n % b == 0]
    second = Way(
        "count one block and repeat",
        f"Which numbers can be divided repeats every {both} numbers, because {both} is a multiple of both {a} and "
        f"{b}. In one block of {both} numbers I count those that fit: "
        f"{', '.join(str(n) for n in range(1, both + 1) if n % a == 0 or n % b == 0)}. That makes {block} in a block. "
        f"Up to {most} there are {blocks} whole blocks, with {blocks} * {block} = {blocks * block} fitting numbers, "
        f"and {rest} numbers are left over. Among those left over "
        + (f"{', '.join(map(str, tail))} fit, which is {len(tail)} more" if tail else "none fits")
        + f". In all that is {blocks * block} + {len(tail)} = {total}.",
        f"Each block of {both} numbers has {block} that fit; {blocks} blocks and the rest give {total}.",
    )  # fmt: skip
    return Problem(question, "numeric", (first, second), answer=str(total))


def common_step(rng: random.Random, level: int) -> Problem:
    """When do two or three rhythms meet again?"""
    shared = rng.randint(2, 3 + level)
    pair = rng.sample(list(range(2, 6 + 2 * level)), 2)
    a, b = (shared * n for n in pair)
    meet = lcm(a, b)
    place = rng.choice((("buses", "leave the station"), ("lamps", "flash"), ("bells", "ring")))
    question = (
        f"Two {place[0]} {place[1]} at the same moment. After that, one of them does so every {a} minutes, the other "
        f"every {b} minutes. After how many minutes do they do so together again for the first time?"
    )
    common = gcd(a, b)
    chain, x, y = [], max(a, b), min(a, b)
    while y:
        chain.append(f"{x} leaves {x % y} when divided by {y}")
        x, y = y, x % y
    first = Way(
        "through the greatest common divisor",
        f"They meet at the common multiples of {a} and {b}, so I look for the least one. It is the product divided by "
        "the greatest common divisor, since that part is counted twice in the product. By Euclid: "
        f"{'; '.join(chain)}. The last divisor before the remainder 0 is {common}. The product is {a} * {b} = "
        f"{a * b}, and divided by {common} it is {a * b} / {common} = {meet}. Both fit into it: {meet} / {a} = "
        f"{meet // a} and {meet} / {b} = {meet // b}.",
        f"The greatest common divisor of {a} and {b} is {common}, so the least common multiple is {meet}.",
    )
    large, small = max(a, b), min(a, b)
    tried = [large * n for n in range(1, meet // large + 1)]
    second = Way(
        "walk through the multiples of the larger",
        f"The moment I look for is a multiple of both {a} and {b}. I go through the multiples of the larger number, "
        f"{large}, and stop at the first one that {small} divides as well. "
        + " ".join(f"For {n} the remainder is "
        f"{n % small}" + (", so it is not that one." if n % small else ", so this is it.") for n in tried)
        + f" No smaller one was left out, since every common multiple is a multiple of {large}. So they meet after "
        f"{meet} minutes; by then one has had {meet} / {a} = {meet // a} intervals and the other {meet} / {b} = "
        f"{meet // b}.",
        f"The first multiple of {large} that {small} divides is {meet}.",
    )  # fmt: skip
    return Problem(question, "numeric", (first, second), answer=str(meet), unit="minutes")


def last_digit(rng: random.Random, level: int) -> Problem:
    """The last digit of a power."""
    base = rng.choice([n for n in range(2, 10 * level + 10) if n % 10 not in {0, 1, 5, 6}])
    power = rng.randint(8, 30 * level + 10)
    answer = pow(base, power, 10)
    question = f"What is the last digit of {base} to the power of {power}?"
    digit = base % 10
    cycle = [digit]
    while (following := cycle[-1] * digit % 10) != digit:
        cycle.append(following)
    place = (power - 1) % len(cycle)
    first = Way(
        "the last digits come in a cycle",
        "Only the last digit of each factor matters for the last digit of a product, so I may look at powers of "
        f"{digit} instead of {base}. Their last digits are {', '.join(map(str, cycle))}, and then they repeat, since "
        f"the next would be {digit} again. The cycle has {len(cycle)} members. The power {power} leaves "
        f"{power % len(cycle)} when divided by {len(cycle)}, so it stands at place {place + 1} of the cycle, where "
        f"the digit is {cycle[place]}. Counting from the first power, that place is reached again and again every "
        f"{len(cycle)} powers.",
        f"The last digits repeat every {len(cycle)} powers, and power {power} stands where the digit is {answer}.",
    )
    squares, told, exponent = digit, [f"to the power 1 it ends in {digit}"], 1
    ends = {1: digit}
    while exponent * 2 <= power:
        squares = squares * squares % 10
        exponent *= 2
        ends[exponent] = squares
        told.append(f"to the power {exponent} in {squares}")
    needed = [one for one in sorted(ends, reverse=True) if power & one]
    value = 1
    for one in needed:
        value = value * ends[one] % 10
    second = Way(
        "square again and again",
        f"I work with last digits only and square repeatedly, starting from the digit {digit} of {base}: "
        f"{', '.join(told)}. Each is the last digit of the one before multiplied by itself. The power {power} is the "
        f"sum of powers of two: {' + '.join(map(str, needed))} = {power}. So the digits for these have to be "
        f"multiplied: {', '.join(str(ends[one]) for one in needed)}. Keeping only the last digit after each "
        f"multiplication, the product ends in {value}. That is the last digit that was asked for.",
        f"Written with powers of two, {power} is {' + '.join(map(str, needed))}, and the product of their digits ends "
        f"in {value}.",
    )  # fmt: skip
    return Problem(question, "numeric", (first, second), answer=str(answer))
