"""The small shapes that a contributor implements: one method about one row each.

Batching, concurrency, retries, durability, limits and progress belong to the engine, never to these.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, TypeVar, overload

from msgspec import Struct, field
from pydantic import BaseModel, ConfigDict

from windrow.errors import CallFailure
from windrow.row import ToolCall, Verdict

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from windrow.errors import RowFailure
    from windrow.row import Row, Tool

M = TypeVar("M", bound=BaseModel)
MOST_EVIDENCE = 2_000  # characters of an answer kept with the verdict that refused it


class Options(BaseModel):
    """The knobs of a stage, as the config writes them beside `use:`. Unknown keys are errors.

    The string under a knob is its description: the config's JSON Schema and the reference in docs/ are made of them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, defer_build=True)


class Configured:
    """A stage of the road with its knobs. A subclass sets `options_type` and annotates `options` with it.

    `base` is the folder that relative paths in the options start from: the config file's.
    """

    name: ClassVar[str]
    options_type: ClassVar[type[Options]] = Options

    def __init__(self, options: Options, *, base: Path) -> None:
        self.options = options
        self.base = base

    def close(self) -> None:
        """Let go of files."""


class Seed(Struct, frozen=True, gc=False):
    """What one item grows from. `key` is made of content, never of position; `payload` is a Row, a Chunk or whatever
    the recipe planted; `source` says where a human finds it ("seeds.jsonl:12"); `family` is the split key."""

    key: str
    payload: Any
    source: str = ""
    family: str = ""


FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "unknown"]


