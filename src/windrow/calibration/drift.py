"""Notices that a judge is not the one that was measured any more, from labelled rows that ride along: the anchors.

Two tests look at the same stream. A CUSUM adds up how far agreement with people is off what it was (Page 1954), fast
for a lasting change; it takes means of ten anchors, because single yes-or-no values are far from normal. McNemar's
test compares each anchor with what the judge said of that very anchor before, and knows nothing of how good the judge
was by luck. The CUSUM alarms where McNemar's test does not speak against it, McNemar's alone where it is sure.
"""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any, Literal

from windrow.errors import ConfigError
from windrow.statistics.agreement import mcnemar
from windrow.statistics.sequential import Cusum

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from windrow.statistics.sequential import Side

BATCH = 10
"""Anchors in one value of the CUSUM: a fall of agreement from .90 to .80 is then about one standard error."""
WINDOW = 200
"""The latest anchors that McNemar's test looks at."""
CONFIRMS = 0.05
ALONE = 0.005
DAYS = 7
EVERY = 5_000


@dataclass(frozen=True, slots=True)
class Alarm:
    """The judge drifted. `at` and `last_good` are places in the stream, as `observe` was told them: verdicts given
    after `last_good` are stale. `agreement` is that of the latest `anchors`, of which the judge `lost` some it had
    right before and `gained` others; `p` is McNemar's."""

    at: int
    last_good: int
    by: Literal["cusum", "mcnemar"]
    side: Side
    agreement: float
    baseline: float
    anchors: int
    lost: int
    gained: int
    p: float

    def __str__(self) -> str:
        return (
            f"the judge agrees with people on {self.agreement:.0%} of the latest {self.anchors} anchors, and it was "
            f"{self.baseline:.0%}: {self.lost} lost, {self.gained} gained; verdicts after {self.last_good} are stale"
        )

    def told(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)


class DriftWatch:
    """Watches one judge. `baseline` says of each anchor whether the judge agreed with people when it was measured.

    An anchor that got no verdict is no disagreement: it is counted in `unscored` and nothing else. With 200 anchors
    and every tenth judgment of one, a fall of agreement from .90 to .80 is noticed within 2,000 judgments 95 times in
    100 where a judge mostly errs on the same rows again, and a fall to .70 practically always; 10,000 judgments
    without a change give 0.04 alarms. Where every error is a new throw of dice it is 80 times in 100, and 0.35 alarms
    (0.26 with 300 anchors): then the baseline itself is known less well. Errors that move to other rows while their
    share stays are no alarm: `told()` has them as `lost` and `gained`.
    """

    def __init__(
        self, baseline: Mapping[str, bool], *, k: float = 0.5, h: float = 5.0, batch: int = BATCH, window: int = WINDOW
    ) -> None:
        if not baseline:
            raise ConfigError("there is no anchor to watch by", remedy="calibrate the judge: windrow calibrate GOLD")
        self._baseline = dict(baseline)
        right = sum(self._baseline.values())
        # Never quite 0 or 1 (Laplace): a judge that was right on all anchors may be wrong once without an alarm.
        self._rate = (right + 1) / (len(self._baseline) + 2)
        self._error = sqrt(self._rate * (1 - self._rate) / batch)
        self._size = batch
        self._cusum = Cusum(k, h)
        self._batch: list[bool] = []
        self._latest: deque[tuple[bool, bool]] = deque(maxlen=window)
        self._places: deque[int] = deque(maxlen=window)
        self._good: dict[Side, int] = {"up": 0, "down": 0}
        self._start = 0
        self._place = 0
        self.baseline = right / len(self._baseline)
        """The share of the anchors that the judge had right when it was measured."""
        self.observed = 0
        """Anchors with a verdict so far."""
        self.unscored = 0
        """Anchors without one."""

    def observe(self, anchor: str, right: bool | None, *, at: int | None = None) -> Alarm | None:
        """Take the verdict on an anchor: whether it agreed with people, None where there was none.

        `at` is the place in the stream, in whatever the caller counts, never falling; left out, anchors are counted.
        After an alarm everything starts afresh. Raises ConfigError for an anchor that the baseline does not have.
        """
        if anchor not in self._baseline:
            raise ConfigError(f"anchor {anchor!r} is not among the rows that the judge was measured on")
        self._place = self._place + 1 if at is None else at
        if right is None:
            self.unscored += 1
            return None
        self.observed += 1
        if len(self._places) == self._places.maxlen:
            self._start = self._places[0]
        self._places.append(self._place)
        self._latest.append((self._baseline[anchor], right))
        self._batch.append(right)
        return self._looked() if len(self._batch) == self._size else None

    def told(self) -> dict[str, Any]:
        """How it stands, as plain JSON."""
        lost, gained = self._changed()
        latest = len(self._latest)
        return {
            "anchors": self.observed,
            "unscored": self.unscored,
            "baseline": round(self.baseline, 4),
            "agreement": round(sum(now for _, now in self._latest) / latest, 4) if latest else None,
            "lost": lost,
            "gained": gained,
        }

    def _looked(self) -> Alarm | None:
        """Both tests, at the end of a batch."""
        side = self._cusum.add((sum(self._batch) / self._size - self._rate) / self._error)
        self._batch.clear()
        for each in self._good:
            if self._cusum.last_good(each) == self._cusum.seen:
                self._good[each] = self._place
        lost, gained = self._changed()
        p = mcnemar(lost, gained)
        if side is not None and p < CONFIRMS and (lost > gained) == (side == "down"):
            return self._alarm("cusum", side, self._good[side], p)
        if p < ALONE:
            return self._alarm("mcnemar", "down" if lost > gained else "up", self._start, p)
        return None

    def _changed(self) -> tuple[int, int]:
        lost = sum(before and not now for before, now in self._latest)
        return lost, sum(now and not before for before, now in self._latest)

    def _alarm(self, by: Literal["cusum", "mcnemar"], side: Side, last_good: int, p: float) -> Alarm:
        lost, gained = self._changed()
        latest = len(self._latest)
        alarm = Alarm(
            at=self._place,
            last_good=last_good,
            by=by,
            side=side,
            agreement=round(sum(now for _, now in self._latest) / latest, 4),
            baseline=round(self.baseline, 4),
            anchors=latest,
            lost=lost,
            gained=gained,
            p=p,
        )
        self._cusum.reset()
        self._latest.clear()
        self._places.clear()
        self._start = self._place
        self._good = {"up": self._place, "down": self._place}
        return alarm


@dataclass(frozen=True, slots=True)
class Standing:
    """Which judge it is, on which day, after how many judgments."""

    on: date
    model: str
    fingerprint: str
    judgments: int = 0


def is_looking(anchors: int) -> bool:
    """Whether so many anchors with a verdict were enough for a look: then no other check is due."""
    return anchors >= BATCH


def due(last: Standing, now: Standing, *, days: int = DAYS, every: int = EVERY) -> tuple[str, ...]:
    """Why the anchors must be judged anew, since they `last` were; empty where they need not be."""
    why = []
    if now.model != last.model:
        why.append(f"the model is {now.model}, and was {last.model}")
    if now.fingerprint != last.fingerprint:
        why.append("the rubric, its wording or its parser changed")
    if (now.on - last.on).days > days:
        why.append(f"{(now.on - last.on).days} days have passed, and {days} are the most")
    if now.judgments - last.judgments >= every:
        why.append(f"{now.judgments - last.judgments} judgments were made, and {every} are the most")
    return tuple(why)
