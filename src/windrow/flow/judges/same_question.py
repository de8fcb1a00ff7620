"""Keeps evaluation items out that come in other words: what is near is looked up, and a model decides of that alone.

Tier two of decontamination, behind the filter `decontaminate`. A row that no item is near costs no call.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from msgspec.structs import replace
from pydantic import Field

from windrow import prompts
from windrow.errors import ConfigError
from windrow.evaluators.pointwise import PROMPTS
from windrow.evaluators.same_question import LABEL, fingerprint, same_question
from windrow.flow.judges.rubric import Role
from windrow.flow.judges.verdicts import NOT_APPLICABLE, verdict_of
from windrow.row import Verdict
from windrow.shapes import Judge, Options
from windrow.text.char_index import CharIndex
from windrow.text.contamination import Item
from windrow.text.evaluation_sets import sets
from windrow.text.sides import asked, taught

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from windrow.row import Row
    from windrow.shapes import Ask
    from windrow.text.char_index import Near

WORD = re.compile(r"[^\W_][\w'’-]*")
RARE = 3  # items, or one in a thousand: a number or name that no more of them have


class SameQuestionOptions(Options):
    """Which evaluation sets, and how many of their items are looked at."""

    against: Annotated[list[str], Field(min_length=1)] | str
    """Evaluation sets: files (`.jsonl`, `.json`, `.csv`, `.txt`) or folders of them. Of hashes nothing can be asked."""
    column: str | None = None
    """The column that holds the question. Default: the first of the usual ones that is there."""
    role: Role = "judge"
    """The role of `models:` that is asked."""
    top: Annotated[int, Field(ge=1, le=10)] = 3
    """How many of the nearest items the judge is shown, in one call."""
    near: Annotated[float, Field(ge=0, le=1)] = 0.15
    """Items less near than this by their characters (cosine) are not shown, unless they share a rare number or name
    with the row. A row that no item is near passes without a call."""


class SameQuestion(Judge):
    """Asks a model whether a row is one of the evaluation items nearest to it, in other words."""

    name: ClassVar[str] = "same_question"
    options_type: ClassVar[type[Options]] = SameQuestionOptions
    options: SameQuestionOptions

    def __init__(self, options: Options, *, base: Path) -> None:
        super().__init__(options, base=base)
        read = sets(self.options.against, base, column=self.options.column)
        self._items = dict(item for item in read if not isinstance(item, Item))
        if not self._items:
            raise ConfigError(
                "the evaluation sets are hashes alone, and a judge must read what it compares",
                where=str(self.options.against),
                remedy="name sets with their text, or leave it to the filter decontaminate",
            )
        self._index: CharIndex | None = None
        self._rare: Counter[str] = Counter()

    @property
    def roles(self) -> tuple[str, ...]:
        """The one role."""
        return (self.options.role,)

    @property
    def fingerprint(self) -> str:
        """Over wording and parser; which items it is shown is no part of it, like other material."""
        return fingerprint(prompts.load(PROMPTS / f"{LABEL}.md", name=f"judge/{LABEL}").digest)

    def prompts(self) -> Mapping[str, Path]:
        """The one template."""
        return {LABEL: PROMPTS / f"{LABEL}.md"}

    async def judge(self, row: Row, ask: Ask) -> Verdict:
        """Fails with `contaminated`, naming the item; unscored with what kept it from a verdict."""
        near = self._near(asked(row), taught(row))
        if not near:
            return Verdict(self.name, "pass", NOT_APPLICABLE, "no evaluation item is near", kind="judge")
        items = [self._items[one.name] for one in near]
        result = await same_question(asked(row), taught(row), items, ask, role=self.options.role)
        verdict = verdict_of(self.name, [result])
        said = [one.verdict for one in result.criteria] or ["unscored"] * len(near)
        told = [
            {"item": one.name, "cosine": round(one.cosine, 4), "verdict": what}
            for one, what in zip(near, said, strict=True)
        ]
        evidence: dict[str, Any] = {**verdict.evidence, "nearest": told}
        if verdict.outcome != "fail":
            return replace(verdict, evidence=evidence)
        found = near[said.index("fail")]
        detail = f"is {found.name} in other words: {result.reason}"
        evidence |= {"item": found.name, "cosine": round(found.cosine, 4)}
        return replace(verdict, reason="contaminated", detail=detail, evidence=evidence)

    def _near(self, question: str, answer: str) -> list[Near]:
        """The items to ask about, nearest first: those near what the row asks, or what it teaches."""
        if self._index is None:
            self._index = CharIndex(self._items.items())
            self._rare = Counter(mark for text in self._items.values() for mark in _marks(text))
        found: dict[str, Near] = {}
        for side in (question, answer):
            for one in self._index.nearest(side, self.options.top):
                if one.name not in found or found[one.name].cosine < one.cosine:
                    found[one.name] = one
        best = sorted(found.values(), key=lambda one: (-one.cosine, one.name))[: self.options.top]
        marks, most = _marks(f"{question}\n{answer}"), max(RARE, len(self._items) // 1000)
        return [
            one
            for one in best
            if one.cosine >= self.options.near
            or any(self._rare[mark] <= most for mark in marks & _marks(self._items[one.name]))
        ]


def _marks(text: str) -> set[str]:
    """The numbers of two digits and more, and the words that begin with a capital."""
    found = (word[0] for word in WORD.finditer(text))
    return {word.casefold() for word in found if len(word) > 1 and (word[0].isupper() or any(map(str.isdigit, word)))}
