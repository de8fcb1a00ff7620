"""Small programs to write: each task with two programs that solve it in different ways, and tests with known results.

What a test expects is computed here, by code of ours that is neither of the two.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from windrow.text.problems.problem import Problem, Way

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

TESTS = 7
Told = tuple[str, str, str, str]  # a way: its name, the reasoning, a sentence for the reader, the program


def posed(
    question: str, name: str, ways: Sequence[Told], cases: Sequence[list[Any]],
    solve: Callable[..., Any],
) -> Problem:  # fmt: skip
    """The task with its tests."""
    tests = tuple({"call": name, "args": args, "expected": solve(*args)} for args in cases)
    made = tuple(
        Way(title, thinking, f"{told}\n\n```python\n{code.strip()}\n```") for title, thinking, told, code in ways
    )
    return Problem(question, "code", made, tests=tests, entry_point=name)


def numbers_for(rng: random.Random, most: int, count: int, low: int = 0) -> list[int]:
    return [rng.randint(low, most) for _ in range(count)]


def count_matching(rng: random.Random, level: int) -> Problem:
    """Count or add up what fulfils a condition on numbers."""
    divisor, floor = rng.randint(2, 5 + level), rng.randint(3, 20 * level)
    adding = rng.random() < 0.5  # noqa: PLR2004 - a coin
    name = (
        rng.choice(("total_of_fitting", "sum_selected"))
        if adding
        else rng.choice(("count_fitting", "how_many_selected"))
    )
    what = "the sum of the numbers" if adding else "how many of the numbers"
    are = "that are" if adding else "are"
    question = (
        f"Write a Python function `{name}(numbers)` that takes a list of whole numbers and returns {what} {are} "
        f"divisible by {divisor} and greater than {floor}. For an empty list it returns 0."
    )
    cases = [[numbers_for(rng, 30 * level + floor, rng.randint(3, 9), -10)] for _ in range(TESTS - 3)]
    cases += [[[]], [[floor]], [[divisor * (floor + 1), floor, -divisor, divisor * (floor + 2)]]]
    step = "total += number" if adding else "total += 1"
    kept = "number" if adding else "1"
    loop = f"""
def {name}(numbers):
    total = 0
    for number in numbers:
        if number > {floor} and number % {divisor} == 0:
            {step}
    return total
"""
    sieve = f"""
def {name}(numbers):
    return sum({kept} for number in numbers if number > {floor} and number % {divisor} == 0)
"""
    told = "what is asked for is a sum" if adding else "what is asked for is a number of members"
    ways = _count_matching_ways(divisor, floor, adding, told, loop, sieve)

    def solve(numbers: list[int]) -> int:
        fitting = list(filter(lambda n: n > floor and n % divisor == 0, numbers))
        return sum(fitting) if adding else len(fitting)

    return posed(question, name, ways, cases, solve)


def _count_matching_ways(divisor: int, floor: int, adding: bool, told: str, loop: str, sieve: str) -> tuple[Told, ...]:
    return (
        ("a loop with a running total",
         (f"The input is a list of whole numbers and {told}. I go through the list once and keep a running total that "
          "starts at 0, so that an empty list gives 0 without a special case. For each number two conditions must "
          f"hold together: it is greater than {floor}, where {floor} itself does not count, and dividing by {divisor} "
          "leaves no remainder. In Python the remainder of a negative number by a positive one is never negative, so "
          "the test with 0 is right for those as well, though the first condition already sorts them out."),
         (f"The function goes through the list once and keeps a running total of what is above {floor} and divisible "
          f"by {divisor}."),
         loop),
        ("a generator handed to sum",
         f"Both conditions, greater than {floor} and divisible by {divisor}, concern one number at a time, so I can "
         "write them as the filter of a generator expression and let the built-in sum do the adding. "
         + ("Each fitting number contributes itself. " if adding else "Each fitting number contributes 1, so that "
         "the sum is their count. ")
         + "The sum of nothing is 0, which is what an empty list has to give. Nothing is stored on the way, so long "
         "lists are no problem, and the given list is left as it was.",
         "The function sums over a generator that lets only the fitting numbers through.",
         sieve),
    )  # fmt: skip


def run_lengths(rng: random.Random, level: int) -> Problem:
    """Runs of equal letters, as pairs or as text."""
    least = rng.randint(1, level)
    folded = rng.random() < 0.5  # noqa: PLR2004 - a coin
    name = rng.choice(("runs", "letter_runs", "grouped", "run_lengths", "stretches", "counted_runs"))
    question = (
        f"Write a Python function `{name}(text)` that returns a list of pairs [letter, length], one for each run of "
        "equal characters in the text, in order" + (f"; runs shorter than {least} are left out" if least > 1 else "")
        + (". Upper and lower case count as the same letter, and the pair holds the lower one" if folded else "")
        + ". The empty text gives an empty list."
    )  # fmt: skip
    letters = "abcA" + "de"[: level - 1]
    cases: list[list[Any]] = [
        ["".join(rng.choice(letters) * rng.randint(1, 4) for _ in range(rng.randint(1, 6)))] for _ in range(TESTS - 3)
    ]
    cases += [[""], ["Z"], ["aAb" * (1 + level)]]
    given = "text.lower()" if folded else "text"
    condition = f"\n    return [run for run in found if run[1] >= {least}]" if least > 1 else "\n    return found"
    loop = f"""
