"""Grows rag_qa rows over real files: the embedded teacher behind the smallest possible ask, no engine."""

import asyncio
from dataclasses import dataclass, field

from windrow.errors import RowFailure
from windrow.flow.recipes.rag_qa import RagOptions, RagQA
from windrow.flow.seeds.documents import DocumentOptions, DocumentSeeds
from windrow.teachers import structured
from windrow.teachers.base import Request
from windrow.teachers.embedded.procedural import Procedural


class EmbeddedAsk:
    """Asks the embedded teacher, and keeps what was asked."""

    def __init__(self):
        self.teacher = Procedural()
        self.asked = []

    async def __call__(self, label, *, schema, tools=(), role=None, **variables):
        request = Request(f"rag_qa/{label}", variables, (), schema=structured.schema_of(schema))
        body = self.teacher.encode(request)
        self.asked.append(body)
        return structured.parse(schema, self.teacher.decode(await self.teacher.send(body, request)).text)


class SaidAsk:
    """Answers with what the test says, by template."""

    def __init__(self, **said):
        self.said = said
        self.asked = []

    async def __call__(self, label, *, schema, tools=(), role=None, **variables):
        self.asked.append((label, variables))
        return schema(**self.said[label])


@dataclass
class Grown:
    """What came of a corpus."""

    rows: list = field(default_factory=list)
    refused: list = field(default_factory=list)
    failed: list = field(default_factory=list)
    asked: dict = field(default_factory=dict)  # item -> requests
    chunks: dict = field(default_factory=dict)
    seeds: DocumentSeeds = None


def grow_folder(folder, base, *, ask=None, chunk=None, **options):
    """Every item of a folder of documents, grown."""
    given = {"path": str(folder), **({"chunk": chunk} if chunk else {})}
    seeds = DocumentSeeds(DocumentOptions(**given), base=base)
    recipe = RagQA(RagOptions(**options), base=base)
    grown = Grown(seeds=seeds, chunks={seed.payload.id: seed.payload for seed in seeds.read()})
    recipe.open(seeds.read(), base / "scratch")
    try:
        asyncio.run(_grow(recipe, grown, ask))
    finally:
        recipe.close()
    return grown


async def _grow(recipe, grown, ask):
    for item in recipe.plant([], 0):
        asking = ask or EmbeddedAsk()
        try:
            async for row in recipe.grow(item, asking):
                (grown.refused if row.failed else grown.rows).append(row)
        except RowFailure as failure:
            grown.failed.append(failure.kind)
        grown.asked[item.key] = list(asking.asked)
