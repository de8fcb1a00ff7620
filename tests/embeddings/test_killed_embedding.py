"""kill -9 while vectors come, the same command again: what is there is not asked for twice."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

pytest.importorskip("sklearn")

from windrow.testing import SpawnedServer

ROWS = 24
AT_ONCE = 8
TEXTS = 4 * ROWS  # whole rows for the filter; for the figures both their sides, and the seeds' questions
HERE = Path(__file__).parent


@pytest.fixture
def server():
    with SpawnedServer("meanings:said", vectors="meanings:meant", latency=0.01, cwd=HERE) as running:
        yield running


def config(folder, server):
    rows = [{"instruction": f"Where is crate {n} of {n % 7}?", "output": "In a hall."} for n in range(ROWS)]
    (folder / "seeds.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    path = folder / "killed.json"
    told = {
        "name": "killed", "seeds": [{"use": "rows", "path": "seeds.jsonl"}],
        "recipes": [f"{HERE / 'echoes.py'}:Echoes"],
        "models": {"teacher": {"model": "openai/any", "base_url": server.url}}, "filters": ["semantic_dedupe"],
        "embeddings": {"model": "openai/meaning", "base_url": server.url, "concurrency": AT_ONCE},
        "terms": {"acknowledged": True},
    }  # fmt: skip
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


def start(windrow, path, out):
    return subprocess.Popen([windrow, "run", path, "--out", out, "--display", "none"], stdout=subprocess.DEVNULL)


def run_until(windrow, path, out, server, vectors):
    """Kill the run, the hard way, once the server was asked for so many vectors."""
    process = start(windrow, path, out)
    while server.stats()["embedded"] < vectors:
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_a_run_killed_amid_vectors_asks_again_for_no_more_than_was_under_way(tmp_path, windrow, server):
    path, out = config(tmp_path, server), tmp_path / "out"
    run_until(windrow, path, out, server, ROWS // 2)  # while the filter compares rows
    run_until(windrow, path, out, server, ROWS * 2)  # while the figures are prepared
    assert start(windrow, path, out).wait() == 0
    asked = server.stats()["embedded"]
    assert TEXTS <= asked <= TEXTS + 2 * AT_ONCE
    report = json.loads((out / "report.json").read_bytes())
    assert report["rows"]["accepted"] == ROWS
    assert report["embeddings"]["vectors"] == report["embeddings"]["texts"] == 3 * ROWS
