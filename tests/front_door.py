"""Runs a recipe as a user does: seeds in a file, a real server for each role, a plan, a run folder."""

import json
from contextlib import ExitStack
from dataclasses import dataclass, field

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
    def pairs(self):
        return [row for row in self.rows() if row.kind == "preference"]

    @property
    def reasons(self):
        return {reason: count for _, _, reason, count in self.run.reasons()}


def grown(folder, seeds, models, use, *, out="out", **config):
    """The rows that `use`, a recipe and its knobs, grows. `models` maps a role to a script, or to an address."""
    path = folder / "seeds.jsonl"
    path.write_text("".join(json.dumps(seed) + "\n" for seed in seeds), encoding="utf-8")
    with ExitStack() as servers:
        reached, started = {}, {}
        for role, script in models.items():
            if isinstance(script, str):
                reached[role] = script
                continue
            started[role] = servers.enter_context(FaultyServer(script, keep=True, model=f"{role}-model"))
            reached[role] = {"model": f"openai/{role}", "base_url": started[role].url, "retries": 0}
        told = {"name": "grown", "seeds": [{"use": "rows", "path": str(path)}], "models": reached, "recipes": [use]}
        told["terms"] = {"acknowledged": True}  # scripted models have none
        run = Plan.parse({**told, **config}, base=folder).run(folder / out)
        return Grown(run, {role: list(server.bodies) for role, server in started.items()})
