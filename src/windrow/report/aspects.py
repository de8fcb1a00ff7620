"""What only a judge can say of rows, by name, and of how many accepted rows one has said it.

Nothing is scored here: an aspect that no judge was asked about stays "not evaluated", and one that a judge was asked
about for some rows says of how many others nobody knows it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ASPECTS: Mapping[str, frozenset[str]] = {
    "task adherence": frozenset({"task_adherence", "task_completion", "prompt_adherence"}),
    "faithfulness": frozenset({"faithfulness", "groundedness"}),
    "helpfulness": frozenset({"is_helpful", "helpfulness"}),
    "safety": frozenset({"safety"}),
    "factual accuracy": frozenset({"factual_accuracy", "correctness", "truthfulness"}),
    "completeness": frozenset({"completeness"}),
    "tone": frozenset({"tone"}),
    "bias": frozenset({"bias_detection", "bias"}),
}
"""Each with the evaluators that ask about it, and what criteria that do are usually called."""

NOBODY = "no judge configured"
UNASKED = "no judge asks about it"
SAMPLED = "accepted by sample, not judged"
ELSEWHERE = "accepted where no judge asks about it"
NOTHING = "judged, and there was nothing to say about it"


@dataclass(frozen=True)
class Told:
    """What one judge was asked about one row, by names of rubric and criteria, and which of those it answered."""

    judge: str
    asked: frozenset[str]
    answered: frozenset[str]


@dataclass
class Coverage:
    """Which accepted rows were judged about what. Memory grows with what judges are asked about, not with rows."""

    rows: int = 0
    _alike: Counter[tuple[str, frozenset[Told]]] = field(default_factory=Counter)

    def add(self, stage: str, told: Iterable[Told]) -> None:
        """Count one accepted row of `stage`."""
        self.rows += 1
        self._alike[stage, frozenset(told)] += 1

    def evaluated(self) -> list[dict[str, Any]]:
        """The aspects that judges spoke of: by whom, and of how many accepted rows."""
        out = []
        for aspect, names in ASPECTS.items():
            by: Counter[str] = Counter()
            rows = 0
            for (_, told), count in self._alike.items():
                judges = {one.judge for one in told if one.answered & names}
                rows += count if judges else 0
                by.update(dict.fromkeys(judges, count))
            if rows:
                out.append({"what": aspect, "rows": rows, "of": self.rows, "by": dict(sorted(by.items()))})
        return out

    def not_evaluated(self, asked: Mapping[str, frozenset[str]]) -> list[dict[str, Any]]:
        """The aspects of which some accepted rows are not judged, with why. `asked` maps each stage to the names of
        what its judges ask about."""
        everything = frozenset().union(*asked.values())
        out: list[dict[str, Any]] = []
        for aspect, names in ASPECTS.items():
            if not everything & names:
                out.append({"what": aspect, "why": UNASKED})
                continue
            why: Counter[str] = Counter()
            for (stage, told), count in self._alike.items():
                if not any(one.answered & names for one in told):
                    why[_why(names, told, asked.get(stage, frozenset()))] += count
            out += [
                {"what": aspect, "why": reason, "rows": rows, "of": self.rows} for reason, rows in why.most_common()
            ]
        return out


def unjudged() -> list[dict[str, Any]]:
    """What nobody can know of a run without judges."""
    return [{"what": aspect, "why": NOBODY} for aspect in ASPECTS]


def _why(names: frozenset[str], told: frozenset[Told], asked: frozenset[str]) -> str:
    if any(one.asked & names for one in told):
        return NOTHING
    return SAMPLED if asked & names else ELSEWHERE
