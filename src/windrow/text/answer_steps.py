"""Arithmetic that a text does before our eyes, done again: `48/2 = 24`, and GSM8K's `<<48/2=24>>`.

Only equations of plain numbers are looked at. A result may be rounded to the places it shows, never by more.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_POWER = 64
MOST_EXPRESSION = 200
_ANNOTATED = re.compile(r"<<\s*([^<>=]{1,200})=\s*([^<>=]{1,60})>>")
_SIDE = r"[-+]?[\d(][\d\s.,()+\-*/^×÷·−]*"
_PLAIN_EQUATION = re.compile(
    rf"(?<![\w)\]}}.,^=+*/×÷·−%\\-])({_SIDE})\s*=\s*(?=[-+]?[\d(])([-+]?[\d.,/]*\d)(?![\w%(^]|\s*[-+*/×÷·^=]|[.,]\d)"
)
_BEFORE = re.compile(r"(?:[-+*/×÷·−^=(\\]|(?<![^\W\d_])[^\W\d_]|[\]})%])\s*\Z")
_SIGNS = str.maketrans({"×": "*", "÷": "/", "·": "*", "−": "-"})
_REMAINDER = re.compile(r"\s*(?:r\.?\s*\d|rem|rest|reste|resto|with|余|余り|mod)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """An equation as it stands, and what its left side comes to (None where it cannot be worked out)."""

    shown: str
    value: Fraction | None
    said: Fraction | None
    right: bool


def annotated_steps(text: str) -> Iterator[Step]:
    """Every `<<expression=value>>`."""
    for found in _ANNOTATED.finditer(text):
        yield _step(found[0], found[1], found[2])


def plain_steps(text: str) -> Iterator[Step]:
    """Every equation of plain numbers with an operator to its left, as far as one can be told from algebra."""
    bare = re.sub(r"<<[^<>]*>>", "", text)
    for found in _PLAIN_EQUATION.finditer(bare):
        left = found[1]
        if not re.search(r"\d\s*[-+*/×÷·−^]\s*[\d(]", left) or _BEFORE.search(bare[: found.start()]):
            continue
        if left.count("(") != left.count(")") or _REMAINDER.match(bare[found.end() :]):
            continue
        step = _step(found[0], left, found[2])
        if step.value is not None and step.said is not None:
            yield step


def wrong_step(text: str, *, plain: bool) -> Step | None:
    """The first annotated step that is wrong; with `plain` any equation of numbers."""
    for step in annotated_steps(text):
        if not step.right:
            return step
    return next((step for step in plain_steps(text) if not step.right), None) if plain else None


def _step(shown: str, left: str, right: str) -> Step:
    value, said = arithmetic(left), arithmetic(right)
    if value is None or said is None:
        return Step(shown, value, said, right=False)
    return Step(shown, value, said, right=abs(value - said) <= _rounding(right))


def _rounding(written: str) -> Fraction:
    """Half of the last place that `written` shows after its point; nothing for a whole number or a fraction."""
    decimals = re.search(r"\.(\d+)\s*\Z", written.strip())
    return Fraction(1, 2 * 10 ** len(decimals[1])) if decimals else Fraction(0)


def arithmetic(text: str) -> Fraction | None:
    """What an expression of numbers, `+ - * / ^` and brackets comes to, exactly; None where it is none."""
    plain = re.sub(r"[$€£¥\s]", "", text).replace("^", "**").translate(_SIGNS)
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
    plain = re.sub(r"(\d+(?:\.\d+)?|\.\d+)%", r"(\1/100)", plain)
    plain = re.sub(r"(?<![\d.])0+(?=\d)", "", plain)  # 007 is no number to Python
    if not plain or len(plain) > MOST_EXPRESSION or not re.fullmatch(r"[\d.+*/()-]+", plain):
        return None
    try:
        return _worked(ast.parse(plain, mode="eval").body, plain)
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError, RecursionError, MemoryError):
        return None


def _worked(node: ast.expr, source: str) -> Fraction:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Fraction(ast.get_source_segment(source, node) or str(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = _worked(node.operand, source)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        return _combined(node.op, _worked(node.left, source), _worked(node.right, source))
    raise ValueError(ast.dump(node))


def _combined(operator: ast.operator, one: Fraction, other: Fraction) -> Fraction:
    if isinstance(operator, ast.Add):
        return one + other
    if isinstance(operator, ast.Sub):
        return one - other
    if isinstance(operator, ast.Mult):
        return one * other
    if isinstance(operator, ast.Div):
        return one / other
    if isinstance(operator, ast.Pow) and other.denominator == 1 and abs(other) <= MOST_POWER:
        return Fraction(one ** int(other))
    raise ValueError(type(operator).__name__)
