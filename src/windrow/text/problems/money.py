"""Problems about prices, mixtures and shares of a whole."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from windrow.text.problems.problem import NAMES, Problem, Way, money, shown

if TYPE_CHECKING:
    import random

GOODS = ("notebook", "lamp", "scarf", "kettle", "chess set", "backpack", "desk fan", "puzzle", "tea pot", "rug")
DRINKS = ("apple juice", "salt solution", "lemon syrup", "vinegar", "coffee concentrate", "sugar solution")


def discount(rng: random.Random, level: int) -> Problem:
    """Several pieces, a discount, perhaps a fixed charge for delivery."""
    name, good = rng.choice(NAMES), rng.choice(GOODS)
    count, price = rng.randint(2, 4 + 3 * level), rng.randint(4, 12 * level) * 5
    off = rng.choice((10, 15, 20, 25, 30, 40)[: 2 + 2 * level])
    delivery = rng.randint(3, 9) if level > 1 else 0
    full = count * price
    cut = Fraction(full * off, 100)
    total = full - cut + delivery
    after = f" Delivery costs {delivery} euros on top." if delivery else ""
    question = rng.choice((
        (f"{name} buys {count} of a {good} that costs {price} euros each. The shop takes {off}% off the whole bill."
         f"{after} How many euros does {name} pay in all?"),
        (f"A {good} costs {price} euros. {name} orders {count} of them and gets {off}% off the sum.{after} What is the "
         "total in euros?"),
    ))  # fmt: skip
    end = (
        f"Delivery comes on top: {money(full - cut)} + {delivery} = {money(total)}."
        if delivery
        else "There is nothing to add to that."
    )
    first = Way(
        "take off the discount",
        f"I know the price of one {good}, {price} euros, the number bought, {count}, and the discount of {off}%. "
        f"Without the discount {name} would pay {count} * {price} = {full} euros. The discount is {off} hundredths of "
        f"that: {full} * {off} / 100 = {money(cut)} euros. What is left to pay is {full} - {money(cut)} = "
        f"{money(full - cut)} euros. {end} As a check, the amount saved and the amount paid must make the full price "
        f"again: {money(cut)} + {money(full - cut)} = {full}. That holds.",
        f"The goods cost {full} euros, the discount is {money(cut)} euros"
        + (f", delivery adds {delivery}" if delivery else "") + f", so {name} pays {money(total)} euros.",
    )  # fmt: skip
    each = Fraction(price * (100 - off), 100)
    second = Way(
        "pay the remaining share of each price",
        f"If {off}% is taken off, {100 - off}% of every price remains, because 100 - {off} = {100 - off}. So one "
        f"{good} costs {price} * {100 - off} / 100 = {money(each)} euros after the discount. It makes no difference "
        "whether the discount is taken off each piece or off the whole bill, since every piece is reduced by the "
        f"same share. For {count} pieces that is {count} * {money(each)} = {money(count * each)} euros. {end} The "
        f"result is less than the full price of {full} euros"
        + (" even with delivery" if total < full else " before delivery") + ", as it should be.",
        f"Each {good} costs {money(each)} euros after the discount; {count} of them cost {money(count * each)} euros"
        + (f", and delivery makes it {money(total)}" if delivery else "") + ".",
    )  # fmt: skip
    return Problem(question, "numeric", (first, second), answer=money(total), unit="euros")


def mixture(rng: random.Random, level: int) -> Problem:
    """Two strengths mixed: what strength comes of it, in percent."""
    drink = rng.choice(DRINKS)
    one, other = rng.sample(range(2, 6 + 3 * level), 2)
    weak, strong = sorted(rng.sample(range(4, 60, 2 if level < 3 else 1), 2))  # noqa: PLR2004 - the last level
    whole = one + other
    pure = Fraction(one * weak + other * strong, 100)
    share = Fraction(one * weak + other * strong, whole)
    question = (
        f"{one} litres of a {weak}% {drink} are mixed with {other} litres of a {strong}% one. What percentage does "
        "the mixture have? Give an exact number (a fraction if needed)."
    )
    first = Way(
        "count the pure part",
        f"I follow the pure part through the mixing, because it does not change. The first liquid holds {one} * "
        f"{weak} / 100 = {shown(Fraction(one * weak, 100))} litres of it, the second holds {other} * {strong} / 100 = "
        f"{shown(Fraction(other * strong, 100))} litres. Together that is {shown(pure)} litres. The mixture has {one} "
        f"+ {other} = {whole} litres in all. The share of the pure part is therefore {shown(pure)} out of {whole}, "
        f"and times 100 that is {shown(share)} percent. It lies between {weak} and {strong}, as any mixture of the "
        "two must.",
        f"The mixture holds {shown(pure)} litres of the pure part in {whole} litres, which is {shown(share)} percent.",
    )
    step = Fraction(other, whole)
    second = Way(
        "move from the weaker towards the stronger",
        f"The mixture lies somewhere between {weak} and {strong} percent, and how far from the weaker end depends on "
        f"how much of the stronger liquid there is. The stronger liquid is {other} of {one} + {other} = {whole} "
        f"litres, so its share is {shown(step)}. The distance between the two strengths is {strong} - {weak} = "
        f"{strong - weak} points. The mixture lies {shown(step)} of that distance above the weaker one: that is "
        f"{shown(step * (strong - weak))} points. Starting from {weak}, I arrive at {shown(share)} percent. With "
        f"equal amounts it would be {shown(Fraction(weak + strong, 2))}, so the result is on the side of the "
        f"{'stronger' if other > one else 'weaker'} liquid, of which there is more.",
        f"The stronger liquid makes up {shown(step)} of the mixture, which lifts it from {weak} to {shown(share)} "
        "percent.",
    )
    return Problem(question, "numeric", (first, second), answer=shown(share), unit="%")


def fractions(rng: random.Random, level: int) -> Problem:
    """What is left of a whole after several shares of it are gone."""
    name = rng.choice(NAMES)
    thing = rng.choice(("a cake", "a day", "a field", "a salary", "a roll of cloth", "a tank of water"))
    shares = [Fraction(1, rng.randint(3, 5 + 3 * level)) for _ in range(1 + level)]
    while sum(shares) >= 1:
        shares = [Fraction(1, one.denominator + 2) for one in shares]
    left = 1 - sum(shares, Fraction(0))
    listed = ", then ".join(f"{shown(one)}" for one in shares)
    question = (
        f"{name} uses {listed} of {thing}, each share taken of the whole. What fraction of {thing} is left? Give it "
        "in lowest terms."
    )
    below = lcm(*(one.denominator for one in shares))
    parts = [one.numerator * below // one.denominator for one in shares]
    first = Way(
        "one common denominator",
        "All shares are of the whole, so they can be added. I bring them to one denominator: the least common "
        f"multiple of {', '.join(str(one.denominator) for one in shares)} is {below}. In parts of {below} the shares "
        f"are {', '.join(f'{part}/{below}' for part in parts)}. Their numerators add up: "
        f"{' + '.join(map(str, parts))} = {sum(parts)}. So {sum(parts)}/{below} of {thing} is used, and {below} - "
        f"{sum(parts)} = {below - sum(parts)} parts of {below} are left. In lowest terms that is {shown(left)}. It is "
        "more than nothing and less than the whole, which it has to be.",
        f"Of {below} equal parts {sum(parts)} are used, so {below - sum(parts)}/{below}, which is {shown(left)}, is "
        "left.",
    )
    rest, told = Fraction(1), []
    for one in shares:
        told.append(f"{shown(rest)} - {shown(one)} = {shown(rest - one)}")
        rest -= one
    second = Way(
        "take the shares away one after the other",
        "I start from the whole, which is 1, and take away one share at a time, keeping every remainder in lowest "
        "terms. The shares are of the whole and not of what is left, so each is simply subtracted. "
        f"{'. Next, '.join(told)}. After the last share {shown(rest)} remains. As a check I add everything up again: "
        f"the shares come to {shown(1 - left)}, and {shown(1 - left)} + {shown(left)} = 1. That is the whole.",
        f"Taking away the shares one by one leaves {shown(left)} of {thing}.",
    )
    return Problem(question, "numeric", (first, second), answer=shown(left))
