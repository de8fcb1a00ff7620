"""New conversations in the manner of real ones: a few hundred from a support desk become many thousands.

Each item has a seed that leads and one or two more for the style, a place on the axes (persona, issue, outcome) and a
length drawn from the seeds'. A brief says what happened and what each side knows; then one model plays the user, who
never sees the other side's facts, and another the assistant, turn by turn (as in APIGen-MT, arXiv 2504.03601). Every
turn is checked before the next is asked for, and one that may not stand is asked for once more.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field, StringConstraints, model_validator

from windrow.errors import RowFailure, SeedError
from windrow.flow.recipes.dialogue.draws import SPEAKERS, Draw, conversation_of, item_key, length, styles
from windrow.flow.recipes.dialogue.rows import Brief, row_of
from windrow.flow.recipes.dialogue.turns import Rules, Talk, plain, taken
from windrow.flow.recipes.instruct.axes import Axes, Dealer, Quotas
from windrow.shapes import MOST_EVIDENCE, Options, Recipe, Rejection, Seed, verdict_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from windrow.flow.recipes.dialogue.draws import Conversation
    from windrow.row import Row
    from windrow.shapes import Ask

OUTCOME = "outcome"
OUTCOMES = ("resolved", "escalated", "abandoned")
TEMPLATES = {"user": "user_turn", "assistant": "assistant_turn"}


class ConversationsOptions(Options):
    """What the new conversations are spread over, how long they are, and how much of the seeds a model is shown."""

    axes: Axes = Field(default_factory=dict)
    """What to spread over: `persona`, `issue`, `outcome` and any others, each a list of values or a taxonomy. Every
    combination is a leaf. Left out, outcomes are resolved, escalated and abandoned, and the rest follows the seeds."""
    quota: Quotas = "balanced"
    """Accepted rows to a leaf: `balanced`, `free`, or bounds: `{min: 2, max: 20}`."""
    exemplars: int = Field(default=3, ge=1, le=5)
    """Seeds shown for one conversation: the one that leads, and others for the style."""
    min_seeds: int = Field(default=3, ge=1)
    """Fewer conversations than this are refused."""
    min_exchanges: int = Field(default=2, ge=1)
    """The least length: a message of the user's with its answer is one exchange."""
    max_exchanges: int = Field(default=12, ge=1, le=40)
    """The greatest length. In between, lengths are spread as the seeds' are."""
    retries: int = Field(default=1, ge=0, le=5)
    """How often a turn or a brief that may not stand is asked for again."""
    system: Annotated[str, StringConstraints(strip_whitespace=True)] | None = None
    """The system turn of the new rows. Left out, it is that of the seed that leads; "" for none."""

    @model_validator(mode="after")
    def _possible(self) -> ConversationsOptions:
        if self.min_exchanges > self.max_exchanges:
            msg = f"min_exchanges ({self.min_exchanges}) is above max_exchanges ({self.max_exchanges})"
            raise ValueError(msg)
        Dealer(axes_of(self.axes), self.quota)
        return self


