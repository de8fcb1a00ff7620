"""windrow validate: exit codes and places; what it looks for is tested with the exports."""

from __future__ import annotations

import json

import pytest


def line(question: str, answer: str) -> str:
    turns = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return json.dumps({"messages": turns}) + "\n"


@pytest.fixture
def good(tmp_path):
    file = tmp_path / "good.jsonl"
    words = ["apple", "river", "stone", "cloud", "violin", "harbour", "pepper", "window", "saddle", "comet", "fern"]
    file.write_text("".join(line(f"What is a {word}?", f"It is what one calls a {word}.") for word in words))
    return file


@pytest.mark.parametrize("target", ["trl", "openai"])
def test_a_file_that_loads_ends_with_zero(project, good, target):
    done = project.windrow("validate", good, "--for", target)

    assert done.returncode == 0
    assert "good.jsonl: 11 rows: 0 errors" in done.stdout
    assert done.stdout.rstrip().endswith(f"for {target}")


@pytest.mark.parametrize("target", ["trl", "openai"])
def test_a_file_that_does_not_load_ends_with_three_and_names_the_line(project, good, target):
    good.write_text(good.read_text() + "{broken\n")

    done = project.windrow("validate", good, "--for", target)
    told = json.loads(project.windrow("validate", good, "--for", target, "--json").stdout)

    assert done.returncode == told["exit_code"] == 3
    assert "error: good.jsonl:12: " in done.stdout
    assert [finding["line"] for finding in told["findings"] if finding["severity"] == "error"] == [12]


def test_many_findings_of_a_kind_are_counted_not_repeated(project, good):
    good.write_text(good.read_text() + "{broken\n" * 40)

    done = project.windrow("validate", good, "--for", "trl")

    assert "more like it" in done.stdout
    assert len(done.stdout.splitlines()) < 30


def test_a_trainer_that_nobody_knows_names_the_nearest(project, good):
    done = project.windrow("validate", good, "--for", "trll")

    assert done.returncode == 2
    assert "did you mean 'trl'?" in done.stderr


def test_a_file_that_is_not_there_is_a_mistake_of_the_command_line(project):
    done = project.windrow("validate", "nowhere.jsonl", "--for", "trl")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: nowhere.jsonl: no such file or folder (check the path)\n"


def test_what_a_starter_exports_is_valid(project):
    project.windrow("init", "new", "--recipe", "rag_qa")
    project.windrow("run", "new/rag_qa.yaml", "--display", "none")

    done = project.windrow("validate", "runs/rag_qa/exports/trl", "--for", "trl")

    assert (done.returncode, done.stderr) == (0, "")
