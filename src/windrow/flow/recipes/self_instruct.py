"""Self-Instruct (Wang et al. 2023): a small set of tasks that people wrote grows into a large one.

Each item shows a teacher six human tasks and two accepted ones, asks for new tasks, and works each out: a
classification label first, so that labels do not lean to one side, everything else input first. The filters are the
original's; what they leave out stays as a rejected row. Accepted rows join the pool that the next wave draws from.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from itertools import chain, count, takewhile
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from windrow.errors import AnswerFailure, RowFailure, SeedError
from windrow.flow.recipes.instruct import rows
from windrow.flow.recipes.instruct.answers import read_instances, read_instructions, read_labelled, read_yes
from windrow.flow.recipes.instruct.axes import Axes, Dealer, Quotas
from windrow.flow.recipes.instruct.draws import (
    draw,
    draw_key,
    exemplar_of,
    instruction_of,
    pool_of,
    slot_of,
    worked_examples,
)
from windrow.flow.recipes.instruct.rules import KEYWORDS, STARTS, InstructionRules, instance_refusals
from windrow.shapes import Options, Recipe, Rejection, Seed, verdict_of
from windrow.text.rouge import RougeIndex

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
    from pathlib import Path

    from windrow.flow.recipes.instruct.answers import Instance
    from windrow.flow.recipes.instruct.draws import Draw, Exemplar
    from windrow.row import Row, Verdict
    from windrow.shapes import Ask

LABELS = 5  # classes that a classification is asked to give an input for
FEWEST_LABELS = 2
MOST_EVIDENCE = 2_000


class SelfInstructOptions(Options):
    """`batch` tasks are asked for at a time; `min_seeds` is what the paper's diversity needs at least. Words, keywords,
    starts and `ascii_start` (auto: only where every seed starts with ASCII) say which instructions are left out;
    `rouge_l_max` is checked before a task is worked out, so that no near-duplicate is paid for."""

    batch: int = Field(default=8, ge=1, le=20)
    """New tasks asked for at a time."""
    min_seeds: int = Field(default=20, ge=1)
    """Fewer seeds than this are refused."""
    max_instances: int = Field(default=1, ge=1, le=5)
    """Worked examples kept of one task, at most."""
    rouge_l_max: float = Field(default=0.7, gt=0, le=1)
    """A task as alike as this to a seed or an accepted one is left out before it is worked out."""
    min_words: int = Field(default=3, ge=1)
    """A shorter instruction is left out."""
    max_words: int = Field(default=150, ge=1)
    """A longer instruction is left out."""
    keywords: tuple[str, ...] = KEYWORDS
    """Instructions with one of these words ask for what a text model cannot handle."""
    forbidden_starts: tuple[str, ...] = STARTS
    """Instructions that begin so are left out."""
    ascii_start: bool | Literal["auto"] = "auto"
    """Whether an instruction must begin with an ASCII letter or digit; `auto`: where every seed does."""
    axes: Axes = Field(default_factory=dict)
    """What new tasks are about: names, each with a list of values or a taxonomy. Every combination is a leaf."""
    quota: Quotas = "balanced"
    """Rows to a leaf: `balanced`, `free`, or bounds: `{min: 2, max: 20}`."""

    @model_validator(mode="after")
    def _some_length_is_right(self) -> SelfInstructOptions:
        if self.min_words > self.max_words:
            msg = f"min_words ({self.min_words}) is above max_words ({self.max_words}): no task would be left"
            raise ValueError(msg)
        Dealer(self.axes, self.quota)
        return self


class SelfInstruct(Recipe):
    """New tasks in the manner of your seeds, each with a worked answer (Self-Instruct, arXiv 2212.10560)."""

    name: ClassVar[str] = "self_instruct"
    version: ClassVar[int] = 1
    takes: ClassVar[str] = "row"
    in_waves: ClassVar[bool] = True
    yields_per_item: ClassVar[float] = 4.0
    checks: ClassVar[tuple[str, ...]] = ("shape", "hygiene", "constraints")
    filters: ClassVar[tuple[str, ...]] = ("dedupe", "novelty")
    options_type: ClassVar[type[Options]] = SelfInstructOptions
    options: SelfInstructOptions

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:  # noqa: ARG002 - the pool is small enough for memory
        """Read the seeds and index their instructions. Raises SeedError where there are too few."""
        options = self.options
        self._human = [exemplar_of(seed.payload, seed.key, seed.key, human=True) for seed in seeds]
        if len(self._human) < options.min_seeds:
            raise SeedError(
                f"self_instruct needs {options.min_seeds} seeds, and there are {len(self._human)}",
                where="seeds",
                remedy="add examples: fewer make tasks that are all alike; or set min_seeds of the recipe lower",
            )
        self._index = RougeIndex(options.rouge_l_max)
        for one in self._human:
            self._index.add(one.instruction, f"seed {one.key}")
        self._rules = InstructionRules(
            (one.instruction for one in self._human),
            min_words=options.min_words,
            max_words=options.max_words,
            keywords=options.keywords,
            starts=options.forbidden_starts,
            ascii_start=None if options.ascii_start == "auto" else options.ascii_start,
        )
        self._dealer = Dealer(options.axes, options.quota) if options.axes else None
        self._slots: list[str] = []
        self._numbers = count()

    def plant(self, accepted: Sequence[Row], wave: int) -> Iterator[Seed]:
        """Draws without end, numbered on from wave to wave. `accepted` must begin with what it held before."""
        grown: list[dict[str, str]] = []
        for place in range(len(self._slots), len(accepted)):
            row = accepted[place]
            self._slots.append(slot_of(row))
            self._index.add(instruction_of(row), f"row {row.id}")
            grown.append(row.lineage.extra.get("axes") or {})
        if self._dealer is not None:
            self._dealer.settle(grown)
        human = [self._human[place] for place in pool_of((one.slot for one in self._human), wave)]
        machine = [
            exemplar_of(accepted[place], accepted[place].id, self._slots[place], human=False)
            for place in pool_of(self._slots, wave)
        ]
        planted = (self._planted(number, human, machine) for number in self._numbers)
        return takewhile(lambda seed: seed.payload.count != 0, planted)

    def _planted(self, number: int, human: Sequence[Exemplar], machine: Sequence[Exemplar]) -> Seed:
        """The draw; with axes it is for a leaf, and for no more tasks than that has room for."""
        key, drawn = draw_key(self.name, number), draw(number, human, machine)
        if self._dealer is not None:
            leaf, room = self._dealer.deal(key, self.options.batch) or (None, 0)
            drawn = replace(drawn, leaf=leaf, count=room)
        return Seed(key, drawn, f"draw {number}", key)

    async def grow(self, seed: Seed, ask: Ask) -> AsyncIterator[Row]:
        """The tasks of one draw in the order of the answer, those left out as rejected rows among them."""
        exemplars = [one.shown() for one in seed.payload.exemplars]
        asked = seed.payload.count or self.options.batch
        leaf: dict[str, Any] = {} if seed.payload.leaf is None else {"leaf": dict(seed.payload.leaf)}
        answer = await ask("instructions", exemplars=exemplars, count=asked, **leaf)
        instructions = read_instructions(answer.text)
        if not instructions:
            raise AnswerFailure("no list of tasks in the answer", kind="unparsed", evidence=answer.text[:MOST_EVIDENCE])
        sifted = enumerate(self._sifted(instructions, asked))
        works = [
            self._work_out(rows.bare(text, seed, place), verdict, seed.payload, ask)
            for place, (text, verdict) in sifted
        ]
        grown = await asyncio.gather(*works, return_exceptions=True)
        broken = next((one for one in grown if isinstance(one, BaseException)), None)
        if broken is not None:
            raise broken
        for row in chain.from_iterable(grown):  # type: ignore[arg-type]
            yield row

    def _sifted(self, instructions: Iterable[str], asked: int) -> Iterator[tuple[str, Verdict | None]]:
        """Each instruction, with the verdict that leaves it out."""
        siblings = RougeIndex(self.options.rouge_l_max)
        for place, instruction in enumerate(instructions):
            refusal = _beyond(place, asked) or self._rules.refusal(instruction)
            verdict = refusal.verdict(self.name) if refusal else self._near_duplicate(instruction, siblings)
            if verdict is None:
                siblings.add(instruction, "an earlier task of the same answer")
            yield instruction, verdict

    def _near_duplicate(self, instruction: str, siblings: RougeIndex) -> Verdict | None:
        nearest = self._index.nearest(instruction) or siblings.nearest(instruction)
        if not nearest:
            return None
        found = nearest[0]
        shown = {"nearest": found.key, "rouge_l": found.score, "text": found.text}
        return Rejection("near_duplicate", f"ROUGE-L {found.score:.2f} with {found.key}", shown).verdict(self.name)

    async def _work_out(self, bare: Row, verdict: Verdict | None, source: Draw, ask: Ask) -> list[Row]:
        """The rows of one instruction; where no answer can be had or used, the row that says so."""
        if verdict is not None:
            return [bare.with_verdicts(verdict)]
        try:
            return await self._instances(bare, source, ask)
        except RowFailure as failure:
            return [bare.with_verdicts(verdict_of(failure, by=self.name))]

    async def _instances(self, bare: Row, source: Draw, ask: Ask) -> list[Row]:
        instruction = instruction_of(bare)
        classification = read_yes((await ask("classify", instruction=instruction)).text)
        examples = worked_examples(source)
        if classification:
            answer = await ask("classification_instance", instruction=instruction, examples=examples, count=LABELS)
            found = _turned(read_labelled(answer.text), instruction)
        else:
            wanted = self.options.max_instances
            answer = await ask("instance", instruction=instruction, examples=examples, count=wanted)
            found = read_instances(answer.text)
        if not found:
            raise AnswerFailure("no instance in the answer", kind="unparsed", evidence=answer.text[:MOST_EVIDENCE])
        labels = sorted({one.output for one in found if one.output}) if classification else None
        return self._judged(bare, found, labels, instance_refusals(found, instruction, examples))

    def _judged(
        self, bare: Row, found: Sequence[Instance], labels: list[str] | None, refusals: Sequence[Rejection | None]
    ) -> list[Row]:
        """A row for each instance; beyond the first `max_instances` good ones, the good are left out too."""
        if labels is not None and len(labels) < FEWEST_LABELS:
            refusals = [Rejection("one_label", f"a classification with no label but {labels}")] * len(found)
        most = self.options.max_instances
        grown, good = [], 0
        for one, refusal in zip(found, refusals, strict=True):
            row = rows.worked(bare, one, labels)
            if refusal is None:
                good += 1
            spare = Rejection("beyond_max_instances", f"a task keeps at most {most}") if good > most else None
            left_out = refusal or spare
            grown.append(row.with_verdicts(left_out.verdict(self.name)) if left_out else row)
        return grown


def _beyond(place: int, asked: int) -> Rejection | None:
    return Rejection("beyond_batch", f"the answer had more than the {asked} asked for") if place >= asked else None


def _turned(instances: list[Instance], instruction: str) -> list[Instance]:
    """The instances, starting at one that the instruction decides: taking the first gives every label its turn."""
    digest = hashlib.sha256(instruction.encode()).digest()
    first = int.from_bytes(digest[:8]) % (len(instances) or 1)
    return instances[first:] + instances[:first]
