"""Evol-Instruct from the command line: the example, an edited seed, a run that is killed."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from chains import EXAMPLE

from windrow import Run
from windrow.ledger.sqlite import SQLiteLedger
from windrow.testing import SpawnedServer

WINDROW = Path(sys.executable).with_name("windrow")
AT_ONCE = 4


def run(config, out):
    command = [WINDROW, "run", config, "--out", out, "--display", "none"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def calls(out):
    ledger = SQLiteLedger.open(out / "ledger.sqlite", readonly=True)
    try:
        return {call.key: (call.label, call.item, call.request.decode()) for call in ledger.asked()}
    finally:
        ledger.close()


def exported(out):
    return {path.relative_to(out): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted((out / "exports").rglob("*")) if path.is_file()}  # fmt: skip


def test_the_example_gives_exactly_its_sixty_rows_most_of_them_confirmed(tmp_path):
    done = run(EXAMPLE / "evol_instruct.yaml", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    found = Run.open(tmp_path / "out")
    assert len(list(found.rows(status="accepted"))) == 60
    assert found.report()["verified"]["confirmed"] >= 0.6
    leaves = {tuple(one.row.lineage.extra.get("axes", {}).values()) for one in found.rows(status="accepted")}
    assert len(leaves) == 7  # two topics by three tasks, and no leaf


def test_one_edited_seed_asks_only_for_that_seed(tmp_path):
    shutil.copy(EXAMPLE / "seeds.jsonl", tmp_path)
    config = tmp_path / "edits.yaml"
    config.write_text("name: edits\nseeds: [{use: rows, path: seeds.jsonl}]\nrecipes: [evol_instruct]\n")
    assert run(config, tmp_path / "out").returncode == 0
    before = calls(tmp_path / "out")
    lines = (tmp_path / "seeds.jsonl").read_text(encoding="utf-8").splitlines()
    edited = json.loads(lines[4])
    edited["instruction"] += " Name the bell first."
    lines[4] = json.dumps(edited)
    new = {"instruction": "Say what a puncture kit holds.", "output": "Patches, glue, sandpaper and two tyre levers."}
    (tmp_path / "seeds.jsonl").write_text("\n".join([json.dumps(new), *lines]) + "\n", encoding="utf-8")
    assert run(config, tmp_path / "out").returncode == 0
    after = calls(tmp_path / "out")
    asked = [after[key] for key in after.keys() - before.keys()]
    kept = {item for _, item, _ in before.values()}
    assert asked
    assert {item for _, item, _ in asked}.isdisjoint(kept)
    assert len({item for _, item, _ in asked}) == 2 * 5  # five chains of the edited seed, five of the new one
    assert run(config, tmp_path / "out").returncode == 0
    assert calls(tmp_path / "out").keys() == after.keys()


@pytest.fixture
def server():
    with SpawnedServer("chains:perfect", latency=0.03, cwd=Path(__file__).parent) as running:
        yield running


def test_a_run_that_is_killed_goes_on_and_ends_as_if_nothing_had_been(tmp_path, server):
    config = tmp_path / "killed.yaml"
    config.write_text(
        f"name: killed\nseeds: [{{use: rows, path: '{EXAMPLE / 'seeds.jsonl'}'}}]\nexports: [trl]\n"
        "terms: {acknowledged: true}\n"
        f"models: {{teacher: {{model: openai/any, base_url: '{server.url}', concurrency: {AT_ONCE}}}}}\n"
        "recipes: [{use: evol_instruct, max_children_per_seed: 4}]\n"
    )
    assert run(config, tmp_path / "whole").returncode == 0
    whole = server.stats()["requests"]
    process = subprocess.Popen([WINDROW, "run", config, "--out", tmp_path / "broken", "--display", "none"])
    while server.stats()["requests"] < whole + whole // 2:
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert run(config, tmp_path / "broken").returncode == 0
    assert server.stats()["requests"] - whole <= whole + AT_ONCE
    assert exported(tmp_path / "broken") == exported(tmp_path / "whole")
