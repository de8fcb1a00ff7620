"""A run from the command line: what it makes, what it says where, how it ends, and how it goes on."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from windrow.testing import FaultyServer, bad_request, rate_limited

WINDROW = Path(sys.executable).parent / "windrow"


def test_a_run_says_its_results_on_stdout_and_its_progress_on_stderr(project):
    done = project.windrow("run", project.config(), "--display", "plain")

    assert done.returncode == 0
    assert done.stdout.startswith("12 rows accepted, 0 rejected, 0 quarantined, 0 pending; $0.")
    assert "echo: 12 rows wanted" in done.stderr
    assert (project.folder / "runs" / "tiny" / "report.md").exists()


def test_json_on_stdout_is_one_document_and_the_whole_truth(project):
    done = project.windrow("run", project.config(), "--json")

    told = json.loads(done.stdout)
    rows = told["report"]["rows"]
    assert told["exit_code"] == 0
    assert rows["accepted"] + rows["rejected"] + rows["quarantined"] + rows["pending"] == rows["generated"]
    assert rows["accepted"] == 12
    assert "report" not in done.stderr


def test_no_display_means_silence(project):
    assert project.windrow("run", project.config(), "--display", "none").stderr == ""


def test_the_same_command_again_asks_nothing(project):
    config = project.config()
    project.windrow("run", config)
    asked = project.server.requests
    before = (project.folder / "runs/tiny/report.json").read_bytes()

    again = project.windrow("run", config)

    assert again.returncode == 0
    assert project.server.requests == asked
    first, second = json.loads(before), json.loads((project.folder / "runs/tiny/report.json").read_bytes())
    assert {**first, "timings": None} == {**second, "timings": None}


def test_an_edited_config_re_enters_its_folder_and_asks_only_what_is_new(project):
    project.windrow("run", project.config(rows=12))

    more = project.windrow("run", project.config(rows=20), "--json")

    assert json.loads(more.stdout)["report"]["rows"]["accepted"] == 20
    assert project.server.requests == 20


def test_a_target_out_of_reach_ends_with_three_and_says_why(project):
    done = project.windrow("run", project.config(rows=100), "--json")

    told = json.loads(done.stdout)
    assert done.returncode == 3
    assert told["unmet"] == ["echo"]
    assert told["report"]["stages"][0]["ended"] == "seeds"
    assert told["report"]["rows"]["accepted"] == 24


def test_a_dry_run_asks_nobody_and_writes_nothing(project):
    before = sorted(project.folder.rglob("*"))

    done = project.windrow("run", project.config(), "--dry-run", "--json")

    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert project.server.requests == 0
    assert sorted(set(project.folder.rglob("*")) - set(before)) == [project.folder / "tiny.yaml"]
    assert told["seeds"][0]["seeds"] == 8
    assert told["estimate"]["why"] == "nothing was measured yet"


def test_a_preview_shows_rows_and_an_estimate_and_the_run_takes_its_answers_over(project):
    config = project.config()

    preview = project.windrow("preview", config, "--rows", "3")
    told = json.loads(project.windrow("run", config, "--dry-run", "--json").stdout)
    run = project.windrow("run", config, "--json")

    assert preview.returncode == 0
    assert preview.stdout.count("assistant:") == 3
    assert told["estimate"]["calls"]["likely"] == 12
    assert told["estimate"]["calls"]["high"] > 12
    assert project.server.requests == 12
    assert json.loads(run.stdout)["report"]["models"][0]["calls"] == 12


def test_a_preview_leaves_the_rows_of_a_run_alone(project):
    config = project.config()
    project.windrow("run", config)

    project.windrow("preview", config)

    assert project.server.requests == 12
    assert len(json.loads(project.windrow("rows", "tiny", "--json").stdout)) == 12


def test_a_recording_answers_in_place_of_the_model(project):
    project.windrow("run", project.config(), "--record", "said.jsonl", "--out", "runs/first")
    asked = project.server.requests

    replayed = project.windrow("run", project.config(name="again", model="replay/said.jsonl"), "--json")

    assert replayed.returncode == 0
    assert project.server.requests == asked
    assert json.loads(replayed.stdout)["report"]["cost"] == {"usd": "0", "note": "no model was paid"}


def test_a_recording_has_what_a_preview_and_an_earlier_run_were_told(project):
    config = project.config(rows=12)
    project.windrow("preview", config, "--rows", "3", "--out", "runs/first")
    project.windrow("run", config, "--out", "runs/first", "--record", "after-preview.jsonl")
    project.windrow("run", config, "--out", "runs/first", "--record", "after-run.jsonl")
    asked = project.server.requests

    for recording in ("after-preview", "after-run"):
        replaying = project.config(name=recording, model=f"replay/{recording}.jsonl")
        told = json.loads(project.windrow("run", replaying, "--json").stdout)
        assert (told["exit_code"], told["report"]["rows"]["quarantined"]) == (0, 0)
        assert told["report"]["rows"]["accepted"] == 12
        assert len((project.folder / f"{recording}.jsonl").read_text().splitlines()) == 12
    assert project.server.requests == asked == 12


def test_one_bad_row_costs_one_row_and_is_kept_with_its_reason(project):
    def one_bad(request, number):
        del number
        text = request["messages"][-1]["content"]
        return bad_request() if text == "Answer: Question 3? 0" else "An answer of some length."

    with FaultyServer(one_bad) as server:
        config = project.config(rows=12, model=f"{{model: openai/scripted, base_url: {server.url}}}")
        done = project.windrow("run", config, "--json")

    rows = json.loads(project.windrow("rows", "tiny", "--where", "teacher", "--json").stdout)
    assert done.returncode == 0
    assert json.loads(done.stdout)["report"]["rows"]["accepted"] == 12
    assert [row["status"] for row in rows] == ["quarantined"]
    assert rows[0]["reason"] == "bad_request"


def test_a_missing_key_is_missing(project):
    done = project.windrow("run", project.config(model="openai/gpt-5"))

    assert done.returncode == 4
    assert "OPENAI_API_KEY" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_endpoint_that_is_not_there_is_missing(project):
    config = project.config(model="{model: openai/x, base_url: 'http://127.0.0.1:9/v1', retries: 0}")

    done = project.windrow("run", config, "--display", "none")

    assert done.returncode == 4
    assert done.stderr.startswith("error: http://127.0.0.1:9/v1: openai/x does not answer")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("key", ["OPENAI_API_KEY", "MY_KEY"])
def test_no_key_is_written_anywhere(project, key):
    secret = "sk-very-secret-0123456789"  # noqa: S105 - to be looked for
    model = f"{{model: openai/scripted, base_url: {project.server.url}, api_key_env: {key}}}"

    done = project.windrow("run", project.config(model=model), "--record", "said.jsonl", **{key: secret})

    assert done.returncode == 0
    written = b"".join(path.read_bytes() for path in project.folder.rglob("*") if path.is_file())
    assert secret.encode() not in written
    assert secret not in done.stdout + done.stderr


def test_a_folder_of_another_plan_is_left_alone(project):
    project.windrow("run", project.config(), "--out", "here")
    plan = (project.folder / "here/plan.json").read_bytes()

    done = project.windrow("run", project.config(name="other"), "--out", "here")

    assert done.returncode == 2
    assert "belongs to the plan 'tiny'" in done.stderr
    assert (project.folder / "here/plan.json").read_bytes() == plan


def test_a_folder_with_other_peoples_files_is_left_alone(project):
    home = project.folder / "home"
    home.mkdir()
    (home / "README.md").write_text("mine")

    done = project.windrow("run", project.config(), "--out", "home")

    assert done.returncode == 2
    assert "not a run's and not empty" in done.stderr
    assert [path.name for path in home.iterdir()] == ["README.md"]


def test_a_folder_that_cannot_be_made_is_one_line(project):
    (project.folder / "file").write_text("")

    done = project.windrow("run", project.config(), "--out", "file/below", "--display", "none")

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "--out" in done.stderr


def start(project, config, **more) -> subprocess.Popen:
    return subprocess.Popen(
        [str(WINDROW), "run", str(config), "--display", "none"],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def wait_for(condition, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


@pytest.fixture
def slow(project):
    with FaultyServer("An answer of some length.", latency=0.3) as server:
        yield server


def slow_config(project, server):
    return project.config(model=f"{{model: openai/scripted, base_url: {server.url}, concurrency: 2}}", rows=20)


def test_interrupted_it_ends_with_130_and_the_same_command_goes_on(project, slow):
    config = slow_config(project, slow)
    process = start(project, config)
    wait_for(lambda: slow.requests >= 4)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    asked = slow.requests

    again = project.windrow("run", config, "--json")

    assert process.returncode == 130
    assert said.strip() == "interrupted: everything answered so far is kept, and the same command goes on from there"
    assert asked < 20
    assert json.loads(again.stdout)["report"]["rows"]["accepted"] == 20
    assert slow.requests == 20


def test_a_folder_in_use_is_refused_by_process_and_free_after_a_kill(project, slow):
    config = slow_config(project, slow)
    process = start(project, config)
    wait_for(lambda: slow.requests >= 2)

    refused = project.windrow("run", config)
    process.kill()
    process.communicate(timeout=30)
    resumed = project.windrow("run", config)

    assert refused.returncode == 2
    assert f"in use by process {process.pid}" in refused.stderr
    assert resumed.returncode == 0


def test_a_disk_that_fills_up_is_one_line_and_loses_nothing(project):
    config = project.config(rows=24)

    def small_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    process = start(project, config, preexec_fn=small_disk)
    _, said = process.communicate(timeout=60)
    asked = project.server.requests

    resumed = project.windrow("run", config, "--json")

    assert process.returncode == 1
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    assert json.loads(resumed.stdout)["report"]["rows"]["accepted"] == 24
    assert project.server.requests <= 24 + asked


def test_a_pause_that_the_server_asks_for_is_survived(project):
    def busy_once(request, number):
        del request
        return rate_limited(retry_after=0) if number == 0 else "An answer of some length."

    with FaultyServer(busy_once) as server:
        model = f"{{model: openai/scripted, base_url: {server.url}}}"
        done = project.windrow("run", project.config(model=model), "--display", "none")

    assert done.returncode == 0


def test_a_teacher_from_the_environment_plays(project):
    environment = {"WINDROW_TEACHER": "openai/other", "OPENAI_BASE_URL": project.server.url}

    told = json.loads(project.windrow("run", project.config(), "--json", **environment).stdout)

    assert [model["model"] for model in told["report"]["models"]] == ["openai/other"]
    assert told["report"]["cost"]["usd"] is None
    assert "no price" in told["report"]["cost"]["note"]


def test_color_is_never_sent_to_a_pipe(project):
    done = project.windrow("run", project.config(), "--display", "rich", NO_COLOR="1")

    assert done.returncode == 0
    assert "\x1b[3" not in done.stderr
    assert "\x1b" not in done.stdout


def test_a_process_id_of_somebody_else_does_not_lock(project):
    folder = project.folder / "runs" / "tiny"
    folder.mkdir(parents=True)
    (folder / ".lock").write_text(f"{os.getpid()}\n")

    assert project.windrow("run", project.config()).returncode == 0