def axes_of(given: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The axes with an outcome among them."""
    return {**given, OUTCOME: given.get(OUTCOME, OUTCOMES)}


class Conversations(Recipe):
    """New multi-turn conversations in the manner of yours, spread over persona, issue and outcome."""

    name: ClassVar[str] = "conversations"
    version: ClassVar[int] = 1
    takes: ClassVar[str] = "row"
    in_waves: ClassVar[bool] = True
    checks: ClassVar[tuple[str, ...]] = ("shape", "hygiene")
    filters: ClassVar[tuple[str, ...]] = ("dedupe", "novelty")
    options_type: ClassVar[type[Options]] = ConversationsOptions
    options: ConversationsOptions

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:  # noqa: ARG002 - the seeds are small enough for memory
        """Read the seeds that are conversations. Raises SeedError where there are too few."""
        read = (conversation_of(seed.payload, seed.key, seed.source or seed.key) for seed in seeds)
        self._seeds = [one for one in read if one is not None]
        long = sum(one.exchanges > 1 for one in self._seeds)
        if len(self._seeds) < self.options.min_seeds or not long:
            raise SeedError(
                f"conversations needs {self.options.min_seeds} seeds that are conversations, and there are "
                f"{len(self._seeds)}, {long} of them with more than one question",
                where="seeds",
                remedy="give messages of user and assistant in turn, without tool calls; or set min_seeds lower",
            )
        self._rules = Rules(self._seeds)
        self._dealer = Dealer(axes_of(self.options.axes), self.options.quota)
        self._settled = 0
        self._items = ((lead, lap) for lap in count() for lead in self._seeds)

    def plant(self, accepted: Sequence[Row], wave: int) -> Iterator[Seed]:  # noqa: ARG002 - laps go on from wave to wave
        """Every seed leads in turn, again and again, until all leaves are full. `accepted` must begin with what it
        held before."""
        news = (accepted[place] for place in range(self._settled, len(accepted)))
        self._dealer.settle([row.lineage.extra.get("axes", {}) for row in news])
        self._settled = len(accepted)
        for lead, lap in self._items:
            key = item_key(lead, lap)
            dealt = self._dealer.deal(key, 1)
            if dealt is None:
                return
            yield Seed(key, self._draw(key, lead, lap, dealt[0]), lead.source, lead.key)

    def _draw(self, key: str, lead: Conversation, lap: int, axes: Mapping[str, str]) -> Draw:
        options = self.options
        shown = (lead, *styles(key, lead, self._seeds, options.exemplars - 1))
        return Draw(lap, shown, length(key, shown, (options.min_exchanges, options.max_exchanges)), axes)

    async def grow(self, seed: Seed, ask: Ask) -> AsyncIterator[Row]:
        """One conversation. Where a turn may not stand, what there is until then, with the reason."""
        draw: Draw = seed.payload
        system = draw.lead.system if self.options.system is None else self.options.system
        talk, brief = Talk(""), None
        try:
            brief, refusal, text = await self._brief(draw, ask)
            if refusal is None:
                talk.ending = brief.ending
                refusal, text = await self._play(draw, brief, talk, system, ask)
        except RowFailure as failure:
            yield row_of(seed, brief, talk, system).with_verdicts(verdict_of(failure, by=self.name))
            return
        row = row_of(seed, brief, talk, system)
        yield row if refusal is None else row.with_verdicts(refusal.verdict(self.name, text=text[:MOST_EVIDENCE]))

    async def _brief(self, draw: Draw, ask: Ask) -> tuple[Brief, Rejection | None, str]:
        refusal: Rejection | None = None
        for _ in range(self.options.retries + 1):
            brief = await ask(
                "plan", schema=Brief, exemplars=draw.shown(), axes=dict(draw.axes), exchanges=draw.exchanges,
                refused=refusal.detail if refusal else "",
            )  # fmt: skip
            told = "\n".join((brief.situation, *brief.user_knows))
            refusal = taken(told, draw.exemplars)
            if refusal is None:
                break
        return brief, refusal, told

    async def _play(self, draw: Draw, brief: Brief, talk: Talk, system: str, ask: Ask) -> tuple[Rejection | None, str]:
        """Take the turns. The first that may not stand ends the conversation, with the text of it."""
        known = {
            "user": {"axes": {name: value for name, value in draw.axes.items() if name != OUTCOME},
                     "situation": brief.situation, "user_knows": brief.user_knows},
            "assistant": {"axes": dict(draw.axes), "assistant_knows": brief.assistant_knows, "system": system},
        }  # fmt: skip
        for number in range(1, draw.exchanges + 1):
            last = number == draw.exchanges
            for role in SPEAKERS:
                told: dict[str, Any] = {**known[role], "last": last, "ending": brief.ending if last else ""}
                refusal, text = await self._turn(role, draw, talk, told, ask)
                if refusal is not None:
                    return refusal, text
                talk.turns.append({"role": role, "content": text})
        return None, ""

    async def _turn(
        self, role: str, draw: Draw, talk: Talk, told: Mapping[str, Any], ask: Ask
    ) -> tuple[Rejection | None, str]:
        refusal: Rejection | None = None
        for _ in range(self.options.retries + 1):
            answer = await ask(
                TEMPLATES[role], exemplars=draw.shown(), history=list(talk.turns),
                refused=refusal.detail if refusal else "", **told,
            )  # fmt: skip
            text = plain(role, answer.text)
            refusal = self._rules.refusal(role, text, talk, draw.exemplars) if text else Rejection("no_turn", "nothing")
            if refusal is None:
                break
        return refusal, text
