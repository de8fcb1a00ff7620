"""A trace: what a model thought, apart from what it then answered, and the way it took."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windrow.text.answers_values import quantity
from windrow.text.code_blocks import code_of, code_route
from windrow.text.tokens import normalise, words

if TYPE_CHECKING:
    from windrow.shapes import Answer

TAGS = ("think", "thinking", "thought", "reasoning")
_TAG = re.compile(rf"<(?P<end>/?)(?:{'|'.join(TAGS)})>", re.IGNORECASE)
_RESULT = re.compile(r"(?:=|is|are|gives?|makes?|leaves?)\s*\$?\\?\(?\s*(-?\$?\d[\d,.]*(?:/\d+)?)", re.IGNORECASE)
_SOME = 2  # fewer results than this say nothing of the way


class Unbalanced(ValueError):
    """Tags of thinking that are not one pair, in front of the answer."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The `sample`-th answer to a question: thinking and answer apart; `route` says which way it took."""

    sample: int
    thinking: str
    answer: str
    model: str
    tokens: int | None
    finish: str

    @property
    def key(self) -> str:
        """The same for traces that say the same, but for case and spacing."""
        return hashlib.sha256(normalise(f"{self.thinking}\n{self.answer}").encode()).hexdigest()[:16]

    def results(self, *, code: bool) -> frozenset[str]:
        """What is found on the way: the intermediate results, or the make of the program, or the words."""
        if code:
            return frozenset({code_route(code_of(self.answer))} - {""})
        said = f"{self.thinking}"
        values = [quantity(found.rstrip(".,")) for found in _RESULT.findall(said)]
        found = frozenset(str(value.value) for value in values if value is not None)
        return found if len(found) >= _SOME else frozenset(words(said))

    def route(self, *, code: bool) -> str:
        """A digest of the way: traces that find the same things on their way share it."""
        return hashlib.sha256("\0".join(sorted(self.results(code=code))).encode()).hexdigest()[:12]


def trace_of(answer: Answer, sample: int) -> Trace:
    """The trace in an answer. Thinking comes in a field of its own, or in one pair of tags before the answer.

    Raises Unbalanced. Where a model gives both, what it wrote between the tags was meant for the reader.
    """
    thinking, said = _parted(answer.text)
    if _TAG.search(answer.reasoning or ""):
        raise Unbalanced("a tag of thinking within the reasoning")
    tokens = answer.usage.output_tokens if answer.usage else None
    return Trace(sample, thinking or (answer.reasoning or "").strip(), said, answer.model, tokens, answer.finish_reason)


def _parted(text: str) -> tuple[str, str]:
    tags = list(_TAG.finditer(text))
    if not tags:
        return "", text.strip()
    opened = [bool(tag["end"]) for tag in tags]
    if opened == [True]:  # some chat templates write the opening tag themselves
        return text[: tags[0].start()].strip(), text[tags[0].end() :].strip()
    if opened != [False, True] or text[: tags[0].start()].strip():
        raise Unbalanced(f"{len(tags)} tags of thinking: {' '.join(tag[0] for tag in tags)[:80]}")
    return text[tags[0].end() : tags[1].start()].strip(), text[tags[1].end() :].strip()


def diverse(traces: list[Trace], most: int, *, code: bool) -> list[Trace]:
    """At most `most` of the traces, no two by the same way: the first, then whichever is farthest from those taken."""
    ways = [trace.results(code=code) for trace in traces]
    taken: list[int] = []

    def distance(place: int) -> tuple[float, int]:
        return min((_apart(ways[place], ways[one]) for one in taken), default=1.0), -place

    while len(taken) < min(most, len(traces)):
        left = [place for place in range(len(traces)) if all(ways[place] != ways[one] for one in taken)]
        if not left:
            break
        taken.append(max(left, key=distance))
    return [traces[place] for place in taken]


def _apart(one: frozenset[str], other: frozenset[str]) -> float:
    """The Jaccard distance of two ways."""
    together = len(one | other)
    return 1 - len(one & other) / together if together else 0.0
