"""From a plan to what a user says, and whether the words say enough: every value that the assistant will need, no more.

A goal is what the plan asks for, in words. An argument that the words do not give could only be invented by the
assistant; a value that was to be withheld, or a tool's own name, would give the answer away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from windrow.flow.recipes.traces.steps import schema_of
from windrow.flow.recipes.traces.wants import as_text
from windrow.text.tokens import normalise, words
from windrow.tools import arguments as args
from windrow.tools.grounding import LATER, Grounding
from windrow.tools.material import Material, is_prose
from windrow.tools.problem import Problem
from windrow.tools.provenance import Provenance
from windrow.tools.wording import label, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from windrow.flow.recipes.traces.steps import Plan, Step

MOST_WORDS = 220
FEWEST_PARTS = 2  # a tool whose name is one plain word cannot be told from that word
PROSE = 4  # words: a text of so many may be said in others


class Reworded(BaseModel):
    """A value that a turn says in other words: which, and the words as they stand there."""

    argument: str
    words: str


class Goal(BaseModel):
    """What the goal template answers with: what the user says, turn by turn."""

    turns: list[str]
    reworded: list[Reworded] = Field(default_factory=list)


class Reply(BaseModel):
    """What the user template answers with."""

    reply: str


@dataclass(frozen=True, slots=True)
class Said:
    """A goal in words that say enough. `understood` maps a step and a JSON pointer into its arguments to the words that
    mean the value, where it is said in others."""

    turns: tuple[str, ...]
    understood: dict[tuple[int, str], Provenance]


def asked(plan: Plan) -> list[list[dict[str, Any]]]:
    """What each turn of the user asks for, as variables of the goal template."""
    return [[_intent(plan, step) for step in plan.steps if step.turn == turn] for turn in range(plan.turns)]


def facts(plan: Plan) -> list[dict[str, Any]]:
    """Everything that the user knows, as variables of the user template."""
    return [fact for step in plan.steps for fact in _facts(step, plan, "")]


def check(goal: Goal, plan: Plan, system: str) -> Said | Problem:
    """The goal where its words say enough, else what is wrong with them."""
    turns = tuple(turn.strip() for turn in goal.turns)
    if len(turns) != plan.turns or not all(turns):
        return Problem("goal_turns", "goal", f"{len(turns)} turns where {plan.turns} are needed, none of them empty")
    longest = max(len(words(turn)) for turn in turns)
    if longest > MOST_WORDS:
        return Problem("goal_too_long", "goal", f"a turn of {longest} words")
    named = _named(turns, plan)
    if named:
        return Problem("tool_named", "goal", f"the user names the tool {named!r}", value=named)
    understood: dict[tuple[int, str], Provenance] = {}
    for number, step in enumerate(plan.steps):
        said = _material(system, turns[: step.turn + 1])
        problem = _unsaid(number, step, plan, said, goal, turns, understood)
        if problem is not None:
            return problem
    return Said(turns, understood)


def words_for(value: Any) -> str:  # noqa: ANN401 - JSON
    """A value as a user would write it: yes and no, several with commas between."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(words_for, value))
    return as_text(value)


def _intent(plan: Plan, step: Step) -> dict[str, Any]:
    return {
        "tool": step.tool.name,
        "does": step.tool.description,
        "arguments": list(_facts(step, plan, plan.withheld if step is plan.steps[0] else "")),
        "withheld": _withheld(plan, step),
        "same": [label(name) for name, origin in step.origins.items() if origin.kind == "said"],
        "found": [
            {"label": label(name), "by": plan.steps[origin.step].tool.description}
            for name, origin in step.origins.items()
            if origin.kind == "result"
        ],
        "wants": list(dict.fromkeys(want.label for want in step.wants)),
    }


def _withheld(plan: Plan, step: Step) -> str:
    return label(plan.withheld) if plan.withheld and step is plan.steps[0] else ""


def _facts(step: Step, plan: Plan, without: str) -> Iterator[dict[str, Any]]:
    """The arguments that the user tells for a step, what is inside an object one by one."""
    for name, value in step.arguments.items():
        if name == without or step.origin(name).kind != "user":
            continue
        schema = schema_of(step, name)
        yield from _told(name, value, schema, withheld=step is plan.steps[0] and name == plan.withheld)


def _told(name: str, value: Any, schema: Mapping[str, Any], *, withheld: bool) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _told(key, each, schema.get("properties", {}).get(key, {}), withheld=withheld)
        return
    yield {
        "name": name,
        "label": label(name),
        "value": value,
        "said": words_for(value),
        "choice": "enum" in schema,
        "about": schema.get("description", ""),
        "withheld": withheld,
    }


def _material(system: str, turns: Sequence[str]) -> Material:
    said = Material()
    said.add(-1, "messages[0]", "system", system)
    for number, turn in enumerate(turns):
        said.add(number, f"turn {number + 1}", "user", turn)
    return said


def _named(turns: Sequence[str], plan: Plan) -> str:
    told = " ".join(turns).casefold()
    names = (tool.name for tool in plan.backend.tools if len(parts(tool.name)) >= FEWEST_PARTS)
    return next((name for name in names if name.casefold() in told), "")


def _unsaid(
    number: int,
    step: Step,
    plan: Plan,
    said: Material,
    goal: Goal,
    turns: Sequence[str],
    understood: dict[tuple[int, str], Provenance],
) -> Problem | None:
    """The first argument of a step that the words do not give, or give although they should not."""
    grounding = Grounding(said, {step.tool.name: step.tool}, {})
    for path, value, schema in args.with_schemas(step.arguments, step.tool.parameters):
        name = path.split("/")[1]
        found = grounding.find(value, path, schema, LATER)
        if number == 0 and name == plan.withheld:
            if found is not None:
                return Problem("withheld_value_said", "goal", f"{label(name)} was to be asked for", path, value)
            continue
        if step.origin(name).kind == "result" or found is not None:
            continue
        quote = _reworded(name, path, value, schema, goal)
        if not quote or normalise(quote) not in normalise(" ".join(turns[: step.turn + 1])):
            detail = f"the words do not say that {label(name)} is {value!r}"[:200]
            return Problem("argument_not_said", "goal", detail, path, value)
        understood[number, path] = Provenance("understood", quote=quote)
    return None


def _reworded(name: str, path: str, value: Any, schema: Mapping[str, Any], goal: Goal) -> str:  # noqa: ANN401 - JSON
    """The words that the goal says mean a value. An id, a number or a date has no other words."""
    if not (isinstance(value, bool) or "enum" in schema or (isinstance(value, str) and is_prose(value, PROSE))):
        return ""
    wanted = {label(name), label(path.rpartition("/")[2]), name}
    return next((each.words for each in goal.reworded if each.argument in wanted or label(each.argument) in wanted), "")
