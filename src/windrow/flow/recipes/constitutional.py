"""Constitutional AI (Bai et al. 2022, arXiv 2212.08073): an answer is criticised by principles, and revised.

A student drafts an answer to a prompt of a known class; a principle of a YAML file is drawn; a critic says where the
answer breaks it, a reviser mends it, the critic looks again. Rules that a program decides are measured before and
after. The last answer is an example to imitate; beside a draft that was worse it is a pair to prefer. Harmful prompts
are declined with something else offered; whatever only looks dangerous is answered, and how often it is not is watched.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, model_validator

from windrow.flow.recipes.constitution import principles, rows
from windrow.flow.recipes.constitution.audit import audit
from windrow.flow.recipes.constitution.chain import Chain
from windrow.flow.recipes.constitution.gates import Bounds, answer_fault
from windrow.flow.recipes.constitution.principles import Constitution, PromptClass
from windrow.flow.recipes.constitution.prompt_pool import Prompt, PromptPool, Reading, share
from windrow.shapes import Audit, Options, Recipe, Seed
from windrow.text.conduct import Target

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

    from windrow.row import Row
    from windrow.shapes import Ask


class Mix(Options):
    """Of which classes the prompts are, by weight, for as long as each class lasts."""

    harmful: float = Field(default=0.4, ge=0)
    """Weight of prompts that no answer should serve."""
    borderline: float = Field(default=0.3, ge=0)
    """Weight of prompts that look dangerous and are not."""
    benign: float = Field(default=0.3, ge=0)
    """Weight of prompts that nobody would hesitate over."""


class Targets(Options):
    """What a good answer does with a prompt of each class."""

    harmful: Target = "refuse"
    """With prompts that no answer should serve: `refuse` means to decline and to offer something else."""
    borderline: Target = "comply"
    """With prompts that look dangerous and are not."""
    benign: Target = "comply"
    """With prompts that nobody would hesitate over."""


class ConstitutionalOptions(Options):
    """Where classes come from, how often an answer is revised, and what a revision may do."""

    principles: str | None = None
    """A YAML file of principles in place of the built-in ones."""
    class_field: str = "class"
    """The column of the seeds that says of which class a prompt is."""
    classes: dict[str, PromptClass] = Field(default_factory=dict)
    """What the values of that column mean, `*` standing for anything; the first that fits counts. Left out: the class
    names themselves, and `safe` and `unsafe`."""
    default_class: PromptClass | None = None
    """The class of a prompt that has no such column. Left out: such a prompt is an error."""
    facts_field: str = "facts"
    """The column with what an answer should know, shown to whoever drafts and revises."""
    mix: Mix = Field(default_factory=Mix)
    """Of which classes the prompts are, by weight."""
    refusal_target: Targets = Field(default_factory=Targets)
    """What a good answer does with a prompt of each class."""
    draws: int = Field(default=1, ge=1, le=8)
    """How often each prompt is answered, each time with other principles."""
    n_revisions: int = Field(default=2, ge=1, le=4)
    """Revisions of an answer, at most. Two critiques in a row that find nothing end it earlier."""
    few_shot: int = Field(default=2, ge=0, le=8)
    """Worked examples that critic and reviser are shown, as far as the principles' file has them."""
    helpfulness_mix: float = Field(default=0.5, ge=0, le=1)
    """The share of benign prompts that are simply answered, without critique where no rule finds a fault: they keep a
    model helpful."""
    pairs: bool = True
    """Whether a draft that was worse makes a preference beside the example."""
    keep_intermediate: bool = True
    """Whether each revision stays in the lineage, or only its verdicts."""
    over_refusal_max: float = Field(default=0.05, ge=0, le=1)
    """The share of prompts to help with that may be declined before the run is out of bounds."""
    under_refusal_max: float = Field(default=0.25, ge=0, le=1)
    """The share of prompts to decline that may be helped with before the run is out of bounds."""
    min_edit: float = Field(default=0.02, ge=0, le=1)
    """A revised answer differs from its draft by this share of the words, at least."""
    max_edit: float = Field(default=0.9, gt=0, le=1)
    """And at most, unless it went from declining to helping or back."""
    max_len_ratio: float = Field(default=2.0, ge=1)
    """How many times longer than its draft it may be."""
    system: str | None = None
    """A system text for whoever drafts. No row shows it."""

    @model_validator(mode="after")
    def _some_room(self) -> ConstitutionalOptions:
        if self.min_edit >= self.max_edit:
            msg = f"min_edit ({self.min_edit}) is not below max_edit ({self.max_edit}): no revision would do"
            raise ValueError(msg)
        return self


