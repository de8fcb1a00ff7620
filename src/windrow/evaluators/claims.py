"""Faithfulness, claim by claim: what does the output state, and which passage says so?

The judge takes the output apart into claims and shows for each the words of a passage. None of it is taken on trust:
the words that a claim is read from must stand in the output, every sentence that states something must be covered by a
claim that keeps its words and numbers, and a quote must stand in the passage that it is said to be from. A claim that
no passage mentions is as unsupported as one that is contradicted. Atomic claims: FActScore (Min et al. 2023, arXiv
2305.14251).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from windrow.errors import RowFailure
from windrow.evaluators.coverage import missed
from windrow.evaluators.evidence import holds, locate
from windrow.evaluators.inputs import InputError
from windrow.evaluators.marks import carries, code_of, parts_of
from windrow.evaluators.results import CriterionScore, EvalError, EvalResult, JudgeInfo
from windrow.teachers.structured import Sole
from windrow.text.content_words import content_words
from windrow.text.tokens import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.evaluators.inputs import Inputs, Passage
    from windrow.shapes import Ask

LABEL = "claims"
NEEDS = ("output", "context")
PARSER = 3
"""Raised with every change of what a reply is read as."""
QUESTIONS_HASH = hashlib.sha256(b"claims: supported, contradicted or not mentioned, with a quote").hexdigest()[:16]
THRESHOLD = 1.0
NOT_FOUND = "evidence_not_found"
VERDICTS = ("supported", "contradicted", "not_mentioned")


class ClaimReply(BaseModel):
    """One thing that the output states."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    stated: str
    """The words of the output that state it, word for word."""
    claim: str
    """What they state, so that it can be understood alone."""
    passage: int = 0
    """The number of the passage that settles it; 0 if none does."""
    quote: str = ""
    """The words of that passage, word for word; empty if none settles it."""
    reason: str
    """Why, in one sentence."""
    verdict: str
    """supported, contradicted or not_mentioned."""


