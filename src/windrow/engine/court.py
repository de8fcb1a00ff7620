"""The judges of one stage: who hears rows as they come, what they said, and whether any of them can go on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windrow.engine.bench import SPOKEN, Sitting
from windrow.engine.hearing import Hearings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from windrow.engine.asker import Desk
    from windrow.engine.bench import Bench
    from windrow.engine.cast import Cast
    from windrow.engine.lane import Lane
    from windrow.events import Listener
    from windrow.ledger.base import Ledger
    from windrow.row import Row, Verdict


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

    def told(self) -> dict[str, Any]:
        """As plain JSON."""
        judged = self.passed + self.failed
        return {"judged": judged, "passed": self.passed, "failed": self.failed, "unscored": dict(self.unscored)}


class Court:
    """The judges of a stage. `chain` are those that hear each row as it comes; `late` waits for rows together."""

    def __init__(
        self,
        benches: Sequence[Bench],
        late: str,
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
        self.chain = [sitting for name, sitting in self.sittings.items() if name != late]
        self.hearings = Hearings(woken)
        self.tallies = {name: Tally() for name in self.sittings}
        self._again: list[str] = []

    @property
    def stopped(self) -> str:
        """Why the stage cannot go on, or ''."""
        return "judge_silent" if self.silent else ""

    @property
    def silent(self) -> list[Sitting]:
        """The judges that say nothing any more."""
        return [sitting for sitting in self.sittings.values() if sitting.silent]

    @property
    def desks(self) -> list[Desk]:
        """Where the judges ask."""
        return [sitting.desk for sitting in self.sittings.values()]

    def call(self, rows: Sequence[Row]) -> None:
        """Let the chain hear the rows of the next item."""
        self.hearings.open(rows, self.chain)

    def count(self, rows: Iterable[Row]) -> bool:
        """Take note of what was said of rows, in their order. Whether a judge had nothing to say of one of them."""
        said = [(row, one) for row in rows for one in row.verdicts if one.kind == "judge" and one.by in self.sittings]
        for row, verdict in said:
            self.count_one(row, verdict)
        return any(verdict.outcome == "unscored" for _, verdict in said)

    def count_one(self, row: Row, verdict: Verdict) -> None:
        """Take note of one verdict. What is no verdict is asked for anew by the next run."""
        self.tallies[verdict.by].add(verdict)
        sitting = self.sittings[verdict.by]
        sitting.count(verdict)
        if verdict.outcome == "unscored" and verdict.reason not in SPOKEN:
            self._again.append(sitting.item_of(row))

    def close(self) -> None:
        """The stage is over: what was unscored is forgotten, so that the next run asks for it."""
        self._ledger.forget(self._again)
