"""What judges said of the rows: how many they scored, how many passed, who they were, and how far each can be believed.

Counted over every row that met a judge, refused ones too, one at a time. A verdict that is unscored is in no rate: it
is told apart, by what went wrong. Everything follows from the ledger and the calibration files.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from windrow.report.aspects import Coverage, Told
from windrow.report.costs import asked, cost
from windrow.report.heard import BY_SAMPLE, NOT_APPLICABLE, Heard
from windrow.report.trust import Seat, check_due, drifted, trusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from windrow.ledger.base import CallTotals, StoredEvent, StoredRow
    from windrow.report.heard import Signature
    from windrow.report.prices import Prices
    from windrow.row import Verdict

ANSWERED = ("pass", "fail")
ASKED_AS = "judge/"  # how the labels of judges' calls begin
COUNTED = ("stage", "judge", "candidates", "judged", "passed", "failed", "unscored", "answered_as")


class Judging:
    """All judges of a run; `seats` are those that its plan names."""

    def __init__(self, seats: Mapping[str, Seat], events: Iterable[StoredEvent]) -> None:
        self._seats = dict(seats)
        self._heard: dict[tuple[str, str], Heard] = {}
        self._names: dict[tuple[str, str], set[str]] = {}
        self._told: dict[tuple[str, str, bool, Signature], Told] = {}
        self._coverage = Coverage()
        self._unscored: Counter[tuple[str, str, str]] = Counter()
        self._noted: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        self._drifts: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        self._last: dict[tuple[str, str], date] = {}
        kept = {"judged": self._noted, "judge_drift": self._drifts}
        for event in events:
            if event.kind in kept:
                place = str(event.data.get("stage", "")), str(event.data.get("judge", ""))
                kept[event.kind].setdefault(place, []).append(event.data)
                self._last[place] = datetime.fromtimestamp(event.at, tz=UTC).date()

    def add(self, stored: StoredRow) -> None:
        """Count one row, of whatever status."""
        told = [self._add(stored.stage, verdict) for verdict in stored.row.verdicts if verdict.kind == "judge"]
        if stored.status == "accepted":
            self._coverage.add(stored.stage, told)
        elif stored.status == "quarantined" and told:
            refusal = stored.row.failed
            if refusal is not None and refusal.kind == "judge":
                self._unscored[stored.stage, refusal.by, refusal.reason] += 1

    def _add(self, stage: str, verdict: Verdict) -> Told:
        place = stage, verdict.by
        heard = self._heard.get(place)
        if heard is None:
            heard = self._heard[place] = Heard()
        said = heard.add(verdict)
        if verdict.reason == BY_SAMPLE:
            return Told(verdict.by, frozenset(), frozenset())
        spoke = verdict.outcome in ANSWERED and verdict.reason != NOT_APPLICABLE
        key = stage, verdict.by, spoke, said
        told = self._told.get(key)
        if told is None:
            of, parts = self._seat(verdict.by).asks, {name for each, _, _ in said for name in _names(each)}
            answered = {name for each, answer, _ in said if answer in ANSWERED for name in _names(each)}
            if spoke and not of & parts:
                answered |= of  # a judge whose criteria are not named for what they are parts of answers as a whole
            asked = of | parts
            self._names.setdefault(place, set()).update(asked)
            told = self._told[key] = Told(verdict.by, asked, frozenset(answered))
        return told

    def told(self, calls: Sequence[CallTotals], prices: Prices) -> dict[str, Any]:
        """The figures as plain JSON, to be added to the report."""
        places = dict.fromkeys([*self._noted, *self._heard])
        about: dict[str, set[str]] = {}
        for stage, judge in places:
            about.setdefault(stage, set()).update(self._names.get((stage, judge), self._seat(judge).asks))
        return {
            "evaluated": self._coverage.evaluated(),
            "not_evaluated": self._coverage.not_evaluated({stage: frozenset(names) for stage, names in about.items()}),
            "judges": [self._judge(*place) for place in places],
            "unscored": [
                {"stage": stage, "judge": judge, "reason": reason, "rows": rows}
                for (stage, judge, reason), rows in self._unscored.most_common()
            ],
            **apart(dict.fromkeys([*self._seats, *(judge for _, judge in places)]), calls, prices),
        }

    def _judge(self, stage: str, judge: str) -> dict[str, Any]:
        place = stage, judge
        seat = self._seat(judge)
        heard = self._heard.get(place, Heard())
        counts = heard.judged - heard.failed, heard.failed
        answered_as = [name for told in self._noted.get(place, ())[-1:] for name in told.get("answered_as", ())]
        drift = drifted(self._drifts.get(place, ()))
        judgments = sum(each.judged for (_, name), each in self._heard.items() if name == judge)
        return {
            "stage": stage,
            "judge": judge,
            "asks": sorted(seat.asks),
            **_noted(self._noted.get(place, ())),
            **heard.told(),
            "answered_as": answered_as,
            "calibration": trusted(seat, heard.identities, counts, heard.thresholds, answered_as),
            "drift": drift,
            "check_due": check_due(seat, self._last.get(place), judgments, drift),
        }

    def _seat(self, judge: str) -> Seat:
        return self._seats.get(judge) or Seat(frozenset({judge}))


def apart(judges: Iterable[str], calls: Sequence[CallTotals], prices: Prices) -> dict[str, Any]:
    """What each judge asked of which models, and what growing and judging cost; over the life of the run folder."""
    by: dict[str, list[CallTotals]] = {name: [] for name in judges}
    growing: list[CallTotals] = []
    for total in calls:
        by.get(judge_of(total.label), growing).append(total)
    spent = {name: asked(totals, prices) for name, totals in by.items()}
    return {
        "judge_calls": [
            {"judge": name, "calls": sum(model["calls"] for model in models), "models": models, "cost": cost(models)}
            for name, models in spent.items()
        ],
        "cost_by": {
            "growing": cost(asked(growing, prices)),
            "judging": cost(asked([total for totals in by.values() for total in totals], prices)),
        },
    }


def judge_of(label: str) -> str:
    """The judge that asked under a label of the ledger, or ''."""
    return label[len(ASKED_AS) :].rpartition("/")[0] if label.startswith(ASKED_AS) else ""


def _names(criterion: str) -> tuple[str, str]:
    """What a criterion may be known by: all of its id, and its own part of an evaluator's (`summary_quality.tone`)."""
    return criterion, criterion.rpartition(".")[2]


def _noted(told: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the stage noted of the judge: how it was asked, of how many candidates, and what was decided."""
    if not told:
        return {"mode": None, "candidates": None, "decided": {}}
    last = told[-1]
    heard = last.get("candidates")
    return {
        "mode": last.get("mode"),
        "candidates": None if heard is None else heard + (last.get("unjudged") or 0),
        "decided": {key: value for key, value in last.items() if key not in (*COUNTED, "mode") and value is not None},
    }
