"""kill -9 on the installed command while traces are being sampled: the same command goes on, and nothing differs."""

import hashlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_distillation_again import SEEDS

from windrow.testing import SpawnedServer

AT_ONCE = 4
CONFIG = """
name: rolls
seeds: [{{use: rows, path: rolls.jsonl}}]
models:
  teacher: {{model: openai/any, base_url: "{url}", concurrency: {at_once}}}
recipes: [{{use: distillation, n_samples: 2, keep: 2}}]
exports: [trl]
terms: {{acknowledged: true}}
"""


@pytest.fixture
def server():
    with SpawnedServer("rolls_server:answer", latency=0.02, cwd=Path(__file__).parent) as running:
        yield running


def start(folder, out):
    command = [
        sys.executable,
        "-c",
        "from windrow.cli import main; main()",
        "run",
        folder / "rolls.yaml",
        "--out",
        out,
        "--display",
        "none",
    ]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def exported(out):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.glob("exports/*/*.jsonl"))}


def test_a_killed_run_goes_on_with_the_calls_it_had_and_exports_the_same_bytes(tmp_path, server):
    (tmp_path / "rolls.jsonl").write_text("".join(json.dumps(one) + "\n" for one in SEEDS), encoding="utf-8")
    (tmp_path / "rolls.yaml").write_text(CONFIG.format(url=server.url, at_once=AT_ONCE), encoding="utf-8")
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert start(tmp_path, whole).wait(60) == 0
    before = server.stats()["requests"]
    assert before == 2 * len(SEEDS)
    for seen in (15, 40):
        process = start(tmp_path, broken)
        while server.stats()["requests"] < before + seen:
            assert process.poll() is None, "the run ended before it could be killed"
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert start(tmp_path, broken).wait(60) == 0
    assert before <= server.stats()["requests"] - before <= before + 2 * AT_ONCE
    assert exported(broken) == exported(whole) != {}
