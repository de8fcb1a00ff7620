"""A run that fails early hides nothing of the one that ended: its rows, its report, its exports."""

import json
import sqlite3
import subprocess
from contextlib import closing

import pytest


@pytest.fixture
def project(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "docs/parking.md").write_text(
        "# Parking\n\n- Price per hour: 4 euros\n- Gate closes: 21 o'clock\n- Bays for visitors: 17\n", encoding="utf-8"
    )
    (tmp_path / "c.yaml").write_text(
        "name: c\nseeds: [{use: documents, path: docs}]\nrecipes: [rag_qa]\nexports: [trl]\n", encoding="utf-8"
    )
    return tmp_path


def run(windrow, project, *arguments):
    command = [windrow, *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_a_failed_run_leaves_the_rows_the_report_and_the_exports_of_the_one_before(windrow, project):
    assert run(windrow, project, "run", "c.yaml", "--out", "out").returncode == 0
    rows = run(windrow, project, "rows", "out", "--lines").stdout
    exported = (project / "out/exports/trl/train.jsonl").read_bytes()
    assert rows
    failed = run(windrow, project, "run", "c.yaml", "--out", "out", "--set", "seeds.0.path=empty")
    assert failed.returncode == 2
    assert run(windrow, project, "rows", "out", "--lines").stdout == rows
    report = json.loads(run(windrow, project, "report", "out", "--json").stdout)
    assert report["state"] == "overtaken"
    assert report["rows"]["accepted"] == len(exported.splitlines())
    assert "a later one has not" in run(windrow, project, "report", "out").stdout
    assert run(windrow, project, "export", "out").returncode == 0
    assert (project / "out/exports/trl/train.jsonl").read_bytes() == exported
    assert run(windrow, project, "run", "c.yaml", "--out", "out").returncode == 0
    assert json.loads(run(windrow, project, "report", "out", "--json").stdout)["state"] == "finished"


def test_an_export_leaves_no_file_that_contradicts_its_report(windrow, project):
    split = ("--set", "splits.holdout=0.4")
    assert run(windrow, project, "run", "c.yaml", "--out", "out", *split).returncode == 0
    (project / "docs/parking.md").write_text("Nothing to ask about here at all, dear reader.\n", encoding="utf-8")
    run(windrow, project, "run", "c.yaml", "--out", "out")
    told = json.loads((project / "out/exports/trl/export_report.json").read_text(encoding="utf-8"))
    there = {path.name for path in (project / "out/exports/trl").glob("t*.jsonl")}
    assert there == set(told["files"]) == set()
    refused = run(windrow, project, "export", "out")
    assert refused.returncode == 1
    assert "no accepted rows" in refused.stderr


def test_a_run_that_has_not_ended_is_exported_only_when_asked_to(windrow, project):
    assert run(windrow, project, "run", "c.yaml", "--out", "out").returncode == 0
    with closing(sqlite3.connect(project / "out/ledger.sqlite")) as ledger:  # as a kill before its end leaves it
        ledger.execute("UPDATE passes SET finished = 0")
        ledger.commit()
    refused = run(windrow, project, "export", "out")
    assert refused.returncode == 1
    assert "has not ended" in refused.stderr
    assert "--partial" in refused.stderr
    assert run(windrow, project, "export", "out", "--partial").returncode == 0
    assert "has not ended" in run(windrow, project, "report", "out").stdout


def test_a_stage_knows_what_the_stages_before_it_accepted(windrow, project):
    config = "name: c\nseeds: [{use: documents, path: docs}]\nrecipes: [rag_qa, rag_qa]\n"
    (project / "c.yaml").write_text(config, encoding="utf-8")
    assert run(windrow, project, "run", "c.yaml", "--out", "out").returncode == 0
    rows = json.loads(run(windrow, project, "rows", "out", "--status", "accepted", "--json").stdout)
    assert rows
    assert {row["stage"] for row in rows} == {"rag_qa"}
    reasons = json.loads(run(windrow, project, "rows", "out", "--stage", "rag_qa#2", "--json").stdout)
    assert "duplicate" in {row["reason"] for row in reasons}
