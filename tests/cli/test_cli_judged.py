"""What a user sees of judges: the rows that they refused, with why, and how a run ended."""

import json
import re

import pytest

from judged_run import decided, run_of, verdict
from windrow.cli.ending import Ending

FAILS = {"goal": "fail", "rule": "pass", "tone": "fail"}


@pytest.fixture
def runs(project):
    """runs/judged: two judges, each of which refused some, one of which said nothing of some."""
    rows = [decided(n, "accepted", verdict(), verdict(by="safe")) for n in range(5)]
    failed = verdict(
        "fail", criteria=FAILS, score=0.2, threshold=0.7, detail="2 of 3 criteria fail", quotes=("it is\n5",)
    )
    rows += [decided(5 + n, "rejected", failed) for n in range(3)]
    rows += [decided(8 + n, "rejected", verdict(), verdict("fail", by="safe")) for n in range(2)]
    rows += [decided(10 + n, "quarantined", verdict("unscored", reason="timeout")) for n in range(4)]
    rows.append(decided(14, "quarantined", verdict("unscored", reason="escalated")))
    rows.append(decided(15, "rejected"))
    judges = ["adherence", {"use": "rubric", "name": "safe", "options": {"criteria": ["safety"]}}]
    run_of(project.folder / "runs" / "judged", rows, judges=judges, ended={"echo": (None, "seeds")})
    return project


def ids(project, *arguments):
    return [row["by"] for row in json.loads(project.windrow("rows", "judged", *arguments, "--json").stdout)]


def test_what_any_judge_refused_is_found_by_the_one_word_judge(runs):
    assert ids(runs, "--status", "rejected", "--where", "judge") == ["adherence"] * 3 + ["safe"] * 2
    assert ids(runs, "--status", "rejected", "--where", "safe") == ["safe"] * 2
    assert ids(runs, "--status", "quarantined", "--where", "judge") == ["adherence"] * 5
    assert len(ids(runs, "--where", "judge")) == 10
    assert len(ids(runs, "--where", "judge", "--limit", "4")) == 4


def test_a_row_that_a_judge_refused_shows_the_criteria_and_the_quotes(runs):
    done = runs.windrow("rows", "judged", "--where", "adherence", "--limit", "1")

    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[:6] == [
        lines[0],
        "2 of 3 criteria fail",
        "score 0.2, of 0.7 that pass (openai/judge)",
        "✗ goal (critical): fail: because of goal",
        "“it is 5”",
        "✗ tone: fail: because of tone",
    ]
    assert lines[0].endswith("· echo · rejected · adherence: below_threshold")
    assert not any("rule" in line for line in lines)


def test_a_row_without_a_verdict_shows_what_went_wrong(runs):
    done = runs.windrow("rows", "judged", "--status", "quarantined", "--where", "judge")

    assert len(re.findall("quarantined · adherence: timeout", done.stdout)) == 4
    assert len(re.findall("quarantined · adherence: escalated", done.stdout)) == 1


def test_a_judge_that_is_misspelt_is_named_rightly(runs):
    done = runs.windrow("rows", "judged", "--where", "adherance")

    assert done.returncode == 2
    assert "did you mean 'adherence'?" in done.stderr


def test_judges_and_evaluators_are_listed(project):
    told = json.loads(project.windrow("list", "--json").stdout)

    named = {entry["name"]: entry for entry in told["evaluators"]}
    assert named["task_adherence"]["needs_judge"] is True
    assert named["task_adherence"]["needs"] == ["input", "output"]
    assert named["exact_match"]["needs_judge"] is False
    assert "prompt_instruction_adherence" in named["prompt_adherence"]["aliases"]
    assert "  faithfulness " in project.windrow("list", "evaluators").stdout


def ending(folder, rows, **ended) -> Ending:
    run = run_of(folder / "runs" / "one", rows, ended=ended)
    return Ending.of(run, run.report())


def test_a_target_that_is_reached_is_reached_whoever_was_silent_on_the_way(tmp_path):
    rows = [decided(n, "accepted", verdict()) for n in range(3)]
    rows += [decided(3, "quarantined", verdict("unscored", reason="timeout"))]

    found = ending(tmp_path, rows, echo=(3, "target"))

    assert found.code == 0
    (line,) = found.lines()
    assert line.startswith("1 rows are unscored, and so not accepted: no usable verdict of a judge (timeout 1); ")


def test_where_every_seed_counts_a_row_without_its_verdict_is_not_the_end(tmp_path):
    rows = [decided(0, "accepted", verdict()), decided(1, "quarantined", verdict("unscored", reason="unparsed"))]

    found = ending(tmp_path, rows, echo=(None, "seeds"))

    assert found.code == 3
    assert found.told()["unscored"] == {"unparsed": 1}


@pytest.mark.parametrize("why", ["judge_silent", "judge_drift", "generator_defective"])
def test_what_a_judge_stops_ends_with_three_and_says_what_to_do(tmp_path, why):
    short = ending(tmp_path / "short", [decided(0, "accepted", verdict())], echo=(5, why))
    open_ended = ending(tmp_path / "open", [decided(0, "accepted", verdict())], echo=(None, why))

    for found in (short, open_ended):
        assert found.code == 3
        assert found.told()["stopped"] == {"echo": why}
        (line,) = found.lines()
        assert re.fullmatch(r"echo: 1( of 5)? rows: .+ \(.+\)", line)


def test_what_the_judges_did_not_settle_is_for_a_person(tmp_path):
    rows = [decided(n, "quarantined", verdict("unscored", reason="escalated")) for n in range(2)]
    rows += [decided(2, "quarantined", verdict("unscored", reason="timeout")), decided(3, "accepted", verdict())]

    lines = list(ending(tmp_path, rows, echo=(1, "target")).lines())

    assert [line.partition(" rows are unscored")[0] for line in lines] == ["1", "2"]
    assert lines[1].endswith("(escalated 2); that is for a person to decide")