def {name}(text):
    found = []
    for letter in {given}:
        if found and found[-1][0] == letter:
            found[-1][1] += 1
        else:
            found.append([letter, 1]){condition}
"""
    keep = f"\n    return [run for run in pairs if run[1] >= {least}]" if least > 1 else "\n    return pairs"
    grouped = f"""
from itertools import groupby


def {name}(text):
    pairs = [[letter, len(list(run))] for letter, run in groupby({given})]{keep}
"""
    ways = _run_lengths_ways(least, loop, grouped)

    def solve(text: str) -> list[list[Any]]:
        runs = [[letter, sum(1 for _ in members)] for letter, members in groupby(text.lower() if folded else text)]
        return [run for run in runs if run[1] >= least]  # type: ignore[operator]

    return posed(question, name, ways, cases, solve)


def digit_sum(rng: random.Random, level: int) -> Problem:
    """The sum of the digits in a base, perhaps again and again."""
    base = rng.choice((10, 2, 8, 7, 5, 3, 9, 6)[: 2 + 2 * level])
    again = level > 1 and rng.random() < 0.5  # noqa: PLR2004 - a coin
    name = rng.choice(("digit_root", "shrunk")) if again else rng.choice(("digit_sum", "sum_of_digits", "crossfoot"))
    until = ", and repeats this with the result until a single digit is left" if again else ""
    question = (
        f"Write a Python function `{name}(number)` that adds up the digits of a whole number of 0 or more, written in "
        f"base {base}{until}, and returns the result as a whole number."
    )
    cases = [[rng.randint(0, 10 ** (2 + 2 * level))] for _ in range(TESTS - 3)] + [[0], [base - 1], [base**4 + base]]
    loop = f"""
def {name}(number):
    total = 0
    while number:
        number, digit = divmod(number, {base})
        total += digit
    return {f"{name}(total) if total >= {base} else total" if again else "total"}
"""
    recursive = f"""
def {name}(number):
    if number < {base}:
        return number
    return {name}({f"{name}(number // {base}) + number % {base}" if again else f"number // {base}"}){
        "" if again else f" + number % {base}"
    }
"""
    ways = _digit_sum_ways(base, again, loop, recursive)

    def solve(number: int) -> int:
        digits, rest = [], number
        while rest:
            digits.append(rest % base)
            rest //= base
        total = sum(digits)
        return solve(total) if again and total >= base else total

    return posed(question, name, ways, cases, solve)


def _digit_sum_ways(base: int, again: bool, loop: str, recursive: str) -> tuple[Told, ...]:
    return (
        ("cut off the last digit",
         f"In base {base} the last digit of a number is the remainder on division by {base}, and the quotient is the "
         "number without that digit. I repeat this until nothing is left and add up the remainders. For the number 0 "
         "the loop does not run at all, and the total stays 0, which is right."
         + (f" The total may have several digits itself, that is, be {base} or more; then the same function is "
         "applied to it, and since the total of a number with several digits is smaller than the number, this comes "
         "to an end." if again else
            " There is no need to write the number out as text, and so the same code would do for any base; here it "
            f"is {base}."),
         f"The function divides by {base} again and again and adds up the remainders.", loop),
        ("recursion on the quotient",
         f"The sum of the digits of a number below {base} is the number itself: that is where the recursion ends. A "
         f"larger number consists of its last digit, the remainder on division by {base}, and of the rest, the "
         "quotient. The digits of the rest are summed by the same function. The quotient is smaller than the number, "
         "so the recursion always comes to an end, and its depth is only the number of digits."
         + (" Where a single digit is wanted, the sum so found goes through the function once more." if again else
            " The number 0 is below the base and gives 0 at once."),
         "The function adds the last digit to the sum of the digits of the rest, found by itself.", recursive),
    )  # fmt: skip


def _run_lengths_ways(least: int, loop: str, grouped: str) -> tuple[Told, ...]:
    return (
        ("grow the last run",
         "I read the text from left to right and keep a list of the runs found so far, each as a pair of letter and "
         "length. A character either continues the last run, when it is the same letter, and then its length grows "
         "by one, or it starts a new run of length 1. The very first character always starts a run, because the list "
         "is still empty; that has to be asked first, for an empty list has no last element. An empty text leaves "
         "the list empty."
         + (f" At the end I drop the runs with fewer than {least} "
         f"characters." if least > 1 else " Nothing has to be dropped at the end."),
         "The function grows the last run while the letter stays the same and starts a new one otherwise.", loop),
        ("let groupby find the runs",
         "The standard library knows runs: groupby from itertools puts neighbours that are equal into one group and "
         "starts a new group whenever the value changes. It does not sort, so a letter that comes back later makes a "
         "group of its own, which is what the task wants. The length of a group is the number of its members, which "
         "I get by turning the group into a list before the next one is read. For an empty text there are no groups "
         "and the list is empty."
         + (f" A last step keeps the pairs of length {least} or more." if least > 1 else ""),
         "The function lets groupby cut the text into runs and notes letter and length of each.", grouped),
    )  # fmt: skip
