"""Shows a run on stderr while it runs: a live table on a terminal, a line every few seconds elsewhere, or nothing."""

from __future__ import annotations

import sys
import time
from collections import deque
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from windrow.cli.frame import printable, tell
from windrow.report.meter import Meter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from windrow.events import Event, Listener
    from windrow.report.meter import StageMeter
    from windrow.report.prices import Prices

EVERY = 5.0
WINDOW = 30.0
FRAMES = 4
KINDS = ("auto", "rich", "plain", "none")
MINUTE, HOUR = 60, 3600

display_option = click.option(
    "--display",
    type=click.Choice(KINDS),
    default="auto",
    envvar="WINDROW_DISPLAY",
    show_envvar=True,
    help="How to show progress on stderr: auto is rich on a terminal, plain elsewhere.",
)


@contextmanager
def shown(kind: str, prices: Prices) -> Iterator[Listener]:
    """A listener for the run, whose progress is shown as `kind` says until the block ends."""
    if kind == "auto":
        kind = "rich" if sys.stderr.isatty() else "plain"
    if kind == "none":
        yield lambda _event: None
    elif kind == "plain":
        yield Plain(prices)
    else:
        with _live(Progress(prices)) as listener:
            yield listener


class Progress:
    """The figures of a run under way, as text. `clock` counts seconds."""

    def __init__(self, prices: Prices, clock: Callable[[], float] = time.monotonic) -> None:
        self.meter = Meter()
        self._prices = prices
        self._clock = clock
        self._seen: deque[tuple[float, int, int]] = deque()
        self._started = clock()

    @property
    def stage(self) -> StageMeter | None:
        """The stage under way."""
        return self.meter.stages[-1] if self.meter.stages else None

    def look(self) -> None:
        """Note where the run stands, for the rates."""
        stage = self.stage
        now = self._clock()
        if stage is not None:
            sent = sum(asked.calls - asked.cached for asked in self.meter.models().values())
            self._seen.append((now, sent, stage.rows["accepted"]))
        while self._seen and now - self._seen[0][0] > WINDOW:
            self._seen.popleft()

    def rows(self) -> str:
        """Accepted of the target, what was refused, and how many rows judges were asked about."""
        stage = self.stage
        if stage is None:
            return "reading seeds"
        target = "" if stage.target is None else f"/{stage.target}"
        refused = ", ".join(
            f"{stage.rows[status]} {status}" for status in ("rejected", "quarantined") if stage.rows[status]
        )
        judged = f", {stage.judged} judged" if stage.judged else ""
        return f"{stage.rows['accepted']}{target} accepted" + (f", {refused}" if refused else "") + judged

    def calls(self) -> str:
        """Calls, how many failed or were there already, and how fast they come."""
        models = self.meter.models().values()
        text = f"{sum(asked.calls for asked in models)} calls"
        told = {"from the ledger": sum(a.cached for a in models), "failed": sum(a.failed for a in models)}
        extra = ", ".join(f"{count} {what}" for what, count in told.items() if count)
        speed = self._speed(1)
        return text + (f" ({extra})" if extra else "") + (f", {speed:.1f}/s" if speed else "")

    def tokens(self) -> str:
        """New tokens as reported, and what they cost: what the ledger had is paid for."""
        models = self.meter.models()
        tokens_in = sum(asked.new_input for asked in models.values())
        tokens_out = sum(asked.new_output for asked in models.values())
        if not tokens_in + tokens_out:
            return ""
        return f"{tokens_in:,} + {tokens_out:,} tokens, {self._cost()}"

    def left(self) -> str:
        """The time to the target at the pace of the last half minute, or ''."""
        stage = self.stage
        speed = self._speed(2)
        if stage is None or stage.target is None or not speed:
            return ""
        missing = stage.target - stage.rows["accepted"]
        return f"ETA {spelled(missing / speed)}" if missing > 0 else ""

    def quiet(self) -> str:
        """Why nothing happens, where an endpoint asked for quiet."""
        paused = self.meter.quiet
        return f"{paused.endpoint} asked to wait {paused.seconds:.0f} s: {paused.why}" if paused else ""

    def elapsed(self) -> str:
        """Since when."""
        return spelled(self._clock() - self._started)

    def _cost(self) -> str:
        total = Decimal(0)
        for model, asked in self.meter.models().items():
            cost = self._prices.cost(model, asked.new_input, asked.new_output)
            if cost is None:
                return "cost unknown"
            total += cost
        return f"${total:.4f}"

    def _speed(self, column: int) -> float:
        if len(self._seen) < 2:  # noqa: PLR2004 - a speed needs two looks
            return 0.0
        first, last = self._seen[0], self._seen[-1]
        return (last[column] - first[column]) / max(last[0] - first[0], 1e-3)


