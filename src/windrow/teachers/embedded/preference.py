"""The embedded answers for `preference`: a ladder from a right answer down, each rung with a flaw that code can name.

The right answer is the seed's own, in several dresses; below it stand a wrong result, a requirement ignored, an end cut
off, and padding. How long an answer is has nothing to do with its rung, so that length does not give the better away.
A judge's question is not answered here: a program has no taste.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.errors import AnswerFailure
from windrow.shapes import Answer
from windrow.teachers.embedded.preference_flaws import FLAWS, Known, is_right
from windrow.teachers.embedded.preference_wording import dressed

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

VERSION = 1
MODEL = "procedural"

# How often each rung is written; "" is the right answer.
RUNGS: Mapping[str, float] = {
    "": 0.5, "wrong_detail": 0.22, "ignored_requirement": 0.14, "incomplete": 0.09, "padded": 0.05
}  # fmt: skip


def answer(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """One rung of the ladder, by lot. Raises AnswerFailure(kind="unsupported") for a seed without an answer."""
    known = Known.of(variables)
    if not known.own:
        raise _unsupported("it answers only what the seed answers itself", known)
    (rung,) = rng.choices(list(RUNGS), list(RUNGS.values()))
    right = dressed(known, rng)
    if not rung:
        return Answer(right, MODEL)
    order = [rung, *(other for other in RUNGS if other not in (rung, ""))]
    return Answer(next((text for flaw in order if (text := FLAWS[flaw](right, known, rng))), right), MODEL)


def degrade(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """The given answer with the flaw that is asked for, or with another one where it has no place for that."""
    known = Known.of(variables)
    given = str(variables["answer"])
    order = [str(variables["flaw"]), *(flaw for flaw in FLAWS if flaw != variables["flaw"])]
    flawed = (FLAWS[flaw](given, known, rng) for flaw in order if flaw in FLAWS)
    found = next((text for text in flawed if text and not (is_right(text, known) and known.checkable)), "")
    if not found:
        raise _unsupported("no flaw was found that this answer could have", known)
    return Answer(found, MODEL)


def _unsupported(what: str, known: Known) -> AnswerFailure:
    return AnswerFailure(what, kind="unsupported", evidence=known.question[:500])
