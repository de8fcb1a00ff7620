"""A judge over real HTTP is measured for what it is: good, blind, silent; and asked only for what is missing."""

import hashlib
from datetime import date

import pytest

from windrow import evaluate
from windrow.calibration.artifact import parse
from windrow.calibration.gold import labelled
from windrow.errors import ConfigError, MissingError
from windrow.evaluation.calibrating import calibrate, measured
from windrow.evaluators.inputs import resolve
from windrow.flow import JUDGES
from windrow.testing import FaultyServer, always_pass, dead, erring, honest_by

DAY = date(2026, 3, 1)


def rows(count, *, good=2):
    """Labelled rows, one in `good` of them good; a good one says "right"."""
    return [
        {
            "input": f"Question number {at}?",
            "output": f"The {'right' if at % good == 0 else 'other'} answer to number {at}.",
            "label": "pass" if at % good == 0 else "fail",
        }
        for at in range(count)
    ]


def gold(given):
    return labelled((f"gold.jsonl:{line}", row) for line, row in enumerate(given, 1))


def is_right(parts):
    return "right" in parts["output"]


def coin(parts, _criterion):
    return hashlib.sha256(f"throw {parts['output']}".encode()).digest()[0] % 2 == 0


def judge_at(server, name="task_adherence", **model):
    return measured(name, {"model": "openai/judge", "base_url": server.url, "retries": 0, **model}, environment={})


def found(script, given, tmp_path=None, **options):
    with FaultyServer(script, model="judge-2026-01") as server:
        answers = None if tmp_path is None else tmp_path / "answers.sqlite"
        return calibrate(judge_at(server), gold(given), measured_on=DAY, answers=answers, **options)


def test_a_judge_of_known_errors_is_measured_at_those(tmp_path):
    document = found(erring(is_right, sensitivity=0.9, specificity=0.8), rows(400), tmp_path, target=0.75)
    assert document["coverage"]["value"] == 1.0
    assert document["halves"]["chosen_on"] == {"n": 200, "pass": 100, "fail": 100}
    assert document["halves"]["reported_on"]["n"] == 200
    assert document["sensitivity"]["low"] < 0.9 < document["sensitivity"]["high"]
    assert document["specificity"]["low"] < 0.8 < document["specificity"]["high"]
    assert document["kappa"]["low"] < 0.7 < document["kappa"]["high"]
    assert document["answered_as"] == ["judge-2026-01"]
    assert document["warnings"] == []
    read = parse(document)
    assert read.model == "openai/judge"
    assert len(read.baseline) == 400


def test_the_corrected_pass_rate_of_rows_that_nobody_labelled_covers_the_truth_and_the_judges_own_does_not():
    """Three in ten of 600 rows are good; the judge passes .9 of them and .2 of the bad ones."""
    unlabelled = [
        resolve({"input": f"Another {at}?", "output": f"A {'right' if at % 10 < 3 else 'wrong'} one, {at}."})
        for at in range(600)
    ]
    judge = erring(is_right, sensitivity=0.9, specificity=0.8)
    document = found(judge, rows(400), target=0.75, unlabelled=unlabelled)
    assert document["unlabelled"]["judged"] == 600
    assert document["as_judged"]["low"] > 0.3
    assert document["corrected"]["low"] < 0.3 < document["corrected"]["high"]
    assert "rogan-gladen" in document["corrected"]["method"]
    assert (
        document["prediction_powered"]["value"] is None
    )  # half of the labelled rows are good: no random part of these
    assert "no random part" in document["prediction_powered"]["method"]


def test_labels_and_verdicts_together_estimate_closer_than_labels_alone():
    """The labelled rows are a random part of the whole: one in two is good in both."""
    unlabelled = [resolve({key: row[key] for key in ("input", "output")}) for row in rows(1_200)[400:]]
    judge = erring(is_right, sensitivity=0.95, specificity=0.95)
    powered = found(judge, rows(400), target=0.9, unlabelled=unlabelled)["prediction_powered"]
    assert powered["low"] < 0.5 < powered["high"]
    assert powered["high"] - powered["low"] < 0.115  # 200 labels alone: 0.138
    assert "random part" in powered["holds"]


def test_a_coin_agrees_by_chance_alone_and_that_is_said():
    document = found(honest_by(coin), rows(300))
    assert document["kappa"]["low"] < 0 < document["kappa"]["high"]
    assert any("by chance alone" in line for line in document["warnings"])
    assert document["halves"]["reached"] == "no"


def test_a_judge_that_passes_everything_cannot_be_corrected_and_that_is_said():
    unlabelled = [resolve({"input": "What?", "output": f"Answer {at}."}) for at in range(20)]
    document = found(always_pass, rows(200), unlabelled=unlabelled)
    assert document["corrected"]["value"] is None
    assert "cannot be corrected" in document["corrected"]["method"]
    assert any("passes every row" in line for line in document["warnings"])
    assert document["kappa"]["value"] == 0.0
    assert parse(document).corrected(20, 20).value is None


