"""The embedded answers for `self_instruct`: tasks whose answers are computed, over words and texts of the user's own.

The tasks come of a grammar, so that an instruction made here can be known again by its words and worked out by
program. Each asks for one to three things that can be checked; the answer is written to obey them, and is checked to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from windrow.errors import AnswerFailure
from windrow.shapes import Answer
from windrow.teachers.embedded import self_instruct_forms as forms
from windrow.teachers.embedded.self_instruct_families import FAMILIES, recognise
from windrow.teachers.embedded.self_instruct_frames import framed
from windrow.teachers.embedded.self_instruct_grammar import say
from windrow.teachers.embedded.self_instruct_material import material
from windrow.text.constraints import describe, find, problem

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from windrow.teachers.embedded.self_instruct_families import Task
    from windrow.teachers.embedded.self_instruct_grammar import Family, Work
    from windrow.teachers.embedded.self_instruct_material import Material

VERSION = 1
MODEL = "procedural"
CLASSIFYING = 0.3  # the share of classifications; the original's seeds have 15 %, its generated tasks more
NAMING_LABELS = 0.5
TRIES = 40


def instructions(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """As many tasks as are asked for, each of another family."""
    source = material(variables["exemplars"])
    labelling = [family for family in FAMILIES if family.labels]
    working = [family for family in FAMILIES if not family.labels]
    wanted = int(variables["count"])
    classifying = sum(rng.random() < CLASSIFYING for _ in range(wanted))
    chosen = [*_dealt(labelling, classifying, rng), *_dealt(working, wanted - classifying, rng)]
    rng.shuffle(chosen)
    about = tuple(str(value) for value in (variables.get("leaf") or {}).values())
    return _json([_instruction(family, source, rng, about) for family in chosen])


def classify(variables: Mapping[str, Any], rng: random.Random) -> Answer:  # noqa: ARG001 - the instruction decides
    """Whether the task chooses between labels."""
    return Answer("Yes" if _known(variables["instruction"]).family.labels else "No", MODEL)


def instance(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """Inputs made for the task, with their computed outputs."""
    instruction = variables["instruction"]
    task, source = _known(instruction), material(variables["examples"])
    found: dict[str, str] = {}
    for _ in range(TRIES):
        if len(found) == int(variables["count"]):
            break
        pair = _worked(task, instruction, source, rng)
        if pair:
            found.setdefault(*pair)
    if not found:
        raise _unsupported("no input was found that lets an answer obey all of its constraints", instruction)
    return _json([{"input": given, "output": output} for given, output in found.items()])


def classification_instance(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """For each label an input to which the rule gives it."""
    instruction = variables["instruction"]
    task, source = _known(instruction), material(variables["examples"])
    found = []
    for aim, slot in enumerate(task.family.labels[: int(variables["count"])]):
        label = task.slots[slot]
        works = (_made(task, source, rng, aim) for _ in range(TRIES))
        fitting = next((work for work in works if work is not None and work.text == label), None)
        if fitting is None:
            raise _unsupported(f"no input was found for the label {label!r}", instruction)
        found.append({"label": label, "input": fitting.input})
    return _json(found)


def _dealt(families: list[Family], count: int, rng: random.Random) -> list[Family]:
    """`count` families, all of them once before any comes again."""
    rounds = -(-count // len(families))
    return [family for _ in range(rounds) for family in rng.sample(families, len(families))][:count]


def _instruction(family: Family, source: Material, rng: random.Random, about: tuple[str, ...]) -> str:
    slots = family.slots(source, rng)
    if family.labels:
        entries = [forms.labels_entry([slots[name] for name in family.labels])] if rng.random() < NAMING_LABELS else []
    else:
        entries = forms.choose(family, slots, rng)
    asked = [describe(entry) for entry in entries]
    if family.result == "items" and not any(entry["id"] in (*forms.LISTS, "json_keys") for entry in entries):
        asked.insert(0, forms.WITH_COMMAS)
    phrase = rng.choice(about or source.phrases)
    return framed(say(family, slots, rng), asked, phrase, rng, must=bool(about))


def _worked(task: Task, instruction: str, source: Material, rng: random.Random) -> tuple[str, str] | None:
    """An input and its output; None where this one cannot obey the constraints."""
    entries = find(instruction)
    work = _made(task, source, rng, forms.size_of(entries, rng))
    if work is None:
        return None
    output = forms.written(work, entries, rng)
    return (work.input, output) if not any(problem(entry, output) for entry in entries) else None


def _made(task: Task, source: Material, rng: random.Random, size: int) -> Work | None:
    """An input with its answer; None where the numbers of the task leave nothing to choose from."""
    try:
        return task.family.work(task.slots, source, rng, size)
    except ValueError:
        return None


def _known(instruction: str) -> Task:
    task = recognise(instruction)
    if task is None:
        raise _unsupported("no rule works out this task: the embedded teacher does its own tasks only", instruction)
    return task


def _unsupported(what: str, instruction: str) -> AnswerFailure:
    return AnswerFailure(what, kind="unsupported", evidence=instruction)


def _json(value: Any) -> Answer:  # noqa: ANN401 - any JSON value
    return Answer(orjson.dumps(value).decode(), MODEL)
