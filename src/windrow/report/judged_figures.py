"""What judges said, as figures of the set: beside what programs measured, each with its interval and its judge.

The pass rate of an aspect is over all rows that the judge scored, refused ones too, because every accepted row passed.
Of how many accepted rows a judge has spoken is a figure of its own; an aspect that none spoke of says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.quality.figure import Figure, Group, not_evaluated
from windrow.report.aspects import ASPECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

GROUP: Mapping[str, Group] = {
    "task adherence": "adherence",
    "helpfulness": "adherence",
    "completeness": "adherence",
    "tone": "adherence",
    "faithfulness": "correctness",
    "factual accuracy": "correctness",
    "safety": "safety",
    "bias": "safety",
}


def judged_figures(report: Mapping[str, Any]) -> Iterator[Figure]:
    """One aspect after the other, as far as judges spoke of it; what none spoke of is not evaluated."""
    judged = {item["what"]: item for item in report.get("evaluated", ())}
    why = {item["what"]: item["why"] for item in reversed(report["not_evaluated"])}
    for aspect in ASPECTS:
        if aspect in judged:
            yield from _judged(aspect, judged[aspect], report["judges"])
        else:
            yield not_evaluated(aspect, GROUP[aspect], why.get(aspect, "no row was accepted"))


def _judged(aspect: str, item: Mapping[str, Any], judges: Sequence[Mapping[str, Any]]) -> Iterator[Figure]:
    group = GROUP[aspect]
    for judge in judges:
        if judge["judge"] in item["by"]:
            yield from _passed(aspect, judge)
    by = ", ".join(item["by"])
    yield Figure(
        f"{aspect}: judged", group, item["rows"] / item["of"], f"accepted rows that {by} spoke of, counted", item["of"],
        unit="share",
    )  # fmt: skip


def _passed(aspect: str, judge: Mapping[str, Any]) -> Iterator[Figure]:
    """What one judge passed: by the criterion of that name where it has one, else as a whole."""
    names = ASPECTS[aspect]
    own = [each for each in judge["criteria"] if each["id"] in names] or [
        each for each in judge["criteria"] if each["id"].rpartition(".")[2] in names
    ]
    trust = judge["calibration"]
    known = "calibrated" if trust["calibrated"] else "not calibrated"
    for told in own or [judge]:
        rate = told["pass_rate"]
        if rate is not None:
            yield Figure(
                f"{aspect}: passed", GROUP[aspect], rate["value"],
                f"of all rows that {judge['judge']} scored ({known}), refused ones too; Wilson", told["judged"],
                unit="share", low=rate["low"], high=rate["high"], slice=f"stage={judge['stage']}",
            )  # fmt: skip
    corrected = trust.get("corrected")
    if corrected and corrected["value"] is not None and (not own or len(judge["asks"]) == 1):
        yield Figure(
            f"{aspect}: good", GROUP[aspect], corrected["value"],
            f"the same with the error of {judge['judge']} taken out: {corrected['method']}", judge["judged"],
            unit="share", low=corrected["low"], high=corrected["high"], slice=f"stage={judge['stage']}",
        )  # fmt: skip
