"""A small plant to run: one recipe, one template, a ledger in a temporary folder, and any teacher."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from one_call import OneCall, OneCallOptions

from windrow import prompts
from windrow.engine.cast import Cast
from windrow.engine.drive import Stage, drive
from windrow.flow.checks.hygiene import Hygiene
from windrow.flow.checks.shape import Shape
from windrow.ledger.sqlite import SQLiteLedger


@dataclass
class Works:
    """Runs `one_call` in one folder, as often as asked, and keeps the events of the last run."""

    folder: Path
    events: list = field(default_factory=list)

    def run(self, teacher, *, items=100, target=None, filters=(), recipe=None, templates=None, max_candidates=None):
        recipe = recipe or OneCall(OneCallOptions(items=items), base=self.folder)
        stage = Stage(
            name=recipe.name,
            recipe=recipe,
            target=target,
            max_candidates=max_candidates,
            sources=(),
            checks=tuple(kind(kind.options_type(), base=self.folder) for kind in (Shape, Hygiene)),
            filters=tuple(filters),
            templates=templates or prompts.collect(OneCall, "one_call", {}),
            cast=Cast({"teacher": [(teacher, 1.0)]}),
        )
        self.events.clear()
        ledger = self.ledger()
        try:
            return asyncio.run(self._run(stage, ledger, teacher))[0]
        finally:
            ledger.close()

    async def _run(self, stage, ledger, teacher):
        ledger.begin()
        try:
            told = await drive([stage], ledger, folder=self.folder / "scratch", listener=self.events.append, wait=0.0)
            await ledger.finish()
            return told
        finally:
            await teacher.close()

    def ledger(self, **how):
        return SQLiteLedger.open(self.folder / "ledger.sqlite", **how)

    def rows(self, **which):
        ledger = self.ledger(readonly=True)
        try:
            return list(ledger.rows(**which))
        finally:
            ledger.close()

    def counts(self):
        ledger = self.ledger(readonly=True)
        try:
            return {status: count for (_, status), count in ledger.counts().items()}
        finally:
            ledger.close()


@pytest.fixture
def works(tmp_path):
    return Works(tmp_path)
