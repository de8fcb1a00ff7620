"""Plans by walking: a tool is drawn, arguments that fit the state are drawn, the call is made. What fails is no plan.

So every call of a plan is known to work, its result is known, and so is the state that all of them lead to. A result
feeds the next call where names say that one asks for what the other gives (APIGen-MT, arXiv 2504.03601: execute first,
put into words later).
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from windrow.flow.recipes.traces import wants
from windrow.flow.recipes.traces.offers import rank
from windrow.flow.recipes.traces.steps import Origin, Plan, Step
from windrow.flow.recipes.traces.trust import Trust
from windrow.tools import arguments as args
from windrow.tools.backend import state_hash
from windrow.tools.backends.operations import read_operations
from windrow.tools.faults import reports_failure
from windrow.tools.replay import Made, survivors
from windrow.tools.wording import parts, same_thing, singular

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from windrow.row import Tool
    from windrow.tools.backend import Backend, State
    from windrow.tools.record import Category
    from windrow.tools.replay import Mutant

DRAWS = 12  # tries for one call before another tool, or another plan, is tried
PRODUCERS = 8
MOST_WANTS = 2
WANTED_OF_CHANGES = 0.35  # the share of calls that change something whose result the user asks for too
FREE_TEXT = frozenset({"message", "text", "content", "title", "subject", "description", "note", "comment", "reason"})
SAME_AGAIN = 0.6  # the share of later turns that are about the thing of an earlier one, where they can be


class Planner:
    """Draws plans over the tools of one backend."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._entities = {name: each.entity for name, each in read_operations(backend.tools).items()}
        self._trust = Trust()

    def plan(self, category: Category, tool: Tool, rng: random.Random) -> Plan | None:
        """A plan of `category` in which `tool` is called, or None where none was found."""
        if tool.name in self._trust.lost:
            return None
        state = next(self._backend.initial_states(rng), None)
        if state is None:
            return None
        walk = _Walk(self._backend, state, self._trust)
        draws = {
            "single": self._single, "multiple": self._single, "missing_parameter": self._single,
            "parallel": self._parallel, "parallel_multiple": self._parallel_multiple, "dependent": self._dependent,
            "multi_turn": self._multi_turn,
        }  # fmt: skip
        if not draws[category](walk, tool, rng) or walk.hides_a_change():
            return None
        plan = Plan(category, self._backend, state, tuple(walk.steps), state_hash(walk.state))
        return _withholding(plan, rng) if category == "missing_parameter" else plan

    def _single(self, walk: _Walk, tool: Tool, rng: random.Random) -> bool:
        return walk.go(tool, rng, most=MOST_WANTS)

    def _parallel(self, walk: _Walk, tool: Tool, rng: random.Random) -> bool:
        if not tool.parameters.get("properties"):
            return False
        count = rng.choice((2, 2, 3))
        return all(walk.go(tool, rng, most=1) for _ in range(count)) and walk.in_any_order()

    def _parallel_multiple(self, walk: _Walk, tool: Tool, rng: random.Random) -> bool:
        if not walk.go(tool, rng, most=1):
            return False
        count = rng.choice((2, 2, 3))
        for other in _shuffled(self._backend.tools, rng)[:PRODUCERS]:
            if len(walk.steps) < count and all(other.name != step.tool.name for step in walk.steps):
                walk.go(other, rng, most=1)
        return len(walk.steps) > 1 and walk.in_any_order()

    def _dependent(self, walk: _Walk, tool: Tool, rng: random.Random) -> bool:
        for other in _shuffled(self._backend.tools, rng)[:PRODUCERS]:
            if other.name != tool.name and walk.go(other, rng, most=0):
                if self._follow(walk, tool, rng):
                    return True
                walk.back()
        return False

    def _follow(self, walk: _Walk, tool: Tool, rng: random.Random) -> bool:
        """Call `tool` with something that the last result gives, and that the user need not know."""
        place = len(walk.steps) - 1
        last = walk.steps[place]
        given: dict[str, Any] = {}
        origins: dict[str, Origin] = {}
        for name in tool.parameters.get("required", ()):
            found = self._produced(last, name)
            if found is not None and as_known(found[1]) not in known_texts(last.arguments):
                given[name], origins[name] = found[1], Origin("result", place, found[0])
        return bool(given) and walk.go(tool, rng, most=MOST_WANTS, given=given, origins=origins)

    def _produced(self, step: Step, argument: str) -> tuple[tuple[str | int, ...], Any] | None:
        """The one value in a result that an argument asks for by name, and its path."""
        entity = self._entities.get(step.tool.name, "")
        found = [
            (path, value)
            for path, value in _leaves(step.result)
            if _means(_name(path), argument, entity) and isinstance(value, str | int) and not isinstance(value, bool)
        ]
        return found[0] if len({str(value) for _, value in found}) == 1 else None

    def _multi_turn(self, walk: _Walk, tool: Tool, rng: random.Random) -> bool:
        if not walk.go(tool, rng, most=1):
            return False
        count = rng.choice((2, 2, 3))
        for other in _shuffled(self._backend.tools, rng):
            if len(walk.steps) == count:
                break
            used = {step.tool.name for step in walk.steps}
            if other.name not in used and (self._related(walk, other, rng) or walk.go(other, rng, most=1, later=True)):
                continue
        return len(walk.steps) > 1

    def _related(self, walk: _Walk, tool: Tool, rng: random.Random) -> bool:
        """A next turn about the thing of an earlier one: its id is not said again."""
        if rng.random() >= SAME_AGAIN:
            return False
        given: dict[str, Any] = {}
        origins: dict[str, Origin] = {}
        for name in tool.parameters.get("required", ()):
            for place, step in enumerate(walk.steps):
                if name in step.arguments and parts(name)[-1:] == ["id"]:
                    own = step.origin(name)
                    given[name] = step.arguments[name]
                    origins[name] = own if own.kind != "user" else Origin("said", place)
                elif name not in given and (found := self._produced(step, name)) is not None:
                    given[name], origins[name] = found[1], Origin("result", place, found[0])
        return bool(given) and walk.go(tool, rng, most=1, given=given, origins=origins, later=True)


