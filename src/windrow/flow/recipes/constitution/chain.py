"""Critique, revise, look again: the chain of an answer, one principle after the other (Bai et al. 2022, 2212.08073).

A program looks first: what its rules find is told to the critic, and stands even where the critic says nothing. While
a rule is broken, the principles that watch over it are the ones to draw from; otherwise all that apply. No principle
is drawn twice before each that applies was drawn once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydantic import BaseModel

from windrow.errors import RowFailure
from windrow.flow.recipes.constitution.gates import revision_fault
from windrow.flow.recipes.constitution.prompt_pool import rank
from windrow.text.conduct import Case, violations

if TYPE_CHECKING:
    from windrow.flow.recipes.constitution.principles import Constitution, Principle
    from windrow.flow.recipes.constitution.prompt_pool import Prompt
    from windrow.shapes import Ask, Rejection
    from windrow.text.conduct import Target, Violation

CLEAN = 2  # critiques in a row that find nothing end the chain
Stopped: TypeAlias = Literal["n_revisions", "no_issue", "no_principle", "helpful", "fault", "failure"]


class Critique(BaseModel):
    """What the critique template answers with. `quote` is copied from the answer, letter for letter."""

    issue: bool
    critique: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One principle's turn. `revision` is None where nothing was found; `resolved` is what the critic thinks of it."""

    principle: str
    issue: bool
    critique: str
    quote: str
    before: tuple[str, ...]
    revision: str | None = None
    after: tuple[str, ...] = ()
    resolved: bool | None = None

    def to_dict(self, *, whole: bool) -> dict[str, Any]:
        """As JSON; the revision's text only where `whole`."""
        told: dict[str, Any] = {"principle_id": self.principle, "issue": self.issue, "critique": self.critique}
        if self.quote:
            told["quote"] = self.quote
        told["violations_before"] = list(self.before)
        if self.revision is not None:
            told |= {"violations_after": list(self.after), "resolved": self.resolved}
            told |= {"revision": self.revision} if whole else {}
        return told


@dataclass(slots=True)
class Chain:
    """The answer to one prompt on its way. `answer` is where it stands; `stopped` why it goes no further."""

    prompt: Prompt
    nth: int
    target: Target
    constitution: Constitution
    draft: str
    answer: str
    steps: list[Step] = field(default_factory=list)
    stopped: Stopped = "n_revisions"
    fault: Rejection | None = None
    failure: RowFailure | None = None

    async def run(self, ask: Ask, *, revisions: int, few_shot: int) -> None:
        """Revise up to `revisions` times. A call that fails ends the chain, and the draft is kept."""
        try:
            self.stopped = await self._run(ask, revisions, self._examples(few_shot))
        except RowFailure as failure:
            self.failure, self.stopped = failure, "failure"

    def case(self, answer: str) -> Case:
        """`answer` to this prompt, for the rules."""
        return Case(self.prompt.said, answer, self.target)

    def broken(self, answer: str) -> list[Violation]:
        """What `answer` breaks of the constitution's rules."""
        return violations(self.case(answer), self.constitution.rules)

    async def _run(self, ask: Ask, revisions: int, examples: list[dict[str, Any]]) -> Stopped:
        clean = revised = 0
        while revised < revisions:
            principle = self._draw()
            if principle is None:
                return "no_principle"
            critique = await self._critique(ask, principle, examples)
            before = _rules(self.broken(self.answer))
            if not critique.issue:
                self.steps.append(Step(principle.id, False, critique.critique, critique.quote, before))
                clean += 1
                if clean == CLEAN:
                    return "no_issue"
                continue
            text = await self._revised(ask, principle, critique, examples)
            self.answer = text
            if self.fault is not None:
                self.steps.append(Step(principle.id, True, critique.critique, critique.quote, before, text))
                return "fault"
            revised += 1
            again = await self._critique(ask, principle, examples)
            clean = 0 if again.issue else 1
            after = _rules(self.broken(text))
            quote = critique.quote
            self.steps.append(
                Step(principle.id, True, critique.critique, quote, before, text, after, resolved=not again.issue)
            )
        return "n_revisions"

    async def _critique(self, ask: Ask, principle: Principle, examples: list[dict[str, Any]]) -> Critique:
        """What the critic says; what a rule finds is an issue, whatever the critic says."""
        found = [each.to_dict(self.answer) for each in self.broken(self.answer) if each.rule in principle.checks]
        said = await ask(
            "critique", schema=Critique, **self._shown(principle, examples), findings=found,
        )  # fmt: skip
        told = " ".join(said.critique.split())
        if found and not said.issue:
            told = "; ".join(str(each["detail"]) for each in found)
        return Critique(issue=said.issue or bool(found), critique=told, quote=said.quote.strip())

    async def _revised(self, ask: Ask, principle: Principle, critique: Critique, examples: list[dict[str, Any]]) -> str:
        found = [each.to_dict(self.answer) for each in self.broken(self.answer) if each.rule in principle.checks]
        answer = await ask(
            "revise", **self._shown(principle, examples), critique=critique.critique, findings=found,
            facts=self.prompt.facts,
        )  # fmt: skip
        text: str = answer.text.strip()
        self.fault = revision_fault(self.case(self.answer), critique.critique, text, principle, found=bool(found))
        return text

    def _shown(self, principle: Principle, examples: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "conversation": [turn.to_dict() for turn in self.prompt.turns],
            "answer": self.answer,
            "target": self.target,
            "principle": principle.model_dump(include={"id", "critique_request", "revision_request", "checks"}),
            "examples": examples,
        }

    def _draw(self) -> Principle | None:
        """The next principle: drawn by lot, none twice before each that applies was drawn once."""
        broken = set(_rules(self.broken(self.answer)))
        kind, question = self.prompt.kind, self.prompt.said
        in_scope = [one for one in self.constitution.principles if kind in one.scope]
        open_now = [one for one in in_scope if broken & set(one.checks)]
        open_now = open_now or [one for one in in_scope if one.applies(kind, question, self.answer)]
        if not open_now:
            return None
        had = [step.principle for step in self.steps]
        return min(
            open_now, key=lambda one: (had.count(one.id), rank("principle", self.prompt.key, str(self.nth), one.id))
        )

    def _examples(self, count: int) -> list[dict[str, Any]]:
        """Worked examples to show: those for the same target first."""
        ranked = sorted(
            enumerate(self.constitution.examples), key=lambda pair: (pair[1].target != self.target, pair[0])
        )
        return [example.model_dump() for _, example in ranked[:count]]


def _rules(found: list[Violation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.rule for each in found))
