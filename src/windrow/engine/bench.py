"""A judge at work in a stage: it hears one row at a time, each with an `ask` of its own.

What a judge is asked depends on the judge and on the row's content alone, so that a verdict that was paid for is found
again, whichever item grew the row and whatever became of others.
"""

from __future__ import annotations

import asyncio
import hashlib
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from msgspec.structs import replace

from windrow.engine.asker import Asker, Desk
from windrow.engine.riders import Riders
from windrow.errors import CallFailure, MissingError, RowFailure, WindrowError
from windrow.evaluators.families import leaking
from windrow.row import Verdict
from windrow.shapes import MOST_EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from windrow.calibration.anchors import Anchor
    from windrow.calibration.drift import DriftWatch
    from windrow.engine.cast import Cast
    from windrow.engine.lane import Lane
    from windrow.events import Listener
    from windrow.ledger.base import Ledger
    from windrow.prompts import Template
    from windrow.row import Row
    from windrow.shapes import Judge
    from windrow.statistics.agreement import Confusion

UNSCORED_IN_A_ROW = 20  # verdicts that are none: such a judge is as good as dead
SPOKEN = frozenset({"escalated", "judge_disagreement", "not_applicable"})  # unscored, though the judges did answer
ASKED_AS = "judge"


@dataclass(frozen=True)
class Bench:
    """A judge of a stage. `name` signs its verdicts; `models` are the addresses that play its roles, by role.

    `mode` says how it decides: of each row alone, or of rows together (see `together`): then `share` is that of the
    sample, or of what is dropped, `audit` how many rows are looked at again, `accept` and `regenerate` the defect rates
    below and above which the rest is not judged, and `gold` how it did on labelled rows.
    One of `anchors` rides with every `rows_per_anchor` rows, under a `watch` of its own for each stage.
    """

    name: str
    judge: Judge
    templates: Mapping[str, Template]
    models: Mapping[str, tuple[str, ...]]
    mode: Literal["every", "bottom_out", "two_pass"] = "every"
    share: float = 0.0
    audit: int = 0
    accept: float = 0.05
    regenerate: float = 0.4
    gold: Confusion | None = None
    anchors: tuple[Anchor, ...] = ()
    rows_per_anchor: int = 9
    watch: Callable[[], DriftWatch] | None = None

    @property
    def asked(self) -> tuple[str, ...]:
        """The addresses of who judges, each once."""
        return tuple(dict.fromkeys(address for pool in self.models.values() for address in pool))


class Sitting:
    """A judge that sits in one stage. Once it is `silent` (why, as a slug) it is asked nothing more, and all that it
    hears is unscored for that reason."""

    def __init__(
        self,
        bench: Bench,
        *,
        cast: Cast,
        lanes: Mapping[int, Lane],
        ledger: Ledger,
        listener: Listener,
        fell_silent: Callable[[], None],
    ) -> None:
        self.name = bench.name
        self.riders = Riders(bench)
        self.silent = ""
        self.unheard = 0
        self._judge = bench.judge
        self.asked = bench.asked
        self.answered_as: set[str] = set()
        self._fell_silent = fell_silent
        self.desk = Desk(
            f"{ASKED_AS}/{bench.name}",
            templates=bench.templates,
            cast=cast.among(bench.models),
            lanes=lanes,
            ledger=ledger,
            listener=listener,
            of_judges=True,
        )

    def item_of(self, row: Row, turn: str = "") -> str:
        """The key under which what the judge says of `row` is kept; `turn` names a hearing beside the usual one."""
        return hashlib.sha256(f"{ASKED_AS}\0{self.name}\0{row.id}\0{turn}".encode()).hexdigest()[:32]

    async def hear(self, row: Row, turn: str = "") -> Verdict:
        """The verdict on `row`. Raises only what ends the run, and Drained once the stage wants nothing more."""
        if not self.sits():
            return self.nothing_said()
        ask = Asker(self.desk, self.item_of(row, turn))
        try:
            verdict = await self._judge.judge(row, ask)
            if not isinstance(verdict, Verdict):
                raise TypeError(f"judge {self.name} gave a {type(verdict).__name__} instead of a Verdict")  # noqa: TRY301 - caught below as any bug of a plug-in's
        except MissingError as error:
            self.falls_silent(_kind(error))
            return self.nothing_said(str(error))
        except RowFailure as failure:
            verdict = Verdict(self.name, "unscored", failure.kind, str(failure), kind="judge")
        except WindrowError:
            raise
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self.sits() or (task is not None and task.cancelling()):
                raise
            return self.nothing_said()
        except Exception as error:  # noqa: BLE001 - a plug-in's bug costs the row, and is shown
            trace = "".join(traceback.format_exception(error))[-MOST_EVIDENCE:]
            said = f"{type(error).__name__}: {error}"
            verdict = Verdict(self.name, "unscored", "crashed", said, {"traceback": trace}, kind="judge")
        return self._signed(verdict, row, ask)

    def sits(self) -> bool:
        """Whether the judge can still be asked."""
        return not self.silent

    def count(self, verdict: Verdict) -> None:
        """Take note of a verdict, in the order of the rows: after too many in a row that are none, it is silent."""
        if verdict.outcome != "unscored" or verdict.reason in SPOKEN:
            self.unheard = 0
            return
        self.unheard += 1
        if self.unheard >= UNSCORED_IN_A_ROW:
            self.falls_silent(verdict.reason)

    def falls_silent(self, why: str) -> None:
        """Ask nothing more; what is under way comes home."""
        self.silent = self.silent or why
        self.desk.shut.set()
        self._fell_silent()

    def nothing_said(self, why: str = "") -> Verdict:
        """The verdict that is none, of a judge that is silent."""
        detail = why or f"the judge {self.name} gives no verdicts any more ({self.silent}): the next run asks again"
        return Verdict(self.name, "unscored", self.silent, detail, kind="judge")

    def _signed(self, verdict: Verdict, row: Row, ask: Asker) -> Verdict:
        """The verdict, with who was asked: no judge can forget or invent it."""
        asked = tuple(ask.models) or self.asked
        self.answered_as.update(ask.answered_as)
        told: dict[str, Any] = dict(verdict.evidence.get("judge") or {})
        told.setdefault("fingerprint", self._judge.fingerprint)
        told |= {"model": asked[0]} if len(asked) == 1 else {"models": list(asked)}
        evidence = {**verdict.evidence, "judge": told}
        kin = leaking(asked, (*row.lineage.models, *row.lineage.descent))
        evidence["same_family"] = bool(kin)
        return replace(verdict, by=self.name, evidence=evidence, kind="judge")


def _kind(error: MissingError) -> str:
    cause = error.__cause__
    return cause.kind if isinstance(cause, CallFailure) else "missing"
