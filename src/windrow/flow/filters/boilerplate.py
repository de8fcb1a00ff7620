"""The same sentence in every answer is not a style but a tic, and a model learns it first.

Constitutional training is known for it: over-trained models answer everything with one stock phrase of concern. A row
is refused where a run of words of its answer already stands in too large a share of the answers kept before it. The
sentence that declines is left out: there are few ways to say no. What is counted are hashes of runs in two tables of
fixed size, so memory does not grow; two collisions at once, which is what a wrong refusal would take, are as rare as
one in a thousand million.
"""

from __future__ import annotations

from array import array
from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from pydantic import Field

from windrow.row import Verdict
from windrow.shapes import Filter, Options
from windrow.text.refusals import refusal
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from windrow.row import Row
    from windrow.shapes import Seed

SLOTS = 1 << 20  # counters in each of the two tables: 8 MiB in all
SHOWN = 120


class BoilerplateOptions(Options):
    """How long a run of words is, and in how many answers it may stand."""

    words: int = Field(default=8, ge=4, le=30)
    """Words in a run."""
    cap: float = Field(default=0.02, gt=0, le=1)
    """The largest share of the answers in which one run may stand."""
    at_least: int = Field(default=5, ge=1)
    """So many answers may share a run in any case."""


class Problem(NamedTuple):
    """A reason and a sentence."""

    reason: str
    detail: str


class Boilerplate(Filter):
    """Does the answer say what too many answers before it say, word for word?"""

    name: ClassVar[str] = "boilerplate"
    options_type: ClassVar[type[Options]] = BoilerplateOptions
    options: BoilerplateOptions

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:  # noqa: ARG002 - seeds are no answers of ours
        """Start afresh."""
        self._tables = (array("I", [0]) * SLOTS, array("I", [0]) * SLOTS)
        self._kept: Counter[str] = Counter()

    def admit(self, row: Row) -> Verdict:
        """Fails with the run that is said too often already."""
        allowed = max(self.options.at_least, int(self.options.cap * (self._kept[row.kind] + 1)))
        first, second = self._tables
        for run, (one, other) in self._runs(row).items():
            if min(first[one], second[other]) >= allowed:
                problem = Problem("boilerplate", f"{allowed} answers or more say it already: {run[:SHOWN]!r}")
                return Verdict(self.name, "fail", problem.reason, problem.detail, {"run": run[:SHOWN]}, kind="filter")
        return Verdict(self.name, "pass", kind="filter")

    def keep(self, row: Row) -> None:
        """The row has joined: each of its runs counts once."""
        self._kept[row.kind] += 1
        for table, slots in zip(self._tables, zip(*self._runs(row).values(), strict=True), strict=False):
            for slot in set(slots):
                table[slot] += 1

    def _runs(self, row: Row) -> dict[str, tuple[int, int]]:
        """Each run of the answer with its slots. Kinds are counted apart: an example and its pair share an answer."""
        answer, size = row.response, self.options.words
        declining = refusal(answer)
        found = words(f"{answer[: declining.start]} {answer[declining.end :]}")
        runs = (" ".join(found[at : at + size]) for at in range(len(found) - size + 1))
        return {run: _slots(f"{row.kind}\0{run}") for run in runs}


def _slots(text: str) -> tuple[int, int]:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest[:4], "big") % SLOTS, int.from_bytes(digest[4:], "big") % SLOTS
