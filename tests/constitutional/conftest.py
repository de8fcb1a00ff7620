"""Grows constitutional rows over real seed files: any answerer behind the smallest possible ask, no engine."""

import asyncio
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from windrow import prompts
from windrow.errors import RowFailure
from windrow.flow.recipes.constitutional import Constitutional, ConstitutionalOptions
from windrow.flow.seeds.rows import RowSeedOptions, RowSeeds
from windrow.shapes import Answer
from windrow.teachers import structured
from windrow.teachers.base import Request
from windrow.teachers.embedded.procedural import Procedural

TEMPLATES = prompts.collect(Constitutional, "constitutional", {})


class SaidAsk:
    """Answers with what the test says by template: a text, a mapping, a RowFailure, or a function of the variables."""

    def __init__(self, said, asked):
        self.said = said
        self.asked = asked

    async def __call__(self, label, *, schema=None, tools=(), role=None, **variables):
        self.asked.append((label, variables, TEMPLATES[label].render(variables)))
        said = self.said[label]
        said = said(variables) if callable(said) else said
        if isinstance(said, RowFailure):
            raise said
        return schema(**said) if schema is not None else Answer(said, "said")


class EmbeddedAsk:
    """Asks the embedded teacher."""

    def __init__(self, asked):
        self.teacher = Procedural()
        self.asked = asked

    async def __call__(self, label, *, schema=None, tools=(), role=None, **variables):
        wanted = structured.schema_of(schema) if schema is not None else None
        request = Request(f"constitutional/{label}", variables, TEMPLATES[label].render(variables), schema=wanted)
        body = self.teacher.encode(request)
        self.asked.append((label, variables, request.messages))
        answer = self.teacher.decode(await self.teacher.send(body, request))
        return structured.parse(schema, answer.text) if schema is not None else answer


@dataclass
class Grown:
    """What came of some prompts."""

    rows: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    failed: list = field(default_factory=list)
    audit: object = None

    @property
    def examples(self):
        return [row for row in self.rows if row.kind == "sft" and row.failed is None]

    @property
    def pairs(self):
        return [row for row in self.rows if row.kind == "preference"]

    @property
    def reasons(self):
        return [row.failed.reason for row in self.rows if row.failed is not None]


async def _grow(recipe, grown, said):
    for item in recipe.plant((), 0):
        ask = EmbeddedAsk(grown.asked) if said is None else SaidAsk(said, grown.asked)
        try:
            grown.rows += [row async for row in recipe.grow(item, ask)]
        except RowFailure as failure:
            grown.failed.append(failure.kind)


@pytest.fixture
def grow(tmp_path):
    """Grows every prompt: a list of (class, prompt) or of mappings. Without `said`, the embedded teacher answers."""

    def grow(asked, said=None, **options):
        records = [one if isinstance(one, dict) else {"class": one[0], "prompt": one[1]} for one in asked]
        path = tmp_path / "prompts.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        seeds = RowSeeds(RowSeedOptions(path=path.name, prompts=True), base=tmp_path)
        recipe = Constitutional(ConstitutionalOptions(**options), base=tmp_path)
        grown = Grown()
        scratch = tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        try:
            recipe.open(seeds.read(), scratch)
            asyncio.run(_grow(recipe, grown, said))
        finally:
            recipe.close()
        grown.audit = recipe.audit(grown.rows)
        return grown

    return grow


@pytest.fixture(scope="session")
def windrow():
    """The installed command."""
    return str(Path(sys.executable).with_name("windrow"))
