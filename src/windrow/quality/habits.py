"""What a set betrays: which teacher wrote a row, and that its questions are not the real ones.

Teachers that a simple classifier tells apart leave a fingerprint, which the student inherits; made questions that it
tells from real ones are a distribution of their own. Both are compared where enough of each is there. The classifier
reads words, whatever model makes vectors: what it finds must be something that a reader can look for.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from windrow.quality.compare import FEWEST, Contrast, contrast
from windrow.quality.figure import Figure, not_evaluated
from windrow.quality.sample import like_seeds
from windrow.quality.spread import coverage
from windrow.quality.vectors import EXTRA, NotPlaced, TfIdf, available
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from windrow.quality.sample import Sampled
    from windrow.quality.vectors import Space

APART = 0.9  # area under the curve above which two sets are called different
LENGTH_TIMES = 2.0
DIVERGENCE = 0.3  # bits
HOW = "logistic regression on TF-IDF, out of fold; interval of Newcombe"


def fingerprints(sample: Sequence[Sampled]) -> Iterator[Figure]:
    """For each teacher with enough rows of a recipe: how surely its answers are told from those of the others there.
    Between recipes it is the tasks that differ."""
    compared = 0
    for recipe in sorted({row.recipe for row in sample}):
        by_teacher: dict[str, list[str]] = {}
        for row in sample:
            if row.recipe == recipe and len(row.models) == 1:  # a row of several models is nobody's own hand
                by_teacher.setdefault(row.models[0], []).append(row.answer)
        known = {name: answers for name, answers in sorted(by_teacher.items()) if len(answers) >= FEWEST}
        if len(known) > 1:
            compared += 1
            yield from _told_apart(known, recipe)
    if not compared:
        why = f"no recipe has two teachers with {FEWEST} rows of their own"
        yield not_evaluated("teachers told apart", "teachers", why)


def _told_apart(known: Mapping[str, list[str]], recipe: str) -> Iterator[Figure]:
    """Teachers with their answers, each against all others; of two only one, as the other is told apart as well."""
    name = "teachers told apart"
    if not available():
        yield not_evaluated(name, "teachers", EXTRA)
        return
    for teacher in list(known)[: 1 if len(known) == 2 else None]:  # noqa: PLR2004 - see above
        found = contrast(known[teacher], [text for other in known if other != teacher for text in known[other]])
        if found is not None:
            signs = ", ".join(f"“{sign}”" for sign in found.for_one)
            said = f"answers of {teacher} are known by {signs}"
            yield _apart(name, "teachers", found, f"models={teacher}, recipe={recipe}", said)


def mismatch(
    sample: Sequence[Sampled], seeds: Sequence[str], *, without_seeds: str = "", space: Space | None = None
) -> Iterator[Figure]:
    """How far the questions are from the real ones: a classifier, their length, their spread over clusters. Questions
    that were asked of documents need not be like them."""
    names = "made questions told from real ones", "length against real questions", "divergence over seed clusters"
    questions = like_seeds(sample)
    if min(len(seeds), len(questions)) < FEWEST:
        why = without_seeds or f"fewer than {FEWEST} questions, real or made (none asked of documents)"
        yield from (not_evaluated(name, "mismatch", why) for name in names)
        return
    yield _lengths(names[1], questions, seeds)
    yield _told_from(names[0], questions, seeds)
    yield _divergence(names[2], questions, seeds, space or TfIdf())


def _told_from(name: str, questions: Sequence[str], seeds: Sequence[str]) -> Figure:
    if not available():
        return not_evaluated(name, "mismatch", EXTRA)
    found = contrast(questions, seeds)
    if found is None:
        return not_evaluated(name, "mismatch", "nearly all of them are the real questions, word for word")
    signs = ", ".join(f"“{sign}”" for sign in found.for_one)
    return _apart(name, "mismatch", found, "", f"made questions are known by {signs}")


def _divergence(name: str, questions: Sequence[str], seeds: Sequence[str], space: Space) -> Figure:
    try:
        spread = coverage(seeds, questions, space=space)
    except NotPlaced as why:
        return not_evaluated(name, "mismatch", str(why))
    low, high = spread.divergence_interval()
    far = low > DIVERGENCE
    how = f"Jensen-Shannon over {spread.clusters} clusters of the seeds, {space.name}; bootstrap"
    return Figure(
        name, "mismatch", spread.divergence, how, spread.made, unit="bits", low=low, high=high, bound=f"≤ {DIVERGENCE}",
        detail=spread.detail, alarm="the questions lie elsewhere than the real ones" if far else "",
    )  # fmt: skip


def _apart(name: str, group: str, found: Contrast, which: str, said: str) -> Figure:
    return Figure(
        name, group, found.area, HOW, found.n, unit="AUC", low=found.low, high=found.high, slice=which,  # type: ignore[arg-type]
        bound=f"≤ {APART}", alarm=said if found.low > APART else "", detail=said,
    )  # fmt: skip


def _lengths(name: str, questions: Sequence[str], seeds: Sequence[str]) -> Figure:
    made, real = (median(len(words(text)) for text in texts) for texts in (questions, seeds))
    times = made / real if real else 0.0
    off = not 1 / LENGTH_TIMES <= times <= LENGTH_TIMES
    alarm = f"questions of {made:g} words, real ones of {real:g} (medians)" if off else ""
    return Figure(
        name, "mismatch", times, "median words, made over real", len(questions), unit="times",
        bound=f"{1 / LENGTH_TIMES:g} to {LENGTH_TIMES:g}", alarm=alarm,
    )  # fmt: skip
