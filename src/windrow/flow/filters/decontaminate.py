"""No row may hold an item of an evaluation set: what a student has seen in training, its score no longer measures.

A row is refused where it says at least half the words of an item in runs of eight that both share, or the whole of a
shorter item. Passages that the row was given to answer from are material: what stands in them alone is named, and no
ground for a refusal. Paraphrases share no such runs; the item nearest to a row by its characters is therefore named in
the verdict where it is near, for the judge `same_question` or a reader to decide: no likeness alone proves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from windrow.errors import ConfigError
from windrow.row import Verdict
from windrow.shapes import Filter, Options
from windrow.text.char_index import CharIndex
from windrow.text.contamination import SHARE, Evaluation, Item
from windrow.text.evaluation_sets import sets
from windrow.text.sides import asked, seen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from windrow.row import Row
    from windrow.shapes import Seed

Share = Annotated[float, Field(gt=0, le=1)]


class DecontaminateOptions(Options):
    """Which evaluation sets, and how much of an item is too much."""

    against: Annotated[list[str], Field(min_length=1)] | str
    """Evaluation sets: files (`.jsonl`, `.json`, `.csv`, `.txt`, `.hashes.jsonl`) or folders of them."""
    column: str | None = None
    """The column that holds the question. Default: the first of the usual ones that is there."""
    share: Share = SHARE
    """A row that holds this share of an item's words, in runs of eight, is refused."""
    propose: Annotated[float, Field(ge=0, le=1)] = 0.2
    """A row at least this near to an item by its characters (cosine) has that item named in its verdict; 0 turns it
    off. A likeness decides nothing."""


class Decontaminate(Filter):
    """Does the row hold an item of an evaluation set?"""

    name: ClassVar[str] = "decontaminate"
    options_type: ClassVar[type[Options]] = DecontaminateOptions
    options: DecontaminateOptions

    _evaluation: Evaluation | None = None
    _index: CharIndex | None = None

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:
        """Read the evaluation sets. Raises ConfigError naming file and line."""
        del seeds, folder
        self._evaluation, texts, options = Evaluation(share=self.options.share), [], self.options
        for item in sets(options.against, self.base, column=options.column):
            if isinstance(item, Item):
                self._evaluation.add_hashed(item)
            elif self._evaluation.add(*item):
                texts.append(item)
        if not len(self._evaluation):
            raise ConfigError(
                "every item of the evaluation sets is too short to be told from chance",
                where=str(options.against),
                remedy="name the column that holds the whole question: column: …",
            )
        self._index = CharIndex(texts) if options.propose and texts else None

    def admit(self, row: Row) -> Verdict:
        """Fails with `contaminated`, naming the item and the share of it; names a near item in a pass."""
        if self._evaluation is None:
            raise RuntimeError("open() comes before admit()")
        held = self._evaluation.held_by(seen(row), (chunk.text for chunk in row.contexts))
        if held is not None and not held.material:
            detail = f"holds {held.share:.0%} of the words of {held.item}"
            return Verdict(self.name, "fail", "contaminated", detail, _told(held.item, share=held.share), kind="filter")
        evidence: dict[str, Any] = {} if held is None else {"in_passages": _told(held.item, share=held.share)}
        near = self._index.nearest(asked(row)) if self._index is not None else []
        if near and near[0].cosine >= self.options.propose:
            evidence["proposed"] = _told(near[0].name, cosine=near[0].cosine)
        return Verdict(self.name, "pass", evidence=evidence, kind="filter")

    def keep(self, row: Row) -> None:
        """Nothing is remembered of rows."""


def _told(item: str, **figures: float) -> dict[str, Any]:
    return {"item": item, **{name: round(figure, 4) for name, figure in figures.items()}}