class _Walk:
    """Calls made so far, and the state they led to."""

    def __init__(self, backend: Backend, state: State, trust: Trust) -> None:
        self._backend = backend
        self._trust = trust
        self._start = state
        self._states = [state]
        self.steps: list[Step] = []

    @property
    def state(self) -> State:
        return self._states[-1]

    def go(
        self,
        tool: Tool,
        rng: random.Random,
        *,
        most: int,
        given: dict[str, Any] | None = None,
        origins: dict[str, Origin] | None = None,
        later: bool = False,
    ) -> bool:
        """Make one more call of `tool`, of which the user wants up to `most` values; `later` in a turn of its own.

        A call that only reads must tell something, a call that changes something must change the state: otherwise
        nothing would show whether it was made.
        """
        for _ in range(DRAWS):
            drawn = self._backend.arguments(tool.name, self.state, rng) if self._trust.holds(tool.name) else None
            if drawn is None:
                return False
            arguments = {**drawn, **(given or {})}
            if self._made_before(tool, arguments) or args.fault(arguments, tool, "") is not None:
                continue
            step = self._called(tool, arguments, rng, most)
            if step is not None:
                turn = (self.steps[-1].turn + later) if self.steps else 0
                self.steps.append(replace(step, turn=turn, origins=dict(origins or {})))
                return True
        return False

    def back(self) -> None:
        """Undo the last step."""
        self.steps.pop()
        self._states.pop()

    def in_any_order(self) -> bool:
        """Whether the steps give the same results and the same end from last to first."""
        session = self._backend.start(self._start)
        try:
            for step in reversed(self.steps):
                if _parsed(session.call(step.tool.name, step.arguments).text) != step.result:
                    return False
            return state_hash(session.state()) == state_hash(self.state)
        finally:
            session.close()

    def hides_a_change(self) -> bool:
        """Whether a later step covers what an earlier one did: then leaving that one out, or making it otherwise, would
        not show at the end."""
        if sum(self._backend.mutating(step.tool.name) for step in self.steps) < 2 or not self._backend.quick:  # noqa: PLR2004 - one cannot cover another
            return False
        made = [Made(str(place), step.tool.name, step.arguments, "") for place, step in enumerate(self.steps)]
        _, alive = survivors(self._backend, self._start, made)
        return any(not mutant.where or self._shows(int(mutant.call), mutant) for mutant in alive)

    def _shows(self, place: int, mutant: Mutant) -> bool:
        """Whether a mutant of one step shows right after that step, before later steps cover it."""
        step = self.steps[place]
        made = [Made(mutant.call, step.tool.name, step.arguments, "")]
        return mutant not in survivors(self._backend, self._states[place], made)[1]

    def _made_before(self, tool: Tool, arguments: dict[str, Any]) -> bool:
        return any(
            step.tool.name == tool.name and args.same_arguments(step.arguments, arguments, tool) for step in self.steps
        )

    def _called(self, tool: Tool, arguments: dict[str, Any], rng: random.Random, most: int) -> Step | None:
        session = self._backend.start(self.state)
        try:
            result = session.call(tool.name, arguments)
            after = session.state()
        finally:
            session.close()
        self._trust.saw(tool.name, result)
        if result.failed or reports_failure(result.text):
            return None
        value = _parsed(result.text)
        changes = self._backend.mutating(tool.name)
        if changes and state_hash(after) == state_hash(self.state):
            return None
        asked = most if not changes or rng.random() < WANTED_OF_CHANGES else 0
        told = [arguments, *(each for step in self.steps for each in (step.arguments, step.result))]
        known = {text for each in told for text in known_texts(each)}
        chosen = wants.choose(value, known, rng, asked, changed=changes) if asked else ()
        if not changes and most and not chosen:
            return None
        self._states.append(after)
        return Step(tool, arguments, value, wants=chosen)


