"""Two runs side by side: each figure with its difference, whether the intervals overlap, and what cannot be compared.

Two intervals that overlap do not show that nothing changed, only that the rows do not tell.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from windrow.statistics.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Key = tuple[str, ...]
STATUSES = ("accepted", "rejected", "quarantined", "pending")
IDENTITY = ("models", "rubric_hashes", "fingerprints", "thresholds")
DIGITS = 5
NEARLY = 0.1  # by how much two numbers of rows may differ before figures that grow with them are not compared
GROWING = ("nearest neighbour", "seed clusters covered", "accepted rows that repeat another")
"""Beginnings of the names of figures that grow with the number of rows, and do not say of how many in their method."""
NUMBER = re.compile(r"(?<![\d.-])\d+(?![\d.])")


def compare(one: Mapping[str, Any], other: Mapping[str, Any], *, names: tuple[str, str]) -> dict[str, Any]:
    """What `one` has more or less of than `other`, as plain JSON. Differences are `one` less `other`."""
    return {
        "runs": [_run(report, name) for report, name in zip((one, other), names, strict=True)],
        "not_comparable": list(_doubts(one, other)),
        "figures": _figures(one, other),
        "stages": _rates(one["stages"], other["stages"], lambda told: (told["stage"],), _decided),
        "slices": _rates(
            one.get("slices", ()), other.get("slices", ()), lambda told: (told["by"], told["value"]), _decided
        ),
        "judges": _judges(one, other),
        "reasons": _reasons(one, other),
    }


def _run(report: Mapping[str, Any], name: str) -> dict[str, Any]:
    judging = report.get("cost_by", {}).get("judging")
    told = {"name": name, "digest": report["digest"], "state": report.get("state", ""), "rows": report["rows"]}
    return {**told, "cost": report["cost"], "judging": judging, "alarms": len(report["quality"]["alarms"])}


def _doubts(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """Why figures of the two runs may differ for other reasons than the rows."""
    for report, which in ((one, "first"), (other, "second")):
        if report.get("state") == "unfinished":
            yield f"the {which} run has not ended"
    sizes = one["rows"]["accepted"], other["rows"]["accepted"]
    if not _near(*sizes):
        yield f"the sets differ in size ({sizes[0]} and {sizes[1]} accepted rows): what grows with it is marked below"
    theirs = _by_key(other.get("judges", ()), lambda told: (told["stage"], told["judge"]))
    for key, told in _by_key(one.get("judges", ()), lambda told: (told["stage"], told["judge"])).items():
        differs = [what.replace("_", " ") for what in IDENTITY if key in theirs and _differ(told, theirs[key], what)]
        if differs:
            yield f"{told['judge']} ({told['stage']}) is not the same judge in both: other {', '.join(differs)}"
    first, second = ({told["judge"] for told in report.get("judges", ())} for report in (one, other))
    if first != second:
        yield f"other judges were asked: {', '.join(sorted(first)) or 'none'} and {', '.join(sorted(second)) or 'none'}"


def _differ(one: Mapping[str, Any], other: Mapping[str, Any], what: str) -> bool:
    """Of reports that were written before fingerprints were told, nothing is known."""
    mine, theirs = one.get(what), other.get(what)
    return mine is not None and theirs is not None and sorted(mine) != sorted(theirs)


def _figures(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[dict[str, Any]]:
    def key(told: Mapping[str, Any]) -> Key:
        return told["group"], told["name"], told.get("slice", "")

    mine, theirs = (_by_key(report["quality"]["figures"], key) for report in (one, other))
    return [_figure(mine.get(each), theirs.get(each)) for each in dict.fromkeys([*mine, *theirs])]


def _figure(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> dict[str, Any]:
    known = one or other or {}
    told = {what: known[what] for what in ("group", "name", "slice", "unit", "bound") if what in known}
    pair = {"one": _short(one), "other": _short(other)}
    if one is None or other is None or one["value"] is None or other["value"] is None:
        return {**told, **pair, "difference": None, "overlap": None}
    if not _alike(one["method"], other["method"]):
        why = f"measured otherwise: {one['method']}, and {other['method']}"
        return {**told, **pair, "difference": None, "overlap": None, "why": why}
    if one["name"].startswith(GROWING) and not _near(one["n"], other["n"]):
        why = f"it grows with the rows: over {one['n']}, and over {other['n']}"
        return {**told, **pair, "difference": None, "overlap": None, "why": why}
    return {**told, **pair, **_difference(one, other)}


def _alike(one: str, other: str) -> bool:
    """Whether two methods are the same, over nearly as many rows where they say of how many."""
    if NUMBER.sub("", one) != NUMBER.sub("", other):
        return False
    return all(_near(int(n), int(m)) for n, m in zip(NUMBER.findall(one), NUMBER.findall(other), strict=True))


def _near(one: int, other: int) -> bool:
    return abs(one - other) <= NEARLY * max(one, other)


def _short(told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if told is None:
        return None
    kept = ("value", "low", "high", "n", "alarm", "not_evaluated")
    return {what: told[what] for what in kept if what in told}


def _difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """How far apart two values are, and whether their intervals overlap: None where neither has one."""
    overlap = None
    if "low" in one or "low" in other:
        (low, high), (their_low, their_high) = (
            (told.get("low", told["value"]), told.get("high", told["value"])) for told in (one, other)
        )
        overlap = low <= their_high and their_low <= high
    return {"difference": round(one["value"] - other["value"], DIGITS), "overlap": overlap}


def _rates(
    one: Iterable[Mapping[str, Any]],
    other: Iterable[Mapping[str, Any]],
    key: Callable[[Mapping[str, Any]], Key],
    counts: Callable[[Mapping[str, Any]], tuple[int, int]],
) -> list[dict[str, Any]]:
    """Shares by name with their Wilson intervals, and how they differ."""
    mine, theirs = _by_key(one, key), _by_key(other, key)
    out = []
    for each in dict.fromkeys([*mine, *theirs]):
        pair = [_rate(*counts(told[each])) if each in told else None for told in (mine, theirs)]
        both = None if pair[0] is None or pair[1] is None else _difference(pair[0], pair[1])
        told = both or {"difference": None, "overlap": None}
        out.append({"name": ": ".join(each), "one": pair[0], "other": pair[1], **told})
    return out


def _decided(told: Mapping[str, Any]) -> tuple[int, int]:
    return told["accepted"], sum(told[status] for status in STATUSES) - told["pending"]


def _rate(hits: int, trials: int) -> dict[str, Any] | None:
    if not trials:
        return None
    bounds = wilson(hits, trials)
    value, low, high = (round(each, DIGITS) for each in (hits / trials, bounds.low, bounds.high))
    return {"value": value, "low": low, "high": high, "n": trials}


def _judges(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[dict[str, Any]]:
    return _rates(
        one.get("judges", ()),
        other.get("judges", ()),
        lambda told: (told["stage"], told["judge"]),
        lambda told: (told["passed"], told["judged"]),
    )


def _reasons(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The reasons that took another share of a stage's rows, the largest change first."""
    shares = [dict(_shares(report["stages"])) for report in (one, other)]
    found = []
    for key in dict.fromkeys([*shares[0], *shares[1]]):
        stages = [{stage["stage"]: stage["generated"] for stage in report["stages"]} for report in (one, other)]
        pair = [_rate(mine.get(key, 0), sizes.get(key[0], 0)) for mine, sizes in zip(shares, stages, strict=True)]
        if pair[0] is None or pair[1] is None or pair[0]["value"] == pair[1]["value"]:
            continue
        named = dict(zip(("stage", "by", "reason"), key, strict=True))
        rows = {"one_rows": shares[0].get(key, 0), "other_rows": shares[1].get(key, 0)}
        found.append({**named, **rows, "one": pair[0], "other": pair[1], **_difference(pair[0], pair[1])})
    return sorted(found, key=lambda told: -abs(told["difference"]))


def _shares(stages: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Key, int]]:
    for stage in stages:
        for told in stage["reasons"]:
            yield (stage["stage"], told["by"], told["reason"]), told["rows"]


def _by_key(told: Iterable[Mapping[str, Any]], key: Callable[[Mapping[str, Any]], Key]) -> dict[Key, Mapping[str, Any]]:
    return {key(one): one for one in told}
