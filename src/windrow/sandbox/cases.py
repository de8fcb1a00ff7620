"""Tests as data sets write them, read into calls to make and values to expect.

Three forms: {"call", "args", "kwargs", "expected"}, {"stdin", "stdout"}, and Python asserts (one each, or the body of a
`check(candidate)`). An assert is taken apart: its calls of the tested code run beside that code, and what they gave is
judged elsewhere, so that the tested code never meets the value it has to give.
"""

from __future__ import annotations

import ast
import builtins
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windrow.sandbox.values import encode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_TESTS = 200
_BUILTINS = frozenset(dir(builtins))


class NotATest(ValueError):
    """What cannot be read as a test. The message says what and why."""


@dataclass(frozen=True, slots=True)
class Case:
    """One test. `calls` are expressions for the tested code; either the one value `expected` (encoded), or a function
    `asserted` of all their values, after `prelude`. `stdin` and `stdout` are a program's."""

    shown: str
    calls: tuple[str, ...] = ()
    expected: Any = None
    tolerance: float = 0.0
    asserted: str = ""
    prelude: str = ""
    stdin: str | None = None
    stdout: str = ""


def read_cases(given: object, *, entry_point: str = "") -> list[Case]:
    """The tests in `given`: a list of tests, or Python source with asserts. Raises NotATest."""
    if isinstance(given, str):
        return _bounded(_asserts(given, entry_point))
    if not isinstance(given, list | tuple):
        raise NotATest("tests are a list, or Python source with asserts")
    found: list[Case] = []
    for test in given:
        if isinstance(test, str):
            found += _asserts(test, entry_point)
        elif isinstance(test, dict):
            found.append(_case(test, entry_point))
        else:
            raise NotATest(f"a test is a mapping or an assert, not {type(test).__name__}")
    return _bounded(found)


def _bounded(found: list[Case]) -> list[Case]:
    return found[:MOST_TESTS]


def _case(test: Mapping[str, Any], entry_point: str) -> Case:
    if "stdin" in test or "stdout" in test:
        stdin, stdout = _text(test.get("stdin", "")), _text(test.get("stdout"))
        return Case(shown=repr(stdin[:80]), stdin=stdin, stdout=stdout)
    if "expected" not in test:
        raise NotATest(f"a test needs expected, or stdin and stdout; it has {', '.join(sorted(map(str, test)))}")
    called = test.get("call") or entry_point
    if not isinstance(called, str) or not all(part.isidentifier() for part in called.split(".")):
        raise NotATest(f"a test needs the name of a function under call, not {called!r}")
    args, kwargs = test.get("args", []), test.get("kwargs", {})
    if not isinstance(args, list | tuple) or not isinstance(kwargs, dict) or not all(map(str.isidentifier, kwargs)):
        raise NotATest("args is a list, kwargs a mapping of names")
    parts = [*map(repr, args), *(f"{name}={value!r}" for name, value in kwargs.items())]
    call = f"{called}({', '.join(parts)})"
    tolerance = test.get("tolerance", 0.0)
    if not isinstance(tolerance, int | float) or tolerance < 0:
        raise NotATest(f"tolerance is {tolerance!r}, not a number of 0 or more")
    return Case(shown=call[:200], calls=(call,), expected=encode(test["expected"]), tolerance=float(tolerance))


def _text(value: object) -> str:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "\n".join(value)
    if not isinstance(value, str):
        raise NotATest(f"stdin and stdout are text, not {type(value).__name__}")
    return value


