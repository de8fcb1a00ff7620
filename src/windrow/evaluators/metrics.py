"""Evaluators that compare strings: equal, contained, begun, ended, of a length. No model, no key, no network.

Texts are compared in NFC, so that é is é however it was typed; `case_sensitive=False` compares caseless and without
regard to width (NFKC), which holds for every script that has case.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Literal

from windrow.evaluators.metrics_frame import Count, Measure, Texts, bad_option, evaluator, listed, short
from windrow.text.evidence import contains as stands_in
from windrow.text.sentences import spans
from windrow.text.tokens import words

if TYPE_CHECKING:
    from windrow.evaluators.inputs import Inputs


@evaluator("reference")
def exact_match(inputs: Inputs, *, case_sensitive: bool = True, aliases: Texts | None = None) -> Measure:
    """Is the output the reference (or one of `aliases`), white space around it left out?"""
    said = _plain(inputs.output, case_sensitive).strip()
    right = [inputs.reference, *listed(aliases or [])]
    same = said in (_plain(one, case_sensitive).strip() for one in right)
    return Measure.yes_no(same, f"{short(inputs.output)} is{'' if same else ' not'} {short(inputs.reference)}")


@evaluator()
def contains(
    inputs: Inputs, *, keyword: str | None = None, case_sensitive: bool = True, whole_words: bool = False
) -> Measure:
    """Does the output hold `keyword` (else the reference)?"""
    wanted = _wanted(inputs, keyword, "keyword")
    return _all_of(inputs.output, [wanted], case_sensitive=case_sensitive, whole_words=whole_words)


@evaluator()
def contains_all(inputs: Inputs, *, keywords: Texts, case_sensitive: bool = True, whole_words: bool = False) -> Measure:
    """Does the output hold every one of `keywords`? The score is the share that it holds."""
    return _all_of(inputs.output, _usable(keywords), case_sensitive=case_sensitive, whole_words=whole_words)


@evaluator()
def contains_any(inputs: Inputs, *, keywords: Texts, case_sensitive: bool = True, whole_words: bool = False) -> Measure:
    """Does the output hold at least one of `keywords`?"""
    found = _found(inputs.output, _usable(keywords), case_sensitive=case_sensitive, whole_words=whole_words)
    return Measure.yes_no(bool(found), f"holds {found[0]!r}" if found else "holds none of them", found=found)


@evaluator()
def contains_none(
    inputs: Inputs, *, keywords: Texts, case_sensitive: bool = True, whole_words: bool = False
) -> Measure:
    """Is the output free of every one of `keywords`?"""
    found = _found(inputs.output, _usable(keywords), case_sensitive=case_sensitive, whole_words=whole_words)
    return Measure.yes_no(not found, f"holds {found[0]!r}" if found else "holds none of them", found=found)


@evaluator()
def starts_with(inputs: Inputs, *, prefix: str | None = None, case_sensitive: bool = True) -> Measure:
    """Does the output begin with `prefix` (else the reference), white space before it left out?"""
    wanted = _wanted(inputs, prefix, "prefix")
    said = _plain(inputs.output, case_sensitive).lstrip()
    return Measure.yes_no(said.startswith(_plain(wanted, case_sensitive).lstrip()), f"begins with {short(said[:40])}")


@evaluator()
def ends_with(inputs: Inputs, *, suffix: str | None = None, case_sensitive: bool = True) -> Measure:
    """Does the output end with `suffix` (else the reference), white space after it left out?"""
    wanted = _wanted(inputs, suffix, "suffix")
    said = _plain(inputs.output, case_sensitive).rstrip()
    return Measure.yes_no(said.endswith(_plain(wanted, case_sensitive).rstrip()), f"ends with {short(said[-40:])}")


@evaluator()
def one_line(inputs: Inputs) -> Measure:
    """Is the output a single line, line breaks around it left out?"""
    lines = len(inputs.output.strip().splitlines())
    return Measure.yes_no(lines == 1, f"{lines} line{'s' * (lines != 1)}", lines=lines)


Unit = Literal["characters", "words", "sentences", "lines"]


@evaluator(judges_empty=True)
def length_between(
    inputs: Inputs, *, min_length: Count | None = None, max_length: Count | None = None, unit: Unit = "characters"
) -> Measure:
    """Has the output at least `min_length` and at most `max_length` of a unit? An empty output has none of any."""
    if min_length is None and max_length is None:
        raise bad_option("length_between needs min_length, max_length or both")
    if min_length is not None and max_length is not None and min_length > max_length:
        raise bad_option(f"no length is at least {min_length} and at most {max_length}")
    found = _length(inputs.output, unit)
    fits = (min_length or 0) <= found and (max_length is None or found <= max_length)
    return Measure.yes_no(fits, f"{found} {unit}", length=found, unit=unit)


@evaluator(judges_empty=True)
def length_less_than(inputs: Inputs, *, max_length: Count, unit: Unit = "characters") -> Measure:
    """Has the output fewer than `max_length` of a unit?"""
    found = _length(inputs.output, unit)
    return Measure.yes_no(found < max_length, f"{found} {unit}", length=found, unit=unit)


@evaluator(judges_empty=True)
def length_greater_than(inputs: Inputs, *, min_length: Count, unit: Unit = "characters") -> Measure:
    """Has the output more than `min_length` of a unit?"""
    found = _length(inputs.output, unit)
    return Measure.yes_no(found > min_length, f"{found} {unit}", length=found, unit=unit)


def _plain(text: str, case_sensitive: bool) -> str:
    if case_sensitive:
        return unicodedata.normalize("NFC", text)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _wanted(inputs: Inputs, option: str | None, name: str) -> str:
    if option is None:
        inputs.require(["reference"], by=f"without {name}, it")
    wanted = inputs.reference if option is None else option
    return _usable(wanted)[0]


def _usable(keywords: Texts) -> list[str]:
    wanted = listed(keywords)
    if not wanted or not all(one.strip() for one in wanted):
        raise bad_option("an empty text stands in every output: say what to look for")
    return wanted


def _all_of(text: str, wanted: list[str], *, case_sensitive: bool, whole_words: bool) -> Measure:
    found = _found(text, wanted, case_sensitive=case_sensitive, whole_words=whole_words)
    missing = [one for one in wanted if one not in found]
    reason = f"without {', '.join(map(short, missing))}" if missing else f"holds {', '.join(map(short, found))}"
    return Measure(len(found) / len(wanted), reason, 1.0, {"found": found, "missing": missing})


def _found(text: str, wanted: list[str], *, case_sensitive: bool, whole_words: bool) -> list[str]:
    plain = _plain(text, case_sensitive)
    held = [one for one in wanted if _plain(one, case_sensitive) in plain]
    return [one for one in held if stands_in(text, one)] if whole_words else held


def _length(text: str, unit: Unit) -> int:
    if unit == "characters":
        return len(text)
    if unit == "words":
        return len(words(text))
    if unit == "lines":
        return len(text.strip().splitlines())
    return sum(1 for _ in spans(text))