class Usage(Struct, frozen=True, gc=False):
    """Tokens as the server counted them; None where it did not say."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None


class Answer(Struct, frozen=True, gc=False):
    """What came back: the text, the reasoning kept apart from it, tool calls, usage, why it ended, and which model
    said it (the server's own name for it). `parsed` is the validated object when a schema was asked for."""

    text: str
    model: str
    finish_reason: FinishReason = "stop"
    reasoning: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage | None = None
    parsed: Any = None


class Ask(Protocol):
    """How a recipe talks to a model. The first argument names a prompt template of the recipe, the keywords are its
    variables. Raises RowFailure, which a recipe lets pass: the engine turns it into that row's verdict."""

    @overload
    async def __call__(
        self, label: str, *, schema: type[M], tools: Sequence[Tool] = (), role: str | None = None, **variables: object
    ) -> M: ...
    @overload
    async def __call__(
        self,
        label: str,
        *,
        schema: None = None,
        tools: Sequence[Tool] = (),
        role: str | None = None,
        **variables: object,
    ) -> Answer: ...

    async def many(
        self, label: str, *, n: int, tools: Sequence[Tool] = (), role: str | None = None, **variables: object
    ) -> list[Answer]:
        """`n` samples of one request, perhaps of several models of the role's pool."""
        ...


class Rejection(Struct, frozen=True):
    """Why a recipe keeps a draft out: a stable slug, a sentence, and what shows it."""

    reason: str
    detail: str
    evidence: dict[str, Any] = field(default_factory=dict)

    def verdict(self, by: str, **evidence: object) -> Verdict:
        """The verdict of the recipe called `by`."""
        return Verdict(by, "fail", self.reason, self.detail, {**self.evidence, **evidence}, kind="recipe")


def verdict_of(failure: RowFailure, *, by: str) -> Verdict:
    """A row's failure as a verdict: no answer is no verdict (unscored, tried again by the next run), an unusable
    answer is a fail."""
    return Verdict(
        by=by,
        outcome="unscored" if isinstance(failure, CallFailure) else "fail",
        reason=failure.kind,
        detail=str(failure),
        evidence={"answer": failure.evidence[:MOST_EVIDENCE]} if failure.evidence else {},
        kind="recipe",
    )


class SeedSource(Configured, ABC):
    """Reads real material, lazily. `yields` says what the payloads are: "row" (a Row) or "chunk" (a Chunk).

    `notes` is what the last reading left out, and why, for the log: one sentence each.
    """

    yields: ClassVar[str]

    def __init__(self, options: Options, *, base: Path) -> None:
        super().__init__(options, base=base)
        self.notes: list[str] = []

    @abstractmethod
    def read(self) -> Iterator[Seed]:
        """Every seed once, in a stable order. Raises SeedError naming file and line."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What a recipe finds in all its rows together: a table for the report, sentences on what is out of bounds (a run
    with such `faults` ends with exit code 3), and `remarks` that a reader should know of."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class Recipe(Configured, ABC):
    """Grows rows out of seeds by asking a model. One workflow = one recipe = one file.

    `takes` says which seeds it wants ("row", "chunk", or "" for none). With `in_waves`, `plant` is called again for
    each wave with the rows accepted before it, and the wave is finished before the next one starts; otherwise it is
    called once.
    """

    version: ClassVar[int] = 1
    takes: ClassVar[str] = "row"
    in_waves: ClassVar[bool] = False
    yields_per_item: ClassVar[float] = 1.0
    checks: ClassVar[tuple[str, ...]] = ("shape", "hygiene")
    filters: ClassVar[tuple[str, ...]] = ("dedupe",)

    roles: Mapping[str, Sequence[str]] = MappingProxyType({})
    """The models that the config names for each role, by address; set before `open`. The teacher plays any other."""

    @classmethod
    def must_name(cls, options: Options) -> tuple[str, ...]:  # noqa: ARG003 - for those whose roles depend on knobs
        """Roles that the config must name: the teacher is no stand-in for them."""
        return ()

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:
        """Build what growing needs (an index over the seeds) under `folder`. Called once, before `plant`."""

    @abstractmethod
    def plant(self, accepted: Sequence[Row], wave: int) -> Iterator[Seed]:
        """The items to grow, lazily, in an order that time does not change. `accepted` is empty unless `in_waves`."""

    @abstractmethod
    def grow(self, seed: Seed, ask: Ask) -> AsyncIterator[Row]:
        """Rows from one seed. A row may carry a failing verdict of the recipe's own (`row.with_verdicts`)."""

    def audit(self, rows: Iterable[Row]) -> Audit | None:  # noqa: ARG002 - most recipes look at each row alone
        """Look at every row that the stage decided, refused ones too, in order. Called at the end, without `open`."""
        return None


class Check(Configured, ABC):
    """Says something of one row. Pure and deterministic, no I/O beyond its sandbox.

    A check that is `slow` (more than a few milliseconds: it runs programs, say) is made in a thread of its own.
    """

    version: ClassVar[int] = 1
    slow: ClassVar[bool] = False

    @abstractmethod
    def check(self, row: Row) -> Verdict:
        """The verdict. Never raises for bad content: that is what it is there to say."""


class Vectors(Protocol):
    """Texts as vectors, by the model that the config names under `embeddings:`; each is asked for once and kept."""

    address: str

    async def fetch(self, text: str) -> None:
        """Ask for the vector of `text`, unless it is there. That it failed is no exception here: `get` says so."""
        ...

    def get(self, text: str) -> Sequence[float]:
        """The vector, of the length that the model gives it. Raises CallFailure where there is none."""
        ...


class Filter(Configured, ABC):
    """Says something of a row given those accepted before it: duplicates, novelty, contamination.

    The engine calls `admit` in item order, and `keep` only for rows that every filter admitted, so that a row refused
    by one filter never counts as taken for another. A filter that `needs_vectors` is given them before the first row.
    """

    version: ClassVar[int] = 1
    phase: ClassVar[Literal["admit", "select"]] = "admit"
    """Before the judges (`admit`: spares calls), or among the rows that they passed (`select`)."""
    needs_vectors: ClassVar[bool] = False
    vectors: Vectors

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:
        """Start afresh, with scratch files under `folder` and the run's row seeds to compare with."""

    async def prepare(self, row: Row) -> None:
        """Whatever `admit` would have to wait for. Called beside other rows and before the row's turn, in no order; it
        may remember what it found, and decides nothing. Where a row is told again later, it may not be called."""

    @abstractmethod
    def admit(self, row: Row) -> Verdict:
        """May this row join those kept so far? Changes nothing."""

    @abstractmethod
    def keep(self, row: Row) -> None:
        """The row, the very object that `admit` saw last, has joined."""

    @classmethod
    def prepares(cls) -> bool:
        """Whether it has anything to prepare."""
        return cls.prepare is not Filter.prepare


class Judge(Configured, ABC):
    """Says something of one row by asking models: what no program can decide.

    Judges hear rows that passed every check and were admitted by every filter. A verdict of `unscored` (the judge did
    not answer, or not usably) keeps the row out, and the next run asks again. `roles` are the roles of the config's
    `models:` that it asks, each of which must be named there.
    """

    version: ClassVar[int] = 1

    threshold: float | None = None
    """The score from which a row passes; None leaves it to the judge's questions. Set before the first row."""
    models: Mapping[str, Sequence[str]] = MappingProxyType({})
    """The models that the config names for each of the roles, by address; set before the first row."""

    @property
    @abstractmethod
    def roles(self) -> tuple[str, ...]:
        """The roles that are asked."""

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """A digest over what the judge would ask: rubric, wording, parser; the models are not in it."""

    @abstractmethod
    def prompts(self) -> Mapping[str, Path]:
        """The files of its prompts by label."""

    @abstractmethod
    async def judge(self, row: Row, ask: Ask) -> Verdict:
        """The verdict, of kind "judge". What the judge fails at ends as `unscored`; nothing of a row raises."""


class Split(Configured, ABC):
    """Assigns every accepted row to a split. Streams the rows as often as it needs to.

    `notes` is what a reader should know of the last `assign`: that there were too few families, say.
    """

    notes: Sequence[str] = ()

    @abstractmethod
    def assign(self, rows: Rows, folder: Path) -> Iterator[str]:
        """One split name per row, in the order of `rows`."""


class Rows(Protocol):
    """Accepted rows that can be streamed again and again, always in the same order."""

    def __iter__(self) -> Iterator[Row]: ...
    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export wrote: files with their row counts, rows left out with reasons, fields the target cannot hold.

    `skipped` maps a reason to row ids (at most `SAMPLE` of them) beside `skipped_counts`; `lossy` likewise.
    """

    use: str
    files: Mapping[str, int]
    rows_in: int
    rows_out: int
    skipped_counts: Mapping[str, int]
    skipped: Mapping[str, Sequence[str]]
    lossy_counts: Mapping[str, int]
    lossy: Mapping[str, Sequence[str]]
    warnings: Sequence[str] = ()


class Export(Configured, ABC):
    """Writes accepted rows in the exact shape one trainer loads."""

    @abstractmethod
    def write(self, rows: Iterable[tuple[str, Row]], folder: Path) -> Manifest:
        """Write (split, row) pairs under `folder`, atomically. Raises ExportError."""
