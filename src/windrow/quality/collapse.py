"""Signs that a teacher has fallen into a groove: one opening, one length, and rows that grow more alike as they come.

A student learns the groove first. The bounds are crossed only where the lower end of the interval crosses them, so that
a small set raises no alarm by chance.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

from windrow.quality.figure import Figure, not_evaluated
from windrow.quality.lexical import distinct
from windrow.quality.sample import MOST_TEXT
from windrow.statistics.intervals import wilson
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from windrow.quality.sample import Sampled

OPENING = 5  # words
OPENING_BOUND = 0.05
MOST_OPENING = 1_000  # characters that an opening may take
LENGTH_BOUND = 0.25
LONG_ENOUGH = 8  # words: of answers shorter than this many must have one length
DISTINCT_BOUND = 0.20
EDGE = 250  # rows at the beginning and at the end
EDGE_TEXT = 4_000  # characters of each
FEWEST = 100


class Edge:
    """The first and the last answers of one recipe, for seeing what changed on the way."""

    def __init__(self) -> None:
        self.first: list[list[str]] = []
        self.last: deque[list[str]] = deque(maxlen=EDGE)

    def offer(self, answer: str) -> None:
        """The next answer of the recipe."""
        told = words(answer[:EDGE_TEXT])
        if len(self.first) < EDGE:
            self.first.append(told)
        else:
            self.last.append(told)

    @property
    def enough(self) -> bool:
        """Whether there are as many at the end as are worth comparing."""
        return len(self.last) >= FEWEST


class Edges:
    """The edges of each recipe: recipes answer in ways of their own, and come one after the other."""

    def __init__(self) -> None:
        self.by_recipe: dict[str, Edge] = {}

    def offer(self, answer: str, recipe: str = "") -> None:
        """The next answer of the stream."""
        self.by_recipe.setdefault(recipe, Edge()).offer(answer)


def collapse(sample: Sequence[Sampled], edges: Edges) -> Iterator[Figure]:
    """The share of the commonest opening and of the commonest length, and what became of distinct-3 on the way."""
    yield _opening("questions", [_first(row.question) for row in sample])
    yield _opening("answers", [_first(row.answer) for row in sample])
    yield _length([len(words(row.answer)) for row in sample if len(row.answer) < MOST_TEXT])  # longer ones were cut
    several = len(edges.by_recipe) > 1
    for recipe, edge in sorted(edges.by_recipe.items()) or [("", Edge())]:
        yield _falling(edge, f"recipe={recipe}" if several else "")


def _first(text: str) -> list[str]:
    """The words that a text opens with, and one more where there is one."""
    return words(text[:MOST_OPENING])[: OPENING + 1]


def _opening(side: str, texts: Sequence[Sequence[str]]) -> Figure:
    name = f"commonest opening of {side}"
    openings = Counter(tuple(text[:OPENING]) for text in texts if len(text) > OPENING)
    if len(texts) < 2 or not openings:  # noqa: PLR2004 - one text opens as it opens
        return not_evaluated(name, "mode collapse", f"no texts of more than {OPENING} words")
    ((opening, count),) = openings.most_common(1)
    found = wilson(count, len(texts))
    told = " ".join(opening) if count > 1 else ""  # the words of one row are no habit, and may be private
    alarm = f"{count} of {len(texts)} {side} open with “{told}”" if told and found.low > OPENING_BOUND else ""
    return Figure(
        name, "mode collapse", count / len(texts), f"share with the same first {OPENING} words, Wilson", len(texts),
        unit="share", low=found.low, high=found.high, bound=f"≤ {OPENING_BOUND:.0%}", alarm=alarm, detail=told,
    )  # fmt: skip


def _length(answers: Sequence[int]) -> Figure:
    name = "commonest length of answers"
    lengths = Counter(length for length in answers if length >= LONG_ENOUGH)
    total = lengths.total()
    if total < 2:  # noqa: PLR2004 - as above
        return not_evaluated(name, "mode collapse", f"no answers of {LONG_ENOUGH} words or more")
    ((length, count),) = lengths.most_common(1)
    found = wilson(count, total)
    alarm = f"{count} of {total} longer answers have exactly {length} words" if found.low > LENGTH_BOUND else ""
    return Figure(
        name, "mode collapse", count / total, f"share of answers of {LONG_ENOUGH} words or more, Wilson", total,
        unit="share", low=found.low, high=found.high, bound=f"≤ {LENGTH_BOUND:.0%}", alarm=alarm,
        detail=f"{length} words",
    )  # fmt: skip


def _falling(edges: Edge, which: str) -> Figure:
    name = "change of distinct-3 from the first rows to the last"
    before, after = distinct(edges.first, 3), distinct(edges.last, 3)
    if not edges.enough or not before or after is None:
        return not_evaluated(name, "mode collapse", f"fewer than {EDGE + FEWEST} rows")
    if len(edges.last) < len(edges.first):
        before = distinct(edges.first[: len(edges.last)], 3) or before
    change = after / before - 1
    alarm = f"the last rows repeat themselves: distinct-3 fell by {-change:.0%}" if change < -DISTINCT_BOUND else ""
    return Figure(
        name, "mode collapse", change, f"answers, first and last {len(edges.last)} rows in the order they were grown",
        len(edges.first) + len(edges.last), unit="share", slice=which, bound=f"≥ -{DISTINCT_BOUND:.0%}", alarm=alarm,
    )  # fmt: skip
