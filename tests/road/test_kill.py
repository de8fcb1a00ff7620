"""kill -9 at any moment, the same command again: at most the calls under way are asked twice, and nothing differs."""

import hashlib
import signal
import subprocess
import time
from pathlib import Path

import pytest

from windrow.testing import SpawnedServer

ITEMS = 1000
AT_ONCE = 64
ONE_CALL = Path(__file__).parents[2] / "bench" / "one_call.py"


@pytest.fixture
def server():
    with SpawnedServer("parcels:answer", latency=0.05, cwd=Path(__file__).parent) as running:
        yield running


@pytest.fixture
def config(tmp_path, server):
    path = tmp_path / "parcels.yaml"
    path.write_text(
        f"""
name: parcels
models:
  teacher: {{model: openai/any, base_url: "{server.url}", concurrency: {AT_ONCE}}}
recipes:
  - {{use: "{ONE_CALL}:OneCall", items: {ITEMS}}}
exports: [trl, openai]
terms: {{acknowledged: true}}
""",
        encoding="utf-8",
    )
    return path


def start(windrow, config, out):
    return subprocess.Popen([windrow, "run", config, "--out", out, "--display", "none"], stdout=subprocess.DEVNULL)


def run_until(windrow, config, out, server, requests):
    """Kill the run, the hard way, once the server has seen so many requests."""
    process = start(windrow, config, out)
    while server.stats()["requests"] < requests:
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()


def files(out):
    return {
        path.relative_to(out): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((out / "exports").rglob("*"))
        if path.is_file()
    }


def test_a_run_killed_twice_repeats_no_more_than_was_under_way_and_exports_the_same_bytes(
    tmp_path, windrow, config, server
):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert start(windrow, config, whole).wait() == 0
    before = server.stats()["requests"]
    assert before == ITEMS
    run_until(windrow, config, broken, server, before + ITEMS // 2)
    run_until(windrow, config, broken, server, before + ITEMS * 85 // 100)
    assert start(windrow, config, broken).wait() == 0
    asked = server.stats()["requests"] - before
    assert ITEMS <= asked <= ITEMS + 2 * AT_ONCE
    assert files(whole) == files(broken)
    assert start(windrow, config, broken).wait() == 0
    assert server.stats()["requests"] - before == asked
