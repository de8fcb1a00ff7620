"""Preference data: of several answers to one prompt a better and a worse, told apart by program first, then by judges.

Follows UltraFeedback (arXiv 2310.01377) and Tülu 3 (2411.15124): several answers by the model to be trained and by
others, unique prompts, aspects rather than an overall impression. What a program can verify is never overruled; what
only a judge can tell is asked in both orders; without a judge it stays undecided.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from windrow.errors import AnswerFailure, RowFailure
from windrow.flow.recipes.pairs import candidates as made
from windrow.flow.recipes.pairs.choose import Chooser, Sides, Strategy
from windrow.flow.recipes.pairs.families import related
from windrow.flow.recipes.pairs.judging import CLOSE, Bench, Knockout, aspects_of
from windrow.flow.recipes.pairs.prompts import Prompts, code_of
from windrow.flow.recipes.pairs.rows import Decision, Form, Told
from windrow.row import Verdict
from windrow.shapes import Options, Recipe, Rejection, Seed, verdict_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
    from pathlib import Path

    from windrow.flow.recipes.pairs.candidates import Assignment, Candidate
    from windrow.flow.recipes.pairs.prompts import Prompt
    from windrow.row import Row
    from windrow.shapes import Ask

MANNERS = (
    "Answer briefly: what was asked, and nothing around it.",
    "Explain how you come to your answer, step by step, and end with it.",
    "You are an expert in the matter. Answer as you would to a colleague who relies on it.",
)
FEWEST = 2


class PreferenceOptions(Options):
    """How candidates come about, what decides between them, and what is made of the pairs."""

    k: int = Field(default=4, ge=2, le=16)
    """Candidates for each prompt."""
    on_policy_frac: float = Field(default=0.5, ge=0.5, le=1)
    """The share of candidates that the role `student` writes, at least: the model to be trained."""
    manners: tuple[str, ...] = MANNERS
    """System texts that make candidates differ, beside the prompt's own. No row shows them."""
    own_answer: bool = False
    """Whether the seed's own answer is one of the candidates."""
    degraded: bool = False
    """Whether one candidate is an answer that the teacher was told to put a flaw into."""
    form: Form = "pairs"
    """`pairs` for DPO and IPO; `unpaired` answers with a label for KTO; or `both`."""
    pairs_per_prompt: int = Field(default=1, ge=1, le=8)
    """Pairs made of one prompt, at most. Another prompt teaches more than another pair."""
    pair_strategy: Strategy = "best_vs_random_lower"
    """Which lower candidate the best is set against: one by lot, the worst, or the nearest beyond the margin."""
    max_log_ratio: float = Field(default=0.7, gt=0, le=5)
    """How much longer one side may be: the natural logarithm of the ratio. 0.7 is twice as long."""
    judge: Literal["none", "pairwise", "pointwise"] = "none"
    """Who decides what no program can: nobody, a judge who compares two answers in both orders, or one who rates each.
    """
    panel: tuple[str, ...] = Field(default=("judge",), min_length=1)
    """The roles that judge. Several make a panel; each must be named under `models:`."""
    agreement_min: float = Field(default=0.66, gt=0.5, le=1)
    """The share of the judges that must agree on the better side."""
    comparisons: int = Field(default=2, ge=1, le=15)
    """Comparisons for each prompt, at most, of a pairwise judge. Each is two calls to every judge."""
    aspects: tuple[str, ...] = Field(
        default=("instruction_following", "truthfulness", "honesty", "helpfulness"), min_length=1
    )
    """What a pointwise judge rates from 1 to 5: these, `safety`, or your own as "name: what it means"."""
    margin_min: float = Field(default=1.0, gt=0, le=4)
    """How far apart two mean ratings must be."""
    margin_max: float | None = Field(default=None, gt=0, le=4)
    """How far apart they may be, where set."""

    @model_validator(mode="after")
    def _enough_candidates(self) -> PreferenceOptions:
        left = self.k - made.on_policy_count(self.k, self.on_policy_frac)
        if self.own_answer + self.degraded > left:
            msg = f"k {self.k} with on_policy_frac {self.on_policy_frac} leaves {left} for own_answer and degraded"
            raise ValueError(msg)
        unclear = [name for name, meaning in aspects_of(self.aspects).items() if not (name and meaning)]
        if unclear:
            msg = f"aspects {unclear} need a meaning: write them as 'name: what it means'"
            raise ValueError(msg)
        if len(set(self.panel)) < len(self.panel):
            msg = "panel names a role twice"
            raise ValueError(msg)
        if self.margin_max is not None and self.margin_max < self.margin_min:
            msg = f"margin_max {self.margin_max} is below margin_min {self.margin_min}"
            raise ValueError(msg)
        return self