def test_a_dead_judge_is_no_judge_that_fails_rows():
    document = found(dead, rows(60))
    assert document["coverage"]["scored"] == 0
    assert document["coverage"]["value"] == 0.0
    assert sum(document["coverage"]["unscored"].values()) == 60
    assert document["confusion"] == {"tp": 0, "fp": 0, "fn": 0, "tn": 0}
    assert (document["kappa"], document["sensitivity"], document["specificity"]) == (None, None, None)
    assert parse(document).baseline == {}


def test_rows_without_a_verdict_are_in_the_coverage_and_nowhere_else():
    honest = honest_by(lambda parts, _: is_right(parts))

    def script(asked, number):
        return "no verdict at all" if "number 7" in str(asked["messages"]) else honest(asked, number)

    document = found(script, rows(300))
    silent = document["coverage"]["unscored"]["unparsed"]
    assert silent == sum(str(at).startswith("7") for at in range(300))
    assert document["own"]["confusion"]["fp"] == document["own"]["confusion"]["fn"] == 0
    assert sum(document["own"]["confusion"].values()) == 300 - silent
    assert any(f"{silent} of 300 rows have no verdict" in line for line in document["warnings"])
    assert parse(document).outcomes[gold(rows(8))[7].id].passed is None


def test_a_second_calibration_asks_only_for_what_is_new(tmp_path):
    answers = tmp_path / "answers.sqlite"
    judge = erring(is_right, sensitivity=0.9, specificity=0.8)
    with FaultyServer(judge) as server:
        first = calibrate(judge_at(server), gold(rows(60)), measured_on=DAY, answers=answers)
        asked = server.requests
        again = calibrate(judge_at(server), gold(rows(60)), measured_on=DAY, answers=answers)
        assert (asked, server.requests) == (60, 60)
        assert first == again
        calibrate(judge_at(server), gold(rows(64)), measured_on=DAY, answers=answers)
        assert server.requests == 64


def test_criteria_that_people_answered_are_measured_each():
    labelled_rows = [
        {**row, "label": {"goal": row["label"], "rules": "pass" if at % 3 else "fail"}}
        for at, row in enumerate(rows(120))
    ]
    rubric = {
        "name": "own",
        "description": "Is it right?",
        "needs": ["input", "output"],
        "criteria": [{"id": name, "question": f"Is the {name} met?"} for name in ("goal", "rules")],
    }
    with FaultyServer(honest_by(lambda parts, criterion: criterion == "goal" and is_right(parts))) as server:
        judge = measured(None, {"model": "openai/judge", "base_url": server.url}, rubric=rubric, environment={})
        document = calibrate(judge, gold(labelled_rows), measured_on=DAY)
    assert document["criteria"]["goal"]["kappa"]["value"] == 1.0
    assert document["criteria"]["rules"]["kappa"]["value"] == 0.0
    assert document["name"] == "own"


def test_probes_show_what_labelled_rows_do_not():
    def gullible(parts, _criterion):
        return is_right(parts) or len(parts["output"].strip()) < 60

    document = found(honest_by(gullible), rows(60, good=1)[:30] + rows(60, good=3)[1::3], probes=True)
    assert document["probes"]["flags"] == ["gullible"]
    keys = document["probes"]["probes"][0]
    assert (keys["name"], keys["hits"]) == ("master keys", keys["scored"])
    assert any("passes answers that say nothing" in line for line in document["warnings"])
    assert any(line.startswith("not evaluated, for want of verdicts: ") for line in document["warnings"])


@pytest.mark.parametrize("name", ["task_adherence", "faithfulness", "safety"])
def test_a_calibration_is_of_the_judge_that_a_config_names_so(name, tmp_path):
    subject = measured(name, "openai/judge", environment={}).subject
    named = JUDGES.load("rubric")
    judge = named(named.options_type(criteria=[name]), base=tmp_path)
    assert judge.fingerprint == subject.fingerprint


def test_a_calibration_is_of_the_judge_that_evaluate_asks():
    with FaultyServer(always_pass) as server:
        subject = judge_at(server).subject
        given = {"model": "openai/judge", "base_url": server.url}
        said = evaluate("task_adherence", output="An answer.", input="A question?", judge=given).judge
    assert (said.fingerprint, said.model) == (subject.fingerprint, subject.model)


@pytest.mark.parametrize(
    ("name", "judge", "message"),
    [
        ("task_adherance", "openai/x", "task_adherance"),
        ("exact_match", "openai/x", "exact_match"),
        ("task_adherence", None, "no judge is configured"),
        ("task_adherence", ["openai/x", "openai/y"], "2 judges are named"),
    ],
)
def test_what_asks_no_judge_cannot_be_calibrated(name, judge, message):
    with pytest.raises(ConfigError, match=message):
        measured(name, judge, environment={})


def test_a_key_that_is_missing_is_said_before_anything_is_asked():
    with pytest.raises(MissingError, match="OPENAI_API_KEY"):
        calibrate(measured("task_adherence", "openai/x", environment={}), gold(rows(2)), measured_on=DAY)
