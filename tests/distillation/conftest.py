"""Runs the recipe through the front door: questions in a file, a server for each role, a plan, a run folder."""

import json
from contextlib import ExitStack

import pytest

from front_door import Grown
from windrow import Plan
from windrow.testing import FaultyServer


class Cast:
    """A server for each role, the same one in every run of a test, whatever the script that plays it."""

    def __init__(self):
        self.stack = ExitStack()
        self.servers = {}
        self.scripts = {}

    def reached(self, role, script):
        self.scripts[role] = script
        if role not in self.servers:
            self.servers[role] = self.stack.enter_context(
                FaultyServer(self.playing(role), keep=True, model=f"{role}-1")
            )
        return {"model": f"openai/{role}", "base_url": self.servers[role].url, "retries": 0}

    def playing(self, role):
        def answer(body, number):
            return self.scripts[role](body, number)

        return answer


@pytest.fixture
def distil(tmp_path):
    """distil(questions, script of the teacher, student=script, **knobs): the rows, through HTTP."""
    cast = Cast()

    def distil(questions, teacher, *, student=None, out="out", rows=None, checks=(), exports=(), seeds=None, **knobs):
        path = tmp_path / "questions.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in questions), encoding="utf-8")
        scripts = {"teacher": teacher, **({"student": student} if student else {})}
        models = {role: one if isinstance(one, str) else cast.reached(role, one) for role, one in scripts.items()}
        before = {role: len(server.bodies) for role, server in cast.servers.items()}
        config = {
            "name": "traces",
            "seeds": [{"use": "rows", "path": str(path), **(seeds or {})}],
            "models": models,
            "recipes": [{"use": "distillation", **({"rows": rows} if rows else {}), **knobs}],
            "checks": list(checks),
            "exports": list(exports),
            "terms": {"acknowledged": True},
        }
        run = Plan.parse(config, base=tmp_path).run(tmp_path / out)
        return Grown(run, {role: server.bodies[before[role] :] for role, server in cast.servers.items()})

    with cast.stack:
        yield distil
