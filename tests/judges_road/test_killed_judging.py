"""kill -9 in the middle of judging, and the same command again: at most what was under way is asked twice."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bench_run import ONE_CALL, QUESTION

from windrow import Run
from windrow.testing import SpawnedServer

AT_ONCE = 16
HERE = Path(__file__).parent


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "a-key")
    with SpawnedServer("killed:both", latency=0.02, cwd=HERE) as running:
        yield running


def written(folder, server, judge, rows):
    (folder / "one.yaml").write_text(QUESTION, encoding="utf-8")
    model = {"model": "openai/any", "base_url": server.url, "concurrency": AT_ONCE, "terms": "a script of ours"}
    path = folder / "judged.yaml"
    config = {
        "name": "judged",
        "models": {"teacher": model, "judge": {**model, "model": "openai/judge"}},
        "recipes": [{"use": ONE_CALL, "rows": rows, "items": 5000}],
        "judges": [{"use": "rubric", "rubric": "one.yaml", **judge}],
        "exports": ["openai"],
    }
    path.write_text(json.dumps(config), encoding="utf-8")
    return path


def start(config, out):
    windrow = Path(sys.executable).parent / "windrow"
    return subprocess.Popen([windrow, "run", config, "--out", out, "--display", "none"], stdout=subprocess.DEVNULL)


def told(out):
    return [(one.row.id, one.status, one.by, one.reason, one.seq) for one in Run.open(out).rows()]


@pytest.mark.parametrize(
    ("judge", "rows", "ends"),
    [
        ({}, 80, [(0.4, signal.SIGINT), (0.8, signal.SIGKILL)]),
        ({"mode": "two_pass"}, 401, [(0.8, signal.SIGKILL)]),
    ],
)
def test_a_run_that_is_ended_while_it_judges_repeats_no_more_than_was_under_way(tmp_path, server, judge, rows, ends):
    config = written(tmp_path, server, judge, rows)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert start(config, whole).wait() == 0
    before = server.stats()["requests"]
    for share, how in ends:
        process = start(config, broken)
        while server.stats()["requests"] < before + before * share:
            assert process.poll() is None, "the run ended before it could be killed"
            time.sleep(0.001)
        process.send_signal(how)
        assert process.wait() in (-signal.SIGKILL, 130)
    assert start(config, broken).wait() == 0
    asked = server.stats()["requests"] - before
    assert asked <= before + 2 * 2 * 2 * AT_ONCE
    assert told(whole) == told(broken)
    assert start(config, broken).wait() == 0
    assert server.stats()["requests"] - before == asked
