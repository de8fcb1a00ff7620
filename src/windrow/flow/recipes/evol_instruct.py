"""Evol-Instruct (Xu et al. 2023): tasks that people wrote climb, a step at a time, to harder and rarer ones.

An item is one chain: a seed, and up to three turns. Each turn rewrites the chain's latest task by one operator and has
the result answered; a step that fails leaves its parent where it was, and the next turn tries it with another draw.
Every rung stays a row. Nothing in a chain depends on another seed's, so rounds are no waves: no chain waits for the
others, and an edited seed costs its own calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, model_validator

from windrow.errors import RowFailure, SeedError
from windrow.flow.recipes.evol import elimination, operators
from windrow.flow.recipes.evol.answers import Rewrite, is_invalid, read_rewrite
from windrow.flow.recipes.evol.elimination import Limits
from windrow.flow.recipes.evol.operators import BREADTH, COMPLICATE, CONSTRAINTS, Operators
from windrow.flow.recipes.evol.rungs import Chain, Rung, Step, root_of, row_of
from windrow.flow.recipes.evol.verifiable import constrained
from windrow.flow.recipes.instruct.axes import Axes, Dealer, Quotas
from windrow.shapes import Options, Recipe, Rejection, Seed, verdict_of
from windrow.text.constraints import problem
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
    from pathlib import Path

    from windrow.row import Row
    from windrow.shapes import Ask


class EvolOptions(Options):
    """`rounds` and `words_per_step` keep a climb gentle: more of either makes tasks that nobody can solve.
    `max_children_per_seed` bounds what one seed may cost and how much of the set may descend from it."""

    rounds: int = Field(default=2, ge=1, le=3)
    """Turns of a chain, and so the most rounds between a row and its seed."""
    max_children_per_seed: int = Field(default=10, ge=1)
    """Rewrites tried of one seed and its descendants, those that fail included."""
    words_per_step: int = Field(default=20, ge=5, le=100)
    """Words by which one step may lengthen an instruction."""
    input_words_per_step: int = Field(default=60, ge=5)
    """Words by which `complicate_input` may lengthen an input."""
    breadth_length: float = Field(default=0.5, gt=0, le=1)
    """Share by which a `breadth` task may be longer or shorter than its parent."""
    operators: Operators = Operators()
    """How often each kind of step is taken."""
    downward: float = Field(default=0.0, ge=0, le=1)
    """Share of steps that make a task easier instead; 0.2 does well for mathematics."""
    verifiable: float = Field(default=0.75, ge=0, le=1)
    """Share of the `constraints` steps whose constraints a program adds and checks; the teacher words the others."""
    constraint_cap: int = Field(default=5, ge=1, le=8)
    """Constraints that a program adds until a task has so many."""
    sorry_words: int = Field(default=80, ge=0)
    """A shorter answer that says "sorry" is refused, unless the task or the seed's answer does; 0 refuses none."""
    axes: Axes = Field(default_factory=dict)
    """What `breadth` tasks are about: names, each with a list of values or a taxonomy. Every combination is a leaf."""
    quota: Quotas = "balanced"
    """Rows to a leaf: `balanced`, `free`, or bounds: `{min: 2, max: 20}`."""

    @model_validator(mode="after")
    def _something_to_do(self) -> EvolOptions:
        if not any(operators.weights(self.operators, self.downward).values()):
            raise ValueError("no operator has a weight above 0: there is nothing to do")
        Dealer(self.axes, self.quota)
        return self


