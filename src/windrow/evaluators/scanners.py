"""Scanners: what an output should not hold, found by its form and shown by its place. A score of 1 is clean.

`pii` finds numbers and addresses that belong to a person, `secrets` keys and passwords, `invisible_characters` what a
reader does not see, `prompt_injection` orders to the model that reads. No result holds what was found: only its kind,
its place and the little that may be shown of it.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from windrow.evaluators.inputs import InputError
from windrow.evaluators.metrics_frame import Measure, Nothing, evaluator
from windrow.text import injections as found_injections
from windrow.text.hidden_characters import hidden_characters
from windrow.text.personal_data import masked, personal_data
from windrow.text.secret_keys import secret_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from windrow.evaluators.inputs import Inputs

Field = Literal["output", "input", "context", "system", "reference", "conversation"]
READ: tuple[Field, ...] = ("input", "context", "conversation", "output")
"""What a model reads that somebody else wrote, or that another model will read."""
PREFIX = 4  # letters that a provider's prefix may show
MOST_TOLD = 50
SHOWN = 160


class Hit(NamedTuple):
    """What was found: in which text, which kind, where, and what may be shown. `same` tells equal ones from others."""

    field: str
    kind: str
    start: int
    end: int
    shown: str
    same: str = ""


@evaluator(of_output=False)
def pii(inputs: Inputs, *, fields: list[Field] | None = None, ignore_given: bool = False) -> Measure:
    """Is the output free of card numbers, IBANs, US social security numbers, mail and IP addresses and phone numbers?
    Cards and IBANs are proved by their check digits. Names and postal addresses need a model and are not looked for.
    With `ignore_given`, what stands in the input or the context may be said again."""
    found = list(_everywhere(_fields(inputs, fields), _personal))
    known = {hit.same for hit in _everywhere(_given(inputs), _personal)} if ignore_given else set()
    return _measured(hit for hit in found if hit.same not in known)


@evaluator(of_output=False)
def secrets(inputs: Inputs, *, fields: list[Field] | None = None, ignore_given: bool = False) -> Measure:
    """Is the output free of private keys, providers' keys and tokens, passwords in addresses, and assigned values that
    look random? With `ignore_given`, what stands in the input or the context may be said again."""
    found = list(_everywhere(_fields(inputs, fields), _secret))
    known = {hit.same for hit in _everywhere(_given(inputs), _secret)} if ignore_given else set()
    return _measured(hit for hit in found if hit.same not in known)


@evaluator(of_output=False)
def invisible_characters(inputs: Inputs, *, fields: list[Field] | None = None) -> Measure:
    """Is the output free of characters that a reader does not see, those left out that its script or an emoji needs?"""
    return _measured(_everywhere(_fields(inputs, fields), _hidden))


@evaluator(of_output=False, fidelity="heuristic")
def prompt_injection(inputs: Inputs, *, fields: list[Field] | None = None) -> Measure:
    """Do input, context, conversation and output hold no order to the model that reads them: to set its instructions
    aside, to tell its prompt, to play another role, to give a verdict? Looked for in fifteen languages, through hidden
    characters, lookalike letters and base64. What is found is shown; that nothing is found shows little."""
    return _measured(_everywhere(_fields(inputs, fields, READ), _injected), shown=True)


def _fields(inputs: Inputs, wanted: list[Field] | None, usual: tuple[Field, ...] = ()) -> Iterator[tuple[str, str]]:
    """(name, text) of what is to be looked through: what was asked for, else the usual that was given, else the output,
    else the input."""
    if wanted:
        inputs.require([name for name in wanted if name != "output"], by="the scanner")
    names = wanted or [name for name in usual if name in inputs] or [n for n in ("output", "input") if n in inputs][:1]
    texts = [(name, inputs.text(name)) for name in names if name in inputs]
    if not texts:
        raise InputError("a scanner needs 'output' or 'input'", type="missing_input")
    if not any(text.strip() for _, text in texts):
        raise Nothing("there is no text to look through")
    return iter(texts)


def _given(inputs: Inputs) -> Iterator[tuple[str, str]]:
    return ((name, inputs.text(name)) for name in ("input", "context", "system", "conversation") if name in inputs)


def _everywhere(texts: Iterable[tuple[str, str]], find: Any) -> Iterator[Hit]:  # noqa: ANN401 - one of those below
    for field, text in texts:
        yield from find(field, text)


def _personal(field: str, text: str) -> Iterator[Hit]:
    for one in personal_data(text):
        yield Hit(field, one.kind, one.start, one.end, masked(one.digits, one.kind), one.digits)


def _secret(field: str, text: str) -> Iterator[Hit]:
    for one in secret_keys(text):
        value = text[one.start : one.end]
        assigned = one.kind in {"password", "assigned_secret", "password_in_address", "authorization", "private_key"}
        shown = f"{'' if assigned else value[:PREFIX]}… ({len(value)} characters)"
        yield Hit(field, one.kind, one.start, one.end, shown, value)


def _hidden(field: str, text: str) -> Iterator[Hit]:
    for one in hidden_characters(text):
        names = Counter(unicodedata.name(letter, f"U+{ord(letter):04X}") for letter in text[one.start : one.end])
        told = ", ".join(f"{name} ×{count}" if count > 1 else name for name, count in sorted(names.items())[:3])
        yield Hit(field, one.kind, one.start, one.end, f"spells {one.says!r}"[:SHOWN] if one.says else told)


def _injected(field: str, text: str) -> Iterator[Hit]:
    for one in found_injections.injections(text):
        shown = text[one.start : one.end][:SHOWN]
        yield Hit(field, one.kind, one.start, one.end, f"{shown!r}{f' (in {one.how})' if one.how else ''}")


def _measured(hits: Iterable[Hit], *, shown: bool = False) -> Measure:
    found = list(hits)
    told = [
        {"field": hit.field, "kind": hit.kind, "start": hit.start, "end": hit.end, "shown": hit.shown}
        for hit in found[:MOST_TOLD]
    ]
    counts = dict(sorted(Counter(hit.kind for hit in found).items()))
    listed = "; ".join(f"{hit.kind} {hit.shown} at {hit.field}[{hit.start}:{hit.end}]" for hit in found[:3])
    more = f"; and {len(found) - 3} more" if len(found) > 3 else ""  # noqa: PLR2004 - three are told
    metadata = {"found": told, "counts": counts}
    label = "found" if found else "clean"
    return Measure(
        float(not found), listed + more if found else "nothing found", 1.0, metadata, label=label, shown=shown
    )
