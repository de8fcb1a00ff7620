"""Judge a sample, and let its defect rate decide: accept the rest unjudged, judge it too, look further, or stop.

A row that is accepted by sample says so, and has no score. What the judge itself refused is out in any case; where it
gave no verdict on a row of the sample, that row is in no rate and not accepted.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from typing import TYPE_CHECKING, Any

from windrow.engine.ruling import WAITING
from windrow.engine.together import Together, is_judged
from windrow.row import Verdict
from windrow.statistics.intervals import wilson
from windrow.statistics.sampling import Stratum, draw, sample_size
from windrow.statistics.two_pass import LOOKS, Look, take_look

if TYPE_CHECKING:
    from windrow.engine.bench import Bench
    from windrow.engine.together import Waiting
    from windrow.row import Row
    from windrow.statistics.intervals import Interval

BY_SAMPLE = "accepted_by_sample"
DEFECTIVE = "generator_defective"
NOT_APPLICABLE = "not_applicable"
AUDIT = "audit"


class TwoPass(Together):
    """See the module. Memory grows with the ids of the rows that wait, not with their content."""

    hears = False

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._strata: dict[str, list[str]] = {}
        self._judged: Counter[str] = Counter()
        self._defects: Counter[str] = Counter()
        self._candidates = 0
        self._unjudged = 0
        self._sampled = 0
        self._looks: list[Look] = []
        self._audit: dict[str, Any] = {}
        self.decision = ""

    @property
    def is_over(self) -> bool:
        return self.decision == "full_pass"

    def enough(self, missing: int) -> int:
        return missing

    def add(self, row: Row) -> None:
        if not self.decision:
            self._strata.setdefault(_stratum(row), []).append(row.id)

    async def settle(self, waiting: Waiting) -> str:
        if not self.decision:
            self.decision = await self._look(waiting)
            self._strata.clear()
        if waiting.court.stopped:
            return waiting.court.stopped
        if self.decision == "stop":
            waiting.leave(DEFECTIVE)
            return DEFECTIVE
        await self._decide_rest(waiting)
        return waiting.court.stopped

    async def _look(self, waiting: Waiting) -> str:
        """Judge a sample, and a larger one where that decides nothing; what to do with the rest."""
        sizes = {name: len(ids) for name, ids in self._strata.items()}
        self._candidates = sum(sizes.values())
        size = sample_size(self._candidates, self._bench.share)
        seen: set[str] = set()
        for number in range(1, LOOKS + 1):
            whole = size >= self._candidates
            drawn = {one for ids in draw(self._strata, size, self._seed(waiting)).values() for one in ids}
            await self._hear(waiting, drawn - seen)
            seen |= drawn
            if waiting.court.stopped:
                return ""
            strata = [Stratum(sizes[name], self._judged[name], self._defects[name]) for name in sizes]
            look = take_look(
                strata,
                gold=self._bench.gold,
                accept=self._bench.accept,
                regenerate=self._bench.regenerate,
                look=number,
                seed=self._seed(waiting),
            )
            self._looks.append(look)
            if look.decision == "stop":
                return "stop"
            if whole or look.decision != "extend":
                return "full_pass" if whole else look.decision
            size = min(2 * size, self._candidates)
        return "full_pass"

    async def _hear(self, waiting: Waiting, ids: set[str]) -> None:
        """Judge those rows of the sample; what is refused is out, what is passed waits on with its verdict."""
        rows = (stored for stored in waiting if stored.row.id in ids)
        async for stored, row in waiting.heard(rows):
            self._sampled += 1
            verdict = row.verdicts[-1]
            if verdict.outcome != "unscored":
                name = _stratum(row)
                self._judged[name] += 1
                self._defects[name] += verdict.outcome == "fail"
            if verdict.outcome == "pass":
                waiting.rulings.restate(stored, row, "pending", by=self._bench.name, reason=WAITING)
            else:
                waiting.rulings.settle(stored, row)

    async def _decide_rest(self, waiting: Waiting) -> None:
        """Every row that waits still: those of the sample passed; the others are accepted with it, or judged now."""
        if self.decision == "accept":
            for stored in waiting:
                row = stored.row
                if not is_judged(row, self._bench.name):
                    row = row.with_verdicts(self._by_sample())
                    self._unjudged += 1
                waiting.rulings.settle(stored, row)
            return
        async for stored, row in waiting.heard(waiting, unless=lambda row: is_judged(row, self._bench.name)):
            waiting.rulings.settle(stored, row)

    async def audit(self, waiting: Waiting) -> None:
        """Ask anew about some accepted and some refused rows. Nothing of it changes a row."""
        if not self._bench.audit or not self.decision or waiting.court.stopped:
            return
        for status, said in (("accepted", "pass"), ("rejected", "fail")):
            rows = _some(waiting, status, self._bench, self._seed(waiting))
            verdicts = [verdict async for _, verdict in waiting.again(rows, f"{AUDIT}\0{status}")]
            judged = [one for one in verdicts if one.outcome != "unscored" and one.reason != NOT_APPLICABLE]
            otherwise = sum(one.outcome != said for one in judged)
            self._audit |= {f"{status}_judged": len(judged), f"{status}_otherwise": otherwise}
            if judged:
                interval = wilson(otherwise, len(judged))
                self._audit[f"{status}_rate"] = _told(otherwise / len(judged), interval)

    def told(self) -> dict[str, Any]:
        out: dict[str, Any] = {"decision": self.decision or None, "unjudged": self._unjudged, "audit": self._audit}
        if self._looks:
            last = self._looks[-1]
            used = last.corrected or last.observed
            sample = {"of": self._candidates, "rows": self._sampled, "judged": last.judged, "defects": last.defects}
            out |= {
                "look": last.number,
                "sample": sample,
                "interval": _told(used.value, used.interval) | {"method": used.method},
                "observed": _told(last.observed.value, last.observed.interval),
                "looks": [_look(look) for look in self._looks],
            }
        return out

    def _by_sample(self) -> Verdict:
        last = self._looks[-1]
        used = last.corrected or last.observed
        detail = (
            f"not judged: accepted by sample. Of {last.judged} rows judged {last.defects} were refused: at most "
            f"{used.high:.1%} of all are defective"
        )
        evidence = {"sample": {"judged": last.judged, "defects": last.defects, "high": round(used.high, 4)}}
        return Verdict(self._bench.name, "pass", BY_SAMPLE, detail, evidence, kind="judge")

    def _seed(self, waiting: Waiting) -> str:
        return f"{waiting.stage}/{self._bench.name}"


def _stratum(row: Row) -> str:
    """Workflow, category and teacher: whatever may be better or worse than the rest."""
    told = row.lineage
    category = told.extra.get("category") or (told.operators[-1] if told.operators else row.kind)
    return "\0".join((told.recipe, str(category), "+".join(told.models)))


def _some(waiting: Waiting, status: str, bench: Bench, seed: str) -> list[Row]:
    """As many rows of that status as the audit wants, chosen by a hash of seed and content."""
    by = bench.name if status == "rejected" else None
    rows = waiting.ledger.rows(status=status, stage=waiting.stage, by=by)
    ranked = ((hashlib.sha256(f"{AUDIT}\0{seed}\0{one.row.id}".encode()).digest(), one.seq, one.index, one.row)
              for one in rows)  # fmt: skip
    return [row for *_, row in heapq.nsmallest(bench.audit, ranked, key=lambda one: one[:3])]


def _told(value: float | None, interval: Interval) -> dict[str, float | None]:
    rate = None if value is None else round(value, 4)
    return {"value": rate, "low": round(interval.low, 4), "high": round(interval.high, 4)}


def _look(look: Look) -> dict[str, Any]:
    told: dict[str, Any] = {
        "look": look.number,
        "judged": look.judged,
        "defects": look.defects,
        "decision": look.decision,
        "observed": _told(look.observed.value, look.observed.interval),
    }
    if look.corrected is not None:
        told["corrected"] = _told(look.corrected.value, look.corrected.interval)
    return told
