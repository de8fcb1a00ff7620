"""The quality of a run's accepted rows, beside the real rows that it grew from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windrow.errors import WindrowError
from windrow.flow import SEEDS
from windrow.flow.seeds.scrubbed import scrubbed
from windrow.quality.measure import Measuring
from windrow.row import Row
from windrow.run.exporting import chosen
from windrow.run.personal_data import finder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.ledger.base import StoredRow
    from windrow.run.folder import Run


def measuring(run: Run) -> Measuring:
    """A measurer that knows the run's row seeds, as far as they can still be read."""
    try:
        return Measuring(_real(run))
    except WindrowError as error:
        return Measuring(without_seeds=f"the seeds cannot be read: {error.what}")


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
