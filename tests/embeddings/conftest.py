"""A server that answers and gives vectors, and a run of one row a seed against it."""

import json
import shutil
import sys
from pathlib import Path

import meanings
import pytest
from echoed import seeds

from windrow import Plan
from windrow.testing import FaultyServer

HERE = Path(__file__).parent
RECIPE = f"{HERE / 'echoes.py'}:Echoes"


@pytest.fixture(scope="session")
def windrow():
    beside = Path(sys.executable).with_name("windrow")
    return str(beside) if beside.exists() else shutil.which("windrow")


@pytest.fixture(autouse=True)
def _no_classifier(monkeypatch):
    """It reads words whatever vectors there are, and takes four fifths of a small report's time."""
    monkeypatch.setattr("windrow.quality.habits.contrast", lambda *_: None)


@pytest.fixture
def server():
    """One server for all runs of a test. `gives` replaces what it answers for a vector, `says` what it answers."""
    script = {"vectors": meanings.meant, "words": meanings.said}

    def words(request, number):
        return script["words"](request, number)

    def vectors(request, number):
        return script["vectors"](request, number)

    with FaultyServer(words, vectors=vectors, keep=True) as running:
        running.gives = lambda vectors: script.update(vectors=vectors)
        running.says = lambda words: script.update(words=words)
        yield running


@pytest.fixture
def plan_of(tmp_path, server):
    """plan_of(seeds, embeddings=…): a plan of one row for each seed."""

    def plan_of(rows=None, *, embeddings=None, **config):
        path = tmp_path / "seeds.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows or seeds(30)), encoding="utf-8")
        data = {
            "name": "echoed",
            "seeds": [{"use": "rows", "path": str(path)}],
            "models": {"teacher": {"model": "openai/any", "base_url": server.url, "retries": 0}},
            "recipes": [RECIPE],
            "terms": {"acknowledged": True},
        }
        if embeddings is not False:
            data["embeddings"] = {"model": "openai/meaning", "base_url": server.url, "retries": 0, **(embeddings or {})}
        return Plan.parse({**data, **config}, base=tmp_path)

    return plan_of


@pytest.fixture
def run(tmp_path, plan_of):
    """run(seeds, …): a finished run of that plan, always in the same folder."""

    def run(*given, out="out", record=None, listener=None, **config):
        return plan_of(*given, **config).run(tmp_path / out, record=record, listener=listener)

    return run
