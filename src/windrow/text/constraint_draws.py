"""Draws constraints that suit an answer: of its size, about its words, and able to stand beside those it has.

An answer of one word gets a form around it, prose gets counts near its own and words that it uses, a list gets what a
list can obey. So whoever answers the same task next can obey them without saying less or something else. The
sentences that state constraints are English; `suits` says where they belong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windrow.text import language
from windrow.text.constraint_conflicts import conflict
from windrow.text.constraint_layouts import FIGURES
from windrow.text.constraint_rules import BULLET, NUMBERED, occurrences
from windrow.text.constraints import describe
from windrow.text.content_words import content_words
from windrow.text.sentences import spans
from windrow.text.tokens import words

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping, Sequence

    from windrow.text.constraints import Entry

HOW_MANY = (1, 1, 2, 2, 2, 3, 3, 4, 5)
BARE_WORDS, BARE_LINES = 3, 4
PLAIN_WORD = re.compile(r"[a-z]{4,14}\Z")
STRUCTURED = re.compile(r"^\s*[{\[]|```|^\s*\|.*\|\s*$", re.MULTILINE)
STARTS = ("In short:", "To the point:", "Our answer:", "For the record:", "Result:", "Dear reader,", "As requested:")
ENDS = ("Thank you for asking.", "That is all for now.", "We hope this helps.", "Kind regards", "Over to you.",
        "This completes the answer.", "Until next time.")  # fmt: skip
UNWANTED = ("very", "really", "actually", "basically", "simply", "just", "obviously", "however", "unfortunately",
            "maybe", "perhaps", "please")  # fmt: skip
POSTSCRIPTS = ("P.S.", "PS:", "One more thing:")
MARKS = ("> ", ">> ", ":: ")
FIGURES_WITH_COMMAS = re.compile(r"\d,\d")
FOREIGN = 0.02  # of all characters: more that are not ASCII are another language's
MOST_SENTENCES, MOST_ITEMS = 8, 10
FEWEST_TO_CHOOSE, FEWEST_LETTERS, FEWEST_FOR_GAPS = 6, 8, 15
LONGEST_CASED = 90  # words: more in capital letters nobody would ask for


@dataclass(frozen=True, slots=True)
class Shape:
    """What an answer is like, as far as constraints care. `items` counts a list's entries, 0 for prose; `bare` is a
    label, a name, a number, or a few of them below each other: nothing but a form can be put around it."""

    text: str
    words: int
    sentences: int
    items: int
    longest: int
    plain: tuple[str, ...]
    bare: bool = False

    @property
    def prose(self) -> bool:
        """Sentences, and no list."""
        return not self.bare and not self.items


def shape_of(answer: str) -> Shape:
    """The shape of `answer`; of none, that of a usual paragraph."""
    if not answer.strip():
        return Shape("", 60, 4, 0, 20, ())
    found = [words(answer[start:end]) for start, end in spans(answer)]
    items = len(BULLET.findall(answer)) or len(NUMBERED.findall(answer))
    plain = tuple(word for word in content_words(answer) if PLAIN_WORD.match(word))
    longest = max(map(len, found), default=0)
    return Shape(answer, len(words(answer)), len(found), items, longest, plain, bare=_bare(answer))


def _bare(answer: str) -> bool:
    lines = [line for line in answer.splitlines() if line.strip()]
    first = len(words(lines[0])) <= BARE_WORDS and lines[0].rstrip()[-1] not in ".!?。！？"
    return first and len(words(answer)) <= BARE_WORDS * len(lines) + len(lines) and len(lines) <= BARE_LINES


def suits(instruction: str, answer: str) -> bool:
    """Whether English sentences may be put behind `instruction`, and a form around an `answer` like this one."""
    both = f"{instruction}\n{answer}"
    foreign = sum(not letter.isascii() for letter in both) > len(both) * FOREIGN
    return not foreign and language.guess(both) in ("en", "") and not STRUCTURED.search(answer)


def draw(like: Shape, held: Sequence[Entry], rng: random.Random, *, most: int, words_left: int) -> list[Entry]:
    """One to `most` constraints for an answer `like` this, none of them at odds with each other or with `held`, whose
    sentences have at most `words_left` words together; [] where none suits."""
    wanted = min(rng.choice(HOW_MANY), most)
    chosen: list[Entry] = []
    for name in rng.sample(sorted(MAKERS), len(MAKERS)):
        if len(chosen) >= wanted:
            break
        kwargs = MAKERS[name](like, rng)
        if kwargs is None:
            continue
        entry: Entry = {"id": name, "kwargs": kwargs}
        cost = len(words(describe(entry)))
        if cost <= words_left and not conflict([*held, *chosen, entry]):
            chosen.append(entry)
            words_left -= cost
    return chosen


def _n(least: int, most: int, rng: random.Random) -> dict[str, Any] | None:
    return {"n": rng.randint(least, most)} if 1 <= least <= most else None


def _up(value: float, step: int) -> int:
    return step * -(-int(value) // step)


def _words_min(like: Shape, rng: random.Random) -> dict[str, Any] | None:
    return _n(like.words // 2, max(like.words // 2, like.words * 3 // 4), rng) if not like.bare else None


def _words_max(like: Shape, rng: random.Random) -> dict[str, Any] | None:
    return {"n": _up(like.words * rng.uniform(1.2, 1.6) + 12, 5)} if not like.bare else None


def _chars_max(like: Shape, rng: random.Random) -> dict[str, Any] | None:
    size = len(like.text) or like.words * 6
    return {"n": _up(size * rng.uniform(1.3, 1.6) + 80, 50)} if not like.bare else None


def _sentences(like: Shape, rng: random.Random) -> dict[str, Any] | None:  # noqa: ARG001
    return {"n": like.sentences} if like.prose and 1 <= like.sentences <= MOST_SENTENCES else None


def _sentence_words_max(like: Shape, rng: random.Random) -> dict[str, Any] | None:
    return {"n": _up(like.longest + rng.randrange(2, 8), 5)} if like.prose else None


def _parts(most: int) -> Callable[[Shape, random.Random], dict[str, Any] | None]:
    def made(like: Shape, rng: random.Random) -> dict[str, Any] | None:
        return _n(2, min(most, like.sentences), rng) if like.prose else None

    return made


def _items(most: int) -> Callable[[Shape, random.Random], dict[str, Any] | None]:
    def made(like: Shape, rng: random.Random) -> dict[str, Any] | None:
        if like.items:
            return {"n": like.items} if like.items <= MOST_ITEMS else None
        return _n(2, min(most, like.sentences), rng) if like.prose else None

    return made


def _one_of(*texts: str, bare: bool = True) -> Callable[[Shape, random.Random], dict[str, Any] | None]:
    def made(like: Shape, rng: random.Random) -> dict[str, Any] | None:
        usable = [text for text in texts if not like.text.startswith(text) and not like.text.endswith(text)]
        return {"text": rng.choice(usable)} if usable and (bare or not like.bare) and not like.items else None

    return made


def _unless(*marks: str) -> Callable[[Shape, random.Random], dict[str, Any] | None]:
    def made(like: Shape, rng: random.Random) -> dict[str, Any] | None:  # noqa: ARG001
        return None if like.bare or any(mark in like.text for mark in marks) else {}

    return made


def _no_commas(like: Shape, rng: random.Random) -> dict[str, Any] | None:  # noqa: ARG001
    return None if like.bare or FIGURES_WITH_COMMAS.search(like.text) else {}


def _no_digits(like: Shape, rng: random.Random) -> dict[str, Any] | None:  # noqa: ARG001
    return None if like.bare or any(map(str.isdigit, like.text)) else {}


def _cased(changes: Callable[[str], str]) -> Callable[[Shape, random.Random], dict[str, Any] | None]:
    def made(like: Shape, rng: random.Random) -> dict[str, Any] | None:  # noqa: ARG001
        return {} if like.words <= LONGEST_CASED and changes(like.text) != like.text else None

    return made


def _quoted(like: Shape, rng: random.Random) -> dict[str, Any] | None:  # noqa: ARG001
    return None if like.items or any(mark in like.text for mark in '"“”') else {}


def _title(like: Shape, rng: random.Random) -> dict[str, Any] | None:  # noqa: ARG001
    return {} if "<<" not in like.text else None


def _word_times(like: Shape, rng: random.Random) -> dict[str, Any] | None:
    if not like.plain or like.bare:
        return None
    word = rng.choice(like.plain)
    return {"text": word, "n": occurrences(word, like.text)}


def _with_words(like: Shape, rng: random.Random) -> dict[str, Any] | None:
    few = len(like.plain) < FEWEST_TO_CHOOSE or like.bare
    return None if few else {"texts": rng.sample(like.plain, 2)}


def _without_word(like: Shape, rng: random.Random) -> dict[str, Any] | None:
    usable = [word for word in UNWANTED if not occurrences(word, like.text)]
    return {"text": rng.choice(usable)} if usable and not like.bare else None


def _letter_least(like: Shape, rng: random.Random) -> dict[str, Any] | None:
    letter = rng.choice("aeiostrn")
    found = like.text.casefold().count(letter)
    return {"text": letter, "n": found - found // 4} if found >= FEWEST_LETTERS and not like.bare else None


def _capital_words(like: Shape, rng: random.Random) -> dict[str, Any] | None:
    return _n(1, min(3, len(like.plain)), rng) if not like.bare else None


def _highlights(like: Shape, rng: random.Random) -> dict[str, Any] | None:
    return _n(1, 1 if like.bare else min(3, like.words), rng) if "*" not in like.text else None


def _placeholders(like: Shape, rng: random.Random) -> dict[str, Any] | None:
    letter = like.prose and like.words >= FEWEST_FOR_GAPS and "[" not in like.text
    return {"n": rng.randint(1, 2)} if letter else None


def _numbers_least(like: Shape, rng: random.Random) -> dict[str, Any] | None:
    return _n(1, min(3, len(FIGURES.findall(like.text))), rng) if not like.bare else None


def _question_last(like: Shape, rng: random.Random) -> dict[str, Any] | None:  # noqa: ARG001
    return {} if like.prose else None


MAKERS: Mapping[str, Callable[[Shape, random.Random], dict[str, Any] | None]] = {
    "words_min": _words_min, "words_max": _words_max, "chars_max": _chars_max, "sentences": _sentences,
    "sentence_words_max": _sentence_words_max, "paragraphs": _parts(3), "lines": _parts(5), "sections": _parts(3),
    "bullets": _items(5), "numbered": _items(5), "table": _items(4),
    "lowercase": _cased(str.lower), "uppercase": _cased(str.upper),
    "no_commas": _no_commas, "no_digits": _no_digits, "no_question_marks": _unless("?"),
    "no_exclamation_marks": _unless("!"), "starts_with": _one_of(*STARTS), "ends_with": _one_of(*ENDS, bare=False),
    "word_times": _word_times, "word_least": _word_times, "with_words": _with_words, "without_word": _without_word,
    "letter_least": _letter_least, "capital_words": _capital_words, "highlights": _highlights,
    "placeholders": _placeholders, "postscript": _one_of(*POSTSCRIPTS, bare=False), "question_last": _question_last,
    "line_marks": _one_of(*MARKS, bare=False), "numbers_least": _numbers_least, "title": _title, "quoted": _quoted,
}  # fmt: skip
