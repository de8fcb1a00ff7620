"""The prompts of a run by class, on disk, in an order that mixes the classes and that no other prompt can change.

Within a class the order is that of a hash of the prompt. Of a prompt, memory holds sixteen bytes.
"""

from __future__ import annotations

import hashlib
from array import array
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import orjson

from windrow.errors import SeedError
from windrow.flow.recipes.constitution.principles import CLASSES, PromptClass
from windrow.row import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from windrow.row import Row
    from windrow.shapes import Seed

SYNONYMS: Mapping[str, PromptClass] = {
    **{name: name for name in CLASSES},
    "unsafe": "harmful", "toxic": "harmful", "red_team": "harmful",
    "borderline-benign": "borderline", "borderline_benign": "borderline", "over_refusal": "borderline",
    "safe": "benign", "harmless": "benign", "helpful": "benign",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked, of which class it is, and what its answer should know (`facts`, or '')."""

    key: str
    family: str
    source: str
    kind: PromptClass
    turns: tuple[Message, ...]
    facts: str

    @property
    def question(self) -> str:
        """The last turn: what is to be answered."""
        return self.turns[-1].content

    @property
    def said(self) -> str:
        """Everything that the user says, for rules to look at."""
        return "\n".join(turn.content for turn in self.turns if turn.role == "user")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a class is read off a seed: the column, what its values mean, and what a seed without one is."""

    column: str
    classes: Mapping[str, PromptClass]
    default: PromptClass | None
    facts: str

    def prompt(self, seed: Seed) -> Prompt:
        """The seed as a prompt. Raises SeedError where its class cannot be told."""
        row: Row = seed.payload
        fields: Mapping[str, Any] = row.lineage.extra.get("fields", {})
        turns = row.prompt or row.messages[:-1]
        if not turns or turns[-1].role != "user":
            raise SeedError("no question of a user's to answer", where=seed.source)
        return Prompt(
            seed.key, seed.family, seed.source, self._class(fields, seed.source), turns,
            str(fields.get(self.facts, "")),
        )  # fmt: skip

    def _class(self, fields: Mapping[str, Any], source: str) -> PromptClass:
        value = str(fields.get(self.column, "")).strip()
        if not value:
            if self.default is not None:
                return self.default
            columns = f"there are: {', '.join(map(str, fields))}" if fields else "there is no other"
            raise SeedError(
                f"no {self.column!r} says whether this prompt is harmful, borderline or benign", where=source,
                remedy=f"name the column: class_field ({columns}); read seeds with prompts: true; or set default_class",
            )  # fmt: skip
        lower = value.lower()
        for pattern, kind in self.classes.items():
            if fnmatchcase(lower, pattern.lower()):
                return kind
        if not self.classes and lower in SYNONYMS:
            return SYNONYMS[lower]
        near = get_close_matches(lower, () if self.classes else SYNONYMS, n=1, cutoff=0.7)
        remedy = f"did you mean {near[0]!r}? " if near else ""
        raise SeedError(
            f"{self.column} is {value!r}, which is no class", where=source,
            remedy=f"{remedy}say what it means: classes: {{{value!r}: CLASS}}, one of {', '.join(CLASSES)}",
        )  # fmt: skip


class PromptPool:
    """Prompts on disk, dealt out by class."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b")
        self._ranks = {kind: array("Q") for kind in CLASSES}
        self._places = {kind: array("Q") for kind in CLASSES}

    def __len__(self) -> int:
        return sum(len(ranks) for ranks in self._ranks.values())

    def add(self, prompt: Prompt) -> None:
        """Put a prompt in."""
        self._places[prompt.kind].append(self._file.tell())
        self._ranks[prompt.kind].append(rank("order", prompt.key))
        told = [prompt.key, prompt.family, prompt.source, prompt.facts, [turn.to_dict() for turn in prompt.turns]]
        self._file.write(orjson.dumps(told) + b"\n")

    def in_turn(self, shares: Mapping[PromptClass, float]) -> Iterator[Prompt]:
        """Every prompt once, the classes in proportion to their shares for as long as each lasts."""
        queues = {
            kind: sorted(range(len(self._ranks[kind])), key=self._ranks[kind].__getitem__) for kind in CLASSES
        }  # fmt: skip
        dealt = dict.fromkeys(CLASSES, 0)
        for _ in range(len(self)):
            left = [kind for kind in CLASSES if dealt[kind] < len(queues[kind])]
            kind = min(left, key=lambda one: ((dealt[one] + 1) / max(shares[one], 1e-9), CLASSES.index(one)))
            yield self._read(kind, queues[kind][dealt[kind]])
            dealt[kind] += 1

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _read(self, kind: PromptClass, number: int) -> Prompt:
        self._file.seek(self._places[kind][number])
        key, family, source, facts, turns = orjson.loads(self._file.readline())
        return Prompt(key, family, source, kind, tuple(Message.from_dict(turn) for turn in turns), facts)


def rank(purpose: str, *names: str) -> int:
    """A whole number below 2**64 that only `purpose` and `names` decide."""
    text = "\0".join((purpose, *names)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def share(purpose: str, *names: str) -> float:
    """The same, as a number from 0 to 1."""
    return rank(purpose, *names) / 2**64
