"""A folder in which rows are grown by several models, as a user does it: a config, a server for each, the command."""

import json
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from windrow import Plan
from windrow.testing import FaultyServer

WINDROW = Path(sys.executable).parent / "windrow"
FREE, RESTRICTED, UNKNOWN = "openai/Qwen/Qwen3-8B", "openai/gpt-5", "openai/our-own-model"
RECIPE = '''
from windrow import Lineage, Message, Recipe, Row, Seed


def row(question, answer, **lineage):
    return Row(
        kind="sft", messages=(Message("user", question), Message("assistant", answer)), lineage=Lineage(**lineage)
    )


class Echo(Recipe):
    """Asks the teacher about each of forty doors."""

    name = "echo"
    takes = ""
    checks = ("shape",)
    filters = ()

    def plant(self, accepted, wave):
        for number in range(40):
            yield Seed(key=str(number), payload=number)

    async def grow(self, seed, ask):
        answer = await ask("say", question=f"Where is door {seed.payload}?")
        yield row(f"Where is door {seed.payload}?", answer.text)


class Both(Echo):
    """Asks the teacher, and then a second model to mend it."""

    name = "both"

    async def grow(self, seed, ask):
        question = f"Where is door {seed.payload}?"
        answer = await ask("say", question=question)
        mended = await ask("mend", question=question, answer=answer.text)
        yield row(question, mended.text)


class Nobody(Echo):
    """Asks nobody: people wrote these rows."""

    name = "nobody"

    async def grow(self, seed, ask):
        yield row(f"Where is door {seed.payload}?", "Behind the other one, where it has always been.", origin="human")


class Seeded(Echo):
    """Asks the teacher about each seed."""

    name = "seeded"
    takes = "row"

    def open(self, seeds, folder):
        self._seeds = list(seeds)

    def plant(self, accepted, wave):
        yield from self._seeds

    async def grow(self, seed, ask):
        question = seed.payload.question
        yield row(question, (await ask("say", question=question)).text)


class Shown(Echo):
    """Asks the student about ten doors, and then the teacher, who is shown what the student said."""

    name = "shown"
    in_waves = True

    def plant(self, accepted, wave):
        if wave:
            yield from (Seed(key=f"{wave}/{row.id}", payload=row) for row in accepted)
        else:
            yield from (Seed(key=str(number), payload=number) for number in range(10))

    async def grow(self, seed, ask):
        if isinstance(seed.payload, int):
            question = f"Where is door {seed.payload}?"
            yield row(question, (await ask("first", question=question)).text)
            return
        before = seed.payload.lineage
        question = f"{seed.payload.question} And the next one?"
        answer = await ask("say", question=question)
        models = (*before.models, *before.descent)
        yield row(question, answer.text, descent=models, licences=before.licences, parents=(seed.payload.id,))
'''
PROMPTS = {
    "echo/say": "Answer: {{ question }}",
    "both/say": "Answer: {{ question }}",
    "both/mend": "---\nrole: student\n---\nMend: {{ question }} {{ answer }}",
    "nobody/say": "Answer: {{ question }}",
    "seeded/say": "Answer: {{ question }}",
    "shown/say": "Answer: {{ question }}",
    "shown/first": "---\nrole: student\n---\nAnswer: {{ question }}",
}


def answer(request, number):
    """What every model says."""
    del number
    return f"This is all I know about it: {request['messages'][-1]['content']}"


@dataclass
class Growing:
    """A folder to grow rows in. `teacher` and other roles are addresses, or mappings, or lists of either."""

    folder: Path
    stack: ExitStack
    servers: dict = field(default_factory=dict)

    def config(self, *, recipe="Echo", judge=None, file="grow.yaml", **told):
        """Write a config; roles are keywords, everything else is as in a config."""
        roles = {key: told.pop(key) for key in ("teacher", "student", "judge_role") if key in told}
        models = {role.removesuffix("_role"): self._pool(role, pool) for role, pool in roles.items()}
        whole = {"name": "grow", "models": models, "recipes": [f"rows.py:{recipe}"], "exports": ["trl"], **told}
        if judge:
            whole["judges"] = [judge]
        path = self.folder / file
        path.write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
        return path

    def run(self, out="out", **told):
        """Grow rows in this process; what came of it."""
        return Plan.load(self.config(**told)).run(self.folder / out)

    def windrow(self, *arguments):
        """The real command."""
        return subprocess.run(
            [str(WINDROW), *map(str, arguments)],
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def exported(self, folder="out/exports/trl"):
        """Every exported row's own account of itself, by id."""
        told = {}
        for file in sorted((self.folder / folder).glob("*.jsonl")):
            for line in file.read_text(encoding="utf-8").splitlines():
                meta = json.loads(json.loads(line)["meta"])
                told[meta["id"]] = meta["lineage"]
        return told

    def _pool(self, role, pool):
        return [self._spec(role, one) for one in (pool if isinstance(pool, list) else [pool])]

    def _spec(self, role, one):
        spec = {"model": one} if isinstance(one, str) else dict(one)
        if spec["model"].startswith("openai/"):
            name = spec["model"].partition("/")[2]
            if name not in self.servers:
                self.servers[name] = self.stack.enter_context(FaultyServer(spec.pop("script", answer), model=name))
            spec.pop("script", None)
            spec["base_url"] = self.servers[name].url
        return spec


def write_recipe(folder):
    """The recipe file and its prompts."""
    (folder / "rows.py").write_text(RECIPE, encoding="utf-8")
    for label, text in PROMPTS.items():
        path = folder / "prompts" / f"{label}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
