"""Small programs about the order of a list: the best so far, and turning round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.text.problems.programs import TESTS, Told, numbers_for, posed

if TYPE_CHECKING:
    import random

    from windrow.text.problems.problem import Problem

WORDS = ("harbour", "lantern", "meadow", "copper", "violin", "saffron", "glacier", "pebble", "orchard", "thunder",
         "ribbon", "canvas", "mosaic", "anchor", "willow", "marble", "falcon", "ginger", "puzzle", "ember")  # fmt: skip


def running_best(rng: random.Random, level: int) -> Problem:
    """The largest or smallest so far, over all or over a window."""
    width = rng.randint(2, 1 + level) if level > 1 else 0
    best, word = rng.choice((("max", "largest"), ("min", "smallest")))
    name = (
        rng.choice((f"running_{best}", f"{word}_so_far", f"prefix_{best}", f"{word}_until_here"))
        if not width
        else rng.choice((f"window_{best}", f"{word}_nearby"))
    )
    over = (
        f"the last {width} numbers up to and including that place (fewer at the start)"
        if width
        else "all numbers up to and including that place"
    )
    question = (
        f"Write a Python function `{name}(numbers)` that returns a list of the same length, which holds at each place "
        f"the {word} of {over}. An empty list gives an empty list."
    )
    cases = [[numbers_for(rng, 20 * level, rng.randint(4, 10), -20)] for _ in range(TESTS - 3)] + [
        [[]],
        [[5]],
        [[3, 3, 1, 9, 1]],
    ]
    ways = _best_ways(name, best, word, width)

    def solve(numbers: list[int]) -> list[int]:
        choose = max if best == "max" else min
        return [choose(numbers[max(0, at + 1 - width) if width else 0 : at + 1]) for at in range(len(numbers))]

    return posed(question, name, ways, cases, solve)


def _best_programs(name: str, best: str, width: int) -> tuple[str, str, str]:
    """By slices; carried along; by a queue."""
    start = f"max(0, place - {width - 1})" if width else "0"
    slices = f"""
def {name}(numbers):
    found = []
    for place in range(len(numbers)):
        found.append({best}(numbers[{start} : place + 1]))
    return found
"""
    sign = ">" if best == "max" else "<"
    carried = f"""
def {name}(numbers):
    found = []
    for number in numbers:
        if found and not number {sign} found[-1]:
            number = found[-1]
        found.append(number)
    return found
"""
    queue = f"""
from collections import deque


def {name}(numbers):
    found = []
    places = deque()
    for place, number in enumerate(numbers):
        while places and not numbers[places[-1]] {sign} number:
            places.pop()
        places.append(place)
        if places[0] <= place - {width}:
            places.popleft()
        found.append(numbers[places[0]])
    return found
