"""What the candidates answer: a conversation that ends with a user's turn, and what is known of a right answer to it.

A right answer is known where the seed says one in a form that a program can compare (a number, a choice, a marked final
answer), and where the instruction asks for what a program can check. Everything else is left to a judge.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from windrow.evaluators import marks
from windrow.row import Message, Row, to_json
from windrow.shapes import Seed
from windrow.text.answers import kind_of
from windrow.text.answers_extract import final_answers
from windrow.text.constraints import find
from windrow.text.tokens import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from windrow.text.constraints import Entry

REFERENCE_KEYS = ("answer", "answer_kind", "choices", "aliases", "unit", "percent")  # what an answer is compared by


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt with what is known of it. `own` is the seed's own answer ('' where it has none); `reference` is what
    `text.answers.match` compares with ({} where nothing is known); `constraints` what a program can check."""

    turns: tuple[Message, ...]
    own: str
    reference: dict[str, Any]
    constraints: tuple[Entry, ...]

    @property
    def system(self) -> str:
        """The prompt's own system text."""
        return "\n\n".join(turn.content for turn in self.turns if turn.role == "system")

    @property
    def question(self) -> str:
        """The last user turn."""
        return self.turns[-1].content

    @property
    def history(self) -> list[dict[str, str]]:
        """The turns before the last, without the system's."""
        return [{"role": turn.role, "text": turn.content} for turn in self.turns[:-1] if turn.role != "system"]

    @property
    def conversation(self) -> list[dict[str, Any]]:
        """All turns but the system's, in canonical form."""
        return [turn.to_dict() for turn in self.turns if turn.role != "system"]


def prompt_of(row: Row) -> Prompt:
    """The prompt that a seed's row gives: all of it up to its last question, and its answer to that."""
    turns = row.prompt or row.messages
    last = max((place for place, turn in enumerate(turns) if turn.role == "user"), default=-1)
    later = [turn for turn in turns[last + 1 :] if turn.role == "assistant" and turn.content.strip()]
    own = "" if row.prompt or not later else later[-1].content.strip()
    instruction = row.reference.get("instruction")
    stated = find(instruction if isinstance(instruction, str) else row.question)
    entries = row.reference.get("constraints", stated)
    constraints = tuple(entries) if isinstance(entries, list | tuple) else ()
    return Prompt(turns[: last + 1], own, _reference(row, own, constraints), constraints)


def _reference(row: Row, own: str, constraints: Sequence[Entry]) -> dict[str, Any]:
    """What is known to be right: said outright, or read off the seed's own answer where that is sure."""
    given = {key: row.reference[key] for key in REFERENCE_KEYS if row.reference.get(key) not in (None, "", [])}
    if "answer" in given:
        return given
    if not own:
        return {}
    if row.reference.get("is_classification") is True or any(entry["id"] == "one_of" for entry in constraints):
        return {"answer": own, "answer_kind": "exact"}
    marked = final_answers(own, marked=True)
    if len(marked) == 1:
        return {**given, "answer": marked[0]}
    return {**given, "answer": own} if given or kind_of(own) == "numeric" else {}


def code_of(prompt: Prompt, *answers: str) -> str:
    """What the marks around a prompt and its answers carry in a template. It depends on every word between them, so
    that no text can hold a mark that closes its own part and opens another. The order of the answers does not count."""
    told = [*(turn.to_dict() for turn in prompt.turns), sorted(answers)]
    return marks.code_of(to_json(told).decode())


class Prompts:
    """The prompts of a run in a file under `folder`, each once whatever its case and spacing: many different prompts
    teach more than many pairs of one."""

    def __init__(self, seeds: Iterable[Seed], folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "prompts.jsonl"
        seen: set[bytes] = set()
        with self._path.open("wb") as file:
            for seed in seeds:
                digest = _digest(prompt_of(seed.payload))
                if digest is not None and digest not in seen:
                    seen.add(digest)
                    line = [seed.key, seed.payload.to_dict(), seed.source, seed.family]
                    file.write(to_json(line) + b"\n")

    def __iter__(self) -> Iterator[Seed]:
        with self._path.open("rb") as file:
            for line in file:
                key, row, source, family = orjson.loads(line)
                yield Seed(key, prompt_of(Row.from_dict(row)), source, family)


def _digest(prompt: Prompt) -> bytes | None:
    """What makes a prompt the same as another; None where there is nothing to answer."""
    if not prompt.turns:
        return None
    told = [
        [turn.role, normalise(turn.content), *(call.to_dict() for call in turn.tool_calls)] for turn in prompt.turns
    ]
    return hashlib.blake2b(to_json(told), digest_size=16).digest()
