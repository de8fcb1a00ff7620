"""Seeds without personal data: taken out when they are read, before anybody grows anything from them.

A row is numbered by itself. Documents are numbered together, in the order in which they are read, because passages of
several meet in one row; each is scrubbed before it is cut, so that offsets count in the text as rows hold it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from windrow.errors import WindrowError
from windrow.flow.seeds.documents import DocumentSeeds
from windrow.row import Chunk, Row
from windrow.shapes import Seed, SeedSource
from windrow.text.placeholders import Numbers, provisional
from windrow.text.scrub import Scrubbed, scrub
from windrow.text.scrub_json import Scrubber
from windrow.text.scrub_rows import scrubbed_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from windrow.text.scrub import Finder


def scrubbed(sources: Iterable[SeedSource], find: Finder) -> tuple[SeedSource, ...]:
    """The sources of one stage without personal data, one numbering for all their documents."""
    numbers = Numbers()
    return tuple(ScrubbedSeeds(source, find, numbers) for source in sources)


class ScrubbedSeeds(SeedSource):
    """Another source, its seeds without personal data. What is neither row nor chunk goes through as it is: the
    prompts and the rows made of it are scrubbed."""

    def __init__(self, source: SeedSource, find: Finder, numbers: Numbers) -> None:
        super().__init__(source.options, base=source.base)
        self.yields = source.yields  # type: ignore[misc] # this source's, not every one's
        self._source = source
        self._find = find
        self._numbers = numbers
        self._told = Scrubber(find.structured(), provisional)
        if isinstance(source, DocumentSeeds):
            source.scrub = self._document

    def read(self) -> Iterator[Seed]:
        """Every seed once; rows that only differed in what was taken out are one."""
        notes: list[str] = []
        seen: dict[str, str] = {}
        try:
            for given in self._source.read():
                seed = self._seed(given)
                if isinstance(seed.payload, Row) and seed.key in seen and seed is not given:
                    notes.append(f"{seed.source}: without personal data the same as {seen[seed.key]}; one is kept")
                    continue
                seen.setdefault(seed.key, seed.source)
                yield seed
        except WindrowError as error:
            error.what, error.where = self._told.text(error.what), self._told.text(error.where)
            raise
        finally:
            self.notes[:] = [*map(self._told.text, self._source.notes), *notes]

    def close(self) -> None:
        self._source.close()

    def _seed(self, seed: Seed) -> Seed:
        """`seed` itself where there is nothing to take out."""
        payload, key, told = seed.payload, seed.key, self._told.text
        if isinstance(payload, Row):
            payload = scrubbed_row(payload, self._find)
            key = payload.id if key == seed.payload.id else told(key)
        elif isinstance(payload, Chunk):
            payload = self._chunk(payload)
        family = key if seed.family == seed.key else told(seed.family)
        new = Seed(key, payload, told(seed.source), family)
        return seed if payload is seed.payload and new == seed else new

    def _chunk(self, chunk: Chunk) -> Chunk:
        """A passage; those of documents were scrubbed before they were cut, all but the name of their file."""
        text = self._document(chunk.text).text
        new = replace(
            chunk, text=text, end=chunk.end + len(text) - len(chunk.text), title=self._document(chunk.title).text,
            section=self._document(chunk.section).text, source=self._told.text(chunk.source),
        )  # fmt: skip
        return chunk if new == chunk else new

    def _document(self, text: str) -> Scrubbed:
        self._numbers.reserve(text)
        return scrub(text, self._find, self._numbers)