"""
    return slices, carried, queue


def _best_ways(name: str, best: str, word: str, width: int) -> tuple[Told, ...]:
    slices, carried, queue = _best_programs(name, best, width)
    second = (
        ("a queue of candidates",
         (f"Looking at every window again would repeat work. I keep a queue of places that may still hold the {word} "
          "number of some window to come, their numbers in order, the best in front. A new number makes all those "
          "behind it in the queue useless that are not better, for it stays in the window longer, so they leave at "
          f"the back. The place in front leaves when it is {width} or more places behind. What then stands in front "
          "belongs to the best number of the window. Every place enters and leaves the queue once, so the whole "
          "takes one pass."),
         f"The function keeps a queue of places whose numbers may still be the {word} of a window.", queue)
        if width else
        ("carry the best along",
         (f"The {word} of the numbers up to a place is either the number at that place or the {word} of those before "
          f"it. So I need not look back at all: I carry the {word} found so far along, compare each number with it "
          "and write the better of the two down. The last entry of the list that I build is the value to carry, so "
          "no further variable is needed; at the first number the list is still empty and the number itself is "
          "written. One pass over the input is enough, and equal numbers make no difference."),
         f"The function carries the {word} number found so far along and writes it down at each place.", carried)
    )  # fmt: skip
    return (
        ("look at each stretch",
         f"For each place I need the {word} of a stretch of the list that ends there. The stretch can be cut out with "
         "a slice, whose end is one behind the place, because the end of a slice does not belong to it. "
         + (f"It begins {width - 1} places earlier, but not before the start of the list, so I take the larger of "
         "that and 0; a negative start would count from the end of "
         "the list. " if width else "It begins at the start of the "
            "list. ")
         + f"The slice always holds at least one number, so the built-in {best} never meets an empty list. For an "
         "empty input the loop does not run, and the result is empty.",
         f"The function takes the {word} number of the stretch that ends at each place.", slices),
        second,
    )  # fmt: skip


def rotate(rng: random.Random, level: int) -> Problem:
    """Turn a list, or the words of a text, by some places."""
    fixed = rng.randint(1, 2 + 2 * level)
    left = rng.random() < 0.5  # noqa: PLR2004 - a coin
    of_words = level > 1 and rng.random() < 0.5  # noqa: PLR2004 - a coin
    side = "left" if left else "right"
    name = rng.choice((f"turn_{side}", f"rotate_{side}"))
    what = "the words of a text (joined by single blanks again)" if of_words else "a list"
    given = "text" if of_words else "items"
    question = (
        f"Write a Python function `{name}({given})` that rotates {what} by {fixed} places to the {side}: what falls "
        "off one end comes back at the other. "
        f"{'An empty text gives an empty text' if of_words else 'An empty list gives an empty list'}, and the input "
        f"may have fewer than {fixed} members."
    )
    if of_words:
        cases: list[list[Any]] = [[" ".join(rng.sample(WORDS, rng.randint(2, 7)))] for _ in range(TESTS - 2)] + [
            [""],
            [WORDS[0]],
        ]
    else:
        cases = [[numbers_for(rng, 50, rng.randint(2, 9))] for _ in range(TESTS - 2)] + [[[]], [[1]]]
    before = "    items = text.split()\n" if of_words else ""
    result = '" ".join({})'.format if of_words else "{}".format
    empty = 'return ""' if of_words else "return []"
    shift = f"{fixed} % len(items)" if left else f"-{fixed} % len(items)"
    sliced = f"""
def {name}({given}):
{before}    if not items:
        {empty}
    cut = {shift}
    return {result("items[cut:] + items[:cut]")}
"""
    turned = f"""
from collections import deque


def {name}({given}):
{before}    ring = deque(items)
    ring.rotate({-fixed if left else fixed})
    return {result("list(ring)" if not of_words else "ring")}
"""
    ways = _rotate_ways(fixed, left, of_words, sliced, turned)

    def solve(value: Any) -> Any:  # noqa: ANN401 - a text or a list
        items = value.split() if of_words else list(value)
        for _ in range(fixed if items else 0):
            items = items[1:] + items[:1] if left else items[-1:] + items[:-1]
        return " ".join(items) if of_words else items

    return posed(question, name, ways, cases, solve)


def _rotate_ways(fixed: int, left: bool, of_words: bool, sliced: str, turned: str) -> tuple[Told, ...]:
    side = "left" if left else "right"
    return (
        ("cut and swap the two parts",
         (f"A rotation cuts the {'words' if of_words else 'list'} in two and swaps the parts. "
         f"Turning to the {side} by {fixed}, the cut lies {fixed} members from the {'start' if left else 'end'}. "
         f"With fewer than {fixed} members the rotation goes round more than once, and only the remainder on "
         "division by the length matters. In Python the remainder of a negative number by a positive one lies "
         "between 0 and the length, so a turn to the right needs no case of its own. Dividing by a length of 0 is "
         "not possible, so empty input is dealt with first."),
         "The function cuts at the right place, counted round the end, and swaps the two parts.", sliced),
        ("turn a deque",
         "The standard library has a container for this: a deque can be rotated in place, and it goes round the end "
         "as often as it has to, so short input and empty input need no care of mine. Its rotate turns to the right "
         f"for positive numbers and to the left for negative ones, therefore I pass {-fixed if left else fixed}. "
         + ("The text is split into words first and joined by blanks at the end; splitting an empty text gives no "
         "words, and joining none gives an empty text." if of_words else
            "The task wants a list back, so I turn the deque into one at the end; the list that was given is left as "
            "it was."),
         "The function hands the members to a deque and lets it rotate.", turned),
    )  # fmt: skip
