"""How a run ended, in one sentence for each thing that a reader must know, and as an exit code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windrow.cli.frame import UNMET, tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from windrow.run import Run
    from windrow.run.folder import Ended

STOPPED = {
    "judge_silent": (
        "a judge gave no verdicts, and what it was asked about is unscored: never accepted, never a zero "
        "(`windrow doctor CONFIG` looks at its endpoint; the same command asks again)"
    ),
    "judge_drift": (
        "a judge is not the judge it was: its anchors get other verdicts than before (pin its model or calibrate it "
        "anew; the same command then judges what went stale)"
    ),
    "generator_defective": (
        "so much of the sample is defective that filtering is no cure (mend the recipe, its prompts or the teacher: "
        "`windrow rows RUN --status rejected --where judge` shows what is wrong)"
    ),
    "vectors_silent": (
        "the model of the vectors does not answer, so that rows cannot be compared; those without a vector are "
        "unscored, and so not accepted (`windrow doctor CONFIG` looks at its endpoint; the same command asks again)"
    ),
}
REASONS = {
    "seeds": "the seeds are used up (add seeds, or lower rows; `windrow report` shows what was refused, and why)",
    "max_candidates": "max_candidates is reached (raise it; `windrow report` shows what was refused, and why)",
    **STOPPED,
}

SPOKEN = frozenset({"escalated", "judge_disagreement", "not_applicable"})  # unscored, though judges did answer


@dataclass(frozen=True)
class Ending:
    """What came of a run. `unscored` are the rows that a judge was asked about without a verdict, by error.type."""

    short: tuple[Ended, ...]
    stopped: tuple[Ended, ...]
    faults: tuple[str, ...]
    unscored: Mapping[str, int]
    owed: int
    quarantined: int
    held_back: str = ""

    @classmethod
    def of(cls, run: Run, report: Mapping[str, Any]) -> Ending:
        """The ending of `run`, which `report` measures."""
        ended = run.ended()
        open_ended = {stage.stage for stage in ended if stage.target is None}
        unscored: Counter[str] = Counter()
        owed = 0
        for told in report.get("unscored", ()):
            unscored[told["reason"]] += told["rows"]
            owed += told["rows"] if told["stage"] in open_ended else 0
        return cls(
            short=tuple(stage for stage in ended if stage.unmet),
            stopped=tuple(stage for stage in ended if not stage.unmet and stage.why in STOPPED),
            faults=tuple(f"{audit['stage']}: {fault}" for audit in report["audits"] for fault in audit["faults"]),
            unscored=dict(unscored.most_common()),
            owed=owed,
            quarantined=report["rows"]["quarantined"],
            held_back=report.get("held_back", ""),
        )

    @property
    def code(self) -> int:
        """0, or 3: short of a target, stopped by a judge, out of bounds, not exported for terms that nobody
        acknowledged, or, where every seed was to be used once, rows without the verdict that decides on them."""
        return UNMET if self.short or self.stopped or self.faults or self.owed or self.held_back else 0

    def told(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "exit_code": self.code,
            "unmet": [stage.stage for stage in self.short],
            "stopped": {stage.stage: stage.why for stage in (*self.short, *self.stopped)},
            "out_of_bounds": list(self.faults),
            "unscored": dict(self.unscored),
            "held_back": self.held_back,
        }

    def tell(self) -> None:
        """Say it on stderr."""
        for line in self.lines():
            tell(line)

    def lines(self) -> Iterator[str]:
        """A sentence each."""
        for stage in self.short:
            yield f"{stage.stage}: {stage.accepted} of {stage.target} rows: {REASONS.get(stage.why, stage.why)}"
        for stage in self.stopped:
            yield f"{stage.stage}: {stage.accepted} rows: {REASONS[stage.why]}"
        for fault in self.faults:
            yield f"out of bounds: {fault}"
        if self.held_back:
            yield f"nothing exported: {self.held_back}"
        for spoken, what in (
            (False, "no usable verdict of a judge ({}); the same command asks again"),
            (True, "the judges answered, and did not settle it ({}); that is for a person to decide"),
        ):
            reasons = {reason: rows for reason, rows in self.unscored.items() if (reason in SPOKEN) is spoken}
            if reasons:
                why = what.format(", ".join(f"{reason} {rows}" for reason, rows in reasons.items()))
                yield f"unscored, and so not accepted: {_rows(sum(reasons.values()))}: {why}"
        silent = sum(self.unscored.values())
        if self.quarantined - silent:
            yield f"{self.quarantined - silent} rows had no usable answer: the same command tries those again"


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"
