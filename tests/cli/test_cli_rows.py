"""Looking at what a run made: rows with reasons, the report, and the small verbs around a run."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.resources import files

import pytest

from windrow.plan import Plan
from windrow.testing import FaultyServer

STARTERS = sorted(entry.name for entry in (files("windrow.cli") / "starters").iterdir() if entry.is_dir())


def answers(request, number):
    del number
    text = request["messages"][-1]["content"]
    if "Question 2" in text:
        return ""
    return f"An answer \x1b[31mwith {text} \x07 in it."


@pytest.fixture
def grown(project):
    with FaultyServer(answers) as server:
        config = project.config(model=f"{{model: openai/scripted, base_url: {server.url}}}", rows=20)
        assert project.windrow("run", config, "--display", "none").returncode == 0
    return project


def rows_of(project, *arguments):
    return json.loads(project.windrow("rows", *arguments, "--json").stdout)


def test_rows_are_found_by_name_folder_config_or_not_at_all_named(grown):
    everything = rows_of(grown)

    assert everything == rows_of(grown, "tiny") == rows_of(grown, "runs/tiny") == rows_of(grown, "tiny.yaml")
    assert len(everything) >= 20


def test_rows_are_chosen_by_status_and_by_who_refused_them(grown):
    accepted = rows_of(grown, "--status", "accepted")
    refused = rows_of(grown, "--where", "teacher")

    assert len(accepted) == 20
    assert {row["status"] for row in accepted} == {"accepted"}
    assert {row["reason"] for row in refused} == {"empty"}
    assert len(rows_of(grown, "--limit", "3")) == 3


def test_every_row_that_was_refused_says_why(grown):
    refused = [row for row in rows_of(grown) if row["status"] in ("rejected", "quarantined")]

    assert refused
    assert all(row["by"] and row["reason"] for row in refused)


def test_lines_are_one_row_each(grown):
    lines = grown.windrow("rows", "--lines").stdout.splitlines()

    assert [json.loads(line)["id"] for line in lines] == [row["id"] for row in rows_of(grown)]


def test_no_rows_are_an_empty_list(grown):
    assert rows_of(grown, "--where", "citations") == []


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("--where", "shap", "did you mean 'shape'?"), ("--stage", "ecko", "did you mean 'echo'?")],
)
def test_a_slip_of_the_keyboard_is_not_an_empty_answer(grown, option, value, said):
    done = grown.windrow("rows", option, value)

    assert done.returncode == 2
    assert said in done.stderr


def test_rows_for_people_show_turns_and_nothing_that_steers_the_terminal(grown):
    done = grown.windrow("rows", "--status", "accepted", "--limit", "1")

    assert "user: Question" in done.stdout
    assert "assistant: An answer \ufffd[31mwith" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_folder_that_is_no_run_says_so(project):
    assert "not a run folder" in project.windrow("rows", "nowhere").stderr
    assert "there is no run in ./runs" in project.windrow("rows").stderr


def test_the_report_is_markdown_in_a_pipe_and_the_same_figures_in_json(grown):
    text = grown.windrow("report").stdout
    told = json.loads(grown.windrow("report", "--json").stdout)

    assert text.startswith("# tiny\n")
    assert f"{told['rows']['accepted']} accepted + {told['rows']['rejected']} rejected" in text
    written = json.loads((grown.folder / "runs/tiny/report.json").read_bytes())
    assert {**told, "timings": 0} == {**written, "timings": 0}


def test_an_export_that_nobody_planned_is_asked_for(grown):
    done = grown.windrow("export")

    assert done.returncode == 2
    assert "say --use trl" in done.stderr


@pytest.mark.parametrize("recipe", STARTERS)
def test_a_starter_is_a_plan_that_loads(tmp_path, project, recipe):
    done = project.windrow("init", tmp_path / "new", "--recipe", recipe, "--json")

    told = json.loads(done.stdout)
    plan = Plan.load(told["config"], environment={})
    assert plan.explain()["seeds"][0]["seeds"] > 0
    assert [stage.name for stage in plan.stages] == [recipe]


@pytest.mark.parametrize("recipe", STARTERS)
def test_a_starter_runs_on_a_fresh_machine(tmp_path, project, recipe):
    project.windrow("init", "new", "--recipe", recipe)

    done = project.windrow("run", f"new/{recipe}.yaml", "--display", "none")

    assert (done.returncode, done.stderr) == (0, "")


def test_init_overwrites_nothing(project):
    project.windrow("init", "new")
    config = project.folder / "new" / "rag_qa.yaml"
    config.write_text("mine")

    again = project.windrow("init", "new")

    assert again.returncode == 2
    assert "nothing is overwritten" in again.stderr
    assert config.read_text() == "mine"


def test_init_of_an_unknown_recipe_names_the_nearest(project):
    assert "did you mean 'self_instruct'?" in project.windrow("init", "--recipe", "self_instuct").stderr


def test_doctor_finds_the_machine_in_order(project):
    told = json.loads(project.windrow("doctor", "--json").stdout)

    assert told["ok"]
    states = {finding["what"]: finding["state"] for finding in told["findings"]}
    assert states["sqlite"] == states["disk"] == "ok"
    assert states["OPENAI_API_KEY"] == "note"


def test_doctor_asks_the_endpoint_of_a_config_and_no_model(project):
    done = project.windrow("doctor", project.config())

    assert done.returncode == 0
    assert f"{project.server.url} answers" in done.stdout
    assert project.server.requests == 0


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("openai/gpt-5", "OPENAI_API_KEY is not set"),
        ("{model: openai/x, base_url: 'http://127.0.0.1:9/v1'}", "does not answer"),
    ],
)
def test_doctor_says_what_is_missing_with_exit_code_four(project, model, said):
    done = project.windrow("doctor", project.config(model=model))

    assert done.returncode == 4
    assert said in done.stdout


class Elsewhere(BaseHTTPRequestHandler):
    """Sends everybody to another address, and remembers who came there."""

    came: list[str]

    def do_GET(self):
        self.came.append(self.path)
        self.send_response(302 if self.path.startswith("/v1") else 200)
        self.send_header("location", f"http://127.0.0.1:{self.server.server_port}/stolen")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_doctor_carries_a_key_to_no_other_address(project):
    handler = type("Handler", (Elsewhere,), {"came": []})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        model = f"{{model: openai/x, base_url: 'http://127.0.0.1:{server.server_port}/v1'}}"
        project.windrow("doctor", project.config(model=model), OPENAI_API_KEY="sk-secret")
        server.shutdown()
        thread.join()

    assert handler.came == ["/v1/models"]


def test_doctor_of_a_broken_config_is_a_config_error(project):
    (project.folder / "bad.yaml").write_text("name: [\n")

    assert project.windrow("doctor", "bad.yaml").returncode == 2
