"""Reasoning traces of a strong model for a smaller one: several to a question, kept where their answer is right.

A trace is sifted by its form before anybody asks whether it is right: degenerate traces harm a student more than wrong
ones. Then its answer is compared with the reference, or its program is run against tests it cannot see. Of several
right traces those that took different ways stay.

Follows the DeepSeek-R1 distillation (arXiv 2501.12948: rejection sampling, no mixed languages), OpenThoughts
(2506.04178: several answers to a question, exact deduplication), self-consistency (2203.11171: the majority's answer)
and LIMO (2502.03387: questions by the student's pass rate).
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from windrow.errors import AnswerFailure, RowFailure
from windrow.flow.recipes.reasoning.gates import Gates
from windrow.flow.recipes.reasoning.questions import Question, question_of
from windrow.flow.recipes.reasoning.rows import Maker, told
from windrow.flow.recipes.reasoning.shorten import shortened
from windrow.flow.recipes.reasoning.students import Difficulty, difficulty
from windrow.flow.recipes.reasoning.traces import Trace, Unbalanced, diverse, trace_of
from windrow.flow.recipes.reasoning.verify import Policy, Verified, by_consensus, majority, tests_fault, verified
from windrow.row import Verdict
from windrow.sandbox.trial import TESTS_MIN
from windrow.shapes import Options, Recipe, Rejection, Seed, verdict_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
    from pathlib import Path

    from windrow.row import Row
    from windrow.shapes import Ask

STUDENT = "student"
SHORTCUT = 1 / 8  # the share of answers without reasoning at which a question is easy


class DistillationOptions(Options):
    """How many traces to sample of a question and to keep, what counts as verified, which questions are worth it."""

    n_samples: int = Field(default=4, ge=1, le=64)
    """Traces asked for of each question. More different questions teach more than more traces of one."""
    keep: int = Field(default=1, ge=1, le=16)
    """Right traces kept of a question, at most, each by another way."""
    verification: Policy = "strict"
    """`strict`: only what a reference or tests prove right. `consensus`: also, tagged, the answer that most traces
    agree on. `keep_unverified`: also, tagged, what nothing can be compared with.
    """
    majority: float = Field(default=0.6, gt=0.5, le=1)
    """The share of all samples that must agree before their answer becomes a label."""
    think: Literal["tags", "native"] = "tags"
    """`tags` asks for the reasoning between <think> tags; `native` leaves it to a model that reasons of its own."""
    reasoning: Literal["required", "optional"] = "required"
    """Whether a trace without reasoning apart from the answer is refused."""
    min_words: int = Field(default=50, ge=1)
    """A trace of fewer words, reasoning and answer together, is refused."""
    repetition: float = Field(default=0.2, gt=0, le=1)
    """The largest share of 30-word runs that may be repeats."""
    one_language: bool = True
    """Refuse traces that mix scripts, or are in another language than the question."""
    steps: Literal["annotated", "all", "off"] = "annotated"
    """Which arithmetic to do again: `<<48/2=24>>` only, every equation of plain numbers, or none."""
    tests_min: int = Field(default=TESTS_MIN, ge=1)
    """A programming task with fewer tests is not verified by them."""
    compress: bool = False
    """Take repeated sentences and empty hesitation out of the reasoning, half of it at most."""
    student_samples: int = Field(default=8, ge=1, le=64)
    """Attempts by which a question's difficulty is counted, where `models:` names a student."""
    band: tuple[float, float] = (0.0, 0.75)
    """Keep questions that the student gets right more often than the first share, and no more often than the second."""
    shortcut_samples: int = Field(default=0, ge=0, le=64)
    """Answers asked of the student at once, without reasoning, where `models:` names one; a question that an eighth of
    them get right teaches no reasoning and is left out. 0: not asked; 8 is a good number.
    """
    system: str | None = None
    """A system text for the rows."""

    @model_validator(mode="after")
    def _consistent(self) -> DistillationOptions:
        low, high = self.band
        if not 0 <= low < high <= 1:
            msg = f"band {self.band} must be two shares, the lower one first"
            raise ValueError(msg)
        if self.keep > self.n_samples:
            msg = f"keep ({self.keep}) is above n_samples ({self.n_samples})"
            raise ValueError(msg)
        return self


