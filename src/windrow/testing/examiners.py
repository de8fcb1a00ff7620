"""Judges of claims and of pairs as scripts for a server: literal, careless, biased by place or by length.

    with FaultyServer(claims_by(literally)) as judge: ...
    with FaultyServer(prefers(len)) as judge: ...            # the longer response, wherever it stands

They read a call as the templates `judge/claims` and `judge/compare` show it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from windrow.evaluators.coverage import stating
from windrow.evaluators.evidence import holds
from windrow.testing.graders import Case, read

if TYPE_CHECKING:
    from windrow.testing.graders import Asked, Grader

Settled: TypeAlias = tuple[int, str, str]
"""The number of a passage, the quote from it, the verdict."""
Settle: TypeAlias = Callable[[str, Mapping[int, str]], Settled]
SNIPPET = 60


def literally(sentence: str, passages: Mapping[int, str]) -> Settled:
    """A claim is supported by the passage that holds it word for word, and by nothing else."""
    for number, text in passages.items():
        if holds(text, sentence):
            return number, sentence, "supported"
    return 0, "", "not_mentioned"


def claims_by(
    settle: Settle = literally, *, leaves_out: Iterable[str] = (), adds: Iterable[Mapping[str, Any]] = ()
) -> Grader:
    """Takes each sentence of the output for one claim and says of it what `settle` says of it and the passages by
    number. Sentences with any of the words `leaves_out` are left out; `adds` are further claims, as they would stand in
    the reply."""
    left_out, added = tuple(leaves_out), tuple(adds)

    def examiner(asked: Asked, number: int = 0) -> str:
        del number
        case = read(asked)
        passages = {int(tag[8:]): text for tag, text in case.parts.items() if tag.startswith("passage_")}
        output = case.parts.get("output", "")
        sentences = [output[start:end] for start, end in stating(output)]
        told = [one for one in sentences if not any(words in one for words in left_out)]
        claims = [{**_claim(one, settle(one, passages)), "reason": "as quoted"} for one in told]
        return orjson.dumps({"code": case.code, "claims": [*claims, *added], "states_nothing": []}).decode()

    return examiner


def prefers(score: Callable[[str], float], *, quotes: bool = True) -> Grader:
    """Prefers the response with the higher `score`, and says tie where both are equal; shows the first words of each,
    unless it has no `quotes`."""

    def examiner(asked: Asked, number: int = 0) -> str:
        del number
        case = read(asked)
        a, b = (score(text) for text in _pair(case))
        return compared(case, "tie" if a == b else "a" if a > b else "b", quotes=quotes)

    return examiner


def prefers_first(asked: Asked, number: int = 0) -> str:
    """Prefers whatever stands first."""
    del number
    return compared(read(asked), "a")


def prefers_last(asked: Asked, number: int = 0) -> str:
    """Prefers whatever stands last."""
    del number
    return compared(read(asked), "b")


def compared(case: Case, better: str, *, quotes: bool = True) -> str:
    """The JSON of a comparison, with the first words of each response as evidence."""
    shown = [[text[:SNIPPET].rpartition(" ")[0] or text] if quotes else [] for text in _pair(case)]
    return orjson.dumps(
        {"code": case.code, "evidence_a": shown[0], "evidence_b": shown[1], "reason": "as quoted", "better": better}
    ).decode()


def _pair(case: Case) -> tuple[str, str]:
    return case.parts.get("response_a", ""), case.parts.get("response_b", "")


def _claim(sentence: str, settled: Settled) -> dict[str, Any]:
    passage, quote, verdict = settled
    return {"stated": sentence, "claim": sentence, "passage": passage, "quote": quote, "verdict": verdict}
