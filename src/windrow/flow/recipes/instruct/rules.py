"""What is let through before and after a task is worked out: the filters of the original Self-Instruct, with reasons.

Two of them know English on purpose, as the original does: the words for what a text model cannot handle, and "Write a
program". The others compare with what the user's own seeds do, so that no language is refused for being itself.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from windrow.shapes import Rejection
from windrow.text.constraint_conflicts import conflict
from windrow.text.constraint_rules import occurrences
from windrow.text.constraints import find
from windrow.text.tokens import normalise, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from windrow.flow.recipes.instruct.answers import Instance

KEYWORDS = (
    "image", "images", "picture", "pictures", "graph", "graphs", "file", "files", "map", "maps", "draw", "plot",
    "go to", "video", "videos", "audio", "music", "flowchart", "flowcharts", "diagram", "diagrams",
)  # fmt: skip
STARTS = ("Write a program",)
LONG_ENOUGH = 12  # characters: a shorter instruction ("Sort.") may well stand in a text by chance
COLONS = (":", "：")


class InstructionRules:
    """Says which instructions are not worth working out. `seeds` are the instructions that people wrote."""

    def __init__(
        self,
        seeds: Iterable[str],
        *,
        min_words: int,
        max_words: int,
        keywords: Sequence[str],
        starts: Sequence[str],
        ascii_start: bool | None,
    ) -> None:
        self._range = (min_words, max_words)
        self._keywords = tuple(keywords)
        self._starts = tuple(normalise(start) for start in starts)
        self._openings = {seed[0] for seed in seeds if seed}
        self._ascii = all(character.isascii() for character in self._openings) if ascii_start is None else ascii_start

    def refusal(self, instruction: str) -> Rejection | None:
        """Why `instruction` is left out, or None."""
        return (
            self._by_length(instruction)
            or self._by_keyword(instruction)
            or self._by_start(instruction)
            or _by_constraints(instruction)
        )

    def _by_length(self, instruction: str) -> Rejection | None:
        least, most = self._range
        count = len(words(instruction))
        if count < least:
            return Rejection("too_short", f"{count} words, fewer than {least}")
        return Rejection("too_long", f"{count} words, more than {most}") if count > most else None

    def _by_keyword(self, instruction: str) -> Rejection | None:
        found = next((keyword for keyword in self._keywords if occurrences(keyword, instruction)), None)
        return Rejection("keyword", f"speaks of {found!r}, which a text model cannot handle") if found else None

    def _by_start(self, instruction: str) -> Rejection | None:
        opening = instruction[0]
        if normalise(instruction).startswith(self._starts):
            return Rejection("forbidden_start", f"starts with {instruction[:40]!r}")
        if opening in self._openings:
            return None
        if unicodedata.category(opening)[0] in "PS":
            return Rejection("punctuation_start", f"starts with {opening!r}, as no seed does")
        if self._ascii and not opening.isascii():
            return Rejection("non_ascii_start", f"starts with {opening!r}, where the seeds start with ASCII")
        return None


def _by_constraints(instruction: str) -> Rejection | None:
    found = conflict(find(instruction))
    return Rejection("conflicting_constraints", found) if found else None


def instance_refusals(
    instances: Sequence[Instance], instruction: str, examples: Sequence[Mapping[str, Any]]
) -> list[Rejection | None]:
    """For each instance why it is left out, or None. `examples` are those that its prompt showed.

    One input with two outputs leaves out the whole task.
    """
    outputs: dict[str, set[str]] = {}
    for one in instances:
        if one.input:
            outputs.setdefault(normalise(one.input), set()).add(normalise(one.output))
    torn = next((text for text, said in outputs.items() if len(said) > 1), None)
    if torn is not None:
        return [Rejection("conflicting_outputs", f"two outputs for the input {torn[:80]!r}")] * len(instances)
    seen: set[Instance] = set()
    refusals = []
    for one in instances:
        again = Rejection("duplicate_instance", "the same instance again") if one in seen else None
        refusals.append(again or _of_instance(one) or _of_prompt(one, instruction, examples))
        seen.add(one)
    return refusals


def _of_instance(instance: Instance) -> Rejection | None:
    if not instance.output:
        return Rejection("empty_output", "the output is empty")
    if normalise(instance.output) == normalise(instance.input):
        return Rejection("output_is_input", "the output repeats the input")
    if instance.input.endswith(COLONS) or instance.output.endswith(COLONS):
        return Rejection("ends_with_colon", "the input or the output ends with a colon: something is missing")
    return None


def _of_prompt(instance: Instance, instruction: str, examples: Sequence[Mapping[str, Any]]) -> Rejection | None:
    """Where the instance is the prompt again, in whole or in part."""
    given, said = normalise(instance.input), normalise(instance.output)
    for text in (instruction, *(str(example["instruction"]) for example in examples)):
        stated = normalise(text)
        if len(stated) >= LONG_ENOUGH and (stated in given or stated in said):
            return Rejection("leaked_prompt", f"says a task of its prompt again: {text[:60]!r}")
    copied = any((normalise(one["input"]), normalise(one["output"])) == (given, said) for one in examples)
    return Rejection("copied_example", "the instance is an example of the prompt") if copied and given else None
