"""Anchors among the rows of one judge, and what becomes of its verdicts when they say that it drifted.

Which anchor rides with which row depends on the rows' order alone. Each time around is asked anew: an answer that was
paid for before would show the judge as it was then.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.calibration.anchors import Anchor
    from windrow.calibration.drift import Alarm, DriftWatch
    from windrow.engine.bench import Bench
    from windrow.row import Verdict

TURN = "anchor"
PLACES = 2**20  # rows of one item


class Riders:
    """The anchors of one judge: who rides next, what was said of them, and which verdicts that leaves standing."""

    def __init__(self, bench: Bench) -> None:
        self._anchors = bench.anchors
        self._every = bench.rows_per_anchor
        self._watch: DriftWatch | None = bench.watch() if bench.watch and bench.anchors else None
        self._rows = 0
        self._sent = 0
        self._judged = array("q")  # places of rows, in the order of their verdicts
        self._opened = array("q")  # for each anchor sent, how many rows had their verdicts by then
        self._observed = 0
        self.alarm: Alarm | None = None

    def next(self, rows: int) -> Iterator[tuple[Anchor, str]]:
        """The anchors that ride with `rows` more rows, each with the name of its hearing."""
        if self._watch is None:
            return
        self._rows += rows
        while self._rows >= self._every:
            self._rows -= self._every
            self._opened.append(len(self._judged))
            yield self._ridden(self._sent)
            self._sent += 1

    def judged(self, turn: int, index: int) -> None:
        """A row of the stage was judged. In the order in which verdicts are told."""
        if self._watch is not None:
            self._judged.append(turn * PLACES + index)

    def observe(self, anchor: Anchor, verdict: Verdict) -> None:
        """An anchor was judged. In the same order.

        Rows heard beside an anchor may be asked after it and told of before: what it vouches for is only what had its
        verdict when the anchor was sent.
        """
        if self._watch is None:
            return
        at = self._opened[self._observed]
        self._observed += 1
        if self.alarm is None:
            self.alarm = self._watch.observe(anchor.id, anchor.right(verdict), at=at)

    def stale(self) -> set[tuple[int, int]]:
        """The places of the rows whose verdicts do not stand any more."""
        if self.alarm is None:
            return set()
        return {divmod(place, PLACES) for place in self._judged[self.alarm.last_good :]}

    def stale_anchors(self) -> Iterator[tuple[Anchor, str]]:
        """The anchors that were told of since, with the names of their hearings."""
        if self.alarm is not None:
            for number, before in enumerate(self._opened[: self._observed]):
                if before >= self.alarm.last_good:
                    yield self._ridden(number)

    def told(self) -> dict[str, Any]:
        """How the judge stands, as plain JSON; empty without anchors."""
        if self._watch is None:
            return {}
        alarm = self.alarm.told() if self.alarm is not None else {}
        return {**self._watch.told(), **alarm, "alarm": self.alarm is not None, "stale": len(self.stale())}

    def _ridden(self, number: int) -> tuple[Anchor, str]:
        around, place = divmod(number, len(self._anchors))
        return self._anchors[place], f"{TURN}\0{around}"