@dataclass(frozen=True, slots=True)
class Planting:
    """A prompt, and the how-manieth answer to it."""

    prompt: Prompt
    nth: int


class Constitutional(Recipe):
    """Drafts criticised and revised by principles: examples, and pairs of draft and revision."""

    name: ClassVar[str] = "constitutional"
    version: ClassVar[int] = 1
    takes: ClassVar[str] = "row"
    yields_per_item: ClassVar[float] = 1.5
    checks: ClassVar[tuple[str, ...]] = ("shape", "hygiene", "refusal")
    filters: ClassVar[tuple[str, ...]] = ("dedupe", "boilerplate")
    options_type: ClassVar[type[Options]] = ConstitutionalOptions
    options: ConstitutionalOptions

    _pool: PromptPool | None = None

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:
        """Read the principles, and the prompts with their classes. Raises ConfigError, SeedError."""
        options = self.options
        own = options.principles
        self._constitution: Constitution = (
            principles.load(self.base / Path(own).expanduser(), own) if own else principles.load(principles.DEFAULT)
        )
        reading = Reading(options.class_field, options.classes, options.default_class, options.facts_field)
        self._pool = PromptPool(folder / "prompts.jsonl")
        for seed in seeds:
            self._pool.add(reading.prompt(seed))

    def plant(self, accepted: Sequence[Row], wave: int) -> Iterator[Seed]:  # noqa: ARG002 - one pass over the prompts
        """Every prompt once, the classes mixed; then every prompt again, as often as there are draws."""
        mix = self.options.mix
        shares: dict[PromptClass, float] = {
            "harmful": mix.harmful, "borderline": mix.borderline, "benign": mix.benign
        }  # fmt: skip
        for nth in range(self.options.draws):
            for prompt in self.pool.in_turn(shares):
                yield Seed(f"{prompt.key}/{nth}", Planting(prompt, nth), prompt.source, prompt.family)

    async def grow(self, seed: Seed, ask: Ask) -> AsyncIterator[Row]:
        """The revised answer, and beside a draft that was worse, the pair of the two."""
        prompt, nth = seed.payload.prompt, seed.payload.nth
        options = self.options
        target: Target = getattr(options.refusal_target, prompt.kind)
        draft = await ask(
            "draft", conversation=[turn.to_dict() for turn in prompt.turns], system=options.system or "",
            facts=prompt.facts, target=target, nth=nth,
        )  # fmt: skip
        text = draft.text.strip()
        chain = Chain(prompt, nth, target, self._constitution, text, text)
        if self._answers_simply(prompt, nth) and not chain.broken(text):
            chain.stopped = "helpful"
        else:
            await chain.run(ask, revisions=options.n_revisions, few_shot=options.few_shot)
        bounds = Bounds(options.min_edit, options.max_edit, options.max_len_ratio)
        rules = self._constitution.rules
        fault = chain.fault or answer_fault(chain.case(chain.draft), chain.case(chain.answer), rules, bounds)
        row = rows.example(chain, fault, whole=options.keep_intermediate)
        yield row
        if options.pairs and row.failed is None:
            preferred = rows.pair(chain, row)
            if preferred is not None:
                yield preferred

    def _answers_simply(self, prompt: Prompt, nth: int) -> bool:
        """Whether this prompt is one of the benign ones that need no critique."""
        return prompt.kind == "benign" and share("helpful", prompt.key, str(nth)) < self.options.helpfulness_mix

    def audit(self, rows: Iterable[Row]) -> Audit:
        """How often drafts and answers decline by class, and whether that is within bounds."""
        to = self.options.refusal_target
        targets: dict[PromptClass, Target] = {
            "harmful": to.harmful, "borderline": to.borderline, "benign": to.benign
        }  # fmt: skip
        return audit(rows, targets, self.options.over_refusal_max, self.options.under_refusal_max)

    def close(self) -> None:
        """Let go of the prompts."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    @property
    def pool(self) -> PromptPool:
        """The prompts of this run. Raises RuntimeError before `open`."""
        if self._pool is None:
            msg = "open() comes before plant() and grow()"
            raise RuntimeError(msg)
        return self._pool
