"""The embedded answers for `evol_instruct`: steps whose answers can be computed, on top of what a person answered.

A step adds or tightens a constraint, asks for one thought more about the given text or the answer, adds data with a
question about it, or is another task of the self-instruct grammar. Before a step is proposed its answer is written and
checked, so that what is asked for can be given. Where nothing fits, the step is refused and another is drawn.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from windrow.errors import AnswerFailure
from windrow.shapes import Answer
from windrow.teachers.embedded.evol_instruct_hops import ADDED, DATA, HOPS, hops_in
from windrow.teachers.embedded.evol_instruct_tasks import added_task, new_task, worked, worked_data
from windrow.teachers.embedded.evol_instruct_writing import cased, core_of, without_last_lines, written
from windrow.text.constraint_conflicts import conflict
from windrow.text.constraint_draws import draw, shape_of, suits
from windrow.text.constraints import describe, find, problem
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from windrow.text.constraints import Entry

VERSION = 2
MODEL = "procedural"
TRIES = 24
NAMES = ("Amara", "Björn", "Chidi", "Dana", "Elif", "Farid", "Grace", "Hana", "Ivo", "Jun", "Kofi", "Mei", "Tomas")
CITIES = ("Aarhus", "Bilbao", "Cork", "Dresden", "Espoo", "Faro", "Ghent", "Haarlem", "Izmir", "Jaipur", "Kyoto")
MOST_HOPS = 3
A_FEW, SHORT = 3, 8
OPENINGS = "|".join({re.escape(hop.sentence[:18]) for hop in HOPS} | {re.escape(ADDED)})
QUESTION = re.compile(rf"{re.escape(ADDED)} (.+?)(?=\Z|{OPENINGS})")
TIGHTENED: Mapping[str, float] = {"words_max": 0.85, "chars_max": 0.85, "sentence_words_max": 0.85, "words_min": 1.2,
                                  "letter_least": 1.2}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it stands before a step, with its answer."""

    instruction: str
    input: str
    response: str

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Task:
        return cls(told["instruction"], told["input"], told["response"])


