"""Which of two responses is better? Asked in both orders, and counted only where both give the same answer.

Judges favour a place: GPT-4 keeps its verdict on 65 % of near-identical pairs when they change places (Zheng et al.
2023, arXiv 2306.05685). A preference that depends on the order is no preference but a tie, and is noted as a flip. Over
many pairs the flips show whether a judge likes a place: `positions`.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydantic import ConfigDict

from windrow.errors import AnswerFailure, RowFailure
from windrow.evaluators.evidence import holds
from windrow.evaluators.inputs import InputError, Inputs
from windrow.evaluators.marks import carries, code_of, parts_of
from windrow.evaluators.mending import mended
from windrow.evaluators.own_words import filled, gaps_of
from windrow.evaluators.results import EvalError, EvalResult, JudgeInfo, Vote
from windrow.evaluators.rubric import Rubric
from windrow.statistics.agreement import mcnemar
from windrow.statistics.intervals import Interval, wilson
from windrow.teachers.structured import Sole
from windrow.text.tokens import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from windrow.evaluators.marks import Part
    from windrow.shapes import Ask

LABEL = "compare"
PARSER = 3
"""Raised with every change of what a reply is read as."""
SIDES = ("response_a", "response_b")
Preferred: TypeAlias = Literal["a", "b", "tie"]
SCORES: dict[Preferred, float] = {"a": 1.0, "b": 0.0, "tie": 0.5}
SWAPPED: dict[Preferred, Preferred] = {"a": "b", "b": "a", "tie": "tie"}
SIGNIFICANT = 0.05


class Comparison(Sole):
    """What the judge says of two responses."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    code: str
    """The code of this call."""
    evidence_a: list[str]
    """Quotes from response_a that decide, word for word."""
    evidence_b: list[str]
    """Quotes from response_b that decide, word for word."""
    reason: str
    """Why, in one or two sentences."""
    better: str
    """The better response: a, b or tie."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What the judge said in one order, in terms of the responses as the caller named them."""

    better: Preferred
    reason: str
    quotes: tuple[str, ...]
    calls: int = 1


async def compare(
    criteria: Rubric | str,
    inputs: Inputs,
    a: str,
    b: str,
    ask: Ask,
    *,
    role: str = "judge",
    sample: int = 0,
    evidence: bool = True,
) -> EvalResult:
    """Ask `role` in both orders which of `a` and `b` is the better answer to `inputs`, by a rubric's questions or by
    criteria in one's own words, in which {response_a}, {{input}} and the like are filled.

    `label` is a, b or tie, `score` how far a is preferred (1, 0.5, 0); nothing passes or fails. Both orders must name
    the same response, else it is a tie with `metadata["flipped"]`. Two responses alike but for case and spacing are a
    tie without a call. A usable answer is needed in both orders, if at the second try: otherwise the whole is unscored.
    With `evidence`, a preference has a quote to show for it.
    """
    named = criteria.name if isinstance(criteria, Rubric) else LABEL
    base = EvalResult(
        named, status="skipped", engine="llm", fidelity="model", judge=JudgeInfo("", criteria_hash(criteria))
    )
    if isinstance(criteria, Rubric):
        try:
            inputs.require([one for one in criteria.needs if one != "output"], by=named)
        except InputError as error:
            return _unscored(base, error)
    if not a.strip() or not b.strip():
        return replace(base, reason="a response is empty: there is nothing to compare")
    if normalise(a) == normalise(b):
        return _decided(base, "tie", "the two responses are the same", {"identical": True, "calls": 0}, ())
    asked = [_in_order(criteria, inputs, pair, ask, role, sample, evidence=evidence) for pair in ((a, b), (b, a))]
    said = await asyncio.gather(*asked, return_exceptions=True)  # both come home: each is paid for
    for one in said:
        if isinstance(one, BaseException):
            return _unscored(base, one)
    forth, back = (one for one in said if isinstance(one, _Order))
    back = replace(back, better=SWAPPED[back.better])
    better = forth.better if forth.better == back.better else "tie"
    told = {
        "ab": forth.better, "ba": back.better, "consistent": forth.better == back.better,
        "flipped": {forth.better, back.better} == {"a", "b"}, "identical": False, "calls": forth.calls + back.calls,
    }  # fmt: skip
    votes = (Vote("ab", forth.better, SCORES[forth.better]), Vote("ba", back.better, SCORES[back.better]))
    reason = forth.reason if better == forth.better else f"ab: {forth.reason} ba: {back.reason}"
    if told["flipped"]:
        reason = f"the judge prefers another response when the two change places. {reason}"
    return _decided(base, better, reason, {**told, "quotes": [*forth.quotes, *back.quotes]}, votes)


