"""Runs the recipe through the front door: seeds in a file, a server for each role, a plan, a run folder."""

import json
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from windrow import Plan
from windrow.testing import FaultyServer


@dataclass
class Grown:
    """What came of a run, and what each role was asked."""

    run: object
    asked: dict = field(default_factory=dict)

    def rows(self, status="accepted"):
        return [stored.row for stored in self.run.rows(status=status)]

    @property
    def reasons(self):
        return {reason for _, _, reason, _ in self.run.reasons()}


@pytest.fixture
def grow(tmp_path):
    """grow(seeds, {role: a script, or an address}, **knobs of the recipe): the rows, through HTTP."""

    def grow(seeds, models, *, rows=6, exports=(), splits=None, **knobs):
        path = tmp_path / "seeds.jsonl"
        path.write_text("".join(json.dumps(seed) + "\n" for seed in seeds), encoding="utf-8")
        with ExitStack() as servers:
            reached, started = {}, {}
            for role, script in models.items():
                if isinstance(script, str):
                    reached[role] = script
                    continue
                started[role] = servers.enter_context(FaultyServer(script, keep=True, model=f"{role}-model"))
                reached[role] = {"model": f"openai/{role}", "base_url": started[role].url, "retries": 0}
            config = {
                "name": "talks",
                "seeds": [{"use": "rows", "path": str(path)}],
                "models": reached,
                "recipes": [{"use": "conversations", "rows": rows, **knobs}],
                "exports": list(exports),
                **({"splits": splits} if splits else {}),
            }
            run = Plan.parse(config, base=tmp_path).run(tmp_path / "out")
            return Grown(run, {role: list(server.bodies) for role, server in started.items()})

    return grow
