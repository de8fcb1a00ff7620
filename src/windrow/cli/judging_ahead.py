"""What judging would take, before anybody is asked: rows and calls as ranges, as far as the plan alone can tell."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from windrow.evaluators import names
from windrow.statistics.sampling import sample_size

if TYPE_CHECKING:
    from collections.abc import Mapping

Range = tuple[int, int]
MOST_PER_ROW, FEWEST_CANDIDATES = 10, 200  # what the engine grows at most where `max_candidates` does not say


def ahead(stage: Mapping[str, Any], judge: Mapping[str, Any]) -> dict[str, Any]:
    """What `judge` would be asked in `stage`, both as the plan explains them: {low, high} rows heard, and calls where
    every reply is usable at once; calls are None where only the judge itself knows."""
    rows = _rows(stage, judge)
    each = _calls(judge)
    riders = 1 / (1 - judge["anchor_share"]) if judge.get("anchors") else 1.0
    calls = None if each is None else (rows[0] * each[0], ceil(rows[1] * each[1] * riders))
    return {"judge": judge["name"], "mode": _mode(judge), "rows": _told(rows), "calls": _told(calls)}


def in_words(told: Mapping[str, Any]) -> str:
    """The same in words."""
    rows, calls = told["rows"], told["calls"]
    asked = "calls unknown" if calls is None else f"{_range(calls)} calls, without those for replies that are none"
    return f"{_range(rows)} rows heard, {asked}"


def _rows(stage: Mapping[str, Any], judge: Mapping[str, Any]) -> Range:
    """From the rows that must pass, to all that may be grown. Judges before this one, checks and filters may refuse
    any number of them, so that only a target says how many are heard at least."""
    target = stage["target"]
    fed = round(stage["grows_from"]["seeds"] * stage["rows_per_item"])
    most = stage["max_candidates"] or (fed if target is None else max(FEWEST_CANDIDATES, MOST_PER_ROW * target))
    least = target or 0
    mode = _mode(judge)
    if mode == "two_pass":
        return min(least, sample_size(least, judge["sample"])), most + 2 * judge["audit"]
    if mode == "bottom_out":
        return ceil(least / (1 - judge["keep"]["bottom_out"])), most
    return least, most


def _mode(judge: Mapping[str, Any]) -> str:
    keep = judge.get("keep")
    return "bottom_out" if isinstance(keep, dict) else str(judge.get("mode", "every"))


def _calls(judge: Mapping[str, Any]) -> Range | None:
    """Calls for one row: from those up to the first refusal to all of them."""
    options = judge.get("options", {})
    questions = _questions(options)
    if questions is None:
        return None
    least, most = questions
    if judge["use"] == "rubric":
        return questions
    if judge["use"] == "panel":
        return least * len(options["roles"]), most * len(options["roles"])
    if judge["use"] == "cascade":
        sure = min(options["accept_at"], options["reject_at"])
        fewest = ceil(sure * options["annotators"])
        return least * fewest, most * (options["annotators"] + len(options["strong"]))
    return None


def _questions(options: Mapping[str, Any]) -> Range | None:
    """How many of a judge's questions a model answers. One that a program answers may refuse the row before any."""
    if "criteria" not in options:
        return None
    asked = [names.find(name).needs_judge for name in options["criteria"]]
    by_model = sum(asked) + (options.get("rubric") is not None)
    return (0 if not all(asked) else min(1, by_model)), by_model


def _told(found: Range | None) -> dict[str, int] | None:
    return None if found is None else {"low": found[0], "high": found[1]}


def _range(told: Mapping[str, int]) -> str:
    low, high = f"{told['low']:,}", f"{told['high']:,}"
    return low if low == high else f"{low} to {high}"