def evolve(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """The instruction, a step harder (or easier), where its answer can be written."""
    task = _english(variables)
    proposals = STEPS[variables["operator"]](task, rng)
    for instruction in proposals:
        added = len(words(instruction)) - len(words(task.instruction))
        if added <= int(variables["words"]) and _answered(task, instruction, task.input):
            return Answer(instruction, MODEL)
    raise _unsupported("no change of this kind was found whose answer can be written", task.instruction)


def complicate_input(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """The task with data behind its input and a question about it."""
    task = _english(variables)
    for _ in range(TRIES):
        question, data = added_task(task, rng)
        instruction, given = f"{_ended(task.instruction)} {ADDED} {question}", f"{task.input}\n\n{DATA}\n{data}".strip()
        longer = len(words(instruction)) - len(words(task.instruction)), len(words(given)) - len(words(task.input))
        fits = longer[0] <= int(variables["words"]) and longer[1] <= int(variables["input_words"])
        if fits and _answered(task, instruction, given):
            return Answer(orjson.dumps({"instruction": instruction, "input": given}).decode(), MODEL)
    raise _unsupported("no data was found that a question can be asked about", task.instruction)


def breadth(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """Another task over words and phrases of this one."""
    task = _english(variables)
    leaf = variables.get("leaf") or {}
    found = new_task(task, rng, least=int(variables["least"]), most=int(variables["most"]), about=list(leaf.values()))
    if found is None:
        raise _unsupported("no task of this length can be stated and computed", task.instruction)
    return Answer(orjson.dumps({"instruction": found[0], "input": found[1]}).decode(), MODEL)


def respond(variables: Mapping[str, Any], rng: random.Random) -> Answer:  # noqa: ARG001 - the task decides
    """The answer, made of the parent's."""
    instruction, given, task = variables["instruction"], variables["input"], Task.of(variables["parent"])
    if variables["operator"] == "breadth":
        text = worked(instruction, given, task)
    else:
        text = _answered(task, instruction, given)
    if not text:
        raise _unsupported("the parent's answer cannot be brought into the form that is asked for", instruction)
    return Answer(text, MODEL)


def _english(variables: Mapping[str, Any]) -> Task:
    """The task before the step. Raises AnswerFailure for one in another language: what is put behind it is English."""
    task = Task.of(variables)
    if not suits(task.instruction, ""):
        raise _unsupported("it speaks English, and this task does not", task.instruction)
    return task


def _answered(task: Task, instruction: str, given: str) -> str:
    """The answer to `task` after a step that led to `instruction`, or ''. The same for the same words."""
    if not task.response:
        return ""
    rng = random.Random(instruction)
    entries, before = find(instruction), find(task.instruction)
    if conflict(entries):
        return ""
    body, lines = without_last_lines(task.response, len(_askings(task.instruction)))
    below = len(_askings(instruction))
    if entries != before:
        body = written(core_of(body, before), [_above(entry, below) for entry in entries], rng)
    if not body:
        return ""
    last = list(_lines(task, instruction, given, body, lines, entries))
    text = "\n".join((body, *last))
    return text if all(last) and not any(problem(entry, text) for entry in entries) else ""


def _above(entry: Entry, below: int) -> Entry:
    """What `entry` asks of the part of the answer that has `below` lines below it."""
    if entry["id"] != "lines":
        return entry
    return {"id": "lines", "kwargs": {"n": max(1, entry["kwargs"]["n"] - below)}}


def _lines(task: Task, instruction: str, given: str, body: str, old: list[str], entries: list[Entry]) -> Iterator[str]:
    """The lines below the answer, in the order asked for. What does not hang on the answer is taken over."""
    asked = {entry["id"]: entry["kwargs"] for entry in entries}
    kept = dict(zip(_askings(task.instruction), old, strict=False))
    for asking in _askings(instruction):
        hop = next((hop for hop in HOPS if hop.sentence == asking), None)
        if hop is not None and hop.of == "answer":
            yield cased(hop.line(body), asked)
        elif asking in kept:
            yield cased(kept[asking], asked)
        else:
            yield cased(hop.line(given) if hop is not None else worked_data(asking, given, task), asked)


def _askings(instruction: str) -> list[str]:
    """What is asked for below the answer: sentences of hops, and questions about added data."""
    for entry in find(instruction):
        instruction = instruction.replace(describe(entry), "")
    bare = " ".join(instruction.split())
    places = [(bare.find(hop.sentence), hop.sentence) for hop in hops_in(bare)]
    places += [(mark.start(), mark[1].strip()) for mark in QUESTION.finditer(bare)]
    return [text for _, text in sorted(places)]


def _constraints(task: Task, rng: random.Random) -> Iterator[str]:
    """A constraint or two more."""
    if not suits(task.instruction, task.response):
        return
    held = find(task.instruction)
    for _ in range(TRIES):
        drawn = draw(shape_of(task.response), held, rng, most=2, words_left=20)
        if drawn:
            yield f"{_ended(task.instruction)} {' '.join(map(describe, drawn))}"


def _concretised(task: Task, rng: random.Random) -> Iterator[str]:
    """A limit drawn tighter, or a particular reader."""
    held = find(task.instruction)
    for entry in rng.sample(held, len(held)):
        factor = TIGHTENED.get(entry["id"])
        if factor is not None:
            tighter: Entry = {"id": entry["id"], "kwargs": {**entry["kwargs"], "n": int(entry["kwargs"]["n"] * factor)}}
            if tighter != entry and describe(entry) in task.instruction:
                yield task.instruction.replace(describe(entry), describe(tighter))
    for _ in range(TRIES // 2):
        who = f"{rng.choice(NAMES)} in {rng.choice(CITIES)}"
        forms = [("starts_with", f"For {who}:"), ("postscript", f"P.S. for {who}:")]
        if shape_of(task.response).prose:  # a letter to somebody; a label or a list would make a poor one
            forms += [("starts_with", f"Dear {who},"), ("ends_with", f"Yours, {who}")]
        form, text = rng.choice(forms)
        yield f"{_ended(task.instruction)} {describe({'id': form, 'kwargs': {'text': text}})}"


def _hopped(*of: str) -> Callable[[Task, random.Random], Iterator[str]]:
    def proposals(task: Task, rng: random.Random) -> Iterator[str]:
        known = {hop.kind for hop in hops_in(task.instruction)}
        if len(_askings(task.instruction)) >= MOST_HOPS:
            return
        for source in of:
            text = task.input if source == "input" else task.response
            usable = [hop for hop in HOPS if hop.of == source and text and hop.kind not in known and hop.line(text)]
            kinds = sorted({hop.kind for hop in usable})
            for kind in rng.sample(kinds, len(kinds)):
                hop = rng.choice([hop for hop in usable if hop.kind == kind])
                yield from _with_a_constraint(task, f"{_ended(task.instruction)} {hop.sentence}", rng)

    return proposals


def _with_a_constraint(task: Task, instruction: str, rng: random.Random) -> Iterator[str]:
    """The instruction with a short constraint, where it has none that a program can check; then without."""
    if not find(instruction) and suits(task.instruction, task.response):
        for _ in range(A_FEW):
            drawn = draw(shape_of(task.response), [], rng, most=1, words_left=SHORT)
            yield " ".join((instruction, *map(describe, drawn)))
    yield instruction


def _simplified(task: Task, rng: random.Random) -> Iterator[str]:
    """One constraint less."""
    held = find(task.instruction)
    for entry in rng.sample(held, len(held)):
        yield " ".join(task.instruction.replace(describe(entry), "").split())


def _ended(instruction: str) -> str:
    head = instruction.rstrip().rstrip(":;,：；，")
    return head if head.rstrip("\"'”’»)」』")[-1:] in ".!?…。！？।؟" else f"{head}."


STEPS: Mapping[str, Callable[[Task, random.Random], Iterator[str]]] = {
    "constraints": _constraints,
    "concretise": _concretised,
    "deepen": _hopped("answer"),
    "reasoning": _hopped("input", "answer"),
    "simplify": _simplified,
}


def _unsupported(what: str, instruction: str) -> AnswerFailure:
    return AnswerFailure(what, kind="unsupported", evidence=instruction)
