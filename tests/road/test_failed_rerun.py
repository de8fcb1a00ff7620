"""A run that fails early hides nothing of the one that ended: its rows, its report, its exports."""

import json
import subprocess

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
