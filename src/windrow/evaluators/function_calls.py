"""Evaluates calls of tools: the right tools, with the right arguments, in the right order, or none at all.

Calls are read from JSON as models and APIs write it, from `<tool_call>` tags and from `name(argument=value)`; tools
from OpenAI's, MCP's or a bare list. Arguments are strict JSON held against the tool's schema, and compared after
defaults are filled in, numbers by value and texts letter for letter. A text without a call is an abstention.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

from windrow.evaluators.function_calls_read import Call, NoCalls, read_calls, read_tools
from windrow.evaluators.inputs import InputError
from windrow.evaluators.metrics_frame import Measure, Undecided, bad_option, evaluator
from windrow.evaluators.results import CriterionScore
from windrow.tools.arguments import fault, same, same_arguments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.evaluators.inputs import Inputs
    from windrow.row import Tool

Order = Literal["any", "sequence"]
MOST_CALLS = 200
CRITICAL = ("readable", "known_tools", "valid_arguments")


@evaluator()
def evaluate_function_calling(
    inputs: Inputs, *, order: Order = "any", extra_arguments: bool = False, extra_calls: bool = False
) -> Measure:
    """Are the output's calls those of the reference (a call, a list of calls, or [] for none), and do they fit the
    tools? Either may be left out; with tools alone, whether every call is one that can be made.

    The score is the share of calls that are right, of those expected or those made, whichever are more. With `order`
    "sequence" they must come as expected, with `extra_arguments` or `extra_calls` more than was expected is let pass.
    Criteria say what is wrong: readable, known_tools, valid_arguments, names, arguments, order, no_extra_calls,
    abstains.
    """
    if "reference" not in inputs and "tools" not in inputs:
        raise InputError("it needs 'reference' (the calls expected), 'tools', or both", type="missing_input")
    tools = _tools(inputs)
    expected = _expected(inputs)
    try:
        made = read_calls(inputs.output)
    except NoCalls as unreadable:
        return _measured([_criterion("readable", str(unreadable))], 0.0)
    if len(made) > MOST_CALLS:
        raise Undecided(f"{len(made)} calls are more than are compared", type="too_long")
    criteria = [_criterion("readable", "")] if made else []
    if tools is not None and made:
        criteria += [
            _criterion("known_tools", _unknown(made, tools)),
            _criterion("valid_arguments", _invalid(made, tools)),
        ]
    if expected is None:
        return _measured(criteria, _valid_share(made, tools or {})) if made else _measured([], 1.0, "no call is made")
    right = _Comparison(expected, made, tools or {}, order=order, extra=extra_arguments)
    criteria += right.criteria(extra_calls=extra_calls)
    share = right.share(extra_calls=extra_calls)
    return _measured(criteria, min(share, _valid_share(made, tools)) if tools is not None and made else share)


class _Comparison:
    """Expected calls beside those that were made. `pairs` are indexes of calls that agree, each call in one pair."""

    def __init__(
        self, expected: list[Call], made: list[Call], tools: dict[str, Tool], *, order: Order, extra: bool
    ) -> None:
        self.expected, self.made, self.tools, self.order, self.extra = expected, made, tools, order, extra
        self.valid = [not tools or _can_be_made(call, tools) for call in made]
        self.pairs = self._in_order() if order == "sequence" else self._in_any_order()

    def _in_order(self) -> list[tuple[int, int]]:
        """The longest run of pairs that stand in the same order on both sides."""
        rows = [[0] * (len(self.made) + 1) for _ in range(len(self.expected) + 1)]
        for at in reversed(range(len(self.expected))):
            for to in reversed(range(len(self.made))):
                together = rows[at + 1][to + 1] + 1 if self._agree(at, to) else 0
                rows[at][to] = max(together, rows[at + 1][to], rows[at][to + 1])
        pairs, at, to = [], 0, 0
        while at < len(self.expected) and to < len(self.made):
            if self._agree(at, to) and rows[at][to] == rows[at + 1][to + 1] + 1:
                pairs.append((at, to))
                at, to = at + 1, to + 1
            elif rows[at + 1][to] >= rows[at][to + 1]:
                at += 1
            else:
                to += 1
        return pairs

    def _in_any_order(self) -> list[tuple[int, int]]:
        """As many pairs as there can be: where more arguments may be given, one call may agree with several."""
        owner: dict[int, int] = {}

        def settle(at: int, tried: set[int]) -> bool:
            for to in range(len(self.made)):
                if to not in tried and self._agree(at, to):
                    tried.add(to)
                    if to not in owner or settle(owner[to], tried):
                        owner[to] = at
                        return True
            return False

        for at in range(len(self.expected)):
            settle(at, set())
        return sorted((at, to) for to, at in owner.items())

    def _agree(self, at: int, to: int) -> bool:
        wanted, given = self.expected[at], self.made[to]
        if wanted.name != given.name or given.problem or not self.valid[to]:
            return False
        arguments = dict(given.arguments)
        if self.extra:
            arguments = {name: value for name, value in arguments.items() if name in wanted.arguments}
        return same_arguments(dict(wanted.arguments), arguments, self.tools.get(wanted.name))

    def share(self, *, extra_calls: bool) -> float:
        due = len(self.expected) if extra_calls and self.expected else max(len(self.expected), len(self.made))
        return len(self.pairs) / due if due else 1.0

    def criteria(self, *, extra_calls: bool) -> list[CriterionScore]:
        if not self.expected:
            told = f"{self.made[0].name} is called, where no call should be made" if self.made else ""
            return [_criterion("abstains", told)]
        found = [_criterion("names", self._missing()), _criterion("arguments", self._different())]
        if self.order == "sequence":
            found.append(_criterion("order", self._disorder()))
        if not extra_calls:
            found.append(_criterion("no_extra_calls", self._extra()))
        return found

    def _missing(self) -> str:
        left = Counter(call.name for call in self.expected) - Counter(call.name for call in self.made)
        return f"{next(iter(left))} should be called" + ("" if len(left) == 1 else ", and more") if left else ""

    def _extra(self) -> str:
        left = Counter(call.name for call in self.made) - Counter(call.name for call in self.expected)
        return (
            f"{next(iter(left))} should not be called{' again' if self._names(next(iter(left))) else ''}"
            if left
            else ""
        )

    def _names(self, name: str) -> bool:
        return any(call.name == name for call in self.expected)

    def _different(self) -> str:
        """The first argument that differs, of an expected call whose name was called."""
        loose = _Comparison(self.expected, self.made, self.tools, order="any", extra=self.extra).pairs
        met, used = {at for at, _ in loose}, {to for _, to in loose}
        for at, wanted in enumerate(self.expected):
            twin = next(
                (call for to, call in enumerate(self.made) if to not in used and call.name == wanted.name), None
            )
            if at not in met and twin is not None:
                return f"{wanted.name}: {twin.problem or _difference(wanted, twin, extra=self.extra)}"
        return ""

    def _disorder(self) -> str:
        loose = _Comparison(self.expected, self.made, self.tools, order="any", extra=self.extra).pairs
        return "the calls come in another order" if len(loose) > len(self.pairs) else ""


def _tools(inputs: Inputs) -> dict[str, Tool] | None:
    if "tools" not in inputs:
        return None
    tools, problem = read_tools(inputs["tools"])
    if problem:
        raise InputError(f"tools: {problem}", type="bad_input")
    return tools


def _expected(inputs: Inputs) -> list[Call] | None:
    if "reference" not in inputs:
        return None
    try:
        expected = read_calls(inputs.reference, bare=False)
    except NoCalls as unreadable:
        raise bad_option(f"reference: {unreadable}") from None
    broken = next((call.problem for call in expected if call.problem), "")
    if broken:
        raise bad_option(f"reference: {broken}")
    return expected


def _unknown(made: Sequence[Call], tools: dict[str, Tool]) -> str:
    name = next((call.name for call in made if call.name not in tools), "")
    return f"{name} is none of the tools: {', '.join(sorted(tools)[:10]) or 'there are none'}" if name else ""


def _invalid(made: Sequence[Call], tools: dict[str, Tool]) -> str:
    return next(filter(None, (_wrong(call, tools) for call in made)), "")


def _wrong(call: Call, tools: dict[str, Tool]) -> str:
    """What is wrong with the arguments of a call of a known tool, or ''."""
    if call.problem:
        return f"{call.name}: {call.problem}"
    tool = tools.get(call.name)
    problem = fault(dict(call.arguments), tool, "") if tool else None
    return problem.detail if problem else ""


def _valid_share(made: Sequence[Call], tools: dict[str, Tool]) -> float:
    return sum(_can_be_made(call, tools) for call in made) / len(made)


def _can_be_made(call: Call, tools: dict[str, Tool]) -> bool:
    return call.name in tools and not _wrong(call, tools)


def _difference(wanted: Call, given: Call, *, extra: bool) -> str:
    for name in wanted.arguments:
        if name not in given.arguments:
            return f"{name} is left out"
        if not same(wanted.arguments[name], given.arguments[name]):
            return f"{name} is {_told(given.arguments[name])}, not {_told(wanted.arguments[name])}"
    more = [] if extra else [name for name in given.arguments if name not in wanted.arguments]
    return f"{more[0]} should be left out" if more else "does not fit the tool"


def _told(value: Any) -> str:  # noqa: ANN401 - JSON
    return repr(value)[:80]


def _criterion(name: str, wrong: str) -> CriterionScore:
    verdict: Literal["pass", "fail"] = "fail" if wrong else "pass"
    return CriterionScore(name, verdict, float(not wrong), critical=name in CRITICAL, reason=wrong)


def _measured(criteria: list[CriterionScore], share: float, reason: str = "") -> Measure:
    wrong = [one for one in criteria if one.verdict == "fail"]
    told = f"{wrong[0].id}: {wrong[0].reason}" if wrong else reason or "every call is right"
    return Measure(share, told, 1.0, criteria=tuple(criteria), label="; ".join(one.id for one in wrong) or "right")
