"""What a user sees of judges: the rows that they refused, with why, and how a run ended."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from judged_run import decided, run_of, verdict
from windrow import Plan
from windrow.cli.ending import Ending
from windrow.testing import FaultyServer, server_error
from windrow.testing.graders import honest_by

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
    assert line.startswith("unscored, and so not accepted: 1 row: no usable verdict of a judge (timeout 1); ")


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

    assert [line.split(": ")[1] for line in lines] == ["1 row", "2 rows"]
    assert lines[1].endswith("(escalated 2); that is for a person to decide")


EXAMPLE = Path(__file__).parents[2] / "examples" / "judged" / "judged.yaml"


def even(parts, _criterion) -> bool:
    """A judge's taste that a test can repeat."""
    return len(parts["output"]) % 2 == 0


@pytest.fixture
def judged(project):
    """The command, on the example with a scripted judge in place of its model."""
    with FaultyServer(honest_by(even)) as server:

        def command(verb, *arguments):
            models = f"models.judge={{model: openai/scripted, base_url: '{server.url}', retries: 0}}"
            return project.windrow(verb, EXAMPLE, "--set", models, *arguments)

        command.server = server
        yield command


def test_the_example_runs_with_any_judge_that_answers(project, judged):
    done = judged("run", "--display", "plain")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("40 rows accepted, ")
    refused = json.loads(project.windrow("rows", "--status", "rejected", "--where", "judge", "--json").stdout)
    assert refused
    assert {row["by"] for row in refused} == {"adherence"}
    accepted = json.loads(project.windrow("rows", "--status", "accepted", "--json").stdout)
    for kept, rows in ((True, accepted), (False, refused)):
        assert {len(row["messages"][-1]["content"]) % 2 == 0 for row in rows} == {kept}
    report = project.windrow("report").stdout
    assert "- task adherence: judged for 40 of 40 accepted rows, by adherence (not calibrated)" in report
    assert "- helpfulness: not evaluated: no judge asks about it" in report


def gold(folder) -> Path:
    """A hundred and twenty labelled answers, of which the judge `even` is wrong on every tenth."""
    path = folder / "gold.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(120):
            output = f"An answer that is number {number:03}{'.' * (number % 2)}"
            good = even({"output": output}, "") is (number % 10 != 0)
            told = {"input": f"Question {number}?", "output": output, "label": "pass" if good else "fail"}
            file.write(json.dumps(told) + "\n")
    return path


def test_a_judge_that_was_calibrated_says_so_in_the_report_with_its_figures(project, judged):
    labelled = gold(project.folder)
    address = ("--judge", "openai/scripted", "--base-url", judged.server.url, "--target-precision", "0.8")
    done = project.windrow("calibrate", labelled, "-e", "task_adherence", *address, "--out", "judge.json")
    assert done.returncode in {0, 3}, done.stderr
    measured = json.loads((project.folder / "judge.json").read_text())
    judge = {"use": "rubric", "name": "adherence", "criteria": ["task_adherence"]}
    judge |= {"calibration": str(project.folder / "judge.json"), "anchors": str(labelled)}

    ran = judged("run", "--set", f"judges={json.dumps([judge])}", "--display", "none", "--json")
    report = json.loads(ran.stdout)["report"]

    (told,) = report["judges"]
    assert told["calibration"]["calibrated"] is True, told["calibration"]["why"]
    for figure in ("kappa", "precision", "sensitivity", "specificity", "threshold"):
        assert told["calibration"][figure] == measured[figure]
    cells = measured["confusion"]
    se, sp = cells["tp"] / (cells["tp"] + cells["fn"]), cells["tn"] / (cells["tn"] + cells["fp"])
    expected = (told["passed"] / told["judged"] + sp - 1) / (se + sp - 1)
    assert told["calibration"]["corrected"]["value"] == pytest.approx(min(1, max(0, expected)), abs=1e-3)
    assert told["drift"]["alarm"] is False
    text = project.windrow("report").stdout
    assert "by adherence (calibrated)" in text
    assert f"calibrated on 120 labelled rows; kappa {measured['kappa']['value']:.3f}" in text
    assert "pass rate with the judge's error taken out: " in text
    assert "no drift: agreed with people on " in text
    assert "not calibrated" not in text


def test_the_example_without_a_key_says_what_is_missing(project):
    done = project.windrow("run", EXAMPLE, "--display", "none")

    assert done.returncode == 4
    assert "OPENAI_API_KEY" in done.stderr


def test_a_dry_run_tells_judging_as_a_range_that_holds(project, judged):
    (expected,) = json.loads(judged("run", "--dry-run", "--json").stdout)["stages"][0]["judging"]
    said = judged("run", "--dry-run").stdout
    assert judged.server.requests == 0

    judged("run", "--display", "none")

    assert expected["rows"] == {"low": 40, "high": 400}
    assert expected["calls"]["low"] <= judged.server.requests <= expected["calls"]["high"]
    assert "judge adherence (every row, by openai/scripted): 40 to 400 rows heard, 40 to 800 calls" in said
    assert "note: judge 'adherence' is not calibrated" in said


