"""Drives the road: items run side by side, rows are admitted in item order, until exactly N are accepted.

What is accepted depends on the answers alone, never on who answered first: results wait for their turn, and a row
meets the filters only after every row before it. How many items are started follows from the acceptance rate so far,
so that little is grown that nobody needs. Nothing here knows a recipe, a check or a filter by name.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from windrow.engine import ruling
from windrow.engine.asker import Desk
from windrow.engine.court import Court
from windrow.engine.interpreter import tuned
from windrow.engine.item import Grown, Scrub, checked, grow
from windrow.engine.lane import Lane
from windrow.engine.named import named
from windrow.engine.pool import Pool
from windrow.engine.ruling import Rulings
from windrow.engine.together import Waiting
from windrow.errors import CallFailure, RunError
from windrow.events import Noted, StageEnded, StageStarted
from windrow.row import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from windrow.engine.bench import Bench
    from windrow.engine.cast import Cast
    from windrow.engine.together import Together
    from windrow.engine.vectors import Embeddings
    from windrow.events import Listener
    from windrow.ledger.base import Ledger
    from windrow.prompts import Template
    from windrow.shapes import Check, Filter, Recipe, Seed, SeedSource

FIRST_WAVE = 16
WAVE_GROWTH = 4
WAITING = 2  # for every so many calls under way, one item waits at the door
AHEAD = 8  # results that may wait for their turn, in multiples of what runs at once
CANDIDATES_PER_ROW = 10
FEWEST_CANDIDATES = 200
CRASHES_IN_A_ROW = 10
GRACE = 2.0  # seconds for items to end of themselves once nothing is asked any more
PRIOR_ITEMS = 4  # the recipe's own estimate counts as this many items
VECTORS_SILENT = "vectors_silent"


@dataclass(frozen=True)
class Stage:
    """One recipe of the plan, ready to run. `target` None means one pass over the seeds; `licences` are those of its
    seeds, as far as they are stated."""

    name: str
    recipe: Recipe
    target: int | None
    max_candidates: int | None
    sources: tuple[SeedSource, ...]
    checks: tuple[Check, ...]
    filters: tuple[Filter, ...]
    templates: Mapping[str, Template]
    cast: Cast
    licences: tuple[str, ...] = ()
    judges: tuple[Bench, ...] = ()
    scrub: Scrub | None = None


@dataclass(frozen=True)
class StageOutcome:
    """How a stage ended. `why` is one of: target, seeds, max_candidates; judge_silent, judge_drift,
    generator_defective; vectors_silent."""

    name: str
    target: int | None
    accepted: int
    why: str


async def drive(
    stages: Sequence[Stage],
    ledger: Ledger,
    *,
    folder: Path,
    listener: Listener,
    vectors: Embeddings | None = None,
    wait: float = 1.0,
) -> list[StageOutcome]:
    """Run the stages in order within a pass of the ledger (`begin()` before, `finish()` after).

    Scratch files go under `folder`; `vectors` are for filters that need them; `wait` is a factor on every back-off.

    Raises RunError, LedgerError or MissingError; what was recorded until then stays, and the same call resumes.
    """
    lanes: dict[int, Lane] = {}
    for teacher in chain.from_iterable(stage.cast.teachers() for stage in stages):
        lanes.setdefault(id(teacher), Lane(teacher, listener, wait=wait))
    outcomes: list[StageOutcome] = []
    lost: set[str] = set()
    for stage in stages:
        if lost.intersection(model for bench in stage.judges for model in bench.asked):
            outcomes.append(_not_begun(stage, listener, "judge_silent", "its judge does not answer"))
        elif vectors is not None and vectors.silent and _needs_vectors(stage):
            outcomes.append(_not_begun(stage, listener, VECTORS_SILENT, "the model of its vectors does not answer"))
        else:
            scratch = folder / str(len(outcomes))
            scratch.mkdir(parents=True, exist_ok=True)
            with tuned():
                driven = _Drive(stage, ledger, lanes, listener, scratch, vectors if _needs_vectors(stage) else None)
                outcomes.append(await driven.run())
            lost |= driven.lost
        ledger.note("stage_ended", **vars(outcomes[-1]))
    return outcomes


def _needs_vectors(stage: Stage) -> bool:
    return any(each.needs_vectors for each in stage.filters)


def _not_begun(stage: Stage, listener: Listener, ended: str, why: str) -> StageOutcome:
    """Nothing is grown for somebody who has just stopped answering."""
    listener(StageStarted(stage.name, stage.target))
    listener(Noted(f"{stage.name} was not begun: {why}, as seen in a stage before", "warning"))
    listener(StageEnded(stage.name, 0, ended))
    return StageOutcome(stage.name, stage.target, 0, ended)


class _Drive:
    """One stage under way."""

    def __init__(
        self,
        stage: Stage,
        ledger: Ledger,
        lanes: Mapping[int, Lane],
        listener: Listener,
        folder: Path,
        vectors: Embeddings | None,
    ) -> None:
        self._stage = stage
        self._vectors = vectors
        self._slow = any(check.slow for check in stage.checks)
        self._preparing = tuple(each for each in stage.filters if each.prepares())
        self._ledger = ledger
        self._listener = listener
        self._folder = folder
        self._desk = Desk(
            stage.recipe.name,
            templates=stage.templates,
            cast=stage.cast,
            lanes=lanes,
            ledger=ledger,
            listener=listener,
            licences=stage.licences,
        )
        self._woken = asyncio.Event()
        self._court = Court(
            stage.judges,
            cast=stage.cast,
            lanes=lanes,
            ledger=ledger,
            listener=listener,
            woken=self._woken.set,
        )
        self._width = max(1, sum(teacher.pace.concurrency for teacher in stage.cast.teachers()))
        self._running: deque[asyncio.Task[Grown]] = deque()
        self._turn: deque[Grown] = deque()
        self._active = 0
        self._started = 0
        self._committed = 0
        self._wanted = 1
        self._unheard = 0
        self._crashes = 0
        self._reached = ledger.reached(stage.name)
        self._pool = Pool(folder / "accepted")
        self._rulings = Rulings(
            stage.name,
            stage.target,
            stage.filters,
            ledger,
            listener,
            pool=self._pool if stage.recipe.in_waves else None,
            judged=bool(stage.judges),
            waits_for=self._court.waits_for,
        )
        self._waiting = Waiting(
            stage.name, self._court.waits_for, ledger, self._rulings, self._court, most=AHEAD * self._width
        )
        self._wave, self._size = 0, FIRST_WAVE
        self._fatal: BaseException | None = None

    @property
    def lost(self) -> set[str]:
        """The models of judges that do not answer any more."""
        silent = () if self._court.drifted else self._court.silent
        return {model for sitting in silent for model in sitting.asked}

    async def run(self) -> StageOutcome:
        stage = self._stage
        self._listener(StageStarted(stage.name, stage.target))
        try:
            self._open()
            why = await self._taken_over() or await self._to_the_end()
        finally:
            await self._drain()
            self._court.close(stage.name)
            self._pool.close()
            for part in (stage.recipe, *stage.checks, *stage.filters, *(bench.judge for bench in stage.judges)):
                part.close()
        await self._ledger.settle()
        self._listener(StageEnded(stage.name, self._rulings.accepted, why))
        return StageOutcome(stage.name, stage.target, self._rulings.accepted, why)

    def _open(self) -> None:
        stage = self._stage
        if stage.recipe.takes == "row":
            self._desk.stand_on(seed.payload.lineage for seed in self._seeds("row") if isinstance(seed.payload, Row))
        with named(f"recipe {stage.name}"):
            stage.recipe.open(self._seeds(stage.recipe.takes), self._folder)
        for part in stage.filters:
            with named(f"filter {part.name}"):
                if self._vectors is not None and part.needs_vectors:
                    part.vectors = self._vectors
                part.open(self._seeds("row"), self._folder)

    async def _taken_over(self) -> str:
        """Let the filters keep what the stages before this one accepted. Returns why the stage cannot begin, or ''."""
        rows = (stored.row for stored in self._ledger.rows(status="accepted"))
        while some := list(islice(rows, AHEAD * AHEAD)):
            await asyncio.gather(*(part.prepare(row) for part in self._preparing for row in some))
            for part in self._stage.filters:
                with named(f"filter {part.name}"):
                    try:
                        for row in some:
                            part.keep(row)
                    except CallFailure as failure:  # what cannot be compared with would be let in again unseen
                        self._listener(Noted(f"{self._stage.name} was not begun: {failure}", "warning"))
                        return VECTORS_SILENT
        return ""

    def _seeds(self, kind: str) -> Iterator[Seed]:
        return chain.from_iterable(source.read() for source in self._stage.sources if source.yields == kind)

    async def _to_the_end(self) -> str:
        """Grow until enough rows are accepted; where rows wait to be judged together, until enough of those are."""
        seeds = None if self._stage.recipe.in_waves else self._stage.recipe.plant((), 0)
        why = ""
        while not why:
            why = await (self._waves() if seeds is None else self._stretch(seeds, None))
            if self._court.together is not None:
                why = await self._settled(self._court.together, why)
        if self._court.drifted:
            self._court.make_stale(self._stage.name, self._rulings)
        elif self._court.decider is not None and not self._court.stopped:
            await self._court.decider.audit(self._waiting)
        return why

    async def _settled(self, together: Together, why: str) -> str:
        """Decide of the rows that wait. Returns why the stage is at its end, or '' where it must grow more."""
        stop = self._court.stopped or await together.settle(self._waiting)
        if self._court.stopped:
            self._waiting.lose(self._court.silence())
            return self._court.stopped
        if together.is_over:
            self._court.judge_each()
        self._rulings.settled(waits_for=self._court.waits_for)
        if self._stage.recipe.in_waves:
            self._pool.clear()
            for stored in self._ledger.rows(status="accepted", stage=self._stage.name):
                self._pool.append(stored.row)
        if stop or self._rulings.is_full:
            return stop or "target"
        return "" if why == "target" else why

    async def _waves(self) -> str:
        """Wave after wave, each planted from the rows accepted before it; sizes follow from answers, not from time."""
        while self._wave < self._most_candidates():
            self._size = min(self._size, self._items_wanted())
            before = self._committed
            why = await self._stretch(self._stage.recipe.plant(self._pool, self._wave), self._size)
            self._wave += 1
            if why not in {"wave", "seeds"}:
                return why
            if self._committed == before:  # a wave that runs dry says nothing of the next, one without seeds does
                return "seeds"
            self._size *= WAVE_GROWTH
            if self._has_enough:
                return "target"
        return "max_candidates"

    async def _stretch(self, seeds: Iterator[Seed], size: int | None) -> str:
        """Grow from `seeds` until the target, the candidates or the seeds (or `size` items) are used up."""
        first = self._started
        exhausted = False
        while True:
            self._wanted = self._items_wanted()
            with named(f"recipe {self._stage.name}"):
                while self._can_start(exhausted, first, size):
                    seed = next(seeds, None)
                    if seed is None:
                        exhausted = True
                    else:
                        self._start(seed)
            if not self._running and not self._turn and not self._court.hearings:
                return "seeds" if exhausted else "wave"
            stopped = await self._advance()
            if stopped:
                return stopped
            if self._is_waiting and not self._can_start(exhausted, first, size):
                self._woken.clear()
                await self._woken.wait()

    async def _advance(self) -> str:
        """Do what is due: rows whose item has its turn go before the filters, and those with verdicts get a status.
        Returns why nothing more is wanted, or ''."""
        fatal = self._fatal or self._court.hearings.failed
        if fatal is not None:
            raise fatal
        self._turn.extend(self._ready())
        while self._turn:
            grown = self._turn.popleft()
            self._watch_for_crashes(grown)
            rows = self._rulings.admitted(grown.rows) if self._stage.judges else grown.rows
            if self._court.chain:
                self._court.call(rows)
                continue
            self._conclude(rows)
            if stopped := self._stopped():
                return stopped
        while self._court.hearings.is_next_done:
            self._conclude_heard()
            if stopped := self._stopped():
                return stopped
        if self._court.stopped:
            return await self._halted()
        return await self._blinded() if self._vectors is not None and self._vectors.silent else ""

    async def _blinded(self) -> str:
        """Rows can no longer be compared: what judges were asked about is told, and nothing more is grown."""
        await self._court.hearings.home()
        while self._court.hearings:
            self._conclude_heard()
        return "target" if self._rulings.is_full else VECTORS_SILENT

    async def _halted(self) -> str:
        """A judge cannot go on: every row that waits for it gets what verdict there is."""
        await self._court.hearings.home()
        while self._court.hearings:
            self._conclude_heard()
        return "target" if self._rulings.is_full and not self._court.drifted else self._court.stopped

    @property
    def _is_waiting(self) -> bool:
        """Whether the next thing to do has yet to come."""
        running, hearings = self._running, self._court.hearings
        due = hearings.is_next_done or (len(running) > 0 and running[0].done())
        return not due and len(running) + len(hearings) > 0

    def _ready(self) -> list[Grown]:
        """The items whose turn has come, checked."""
        ready = []
        while self._running and self._running[0].done():
            ready.append(self._running.popleft().result())
        return [checked(grown, self._stage.recipe, self._stage.checks) for grown in ready]

    def _can_start(self, exhausted: bool, first: int, size: int | None) -> bool:
        """May another item be started right now?"""
        return not exhausted and self._may_start() and (size is None or self._started - first < size)

    def _may_start(self) -> bool:
        if self._committed < self._reached <= self._started:
            return False  # what was enough the last time comes first: unchanged, it asks nothing
        return (
            self._active < self._width + self._width // WAITING  # a place that falls free is taken at once
            and len(self._running) + len(self._court.hearings) < AHEAD * self._width
            and self._started - self._committed < self._wanted
        )

    def _items_wanted(self) -> int:
        """Items under way that the rows still missing call for, at the acceptance rate so far."""
        wanted = float(AHEAD * self._width)
        heard = self._committed - self._unheard  # an item that no judge answered for says nothing of the rate
        items, hoped = heard + PRIOR_ITEMS, self._stage.recipe.yields_per_item * PRIOR_ITEMS
        if self._missing is not None:
            got = self._rulings.accepted if self._court.together is None else self._rulings.gathered
            wanted = self._missing * items / (got + hoped)
        if self._bounded:
            generated = self._rulings.generated
            wanted = min(wanted, (self._most_candidates() - generated) * items / (generated + hoped))
        return max(1, math.ceil(wanted))

    @property
    def _bounded(self) -> bool:
        return self._stage.target is not None or self._stage.max_candidates is not None

    def _most_candidates(self) -> int:
        stage = self._stage
        if stage.max_candidates is not None:
            return stage.max_candidates
        return max(FEWEST_CANDIDATES, CANDIDATES_PER_ROW * (stage.target or 0))

    @property
    def _missing(self) -> int | None:
        """How many more rows are to be gathered, to be accepted or to wait; None where there is no target."""
        if self._stage.target is None:
            return None
        missing = self._stage.target - self._rulings.accepted
        together = self._court.together
        return missing if together is None else together.enough(missing) - self._rulings.waiting

    @property
    def _has_enough(self) -> bool:
        return self._missing is not None and self._missing <= 0

    def _stopped(self) -> str:
        whole = self._stage.recipe.in_waves and self._court.together is not None  # what waits, waits for its wave's end
        if self._has_enough and not whole:
            return "target"
        return "max_candidates" if self._bounded and self._rulings.generated >= self._most_candidates() else ""

    def _start(self, seed: Seed) -> None:
        stage = self._stage
        growing = grow(
            stage.recipe, stage.checks, seed, self._desk, stage.name, stage.scrub, self._preparing, slow=self._slow
        )
        task = asyncio.get_running_loop().create_task(growing)
        task.add_done_callback(self._done)
        self._running.append(task)
        self._active += 1
        self._started += 1

    def _done(self, task: asyncio.Task[Grown]) -> None:
        self._active -= 1
        if not task.cancelled() and task.exception() is not None:
            self._fatal = self._fatal or task.exception()  # ends the run now, not when its turn comes
        self._woken.set()

    def _conclude_heard(self) -> None:
        heard = self._court.hearings.pop()
        self._conclude(heard.rows)
        self._court.observe(heard)

    def _conclude(self, rows: Sequence[Row]) -> None:
        """Everything was said of the next item's rows."""
        decided = self._rulings.rule(self._committed, rows)
        if self._court.sittings and self._court.count(self._committed, rows):
            self._unheard += 1
        if self._court.together is not None:
            for one in decided:
                if one.reason == ruling.WAITING:
                    self._court.together.add(one.row)
        self._committed += 1

    def _watch_for_crashes(self, grown: Grown) -> None:
        self._crashes = self._crashes + 1 if grown.crash is not None else 0
        if self._crashes >= CRASHES_IN_A_ROW:
            raise RunError(
                f"{self._crashes} items in a row crashed, the last with {grown.crash!r}",
                where=f"recipe {self._stage.name}",
                remedy="mend the recipe or check named in the rows' evidence, then run the same command again",
            ) from grown.crash

    async def _drain(self) -> None:
        """Let calls under way come home to the ledger, and end every item that would need another."""
        desks: list[Desk | Embeddings] = [self._desk, *self._court.desks]
        if self._vectors is not None:
            desks.append(self._vectors)
        for desk in desks:
            desk.shut.set()
        while under_way := [call for desk in desks for call in desk.under_way.values()]:
            await asyncio.wait(under_way)
            await asyncio.sleep(0)
        await self._court.hearings.drop(GRACE)
        await self._waiting.drop(GRACE)
        if self._running:
            await asyncio.wait(self._running, timeout=GRACE)  # those that wait for something else than a call
            for task in self._running:
                task.cancel()
            await asyncio.wait(self._running, timeout=GRACE)
            self._running.clear()
        if self._vectors is not None:
            self._vectors.reopen()
