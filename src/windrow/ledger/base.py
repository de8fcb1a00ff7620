"""The durable record of a run: every request and what came of it, every row and what was said of it.

Answers are the only truth that costs money, so they are durable before anyone sees them. Rows are derived from
answers: each pass of the engine writes them anew, under a new pass number, and a finished pass replaces the one
before. What is read is the last finished pass, so that a run that fails early hides nothing. This is the seam for
another store; `sqlite.py` is the embedded default.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

    from windrow.row import Row, Status


class Call(Struct, frozen=True, gc=False):
    """One request and what came of it. `key` is 16 bytes; `response` is None for an error, whose kind is `error`.

    Tokens are what the server reported, None where it reported nothing. `seconds` is the wall time of the request.
    """

    key: bytes
    item: str
    label: str
    model: str
    endpoint: str
    request: bytes
    response: bytes | None
    error: str = ""
    detail: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    seconds: float = 0.0


class Decided(Struct, frozen=True, gc=False):
    """A row with its place on the road: `seq` is its item's turn in the stage, `index` its number within the item.

    `by` and `reason` name the verdict that refused it, '' for an accepted row.
    """

    stage: str
    seq: int
    index: int
    row: Row
    status: Status
    by: str = ""
    reason: str = ""


class StoredRow(Struct, frozen=True, gc=False):
    """A row as the ledger gives it back."""

    row: Row
    status: Status
    by: str
    reason: str
    stage: str
    seq: int
    index: int
    split: str = ""


class CallTotals(Struct, frozen=True, gc=False):
    """What one model was asked under one prompt label, over the life of the run folder, and how it went.

    Token sums are None where no call reported any; `reported` counts the calls that did.
    """

    model: str
    label: str
    outcome: Literal["ok", "error"]
    error: str
    calls: int
    reported: int
    input_tokens: int | None
    output_tokens: int | None
    seconds: float


class StoredEvent(Struct, frozen=True, gc=False):
    """Something a run said about itself: `at` is seconds since the epoch."""

    at: float
    kind: str
    data: dict[str, Any] = field(default_factory=dict)


State: TypeAlias = Literal["finished", "unfinished", "overtaken"]
"""Of the pass that is read: it ended; it did not (yet); it did, and a later one did not."""


class Ledger(ABC):
    """What the engine needs of a store, and what a report reads from it."""

    @abstractmethod
    def find(self, key: bytes) -> bytes | None:
        """The raw response stored under `key`, or None. Cheap: it is asked before every call."""

    @abstractmethod
    def record(self, call: Call, *, received: Callable[[], None] | None = None) -> Awaitable[None]:
        """Store a call. What is returned ends when it is durable, and raises LedgerError where it cannot be.

        Unless this raises, `received` is called once, and soon: when the call would outlive a kill of this process (if
        not yet a failure of the machine), or when it is known that it cannot be stored.
        """

    @abstractmethod
    def begin(self) -> int:
        """Start a pass: what is written from now on belongs to it, and it is the one read. Returns its number."""

    @abstractmethod
    def reached(self, stage: str) -> int:
        """How many items the pass before this one decided in `stage`. Asked within a pass."""

    @abstractmethod
    def decide(self, rows: list[Decided]) -> None:
        """Write rows of the current pass, some time soon and in order."""

    @abstractmethod
    def restate(self, rows: list[Decided]) -> None:
        """Give rows of the current pass that were written before another status, `by`, reason and verdicts."""

    @abstractmethod
    def forget(self, items: Iterable[str]) -> None:
        """Keep the answers of `items` as records, and find them no more: whoever asks again, asks anew."""

    @abstractmethod
    def note(self, kind: str, **data: object) -> None:
        """Write an event, some time soon."""

    @abstractmethod
    async def settle(self) -> None:
        """Wait until everything handed over so far is durable. Raises LedgerError."""

    @abstractmethod
    async def finish(self) -> None:
        """The pass is complete: it replaces the passes before it."""

    @abstractmethod
    def rows(
        self, *, status: str | None = None, stage: str | None = None, by: str | None = None, limit: int | None = None
    ) -> Iterator[StoredRow]:
        """Rows of the pass in (stage, seq, index) order, streamed."""

    @abstractmethod
    def assign(self, splits: Iterator[tuple[StoredRow, str]]) -> None:
        """Store the split of each row given."""

    @abstractmethod
    def state(self) -> State:
        """How the pass that is read stands."""

    @abstractmethod
    def counts(self) -> dict[tuple[str, str], int]:
        """(stage, status) -> rows of the pass."""

    @abstractmethod
    def reasons(self) -> list[tuple[str, str, str, int]]:
        """(stage, by, reason, rows) of every row of the pass that was not accepted, most first."""

    @abstractmethod
    def calls(self) -> list[CallTotals]:
        """Totals over every call in the ledger, of all passes."""

    @abstractmethod
    def asked(self) -> Iterator[Call]:
        """Every call with its request and raw response, in the order they ended, streamed."""

    @abstractmethod
    def events(self) -> Iterator[StoredEvent]:
        """Every event of the pass, oldest first."""

    @abstractmethod
    def close(self) -> None:
        """Write what is waiting and let go of the store."""