class ClaimsReply(Sole):
    """The claims of an output."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    code: str
    """The code of this call."""
    claims: list[ClaimReply]
    """Everything that the output states, in its order."""
    states_nothing: list[str] = Field(default_factory=list)
    """The sentences of the output that state nothing, word for word: greetings, offers, questions."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as it was found to be. `verdict` is None where its evidence is not what the judge says it is: then
    `problem` is the slug, and nothing is known of the claim."""

    text: str
    stated: str
    verdict: Literal["supported", "contradicted", "not_mentioned"] | None
    quote: str = ""
    passage: str = ""
    reason: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """A reply, checked: the claims, and the sentences that it leaves out."""

    claims: tuple[Claim, ...]
    missed: tuple[str, ...]
    unanchored: int
    set_aside: int
    wrong_code: bool = False

    @property
    def slipped(self) -> bool:
        """Whether the judge could do better."""
        return bool(self.wrong_code or self.missed or any(claim.problem for claim in self.claims))

    @property
    def strayed(self) -> bool:
        """Whether a claim speaks against the output, and was read from words that do not stand in it."""
        return any(claim.problem and not claim.stated for claim in self.claims)

    @property
    def unfound(self) -> tuple[str, ...]:
        """The claims without evidence, in the words of the output: the reply's own could carry the code of the call
        and so leave their marks."""
        return tuple(claim.stated for claim in self.claims if claim.problem and claim.stated)


async def judge_claims(
    inputs: Inputs,
    ask: Ask,
    *,
    role: str = "judge",
    sample: int = 0,
    threshold: float | None = None,
    name: str = "faithfulness",
) -> EvalResult:
    """Ask `role` for the claims of the output and what the context says of each.

    The score is the share of the claims that are supported; from `threshold` (1.0 if None: all of them) on it passes.
    A reply that leaves sentences out, or quotes what is not there, may be mended once. After that a sentence left out
    makes the whole unscored (missing_claims), and so does a quote that is not there (evidence_not_found), unless the
    claims that are known fail the output whatever the others are. An output that claims nothing is skipped.
    """
    try:
        inputs.require(NEEDS, by=name)
    except InputError as error:
        return EvalResult(name, status="failed", error=EvalError(str(error), type=error.type))
    if not inputs.output.strip():
        return EvalResult(name, status="skipped", reason="the output is empty: there is nothing to judge")
    parts = parts_of(inputs, ("input", *NEEDS))
    code = code_of(*(part.text for part in parts), salt=(LABEL, sample, *(part.tag for part in parts)))
    told: dict[str, Any] = {"code": code, "parts": parts, "missed": (), "unfound": (), "slip": False, "strayed": False}
    calls = 1
    try:
        reply = await ask(LABEL, schema=ClaimsReply, role=role, **told)
        read = _read(reply, inputs, code)
        if read.slipped:
            calls = 2
            told |= {"missed": read.missed, "unfound": read.unfound, "slip": read.wrong_code, "strayed": read.strayed}
            reply = await ask(LABEL, schema=ClaimsReply, role=role, **told)
            read = _read(reply, inputs, code)
        carries(code, reply.code)
    except RowFailure as failure:
        return replace(_unscored(name, str(failure), failure.kind), metadata={"calls": calls})
    limit = THRESHOLD if threshold is None else threshold
    return replace(_result(name, read, limit), metadata=_told(read, calls))


def fingerprint(template_digest: str) -> str:
    """Sixteen hex digits over what is asked and how the reply is read; see `pointwise.fingerprint`."""
    return hashlib.sha256(f"{QUESTIONS_HASH}\0{template_digest}\0{PARSER}".encode()).hexdigest()[:16]


def _read(reply: ClaimsReply, inputs: Inputs, code: str) -> _Read:
    if reply.code.strip().casefold() != code:  # whatever else it says was not said of this material
        return _Read((), (), 0, 0, wrong_code=True)
    anchored = [one for one in reply.claims if one.claim.strip() and holds(inputs.output, one.stated)]
    about = f"{inputs.input}\n{inputs.text('context')}"
    stated = [(one.stated, one.claim) for one in anchored]
    left_out = missed(inputs.output, stated, reply.states_nothing, about=about)
    claims: dict[str, Claim] = {}
    found = [replace(_checked(one, inputs.context), stated=_own(inputs.output, one.stated)) for one in anchored]
    for claim in (*found, *_objections(reply, anchored)):
        key = normalise(claim.text)
        claims[key] = _worse(claims[key], claim) if key in claims else claim  # said twice, it counts once
    return _Read(tuple(claims.values()), tuple(left_out), len(reply.claims) - len(anchored), len(reply.states_nothing))


def _objections(reply: ClaimsReply, anchored: Sequence[ClaimReply]) -> list[Claim]:
    """The claims of which the judge says that they are not supported, and which it read from words that do not stand in
    the output: nothing is known of them, but nobody may pass over them."""
    return [
        Claim(one.claim.strip() or "a claim without words", "", None, reason=one.reason.strip(), problem=NOT_FOUND)
        for one in reply.claims
        if one not in anchored and _verdict(one) != "supported"
    ]


def _verdict(reply: ClaimReply) -> str:
    return "_".join(reply.verdict.strip().casefold().replace("-", " ").replace("_", " ").split())


def _checked(reply: ClaimReply, context: Sequence[Passage]) -> Claim:
    """A claim, with its verdict if the evidence for it is there."""
    verdict = _verdict(reply)
    claim = Claim(reply.claim.strip(), reply.stated.strip(), None, reply.quote.strip(), reason=reply.reason.strip())
    if verdict not in VERDICTS:
        return replace(claim, problem="out_of_range")
    if verdict == "not_mentioned":
        return replace(claim, verdict="not_mentioned", quote="")
    if not claim.quote or not (content_words(claim.quote) or any(map(str.isdigit, claim.quote))):
        return replace(claim, problem="no_evidence")
    passage = context[reply.passage - 1] if 1 <= reply.passage <= len(context) else None
    if passage is None or not holds(passage.text, claim.quote):
        return replace(claim, problem=NOT_FOUND)
    return replace(claim, verdict="supported" if verdict == "supported" else "contradicted", passage=passage.id)


def _own(output: str, stated: str) -> str:
    """The words of the output that were quoted, as they stand there."""
    start, end = locate(output, stated) or (0, 0)
    return output[start:end]


def _worse(one: Claim, other: Claim) -> Claim:
    order = ("contradicted", "not_mentioned", None, "supported")
    return min(one, other, key=lambda claim: order.index(claim.verdict))


def _result(name: str, read: _Read, threshold: float) -> EvalResult:
    criteria = tuple(_criterion(number, claim) for number, claim in enumerate(read.claims, 1))
    if read.missed:
        what = f"the judge left out {len(read.missed)} sentence(s) that state something: {read.missed[0][:200]!r}"
        return replace(_unscored(name, what, "missing_claims"), criteria=criteria)
    known = [claim for claim in read.claims if claim.verdict is not None]
    unknown = [claim for claim in read.claims if claim.verdict is None]
    supported = sum(claim.verdict == "supported" for claim in known)
    if unknown and (supported + len(unknown)) / len(read.claims) >= threshold:
        what = f"{unknown[0].text[:200]!r}: {WHY[unknown[0].problem]}"
        return replace(_unscored(name, what, unknown[0].problem), criteria=criteria)
    if not known:
        return replace(_base(name), reason="the output claims nothing: there is nothing to support")
    score = supported / len(known)
    passed = not unknown and score >= threshold
    return replace(
        _base(name), status="completed", score=score, passed=passed, threshold=threshold, criteria=criteria,
        label="pass" if passed else "fail", reason=_reason(known, supported),
    )  # fmt: skip


WHY = {
    "out_of_range": "the judge's verdict is none of supported, contradicted, not_mentioned",
    "no_evidence": "the judge gave a verdict and no quote for it",
    NOT_FOUND: "what the judge quotes is not where it says: in the output, or in the passage that it names",
}


def _reason(known: Sequence[Claim], supported: int) -> str:
    if supported == len(known):
        return "the one claim is supported" if supported == 1 else f"all {supported} claims are supported"
    told = "; ".join(f"{claim.text} ({claim.verdict})" for claim in known if claim.verdict != "supported")
    return f"{supported} of {len(known)} claims are supported; not: {told}"


def _criterion(number: int, claim: Claim) -> CriterionScore:
    told = f"{claim.text}: {claim.verdict or claim.problem}. {claim.reason}".strip()
    evidence = (claim.quote,) if claim.quote and claim.verdict is not None else ()
    if claim.verdict is None:
        return CriterionScore(f"claim_{number}", "unscored", reason=told)
    good = claim.verdict == "supported"
    return CriterionScore(f"claim_{number}", "pass" if good else "fail", float(good), evidence=evidence, reason=told)


def _told(read: _Read, calls: int) -> dict[str, Any]:
    counts = {verdict: sum(claim.verdict == verdict for claim in read.claims) for verdict in VERDICTS}
    return {
        "calls": calls, **counts, "unverified": sum(claim.verdict is None for claim in read.claims),
        "unanchored": read.unanchored, "set_aside": read.set_aside, "missed": list(read.missed),
        "claims": [
            {"claim": one.text, "stated": one.stated, "verdict": one.verdict or one.problem, "quote": one.quote,
             "passage": one.passage} for one in read.claims
        ],
    }  # fmt: skip


def _base(name: str) -> EvalResult:
    return EvalResult(name, status="skipped", engine="llm", fidelity="model", judge=JudgeInfo("", QUESTIONS_HASH))


def _unscored(name: str, what: str, kind: str) -> EvalResult:
    return replace(_base(name), status="unscored", reason=what, error=EvalError(what, type=kind))
