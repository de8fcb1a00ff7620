"""`windrow calibrate` says what a judge is worth, writes it down, and tells by its exit code whether that will do."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from windrow.calibration.artifact import load
from windrow.cli import main
from windrow.testing import FaultyServer, always_pass, erring, locked_out

WINDROW = Path(sys.executable).parent / "windrow"
ROWS = [
    {
        "instruction": f"Question {at}?",
        "response": f"The {'right' if at % 2 else 'wrong'} answer {at}.",
        "label": "good" if at % 2 else "bad",
    }
    for at in range(120)
]


def jsonl(folder, name, rows):
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def windrow(folder, *arguments, verb="calibrate", **env):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI", "WINDROW"))}
    return subprocess.run(
        [WINDROW, verb, *map(str, arguments)],
        cwd=folder,
        env={**kept, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def good_judge():
    with FaultyServer(erring(lambda parts: "right" in parts["output"], sensitivity=1.0, specificity=1.0)) as server:
        yield server


def test_it_prints_the_figures_and_writes_the_file_and_the_answers(tmp_path, good_judge):
    gold = jsonl(tmp_path, "gold.jsonl", ROWS)
    asked = "-e", "task_adherence", "--judge", "openai/m", "--base-url", good_judge.url
    done = windrow(tmp_path, gold, *asked)
    assert (done.returncode, done.stderr) == (0, "")
    assert "kappa              1.000 (" in done.stdout
    assert "written to task_adherence.calibration.json" in done.stdout
    assert load(tmp_path / "task_adherence.calibration.json").model == "openai/m"
    before = good_judge.requests
    again = windrow(tmp_path, gold, *asked)
    assert (again.stdout, good_judge.requests) == (done.stdout, before)


def test_what_it_measured_is_known_to_evaluate_only_where_it_is_of_that_judge(tmp_path):
    judge = erring(lambda parts: "right" in parts["output"], sensitivity=0.9, specificity=0.8)
    many = [{**row, "response": f"{row['response']} And {at}."} for at in range(3) for row in ROWS]
    rows = jsonl(tmp_path, "rows.jsonl", [{k: row[k] for k in ("instruction", "response")} for row in many[:200]])
    with FaultyServer(judge) as server:
        gold = jsonl(tmp_path, "gold.jsonl", many)
        asked = "-e", "task_adherence", "--judge", "openai/m", "--base-url", server.url
        assert windrow(tmp_path, gold, *asked, "--target-precision", "0.7", "--out", "c.json").returncode == 0
        measured = lambda *more, verb="evaluate": json.loads(  # noqa: E731
            windrow(tmp_path, rows, *asked, "--calibration", "c.json", "--json", *more, verb=verb).stdout
        )["evaluators"][0]
        known, other = measured(), measured("--threshold", "0.9")
        sampled, loose = measured("--samples", "2"), windrow(tmp_path, rows, *asked, verb="evaluate").stdout
        said = windrow(tmp_path, rows, *asked, "--calibration", "c.json", "--out", "s.jsonl", verb="evaluate").stdout
    assert known["calibrated"] is True
    assert known["corrected"]["low"] < 0.5 < known["corrected"]["high"]
    assert abs(known["corrected"]["value"] - 0.5) < abs(known["pass_rate"] - 0.5) or known["pass_rate"] == 0.5
    assert "pass rate corrected for the judge's errors" in said
    scored = [json.loads(line)["evaluations"][0] for line in (tmp_path / "s.jsonl").read_text("utf-8").splitlines()]
    assert {one["judge"]["calibrated"] for one in scored} == {True}
    assert (other["calibrated"], other["corrected"]) == (False, None)
    assert "it was measured at threshold" in other["not_calibrated"]
    assert "another judge" in sampled["not_calibrated"]
    assert "task_adherence: not calibrated: no calibration is given" in loose


def test_it_reads_csv_and_the_judge_of_the_environment_and_prints_json(tmp_path, good_judge):
    with (tmp_path / "gold.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ["instruction", "response", "human"])
        table.writeheader()
        table.writerows({**{k: row[k] for k in ("instruction", "response")}, "human": row["label"]} for row in ROWS)
    done = windrow(
        tmp_path, "gold.csv", "-e", "task_adherence", "--label", "human", "--json", "--out", "deep/er/judge.json",
        WINDROW_JUDGE_MODEL="openai/m", WINDROW_JUDGE_BASE_URL=good_judge.url,
    )  # fmt: skip
    document = json.loads(done.stdout)
    assert document["confusion"]["fp"] == document["confusion"]["fn"] == 0
    assert json.loads((tmp_path / "deep/er/judge.json").read_bytes()) == document


def test_the_judge_may_be_named_in_a_dotenv_file(tmp_path, good_judge):
    (tmp_path / ".env").write_text(
        f"WINDROW_JUDGE_MODEL=openai/m\nWINDROW_JUDGE_BASE_URL={good_judge.url}\n", encoding="utf-8"
    )
    done = windrow(tmp_path, jsonl(tmp_path, "gold.jsonl", ROWS), "-e", "task_adherence")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_target_that_is_missed_ends_with_3_and_is_written_all_the_same(tmp_path):
    with FaultyServer(always_pass) as server:
        gold = jsonl(tmp_path, "gold.jsonl", ROWS)
        done = windrow(tmp_path, gold, "-e", "task_adherence", "--judge", "openai/m", "--base-url", server.url)
    assert done.returncode == 3
    assert "no threshold with 10 passes or more reaches a precision of 0.95" in done.stdout
    assert "warning: the judge passes every row" in done.stdout
    assert (tmp_path / "task_adherence.calibration.json").exists()


def test_a_dead_judge_ends_with_3_and_nothing_is_written(tmp_path):
    with FaultyServer(locked_out) as server:
        rubric = tmp_path / "own.yaml"
        rubric.write_text(
            "name: own\ndescription: Is it right?\nneeds: [output]\n"
            'criteria:\n  - {id: right, question: "Is it right?"}\n',
            encoding="utf-8",
        )
        gold = jsonl(tmp_path, "gold.jsonl", ROWS[:3])
        done = windrow(tmp_path, gold, "--rubric", rubric, "--judge", "openai/m", "--base-url", server.url)
    assert done.returncode == 3
    assert "judged             0 of 3 (unscored: " in done.stdout
    assert "nothing was measured, and nothing is written" in done.stdout
    assert not list(tmp_path.glob("*.calibration.json"))


@pytest.mark.parametrize(
    ("rows", "arguments", "code", "message"),
    [
        ([*ROWS[:2], {"response": "x"}], ["-e", "task_adherence"], 2, "gold.jsonl:3: there is no 'label'"),
        ([*ROWS[:1], {"label": 1, "messages": 7}], ["-e", "task_adherence"], 2, "gold.jsonl:2: "),
        (ROWS[:2], ["-e", "task_adherense"], 2, "task_adherence"),
        (ROWS[:2], [], 2, "-e NAME, or --rubric FILE"),
        (ROWS[:2], ["-e", "task_adherence", "--target-precision", "2"], 2, "--target-precision"),
        ([], ["-e", "task_adherence"], 2, "no labelled row"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_asked(tmp_path, capsys, rows, arguments, code, message):
    gold = jsonl(tmp_path, "gold.jsonl", rows)
    with pytest.raises(SystemExit) as ended:
        main(["calibrate", str(gold), *arguments, "--judge", "openai/m", "--base-url", "http://127.0.0.1:9"])
    assert ended.value.code == code
    assert message in capsys.readouterr().err
