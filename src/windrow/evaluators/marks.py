"""Marks around judged material, which its writer cannot forge.

A judge is shown hostile text: the candidate, the passages, even the question may say "ignore the rubric". So each
piece stands between marks that carry a code, `<output CODE>` … `</output CODE>`, and the code is a hash of all the
material of the call. Nobody can write it into the material beforehand, because writing changes it. The same material
gives the same code, so that an answer that was paid for is found again. The reply must say the code too: a verdict
that was copied out of the material does not carry it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windrow.errors import AnswerFailure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from windrow.evaluators.inputs import Inputs

DIGITS = 16
ORDER = ("system", "tools", "conversation", "input", "context", "reference")  # what is judged comes last
SEPARATOR = b"\0\0"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of material between its marks. `name` is the input that it belongs to."""

    name: str
    tag: str
    text: str


def code_of(*material: str, salt: Iterable[object] = ()) -> str:
    """Sixteen hex digits over all the `material` of a call, in its order. `salt` is what else makes the call another
    one: the number of a vote."""
    pieces = [len(piece).to_bytes(8, "big") + piece.encode("utf-8", "surrogatepass") for piece in material]
    told = SEPARATOR.join([*pieces, *(str(part).encode() for part in salt)])
    return hashlib.sha256(told).hexdigest()[:DIGITS]


def carries(code: str, replied: str) -> None:
    """Raises AnswerFailure(kind="wrong_code") where a reply does not carry the code of its call."""
    if replied.strip().casefold() != code:
        raise AnswerFailure(
            "the reply does not carry the code of this call: copied from the material, or made without reading it",
            kind="wrong_code",
            evidence=replied[:200],
        )


def parts_of(inputs: Inputs, names: Iterable[str]) -> list[Part]:
    """The pieces of material to show, in the order that they are shown; passages and turns each on their own.

    No tag holds a text of the material's: an id or a speaker's name could be an attack too.
    """
    wanted = [name for name in dict.fromkeys(names) if name in inputs and inputs.text(name).strip()]
    first = [name for name in ORDER if name in wanted]
    rest = [name for name in wanted if name not in ORDER]
    return [part for name in (*first, *rest) for part in _parts(inputs, name)]


def _parts(inputs: Inputs, name: str) -> list[Part]:
    if name == "context":
        return [Part(name, f"passage_{at}", passage.text) for at, passage in enumerate(inputs.context, 1)]
    if name == "conversation":
        return [Part(name, f"turn_{at}_{turn.speaker}", turn.text) for at, turn in enumerate(inputs.conversation, 1)]
    return [Part(name, name, inputs.text(name))]
