"""Does this program do what its tests ask? Decided outside of the process that the program runs in.

The program's process is told what to call and reports what came back, as plain values. It never learns what is
expected, so that leaving early, printing "passed", overriding `__eq__` or taking the process over passes no test.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from windrow.sandbox.cases import NotATest, preludes, read_cases
from windrow.sandbox.process import Limits, Ran, Walls, evaluate, feed
from windrow.sandbox.values import alike

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.sandbox.cases import Case
    from windrow.sandbox.process import WallKind

SHOWN = 160
TESTS_MIN = 5  # fewer are passed by programs that are wrong
MOST_FAILING = 3  # kept as evidence
# What an assert ends with whatever values it is given: names it does not have, and ends of the process that judged it.
FAULTS_OF_A_TEST = frozenset({
    "NameError", "UnboundLocalError", "ImportError", "ModuleNotFoundError", "PermissionError", "SyntaxError",
    "timeout", "crashed", "output", "done",
})  # fmt: skip
ORDINARY = ("1", "'1'", "[1]", "{1: 1}", "None")  # values to try an assert with


@dataclass(frozen=True, slots=True)
class Failing:
    """A test that did not pass: `reason` is wrong_value, error, timeout, output, crashed or unjudged."""

    test: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """How a program fared: tests that passed, those that did not, and the walls that it ran behind."""

    passed: int
    failing: tuple[Failing, ...]
    walls: Walls

    @property
    def total(self) -> int:
        """How many tests there were."""
        return self.passed + len(self.failing)

    @property
    def unjudged(self) -> Failing | None:
        """The first test that was itself at fault."""
        return next((one for one in self.failing if one.reason == "unjudged"), None)


@dataclass(frozen=True, slots=True)
class Tried:
    """A program's verdict: pass, fail, or unscored where the tests themselves will not do."""

    outcome: Literal["pass", "fail", "unscored"]
    reason: str = ""
    detail: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


def try_program(
    code: str, tests: object, *, entry_point: str = "", tests_min: int = TESTS_MIN, limits: Limits | None = None
) -> Tried:
    """Run a program against the tests of a task. The same program and tests are run once, and remembered."""
    try:
        written = json.dumps(tests, sort_keys=True)
    except (TypeError, ValueError) as error:
        return Tried("unscored", "tests_unreadable", f"the tests are not JSON: {error}"[:SHOWN])
    return _tried(code, written, entry_point, tests_min, limits or Limits())


@lru_cache(maxsize=512)
def _tried(code: str, tests: str, entry_point: str, tests_min: int, limits: Limits) -> Tried:
    try:
        cases = read_cases(json.loads(tests), entry_point=entry_point)
    except NotATest as error:
        return Tried("unscored", "tests_unreadable", str(error)[:SHOWN])
    if len(cases) < tests_min:
        return Tried("unscored", "too_few_tests", f"{len(cases)} tests, at least {tests_min} are needed")
    trial = run_cases(code, cases, limits=limits)
    evidence = {
        "passed": trial.passed, "tests": trial.total, "sandbox": trial.walls.to_dict(),
        **({"failing": [vars_of(one) for one in trial.failing[:MOST_FAILING]]} if trial.failing else {}),
    }  # fmt: skip
    first = next((one for one in trial.failing if one.reason != "unjudged"), None)
    if first is not None:
        return Tried("fail", f"code_{first.reason}", f"{first.test}: {first.detail}"[: 2 * SHOWN], evidence)
    if trial.unjudged is not None:
        return Tried("unscored", "tests_unreadable", trial.unjudged.detail, evidence)
    return Tried("pass", evidence=evidence)


def run_cases(code: str, cases: Sequence[Case], *, limits: Limits | None = None, walls: WallKind = "auto") -> Trial:
    """Run `code` against every test."""
    bounds = limits or Limits()
    programs = [case for case in cases if case.stdin is not None]
    calling = [case for case in cases if case.stdin is None]
    failing: list[Failing] = []
    held: Walls | None = None
    if programs:
        ran = feed(code, [case.stdin or "" for case in programs], limits=bounds, walls=walls)
        held = ran.walls
        failing += [one for place, case in enumerate(programs) if (one := _printed(case, ran, place)) is not None]
    if calling:
        ran = evaluate(_with_prelude(code, calling), [call for case in calling for call in case.calls],
                       limits=bounds, walls=walls)  # fmt: skip
        held = ran.walls if held is None or ran.walls.weak else held
        failing += _called(calling, ran, bounds, walls)
    return Trial(len(cases) - len(failing), tuple(failing), held or Walls("none"))


def vars_of(failing: Failing) -> dict[str, str]:
    """For evidence."""
    return {"test": failing.test, "reason": failing.reason, "detail": failing.detail}


