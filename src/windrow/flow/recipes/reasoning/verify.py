"""Is the answer of a trace right? By its reference, by tests run in the sandbox, or by what most traces agree on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from windrow.sandbox.cases import NotATest, read_cases
from windrow.sandbox.trial import try_program
from windrow.shapes import Rejection
from windrow.text.answers import Match, match
from windrow.text.answers_extract import final_answers
from windrow.text.code_blocks import code_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.flow.recipes.reasoning.questions import Question
    from windrow.flow.recipes.reasoning.traces import Trace

Policy = Literal["strict", "consensus", "keep_unverified"]
FEWEST_VOTES = 3


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of verifying. `source` is what the answer was compared with: seed, tests, consensus, none."""

    outcome: Literal["pass", "fail", "unscored"]
    reason: str = ""
    detail: str = ""
    extracted: str = ""
    source: str = "none"

    def to_dict(self) -> dict[str, Any]:
        """For the lineage, from which pass rates can be counted again."""
        kept = {
            "outcome": self.outcome,
            "reason": self.reason,
            "extracted": self.extracted[:200],
            "source": self.source,
        }
        return {key: value for key, value in kept.items() if value}


async def verified(question: Question, answer: str, *, tests_min: int) -> Verified:
    """Compare with the reference, or run the tests; in a thread what takes its time: the sandbox, and algebra."""
    if question.kind == "code":
        return await asyncio.to_thread(_tested, question, answer, tests_min)
    if question.kind == "open":
        found = final_answers(answer, marked=True)
        return Verified("unscored", "unverified", "there is nothing to compare with", found[-1] if found else "")
    if question.reference["answer_kind"] == "math":
        return _told(await asyncio.to_thread(match, answer, question.reference, marked=True), "seed")
    return _told(match(answer, question.reference, marked=True), "seed")


def _tested(question: Question, answer: str, tests_min: int) -> Verified:
    """Run the tests of the question on the program of the answer."""
    entry_point = str(question.reference.get("entry_point", ""))
    tried = try_program(code_of(answer), question.reference["tests"], entry_point=entry_point, tests_min=tests_min)
    return Verified(tried.outcome, tried.reason, tried.detail, source="tests")


def majority(question: Question, traces: Sequence[Trace], asked: int, share: float) -> dict[str, Any] | None:
    """The answer that at least `share` of all that were asked agree on, as a reference tagged `consensus`."""
    if asked < FEWEST_VOTES:
        return None
    votes: list[tuple[str, int]] = []
    for trace in traces:
        said = final_answers(trace.answer, marked=True)
        if len(said) != 1:
            continue
        place = next((at for at, (one, _) in enumerate(votes) if _agree(one, said[0], question)), None)
        if place is None:
            votes.append((said[0], 1))
        else:
            votes[place] = (votes[place][0], votes[place][1] + 1)
    if not votes:
        return None
    answer, count = max(votes, key=lambda vote: vote[1])
    if count / asked < share or count < 2:  # noqa: PLR2004 - one is no majority
        return None
    return {**question.reference, "answer": answer, "agreement": round(count / asked, 4)}


def by_consensus(trace: Trace, reference: dict[str, Any]) -> Verified:
    """The trace compared with what most agree on."""
    return _told(match(trace.answer, reference, marked=True), "consensus")


def tests_fault(question: Question, tests_min: int) -> Rejection | None:
    """What is wrong with the tests of a programming task, before anybody is asked to solve it."""
    try:
        cases = read_cases(question.reference["tests"], entry_point=str(question.reference.get("entry_point", "")))
    except NotATest as problem:
        return Rejection("tests_unreadable", str(problem))
    if len(cases) < tests_min:
        return Rejection("too_few_tests", f"{len(cases)} tests, at least {tests_min} are needed")
    return None


def _agree(one: str, other: str, question: Question) -> bool:
    return match(f"Answer: {other}", {**question.reference, "answer": one}).outcome == "pass"


def _told(found: Match, source: str) -> Verified:
    return Verified(found.outcome, found.reason, found.detail, found.extracted, source)
