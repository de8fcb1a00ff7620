"""A calibration is of one judge; it says so of any other, and a broken file says where it is broken."""

import json
from datetime import date

import pytest

from windrow.calibration.artifact import load, parse
from windrow.errors import ConfigError

FILE = {
    "schema": 1,
    "name": "task_adherence",
    "fingerprint": "f1",
    "rubric_hash": "r1",
    "model": "openai/judge",
    "params": {},
    "labels": {"n": 200, "pass": 100, "fail": 100},
    "threshold": 0.8,
    "target_precision": 0.95,
    "confusion": {"tp": 90, "fp": 10, "fn": 10, "tn": 90},
    "kappa": {"value": 0.8, "low": 0.72, "high": 0.88},
    "precision": {"value": 0.9, "low": 0.83, "high": 0.94},
    "sensitivity": {"value": 0.9, "low": 0.83, "high": 0.94},
    "specificity": None,
    "measured_on": "2026-03-01",
    "outcomes": {
        "a": {"label": True, "passed": True, "score": 1.0},
        "b": {"label": False, "passed": True, "score": 0.9},
        "c": {"label": False, "passed": None, "score": None},
    },
    "probes": {"master_keys": 0},
}


def test_a_calibration_reads_back_as_it_was_written(tmp_path):
    path = tmp_path / "judge.json"
    path.write_text(json.dumps(FILE), encoding="utf-8")
    found = load(path)
    assert found.told() == FILE
    assert (found.threshold, found.counts.sensitivity, found.counts.specificity) == (0.8, 0.9, 0.9)
    assert found.standing.on == date(2026, 3, 1)


def test_it_is_of_one_fingerprint_and_one_model():
    found = parse(FILE)
    assert found.matches("f1", "openai/judge")
    assert not found.matches("f2", "openai/judge")
    assert found.mismatch("f1", "openai/other") == (
        "the calibration is of another judge: openai/judge, not openai/other"
    )
    assert found.mismatch("f2", "openai/judge") == (
        "the calibration is of another judge: its rubric, wording or parser has changed since"
    )


def test_it_corrects_the_pass_rate_of_a_dataset():
    found = parse(FILE).corrected(500, 1_000)
    assert found.value == pytest.approx(0.5)
    assert found.low < 0.5 < found.high
    assert parse(FILE).corrected(0, 0).value is None


def test_its_gold_rows_are_the_anchors_and_those_without_a_verdict_are_none():
    found = parse(FILE)
    assert found.baseline == {"a": True, "b": False}
    assert found.watch().baseline == 0.5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 2}, "schema 2, known is 1"),
        ({"schema": None}, "schema None"),
        ({"threshold": 1.5}, "threshold"),
        ({"confusion": {"tp": -1, "fp": 0, "fn": 0, "tn": 0}}, "confusion.tp"),
        ({"measured_on": "yesterday"}, "measured_on"),
        ({"fingerprint": None}, "fingerprint"),
        ({"outcomes": {"a": {"passed": True}}}, r"outcomes.a.label"),
    ],
)
def test_a_file_that_is_no_calibration_says_what_is_wrong(change, message, tmp_path):
    path = tmp_path / "judge.json"
    path.write_text(json.dumps({**FILE, **change}), encoding="utf-8")
    with pytest.raises(ConfigError, match=message) as caught:
        load(path)
    assert caught.value.where == str(path)


@pytest.mark.parametrize("content", ["", "[]", "{", "null"])
def test_a_file_that_is_no_json_object_is_an_error_with_its_path(content, tmp_path):
    path = tmp_path / "judge.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"judge\.json"):
        load(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "absent.json")


def test_a_check_is_due_after_a_week_or_five_thousand_judgments_unless_anchors_make_it():
    found = parse(FILE)
    assert found.due(date(2026, 3, 8), judgments=4_999) == ()
    (days,) = found.due(date(2026, 3, 9))
    (many,) = found.due(date(2026, 3, 1), judgments=5_000)
    assert ("8 days" in days, "5000 judgments" in many) == (True, True)
    assert len(found.due(date(2026, 3, 9), judgments=5_000, anchors=9)) == 2  # too few for a look
    assert found.due(date(2026, 3, 9), judgments=5_000, anchors=10) == ()