class EvolInstruct(Recipe):
    """Harder and rarer tasks out of your seeds, in small steps, many of them checked by program (Evol-Instruct)."""

    name: ClassVar[str] = "evol_instruct"
    version: ClassVar[int] = 1
    takes: ClassVar[str] = "row"
    yields_per_item: ClassVar[float] = 1.6
    checks: ClassVar[tuple[str, ...]] = ("shape", "hygiene", "constraints")
    filters: ClassVar[tuple[str, ...]] = ("dedupe",)
    options_type: ClassVar[type[Options]] = EvolOptions
    options: EvolOptions

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:  # noqa: ARG002 - the seeds are small enough for memory
        """Read the seeds. Raises SeedError where none has an instruction."""
        options = self.options
        roots = ((seed, root_of(seed.payload)) for seed in seeds)
        self._seeds = [(seed, root) for seed, root in roots if root.instruction]
        if not self._seeds:
            raise SeedError("evol_instruct found no seed with an instruction", where="seeds")
        self._shares = operators.weights(options.operators, options.downward)
        self._dealer = Dealer(options.axes, options.quota) if options.axes else None
        self._limits = Limits(
            options.words_per_step, options.input_words_per_step, options.breadth_length, options.sorry_words
        )

    def plant(self, accepted: Sequence[Row], wave: int) -> Iterator[Seed]:  # noqa: ARG002 - one pass over the chains
        """A first chain of every seed, then a second one, and so on until the rewrites of a seed are used up."""
        rounds, most = self.options.rounds, self.options.max_children_per_seed
        for number, begun in enumerate(range(0, most, rounds)):
            for seed, root in self._seeds:
                chain = self._dealt(Chain(seed.key, root, number, min(rounds, most - begun)))
                yield Seed(chain.key, chain, seed.source, seed.family or seed.key)

    def _dealt(self, chain: Chain) -> Chain:
        """The chain with a leaf of the axes, where one of its turns would write a new task; it then has no more turns
        than the leaf has room for."""
        if self._dealer is None:
            return chain
        first = (operators.drawn(chain.key, turn, self._shares) for turn in range(chain.turns))
        dealt = self._dealer.deal(chain.key, chain.turns) if BREADTH in first else None
        return chain if dealt is None else Chain(chain.seed, chain.root, chain.number, dealt[1], dealt[0])

    async def grow(self, seed: Seed, ask: Ask) -> AsyncIterator[Row]:
        """One row a turn. A call that no answer came to ends the chain: what follows depends on that answer."""
        chain: Chain = seed.payload
        tip, failed = chain.root, set[str]()
        before = {elimination.task_text(tip.instruction, tip.input)}
        for turn in range(chain.turns):
            step = self._step(chain, turn, tip, failed)
            if step is None:
                return
            row = await self._turn(seed, step, ask, before)
            yield row
            if row.failed is not None and row.failed.outcome == "unscored":
                return
            if _stands(row):
                tip, failed = _rung(row, step), set()
                before.add(elimination.task_text(tip.instruction, tip.input))
            else:
                failed.add(step.operator)

    def _step(self, chain: Chain, turn: int, tip: Rung, failed: set[str]) -> Step | None:
        """What this turn does; None where every operator has failed on this task."""
        without = failed | ({BREADTH} if self._dealer is not None and chain.leaf is None else set())
        operator = operators.drawn(chain.key, turn, self._shares, without)
        if operator is None:
            return None
        nth = len(failed) + (chain.number if tip is chain.root else 0)
        leaf = chain.leaf if operator == BREADTH else tip.leaf
        return Step(operator, tip, turn, nth, leaf)

    async def _turn(self, seed: Seed, step: Step, ask: Ask, before: set[str]) -> Row:
        """The rewritten task with its answer, or the refused row that says why not."""
        known: dict[str, Any] = {}
        try:
            rewrite = await self._rewritten(seed, step, ask, known)
        except RowFailure as failure:
            return _tried(seed, step).with_verdicts(verdict_of(failure, by=self.name))
        if isinstance(rewrite, Rejection):
            return _tried(seed, step).with_verdicts(rewrite.verdict(self.name))
        instruction, given = rewrite.instruction, step.parent.input if rewrite.input is None else rewrite.input
        known["added_words"] = elimination.added_words(step, instruction)
        refusal = elimination.rewrite_refusal(step, instruction, given, self._limits, before)
        if refusal is not None:
            return row_of(seed, step, instruction, given, None, **known).with_verdicts(refusal.verdict(self.name))
        try:
            response = await self._answer(step, instruction, given, ask)
        except RowFailure as failure:
            bare = row_of(seed, step, instruction, given, None, **known)
            return bare.with_verdicts(verdict_of(failure, by=self.name))
        row = row_of(seed, step, instruction, given, response, **known)
        refusal = elimination.answer_refusal(step, instruction, given, response, self._limits)
        return row if refusal is None else row.with_verdicts(refusal.verdict(self.name))

    async def _answer(self, step: Step, instruction: str, given: str, ask: Ask) -> str:
        parent = step.parent
        answer = await ask(
            "respond",
            instruction=instruction,
            input=given,
            system=parent.system,
            operator=step.operator,
            parent=parent.told(),
        )
        return answer.text.strip()

    async def _rewritten(self, seed: Seed, step: Step, ask: Ask, known: dict[str, Any]) -> Rewrite | Rejection:
        """The rewrite, or why there is none; in `known` what to note of how it was made. Raises RowFailure."""
        parent, chain = step.parent, seed.payload
        if step.operator == CONSTRAINTS:
            text = self._constrained(chain, step)
            if text:
                known["written_by"] = "program"
                return Rewrite(text)
        told: dict[str, Any] = {**parent.told(), "nth": step.nth}
        if step.operator == BREADTH:
            like, slack = len(words(parent.instruction)), self.options.breadth_length
            least, most = max(1, -int(-like * (1 - slack) // 1)), int(like * (1 + slack))
            answer = await ask("breadth", **told, least=least, most=most, leaf=step.leaf)
        elif step.operator == COMPLICATE:
            answer = await ask(
                "complicate_input", **told, words=self._limits.words, input_words=self._limits.input_words
            )
        else:
            answer = await ask("evolve", **told, operator=step.operator, words=self._limits.words)
        if is_invalid(answer.text):
            return Rejection("invalid", "the evolver says that the task cannot be rewritten so")
        return read_rewrite(answer.text)

    def _constrained(self, chain: Chain, step: Step) -> str:
        """The task with constraints that a program adds; '' where the teacher is to word them."""
        if operators.share_of(chain.key, step.turn, "verifiable") > self.options.verifiable:
            return ""
        rng = operators.chance(chain.key, step.turn, f"constraints {step.nth}")
        return constrained(step.parent, rng, cap=self.options.constraint_cap, words=self._limits.words)


def _tried(seed: Seed, step: Step) -> Row:
    """The record of a step that gave no task: it shows the task that was to be rewritten."""
    return row_of(seed, step, step.parent.instruction, step.parent.input, None)


def _stands(row: Row) -> bool:
    """Whether the next step may build on the row: nothing refused it, and its answer obeys what can be checked."""
    entries = row.reference.get("constraints", ())
    return row.failed is None and not any(problem(entry, row.response) for entry in entries)


def _rung(row: Row, step: Step) -> Rung:
    told = row.reference
    return Rung(
        told["instruction"], told["input"], told["output"], step.parent.system, row.id, row.lineage.round, step.leaf
    )
