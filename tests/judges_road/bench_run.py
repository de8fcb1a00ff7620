"""A run with judges as a user makes one: a config, a real server for each role, a run folder, the same again."""

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from windrow import Plan
from windrow.testing import FaultyServer
from windrow.testing.graders import honest_by

ONE_CALL = f"{Path(__file__).parents[2] / 'bench' / 'one_call.py'}:OneCall"
ONCE_EACH = f"{Path(__file__).with_name('once_each.py')}:OnceEach"
BAD = "by a door that nobody has ever seen"


def answers(share=0.3):
    """A teacher of whose answers about `share` are bad, in words that a judge can see."""

    def teacher(request, _number):
        digest = hashlib.sha256(request["messages"][-1]["content"].encode()).hexdigest()
        bad = int(digest[:8], 16) / 16**8 < share
        where = BAD if bad else f"for door {digest[6:12]}"
        return f"That parcel was last seen at depot {digest[:6]}, and it leaves {where} tomorrow."

    return teacher


def is_good(parts, _criterion=""):
    return BAD not in parts["output"]


TASK = {"use": "rubric", "criteria": ["task_adherence"]}
ONE = {"use": "rubric", "rubric": "one.yaml"}
QUESTION = """
name: one
description: Is it so
needs: [input, output]
criteria:
  - {id: goal, question: Does it reach its goal, critical: true, evidence: none}
"""
"""One question and no quotes: as cheap as a judge can be."""
honest = honest_by(is_good)
"""A judge who knows, and never errs."""


@dataclass
class Works:
    """Runs configs in one folder. A role keeps its server from run to run; `asked` counts what each role was asked in
    the last run, and `bodies` holds it."""

    folder: Path
    stack: ExitStack
    servers: dict = field(default_factory=dict)
    scripts: dict = field(default_factory=dict)
    asked: dict = field(default_factory=dict)
    events: list = field(default_factory=list)
    bodies: dict = field(default_factory=dict)
    question: str = QUESTION

    def plan(self, models, *, rows=20, items=2000, judges=(TASK,), **more):
        use = {"use": ONE_CALL, "items": items, **({"rows": rows} if rows else {}), **more.pop("recipe", {})}
        told = {"name": "judged", "models": models, "recipes": [use], "judges": list(judges), **more}
        return Plan.parse(told, base=self.folder)

    def models(self, scripts, **settings):
        """The `models:` of a config whose roles answer as `scripts` say."""
        for role, script in scripts.items():
            self.scripts[role] = script
            if role not in self.servers:
                server = FaultyServer(partial(self._said, role), keep=True, model=f"{role}-model")
                self.servers[role] = self.stack.enter_context(server)
        return {
            role: {
                "model": f"openai/{role}-1",
                "base_url": self.servers[role].url,
                "retries": 1,
                "terms": "a script of ours",
                **settings,
            }
            for role in scripts
        }

    def run(self, teacher=None, judge=honest, *, out="out", preview=None, roles=(), settings=None, **config):
        scripts = {"teacher": teacher or answers(), "judge": judge, **dict(roles)}
        (self.folder / "one.yaml").write_text(self.question, encoding="utf-8")
        plan = self.plan(self.models(scripts, **(settings or {})), **config)
        before = {role: server.requests for role, server in self.servers.items()}
        self.events.clear()
        try:
            if preview:
                return plan.preview(self.folder / out, rows=preview, listener=self.events.append)
            return plan.run(self.folder / out, listener=self.events.append)
        finally:
            self.asked = {role: server.requests - before[role] for role, server in self.servers.items()}
            self.bodies = {role: server.bodies[before[role] :] for role, server in self.servers.items()}

    def _said(self, role, request, number):
        return self.scripts[role](request, number)


def counts(run):
    told = {}
    for (_, status), count in run.counts().items():
        told[status] = told.get(status, 0) + count
    return told


def why(run):
    return [stage.why for stage in run.ended()]


def verdicts(run, **which):
    return [verdict for stored in run.rows(**which) for verdict in stored.row.verdicts if verdict.kind == "judge"]


def judged(run):
    """What the stage noted of each of its judges."""
    with run.ledger() as ledger:
        return [event.data for event in ledger.events() if event.kind == "judged"]
