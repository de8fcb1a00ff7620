"""How far a conversation has come with its plan: which calls are still to be made, and which nobody asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windrow.tools import arguments as args
from windrow.tools.claims import tells
from windrow.tools.problem import Problem

if TYPE_CHECKING:
    from windrow.flow.recipes.traces.steps import Plan, Step
    from windrow.tools.transcript import Made

AT_ONCE = frozenset({"parallel", "parallel_multiple"})


class Progress:
    """The steps of a plan, struck off one by one. With `barred`, no call at all is right."""

    def __init__(self, plan: Plan, *, barred: bool) -> None:
        self._plan = plan
        self._barred = barred
        self._done: set[int] = set()
        self._faults = 0
        self._rounds = 0

    def match(self, call: Made) -> int | None:
        """The step that a call makes, of those still to be made."""
        for number, step in enumerate(self._plan.steps):
            same_tool = number not in self._done and step.tool.name == call.name
            if same_tool and args.same_arguments(step.arguments, call.arguments, step.tool):
                return number
        return None

    def judge(self, call: Made, match: int | None, turn: int) -> Problem | None:
        """What is wrong with a call, whose values are all right in themselves."""
        if self._barred:
            return Problem("called_anyway", call.where, f"{call.name} does not do what the user asks for")
        if match is not None and self._plan.steps[match].turn <= turn:
            return None
        near = next((step for step in self.open_steps(turn) if step.tool.name == call.name), None)
        if near is not None:
            path = _difference(near, call)
            detail = f"{call.name}: the user asked for other arguments{f', see {path}' if path else ''}"
            return Problem("wrong_arguments", call.where, detail, path, call.arguments.get(path.strip("/")))
        return Problem("unneeded_call", call.where, f"nobody asked for {call.name}")

    def fault(self, call: Made) -> str:
        """The fault that a call is answered with, or ''."""
        plan = self._plan
        if not plan.fault or call.name != plan.steps[0].tool.name or (self._faults and not plan.lasting):
            return ""
        if not plan.lasting and self.match(call) != 0:
            return ""
        self._faults += 1
        return plan.fault

    def made(self, call: Made) -> None:
        """A call has been executed."""
        match = self.match(call)
        if match is not None:
            self._done.add(match)

    def after_calls(self) -> Problem | None:
        """Whether a round of calls had all that belongs into it."""
        self._rounds += 1
        if self._plan.category in AT_ONCE and not self._faults and self.open_steps(0):
            left = len(self.open_steps(0))
            return Problem("not_at_once", "", f"{left} more calls that need no result could have been made with these")
        return None

    def open_steps(self, turn: int) -> list[Step]:
        """The steps that the user has asked for and that are not made."""
        return [s for number, s in enumerate(self._plan.steps) if number not in self._done and s.turn <= turn]

    def explains(self) -> bool:
        """Whether the time has come to tell the user that it does not work."""
        return self._plan.lasting and self._faults > 0

    def untold(self, text: str, turn: int) -> str:
        """The first thing that the user wanted to know in this turn and that `text` does not tell, or ''."""
        wanted = (want.text for step in self._plan.steps if step.turn == turn for want in step.wants)
        return next((output for output in wanted if not tells(text, output)), "")


def _difference(step: Step, call: Made) -> str:
    """The first argument that differs, as a JSON pointer."""
    wanted = args.canonical(step.arguments, step.tool.parameters)
    given = args.canonical(call.arguments, step.tool.parameters)
    names = sorted(wanted.keys() | given.keys())
    return next((f"/{name}" for name in names if not args.same(wanted.get(name), given.get(name))), "")
