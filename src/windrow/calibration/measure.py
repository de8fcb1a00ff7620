"""What a judge's verdicts are worth beside people's: coverage, agreement beyond chance, errors of both kinds.

A verdict that is not there is in no figure but the coverage. A figure that rests on too few rows is not given, and it
is said which and why.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windrow.statistics.agreement import Confusion, kappa_interval
from windrow.statistics.correction import corrected_rate
from windrow.statistics.intervals import Estimate, wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LEAST = 10
"""Fewer good rows than this say nothing of sensitivity, fewer bad ones nothing of specificity."""
ADVISED = 200
BY_CHANCE = 0.2
"""Agreement beyond chance that is "slight" at best, by Landis and Koch (1977)."""
SEED = 20_000  # of every bootstrap here: the same verdicts give the same interval
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled row with what the judge said. `score` is None where it said nothing usable: then `unscored` is why,
    or `skipped` is True where there was nothing to judge. `vetoed`: a critical criterion failed, so that no threshold
    passes the row. `passed` is the verdict at the rubric's own threshold."""

    id: str
    label: bool
    score: float | None = None
    passed: bool | None = None
    vetoed: bool = False
    unscored: str = ""
    skipped: bool = False

    def passes(self, threshold: float) -> bool | None:
        """The verdict at another threshold; None where there is none."""
        return None if self.score is None else self.score >= threshold and not self.vetoed


@dataclass(frozen=True, slots=True)
class Figures:
    """A judge against people, on some rows. A figure is a dict {value, low, high} at 95 %, or None where it cannot be
    given; `missing` says why, by the figure's name."""

    confusion: Confusion
    kappa: Mapping[str, float] | None
    precision: Mapping[str, float] | None
    sensitivity: Mapping[str, float] | None
    specificity: Mapping[str, float] | None
    missing: Mapping[str, str] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "confusion": cells(self.confusion),
            "kappa": self.kappa,
            "precision": self.precision,
            "sensitivity": self.sensitivity,
            "specificity": self.specificity,
            "missing": dict(self.missing),
        }


def measured(pairs: Iterable[tuple[bool, bool]]) -> Figures:
    """The figures of (people pass, the judge passes) pairs."""
    confusion = Confusion.of(pairs)
    passes = confusion.tp + confusion.fp
    missing: dict[str, str] = {}
    if confusion.good < LEAST:
        missing["sensitivity"] = _too_few("good", confusion.good)
    if confusion.bad < LEAST:
        missing["specificity"] = _too_few("bad", confusion.bad)
    if not passes:
        missing["precision"] = "the judge passed no row"
    if missing.keys() & {"sensitivity", "specificity"}:
        missing["kappa"] = "; ".join(text for name, text in missing.items() if name != "precision")
    return Figures(
        confusion,
        kappa=None if "kappa" in missing else _kappa(confusion),
        precision=None if not passes else share(confusion.tp, passes),
        sensitivity=None if "sensitivity" in missing else share(confusion.tp, confusion.good),
        specificity=None if "specificity" in missing else share(confusion.tn, confusion.bad),
        missing=missing,
    )


def coverage(judged: Sequence[Judged]) -> dict[str, Any]:
    """How many of the rows that could be judged have a score, and what became of the others."""
    due = [one for one in judged if not one.skipped]
    scored = sum(one.score is not None for one in due)
    unscored = Counter(one.unscored or "unknown" for one in due if one.score is None)
    return {
        "value": round(scored / len(due), DIGITS) if due else None,
        "scored": scored,
        "due": len(due),
        "skipped": len(judged) - len(due),
        "unscored": dict(sorted(unscored.items())),
    }


def corrected(passed: int, of: int, confusion: Confusion) -> Estimate:
    """The share of good rows behind `passed` of `of`, with the judge's own error taken out (Rogan and Gladen 1978; the
    confusion is drawn anew by bootstrap). No value where its errors were measured on too few rows."""
    if confusion.good < LEAST or confusion.bad < LEAST:
        few, kind = min((confusion.good, "good"), (confusion.bad, "bad"))
        return Estimate(None, 0.0, 1.0, f"not corrected: {_too_few(kind, few)}")
    if not of:
        return Estimate(None, 0.0, 1.0, "not corrected: no row was judged")
    return corrected_rate(passed, of, confusion, seed=SEED)


def warnings(figures: Figures, labelled: int) -> list[str]:
    """What a reader should know before believing the judge."""
    told = [f"{name} is not given: {why}" for name, why in figures.missing.items()]
    kappa = figures.kappa
    if kappa is not None and kappa["low"] <= 0:
        told.append(f"kappa {kappa['value']} may be 0: the judge may agree with people by chance alone")
    elif kappa is not None and kappa["value"] < BY_CHANCE:
        told.append(f"kappa {kappa['value']} is slight: the judge agrees with people little beyond chance")
    passes = figures.confusion.tp + figures.confusion.fp
    if figures.confusion.n >= LEAST and passes in (0, figures.confusion.n):
        told.append(f"the judge {'passes' if passes else 'fails'} every row: its verdict says nothing")
    if labelled < ADVISED:
        told.append(f"{labelled} labelled rows make wide intervals; {ADVISED} or more, of both kinds, are advised")
    return told


def share(hits: int, trials: int) -> dict[str, float]:
    """A share with its Wilson interval."""
    interval = wilson(hits, trials)
    return _rounded(hits / trials, interval.low, interval.high)


def told(estimate: Estimate) -> dict[str, Any]:
    """An estimate as plain JSON."""
    value = None if estimate.value is None else round(estimate.value, DIGITS)
    return {
        "value": value,
        "low": round(estimate.low, DIGITS),
        "high": round(estimate.high, DIGITS),
        "method": estimate.method,
    }


def cells(confusion: Confusion) -> dict[str, int]:
    """The four counts."""
    return {"tp": confusion.tp, "fp": confusion.fp, "fn": confusion.fn, "tn": confusion.tn}


def _kappa(confusion: Confusion) -> dict[str, float] | None:
    kappa = confusion.kappa()
    if kappa is None:  # one of the two always says the same: no agreement beyond chance can show
        return None
    interval = kappa_interval(confusion)
    return _rounded(kappa, interval.low, interval.high)


def _rounded(value: float, low: float, high: float) -> dict[str, float]:
    return {"value": round(value, DIGITS), "low": round(low, DIGITS), "high": round(high, DIGITS)}


def _too_few(kind: str, count: int) -> str:
    return f"only {count} {kind} rows were labelled and judged, and {LEAST} are the least"
