"""The rows of items before the judges of a stage: heard side by side, told in item order.

Judges speak in the order of the config, and a row that one of them does not pass is heard by no other. A row that
stands on another row of its item waits for that one's verdict: if it falls, nobody is asked about what stands on it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from windrow.engine.ruling import FALLEN

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from windrow.calibration.anchors import Anchor
    from windrow.engine.bench import Sitting
    from windrow.row import Row, Verdict

Riding: TypeAlias = "tuple[Sitting, Anchor, str]"
"""An anchor, the judge that it is shown to, and the name of its hearing."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said of the rows of an item, and of the anchors that rode with them."""

    rows: list[Row]
    anchors: list[tuple[Sitting, Anchor, Verdict]]


class Hearings:
    """Items that wait for verdicts, first come first told."""

    def __init__(self, woken: Callable[[], None]) -> None:
        self._woken = woken
        self._waiting: deque[asyncio.Task[Heard]] = deque()
        self.failed: BaseException | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def open(self, rows: Sequence[Row], sittings: Sequence[Sitting]) -> None:
        """Let the judges hear the rows of the next item, and what anchors are due; rows that were refused before go
        along."""
        heard = sum(row.failed is None for row in rows)
        riding = [(each, anchor, turn) for each in sittings for anchor, turn in each.riders.next(heard)]
        self._begin(_heard(rows, sittings, riding))

    def open_again(self, row: Row, sitting: Sitting, turn: str) -> None:
        """Let a judge hear a row once more, in a hearing of another name."""
        self._begin(_once_more(row, sitting, turn))

    def _begin(self, work: Coroutine[None, None, Heard]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(self._ended)
        self._waiting.append(task)

    @property
    def is_next_done(self) -> bool:
        """Whether the item whose turn it is has all its verdicts."""
        return bool(self._waiting) and self._waiting[0].done()

    def pop(self) -> Heard:
        """The rows of the next item with their verdicts."""
        return self._waiting.popleft().result()

    async def next(self) -> Heard:
        """The same, once it has them."""
        await asyncio.wait((self._waiting[0],))
        return self.pop()

    async def home(self) -> None:
        """Wait until every item has what verdicts it will get."""
        if self._waiting:
            await asyncio.wait(self._waiting)

    async def drop(self, grace: float) -> None:
        """Let go of all that wait still: those not done after `grace` seconds are cancelled."""
        if self._waiting:
            await asyncio.wait(self._waiting, timeout=grace)
            for task in self._waiting:
                task.cancel()
            await asyncio.wait(self._waiting, timeout=grace)
            self._waiting.clear()

    def _ended(self, task: asyncio.Task[Heard]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self.failed = self.failed or task.exception()
        self._woken()


async def _heard(rows: Sequence[Row], sittings: Sequence[Sitting], riding: Sequence[Riding]) -> Heard:
    if len(rows) == 1 and not riding:
        return Heard([await _before(sittings, rows[0])], [])
    ends: dict[str, asyncio.Task[Row]] = {}
    tasks: list[asyncio.Task[Row]] = []
    loop = asyncio.get_running_loop()
    asked = [loop.create_task(sitting.hear(anchor.row, turn)) for sitting, anchor, turn in riding]
    try:
        for row in rows:
            parents = [ends[parent] for parent in row.lineage.parents if parent in ends]
            tasks.append(loop.create_task(_after(parents, sittings, row)))
            ends[row.id] = tasks[-1]
        told = [await task for task in tasks]
        anchors = [(sitting, anchor, await task) for (sitting, anchor, _), task in zip(riding, asked, strict=True)]
        return Heard(told, anchors)
    finally:
        for task in (*tasks, *asked):
            task.cancel()


async def _once_more(row: Row, sitting: Sitting, turn: str) -> Heard:
    return Heard([row.with_verdicts(await sitting.hear(row, turn))], [])


async def _after(parents: Sequence[asyncio.Task[Row]], sittings: Sequence[Sitting], row: Row) -> Row:
    for parent in parents:
        if (await parent).failed is not None:
            return row.with_verdicts(FALLEN)
    return await _before(sittings, row)


async def _before(sittings: Sequence[Sitting], row: Row) -> Row:
    for sitting in sittings:
        if row.failed is not None:
            break
        row = row.with_verdicts(await sitting.hear(row))
    return row