def _asserts(source: str, entry_point: str) -> list[Case]:
    """Every assert of `source`, of its top level or of its function `check`."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotATest(f"a test is not Python: {error}") from error
    reading = _Reading(entry_point)
    for statement in tree.body:
        reading.read(statement)
    if not reading.cases:
        raise NotATest("no assert in it")
    return reading.cases


@dataclass(slots=True)
class _Reading:
    """Statements of a test, in order. What is imported or assigned stands before each assert that follows."""

    entry_point: str
    prelude: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    cases: list[Case] = field(default_factory=list)

    def read(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Assert):
            self._assert(statement.test)
        elif isinstance(statement, ast.FunctionDef) and statement.name == "check" and len(statement.args.args) == 1:
            self._check(statement)
        elif isinstance(statement, ast.Import | ast.ImportFrom | ast.Assign):
            self._define(statement)
        elif not _is_harmless(statement):
            raise NotATest(f"line {statement.lineno}: only asserts, imports and assignments are read")

    def _check(self, function: ast.FunctionDef) -> None:
        candidate, name = function.args.args[0].arg, self.entry_point
        if not name:
            raise NotATest("check(candidate) needs an entry_point that says what candidate is")
        for statement in function.body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and node.id == candidate:
                    node.id = name
            self.read(statement)

    def _define(self, statement: ast.Import | ast.ImportFrom | ast.Assign) -> None:
        if isinstance(statement, ast.Assign):
            if not isinstance(statement.value, ast.Constant | ast.List | ast.Tuple | ast.Dict | ast.Set):
                if statement.targets and getattr(statement.targets[0], "id", "") in {"METADATA", "candidate"}:
                    return
                raise NotATest(f"line {statement.lineno}: a test may name plain values only")
            self.names |= {
                node.id for target in statement.targets for node in ast.walk(target) if isinstance(node, ast.Name)
            }
        else:
            self.names |= {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
        self.prelude.append(ast.unparse(statement))

    def _import_unnamed(self, test: ast.expr) -> None:
        """Import what an assert takes from the standard library without saying so: the tested code may not supply it,
        since `class math` with an `isclose` that is always true would pass."""
        for node in ast.walk(test):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                name = node.value.id
                if name in sys.stdlib_module_names and name not in self.names | {self.entry_point}:
                    self.names.add(name)
                    self.prelude.append(f"import {name}")

    def _assert(self, test: ast.expr) -> None:
        shown = ast.unparse(test)
        self._import_unnamed(test)
        taking = _Taking(self.names, self.entry_point.partition(".")[0])
        asserted = ast.unparse(taking.visit(test))
        if not taking.calls:
            raise NotATest(f"nothing of the tested code is called in: assert {shown[:80]}")
        given = ", ".join(f"_given_{place}" for place in range(len(taking.calls)))
        judging = f"(lambda {given}: bool({asserted}))"
        self.cases.append(Case(shown[:200], tuple(taking.calls), asserted=judging, prelude="\n".join(self.prelude)))


class _Taking(ast.NodeTransformer):
    """Takes the calls of the tested code out of an expression and leaves the names of their values."""

    def __init__(self, known: set[str], tested: str) -> None:
        self.known = known
        self.tested = tested
        self.calls: list[str] = []

    def visit(self, node: ast.AST) -> Any:  # noqa: ANN401 - as the base class has it
        if isinstance(node, ast.Lambda | ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
            raise NotATest("a test with a comprehension or a lambda cannot be taken apart")
        if isinstance(node, ast.Call | ast.Attribute | ast.Subscript) and self._is_tested(node):
            self.calls.append(ast.unparse(node))
            return ast.Name(f"_given_{len(self.calls) - 1}", ast.Load())
        return self.generic_visit(node)

    def _is_tested(self, node: ast.AST) -> bool:
        """Whether the chain `f(…).g[…]` begins with a call of a name that neither Python nor the test defines."""
        called = False
        while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
            called = called or isinstance(node, ast.Call)
            node = node.func if isinstance(node, ast.Call) else node.value
        if not called or not isinstance(node, ast.Name) or node.id in self.known or node.id in _BUILTINS:
            return False
        if self.tested and node.id != self.tested:  # the tested code would be its own judge
            raise NotATest(f"{node.id} is neither the tested {self.tested} nor anything that the test defines")
        return True


def _is_harmless(statement: ast.stmt) -> bool:
    """A docstring, `pass`, or the call `check(f)` at the end."""
    if isinstance(statement, ast.Pass):
        return True
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    called = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "check"
    return called or isinstance(value, ast.Constant)


def preludes(cases: Sequence[Case]) -> str:
    """What the asserts of `cases` import and name, once."""
    return "\n".join(dict.fromkeys(line for case in cases for line in case.prelude.splitlines()))