class Preference(Recipe):
    """Pairs of a better and a worse answer (DPO, IPO), or answers with a label (KTO), verified before judged."""

    name: ClassVar[str] = "preference"
    version: ClassVar[int] = 1
    takes: ClassVar[str] = "row"
    yields_per_item: ClassVar[float] = 0.6
    checks: ClassVar[tuple[str, ...]] = ("shape", "hygiene", "constraints")
    filters: ClassVar[tuple[str, ...]] = ("length_balance",)
    options_type: ClassVar[type[Options]] = PreferenceOptions
    options: PreferenceOptions

    _prompts: Prompts | None = None

    @classmethod
    def must_name(cls, options: Options) -> tuple[str, ...]:
        """The judges, where there are any: a teacher that judged its own answers would favour them."""
        return options.panel if isinstance(options, PreferenceOptions) and options.judge != "none" else ()

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:
        """Write the prompts down, each once."""
        self._prompts = Prompts(seeds, folder)

    def plant(self, accepted: Sequence[Row], wave: int) -> Iterator[Seed]:  # noqa: ARG002 - one pass over the prompts
        """Every prompt once, in the order of the seeds. Raises RuntimeError before `open`."""
        if self._prompts is None:
            msg = "open() comes before plant()"
            raise RuntimeError(msg)
        return iter(self._prompts)

    async def grow(self, seed: Seed, ask: Ask) -> AsyncIterator[Row]:
        """The pairs of one prompt, or the prompt with the reason why it gives none."""
        candidates = made.distinct(await self._candidates(seed, ask))
        options = self.options
        chooser = Chooser(seed.key, candidates, options.pair_strategy, options.max_log_ratio, options.pairs_per_prompt)
        told = Told(seed, candidates, Decision())
        chosen: list[Sides] | Rejection | Verdict
        try:
            chosen = await self._decide(told, chooser, ask)
        except RowFailure as failure:
            chosen = _not_judged(failure)
        if isinstance(chosen, list):
            for row in told.rows(chosen, options.form):
                yield row
        else:
            yield told.refused(chosen if isinstance(chosen, Verdict) else chosen.verdict(self.name))

    async def _candidates(self, seed: Seed, ask: Ask) -> list[Candidate]:
        """The answers to one prompt, those that could not be used left out. Raises CallFailure where one never came:
        the same prompt must have the same candidates when it is tried again."""
        prompt: Prompt = seed.payload
        options = self.options
        aside = options.own_answer + options.degraded
        asked = made.assignments(seed.key, options.k, options.on_policy_frac, options.manners, aside=aside)
        said = await asyncio.gather(*(self._answer(prompt, one, ask) for one in asked), return_exceptions=True)
        found = [one for one in said if not isinstance(one, BaseException)]
        broken = [one for one in said if isinstance(one, BaseException) and not isinstance(one, AnswerFailure)]
        if broken:
            raise broken[0]
        if options.own_answer and prompt.own:
            found.append(made.written(prompt, prompt.own, "seed", "human"))
        if options.degraded and found:
            found += await self._degraded(seed, found, ask)
        if len(found) < FEWEST and any(isinstance(one, AnswerFailure) for one in said):
            raise next(one for one in said if isinstance(one, AnswerFailure))
        return found

    async def _answer(self, prompt: Prompt, one: Assignment, ask: Ask) -> Candidate:
        answer = await ask(
            one.label, role=one.writer, system=prompt.system, turns=prompt.conversation, manner=one.manner,
            **made.known(prompt), number=one.number,
        )  # fmt: skip
        on_policy = one.writer == "student" and "student" in self.roles
        return made.written(
            prompt, answer.text.strip(), one.writer, answer.model, on_policy=on_policy, manner=one.manner
        )

    async def _degraded(self, seed: Seed, found: Sequence[Candidate], ask: Ask) -> list[Candidate]:
        """A good answer with a flaw put into it; none where no usable text came back."""
        prompt: Prompt = seed.payload
        source = next((one for one in found[::-1] if one.standing == "right"), found[-1])
        flaw = made.flaw_of(seed.key, prompt)
        try:
            answer = await ask(
                "degrade", role="teacher", history=prompt.history, **made.known(prompt), answer=source.text, flaw=flaw,
                code=code_of(prompt, source.text),
            )  # fmt: skip
        except AnswerFailure:
            return []
        return [made.written(prompt, answer.text.strip(), "degraded", answer.model, note=flaw)]

    async def _decide(self, told: Told, chooser: Chooser, ask: Ask) -> list[Sides] | Rejection:
        """The pairs: by program where that can tell, else by the judges. Fills in what decided."""
        decision = told.decision
        if len(told.candidates) < FEWEST:
            return Rejection("too_few_candidates", "all candidates say the same")
        verified = chooser.verified()
        if verified is not None:
            decision.by = "verifier"
            if isinstance(verified, list):
                decision.scores = {one: told.passed(one) for one in verified}
            return verified
        places = chooser.undecided()
        if not places:
            return Rejection("none_right", "every candidate is wrong, and a pair would teach one of them")
        if len(places) < FEWEST:
            return Rejection("too_few_candidates", "only one candidate is not known to be wrong")
        if self.options.judge == "none":
            return Rejection("undecided", "not evaluated: no program can tell which is better, and there is no judge")
        return await self._judged(told, chooser, places, ask)

    async def _judged(self, told: Told, chooser: Chooser, places: list[int], ask: Ask) -> list[Sides] | Rejection:
        options, decision = self.options, told.decision
        decision.by = "judge"
        decision.judges = {role: list(self.roles.get(role, ())) for role in options.panel}
        models = [model for named in decision.judges.values() for model in named]
        decision.same_family = related(models, [told.candidates[place].model for place in places])
        bench = Bench(options.panel, options.agreement_min)
        if options.judge == "pairwise":
            knockout = await bench.knockout(ask, told.prompt, chooser, places, options.comparisons)
            return _by_comparison(decision, chooser, knockout)
        means = await bench.rate(ask, told.prompt, chooser, places, aspects_of(options.aspects))
        return self._by_rating(decision, chooser, means)

    def _by_rating(
        self, decision: Decision, chooser: Chooser, means: dict[int, list[float]]
    ) -> list[Sides] | Rejection:  # fmt: skip
        options = self.options
        overall = {place: sum(each) / len(each) for place, each in means.items()}
        decision.ratings = overall

        def agreement(upper: int, lower: int) -> float:
            return sum(a > b for a, b in zip(means[upper], means[lower], strict=True)) / len(means[upper])

        def lower_of(upper: int) -> list[int]:
            most = options.margin_max if options.margin_max is not None else 4.0
            far = [
                place for place in overall
                if options.margin_min - CLOSE <= overall[upper] - overall[place] <= most + CLOSE
                and agreement(upper, place) >= options.agreement_min - CLOSE
            ]  # fmt: skip
            return chooser.lower_first(far, overall.__getitem__)

        best = sorted(chooser.by_lot(overall), key=overall.__getitem__, reverse=True)
        top = [place for place in best if overall[place] == overall[best[0]]]
        chosen = chooser.choose(top, lower_of)
        if isinstance(chosen, list):
            decision.scores = {
                one: {"rating_chosen": overall[one.chosen], "rating_rejected": overall[one.rejected],
                      "agreement": agreement(one.chosen, one.rejected)}
                for one in chosen
            }  # fmt: skip
        return chosen


def _by_comparison(decision: Decision, chooser: Chooser, knockout: Knockout) -> list[Sides] | Rejection:
    decision.matches = [told for match in knockout.matches for told in match.told]
    if knockout.refusal is not None:
        return knockout.refusal
    beaten = knockout.beaten if chooser.strategy == "margin_band" else chooser.by_lot(knockout.beaten)
    chosen = chooser.choose([knockout.champion], lambda _: beaten)
    if isinstance(chosen, list):
        decision.scores = {one: {"agreement": knockout.agreement(one.rejected)} for one in chosen}
    return chosen


def _not_judged(failure: RowFailure) -> Verdict:
    """A judge that fails has said nothing, whatever the failure: the pair is neither good nor bad."""
    said = verdict_of(failure, by="judge")
    evidence: dict[str, Any] = said.evidence
    return Verdict("judge", "unscored", failure.kind, said.detail, evidence, kind="judge")