def test_a_preview_asks_the_judge_too(judged):
    done = judged("preview", "--rows", "3", "--json")

    told = json.loads(done.stdout)
    assert done.returncode == 0
    judges = [{verdict["by"] for verdict in row["verdicts"] if verdict["kind"] == "judge"} for row in told["rows"]]
    assert sum(row["status"] == "accepted" for row in told["rows"]) == 3
    assert judges.count({"adherence"}) >= 3


def test_a_judge_that_answers_nobody_ends_the_run_with_three_and_a_remedy(project):
    with FaultyServer(lambda _asked, _number: server_error()) as server:
        models = f"models.judge={{model: openai/scripted, base_url: '{server.url}', retries: 0}}"
        done = project.windrow("run", EXAMPLE, "--set", models, "--display", "none")
        told = json.loads(project.windrow("run", EXAMPLE, "--set", models, "--json").stdout)

    assert done.returncode == told["exit_code"] == 3
    assert done.stdout.startswith("0 rows accepted, ")
    assert "a judge gave no verdicts" in done.stderr
    assert "rows: no usable verdict of a judge (server_error " in done.stderr
    assert told["stopped"] == {"self_instruct": "judge_silent"}
    assert sum(told["unscored"].values()) == told["report"]["rows"]["quarantined"] > 0


def judged_by_its_kin(project, **judge) -> dict:
    """A config whose judge is of the teacher's family."""
    models = {"teacher": {"model": "openai/gpt-5", "base_url": project.server.url}}
    models["judge"] = {"model": "openai/gpt-5-mini", "base_url": project.server.url}
    judges = [{"use": "rubric", "criteria": ["task_adherence"], **judge}]
    seeds, recipes = [{"use": "rows", "path": "seeds.jsonl"}], [{"use": "self_instruct", "rows": 5}]
    return {"name": "tiny", "seeds": seeds, "models": models, "recipes": recipes, "judges": judges}


def doctor(project, config) -> dict[tuple[str, str], list[str]]:
    """What doctor says of judges, by what and state."""
    (project.folder / "tiny.yaml").write_text(json.dumps(config))
    done = project.windrow("doctor", "tiny.yaml", "--json")
    said: dict[tuple[str, str], list[str]] = {}
    for each in json.loads(done.stdout)["findings"]:
        said.setdefault((each["what"], each["state"]), []).append(each["said"])
    return said


def test_doctor_looks_at_who_judges_whom(project):
    said = doctor(project, judged_by_its_kin(project))

    (endpoint,) = said["judge: openai/gpt-5-mini", "ok"]
    kin, measured = said["judge rubric", "note"]
    assert endpoint.startswith(project.server.url)
    assert "are both of the family 'openai'" in kin
    assert "is not calibrated: how often it is right is not known" in measured


@pytest.mark.parametrize(("days", "state", "age"), [(2, "ok", "2 days ago"), (30, "note", "30 days ago: more than 7")])
def test_doctor_tells_how_old_a_calibration_is(project, days, state, age):
    (planned,) = Plan.parse(judged_by_its_kin(project), base=project.folder).resolved()["judges"]
    told = {"schema": 1, "name": "rubric", "fingerprint": planned["fingerprint"], "model": "openai/gpt-5-mini"}
    told |= {"threshold": 0.7, "target_precision": 0.9, "labels": {"n": 200, "pass": 100, "fail": 100}}
    told |= {"confusion": {"tp": 90, "fp": 10, "fn": 10, "tn": 90}}
    told |= {"measured_on": (datetime.now(tz=UTC).date() - timedelta(days=days)).isoformat()}
    (project.folder / "measured.json").write_text(json.dumps(told))

    said = doctor(project, judged_by_its_kin(project, calibration="measured.json"))

    assert said["judge rubric", state][-1].startswith(f"calibrated on 200 labelled rows at threshold 0.7, {age}")


def test_doctor_says_so_where_a_calibration_is_of_another_judge(project):
    told = {"schema": 1, "name": "rubric", "fingerprint": "0" * 16, "model": "openai/gpt-5-mini", "threshold": 0.7}
    told |= {"target_precision": 0.9, "labels": {"n": 2, "pass": 1, "fail": 1}, "measured_on": "2026-01-01"}
    told |= {"confusion": {"tp": 1, "fp": 0, "fn": 0, "tn": 1}}
    (project.folder / "measured.json").write_text(json.dumps(told))

    said = doctor(project, judged_by_its_kin(project, calibration="measured.json"))

    assert "its rubric, wording or parser has changed since" in said["judge rubric", "note"][-1]
    assert ("judge rubric", "ok") not in said