class Plain:
    """One line every few seconds, and one when a stage begins or ends."""

    def __init__(self, prices: Prices, *, every: float = EVERY, clock: Callable[[], float] = time.monotonic) -> None:
        self._progress = Progress(prices, clock)
        self._every = every
        self._clock = clock
        self._next = clock() + every
        self._ended: set[str] = set()

    def __call__(self, event: Event) -> None:
        """Hear one event, and say something when it is time to."""
        meter = self._progress.meter
        stages, notes = len(meter.stages), len(meter.notes)
        meter(event)
        if len(meter.stages) > stages:
            stage = meter.stages[-1]
            tell(f"{stage.stage}: {'every seed once' if stage.target is None else f'{stage.target} rows wanted'}")
        elif len(meter.notes) > notes:
            tell(f"{meter.notes[-1].level}: {meter.notes[-1].text}")
        elif meter.stages[-1].why and meter.stages[-1].stage not in self._ended:
            self._ended.add(meter.stages[-1].stage)
            self._line()
        elif self._clock() >= self._next:
            self._line()

    def _line(self) -> None:
        progress = self._progress
        self._next = self._clock() + self._every
        progress.look()
        parts = (progress.rows(), progress.calls(), progress.tokens(), progress.left(), progress.quiet())
        tell(f"{progress.meter.stages[-1].stage}: " + " · ".join(part for part in parts if part))


@contextmanager
def _live(progress: Progress) -> Iterator[Listener]:
    """Draw `progress` on the terminal a few times a second. The run itself only counts."""
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True)
    with Live(get_renderable=lambda: _drawn(progress), console=console, refresh_per_second=FRAMES):
        yield progress.meter


def _drawn(progress: Progress) -> Any:  # noqa: ANN401 - a rich renderable
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    progress.look()
    table = Table.grid(padding=(0, 2))
    for stage in list(progress.meter.stages):
        accepted = stage.rows["accepted"]
        bar = ProgressBar(total=stage.target, completed=accepted, width=30) if stage.target else Text("")
        table.add_row(Text(stage.stage), bar, Text(f"{accepted}" + (f"/{stage.target}" if stage.target else "")))
    parts = (progress.rows(), progress.calls(), progress.tokens(), progress.left(), progress.elapsed())
    lines = [Text(" · ".join(part for part in parts if part)), Text(printable(progress.quiet()), style="yellow")]
    notes = [Text(printable(f"{note.level}: {note.text}")) for note in progress.meter.notes[-3:]]
    return Group(table, *notes, *(line for line in lines if line.plain))


def spelled(seconds: float) -> str:
    """`3725` as `1h02m`, `75` as `1m15s`, `4.2` as `4s`."""
    whole = round(max(0.0, seconds))
    if whole >= HOUR:
        return f"{whole // HOUR}h{whole % HOUR // MINUTE:02}m"
    return f"{whole // MINUTE}m{whole % MINUTE:02}s" if whole >= MINUTE else f"{whole}s"
