"""A wave loop in thirty lines, for driving the recipe without the engine, and two ways to answer it."""

import asyncio
from itertools import islice
from pathlib import Path

from windrow.flow.recipes.self_instruct import SelfInstruct, SelfInstructOptions
from windrow.flow.seeds.rows import RowSeedOptions, RowSeeds
from windrow.row import Message, Row
from windrow.shapes import Answer, Seed
from windrow.teachers.base import Request
from windrow.teachers.embedded.procedural import Procedural

EXAMPLE = Path(__file__).parents[2] / "examples" / "support" / "seeds.jsonl"


def example_seeds():
    return list(RowSeeds(RowSeedOptions(path=EXAMPLE.name), base=EXAMPLE.parent).read())


def seed(instruction, given="", output="ok", **known):
    reference = {"instruction": instruction, "input": given, "output": output, **known}
    asked = f"{instruction}\n\n{given}" if given else instruction
    row = Row("sft", messages=(Message("user", asked), Message("assistant", output)), reference=reference)
    return Seed(row.id, row, "seeds.jsonl", row.id)


def opened(seeds, **options):
    recipe = SelfInstruct(SelfInstructOptions(**options), base=Path())
    recipe.open(seeds, Path())
    return recipe


class Scripted:
    """An Ask that answers with `answer(label, variables)`: text, an Answer, or an exception to raise."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    async def __call__(self, label, *, schema=None, tools=(), role=None, **variables):
        self.asked.append((label, variables))
        await asyncio.sleep(0)
        said = self.answer(label, variables)
        if isinstance(said, Exception):
            raise said
        return said if isinstance(said, Answer) else Answer(said, "scripted")


class Embedded:
    """An Ask of the embedded teacher, over the bytes that it would be sent."""

    def __init__(self):
        self.teacher = Procedural()

    async def __call__(self, label, *, schema=None, tools=(), role=None, **variables):
        request = Request(f"self_instruct/{label}", variables, ())
        return self.teacher.decode(await self.teacher.send(self.teacher.encode(request), request))


def grown(recipe, item, ask):
    """The rows of one item."""

    async def collect():
        return [row async for row in recipe.grow(item, ask)]

    return asyncio.run(collect())


def drive(recipe, ask, *, waves, checks=(), filters=()):
    """Waves of the given sizes: (accepted, rejected), both in item order; a rejected row's last verdict says why."""
    accepted, rejected = [], []
    for wave, size in enumerate(waves):
        for item in islice(recipe.plant(tuple(accepted), wave), size):
            for row in grown(recipe, item, ask):
                judged = _judged(row, checks, filters)
                (rejected if judged.failed else accepted).append(judged)
    return accepted, rejected


def _judged(row, checks, filters):
    if row.failed:
        return row
    for check in checks:
        row = row.with_verdicts(check.check(row))
        if row.failed:
            return row
    for sieve in filters:
        row = row.with_verdicts(sieve.admit(row))
        if row.failed:
            return row
    for sieve in filters:
        sieve.keep(row)
    return row
