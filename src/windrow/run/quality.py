"""The quality of a run's accepted rows, beside the real rows that it grew from.

With `embeddings:` in the plan, what is alike is what its model takes for alike. Its vectors are asked for at the end of
a run (`embed`), and no report ever asks: it reads what the ledger has.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from windrow.errors import WindrowError
from windrow.flow import SEEDS
from windrow.flow.seeds.scrubbed import scrubbed
from windrow.ledger.sqlite import SQLiteLedger
from windrow.quality import compare, diversity
from windrow.quality.measure import Measuring
from windrow.quality.sample import Sample, comparable, like_seeds
from windrow.quality.vectors import Embedded, Space, available
from windrow.row import Row
from windrow.run.exporting import chosen
from windrow.run.folder import LEDGER, PREVIEW
from windrow.run.personal_data import finder
from windrow.teachers.vectors import key_of, read

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator, Sequence

    from windrow.engine.vectors import Embeddings
    from windrow.ledger.base import Ledger, StoredRow
    from windrow.run.folder import Run

EVENT = "embeddings"


def measuring(run: Run, space: Space | None) -> Measuring:
    """A measurer that knows the run's row seeds, as far as they can still be read."""
    try:
        return Measuring(_real(run), space=space)
    except WindrowError as error:
        return Measuring(without_seeds=f"the seeds cannot be read: {error.what}", space=space)


@contextmanager
def space_of(run: Run, ledger: Ledger) -> Iterator[Space | None]:
    """How alike texts are, by the vectors in the ledger; None where the plan names no model for them."""
    told, wanted = embedded(ledger), run.config.get("embeddings")
    if told is None:
        nobody = "no vector was asked for yet"
        yield None if wanted is None else Embedded(wanted["model"], lambda _: None, {}, nobody)
        return
    # A run takes over its preview's answers, and a preview its run's: they are in the ledger of who asked.
    place = (run.folder.parent if run.folder.name == PREVIEW else run.folder / PREVIEW) / LEDGER
    with ExitStack() as opened:
        ledgers = [ledger]
        if place.exists():
            ledgers.append(opened.enter_context(closing(SQLiteLedger.open(place, readonly=True))))
        find = partial(_find, ledgers, bytes.fromhex(told["identity"]))
        yield Embedded(told["model"], find, told["failed"], told["why"])


def _find(ledgers: Sequence[Ledger], identity: bytes, text: str) -> array[float] | None:
    key = key_of(identity, text)
    for ledger in ledgers:
        raw = ledger.find(key)
        if raw is not None:
            return read(raw).vector
    return None


async def embed(run: Run, ledger: Ledger, vectors: Embeddings) -> None:
    """Ask for the vectors that the figures of this run's rows need and the ledger has not; say how many there are."""
    texts = _texts(run, ledger)
    await vectors.fetch_all(texts)
    failures = list(vectors.missing(texts))
    ledger.note(
        EVENT,
        model=vectors.address,
        identity=vectors.identity.hex(),
        texts=len(texts),
        vectors=len(texts) - len(failures),
        failed=dict(sorted(Counter(failure.kind for failure in failures).items())),
        why=failures[-1].what if failures else "",
    )


def embedded(ledger: Ledger) -> dict[str, Any] | None:
    """What the run whose rows are read found when it asked for vectors, or None where it did not ask."""
    return next((event.data for event in ledger.events() if event.kind == EVENT), None)


def offered(rows: Iterator[StoredRow], quality: Measuring) -> Iterator[StoredRow]:
    """The same rows, while they are measured."""
    for stored in rows:
        quality.offer(stored.row, stored.split)
        yield stored


def _real(run: Run) -> Iterator[Row]:
    sources = [chosen(SEEDS, told, run.base).make() for told in run.config["seeds"]]
    find = finder(run.config.get("pii") or {})
    for source in sources if find is None else scrubbed(sources, find):
        try:
            if source.yields == "row":
                yield from (seed.payload for seed in source.read() if isinstance(seed.payload, Row))
        finally:
            source.close()


def _texts(run: Run, ledger: Ledger) -> list[str]:
    """What the figures compare: both sides of the sampled rows, and the real questions, each once. Nothing where rows
    are too few for a figure, or nobody could compute it."""
    rows, real = Sample(), Sample()
    for stored in ledger.rows(status="accepted"):
        rows.offer(stored.row)
    if len(rows) < diversity.FEWEST or not available():
        return []
    try:
        for seed in _real(run):
            real.offer(seed)
    except WindrowError:
        real = Sample()  # the report says that, and why
    some = comparable(rows)
    sides = [side for one in some for side in (one.question, one.answer)]
    if min(len(real), len(like_seeds(some))) >= compare.FEWEST:
        sides += [one.question for one in comparable(real)]
    return [text for text in dict.fromkeys(sides) if text.strip()]
