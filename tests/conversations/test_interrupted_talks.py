"""Killed and started again, a run repeats what was under way and nothing else; an edited seed costs what shows it."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from talkers import seeds

from windrow.ledger.sqlite import SQLiteLedger
from windrow.testing import SpawnedServer

AT_ONCE, ROWS = 8, 24
EXAMPLE = Path(__file__).parents[2] / "examples" / "conversations" / "seeds.jsonl"


@pytest.fixture(scope="session")
def windrow():
    beside = Path(sys.executable).with_name("windrow")
    return str(beside) if beside.exists() else shutil.which("windrow")


def start(windrow, config, out):
    return subprocess.Popen([windrow, "run", config, "--out", out, "--display", "none"], stdout=subprocess.DEVNULL)


def exported(out):
    files = sorted((out / "exports").rglob("*.jsonl"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_killed_run_repeats_no_more_than_was_under_way_and_exports_the_same_bytes(tmp_path, windrow):
    (tmp_path / "seeds.jsonl").write_text("".join(json.dumps(one) + "\n" for one in seeds()), encoding="utf-8")
    with SpawnedServer("talkers:well", latency=0.01, cwd=Path(__file__).parent) as server:
        config = tmp_path / "talks.yaml"
        config.write_text(
            f"name: talks\nseeds: [{{use: rows, path: seeds.jsonl}}]\nrecipes: [{{use: conversations, rows: {ROWS}}}]\n"
            f"models: {{teacher: {{model: openai/any, base_url: '{server.url}', concurrency: {AT_ONCE}}}}}\n"
            "exports: [openai]\nterms: {acknowledged: true}\n",
            encoding="utf-8",
        )
        whole, broken = tmp_path / "whole", tmp_path / "broken"
        assert start(windrow, config, whole).wait() == 0
        needed = server.stats()["requests"]
        for share in (0.4, 0.8):
            run = start(windrow, config, broken)
            while server.stats()["requests"] < needed * (1 + share):
                assert run.poll() is None, "the run ended before it could be killed"
                time.sleep(0.002)
            run.send_signal(signal.SIGKILL)
            run.wait()
        assert start(windrow, config, broken).wait() == 0
        asked = server.stats()["requests"] - needed
        assert needed <= asked <= needed + 2 * 2 * AT_ONCE
        assert exported(whole) == exported(broken)
        assert start(windrow, config, broken).wait() == 0
        assert server.stats()["requests"] - needed == asked


def calls(out):
    ledger = SQLiteLedger.open(out / "ledger.sqlite", readonly=True)
    try:
        return {(call.key, call.label, call.item): call.request.decode() for call in ledger.asked()}
    finally:
        ledger.close()


class Edited:
    """A run of forty-eight rows over the example's seeds, and what it asks when they change."""

    def __init__(self, folder, windrow):
        self.lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
        self._path, self._config, self._out = folder / "seeds.jsonl", folder / "talks.yaml", folder / "out"
        self._windrow = windrow
        self._config.write_text(
            "name: talks\nseeds: [{use: rows, path: seeds.jsonl}]\n"
            "models: {teacher: {model: embedded/procedural, concurrency: 1}}\n"
            "recipes: [{use: conversations, rows: 48, axes: {outcome: [resolved]}}]\n",
            encoding="utf-8",
        )
        self.first = self.asked_by(self.lines)

    def asked_by(self, lines):
        """The calls that a run over these seeds adds, as {(key, label, item): request}."""
        before = calls(self._out) if self._out.exists() else {}
        self._path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        assert start(self._windrow, self._config, self._out).wait() == 0
        return {key: request for key, request in calls(self._out).items() if key not in before}


def items(asked):
    return {item for _, _, item in asked}


def test_a_new_seed_costs_what_it_leads_and_what_shows_it_and_an_edited_one_as_much_again(tmp_path, windrow):
    run = Edited(tmp_path, windrow)
    share = len(items(run.first)) / len(run.lines)
    changed = json.loads(run.lines[4])
    changed["id"] = "walrus"
    changed["messages"][0]["content"] += " The walrus is not amused."
    added = run.asked_by([*run.lines[:7], json.dumps(changed), *run.lines[7:]])
    assert added
    assert all("walrus" in request for request in added.values())
    assert len(items(added)) <= 2 * 3 * share
    edited = run.asked_by([*run.lines[:4], json.dumps(changed), *run.lines[5:]])
    assert len(items(edited)) <= 2 * 2 * 3 * share
    assert run.asked_by(run.lines) == {}
