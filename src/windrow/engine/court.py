"""The judges of one stage: who hears rows as they come, what they said, and whether any of them can go on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec.structs import replace

from windrow.engine.bench import SPOKEN, Sitting
from windrow.engine.hearing import Hearings
from windrow.engine.together import together_of
from windrow.row import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from windrow.engine.asker import Desk
    from windrow.engine.bench import Bench
    from windrow.engine.cast import Cast
    from windrow.engine.hearing import Heard
    from windrow.engine.lane import Lane
    from windrow.engine.ruling import Rulings
    from windrow.events import Listener
    from windrow.ledger.base import Ledger
    from windrow.row import Row

DRIFT = "judge_drift"
Place: TypeAlias = "tuple[int, int]"
"""Of a row in its stage: the turn of its item, and its number there."""


@dataclass
class Tally:
    """What one judge said, in figures."""

    passed: int = 0
    failed: int = 0
    unscored: Counter[str] = field(default_factory=Counter)

    def add(self, verdict: Verdict) -> None:
        """Count one verdict."""
        if verdict.outcome == "unscored":
            self.unscored[verdict.reason] += 1
        else:
            self.passed += verdict.outcome == "pass"
            self.failed += verdict.outcome == "fail"

    def exchange(self, verdict: Verdict, other: Verdict) -> None:
        """Count `other` in place of `verdict`, which was counted before."""
        self.passed -= verdict.outcome == "pass"
        self.failed -= verdict.outcome == "fail"
        if verdict.outcome == "unscored":
            self.unscored -= Counter([verdict.reason])
        self.add(other)

    def told(self) -> dict[str, Any]:
        """As plain JSON."""
        judged = self.passed + self.failed
        candidates = judged + self.unscored.total()
        return {
            "candidates": candidates,
            "judged": judged,
            "passed": self.passed,
            "failed": self.failed,
            "unscored": dict(self.unscored),
        }


class Court:
    """The judges of a stage. `chain` are those that hear each row as it comes; `together` is how the last of them
    decides of rows together, where it does."""

    def __init__(
        self,
        benches: Sequence[Bench],
        *,
        cast: Cast,
        lanes: Mapping[int, Lane],
        ledger: Ledger,
        listener: Listener,
        woken: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self.sittings = {
            bench.name: Sitting(bench, cast=cast, lanes=lanes, ledger=ledger, listener=listener, fell_silent=woken)
            for bench in benches
        }
        self.together = together_of(benches[-1]) if benches else None
        self.waits_for = benches[-1].name if self.together else ""
        late = self.waits_for if self.together and not self.together.hears else ""
        self.chain = [sitting for name, sitting in self.sittings.items() if name != late]
        self.hearings = Hearings(woken)
        self._benches = benches
        self.decider = self.together
        self.tallies = {name: Tally() for name in self.sittings}
        self._again: list[str] = []

    @property
    def stopped(self) -> str:
        """Why the stage cannot go on, or ''."""
        return "judge_drift" if self.drifted else "judge_silent" if self.silent else ""

    @property
    def drifted(self) -> list[Sitting]:
        """The judges that are not what they were any more."""
        return [sitting for sitting in self.sittings.values() if sitting.riders.alarm is not None]

    @property
    def silent(self) -> list[Sitting]:
        """The judges that say nothing any more."""
        return [sitting for sitting in self.sittings.values() if sitting.silent]

    def silence(self) -> Verdict:
        """What is said of rows that nobody can be asked about any more."""
        return self.silent[0].nothing_said()

    @property
    def desks(self) -> list[Desk]:
        """Where the judges ask."""
        return [sitting.desk for sitting in self.sittings.values()]

    def call(self, rows: Sequence[Row]) -> None:
        """Let the chain hear the rows of the next item."""
        self.hearings.open(rows, self.chain)

    def judge_each(self) -> None:
        """From now on the judge that waited hears each row as it comes."""
        self.chain = list(self.sittings.values())
        self.together, self.waits_for = None, ""

    def count(self, turn: int, rows: Iterable[Row]) -> bool:
        """Take note of what was said of an item's rows. Whether a judge had nothing to say of one of them."""
        unheard = False
        for index, row in enumerate(rows):
            for verdict in row.verdicts:
                if verdict.kind == "judge" and verdict.by in self.sittings:
                    self.count_one(row, verdict, (turn, index))
                    unheard = unheard or verdict.outcome == "unscored"
        return unheard

    def count_one(self, row: Row, verdict: Verdict, place: Place) -> None:
        """Take note of one verdict. What is no verdict is asked for anew by the next run."""
        self.tallies[verdict.by].add(verdict)
        sitting = self.sittings[verdict.by]
        sitting.count(verdict)
        sitting.riders.judged(*place)
        if verdict.outcome == "unscored" and verdict.reason not in SPOKEN:
            self.ask_again(sitting.item_of(row))

    def observe(self, heard: Heard) -> None:
        """Take note of what was said of anchors, after the rows that they rode with."""
        for sitting, anchor, verdict in heard.anchors:
            sitting.riders.observe(anchor, verdict)
            if sitting.riders.alarm is not None and sitting.sits():
                sitting.falls_silent(DRIFT)

    def make_stale(self, stage: str, rulings: Rulings) -> None:
        """The verdicts of a judge that drifted, since it was last known to be what it was, are none any more: the rows
        are unscored, and the next run asks for just those."""
        for sitting in self.drifted:
            places = sitting.riders.stale()
            for stored in self._ledger.rows(stage=stage):
                if (stored.seq, stored.index) in places:
                    rulings.restate(stored, self._without(stored.row, sitting), "quarantined")
                    self.ask_again(sitting.item_of(stored.row))
            for anchor, turn in sitting.riders.stale_anchors():
                self.ask_again(sitting.item_of(anchor.row, turn))

    def _without(self, row: Row, sitting: Sitting) -> Row:
        """The row, with a verdict that is none in place of the one that is stale."""
        why = f"{sitting.riders.alarm}; the next run asks again"
        none = Verdict(sitting.name, "unscored", DRIFT, why, kind="judge")
        kept = []
        for one in row.verdicts:
            stale = one.kind == "judge" and one.by == sitting.name
            if stale:
                self.tallies[sitting.name].exchange(one, none)
            kept.append(none if stale else one)
        return replace(row, verdicts=tuple(kept))

    def ask_again(self, item: str) -> None:
        """Let the next run ask for `item` anew."""
        self._again.append(item)

    def close(self, stage: str) -> None:
        """The stage is over: say what was said. What was unscored is forgotten, so that the next run asks for it."""
        self._ledger.forget(self._again)
        for bench in self._benches:
            told = self.tallies[bench.name].told()
            told["answered_as"] = sorted(self.sittings[bench.name].answered_as)
            if self.decider is not None and bench is self._benches[-1]:
                told |= self.decider.told()
            self._ledger.note("judged", stage=stage, judge=bench.name, mode=bench.mode, **told)
            if drift := self.sittings[bench.name].riders.told():
                self._ledger.note("judge_drift", stage=stage, judge=bench.name, **drift)
