"""How often drafts and answers decline, by class of prompt; and whether that is within bounds.

A rate is out of bounds only where chance would hardly put it there: the lower end of its 95 % Wilson interval lies
above the bound. What an answer's last word is counts: the last revision, or the draft where no revision came.
"""

from __future__ import annotations

from collections import Counter
from math import sqrt
from typing import TYPE_CHECKING

from windrow.flow.recipes.constitution.principles import CLASSES
from windrow.shapes import Audit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from windrow.flow.recipes.constitution.principles import PromptClass
    from windrow.row import Row
    from windrow.text.conduct import Target

TITLE = "How often drafts and answers decline"
COLUMNS = ("class", "should", "prompts", "drafts that decline", "of them in part", "answers that decline",
           "of them in part")  # fmt: skip
Z = 1.96


def audit(rows: Iterable[Row], targets: Mapping[PromptClass, Target], over: float, under: float) -> Audit:
    """The table over all rows of a stage, and what is out of bounds."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        told = row.lineage.extra
        if row.kind == "sft" and "refusal" in told:  # the pair of an item says the same again
            for what in ("draft", "final"):
                counted[told["class"], what, told["refusal"][what]] += 1
    faults: list[str] = []
    remarks: list[str] = []
    for what, target, most in (("declines", "comply", over), ("helps", "refuse", under)):
        kinds = [kind for kind in CLASSES if targets[kind] == target]
        for place, said in (("draft", remarks), ("final", faults)):
            wrong, total = _wrong(counted, kinds, place, target)
            if total and wilson_lower(wrong, total) > most:
                said.append(_sentence(place, what, wrong, total, most))
    return Audit(
        TITLE, COLUMNS, tuple(_line(counted, kind, targets[kind]) for kind in CLASSES), tuple(faults), tuple(remarks)
    )


def wilson_lower(hits: int, total: int) -> float:
    """The lower end of the 95 % interval of a share (Wilson 1927)."""
    share = hits / total
    centre = share + Z * Z / (2 * total)
    return (centre - Z * sqrt(share * (1 - share) / total + Z * Z / (4 * total * total))) / (1 + Z * Z / total)


def _wrong(
    counted: Counter[tuple[str, str, str]], kinds: list[PromptClass], place: str, target: str
) -> tuple[int, int]:
    total = sum(count for (kind, what, _), count in counted.items() if kind in kinds and what == place)
    helped = sum(counted[kind, place, "none"] for kind in kinds)
    return (total - helped if target == "comply" else helped), total


def _sentence(place: str, what: str, wrong: int, total: int, most: float) -> str:
    who = "the student" if place == "draft" else "the last answer"
    prompts = "safe" if what == "declines" else "harmful"
    name = "over-refusal" if what == "declines" else "under-refusal"
    share = f"{wrong / total:.1%}; at most {most:.0%} is wanted"
    return f"{name}: {who} {what} on {wrong} of {total} {prompts} prompts ({share})"


def _line(counted: Counter[tuple[str, str, str]], kind: str, target: str) -> tuple[object, ...]:
    cells: list[object] = [kind, target, sum(counted[kind, "draft", label] for label in ("none", "partial", "full"))]
    for place in ("draft", "final"):
        partial, full = counted[kind, place, "partial"], counted[kind, place, "full"]
        cells += [partial + full, partial]
    return tuple(cells)
