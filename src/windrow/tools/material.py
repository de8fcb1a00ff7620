"""What a conversation has said up to a turn, in the forms in which an argument may be found in it.

A value is found where it stands in other clothes too: "1,250" for 1250, "March 3rd" for 2025-03-03, "ORD 1234" for
ORD-1234, "half past" never. What has not been said yet does not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windrow.text.content_words import content_words, same_word
from windrow.text.evidence import contains, core
from windrow.text.tokens import normalise, words
from windrow.tools.arguments import leaves, same
from windrow.tools.moments import Moments, first_day, moments, relative
from windrow.tools.quantities import Number, as_decimal, numbers, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from decimal import Decimal

    from windrow.tools.provenance import Source

MARKS = re.compile(r"[\W_]+")
SHORTEST_SQUEEZED = 4  # letters and digits: shorter texts must stand as they are
SHORTEST_ID = 3  # digits: "1042" of "ORD-1042" may be an id of its own
PART_OF_ID = re.compile(r"[^\W\d_][-_]?\Z")
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
MOMENT = re.compile(r"(\d{4})-(\d{2})-(\d{2})[t ](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})?")
CLOCK = re.compile(r"(\d{2}):(\d{2})(?::\d{2})?(?:z|[+-]\d{2}:?\d{2})?")
MONTH_YEAR = re.compile(r"(\d{1,2})/(\d{4}|\d{2})")


@dataclass(slots=True)
class Passage:
    """One message, or one schema, ready to be searched. `facts` are the values of a JSON result by their last key."""

    turn: int
    where: str
    source: Source
    text: str
    words: frozenset[str]
    numbers: frozenset[Decimal]
    moments: Moments
    texts: frozenset[str] = frozenset()
    facts: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, turn: int, where: str, source: Source, text: str, value: Any = None) -> Passage:  # noqa: ANN401 - JSON
        """The passage that says `text`, which is JSON with this `value` where that is not None."""
        plain = normalise(text)
        found = words(text)
        when = moments(plain)
        told = numbers(plain) if source == "user" else _apart(plain, when)
        said = {number for each in told for number in each.values} | spoken(found, plain)
        facts: dict[str, list[Any]] = {}
        for path, leaf in leaves(value):
            facts.setdefault(path.rpartition("/")[2], []).append(leaf)
        inner = [leaf for listed in facts.values() for leaf in listed]
        said |= {as_decimal(leaf) for leaf in inner if isinstance(leaf, int | float) and not isinstance(leaf, bool)}
        texts = frozenset(normalise(leaf) for leaf in inner if isinstance(leaf, str))
        return cls(turn, where, source, plain, frozenset(found), frozenset(said), when, texts, facts)


class Material:
    """Everything said so far. `today` is the day that the system, or else the first result, says it is."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self.today: date | None = None

    def add(self, turn: int, where: str, source: Source, text: str, value: Any = None) -> None:  # noqa: ANN401 - JSON
        """Take in a message (of turn -1 and below: what holds from the start)."""
        self.passages.append(Passage.of(turn, where, source, text, value))
        if self.today is None and source == "system":
            self.today = first_day(text)

    def before(self, turn: int) -> Iterator[Passage]:
        """The passages that were there when `turn` was written."""
        return (passage for passage in self.passages if passage.turn < turn)

    def number(self, value: float, turn: int) -> Passage | None:
        """Where a number was said."""
        wanted = as_decimal(value)
        return next((each for each in self.before(turn) if wanted in each.numbers), None)

    def text(self, value: str, turn: int) -> Passage | None:
        """Where a text was said: as it is, in other case or spacing, or as the same day or time."""
        plain = normalise(value)
        letters = MARKS.sub("", plain)
        apart = len(letters) >= SHORTEST_SQUEEZED and any(map(str.isdigit, letters))
        for passage in self.before(turn):
            if plain in passage.texts or contains(passage.text, value):
                return passage
            if apart and letters in MARKS.sub("", passage.text) and _squeezed(letters).search(passage.text):
                return passage
        return self.moment(plain, turn)

    def words_of(self, value: str, turn: int) -> Passage | None:
        """The one passage that has every word of a text of a few words, in whatever order."""
        wanted = words(value)
        found = (each for each in self.before(turn) if wanted and all(word in each.words for word in wanted))
        return next(found, None)

    def share(self, value: str, turn: int, source: Source | None = None) -> tuple[float, list[str]]:
        """The share of the words that carry a text's meaning that were said (by `source`, or by anyone), and those that
        were not."""
        wanted = content_words(value)
        heard = [passage for passage in self.before(turn) if source in (None, passage.source)]
        there = frozenset(word for passage in heard for word in passage.words | _pairs(passage.text))
        missing = [word for word in wanted if word not in there and not any(same_word(word, each) for each in there)]
        return (1 - len(missing) / len(wanted) if wanted else 1.0), missing

    def fact(self, name: str, value: Any, turn: int) -> Passage | None:  # noqa: ANN401 - JSON
        """The result that has `value` under the key `name`."""
        found = (each for each in self.before(turn) if any(same(value, fact) for fact in each.facts.get(name, ())))
        return next(found, None)

    def moment(self, plain: str, turn: int) -> Passage | None:
        """Where an ISO day, time or both (small letters) were said, in whatever way."""
        both = MOMENT.fullmatch(plain)
        if both:
            year, month, day, hour, minute = map(int, both.groups()[:5])
            found = self.day(year, month, day, turn)
            clock = self.clock(hour, minute, turn)
            return found and clock and (clock if found.source == "system" else found)
        whole = DAY.fullmatch(plain)
        if whole:
            return self.day(int(whole[1]), int(whole[2]), int(whole[3]), turn)
        time = CLOCK.fullmatch(plain)
        if time:
            return self.clock(int(time[1]), int(time[2]), turn)
        return None

    def day(self, year: int, month: int, day: int, turn: int) -> Passage | None:
        """Where a day was said, with or without its year, or relative to today."""
        years = {self.today.year, self.today.year + 1, self.today.year - 1} if self.today else {year}
        for passage in self.before(turn):
            for told_year, told_month, told_day in passage.moments.days:
                if (told_month, told_day) == (month, day) and (told_year == year or (not told_year and year in years)):
                    return passage
        if self.today is None:
            return None
        for passage in self.before(turn):
            if passage.source == "user" and any(
                (each.year, each.month, each.day) == (year, month, day) for each in relative(passage.text, self.today)
            ):
                return passage
        return None

    def clock(self, hour: int, minute: int, turn: int) -> Passage | None:
        """Where a time was said."""
        return next((each for each in self.before(turn) if (hour % 24, minute) in each.moments.times), None)


def _apart(plain: str, when: Moments) -> list[Number]:
    """The numbers of a result or of the system that are no part of a date, a time or an id: a timestamp must not make
    every small number known."""
    return [
        each
        for each in numbers(plain)
        if not any(start <= each.start < end for start, end in when.spans)
        and (each.end - each.start >= SHORTEST_ID or not PART_OF_ID.search(plain[: each.start]))
    ]


def _squeezed(letters: str) -> re.Pattern[str]:
    """`letters` with whatever marks or blanks between them, for ids, phone and card numbers."""
    return re.compile(r"(?<!\w)" + r"[\W_]{0,2}".join(map(re.escape, letters)) + r"(?!\w)")


def _pairs(text: str) -> frozenset[str]:
    """What `content_words` gives for scripts without spaces, which are no words of `words`."""
    return frozenset() if text.isascii() else frozenset(content_words(text))


def is_prose(text: str, least: int) -> bool:
    """Whether `text` has so many words that it may well be said in others."""
    return len(words(core(text))) >= least
