"""New tasks for `evol_instruct` out of the self-instruct grammar: whole ones, and small ones over added data.

Input and answer are drawn from a chance that the wording and the parent decide, so that whoever is asked for the
answer later can make both again and see that they belong together.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from windrow.teachers.embedded import self_instruct_forms as forms
from windrow.teachers.embedded.self_instruct_families import FAMILIES, recognise
from windrow.teachers.embedded.self_instruct_frames import framed
from windrow.teachers.embedded.self_instruct_grammar import say
from windrow.teachers.embedded.self_instruct_material import FEWEST, STOCK_WORDS, material
from windrow.teachers.embedded.self_instruct_values import NUMBERS
from windrow.text.constraints import describe, find, problem
from windrow.text.content_words import STOP
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
            made = _made(instruction, parent)
            if made is not None:
                return instruction, made[0]
    return None


def worked(instruction: str, given: str, parent: Given) -> str:
    """The answer to a task that `new_task` made from `parent`, or ''."""
    made = _made(instruction, parent)
    return made[1] if made is not None and made[0] == given else ""


def added_task(parent: Given, rng: random.Random) -> tuple[str, str]:
    """A question about data, and the data."""
    source = _material(parent)
    family = rng.choice([family for family in NUMBERS if family.name in SMALL])
    question = say(family, family.slots(source, rng), rng)
    return question, _data(question, parent).input


def worked_data(question: str, given: str, parent: Given) -> str:
    """The answer to a question that `added_task` asked, or '' where the data is not there."""
    if recognise(question) is None:
        return ""
    work = _data(question, parent)
    return work.text if given.endswith(work.input) else ""


def _data(question: str, parent: Given) -> Work:
    task = recognise(question)
    if task is None:
        raise ValueError(question)
    return task.family.work(task.slots, _material(parent), _chance(question, parent), 4)


def _material(parent: Given) -> Material:
    """What the parent offers, little words left out: they make poor entries of a table or a list."""
    found = material([{"input": parent.input, "output": parent.response, "human": True}])
    telling = tuple(word for word in found.words if word not in STOP)
    return replace(found, words=telling if len(telling) >= FEWEST else tuple(dict.fromkeys((*telling, *STOCK_WORDS))))


def _chance(wording: str, parent: Given) -> random.Random:
    return random.Random(f"{wording}\0{parent.input}\0{parent.response}")


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


def _made(instruction: str, parent: Given) -> tuple[str, str] | None:
    """The input and the answer that belong to `instruction`, the same each time."""
    task, entries = recognise(instruction), find(instruction)
    if task is None:
        return None
    source, rng = _material(parent), _chance(instruction, parent)
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
