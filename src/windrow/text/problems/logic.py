"""Problems of pure reasoning: who stands where, who tells the truth, which day it is."""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING

from windrow.text.problems.problem import NAMES, Problem, Way

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WHERE = ("in a queue, counted from the front", "in a race, counted from the winner", "on a list, counted from the top")


def line_up(rng: random.Random, level: int) -> Problem:
    """People in a row, fixed by clues of who stands next to or before whom."""
    people = rng.sample(NAMES, 2 + level + 1)
    where = rng.choice(WHERE)
    clues: list[Clue] = []
    left = [list(order) for order in permutations(people)]
    pool = _clues(people, rng)
    for clue in pool:
        still = [order for order in left if _holds(order, clue)]
        if len(still) < len(left):
            clues, left = [*clues, clue], still
        if len(left) == 1:
            break
    clues = _needed(clues, people)
    place = rng.randrange(len(people))
    asked = people[place]
    letters = "ABCDEFGH"
    order = sorted(people)
    choices = dict(zip(letters, order, strict=False))
    right = next(letter for letter, name in choices.items() if name == asked)
    listed = "\n".join(f"{letter}) {name}" for letter, name in choices.items())
    question = (
        f"{_and(sorted(people))} stand {where}. {' '.join(_told(clue) for clue in clues)} Who stands at place "
        f"{place + 1}?\n\n{listed}"
    )
    final = ", ".join(f"{at + 1} {name}" for at, name in enumerate(people))
    told = f"The only order that fits all clues is: {final}. So {asked} stands at place {place + 1}."
    ways = (_by_elimination(people, clues, final, asked, place), _by_testing(people, clues, final, asked, place))
    return Problem(
        question, "multiple_choice", tuple(Way(name, thinking, told) for name, thinking in ways), answer=right,
        choices=choices,
    )  # fmt: skip


Clue = tuple[str, str, str]


def _clues(people: Sequence[str], rng: random.Random) -> list[Clue]:
    """Every clue that holds of the order, those that say much mixed among those that say little."""
    found: list[Clue] = []
    for at, one in enumerate(people):
        found += [("before", one, other) for other in people[at + 1 :]]
        if at + 1 < len(people):
            found.append(("just before", one, people[at + 1]))
        if at not in {0, len(people) - 1}:
            found.append(("inside", one, ""))
    rng.shuffle(found)
    return found


def _needed(clues: Sequence[Clue], people: Sequence[str]) -> list[Clue]:
    """The clues without those that the others make superfluous."""
    needed = list(clues)
    for clue in clues:
        rest = [one for one in needed if one != clue]
        if sum(all(_holds(order, one) for one in rest) for order in permutations(people)) == 1:
            needed = rest
    return needed


def _holds(order: Sequence[str], clue: Clue) -> bool:
    kind, one, other = clue
    at = order.index(one)
    if kind == "inside":
        return at not in {0, len(order) - 1}
    gap = order.index(other) - at
    return gap == 1 if kind == "just before" else gap > 0


def _told(clue: Clue) -> str:
    kind, one, other = clue
    if kind == "inside":
        return f"{one} is neither first nor last."
    return f"{one} stands {'immediately ' if kind == 'just before' else 'somewhere '}before {other}."


def _by_elimination(
    people: Sequence[str], clues: Sequence[Clue], final: str, asked: str, place: int
) -> tuple[str, str]:
    """Which orders are left after each clue."""
    left = [list(order) for order in permutations(people)]
    told = [f"There are {len(left)} ways to order {len(people)} people, and each clue takes some of them away."]
    for clue in clues:
        left = [order for order in left if _holds(order, clue)]
        firsts = sorted({order[0] for order in left})
        told.append(
            f"{_told(clue)} That leaves {len(left)} order{'s' if len(left) > 1 else ''}, with {_or(firsts)} at the "
            "front."
        )
    told.append(f"Now one order is left: {final}. At place {place + 1} stands {asked}, which answers the question.")
    return "take orders away clue by clue", " ".join(told)


def _by_testing(people: Sequence[str], clues: Sequence[Clue], final: str, asked: str, place: int) -> tuple[str, str]:
    """Who can be first, who can be second, and so on."""
    told = ["I fill the places from the front and ask for each who may stand there without breaking a clue."]
    for at, name in enumerate(people[:-1]):
        barred = [_barred(people[:at], other, people[at:], clues) for other in people[at + 1 :]]
        told.append(f"Place {at + 1}: {'; '.join(barred)}; so {name}.")
    told.append(f"Place {len(people)} is left for {people[-1]}.")
    told.append(
        f"The order is {final}. Reading the clues once more against it, all {len(clues)} of them hold. So place "
        f"{place + 1} belongs to {asked}."
    )
    return "fill the places from the front", " ".join(told)


def _barred(before: Sequence[str], name: str, rest: Sequence[str], clues: Sequence[Clue]) -> str:
    """Why `name` cannot stand next after `before`: a clue that no order of the rest keeps, or that none keeps all."""
    others = [one for one in rest if one != name]
    orders = [[*before, name, *after] for after in permutations(others)]
    broken = next((clue for clue in clues if not any(_holds(order, clue) for order in orders)), None)
    if broken is not None:
        return f"not {name}, since then it could not be that {_told(broken)[:-1]}"
    return f"not {name}, since then none of the {len(orders)} orders of the others keeps every clue"


