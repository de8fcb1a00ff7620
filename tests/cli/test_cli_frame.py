"""What every verb shares: help, errors in one line, exit codes, JSON on stdout and nothing else there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from windrow.cli import VERBS, main
from windrow.cli.frame import printable

WINDROW = Path(sys.executable).parent / "windrow"
VERB_NAMES = sorted(VERBS)


def invoke(*arguments: str):
    return CliRunner().invoke(main, list(arguments))


def test_without_arguments_it_shows_its_help():
    result = invoke()

    assert result.exit_code == 0
    assert all(verb in result.stdout for verb in VERBS)


@pytest.mark.parametrize("verb", VERB_NAMES)
def test_every_verb_explains_itself_and_speaks_json(verb):
    result = invoke(verb, "--help")

    assert result.exit_code == 0
    assert "--json" in result.stdout


@pytest.mark.parametrize("verb", VERB_NAMES)
def test_the_list_of_verbs_says_what_each_verb_says_of_itself(verb):
    command = main.get_command(click.Context(main), verb)

    assert command.get_short_help_str(200) == VERBS[verb]


def test_help_of_all_verbs_loads_no_verb():
    code = "import sys; from windrow.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    code += "print(*sorted(m for m in sys.modules if m.startswith('windrow')), file=sys.stderr)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stderr.strip() == "windrow windrow.cli windrow.cli.frame"


def test_an_unknown_verb_names_the_nearest():
    result = invoke("rn")

    assert result.exit_code == 2
    assert result.stderr == "error: unknown command 'rn' (did you mean 'run'?)\n"
    assert result.stdout == ""


def test_an_unknown_option_is_a_usage_error_in_one_line():
    result = invoke("rows", "--colour")

    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "windrow rows --help" in result.stderr


def test_errors_are_json_where_json_was_asked_for():
    result = invoke("run", "nowhere.yaml", "--json")

    error = json.loads(result.stdout)["error"]
    assert result.exit_code == 2
    assert error["what"] == "no such config file"
    assert error["where"] == "nowhere.yaml"
    assert error["exit_code"] == 2
    assert result.stderr == ""


def test_all_problems_of_a_config_are_shown_a_line_each(tmp_path):
    config = tmp_path / "bad.yaml"
    config.write_text("name: x\nseeds: [{use: rows, path: a}]\nrecipes: [{use: rag_qa, rows: x}]\ncolour: blue\n")

    result = invoke("run", str(config))

    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("error: ") for line in lines)


def test_a_bug_is_one_line_unless_debugging(monkeypatch, tmp_path):
    (tmp_path / "broken.py").write_text("class Broken:\n    pass\n")
    config = tmp_path / "bug.yaml"
    config.write_text("name: x\nseeds: [{use: rows, path: a}]\nrecipes: [{use: 'broken.py:Broken'}]\n")

    quiet = invoke("run", str(config))
    monkeypatch.setenv("WINDROW_DEBUG", "1")
    loud = CliRunner(env={"WINDROW_DEBUG": "1"}).invoke(main, ["run", str(config)])

    assert quiet.exit_code == 1
    assert quiet.stderr.count("\n") == 1
    assert "WINDROW_DEBUG=1" in quiet.stderr
    assert "Traceback" in loud.stderr


def test_version():
    assert invoke("--version").stdout.startswith("windrow 0.")


def test_a_full_disk_behind_stdout_is_an_error_of_one_line():
    if not Path("/dev/full").exists():
        pytest.skip("not run: no /dev/full here")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([str(WINDROW), "list"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.splitlines()[0].startswith("error: ")
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_is_no_error():
    script = f"'{WINDROW}' schema | head -c 1"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)

    assert done.stdout == "{"
    assert done.stderr == ""


def test_odd_characters_do_not_break_a_narrow_terminal(tmp_path):
    done = subprocess.run(
        [str(WINDROW), "run", "nirgends-ü-客.yaml"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )

    assert done.returncode == 2
    assert "no such config file" in done.stderr


def test_what_models_write_cannot_steer_the_terminal():
    assert printable("a\x1b[2Jb\x9bc\td\ne") == "a\ufffd[2Jb\ufffdc\td\ne"


def test_list_names_everything_once_and_says_what_it_is():
    listed = json.loads(invoke("list", "--json").stdout)

    from windrow.flow import TABLE

    assert list(listed) == [*TABLE, "teachers", "embedders", "evaluators"]
    for kind, entries in listed.items():
        assert len({entry["name"] for entry in entries}) == len(entries), kind
        assert all(entry["loads"] and entry["summary"] for entry in entries), kind


def test_list_of_one_kind_and_of_an_unknown_kind():
    assert invoke("list", "recipes").stdout.startswith("recipes:\n")
    assert "did you mean 'recipes'?" in invoke("list", "recipe").stderr


def test_the_schema_knows_every_recipe_with_its_own_knobs():
    schema = json.loads(invoke("schema").stdout)

    recipes = schema["$defs"]["recipes"]["anyOf"]
    rag = next(entry for entry in recipes if entry.get("properties", {}).get("use") == {"const": "rag_qa"})
    assert {"rows", "prompts", "checks", "filters", "distractors"} <= rag["properties"].keys()
    assert rag["additionalProperties"] is False


def test_every_reference_of_the_schema_leads_somewhere():
    text = invoke("schema").stdout
    schema = json.loads(text)

    def references(node):
        if isinstance(node, dict):
            yield from [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    found = set(references(schema))
    assert found
    assert all(reference.removeprefix("#/$defs/") in schema["$defs"] for reference in found)
