"""A folder of documents, or one of them, as chunks: every chunk a slice of its document, every document its own.

A chunk's key is made of its document's place in the folder, its headings and its text. So editing a document changes
that document's keys alone, and a new document changes no other. One document is in memory at a time. A file that cannot
be read costs a note, not the run; only where nothing at all can be read does reading fail.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, model_validator

from windrow.errors import SeedError
from windrow.flow.seeds.document_text import READABLE, document_text, read_document
from windrow.flow.seeds.extracted import Unreadable
from windrow.row import Chunk
from windrow.shapes import Options, Seed, SeedSource
from windrow.text.chunking import passages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from windrow.flow.seeds.document_text import Document
    from windrow.text.chunking import Measure
    from windrow.text.scrub import Scrubbed

MAX_WORDS = 400  # retrieval passages of 200 to 400 words: small enough to rank by, large enough to answer from


class Chunking(Options):
    """How documents are cut: the size of a passage in words or in characters, and the share repeated in the next."""

    max_words: int | None = Field(default=None, ge=20, le=5_000)
    """Words to a passage, at most. Default: 400, or as many characters in scripts without spaces."""
    max_chars: int | None = Field(default=None, ge=100, le=50_000)
    """Characters to a passage, at most, instead of words."""
    overlap: float = Field(default=0.125, ge=0, le=0.5)
    """The share of a passage that is repeated at the start of the next."""

    @model_validator(mode="after")
    def _one_measure(self) -> Chunking:
        if self.max_words is not None and self.max_chars is not None:
            msg = "give max_words or max_chars, not both"
            raise ValueError(msg)
        return self


class DocumentOptions(Options):
    """`path` is a file or a folder; `glob` picks files by their path in it (`*.md`, `policies/*`)."""

    path: str
    """A file or a folder."""
    glob: str | None = None
    """Takes only files whose path in the folder fits, such as `*.md` or `policies/*`."""
    chunk: Chunking = Field(default_factory=Chunking)
    """How documents are cut into passages."""
    max_megabytes: float = Field(default=20, gt=0)
    """A larger file is left out with a note."""


class DocumentSeeds(SeedSource):
    """Chunks of Markdown, text, HTML, PDF and Word documents."""

    name: ClassVar[str] = "documents"
    yields: ClassVar[str] = "chunk"
    options_type: ClassVar[type[Options]] = DocumentOptions
    options: DocumentOptions

    scrub: Callable[[str], Scrubbed] | None = None
    """What each text goes through before it is cut; offsets count in what comes of it. Set before `read`."""

    def read(self) -> Iterator[Seed]:
        """Every chunk of every document, in the order of the paths. `notes` says what was left out and why."""
        root = self._root()
        self.notes.clear()
        taken: dict[bytes, str] = {}
        readers: Counter[str] = Counter()
        for path, place in self._files(root):
            document = self._document(path, place)
            if document is None:
                continue
            self.notes += [f"{place}: {note}" for note in document.extracted.notes]
            digest = hashlib.sha256(document.text.encode()).digest()
            if digest in taken:
                self.notes.append(f"{place}: same text as {taken[digest]}; one of them is kept")
                continue
            taken[digest] = place
            readers[document.extracted.reader] += 1
            yield from self._chunks(document, place)
        self.notes += [_read_by(reader, count) for reader, count in sorted(readers.items()) if reader]
        if not taken:
            raise self._nothing()

    def text_of(self, source: str) -> str:
        """The text that the offsets of a chunk with this `source` count in. Raises SeedError."""
        root = self._root()
        within = PurePosixPath(source).relative_to(root.name)
        path = root / within if root.is_dir() else root
        try:
            text = document_text(path)
        except Unreadable as error:
            written = Path(self.options.path)
            where = written / within if root.is_dir() else written
            raise SeedError(f"cannot be read: {error}", where=str(where)) from error
        return text if self.scrub is None else self.scrub(text).text

    def _root(self) -> Path:
        root = self.base / Path(self.options.path).expanduser()
        if not root.exists():
            raise SeedError(
                "no such file or folder",
                where=self.options.path,
                remedy="paths start from the folder of the config file",
            )
        return root.resolve()

    def _files(self, root: Path) -> Iterator[tuple[Path, str]]:
        """(path, its place as rows cite it), sorted; hidden files and files of other kinds left out."""
        if root.is_file():
            yield root, root.name
            return
        other: Counter[str] = Counter()
        for path in _walk(root):
            place = path.relative_to(root).as_posix()
            if self._wanted(place):
                yield path, f"{root.name}/{place}"
            elif self.options.glob is None:
                other[path.suffix.lower() or "no ending"] += 1
        if other:
            kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(other.items()))
            self.notes.append(f"{root.name}: files of other kinds left out: {kinds}; read are {' '.join(READABLE)}")

    def _wanted(self, place: str) -> bool:
        pattern = self.options.glob
        if pattern is None:
            return place.lower().endswith(READABLE)
        return fnmatch(place, pattern) or fnmatch(place, pattern.removeprefix("**/"))

    def _document(self, path: Path, place: str) -> Document | None:
        try:
            document = read_document(path, most_bytes=int(self.options.max_megabytes * 1_000_000))
        except Unreadable as error:
            self.notes.append(f"{place}: skipped: {error}")
            return None
        return document if self.scrub is None else document.scrubbed(self.scrub)

    def _chunks(self, document: Document, place: str) -> Iterator[Seed]:
        cut = self.options.chunk
        measure: Measure = "words" if cut.max_chars is None else "chars"
        most = cut.max_words or cut.max_chars or MAX_WORDS
        seen: Counter[str] = Counter()
        found = passages(document.text, most=most, overlap=cut.overlap, measure=measure, start=document.body)
        for ordinal, passage in enumerate(found, start=1):
            text = document.text[passage.start : passage.end]
            section = document.section(passage.start, passage.end, passage.path)
            key = _key(place, document.title, section, text, str(seen[text]))
            seen[text] += 1
            chunk = Chunk(key[:16], text, place, passage.start, passage.end, document.title, section)
            yield Seed(key, chunk, f"{place}#chunk {ordinal}", place)

    def _nothing(self) -> SeedError:
        reasons = "; ".join(self.notes[:3])
        more = f"; and {len(self.notes) - 3} more" if len(self.notes) > 3 else ""  # noqa: PLR2004 - three are enough
        kinds = self.options.glob or " ".join(READABLE)
        return SeedError(
            f"no readable document: {reasons}{more}" if reasons else "no readable document in it",
            where=self.options.path,
            remedy=f"put files matching {kinds} there, UTF-8 encoded",
        )


def _walk(root: Path) -> Iterator[Path]:
    """Files below `root` in path order; each real folder is entered once, however many links lead to it."""
    entered: set[tuple[int, int]] = set()
    for folder, subfolders, names in os.walk(root, followlinks=True):
        status = Path(folder).stat()
        if (status.st_dev, status.st_ino) in entered:
            subfolders.clear()
            continue
        entered.add((status.st_dev, status.st_ino))
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            if not name.startswith(".") and path.is_file():
                yield path


def _read_by(reader: str, count: int) -> str:
    files = "file was" if count == 1 else "files were"
    return f"{count} {files} read by {reader}: another version of it may find other text, which is then other chunks"


def _key(*parts: str) -> str:
    """Forty hex digits over `parts`; their lengths keep two different lists from looking alike."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()[:40]