def known_texts(value: Any) -> set[str]:  # noqa: ANN401 - JSON
    """Every plain value in a JSON value, as text in small letters."""
    return {as_known(each) for _, each in args.leaves(value)}


def as_known(value: Any) -> str:  # noqa: ANN401 - JSON
    """A plain value as `known_texts` holds it."""
    return wants.as_text(value).casefold()


def _withholding(plan: Plan, rng: random.Random) -> Plan | None:
    """The plan with one required argument left for the assistant to ask for; None where there is none to withhold."""
    step = plan.steps[0]
    required = [name for name in step.tool.parameters.get("required", ()) if _can_be_asked(step, name)]
    return replace(plan, withheld=rng.choice(sorted(required))) if required else None


def _can_be_asked(step: Step, name: str) -> bool:
    """A plain value that stands nowhere else in the call: else saying the rest would say it too."""
    value = step.arguments.get(name)
    others = known_texts({key: each for key, each in step.arguments.items() if key != name})
    return wants.is_plain(value) and not any(as_known(value) in other for other in others)


def _name(path: tuple[str | int, ...]) -> str:
    """What a value is called: its key, or for an element of `paths`, "path"."""
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    return singular(name) if path and isinstance(path[-1], int) else name


def _means(key: str, argument: str, entity: str) -> bool:
    """Whether a field of a result is what an argument asks for."""
    said, asked = parts(key), parts(argument)
    if FREE_TEXT & set(asked):
        return False
    if same_thing(key, argument):
        return True
    return (said == ["id"] and asked == [entity, "id"]) or (asked == ["id"] and said == [entity, "id"])


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:  # noqa: ANN401
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(each, (*path, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _leaves(each, (*path, place))
    elif path:
        yield path, value


def _shuffled(tools: Sequence[Tool], rng: random.Random) -> list[Tool]:
    """The tools in an order in which one more tool moves no other."""
    salt = rng.getrandbits(64)
    return sorted(tools, key=lambda tool: rank(salt, tool.name))


def _parsed(text: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(text)
    except ValueError:
        return text