def knights(rng: random.Random, level: int) -> Problem:
    """Some always tell the truth, the others always lie; what each says decides who is which."""
    while True:
        people = rng.sample(NAMES, 1 + level if level > 1 else 2)
        says = [_statement(people, at, rng) for at in range(len(people))]
        fitting = [truth for truth in product((True, False), repeat=len(people)) if _consistent(truth, says)]
        if len(fitting) == 1:
            break
    truth = fitting[0]
    spoken = " ".join(f'{name} says: "{_spoken(people, says[at])}"' for at, name in enumerate(people))
    liars = [name for name, honest in zip(people, truth, strict=True) if not honest]
    answer = _and(sorted(liars)) if liars else "nobody"
    question = (
        f"{_and(people)} live on an island where everybody either always tells the truth or always lies. {spoken} Who "
        'lies? Name them in alphabetical order, joined by commas and "and", or answer "nobody".'
    )
    told = f"The statements fit together in one way only: {_described(people, truth)}."
    ways = tuple(
        Way(f"suppose something about {people[at]}", _cases(people, says, at), told) for at in (0, len(people) - 1)
    )
    return Problem(question, "exact", ways, answer=answer)


Statement = tuple[str, int, int]


def _statement(people: Sequence[str], at: int, rng: random.Random) -> Statement:
    others = [place for place in range(len(people)) if place != at]
    one = rng.choice(others)
    kind = rng.choice(("liar", "honest", "same", "differ"))
    return kind, at, one


def _true(truth: Sequence[bool], statement: Statement) -> bool:
    kind, at, one = statement
    return {
        "liar": not truth[one],
        "honest": truth[one],
        "same": truth[at] == truth[one],
        "differ": truth[at] != truth[one],
    }[kind]


def _consistent(truth: Sequence[bool], says: Sequence[Statement]) -> bool:
    return all(_true(truth, statement) == truth[at] for at, statement in enumerate(says))


def _spoken(people: Sequence[str], statement: Statement) -> str:
    kind, _, one = statement
    other = people[one]
    said = {
        "liar": f"{other} lies.", "honest": f"{other} tells the truth.", "same": f"{other} and I are of the same kind.",
        "differ": f"{other} and I are of different kinds.",
    }  # fmt: skip
    return said[kind]


def _cases(people: Sequence[str], says: Sequence[Statement], start: int) -> str:
    """Both cases for one person, and in each whether the others can be chosen without contradiction."""
    told = [f"{people[start]} either tells the truth or lies, so I look at both cases."]
    for honest in (True, False):
        told.append(f"Suppose that {people[start]} {'tells the truth' if honest else 'lies'}.")
        for truth in product((True, False), repeat=len(people)):
            if truth[start] is not honest:
                continue
            broken = next((at for at, one in enumerate(says) if _true(truth, one) != truth[at]), None)
            others = _described(
                [name for at, name in enumerate(people) if at != start],
                [value for at, value in enumerate(truth) if at != start],
            )
            if broken is None:
                told.append(f"If {others}, then every statement is as its speaker would have it: nothing contradicts.")
            else:
                is_true = "true" if _true(truth, says[broken]) else "false"
                kind = "honest" if truth[broken] else "a liar"
                told.append(
                    f"If {others}, then the statement of {people[broken]} is {is_true} although {people[broken]} is "
                    f"{kind}: impossible."
                )
    told.append("So exactly one case is left over, and it says who lies.")
    return " ".join(told)


def _described(people: Sequence[str], truth: Sequence[bool]) -> str:
    return _and(
        [f"{name} {'tells the truth' if honest else 'lies'}" for name, honest in zip(people, truth, strict=True)]
    )


def weekday(rng: random.Random, level: int) -> Problem:
    """Which day of the week it is so many days, or weeks and days, away."""
    start = rng.randrange(7)
    days = rng.randint(8, 40 * level**2)
    back = level > 1 and rng.random() < 0.5  # noqa: PLR2004 - a coin
    end = (start - days if back else start + days) % 7
    direction = "before" if back else "after"
    question = (
        f"Today is {DAYS[start]}. Which day of the week {'was' if back else 'is'} it {days} days "
        f"{'ago' if back else 'from now'}?"
    )
    weeks, rest = divmod(days, 7)
    walk = [DAYS[(start + (-step if back else step)) % 7] for step in range(1, rest + 1)]
    first = Way(
        "leave out whole weeks",
        f"After seven days the names of the days begin again, so whole weeks change nothing. In {days} days there are "
        f"{weeks} whole weeks, since {weeks} * 7 = {weeks * 7}, and {days} - {weeks * 7} = {rest} days are left over. "
        f"So I only have to go {rest} day{'' if rest == 1 else 's'} {'back' if back else 'on'} from {DAYS[start]}"
        + (f": {', '.join(walk)}" if walk else ", that is, not at all")
        + f". I arrive at {DAYS[end]}. "
        f"Going the same number of days {'forward' if back else 'back'} from there leads to {DAYS[start]} again, as "
        "it should.",
        f"{days} days are {weeks} weeks and {rest} days, and {rest} days {direction} {DAYS[start]} is {DAYS[end]}.",
    )  # fmt: skip
    moved = start - days if back else start + days
    second = Way(
        "number the days",
        f"I number the days from Monday as 0 to Sunday as 6. {DAYS[start]} is number {start}. {days} days "
        f"{'earlier' if back else 'later'} the count is {start} {'-' if back else '+'} {days} = {moved}. Only the "
        f"remainder on division by 7 says which day that is. The nearest multiple of 7 that is not above {moved} is "
        f"{moved - end}, and {moved} - ({moved - end}) = {end}. The day with number {end} is {DAYS[end]}. Numbers of "
        f"days run in the order Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday, so number {end} is "
        "right.",
        f"Counting Monday as 0, the day has number {moved}, which leaves {end} when divided by 7: {DAYS[end]}.",
    )
    return Problem(question, "exact", (first, second), answer=DAYS[end])


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _or(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
