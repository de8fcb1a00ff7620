"""The same example twice teaches nothing new, and weighs double; nearly the same, likewise.

A row is refused when an earlier one says the same but for case and spacing, or nearly the same: at least `threshold` of
the runs of three words in both rows together are shared, and as many in the questions alone (the instructions, where
an input stands apart). Candidates come from MinHash and are then compared exactly, so a refusal is never an estimate.
The first in item order stays. Rows that teach in different ways are no duplicates: one answer may be an example of its
own and the better side of a pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from windrow.row import Row, Verdict
from windrow.shapes import Filter, Options, Seed
from windrow.text.lookalikes import Digests, Lookalike, Lookalikes
from windrow.text.sides import asked, taught
from windrow.text.tokens import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


WAYS = {"preference", "unpaired", "prompt"}  # kinds that are no conversations to imitate: each is compared with its own


class DedupeOptions(Options):
    """What counts as the same. `on: prompt` lets every question stand once, whatever its answer; `near: false` keeps
    to exact duplicates; `seeds: false` lets rows repeat the seeds."""

    threshold: float = Field(default=0.8, ge=0.5, le=1.0)
    """Rows that share this much of their three-word runs are near-duplicates (Jaccard)."""
    near: bool = True
    """Whether near-duplicates are refused, or exact ones only."""
    on: Literal["row", "prompt"] = "row"
    """`row` compares question and answer; `prompt` lets every question stand once, whatever its answer."""
    seeds: bool = True
    """Whether a row may not repeat a seed either."""


@dataclass(slots=True)
class _Text:
    """What is compared of one row, computed once for `admit` and `keep`."""

    row: Row
    digest: bytes
    near: Lookalikes | None
    sides: tuple[str, str]
    _lookalike: Lookalike | None = None

    def lookalike(self, near: Lookalikes) -> Lookalike:
        """The row made ready for `near`."""
        if self._lookalike is None:
            self._lookalike = near.ready(*self.sides)
        return self._lookalike


class Dedupe(Filter):
    """Keeps the first of rows that say the same, or nearly the same."""

    name: ClassVar[str] = "dedupe"
    options_type: ClassVar[type[Options]] = DedupeOptions
    options: DedupeOptions

    _digests: Digests | None = None
    _folder: Path | None = None
    _latest: _Text | None = None

    def __init__(self, options: DedupeOptions, *, base: Path) -> None:
        super().__init__(options, base=base)
        self._near: dict[str, Lookalikes] = {}

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:
        """Start afresh in `folder`; the row seeds count as kept."""
        self.close()
        self._passed = Verdict(self.name, "pass", kind="filter")
        self._digests = Digests(folder / "dedupe-exact.sqlite")
        self._folder = folder
        if self.options.seeds:
            for seed in seeds:
                if isinstance(seed.payload, Row):
                    self.keep(seed.payload)

    def admit(self, row: Row) -> Verdict:
        """Fails with `duplicate` or `near_duplicate`, naming the row that came first."""
        text = self._text(row)
        first = self._exact.first(text.digest)
        if first is not None:
            return self._refused("duplicate", first, 1.0)
        if text.near is not None:
            for name, alike in text.near.find(text.lookalike(text.near)):
                return self._refused("near_duplicate", name, alike)
        return self._passed

    def keep(self, row: Row) -> None:
        """The row has joined."""
        text = self._text(row)
        name = row.id
        self._exact.add(text.digest, name)
        if text.near is not None:
            text.near.add(name, text.lookalike(text.near))

    def close(self) -> None:
        """Let go of the scratch files."""
        for index in (self._digests, *self._near.values()):
            if index is not None:
                index.close()
        self._near.clear()
        self._digests = self._latest = None

    @property
    def _exact(self) -> Digests:
        if self._digests is None:
            raise RuntimeError("open() comes before admit() and keep()")
        return self._digests

    def _refused(self, reason: str, first: str, alike: float) -> Verdict:
        detail = f"says {'the same' if reason == 'duplicate' else f'{alike:.0%} the same'} as row {first}"
        evidence = {"duplicate_of": first, "jaccard": round(alike, 4)}
        return Verdict(self.name, "fail", reason, detail, evidence, kind="filter")

    def _text(self, row: Row) -> _Text:
        if self._latest is not None and self._latest.row is row:
            return self._latest
        question = asked(row)
        answer = taught(row) if self.options.on == "row" else ""
        way = row.kind if row.kind in WAYS else ""
        content = normalise(f"{question} \0 {answer} \0 {way}")
        digest = blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        sides = _sides(row, question, answer) if self.options.on == "row" else (question, answer)
        self._latest = _Text(row, digest, self._near_of(way), sides)
        return self._latest

    def _near_of(self, way: str) -> Lookalikes | None:
        """What rows that teach in this way are compared with."""
        if self.options.near and way not in self._near and self._folder is not None:
            path = self._folder / f"dedupe-near{way and '-'}{way}.sqlite"
            self._near[way] = Lookalikes(path, threshold=self.options.threshold)
        return self._near.get(way)


def _sides(row: Row, question: str, answer: str) -> tuple[str, str]:
    """The two sides to compare. An input is material, as passages are: what is asked about it is the question, and two
    questions about one long text are two different rows."""
    instruction, given = row.reference.get("instruction"), row.reference.get("input")
    if isinstance(instruction, str) and instruction and isinstance(given, str) and given in question:
        return instruction, f"{given}\n{answer}" if given else answer
    return question, answer
