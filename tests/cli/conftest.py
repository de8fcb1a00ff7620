"""A small project of its own: a recipe in a file, seeds, a config, a scripted server, and the command to run."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from windrow.testing import FaultyServer

WINDROW = Path(sys.executable).parent / "windrow"
RECIPE = '''
from windrow import Message, Recipe, Row, Seed


class Echo(Recipe):
    """Asks about every seed, three times over."""

    name = "echo"
    takes = "row"
    checks = ("shape",)
    filters = ()

    def open(self, seeds, folder):
        self._seeds = list(seeds)

    def plant(self, accepted, wave):
        for turn in range(3):
            for seed in self._seeds:
                yield Seed(key=f"{turn}/{seed.key}", payload=(seed.payload.question, turn), family=seed.key)

    async def grow(self, seed, ask):
        question, turn = seed.payload
        answer = await ask("say", question=question, turn=turn)
        yield Row(kind="sft", messages=(Message("user", f"{question} ({turn})"), Message("assistant", answer.text)))
'''
SEEDS = "".join(f'{{"instruction": "Question {n}?", "output": "Answer {n}."}}\n' for n in range(8))


@dataclass
class Project:
    """A folder to run windrow in."""

    folder: Path
    server: FaultyServer

    def config(self, *, name: str = "tiny", rows: int = 12, extra: str = "", model: str = "") -> Path:
        """Write tiny.yaml."""
        path = self.folder / "tiny.yaml"
        model = model or f"{{model: openai/scripted, base_url: {self.server.url}}}"
        path.write_text(
            f"name: {name}\nseeds: [{{use: rows, path: seeds.jsonl}}]\nmodels: {{teacher: {model}}}\n"
            f"prices: {{openai/scripted: {{input: 1, output: 2.5}}}}\n"
            f"recipes: [{{use: 'echo.py:Echo', rows: {rows}}}]\n{extra}",
            encoding="utf-8",
        )
        return path

    def windrow(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the real command here."""
        return subprocess.run(
            [str(WINDROW), *map(str, arguments)],
            cwd=self.folder,
            env={**os.environ, **environment},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )


@pytest.fixture
def project(tmp_path):
    (tmp_path / "echo.py").write_text(RECIPE, encoding="utf-8")
    (tmp_path / "prompts" / "echo").mkdir(parents=True)
    (tmp_path / "prompts" / "echo" / "say.md").write_text("Answer: {{ question }} {{ turn }}\n", encoding="utf-8")
    (tmp_path / "seeds.jsonl").write_text(SEEDS, encoding="utf-8")
    with FaultyServer(_answer) as server:
        yield Project(tmp_path, server)


def _answer(request: dict, number: int) -> str:
    del number
    return f"This is what I know about it: {request['messages'][-1]['content']}."
