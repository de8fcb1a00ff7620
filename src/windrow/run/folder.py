"""The run folder, open for reading: rows with their verdicts, counts, how its stages ended, what it cost.

plan.json        what was asked for: the whole config, defaults spelled out, nothing secret
ledger.sqlite    every answer, every row with its verdicts
exports/<use>/   what a trainer loads
report.json, report.md, report.html
                 how good the rows are, and how that is known
preview/         the same, of `windrow preview`; the run takes its answers from there
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from windrow.errors import ConfigError, RunError
from windrow.ledger.sqlite import SQLiteLedger
from windrow.report.meter import StageMeter
from windrow.report.prices import Prices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from windrow.ledger.base import CallTotals, Ledger, StoredRow
    from windrow.shapes import Manifest

PLAN = "plan.json"
LEDGER = "ledger.sqlite"
PREVIEW = "preview"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Ended:
    """How a stage ended. `why` is one of: target, seeds, max_candidates."""

    stage: str
    target: int | None
    accepted: int
    why: str

    @property
    def unmet(self) -> bool:
        """Whether rows are missing to the target."""
        return self.target is not None and self.accepted < self.target


class Run:
    """A run folder. `Run.open` finds one that is there; `Plan.run` makes one and returns it."""

    def __init__(self, folder: Path, told: dict[str, Any]) -> None:
        self.folder = folder
        self._told = told

    @classmethod
    def open(cls, folder: Path | str) -> Run:
        """The run in `folder`. Raises ConfigError where there is none."""
        place = Path(folder)
        try:
            told = orjson.loads((place / PLAN).read_bytes())
        except FileNotFoundError as error:
            raise ConfigError(
                "not a run folder", where=str(place), remedy="make one with: windrow run CONFIG"
            ) from error
        except (OSError, orjson.JSONDecodeError) as error:
            raise RunError(f"cannot be read: {error}", where=str(place / PLAN)) from error
        if not isinstance(told, dict) or told.get("schema") != SCHEMA:
            raise RunError("was written by another version of windrow", where=str(place / PLAN))
        return cls(place, told)

    @property
    def name(self) -> str:
        """The plan's name."""
        return str(self._told["name"])

    @property
    def digest(self) -> str:
        """The digest of the plan that ran here last."""
        return str(self._told["digest"])

    @property
    def config(self) -> dict[str, Any]:
        """The plan that ran here last as plain JSON, defaults spelled out."""
        return dict(self._told["config"])

    def prices(self) -> Prices:
        """What the models of the plan cost, as far as that is known."""
        return Prices(self.config["prices"], self._told["listed"])

    @property
    def base(self) -> Path:
        """The folder that the config's relative paths start from."""
        return Path(self._told["base"])

    def rows(
        self, *, status: str | None = None, stage: str | None = None, by: str | None = None, limit: int | None = None
    ) -> Iterator[StoredRow]:
        """Rows with their status and reason, streamed in order. `by` keeps those refused by that check or filter."""
        with self.ledger() as ledger:
            yield from ledger.rows(status=status, stage=stage, by=by, limit=limit)

    def counts(self) -> dict[tuple[str, str], int]:
        """(stage, status) -> rows."""
        with self.ledger() as ledger:
            return ledger.counts()

    def reasons(self) -> list[tuple[str, str, str, int]]:
        """(stage, by, reason, rows) of every row that was not accepted, most first."""
        with self.ledger() as ledger:
            return ledger.reasons()

    def calls(self) -> list[CallTotals]:
        """What was asked over the life of the folder, its preview included."""
        with self.ledger() as ledger:
            return self.calls_in(ledger)

    def calls_in(self, ledger: Ledger) -> list[CallTotals]:
        """`calls`, where the ledger is open already."""
        preview = self.folder / PREVIEW
        return [*ledger.calls(), *(Run.open(preview).calls() if (preview / PLAN).exists() else ())]

    def ended(self) -> list[Ended]:
        """How each stage of the last run ended; a stage that has not ended is not there."""
        with self.ledger() as ledger:
            return self.ended_in(ledger)

    def ended_in(self, ledger: Ledger) -> list[Ended]:
        """`ended`, where the ledger is open already."""
        told = [event.data for event in ledger.events() if event.kind == "stage_ended"]
        return [Ended(stage["name"], stage["target"], stage["accepted"], stage["why"]) for stage in told]

    def metered(self) -> list[StageMeter]:
        """What each stage of the last run took, answers that were there already counted as asked."""
        with self.ledger() as ledger:
            told = [event.data for event in ledger.events() if event.kind == "metered"]
        return [StageMeter.from_dict(stage) for stage in told[-1]["stages"]] if told else []

    def unmet(self) -> list[Ended]:
        """The stages that could not reach their target, with why."""
        return [stage for stage in self.ended() if stage.unmet]

    def report(self) -> dict[str, Any]:
        """How good the rows are and how that is known, measured anew from the ledger."""
        from windrow.run.finish import measure_run  # noqa: PLC0415 - reading rows needs none of it

        return measure_run(self)

    def export(
        self,
        uses: Sequence[str] = (),
        *,
        to: Path | str | None = None,
        partial: bool = False,
        acknowledge_terms: bool = False,
        exclude_terms: bool = False,
    ) -> dict[str, Manifest]:
        """Write the accepted rows for trainers: those of the plan, or `uses`. Returns what was written, by folder.

        A run that has not ended is refused, because its rows are not split, unless `partial`; so are rows by models
        whose terms forbid training on them, or that nobody reviewed, unless these are acknowledged or the rows left out
        (`exclude_terms`). Raises ExportError.
        """
        from windrow.run.finish import export_run  # noqa: PLC0415

        home = None if to is None else Path(to)
        return export_run(
            self, uses, home, partial=partial, acknowledged=acknowledge_terms, without_restricted=exclude_terms
        )

    def ledger(self) -> closing[SQLiteLedger]:
        """The ledger, for reading, in a `with`."""
        return closing(SQLiteLedger.open(self.folder / LEDGER, readonly=True))
