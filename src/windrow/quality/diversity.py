"""How varied the rows are: words, runs of words, and how near rows stand to each other and to the real seeds.

Figures that change with the number of texts are given for batches of one size, so that sets of different sizes can be
compared; the spread over the batches is the interval.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from windrow.quality.figure import Figure, not_evaluated
from windrow.quality.lexical import compression, distinct, mtld
from windrow.quality.sample import like_seeds
from windrow.quality.self_bleu import self_bleu
from windrow.quality.spread import batches, coverage, mean_interval, nearest, over_batches, vendi
from windrow.quality.vectors import NotPlaced, TfIdf, dense, place_enough
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from windrow.quality.sample import Sampled
    from windrow.quality.vectors import Space

T = TypeVar("T")
BATCH = 250  # rows
BLEU_WORDS = 500
FEWEST = 20  # rows: below, telling weights of words mean little, and loading the library takes longer than the run
FEWEST_SEEDS = 24
MTLD_WORDS = 50  # a text shorter than this has no MTLD worth the name; texts are joined up to it


def diversity(
    sample: Sequence[Sampled], seeds: Sequence[str], *, without_seeds: str = "", space: Space | None = None
) -> Iterator[Figure]:
    """Figures over a sample, in the order of its hashes; `seeds` are the real questions, as far as there are any, and
    `space` says how alike two texts are (TF-IDF)."""
    space = space or TfIdf()
    if len(sample) < 2:  # noqa: PLR2004 - one row is neither varied nor not
        yield not_evaluated("diversity", "diversity", "fewer than two rows")
        return
    for side in ("question", "answer"):
        texts = [getattr(row, side) for row in sample]
        yield from _lexical(f"{side}s", texts)
        yield from _spread(f"{side}s", texts, space)
    yield from _covered(like_seeds(sample), seeds, without_seeds, space)


def _lexical(side: str, texts: Sequence[str]) -> Iterator[Figure]:
    told = [words(text) for text in texts]
    size = f"per {min(BATCH, len(texts))} rows"
    for n in (1, 2, 3):
        yield _batched(f"distinct-{n} of {side}", told, partial(distinct, n=n), f"share of {n}-grams, {size}")
    openings = [text[:BLEU_WORDS] for text in told]
    how = f"BLEU-4 of each against the others, their first {BLEU_WORDS} words, {size}"
    yield _batched(f"self-BLEU of {side}", openings, self_bleu, how)
    yield _batched(f"compression ratio of {side}", texts, compression, f"bytes to a byte of zlib's, {size}")
    values = [value for value in (mtld(joined) for joined in _joined(told)) if value is not None]
    name = f"MTLD of {side}"
    if values:
        mean, low, high = mean_interval(values)
        yield Figure(name, "diversity", mean, "mean over texts (0.72)", len(values), unit="words", low=low, high=high)
    else:
        yield not_evaluated(name, "diversity", f"the texts hold fewer than {MTLD_WORDS} words in all")


def _spread(side: str, texts: Sequence[str], space: Space) -> Iterator[Figure]:
    names = f"Vendi score of {side}", f"nearest neighbour of {side}"
    try:
        placed = place_enough(space, texts, FEWEST)
    except NotPlaced as why:
        yield from (not_evaluated(name, "diversity", str(why)) for name in names)
        return
    size = min(BATCH, len(placed))
    scores = [vendi(dense(some @ some.T)) for some in _slices(placed.matrix, size)]
    mean, low, high = over_batches(scores)
    yield Figure(
        names[0], "diversity", mean, f"effective number of different ones in {size} rows, {space.name}",
        size * len(scores), unit="rows", low=low, high=high, detail=placed.detail,
    )  # fmt: skip
    mean, low, high = mean_interval(nearest(placed.matrix))
    how = f"mean cosine, {space.name}"
    yield Figure(names[1], "diversity", mean, how, len(placed), low=low, high=high, detail=placed.detail)


def _covered(questions: Sequence[str], seeds: Sequence[str], without: str, space: Space) -> Iterator[Figure]:
    """What of the real seeds the questions cover, by clusters of the seeds."""
    names = "seed clusters covered", "evenness over seed clusters", "rows in the fullest seed cluster"
    why = without or ("" if len(seeds) >= FEWEST_SEEDS else f"fewer than {FEWEST_SEEDS} real questions to compare with")
    why = why or (f"fewer than {FEWEST} rows that documents did not give" if len(questions) < FEWEST else "")
    found = None
    try:
        found = None if why else coverage(seeds, questions, space=space)
    except NotPlaced as error:
        why = str(error)
    if found is None:
        yield from (not_evaluated(name, "diversity", why) for name in names)
        return
    how = f"k-means of {found.real} seeds, {found.clusters} clusters, {space.name}"
    values = (found.covered, "share"), (found.entropy, ""), (found.largest, "share")
    for name, (value, unit) in zip(names, values, strict=True):
        yield Figure(name, "diversity", value, how, found.made, unit=unit, detail=found.detail)


def _batched(name: str, texts: Sequence[T], measure: Callable[[Sequence[T]], float | None], how: str) -> Figure:
    measured = [(value, len(some)) for some in batches(texts, BATCH) if (value := measure(some)) is not None]
    if not measured:
        return not_evaluated(name, "diversity", "the texts are too short")
    mean, low, high = over_batches([value for value, _ in measured])
    return Figure(name, "diversity", mean, how, sum(size for _, size in measured), low=low, high=high)


def _slices(vectors: Any, size: int) -> Iterator[Any]:  # noqa: ANN401 - a matrix
    for places in batches(range(vectors.shape[0]), size):
        yield vectors[places[0] : places[-1] + 1]


def _joined(told: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """Texts, short ones put together until they are long enough."""
    some: list[str] = []
    for text in told:
        some += text
        if len(some) >= MTLD_WORDS:
            yield some
            some = []