class Distillation(Recipe):
    """Reasoning traces, several to a question, kept where a reference or tests prove the answer right."""

    name: ClassVar[str] = "distillation"
    version: ClassVar[int] = 1
    takes: ClassVar[str] = "row"
    yields_per_item: ClassVar[float] = 1.0
    checks: ClassVar[tuple[str, ...]] = ("shape", "hygiene", "answers", "code")
    filters: ClassVar[tuple[str, ...]] = ("distinct",)
    options_type: ClassVar[type[Options]] = DistillationOptions
    options: DistillationOptions

    _seeds: Iterable[Seed] = ()

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:  # noqa: ARG002 - seeds are read again as they are needed
        """Keep where the seeds come from."""
        options = self.options
        self._seeds = seeds
        self._gates = Gates(
            min_words=options.min_words, repetition=options.repetition, thinking=options.reasoning == "required",
            one_language=options.one_language, steps=options.steps,
        )  # fmt: skip

    def plant(self, accepted: Sequence[Row], wave: int) -> Iterator[Seed]:  # noqa: ARG002 - one pass over the questions
        """Every question once, in the order of the seeds."""
        yield from self._seeds

    async def grow(self, seed: Seed, ask: Ask) -> AsyncIterator[Row]:
        """The traces of one question: those kept, and each that was not with its reason."""
        question = question_of(seed.payload)
        maker = Maker(seed, question, self.options.system, self.options.tests_min)
        fault = self._not_worth_asking(question)
        if fault is not None:
            yield maker.refused(None, fault)
            return
        fault = await self._shortcut(question, ask)
        if fault is not None:
            yield maker.refused(None, fault)
            return
        hard = await self._difficulty(question, ask)
        maker = replace(maker, difficulty=hard)
        fault = self._outside(hard)
        if fault is not None:
            yield maker.refused(None, fault)
            return
        samples = await self._sampled(question, ask)
        for row in await self._sifted(maker, samples):
            yield row

    def _not_worth_asking(self, question: Question) -> Rejection | None:
        """What can be told of a question before a call is paid for."""
        if not question.text.strip():
            return Rejection("no_question", "the seed asks nothing")
        if self.options.verification != "strict":
            return None
        if question.kind == "open":
            return Rejection("nothing_to_verify", "no reference answer and no tests; see the knob `verification`")
        return tests_fault(question, self.options.tests_min) if question.kind == "code" else None

    async def _shortcut(self, question: Question, ask: Ask) -> Rejection | None:
        """Whether the student gets a question right without any reasoning, and so needs none taught."""
        found = await self._attempts("shortcut", self.options.shortcut_samples, question, ask)
        if found is None or found.rate is None or found.rate < SHORTCUT:
            return None
        said = f"the student gets it right in {found.rate:.0%} of its answers without reasoning"
        return Rejection("shortcut", said, {**found.to_dict(), "band": "easy"})

    async def _difficulty(self, question: Question, ask: Ask) -> Difficulty | None:
        return await self._attempts("attempt", self.options.student_samples, question, ask)

    async def _attempts(self, label: str, count: int, question: Question, ask: Ask) -> Difficulty | None:
        if STUDENT not in self.roles or question.kind == "open" or not count:
            return None
        return difficulty(await _all([self._attempt(label, question, ask, nth) for nth in range(count)]))

    async def _attempt(self, label: str, question: Question, ask: Ask, nth: int) -> Verified:
        """One attempt of the student's. An answer that was cut off is a wrong one; no answer decides nothing."""
        try:
            answer = await ask(label, role=STUDENT, nth=nth, **self._variables(question))
            trace = trace_of(answer, nth)
        except (AnswerFailure, Unbalanced) as failure:
            kind = getattr(failure, "kind", "unbalanced_tags")
            return Verified("unscored" if kind == "unsupported" else "fail", kind)  # a program that never tries
        except RowFailure as failure:
            return Verified("unscored", failure.kind)
        return await verified(question, trace.answer, tests_min=self.options.tests_min)

    def _outside(self, hard: Difficulty | None) -> Rejection | None:
        if hard is None or hard.rate is None:
            return None
        low, high = self.options.band
        if low < hard.rate <= high:
            return None
        reason = "too_easy" if hard.rate > high else "too_hard"
        return Rejection(reason, f"the student gets it right in {hard.rate:.0%} of its attempts", {"band": hard.band})

    async def _sampled(self, question: Question, ask: Ask) -> list[Trace | Verdict]:
        """A trace for each sample, or the verdict on the answer that was none."""
        return await _all([self._sample(question, ask, nth) for nth in range(self.options.n_samples)])

    async def _sample(self, question: Question, ask: Ask, nth: int) -> Trace | Verdict:
        try:
            answer = await ask("trace", nth=nth, think=self.options.think, **self._variables(question))
            trace = trace_of(answer, nth)
        except Unbalanced as problem:
            return Verdict(self.name, "fail", "unbalanced_tags", str(problem), {"sample": nth}, kind="recipe")
        except RowFailure as failure:
            return verdict_of(failure, by=self.name)
        return replace(trace, thinking=shortened(trace.thinking)) if self.options.compress else trace

    def _variables(self, question: Question) -> dict[str, Any]:
        """What a template is given. The reference is not among it; `problem` is read by the embedded teacher alone."""
        return {
            "question": question.text,
            "form": question.reference.get("answer_kind", "") if question.kind == "answer" else question.kind,
            "entry_point": question.reference.get("entry_point", ""),
            "problem": question.problem,
        }

    async def _sifted(self, maker: Maker, samples: Sequence[Trace | Verdict]) -> list[Row]:
        """A row for each sample, in order."""
        traces = [one for one in samples if isinstance(one, Trace)]
        faults = self._faults(traces, maker.question)
        sound = [trace for trace in traces if trace.sample not in faults]
        question, found = await self._verified(maker.question, sound)
        code = question.kind == "code"
        right = [trace for trace in sound if self._kept(found[trace.sample])]
        chosen = {trace.sample for trace in diverse(right, self.options.keep, code=code)}
        outcomes = {
            trace.sample: found[trace.sample].to_dict() if trace.sample in found
            else {"outcome": "fail", "reason": faults[trace.sample].reason}
            for trace in traces
        }  # fmt: skip
        summary = [told(trace, outcomes[trace.sample], code=code) for trace in traces]
        maker = replace(maker, question=question, traces=summary)
        rows = []
        for nth, sample in enumerate(samples):
            if isinstance(sample, Verdict):
                rows.append(maker.failed(nth, sample))
            elif nth in faults:
                rows.append(maker.refused(sample, faults[nth]))
            elif not self._kept(found[nth]):
                rows.append(maker.unsure(sample, found[nth]))
            elif nth in chosen:
                rows.append(maker.row(sample, found[nth], ("compressed",) if self.options.compress else ()))
            else:
                rows.append(maker.refused(sample, _passed_over(sample, right, chosen, code=code), found[nth]))
        return rows

    def _faults(self, traces: Sequence[Trace], question: Question) -> dict[int, Rejection]:
        faults: dict[int, Rejection] = {}
        seen: dict[str, int] = {}
        for trace in traces:
            fault = self._gates.fault(trace, question)
            first = seen.setdefault(trace.key, trace.sample)
            if fault is None and first != trace.sample:
                fault = Rejection("duplicate_trace", f"says the same as sample {first}")
            if fault is not None:
                faults[trace.sample] = fault
        return faults

    async def _verified(self, question: Question, sound: Sequence[Trace]) -> tuple[Question, dict[int, Verified]]:
        """What each sound trace's answer is worth, and the question with the reference it was compared with."""
        found = await _all([verified(question, one.answer, tests_min=self.options.tests_min) for one in sound])
        if question.kind == "open" and self.options.verification != "strict":
            reference = majority(question, sound, self.options.n_samples, self.options.majority)
            if reference is not None:
                agreed = replace(question, kind="answer", reference=reference)
                return agreed, {one.sample: by_consensus(one, reference) for one in sound}
        return question, {one.sample: told for one, told in zip(sound, found, strict=True)}

    def _kept(self, found: Verified) -> bool:
        if found.outcome == "pass":
            return True
        return found.outcome == "unscored" and self.options.verification == "keep_unverified"


def _passed_over(trace: Trace, right: Sequence[Trace], chosen: set[int], *, code: bool) -> Rejection:
    way = trace.results(code=code)
    twin = next((one.sample for one in right if one.sample in chosen and one.results(code=code) == way), None)
    if twin is not None:
        return Rejection("same_route", f"right, by the way that sample {twin} took")
    return Rejection("not_selected", "right, and another trace of the question was taken; see the knob `keep`")


async def _all(works: Sequence[Any]) -> list[Any]:
    """What each comes to, in order; all of them come home before the first failure is raised."""
    done = await asyncio.gather(*works, return_exceptions=True)
    broken = next((one for one in done if isinstance(one, BaseException)), None)
    if broken is not None:
        raise broken
    return list(done)
