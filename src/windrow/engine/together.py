"""Rows that are judged, or compared, together: they wait on disk until there are enough, and then get their status.

The simplest case: every row is scored as it comes, and the share with the lowest scores is dropped.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from array import array
from collections import deque
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from windrow.engine.hearing import Hearings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator

    from windrow.engine.bench import Bench
    from windrow.engine.court import Court
    from windrow.engine.ruling import Rulings
    from windrow.ledger.base import Ledger, StoredRow
    from windrow.row import Row, Verdict

CLOSE = 1e-9


class Waiting:
    """The rows of a stage that wait for the judge called `judge`: in the ledger, never many at once in memory."""

    def __init__(self, stage: str, judge: str, ledger: Ledger, rulings: Rulings, court: Court, *, most: int) -> None:
        self.stage = stage
        self.judge = judge
        self.ledger = ledger
        self.rulings = rulings
        self.court = court
        self._hearings = Hearings(lambda: None)
        self._most = most

    def __iter__(self) -> Iterator[StoredRow]:
        return self.ledger.rows(status="pending", stage=self.stage, by=self.judge)

    async def heard(
        self, rows: Iterable[StoredRow], *, unless: Callable[[Row], bool] = lambda _: False
    ) -> AsyncIterator[tuple[StoredRow, Row]]:
        """Each row with what the judge says of it, in order; some are heard ahead of their turn, and those of which
        `unless` holds not at all. Ends early where a judge cannot go on: what was not told yet waits still."""
        sitting = self.court.sittings[self.judge]
        source = iter(rows)
        ahead: deque[StoredRow] = deque()
        while True:
            while len(ahead) < self._most and not self.court.stopped and (stored := next(source, None)) is not None:
                ahead.append(stored)
                self._hearings.open([stored.row], [] if unless(stored.row) else [sitting])
            if not ahead:
                return
            heard = await self._hearings.next()
            stored, row = ahead.popleft(), heard.rows[0]
            if row is not stored.row:
                self.court.count_one(row, row.verdicts[-1], (stored.seq, stored.index))
            self.court.observe(heard)
            yield stored, row

    async def again(self, rows: Iterable[Row], turn: str) -> AsyncIterator[tuple[Row, Verdict]]:
        """What the judge says of each row when it is asked anew; it changes no row."""
        sitting = self.court.sittings[self.judge]
        asked = list(rows)
        for row in asked:
            self._hearings.open_again(row, sitting, turn)
        for row in asked:
            verdict = (await self._hearings.next()).rows[0].verdicts[-1]
            if verdict.outcome == "unscored":
                self.court.ask_again(sitting.item_of(row, turn))
            yield row, verdict

    async def drop(self, grace: float) -> None:
        """Let go of what is being heard."""
        await self._hearings.drop(grace)

    def leave(self, why: str) -> None:
        """Nothing is decided of rows that wait still, nor accepted."""
        for stored in self:
            self.rulings.restate(stored, stored.row, "pending", by=self.judge, reason=why)

    def lose(self, verdict: Verdict) -> None:
        """The rows that wait for that judge get its verdict that is none. Those that it did hear wait on."""
        for stored in self:
            if not is_judged(stored.row, verdict.by):
                self.rulings.settle(stored, stored.row.with_verdicts(verdict))


class Together(ABC):
    """How a judge decides of rows together. `hears` says whether it hears each as it comes, before they wait."""

    hears: bool

    @abstractmethod
    def enough(self, missing: int) -> int:
        """How many rows must wait for `missing` of them to be accepted, as far as can be told."""

    @abstractmethod
    def add(self, row: Row) -> None:
        """One more row waits."""

    @abstractmethod
    async def settle(self, waiting: Waiting) -> str:
        """Decide of all that wait. Returns why the stage must stop, or ''."""

    @property
    def is_over(self) -> bool:
        """Whether rows that come from now on are judged one by one, and wait no more."""
        return False

    async def audit(self, waiting: Waiting) -> None:  # noqa: B027 - most have nothing to look at again
        """Look at what was decided, once all is."""

    @abstractmethod
    def told(self) -> dict[str, Any]:
        """What was decided and why, as plain JSON."""


class BottomOut(Together):
    """Every row is scored, and the lowest `share` is dropped; of two equal scores the earlier row stays."""

    hears = True

    def __init__(self, judge: str, share: float) -> None:
        self._judge = judge
        self._share = share
        self._scores = array("d")
        self._cut: float | None = None
        self._dropped = 0

    def enough(self, missing: int) -> int:
        return math.ceil(missing / (1 - self._share) - CLOSE)

    def add(self, row: Row) -> None:
        score = _score(row, self._judge)
        self._scores.append(1.0 if score is None else score)  # what does not apply is no bad row

    async def settle(self, waiting: Waiting) -> str:
        scores, self._scores = self._scores, array("d")
        drop = len(scores) - math.floor(len(scores) * (1 - self._share) + CLOSE)
        lowest = sorted(range(len(scores)), key=lambda place: (scores[place], -place))[:drop]
        dropped = bytearray(len(scores))
        for place in lowest:
            dropped[place] = 1
        if lowest:
            self._cut = max(scores[lowest[-1]], self._cut or 0.0)
        self._dropped += drop
        for place, stored in enumerate(waiting):
            row = self._refused(stored.row) if dropped[place] else stored.row
            waiting.rulings.settle(stored, row)
        return ""

    def told(self) -> dict[str, Any]:
        return {"share": self._share, "cut": self._cut, "dropped": self._dropped}

    def _refused(self, row: Row) -> Row:
        """The row, whose verdict is a refusal now; the score and its evidence stay."""
        verdicts = [_lowest(one, self._share) if one.by == self._judge else one for one in row.verdicts]
        return replace(row, verdicts=tuple(verdicts))


def is_judged(row: Row, judge: str) -> bool:
    """Whether the judge has said something of the row."""
    return any(one.by == judge and one.kind == "judge" for one in row.verdicts)


def _lowest(verdict: Verdict, share: float) -> Verdict:
    detail = f"a score of {verdict.score:.3f} is among the lowest {share:.0%} of those judged together"
    return replace(verdict, outcome="fail", reason="bottom_out", detail=detail)


def _score(row: Row, judge: str) -> float | None:
    return next((one.score for one in reversed(row.verdicts) if one.by == judge and one.kind == "judge"), None)


def together_of(bench: Bench) -> Together | None:
    """How the judge of `bench` decides of rows together; None where each stands alone."""
    if bench.mode == "bottom_out":
        return BottomOut(bench.name, bench.share)
    if bench.mode == "two_pass":
        from windrow.engine.two_pass import TwoPass  # noqa: PLC0415 - its statistics are for those who ask for them

        return TwoPass(bench)
    return None
