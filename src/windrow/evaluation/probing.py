"""Shows a judge answers that were made to fool judges: empty phrases, padding, praise of oneself, another place.

A judge may agree with people on honest rows and still be had for a phrase; no labelled row shows that.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from windrow.evaluation.questions import ByJudge
from windrow.evaluators.inputs import Inputs
from windrow.evaluators.pairwise import compare
from windrow.evaluators.probes import probed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.calibration.gold import GoldItem
    from windrow.evaluation.session import Session
    from windrow.evaluators.probes import CompareTwo, Probe, Probed
    from windrow.evaluators.results import EvalResult
    from windrow.evaluators.rubric import Rubric
    from windrow.shapes import Ask

ROWS = 10
"""Rows that the probes are made of: some 25 calls each."""
OTHER = "other_response"
FLAGS = {
    "gullible": "gullible: it passes answers that say nothing, or believes what they say of themselves",
    "length_biased": "biased by length: it scores the same text higher where it is said several times over",
    "position_biased": "biased by position: it prefers a response for the place that it stands in",
}


async def probe(session: Session, question: ByJudge, rubric: Rubric | None, items: Sequence[GoldItem]) -> Probed:
    """What the judge does with made answers to a few of the gold rows: the ones with the lowest hash of content."""
    chosen = sorted(items, key=lambda item: hashlib.sha256(f"probe\0{item.id}".encode()).digest())[:ROWS]

    async def judge(inputs: Inputs) -> EvalResult:
        return await session.answer(question, inputs)

    return await probed(
        [item.inputs for item in chosen], judge, None if rubric is None else _comparing(session, rubric)
    )


def told(found: Probed) -> dict[str, Any]:
    """As plain JSON."""
    return {
        "flags": list(found.flags),
        "complete": found.complete,
        "probes": [_told(one) for one in found.probes],
    }


def warnings(found: Probed) -> list[str]:
    """What a reader should know before believing the judge."""
    said = [f"the judge is {FLAGS[flag]}" for flag in found.flags]
    silent = [one.name for one in found.probes if not one.scored]
    return [*said, *([f"not evaluated, for want of verdicts: {', '.join(silent)}"] if silent else [])]


def _comparing(session: Session, rubric: Rubric) -> CompareTwo:
    async def judging(inputs: Inputs, ask: Ask, *, role: str, sample: int) -> EvalResult:
        told = Inputs({name: value for name, value in inputs.items() if name not in {"output", OTHER}})
        return await compare(rubric, told, inputs.output, inputs[OTHER], ask, role=role, sample=sample)

    question = ByJudge(f"compare {rubric.name}", judging, f"compare {rubric.name}")

    async def both(inputs: Inputs, a: str, b: str) -> EvalResult:
        return await session.answer(question, Inputs({**inputs.given, "output": a, OTHER: b}))

    return both


def _told(one: Probe) -> dict[str, Any]:
    return {
        "name": one.name,
        "asked": one.asked,
        "scored": one.scored,
        "hits": one.hits,
        "rate": one.rate,
        "low": round(one.interval.low, 4),
        "high": round(one.interval.high, 4),
        "against": one.against,
        "p": one.p,
        "flag": one.flag,
        "shown": [text[:200] for text in one.shown],
    }