def criteria_hash(criteria: Rubric | str) -> str:
    """Sixteen hex digits over the wording of criteria."""
    if isinstance(criteria, Rubric):
        return criteria.hash
    return hashlib.sha256(criteria.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def fingerprint(criteria: Rubric | str, template_digest: str) -> str:
    """Sixteen hex digits over what is asked and how the reply is read; see `pointwise.fingerprint`."""
    told = f"{criteria_hash(criteria)}\0{template_digest}\0{PARSER}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Positions:
    """What the order of the responses did to a judge, over many pairs.

    `flips` of `pairs` were decided otherwise when the responses changed places, `interval` is around their share.
    `first` counts the pairs in which the judge leant to whatever stood first, `last` likewise; `p` is how likely so
    uneven a split is without a liking for a place (exact two-sided binomial).
    """

    pairs: int
    flips: int
    first: int
    last: int
    p: float
    interval: Interval

    @property
    def flip_rate(self) -> float | None:
        """The share of the pairs that flipped; None of none."""
        return self.flips / self.pairs if self.pairs else None

    @property
    def leaning(self) -> str:
        """Where the judge leans to: first, last, or '' where chance explains it."""
        if self.p >= SIGNIFICANT:
            return ""
        return "first" if self.first > self.last else "last"


def positions(results: Iterable[EvalResult]) -> Positions:
    """What the order did over these comparisons; those without a verdict, or without a call, are left out."""
    told = [result.metadata for result in results if result.status == "completed" and "ab" in result.metadata]
    # In the order ab the first is a, in ba it is b; a judge that says a then b holds to the first place.
    lean = [(one["ab"] == "a") - (one["ab"] == "b") + (one["ba"] == "b") - (one["ba"] == "a") for one in told]
    first, last = sum(one > 0 for one in lean), sum(one < 0 for one in lean)
    flips = sum(bool(one["flipped"]) for one in told)
    return Positions(len(told), flips, first, last, mcnemar(first, last), wilson(flips, len(told)))


async def _in_order(
    criteria: Rubric | str, inputs: Inputs, pair: tuple[str, str], ask: Ask, role: str, sample: int, *, evidence: bool
) -> _Order:
    """One call. `better` is in terms of the order asked. Raises RowFailure, or InputError for a gap without input."""
    sides = dict(zip(SIDES, pair, strict=True))
    material = Inputs({**{name: inputs.given[name] for name in inputs if name != "output"}, **sides})
    names: Iterable[str] = material
    if isinstance(criteria, Rubric):
        names = [name for name in (*criteria.needs, *criteria.uses) if name != "output"] + list(SIDES)
    parts = parts_of(material, names)
    code = code_of(
        *(part.text for part in parts), salt=(LABEL, criteria_hash(criteria), sample, *(part.tag for part in parts))
    )
    told = _asked(criteria, material, parts, code)
    order, calls = await mended(
        lambda slips: ask(LABEL, schema=Comparison, role=role, code=code, slips=slips, **told),
        lambda reply: _read(reply, code, sides, evidence=evidence),
    )
    return replace(order, calls=calls)


def _asked(criteria: Rubric | str, material: Inputs, parts: Sequence[Part], code: str) -> dict[str, Any]:
    """What the template is told beside the code: the questions or the words, and the material that is not in them."""
    if isinstance(criteria, Rubric):
        told = [{"question": one.question.strip(), "critical": one.critical} for one in criteria.criteria]
        return {"description": criteria.description, "questions": told, "words": "", "filled": "", "parts": parts}
    gaps = gaps_of(criteria, material)
    words = filled(criteria, material, code) if gaps else criteria.strip()
    return {
        "description": "", "questions": (), "words": "" if gaps else words, "filled": words if gaps else "",
        "parts": [part for part in parts if part.name not in gaps],
    }  # fmt: skip


def _read(reply: Comparison, code: str, sides: dict[str, str], *, evidence: bool) -> _Order:
    """The verdict, if its evidence is there."""
    carries(code, reply.code)
    said = reply.better.strip().strip(".\"'").casefold().removeprefix("response_").removeprefix("response ")
    if said not in SCORES:
        raise AnswerFailure(f"{reply.better[:80]!r} is none of a, b, tie", kind="out_of_range")
    quotes: list[str] = []
    for side, given in zip(SIDES, (reply.evidence_a, reply.evidence_b), strict=True):
        for quote in (one for one in given if one.strip()):
            if not holds(sides[side], quote):
                raise AnswerFailure(
                    f"the judge quotes what is not in {side}: {quote[:200]!r}", kind="evidence_not_found"
                )
            quotes.append(quote)
    if evidence and said != "tie" and not quotes:
        raise AnswerFailure("the judge gave a verdict and no evidence for it", kind="no_evidence")
    return _Order(said, reply.reason.strip(), tuple(quotes))


def _decided(
    base: EvalResult, better: Preferred, reason: str, told: dict[str, Any], votes: tuple[Vote, ...]
) -> EvalResult:
    return replace(
        base, status="completed", score=SCORES[better], label=better, reason=reason, metadata=told, votes=votes,
        agreement=None if not votes else 1.0 if told["consistent"] else 0.5,
    )  # fmt: skip


def _unscored(base: EvalResult, failure: BaseException) -> EvalResult:
    if isinstance(failure, InputError):
        return replace(base, status="failed", reason=str(failure), error=EvalError(str(failure), type=failure.type))
    if not isinstance(failure, RowFailure):
        raise failure
    error = EvalError(str(failure), type=failure.kind)
    return replace(base, status="unscored", reason=str(failure), error=error, metadata={"calls": 2})
