"""Counts what a run says while it runs: the display shows it live, and an estimate extrapolates from it.

Answers that were there already are counted as asked too, because another run would have to ask for them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from windrow.events import CallEnded, EndpointPaused, Noted, RowDecided, StageEnded, StageStarted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windrow.events import Event


@dataclass
class Asked:
    """What one model was asked. `reported` answers came with token counts, `timed` were waited for in this run, and
    `new_input` and `new_output` are the tokens of those."""

    calls: int = 0
    cached: int = 0
    failed: int = 0
    reported: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    new_input: int = 0
    new_output: int = 0
    timed: int = 0
    seconds: float = 0.0

    def add(self, event: CallEnded) -> None:
        """Count one call."""
        self.calls += 1
        self.cached += event.cached
        self.failed += event.outcome == "error"
        if event.output_tokens is not None:
            self.reported += 1
            self.input_tokens += event.input_tokens or 0
            self.output_tokens += event.output_tokens
        if not event.cached:
            self.new_input += event.input_tokens or 0
            self.new_output += event.output_tokens or 0
            self.timed += 1
            self.seconds += event.seconds


@dataclass
class StageMeter:
    """One stage: its rows by status, how many of them judges were asked about, and its calls by model."""

    stage: str
    target: int | None
    rows: Counter[str] = field(default_factory=Counter)
    models: dict[str, Asked] = field(default_factory=dict)
    why: str = ""
    judged: int = 0

    @property
    def calls(self) -> int:
        """Calls asked for, those answered from the ledger included."""
        return sum(asked.calls for asked in self.models.values())

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON."""
        return {**asdict(self), "rows": dict(self.rows)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> StageMeter:
        """What `to_dict` wrote."""
        models = {model: Asked(**asked) for model, asked in data["models"].items()}
        return cls(**{**data, "rows": Counter(data["rows"]), "models": models})


@dataclass
class Meter:
    """Listens to a run. `quiet` and `notes` are what a display tells besides the figures."""

    stages: list[StageMeter] = field(default_factory=list)
    notes: list[Noted] = field(default_factory=list)
    quiet: EndpointPaused | None = None

    def __call__(self, event: Event) -> None:
        """Count one event."""
        if isinstance(event, CallEnded):
            self.stages[-1].models.setdefault(event.model, Asked()).add(event)
            self.quiet = None
        elif isinstance(event, RowDecided):
            self.stages[-1].rows[event.status] += 1
            self.stages[-1].judged += event.judged
            if event.was:
                self.stages[-1].rows[event.was] -= 1
        elif isinstance(event, StageStarted):
            self.stages.append(StageMeter(event.stage, event.target))
        elif isinstance(event, StageEnded):
            self.stages[-1].why = event.why
        elif isinstance(event, EndpointPaused):
            self.quiet = event
        else:
            self.notes.append(event)

    def models(self) -> dict[str, Asked]:
        """Every model's figures over all stages."""
        totals: dict[str, Asked] = {}
        for stage in self.stages:
            for model, asked in stage.models.items():
                total = totals.setdefault(model, Asked())
                for key, value in asdict(asked).items():
                    setattr(total, key, getattr(total, key) + value)
        return totals
