"""Conversations in which an assistant calls tools, each call executed and each row replayable to the byte.

A plan is made first, by a program: tools, arguments from a real state, calls executed. A teacher puts its goal into
words, an assistant works it out against the same backend, and what it does is compared with the plan: calls, state,
and what the user is told. From good rows come twins whose tool is missing. Nothing that a model wrote is evaluated.

Follows APIGen (arXiv 2406.18518) and APIGen-MT (2504.03601) for execution and blueprints, ToolACE (2409.00920) for the
rules, Hammer (2410.04587) for irrelevance and masking; categories are those of the Berkeley leaderboard (BFCL).
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

from pydantic import Field, model_validator

from windrow.errors import SeedError
from windrow.flow.recipes.traces import goals, meaning, rows
from windrow.flow.recipes.traces.audit import audit
from windrow.flow.recipes.traces.offers import Shelf, rank, share
from windrow.flow.recipes.traces.planner import Planner
from windrow.flow.recipes.traces.rollout import Rollout, Rules
from windrow.row import to_json
from windrow.shapes import Options, Recipe, Seed
from windrow.tools.environments import backend_for
from windrow.tools.faults import FAULTS
from windrow.tools.problem import Problem
from windrow.tools.record import Category

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
    from pathlib import Path

    from windrow.flow.recipes.traces.goals import Said
    from windrow.flow.recipes.traces.steps import Plan
    from windrow.row import Row, Tool
    from windrow.shapes import Ask, Audit
    from windrow.tools.backend import Backend
    from windrow.tools.catalogue import Catalogue

Planned = Literal["single", "multiple", "parallel", "parallel_multiple", "dependent", "multi_turn", "missing_parameter"]
Twin = Literal["irrelevance", "missing_function"]
PLANNED: tuple[Planned, ...] = get_args(Planned)
TWINS: tuple[Twin, ...] = get_args(Twin)
ONE_REQUEST = frozenset({"single", "multiple", "parallel", "dependent"})  # what a twin can be made of
MAY_FAIL = ONE_REQUEST
LASTING = 0.3  # the share of injected errors that no second try mends
DRAWS = 4
SYSTEM = "You are a helpful assistant. Use the tools you are given when they help."


class Mix(Options):
    """Kinds of conversation, by weight."""

    single: float = Field(default=25, ge=0)
    """One call, and one tool to choose from."""
    multiple: float = Field(default=15, ge=0)
    """One call, and several tools to choose from."""
    parallel: float = Field(default=15, ge=0)
    """Several calls of one tool, made at once."""
    parallel_multiple: float = Field(default=10, ge=0)
    """Calls of several tools, made at once."""
    dependent: float = Field(default=10, ge=0)
    """A call that needs the result of another."""
    multi_turn: float = Field(default=20, ge=0)
    """Requests in two or three turns of the user."""
    missing_parameter: float = Field(default=5, ge=0)
    """The user leaves out something that must be asked for."""
    irrelevance: float = Field(default=10, ge=0)
    """A twin of another row, offered tools that have nothing to do with the request."""
    missing_function: float = Field(default=5, ge=0)
    """A twin of another row, without just the tool that it needs."""

    @model_validator(mode="after")
    def _some_weight(self) -> Mix:
        if not any(getattr(self, name) > 0 for name in PLANNED):
            msg = f"at least one of {', '.join(PLANNED)} must be above 0"
            raise ValueError(msg)
        if any(getattr(self, name) > 0 for name in TWINS) and not any(getattr(self, name) > 0 for name in ONE_REQUEST):
            msg = f"irrelevance and missing_function are twins of {', '.join(sorted(ONE_REQUEST))}: give one of these"
            raise ValueError(msg)
        return self

    def twin(self, drawn: float) -> Twin | None:
        """The kind of twin, if any, of a row that one can be made of and that drew so much of 1."""
        bases = sum(getattr(self, base) for base in ONE_REQUEST) or 1.0
        for name in TWINS:
            drawn -= getattr(self, name) / bases
            if drawn < 0:
                return name
        return None


class ToolCallsOptions(Options):
    """What is asked for, of which tools, and how far a conversation may go."""

    mix: Mix = Field(default_factory=Mix)
    """Kinds of conversation, by weight."""
    distractor_tools: tuple[int, int] = (3, 8)
    """How many tools that are not needed stand beside those that are: at least, at most."""
    mask_rate: float = Field(default=0.33, ge=0, le=1)
    """The share of rows whose tools and arguments get names that mean nothing, so that descriptions must be read."""
    error_injection: float = Field(default=0.1, ge=0, le=1)
    """The share of conversations with one request in which a call fails: to be tried again, or told."""
    max_turns: int = Field(default=12, ge=2, le=60)
    """Turns of the assistant in one conversation, at most."""
    questions: int = Field(default=1, ge=1, le=5)
    """Questions of the assistant that the user answers, at most."""
    traces_per_tool: int = Field(default=40, ge=1)
    """Conversations planned for each tool, at most; fewer where a target is reached before."""
    agent: Literal["teacher", "student"] = "teacher"
    """The role that plays the assistant."""
    semantics: Literal["none", "judge"] = "none"
    """Who says whether calls and answers mean what the user asked for: nobody, or the role `judge`, to be named under
    `models:`. A row that it refuses, or says nothing of, is not accepted."""
    language: str = "English"
    """The language that the user speaks, for models; the embedded teacher speaks English."""
    system: str = SYSTEM
    """The system turn of every row. The date and time follow it where the tools have one."""

    @model_validator(mode="after")
    def _some_room(self) -> ToolCallsOptions:
        least, most = self.distractor_tools
        if not 0 <= least <= most:
            msg = f"distractor_tools {least} to {most}: the first may not be above the second, nor below 0"
            raise ValueError(msg)
        return self


@dataclass(frozen=True, slots=True)
class Draft:
    """What one item grows from: a catalogue and a plan that was executed on its backend."""

    catalogue: Catalogue
    plan: Plan


class ToolCallTraces(Recipe):
    """Conversations with tools: planned, executed, put into words, played out and checked."""

    name: ClassVar[str] = "tool_calls"
    version: ClassVar[int] = 1
    takes: ClassVar[str] = "tools"
    yields_per_item: ClassVar[float] = 1.15
    checks: ClassVar[tuple[str, ...]] = ("shape", "hygiene", "tool_calls", "replay")
    filters: ClassVar[tuple[str, ...]] = ("dedupe",)
    options_type: ClassVar[type[Options]] = ToolCallsOptions
    options: ToolCallsOptions

    _backends: tuple[tuple[Seed, Backend], ...] = ()

    @classmethod
    def must_name(cls, options: Options) -> tuple[str, ...]:
        """The judge, where one is asked."""
        return ("judge",) if isinstance(options, ToolCallsOptions) and options.semantics == "judge" else ()

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:  # noqa: ARG002 - a catalogue is small
        """Find the backend of every catalogue. Raises SeedError or BackendError."""
        self._backends = tuple((seed, backend_for(seed.payload)) for seed in seeds)
        if not self._backends:
            raise SeedError("no catalogue of tools", where="seeds", remedy="add {use: tools, backend: support}")
        self._shelf = Shelf([seed.payload for seed, _ in self._backends])

    def plant(self, accepted: Sequence[Row], wave: int) -> Iterator[Seed]:  # noqa: ARG002 - one pass over the tools
        """A conversation for every tool, then a second one, and so on: a small target still reaches all tools."""
        names = Counter(seed.payload.name for seed, _ in self._backends)
        planners = [(seed, Planner(backend)) for seed, backend in self._backends]
        for nth in range(self.options.traces_per_tool):
            for seed, planner in planners:
                name = seed.payload.name if names[seed.payload.name] == 1 else f"{seed.payload.name}-{seed.key[:8]}"
                for tool in sorted(seed.payload.tools, key=lambda tool: rank(nth, tool.name)):
                    key = f"{name}/{tool.name}/{_digest(tool)}/{nth}"
                    plan = self._plan(planner, tool, key)
                    if plan is not None:
                        yield Seed(key, Draft(seed.payload, plan), f"{seed.source}: {tool.name}", key)

    async def grow(self, seed: Seed, ask: Ask) -> AsyncIterator[Row]:
        """The conversation about one plan and, for their share of items, twins of it without the tool."""
        draft: Draft = seed.payload
        plan = draft.plan
        system = " ".join(filter(None, (self.options.system, plan.backend.briefing(plan.state))))
        goal = await ask(
            "goal", schema=goals.Goal, turns=goals.asked(plan), language=self.options.language, style=_style(seed.key),
            briefing=plan.backend.briefing(plan.state),
        )  # fmt: skip
        said = goals.check(goal, plan, system)
        if isinstance(said, Problem):
            yield rows.without_conversation(seed, plan, said, goal.turns)
            return
        row = await self._row(seed, said, ask, system, self._offered(seed, draft), plan.category, None)
        row = self._masked(row, seed.key)
        yield row
        kind = self.options.mix.twin(share("twin", seed.key))
        if kind is not None and row.failed is None and plan.category in ONE_REQUEST:
            twin = await self._twin(kind, seed, said, ask, system, row)
            if twin is not None:
                yield twin

    def audit(self, rows: Iterable[Row]) -> Audit:
        """How many conversations of each kind there are, and how many altered traces the backends would show."""
        return audit(rows, get_args(Category))

    def close(self) -> None:
        """Let go of backends."""
        for _, backend in self._backends:
            backend.close()
        self._backends = ()

    def _plan(self, planner: Planner, tool: Tool, key: str) -> Plan | None:
        """A plan of the kind whose turn it is, else of the next kind that this tool can be part of."""
        weights = {name: getattr(self.options.mix, name) for name in PLANNED}
        order = sorted(
            (name for name in PLANNED if weights[name] > 0),
            key=lambda name: -(share("kind", key, name) ** (1 / weights[name])),
        )
        for category in order:
            for draw in range(DRAWS):
                plan = planner.plan(category, tool, random.Random(f"{key}/{category}/{draw}"))
                if plan is not None:
                    return self._disturbed(plan, key)
        return None

    def _disturbed(self, plan: Plan, key: str) -> Plan:
        """The plan, for its share of conversations with a fault in it."""
        if plan.category not in MAY_FAIL or share("fault", key) >= self.options.error_injection:
            return plan
        fault = min(FAULTS, key=lambda name: rank("fault", key, name))
        lasting = plan.turns == 1 and len(plan.steps) == 1 and share("lasting", key) < LASTING
        return replace(plan, category="error_recovery", fault=fault, lasting=lasting)

    def _offered(self, seed: Seed, draft: Draft) -> tuple[Tool, ...]:
        if draft.plan.category == "single":
            return draft.plan.tools
        return self._shelf.among_others(draft.catalogue, draft.plan, seed.key, *self.options.distractor_tools)

    async def _twin(self, kind: Twin, seed: Seed, said: Said, ask: Ask, system: str, row: Row) -> Row | None:
        """A twin of `row` without the tools that it needs, or None where no others are left."""
        draft: Draft = seed.payload
        offered = self._shelf.without(
            draft.catalogue, draft.plan, f"{kind}/{seed.key}", *self.options.distractor_tools,
            siblings=kind == "missing_function",
        )  # fmt: skip
        if offered is None:
            return None
        made = await self._row(seed, said, ask, system, offered, kind, row)
        return self._masked(made, f"{kind}/{seed.key}")

    async def _row(
        self, seed: Seed, said: Said, ask: Ask, system: str, offered: tuple[Tool, ...], category: Category,
        parent: Row | None,
    ) -> Row:  # fmt: skip
        options = self.options
        rules = Rules(options.max_turns, options.questions, options.agent)
        plan: Plan = seed.payload.plan
        rollout = Rollout(plan, said, offered, rules, system, f"{category}/{seed.key}", barred=parent is not None)
        conversation = await rollout.run(ask)
        row = rows.traced(seed, plan, conversation, offered, category=category, parent=parent)
        return await meaning.judged(row, ask) if row.failed is None and options.semantics == "judge" else row

    def _masked(self, row: Row, key: str) -> Row:
        if row.failed is not None or share("mask", key) >= self.options.mask_rate:
            return row
        return rows.masked(row, key)


def _digest(tool: Tool) -> str:
    """Eight hex digits over a tool's definition: an edited tool is another."""
    return hashlib.sha256(to_json(tool.to_dict(), sorted_keys=True)).hexdigest()[:8]


STYLES = (
    "brief and matter-of-fact", "polite, in full sentences", "chatty, with a reason for asking", "in a hurry",
    "formal, as in a letter", "plain, as if talking to a friend",
)  # fmt: skip


def _style(key: str) -> str:
    return STYLES[int(rank("style", key), 16) % len(STYLES)]
