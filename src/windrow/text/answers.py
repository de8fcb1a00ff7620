"""Is this answer the reference's? Exact, numeric, mathematical and multiple-choice answers, decided by program.

What is equal passes in whatever notation (1/2, 0.5, \\frac12, 50 %); what is off by one, by a sign or by a unit fails,
however large the number: nothing is compared with a tolerance. What cannot be decided is unscored, never a pass.

Rule-based matchers refuse about one right answer in seven, most of them for white space and notation, so much care
goes into reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from windrow.text.answers_choices import choices_of, letter_of
from windrow.text.answers_extract import final_answers, numbers_said
from windrow.text.answers_symbolic import equal
from windrow.text.answers_units import same, unit_of
from windrow.text.answers_values import quantity, scale_of, tidy
from windrow.text.tokens import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windrow.row import Outcome
    from windrow.text.answers_units import Unit

Kind = Literal["exact", "numeric", "math", "multiple_choice"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PERCENT = ("value", "number", "either")
_MATHS = re.compile(r"\\[a-zA-Z{]|[\^=<>√π∞∪∩±]|[a-z]\s*[+*/-]|\d\s*[a-z]\b|[+*/]\s*[a-z]\b")
# Words and signs by which a sentence with one number says another thing than that number.
_BOUNDED = re.compile(
    r"[<>≤≥≠\\^√²³]|!=|\d!|:\s*\d|\b(?:not|no|minus|negative|at\s+(?:least|most)|(?:more|less|fewer|other)\s+than|nicht|minus|"
    r"mindestens|höchstens|mehr\s+als|weniger\s+als|pas|au\s+(?:moins|plus)|al\s+menos)\b",
    re.IGNORECASE,
)
_RESTATED = re.compile(r"\A(?P<first>[^()]+?)\s*\((?:or\s+|i\.e\.,?\s+|=\s*|that\s+is,?\s+)?(?P<second>[^()]+)\)\Z")


@dataclass(frozen=True, slots=True)
class Match:
    """What came of comparing: `reason` is a short slug unless it passed, `extracted` the answer that was read."""

    outcome: Outcome
    reason: str = ""
    detail: str = ""
    extracted: str = ""


def match(text: str, reference: Mapping[str, Any], *, marked: bool = False) -> Match:
    """Whether the final answer of `text` is the reference's.

    `reference` holds `answer` and may hold `answer_kind` (else read off the answer), `choices`, `aliases` (further
    right answers), `unit`, and `percent`: "value" (50 % is 0.5), "number" (50 % is 50) or "either". `marked` asks for
    an answer that is marked as final. Every answer that a text marks must be right.
    """
    expected = [
        str(one) for one in (reference.get("answer"), *(reference.get("aliases") or ())) if one not in (None, "")
    ]
    if not expected:
        return Match("unscored", "no_reference", "there is no reference answer to compare with")
    kind = reference.get("answer_kind") or kind_of(expected[0], reference.get("choices"))
    if kind not in KINDS:
        return Match("unscored", "unknown_kind", f"{kind!r} is no kind of answer: {', '.join(KINDS)}")
    said = final_answers(text, marked=marked)
    if not said:
        return Match("fail", "no_answer", "no final answer was found in the text")
    if not marked:
        said = [_only_number(one, kind) for one in said]
    results = [_best(one, expected, kind, reference) for one in said]
    bad = next((result for result in results if result.outcome != "pass"), None)
    if bad is None:
        return results[-1]
    if any(result.outcome == "pass" for result in results):
        return Match("fail", "several_answers", f"the text gives {len(said)} different answers", said[-1])
    return bad


def kind_of(answer: str, choices: object = None) -> Kind:
    """The kind that `answer` reads as: a choice, a number, mathematics, else text."""
    if choices:
        return "multiple_choice"
    if quantity(answer) is not None:
        return "numeric"
    return "math" if _MATHS.search(answer) else "exact"


def _only_number(said: str, kind: Kind) -> str:
    """The one number of an unmarked sentence: "You pay 12 €." """
    if kind != "numeric" or quantity(said) is not None:
        return said
    numbers = [] if _BOUNDED.search(said) else numbers_said(said)
    return numbers[0] if len(numbers) == 1 else said


def _best(said: str, expected: list[str], kind: Kind, reference: Mapping[str, Any]) -> Match:
    """The comparison with the first right answer that fits, or with the one that comes nearest to being decided."""
    compare = _COMPARE[kind]
    results = [compare(said, one, reference) for one in expected]
    order = {"pass": 0, "unscored": 1, "fail": 2}
    return min(results, key=lambda result: order[result.outcome])


def _exact(said: str, expected: str, _: Mapping[str, Any]) -> Match:
    if _plain(said) == _plain(expected):
        return Match("pass", extracted=said)
    return Match("fail", "wrong_answer", f"{_short(said)} is not {_short(expected)}", said)


def _numeric(said: str, expected: str, reference: Mapping[str, Any]) -> Match:
    restated = _RESTATED.match(said)
    if restated and quantity(said) is None and quantity(restated["second"]) is not None:  # "90 minutes (1.5 hours)"
        both = [_numeric(one, expected, reference) for one in (restated["first"], restated["second"])]
        return next((one for one in both if one.outcome != "pass"), both[0])
    right, found = quantity(expected), quantity(_right_side(said))
    if right is None:
        return Match("unscored", "reference_not_a_number", f"the reference {_short(expected)} is no number", said)
    if found is None:
        return Match("fail", "not_a_number", f"{_short(said)} is no single number", said)
    scale, named = _named_unit(reference)
    wanted = right.unit or named
    factor = same(wanted, found.unit)
    percents = reference.get("unit") == "%"
    if factor is None or (found.percent and wanted is not None) or (percents and found.unit is not None):
        return Match("fail", "wrong_unit", f"{_short(said)} is measured in another unit than {_short(expected)}", said)
    policy = "either" if percents else reference.get("percent", "value")
    values = {found.value * factor}
    whole = right.value * scale  # "2" where millions were asked for
    if scale > 1 and not found.scale and found.unit is None:
        values.add(found.value * scale)
    if found.percent != right.percent and policy != "value":
        scaled = {found.value * 100 if found.percent else found.value / 100}
        values = scaled if policy == "number" else values | scaled
    if whole in values:
        return Match("pass", extracted=said)
    return Match("fail", "wrong_answer", f"{_short(said)} is not {_short(expected)}", said)


def _named_unit(reference: Mapping[str, Any]) -> tuple[int, Unit | None]:
    """The unit that a reference names apart from its number, and what a word of scale before it multiplies by."""
    named = str(reference.get("unit") or "")
    first, _, rest = named.partition(" ")
    scale = scale_of(first)
    told = rest if scale else named
    return scale or 1, unit_of(told) if told not in ("", "%") else None


def _math(said: str, expected: str, reference: Mapping[str, Any]) -> Match:
    if quantity(expected) is not None and quantity(_right_side(said)) is not None:
        return _numeric(said, expected, reference)
    if _squeezed(said) == _squeezed(expected):
        return Match("pass", extracted=said)
    decided = equal(expected, said)
    if decided.same is None:
        return Match("unscored", decided.reason, decided.detail, said)
    if decided.same:
        return Match("pass", extracted=said)
    return Match("fail", "wrong_answer", f"{_short(said)} is not {_short(expected)}", said)


def _multiple_choice(said: str, expected: str, reference: Mapping[str, Any]) -> Match:
    choices = choices_of(reference.get("choices"))
    right = letter_of(expected, choices)
    if not right:
        return Match("unscored", "reference_not_a_choice", f"{_short(expected)} is none of the choices", said)
    found = letter_of(said, choices)
    if not found:
        return Match("fail", "not_a_choice", f"{_short(said)} names no single choice", said)
    if found == right:
        return Match("pass", extracted=found)
    return Match("fail", "wrong_answer", f"{found} is not {right}", found)


_COMPARE = {"exact": _exact, "numeric": _numeric, "math": _math, "multiple_choice": _multiple_choice}


def _right_side(said: str) -> str:
    """The value of "x = 5": what stands after the last equals sign, where a name alone stands before it."""
    before, equals, after = said.rpartition("=")
    return after if equals and re.fullmatch(r"[\s$\\(]*[^\W\d_]{1,12}(?:_\{?\w+\}?)?\s*", before) else said


def _plain(text: str) -> str:
    plain = re.sub(r"\b([ap])\.\s?m\b\.?", r"\1m", normalise(tidy(text)))
    plain = re.sub(r"(?<=[,;(\[{])\s+|\s+(?=[,;)\]}])", "", plain)  # (1, 2) and (1,2)
    return plain.strip(" .\"'“”„‘’‚«»")


def _squeezed(text: str) -> str:
    return re.sub(r"\s+|[{}]|\\left|\\right", "", tidy(text))


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:79]}…")  # noqa: PLR2004 - for a sentence
