"""Measures a run: the funnel with its reasons, what the accepted rows are like, what was verified, what it cost.

Everything is streamed, and everything but `timings` follows from the ledger alone: the same ledger gives the same
figures. What only a judge can say is named as not evaluated, unless `Judging` adds what judges said.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windrow.report.aspects import unjudged
from windrow.report.costs import asked, cost
from windrow.report.heard import BY_SAMPLE, NOT_APPLICABLE
from windrow.report.preferences import Preferences
from windrow.report.slices import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from windrow.ledger.base import CallTotals, StoredRow
    from windrow.report.prices import Prices
    from windrow.row import Row

SCHEMA = 1
BINS = 12  # of a histogram, at most
BY_PROGRAM = ("deterministic", "execution")
UNJUDGED = frozenset({BY_SAMPLE, NOT_APPLICABLE})  # passes of a judge who has said nothing of the row


@dataclass
class Accepted:
    """What accepted rows are like, counted one row at a time. Memory grows with distinct values, not with rows."""

    rows: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    origins: Counter[str] = field(default_factory=Counter)
    recipes: Counter[str] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)
    question_chars: Counter[int] = field(default_factory=Counter)
    response_chars: Counter[int] = field(default_factory=Counter)
    passed: Counter[tuple[str, str]] = field(default_factory=Counter)
    verified: Counter[str] = field(default_factory=Counter)
    confirmed: Counter[str] = field(default_factory=Counter)
    operators: Counter[str] = field(default_factory=Counter)
    preferences: Preferences = field(default_factory=Preferences)

    def add(self, row: Row, split: str) -> None:
        """Count one accepted row."""
        self.rows += 1
        self.kinds[row.kind] += 1
        self.origins[row.lineage.origin] += 1
        self.recipes[row.lineage.recipe] += 1
        self.splits[split or "not split"] += 1
        self.question_chars[len(row.question)] += 1
        self.response_chars[len(row.response)] += 1
        self.preferences.add(row)
        self.operators.update(row.lineage.operators)
        passes = [verdict for verdict in row.verdicts if verdict.outcome == "pass" and verdict.reason not in UNJUDGED]
        self.passed.update({(verdict.kind, verdict.by) for verdict in passes})
        self.verified.update({verdict.kind for verdict in passes})
        confirming = {verdict.by for verdict in passes if verdict.kind in BY_PROGRAM and verdict.evidence}
        self.confirmed.update(confirming | ({""} if confirming else set()))

    def told(self) -> dict[str, Any]:
        """The figures as plain JSON."""
        return {
            "kinds": _sorted(self.kinds),
            "origins": _sorted(self.origins),
            "recipes": _sorted(self.recipes),
            "splits": _sorted(self.splits),
            "operators": _sorted(self.operators),
            "question_chars": _spread(self.question_chars),
            "response_chars": _spread(self.response_chars),
            **({"preferences": told} if (told := self.preferences.told()) else {}),
        }

    def verification(self) -> dict[str, Any]:
        """Which share of the accepted rows passed something of each kind, and each check by name.

        `confirmed` is the share whose content a program found right: a check that passes with evidence says what it
        found (constraints met, spans located), one that found nothing to look at passes without.
        """
        return {
            "confirmed": _share(self.confirmed[""], self.rows),
            "confirmed_by": {by: _share(count, self.rows) for by, count in sorted(self.confirmed.items()) if by},
            "kinds": {kind: _share(count, self.rows) for kind, count in sorted(self.verified.items())},
            "checks": [
                {"by": by, "kind": kind, "rows": count, "share": _share(count, self.rows)}
                for (kind, by), count in sorted(self.passed.items())
            ],
        }


def measure(
    *,
    name: str,
    digest: str,
    accepted: Iterable[StoredRow],
    counts: Mapping[tuple[str, str], int],
    reasons: Sequence[tuple[str, str, str, int]],
    calls: Sequence[CallTotals],
    ended: Mapping[str, Mapping[str, Any]],
    prices: Prices,
) -> dict[str, Any]:
    """The report as plain JSON. `ended` maps a stage to its target and why it stopped."""
    like = Accepted()
    for stored in accepted:
        like.add(stored.row, stored.split)
    models = asked(calls, prices)
    return {
        "schema": SCHEMA,
        "name": name,
        "digest": digest,
        "rows": _funnel(counts),
        "stages": _stages(counts, reasons, ended),
        "accepted": like.told(),
        "verified": like.verification(),
        "not_evaluated": unjudged(),
        "models": models,
        "cost": cost(models),
    }


def _funnel(counts: Mapping[tuple[str, str], int]) -> dict[str, int]:
    by_status = {status: sum(n for (_, s), n in counts.items() if s == status) for status in STATUSES}
    return {"generated": sum(by_status.values()), **by_status}


def _stages(
    counts: Mapping[tuple[str, str], int],
    reasons: Sequence[tuple[str, str, str, int]],
    ended: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    stages = []
    for stage in dict.fromkeys([*ended, *(name for name, _ in counts)]):
        funnel = _funnel({key: count for key, count in counts.items() if key[0] == stage})
        end = ended.get(stage, {})
        judged = funnel["generated"] - funnel["pending"]
        stages.append(
            {
                "stage": stage,
                "target": end.get("target"),
                "ended": end.get("why", "not ended"),
                **funnel,
                "accepted_share": _share(funnel["accepted"], judged) if judged else None,
                "reasons": [
                    {"by": by, "reason": reason, "rows": rows} for name, by, reason, rows in reasons if name == stage
                ],
            }
        )
    return stages


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _sorted(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items()))


def _spread(lengths: Counter[int]) -> dict[str, Any] | None:
    """Least, mean, median, 95th percentile (nearest rank), most and a histogram; None of nothing."""
    total = lengths.total()
    if not total:
        return None
    return {
        "min": min(lengths),
        "mean": round(sum(length * n for length, n in lengths.items()) / total, 1),
        "median": _rank(lengths, (total + 1) // 2),
        "p95": _rank(lengths, -(-total * 95 // 100)),
        "max": max(lengths),
        "histogram": _histogram(lengths),
    }


def _histogram(lengths: Counter[int]) -> dict[str, Any]:
    """Rows by length, in bins of one round width from the first to the last, which is open: [from, rows]."""
    least, most = min(lengths), _rank(lengths, -(-lengths.total() * 95 // 100))
    width = next(width for width in _round_widths() if (most - least) // width < BINS - 1)
    first = least // width * width
    last = most // width * width
    rows: Counter[int] = Counter()
    for length, count in lengths.items():
        rows[min(length // width * width, last)] += count
    return {"width": width, "bins": [[start, rows[start]] for start in range(first, last + 1, width)]}


def _round_widths() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50 and so on."""
    return (factor * 10**power for power in itertools.count() for factor in (1, 2, 5))


def _rank(lengths: Counter[int], rank: int) -> int:
    seen = 0
    for length in sorted(lengths):
        seen += lengths[length]
        if seen >= rank:
            return length
    return max(lengths)
