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


def windrow(folder, *arguments, **env):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI", "WINDROW"))}
    return subprocess.run(
        [WINDROW, "calibrate", *map(str, arguments)],
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
