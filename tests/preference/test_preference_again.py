"""Killed and started again, edited and run again: nothing is paid for twice, and the rows are the same."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from preference_writers import sums

from windrow.ledger.sqlite import SQLiteLedger
from windrow.run import Run
from windrow.testing import SpawnedServer

WINDROW = str(Path(sys.executable).with_name("windrow"))
PROMPTS, K, AT_ONCE = 40, 4, 8


@pytest.fixture
def server():
    with SpawnedServer("preference_writers:both", latency=0.02, cwd=Path(__file__).parent) as running:
        yield running


@pytest.fixture
def config(tmp_path, server):
    write(tmp_path, sums(PROMPTS))
    reached = f"base_url: '{server.url}', concurrency: {AT_ONCE}"
    (tmp_path / "pairs.yaml").write_text(
        f"name: pairs\nseeds: [{{use: rows, path: prompts.jsonl}}]\nrecipes: [preference]\nexports: [trl]\n"
        "terms: {acknowledged: true}\n"
        f"models:\n  teacher: {{model: openai/teacher, {reached}}}\n  student: {{model: openai/student, {reached}}}\n",
        encoding="utf-8",
    )
    return tmp_path / "pairs.yaml"


def write(folder, seeds):
    (folder / "prompts.jsonl").write_text("".join(f"{json.dumps(seed)}\n" for seed in seeds), encoding="utf-8")


def start(config, out):
    return subprocess.Popen([WINDROW, "run", config, "--out", out, "--display", "none"], stdout=subprocess.DEVNULL)


def rows(out):
    return [stored.row.to_dict() for stored in Run.open(out).rows(status="accepted")]


def asked(out):
    ledger = SQLiteLedger.open(out / "ledger.sqlite", readonly=True)
    try:
        return {call.key: call.request.decode() for call in ledger.asked()}
    finally:
        ledger.close()


def test_a_run_that_was_killed_repeats_no_more_than_was_under_way_and_gives_the_same_rows(tmp_path, server, config):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert start(config, whole).wait() == 0
    before = server.stats()["requests"]
    assert before == PROMPTS * K
    process = start(config, broken)
    while server.stats()["requests"] < before + PROMPTS * K // 2:
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert start(config, broken).wait() == 0
    assert PROMPTS * K <= server.stats()["requests"] - before <= PROMPTS * K + 2 * AT_ONCE
    assert rows(whole) == rows(broken)
    assert len(rows(whole)) == PROMPTS


def test_a_prompt_that_is_added_or_changed_costs_its_own_calls(tmp_path, server, config):
    out = tmp_path / "out"
    assert start(config, out).wait() == 0
    first = asked(out)
    seeds = sums(PROMPTS)
    seeds[5] = {**seeds[5], "instruction": seeds[5]["instruction"].replace("Shelf 5", "Shelf five")}
    write(tmp_path, [*seeds[:20], *sums(1, start=90), *seeds[20:]])
    assert start(config, out).wait() == 0
    new = [text for key, text in asked(out).items() if key not in first]
    assert len(new) == 2 * K
    assert all("Shelf five" in text or "Shelf 90" in text for text in new)
