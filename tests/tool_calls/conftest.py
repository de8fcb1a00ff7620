"""Runs the recipe through the front door: catalogues, a model behind HTTP or the embedded one, a run folder."""

import functools
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from desk_model import answer

from windrow import Plan
from windrow.testing import FaultyServer

DESK = ({"use": "tools", "backend": "support"},)
PACKAGED = tuple({"use": "tools", "backend": name} for name in ("support", "calendar", "files"))


@dataclass
class Grown:
    """What came of a run, and what was asked over HTTP."""

    run: object
    asked: list = field(default_factory=list)

    def rows(self, status="accepted"):
        return [stored.row for stored in self.run.rows(status=status)]

    @property
    def refused(self):
        return [(stored.by, stored.reason) for stored in self.run.rows(status="rejected")]

    @property
    def reasons(self):
        return {reason: count for _, _, reason, count in self.run.reasons()}


def grown(folder, *, seeds=DESK, agent=None, script=None, teacher=None, rows=None, out="out", exports=(), **knobs):
    """The rows of a run in `folder`, of a model behind HTTP whose assistant is spoilt by `agent`, or of `teacher`."""
    use = {"use": "tool_calls", **({"rows": rows} if rows else {}), **knobs}
    config = {"name": "traces", "seeds": list(seeds), "recipes": [use], "exports": list(exports)}
    if teacher:
        return Grown(Plan.parse({**config, "models": {"teacher": teacher}}, base=folder).run(folder / out))
    with FaultyServer(script or functools.partial(answer, agent=agent), keep=True) as server:
        model = {"model": "openai/any", "base_url": server.url, "retries": 0}
        run = Plan.parse({**config, "models": {"teacher": model}}, base=folder).run(folder / out)
        return Grown(run, list(server.bodies))


@pytest.fixture
def grow(tmp_path):
    """grow(**what): the rows of a run in a folder of its own."""
    return functools.partial(grown, tmp_path)


@pytest.fixture(scope="session")
def embedded():
    """The rows that the embedded teacher grows over all packaged backends, grown once."""
    with tempfile.TemporaryDirectory() as folder:
        yield grown(Path(folder), seeds=PACKAGED, teacher="embedded/procedural", traces_per_tool=4)
