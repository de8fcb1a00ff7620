"""New tasks for `evol_instruct` out of the self-instruct grammar: whole ones, and small ones over added data.

Input and answer are drawn from a chance that the wording itself decides, so that whoever is asked for the answer later
can make both again and see that they belong together.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Protocol

from windrow.teachers.embedded import self_instruct_forms as forms
from windrow.teachers.embedded.self_instruct_families import FAMILIES, recognise
from windrow.teachers.embedded.self_instruct_frames import framed
from windrow.teachers.embedded.self_instruct_grammar import say
from windrow.teachers.embedded.self_instruct_material import material
from windrow.teachers.embedded.self_instruct_values import NUMBERS
from windrow.text.constraints import describe, find, problem
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.teachers.embedded.self_instruct_families import Task
    from windrow.teachers.embedded.self_instruct_grammar import Family, Work
    from windrow.teachers.embedded.self_instruct_material import Material
    from windrow.text.constraints import Entry

TRIES = 200
WORKS = 40
SMALL = ("sum", "spread", "mean", "convert", "days_between", "minutes_between", "pieces")


class Given(Protocol):
    """The task that a step starts from."""

    @property
    def input(self) -> str: ...
    @property
    def response(self) -> str: ...


def new_task(
    parent: Given, rng: random.Random, *, least: int, most: int, about: Sequence[str] = ()
) -> tuple[str, str] | None:
    """An instruction of `least` to `most` words with its input, about one of `about` or a phrase of the parent's."""
    source = _material(parent)
    for _ in range(TRIES):
        instruction = _stated(rng.choice(FAMILIES), source, rng, list(about))
        if least <= len(words(instruction)) <= most:
            made = _made(instruction, source)
            if made is not None:
                return instruction, made[0]
    return None


def worked(instruction: str, given: str, parent: Given) -> str:
    """The answer to a task that `new_task` made from `parent`, or ''."""
    made = _made(instruction, _material(parent))
    return made[1] if made is not None and made[0] == given else ""


def added_task(parent: Given, rng: random.Random) -> tuple[str, str]:
    """A question about data, and the data."""
    source = _material(parent)
    family = rng.choice([family for family in NUMBERS if family.name in SMALL])
    question = say(family, family.slots(source, rng), rng)
    return question, _data(question, source).input


def worked_data(question: str, given: str, parent: Given) -> str:
    """The answer to a question that `added_task` asked, or '' where the data is not there."""
    if recognise(question) is None:
        return ""
    work = _data(question, _material(parent))
    return work.text if given.endswith(work.input) else ""


def _data(question: str, source: Material) -> Work:
    task = recognise(question)
    if task is None:
        raise ValueError(question)
    return task.family.work(task.slots, source, random.Random(question), 4)


def _material(parent: Given) -> Material:
    return material([{"input": parent.input, "output": parent.response, "human": True}])


def _stated(family: Family, source: Material, rng: random.Random, about: list[str]) -> str:
    slots = family.slots(source, rng)
    entries: list[Entry] = []
    if not family.labels:
        entries = forms.choose(family, slots, rng)
    else:
        entries = [forms.labels_entry([slots[name] for name in family.labels])]
    asked = [describe(entry) for entry in entries]
    if family.result == "items" and not any(entry["id"] in (*forms.LISTS, "json_keys") for entry in entries):
        asked.insert(0, forms.WITH_COMMAS)
    task = say(family, slots, rng)
    if about:
        return framed(task, asked, rng.choice(about), rng, must=True)
    return framed(task, asked, rng.choice(source.phrases), rng)


def _made(instruction: str, source: Material) -> tuple[str, str] | None:
    """The input and the answer that belong to `instruction`, the same each time."""
    task, entries = recognise(instruction), find(instruction)
    if task is None:
        return None
    rng = random.Random(instruction)
    for _ in range(WORKS):
        work = _work(task, source, rng, entries)
        output = _written(task, work, entries, rng) if work is not None else ""
        if work is not None and output and not any(problem(entry, output) for entry in entries):
            return work.input, output
    return None


def _work(task: Task, source: Material, rng: random.Random, entries: list[Entry]) -> Work | None:
    size = rng.randrange(len(task.family.labels)) if task.family.labels else forms.size_of(entries, rng)
    try:
        return task.family.work(task.slots, source, rng, size)
    except ValueError:
        return None


def _written(task: Task, work: Work, entries: list[Entry], rng: random.Random) -> str:
    return work.text if task.family.labels else forms.written(work, entries, rng)