def _with_prelude(code: str, cases: Sequence[Case]) -> str:
    """The program, after what its tests import: the arguments of their calls may need it."""
    prelude = preludes(cases)
    return f"{code}\n\n{prelude}\n" if prelude else code


def _printed(case: Case, ran: Ran, place: int) -> Failing | None:
    result = ran.results.get(place)
    fault = _fault(case, result, ran)
    if fault is not None:
        return fault
    printed = str((result or {}).get("printed", ""))
    if _lines(printed) == _lines(case.stdout):
        return None
    return Failing(case.shown, "wrong_value", f"printed {printed[:SHOWN]!r}, not {case.stdout[:SHOWN]!r}")


def _called(cases: Sequence[Case], ran: Ran, limits: Limits, walls: WallKind) -> list[Failing]:
    failing: list[Failing] = []
    asserting: list[tuple[Case, list[Any]]] = []
    place = 0
    for case in cases:
        results = [ran.results.get(place + index) for index in range(len(case.calls))]
        place += len(case.calls)
        fault = next((fault for result in results if (fault := _fault(case, result, ran)) is not None), None)
        values = [(result or {}).get("value") for result in results]
        if fault is None and case.asserted:
            asserting.append((case, values))
        elif fault is None:
            fault = _compared(case, values[0])
        if fault is not None:
            failing.append(fault)
    for _, group in groupby(asserting, key=lambda pair: pair[0].prelude):
        failing += _judged(list(group), limits, walls)
    return failing


def _fault(case: Case, result: Mapping[str, Any] | None, ran: Ran) -> Failing | None:
    if result is None:
        reason = "crashed" if ran.ended == "done" else ran.ended
        return Failing(case.shown, reason, "the program ended before it gave a result")
    if "error" in result:
        return Failing(case.shown, "error", f"{result['error']}: {result.get('detail', '')}"[:SHOWN])
    return None


def _compared(case: Case, value: Any) -> Failing | None:  # noqa: ANN401 - an encoded value
    try:
        if alike(value, case.expected, tolerance=case.tolerance):
            return None
    except (TypeError, ValueError, AttributeError, RecursionError, ArithmeticError):
        pass  # what a program made up in place of an encoded value equals nothing
    return Failing(case.shown, "wrong_value", f"gave {_shown(value)}, not {_shown(case.expected)}")


def _judged(asserting: Sequence[tuple[Case, list[Any]]], limits: Limits, walls: WallKind) -> list[Failing]:
    """The asserts themselves, in a process that the program never was in."""
    bind: dict[str, Any] = {}
    expressions = []
    for place, (case, values) in enumerate(asserting):
        names = [f"_given_{place}_{index}" for index in range(len(values))]
        bind.update(zip(names, values, strict=True))
        expressions.append(f"{case.asserted}({', '.join(names)})")
    judged = evaluate(asserting[0][0].prelude, expressions, bind=bind, limits=limits, walls=walls)
    results = [judged.results.get(place, {"error": judged.ended}) for place in range(len(asserting))]
    faults = (
        _refusal(case, values, found, limits, walls) for (case, values), found in zip(asserting, results, strict=True)
    )
    return [fault for fault in faults if fault is not None]


def _refusal(
    case: Case, values: Sequence[Any], result: Mapping[str, Any], limits: Limits, walls: WallKind
) -> Failing | None:
    if result.get("value") is True:
        return None
    if result.get("value") is False:
        return Failing(case.shown, "wrong_value", f"gave {', '.join(map(_shown, values))}"[:SHOWN])
    error = result.get("error")
    if error in FAULTS_OF_A_TEST or (error != "TypeError" and _fails_always(case, len(values), limits, walls)):
        return Failing(case.shown, "unjudged", f"the test itself fails: {error}"[:SHOWN])
    # the assert was not written for such values
    return Failing(case.shown, "wrong_value", f"{error}: {result.get('detail', '')}"[:SHOWN])


def _fails_always(case: Case, count: int, limits: Limits, walls: WallKind) -> bool:
    """Whether an assert breaks whatever it is given, and not for the value that a program gave."""
    asked = [f"{case.asserted}({', '.join([given] * count)})" for given in ORDINARY]
    ran = evaluate(case.prelude, asked, limits=limits, walls=walls)
    return not any("value" in result for result in ran.results.values())


def _lines(text: str) -> list[str]:
    """Lines without what is at their ends: nobody counts blanks there."""
    return [line.rstrip() for line in text.strip().splitlines()]


def _shown(value: Any) -> str:  # noqa: ANN401 - an encoded value
    return repr(value)[:SHOWN]
