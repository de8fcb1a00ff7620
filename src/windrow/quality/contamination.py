"""How far evaluation items came into a run: refused word for word, refused in other words, and near without a verdict.

Everything is read off the verdicts of the filter `decontaminate` and the judge `same_question`, over every row that the
filter looked at, refused ones too:

seen = Contamination()
for stored in ledger.rows(): seen.offer(stored.row)
seen.figures(configured=configured(run.config)), seen.pairs()
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from windrow.quality.figure import Figure, not_evaluated
from windrow.statistics.intervals import wilson
from windrow.text.sides import asked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from windrow.row import Row, Verdict

FILTER, REASON = "decontaminate", "contaminated"
UNSET = "no evaluation set was given: filters: [{use: decontaminate, against: …}]"
UNREACHED = "no row came as far as the filter decontaminate"
PER_ITEM, PAIRS = 5, 50
READ = 1_000  # characters of what a row asks, from which personal data is taken before they are cut
MOST = 0.02  # of the rows: from there on whole sources are dropped rather than rows (Lambert et al. 2024)

Decision = Literal["the same", "another", "no verdict", "nobody was asked"]
DECIDED: Mapping[str | None, Decision] = {None: "nobody was asked", "fail": "the same", "pass": "another"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A row and the evaluation item nearest to it by its characters; `decided` is what a judge said of the two."""

    item: str
    row: str
    cosine: float
    asks: str
    decided: Decision

    def told(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)


class Contamination:
    """Counts over a stream of rows of any status. Memory grows with the items that rows hold, not with rows."""

    def __init__(self) -> None:
        self._rows = 0
        self._by: Counter[str] = Counter()
        self._held: Counter[str] = Counter()
        self._material = 0
        self._decided: Counter[Decision] = Counter()
        self._nearest: list[tuple[float, str, str, Pair]] = []  # best first: (-cosine, item, row, …)

    def offer(self, row: Row) -> None:
        """Count one row, of whatever status."""
        looked = next((one for one in row.verdicts if one.by == FILTER and one.kind == "filter"), None)
        if looked is None:
            return
        self._rows += 1
        judged = next((one for one in row.verdicts if one.kind == "judge" and _is_about_items(one)), None)
        for verdict in (looked, judged):
            if verdict is not None and verdict.outcome == "fail":
                self._by[verdict.by] += 1
                self._held[str(verdict.evidence.get("item"))] += 1
        self._material += "in_passages" in looked.evidence
        proposed = looked.evidence.get("proposed")
        if isinstance(proposed, dict):
            self._propose(row, str(proposed.get("item")), float(proposed.get("cosine", 0)), judged)

    def figures(self, *, configured: bool = True) -> Iterator[Figure]:
        """The share of the rows that hold an item, how many items are held, and how many rows are near one."""
        if not self._rows:
            yield not_evaluated(
                "rows that hold an evaluation item", "contamination", UNREACHED if configured else UNSET
            )
            return
        yield self._refused()
        most = ", ".join(f"{item} in {rows:,}" for item, rows in _most(self._held, PER_ITEM))
        how = "named by the verdicts, over every row that the filter looked at"
        yield self._counted(
            "evaluation items held by rows", len(self._held), how, "items", f"most: {most}" if most else ""
        )
        near = self._decided.total()
        said = ", ".join(f"{what} {rows:,}" for what, rows in sorted(self._decided.items()))
        how = "TF-IDF of runs of characters; a likeness decides nothing"
        yield self._counted("rows near an evaluation item", near, how, "rows", f"judged: {said}" if said else "")
        if self._material:
            how = "runs of eight words in common, in the row's contexts alone; no ground to refuse it"
            yield self._counted("rows whose passages hold an evaluation item", self._material, how, "rows", "")

    def pairs(self) -> list[Pair]:
        """What is near and may be a paraphrase: the nearest first, at most five for an item and fifty in all."""
        return [pair for *_, pair in self._nearest]

    def _refused(self) -> Figure:
        refused = self._by.total()
        bounds = wilson(refused, self._rows)
        by = ", ".join(f"{by} {rows:,}" for by, rows in sorted(self._by.items()))
        crossed = bounds.low > MOST
        return Figure(
            "rows that hold an evaluation item",
            "contamination",
            refused / self._rows,
            "refused: half of an item in runs of eight words, or in other words by a judge; Wilson",
            self._rows,
            unit="share",
            low=bounds.low,
            high=bounds.high,
            bound=f"≤ {MOST}",
            alarm="the seeds or the teacher know the evaluation set: look where these rows came from"
            if crossed
            else "",
            detail=f"{refused:,} rows refused" + (f", by {by}" if by else ""),
        )

    def _counted(self, name: str, count: int, how: str, unit: str, detail: str) -> Figure:
        return Figure(name, "contamination", count, how, self._rows, unit=unit, detail=detail)

    def _propose(self, row: Row, item: str, cosine: float, judged: Verdict | None) -> None:
        """Take note of a row that is near an item; of the pairs, those are kept that may be shown."""
        decided = _decided(item, judged)
        self._decided[decided] += 1
        key = -cosine, item, row.id
        if len(self._nearest) == PAIRS and key > self._nearest[-1][:3]:
            return
        insort(self._nearest, (*key, Pair(item, row.id, cosine, asked(row)[:READ], decided)), key=lambda one: one[:3])
        of_item = [one for one in self._nearest if one[1] == item]
        if len(of_item) > PER_ITEM:
            self._nearest.remove(of_item[-1])
        del self._nearest[PAIRS:]


def configured(config: Mapping[str, Any]) -> bool:
    """Whether any recipe of a plan, spelled out as plain JSON, has the filter."""
    return any(told["use"] == FILTER for recipe in config.get("recipes", ()) for told in recipe.get("filters", ()))


def _is_about_items(verdict: Verdict) -> bool:
    """Whether a judge that looks for evaluation items gave it, whatever the config calls it."""
    return "nearest" in verdict.evidence or verdict.reason == REASON


def _decided(item: str, judged: Verdict | None) -> Decision:
    """What a judge said of the row and this very item."""
    shown = () if judged is None else judged.evidence.get("nearest", ())
    said = next((one.get("verdict") for one in shown if one.get("item") == item), None)
    return DECIDED.get(said, "no verdict")


def _most(counts: Counter[str], most: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:most]
