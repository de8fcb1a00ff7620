"""What a run says about itself, typed. The engine emits, the display and the ledger listen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from msgspec import Struct


class StageStarted(Struct, frozen=True, gc=False):
    """A recipe begins. `target` accepted rows are wanted; None means one pass over the seeds."""

    stage: str
    target: int | None


class RowDecided(Struct, frozen=True, gc=False):
    """A row has its status. `reason` is "by: reason" of the verdict that refused it, or ''; `was` the status that it
    had before, where it had one: of rows that waited to be judged together, and of those whose verdict went stale.
    `judged` is told once of a row: when a judge has first been asked about it."""

    stage: str
    status: Literal["accepted", "rejected", "quarantined", "pending"]
    reason: str = ""
    was: Literal["accepted", "rejected", "quarantined", "pending", ""] = ""
    judged: bool = False


class CallEnded(Struct, frozen=True, gc=False):
    """One request to a teacher ended. Tokens are what the server said, None where it said nothing."""

    model: str
    outcome: Literal["ok", "error"]
    cached: bool
    seconds: float
    input_tokens: int | None = None
    output_tokens: int | None = None
    error: str = ""


class EndpointPaused(Struct, frozen=True, gc=False):
    """An endpoint asked for quiet, or stopped answering; calls wait `seconds`."""

    endpoint: str
    seconds: float
    why: str


class StageEnded(Struct, frozen=True, gc=False):
    """A recipe is through. `why` says what stopped it: target, seeds, max_candidates; or of its judge:
    judge_silent (it does not answer), judge_drift (it is not the judge it was), generator_defective (it refuses so much
    that the recipe must be mended first); vectors_silent (the model that makes vectors does not answer)."""

    stage: str
    accepted: int
    why: str


class Noted(Struct, frozen=True, gc=False):
    """A remark for the reader of the log: a skipped seed file, a fallback taken."""

    text: str
    level: Literal["info", "warning"] = "info"


Event: TypeAlias = StageStarted | RowDecided | CallEnded | EndpointPaused | StageEnded | Noted
Listener: TypeAlias = Callable[[Event], None]
