"""What judges said, counted: every figure of the report against what the test itself counts."""

import json
import random
import tracemalloc
from collections import Counter

import pytest

import judged_run
from judged_run import call, decided, run_of, status_of, verdict
from report_text import markdown
from windrow import Run, Verdict
from windrow.ledger.base import StoredRow
from windrow.report.judging import Judging
from windrow.statistics.intervals import wilson

CRITERIA = ("goal", "rule", "tone")
FAILURES = ("timeout", "rate_limited", "unparsed", "wrong_code", "evidence_not_found")


def said(dice: random.Random) -> Verdict:
    """A verdict that a judge may give."""
    if dice.random() < 0.15:
        return verdict("unscored", reason=dice.choice(FAILURES))
    criteria = {
        "goal": "pass" if dice.random() < 0.9 else "fail",
        "rule": "pass" if dice.random() < 0.8 else "fail",
        "tone": dice.choice(["pass", "pass", "fail", "not_applicable"]),
    }
    failed = criteria["goal"] == "fail" or criteria["rule"] == "fail"
    score = 0.25 if failed else 0.75
    return verdict("fail" if failed else "pass", criteria=criteria, score=score)


@pytest.fixture(scope="module")
def verdicts():
    dice = random.Random(7)
    return [said(dice) for _ in range(400)]


@pytest.fixture(scope="module")
def report(verdicts, tmp_path_factory):
    rows = [decided(number, status_of(each), each) for number, each in enumerate(verdicts)]
    calls = [call(n, "judge/adherence/rubric") for n in range(30)]
    calls += [call(100 + n, "judge/adherence/rubric", error="timeout", tokens=(None, None)) for n in range(4)]
    calls += [call(200 + n, "echo/say", "openai/teacher", tokens=(1_000, 500)) for n in range(50)]
    prices = {
        "openai/judge": {"input": "1", "output": "10"},
        "openai/teacher": {"input": "2", "output": "4"},
    }
    folder = tmp_path_factory.mktemp("runs") / "judged"
    events = [("judged", {"stage": "echo", "judge": "adherence", "mode": "all", "candidates": 400})]
    return run_of(folder, rows, events=events, calls=calls, prices=prices).report()


def test_every_verdict_is_counted_once_and_unscored_is_in_no_rate(report, verdicts):
    (judge,) = report["judges"]
    outcomes = Counter(each.outcome for each in verdicts)

    assert (judge["asked"], judge["candidates"]) == (400, 400)
    assert (judge["passed"], judge["failed"]) == (outcomes["pass"], outcomes["fail"])
    assert judge["judged"] == outcomes["pass"] + outcomes["fail"]
    assert judge["unscored"] == dict(Counter(v.reason for v in verdicts if v.outcome == "unscored"))
    assert judge["coverage"] == round(judge["judged"] / 400, 4)
    expected = wilson(outcomes["pass"], judge["judged"])
    assert judge["pass_rate"] == {
        "value": round(outcomes["pass"] / judge["judged"], 4),
        "low": round(expected.low, 4),
        "high": round(expected.high, 4),
    }


def test_each_criterion_has_its_own_counts_and_what_does_not_apply_is_in_no_rate(report, verdicts):
    (judge,) = report["judges"]
    counted = {name: Counter() for name in CRITERIA}
    for each in verdicts:
        for criterion in each.evidence["criteria"]:
            counted[criterion["id"]][criterion["verdict"]] += 1

    assert {each["id"] for each in judge["criteria"]} == set(CRITERIA)
    for each in judge["criteria"]:
        count = counted[each["id"]]
        assert (each["passed"], each["failed"]) == (count["pass"], count["fail"])
        assert each["not_applicable"] == count["not_applicable"]
        assert each["pass_rate"]["value"] == round(count["pass"] / (count["pass"] + count["fail"]), 4)
        assert each["pass_rate"]["low"] < each["pass_rate"]["value"] < each["pass_rate"]["high"]
    assert [each["critical"] for each in judge["criteria"]] == [True, False, False]


def test_judging_is_paid_for_apart_from_growing(report):
    (judge,) = report["judge_calls"]

    assert judge["calls"] == 34
    assert judge["models"][0]["failed"] == {"timeout": 4}
    assert judge["cost"]["usd"] == "0.006"  # 30 answers of 100 + 10 tokens at $1 and $10 a million
    assert report["cost_by"]["judging"] == judge["cost"]
    assert report["cost_by"]["growing"]["usd"] == "0.2"  # 50 of 1,000 + 500 at $2 and $4
    assert report["cost"]["usd"] == "0.206"
    assert "Growing: $0.2; Judging: $0.006." in markdown(report)


def test_the_rows_without_a_verdict_are_told_by_what_went_wrong(report, verdicts):
    reasons = Counter(v.reason for v in verdicts if v.outcome == "unscored")

    assert {told["reason"]: told["rows"] for told in report["unscored"]} == reasons
    assert report["rows"]["quarantined"] == reasons.total()
    text = markdown(report)
    assert f"unscored, not accepted, and no zero: {reasons.total()}: " in text
    assert f"timeout {reasons['timeout']}" in text


def test_what_was_judged_leaves_the_list_of_what_was_not(report, verdicts):
    accepted = sum(each.outcome == "pass" for each in verdicts)
    tones = [each.evidence["criteria"][2]["verdict"] for each in verdicts if each.outcome == "pass"]
    toned = sum(tone != "not_applicable" for tone in tones)

    assert {item["what"]: (item["rows"], item["of"]) for item in report["evaluated"]} == {
        "task adherence": (accepted, accepted),
        "tone": (toned, accepted),
    }
    missing = {item["what"]: item["why"] for item in report["not_evaluated"]}
    assert missing["faithfulness"] == missing["safety"] == "no judge asks about it"
    assert "task adherence" not in missing
    assert missing["tone"] == "judged, and there was nothing to say about it"
    text = markdown(report)
    assert f"- task adherence: judged for {accepted} of {accepted} accepted rows, by adherence (not calibrated)" in text
    assert f"- tone: not evaluated: {missing['tone']}: {accepted - toned} of {accepted} rows" in text
    assert "- helpfulness: not evaluated: no judge asks about it" in text


def test_what_a_sample_let_in_is_not_evaluated(tmp_path):
    seen = [decided(n, "accepted", verdict(criteria={"goal": "pass"}, score=1.0)) for n in range(199)]
    seen.append(decided(199, "rejected", verdict("fail", criteria={"goal": "fail"}, score=0.0)))
    by_sample = Verdict("adherence", "pass", "accepted_by_sample", "not judged", kind="judge")
    let_in = [decided(200 + n, "accepted", by_sample) for n in range(800)]
    look = {"look": 1, "judged": 200, "defects": 1, "decision": "accept"}
    look["observed"] = {"value": 0.005, "low": 0.0009, "high": 0.0278}
    event = {"stage": "echo", "judge": "adherence", "mode": "two_pass", "candidates": 200, "unjudged": 800}
    event |= {"decision": "accept", "look": 1, "looks": [look]}
    event["audit"] = {"accepted_judged": 100, "accepted_otherwise": 3, "accepted_rate": wilson_of(3, 100)}

    report = run_of(tmp_path / "sampled", [*seen, *let_in], events=[("judged", event)]).report()

    (judge,) = report["judges"]
    assert (judge["asked"], judge["judged"], judge["accepted_by_sample"]) == (200, 200, 800)
    assert (judge["candidates"], judge["coverage"], judge["pass_rate"]["value"]) == (1_000, 1.0, 0.995)
    (item,) = (item for item in report["not_evaluated"] if item["what"] == "task adherence")
    assert (item["why"], item["rows"], item["of"]) == ("accepted by sample, not judged", 800, 999)
    assert [check["rows"] for check in report["verified"]["checks"]] == [199]  # what was let in has not passed a judge
    text = markdown(report)
    assert "- task adherence: judged for 199 of 999 accepted rows" in text
    assert "- task adherence: not evaluated: accepted by sample, not judged: 800 of 999 rows" in text
    assert "200 scored (coverage 100.0%); **accepted by sample, not judged: 800 rows**" in text
    assert (
        "look 1: 1 of 200 rows of the sample refused, a defect rate of 0.5% (0.1% to 2.8%) as judged: accepted" in text
    )
    assert "audit: of 100 accepted rows judged once more 3 refused: 3.0% (1.0% to 8.5%)" in text


def wilson_of(hits: int, trials: int) -> dict[str, float]:
    found = wilson(hits, trials)
    return {"value": hits / trials, "low": found.low, "high": found.high}


def test_two_stages_with_the_same_judge_are_told_apart_and_not_mixed(tmp_path):
    said = {"criteria": {"goal": "pass"}}
    rows = [decided(n, "accepted", verdict(**said), stage="one") for n in range(3)]
    rows += [decided(9 + n, "accepted", *([verdict(**said)] if n else []), stage="two") for n in range(4)]

    report = run_of(tmp_path / "stages", rows).report()

    assert [(judge["stage"], judge["asked"]) for judge in report["judges"]] == [("one", 3), ("two", 3)]
    (item,) = (item for item in report["not_evaluated"] if item["what"] == "task adherence")
    assert (item["why"], item["rows"], item["of"]) == ("accepted by sample, not judged", 1, 7)


def test_a_stage_without_judges_is_told_apart(tmp_path):
    rows = [decided(0, "accepted", verdict()), decided(1, "accepted", stage="other")]

    report = run_of(tmp_path / "two", rows).report()

    (item,) = (item for item in report["not_evaluated"] if item["what"] == "task adherence")
    assert (item["why"], item["rows"]) == ("accepted where no judge asks about it", 1)


def test_a_judge_that_never_answered_evaluated_nothing(tmp_path):
    rows = [decided(n, "quarantined", verdict("unscored", reason="timeout")) for n in range(25)]

    report = run_of(tmp_path / "dead", rows).report()

    (judge,) = report["judges"]
    assert (judge["judged"], judge["coverage"], judge["pass_rate"], judge["mean_score"]) == (0, 0.0, None, None)
    assert judge["unscored"] == {"timeout": 25}
    assert report["evaluated"] == []
    assert report["rows"]["accepted"] == 0


def test_rows_that_nobody_was_asked_about_any_more_are_unscored_and_not_asked(tmp_path):
    rows = [decided(n, "quarantined", verdict("unscored", reason="timeout")) for n in range(20)]
    unsigned = Verdict("adherence", "unscored", "timeout", "gives no verdicts any more", kind="judge")
    rows += [decided(20 + n, "quarantined", unsigned) for n in range(30)]

    (judge,) = run_of(tmp_path / "silent", rows).report()["judges"]

    assert (judge["asked"], judge["judged"], judge["coverage"]) == (20, 0, 0.0)
    assert judge["unscored"] == {"timeout": 50}


@pytest.mark.parametrize(
    "said", [None, "x", [1], {"criteria": "many", "judge": "me", "votes": [1], "agreement": "all"}]
)
def test_evidence_of_a_judge_of_ones_own_may_be_anything(tmp_path, said):
    evidence = said if isinstance(said, dict) else {"criteria": said, "judge": said}
    rows = [decided(0, "accepted", Verdict("mine", "pass", evidence=evidence, kind="judge"))]

    (judge,) = run_of(tmp_path / "own", rows, judges=["mine"]).report()["judges"]

    assert (judge["asked"], judge["passed"], judge["criteria"]) == (1, 1, [])


def test_a_panel_shows_its_votes_and_how_far_it_agreed(tmp_path):
    dice = random.Random(3)
    rows, labels, agreements, flips = [], {name: Counter() for name in "abc"}, [], 0
    for number in range(60):
        votes = [{"judge": name, "label": dice.choice(["pass", "fail"]), "score": 1.0, "error": ""} for name in "abc"]
        votes[2] |= {"label": "", "error": "timeout"} if number % 10 == 0 else {}
        for vote in votes:
            labels[vote["judge"]]["unscored" if vote["error"] else vote["label"]] += 1
        most = max(Counter(vote["label"] for vote in votes if not vote["error"]).values())
        agreements.append(most / 3)
        flips += number % 4 == 0
        flipped = number % 4 == 0
        rows.append(
            decided(number, "accepted", verdict(votes=votes, agreement=most / 3, flipped=flipped, models=["m", "n"]))
        )

    report = run_of(tmp_path / "panel", rows).report()

    panel = report["judges"][0]["panel"]
    assert panel["votes"] == {name: dict(counts) for name, counts in labels.items()}
    assert panel["agreement"] == pytest.approx(sum(agreements) / 60, abs=1e-4)
    assert panel["unanimous"] == round(agreements.count(1.0) / 60, 4)
    assert panel["flip_rate"] == round(flips / 60, 4)
    assert report["judges"][0]["models"] == {"m": 60, "n": 60}
    assert f"| c | {labels['c']['fail']} | {labels['c']['pass']} | {labels['c']['unscored']} |" in markdown(report)


def test_a_cascade_shows_who_decided_and_what_each_level_was_asked(tmp_path):
    rows = [decided(n, "accepted", verdict(level="cheap", levels={"cheap": 4}, confidence=0.8)) for n in range(30)]
    rows += [decided(30 + n, "accepted", verdict(level="strong", levels={"cheap": 5, "strong": 3})) for n in range(6)]
    rows += [
        decided(40 + n, "quarantined", verdict("unscored", reason="escalated", level="human", levels={"cheap": 5}))
        for n in range(2)
    ]

    report = run_of(tmp_path / "cascade", rows).report()

    panel = report["judges"][0]["panel"]
    assert panel["levels"] == {"cheap": 30, "human": 2, "strong": 6}
    assert panel["level_calls"] == {"cheap": 30 * 4 + 6 * 5 + 2 * 5, "strong": 18}
    assert panel["confidence"] == 0.8


def test_verdicts_of_the_teachers_own_family_are_flagged(tmp_path):
    rows = [decided(n, "accepted", verdict(same_family=n < 7)) for n in range(10)]

    report = run_of(tmp_path / "kin", rows).report()

    assert report["judges"][0]["same_family"] == 7
    assert "**same family: 7 verdicts are of a model of the family that wrote the row" in markdown(report)


def test_the_lowest_scores_are_cut_at_a_score_that_is_told(tmp_path):
    rows = [decided(n, "accepted", verdict(score=0.9)) for n in range(8)]
    rows += [decided(8 + n, "rejected", verdict("fail", reason="bottom_out", score=0.3)) for n in range(2)]
    event = {"stage": "echo", "judge": "adherence", "mode": "bottom_out", "candidates": 10}
    event |= {"cut": 0.3, "share": 0.2, "dropped": 2}

    report = run_of(tmp_path / "cut", rows, events=[("judged", event)]).report()

    (judge,) = report["judges"]
    assert judge["decided"] == {"cut": 0.3, "share": 0.2, "dropped": 2}
    assert (judge["passed"], judge["failed"], judge["dropped"]) == (10, 0, 2)
    assert judge["pass_rate"]["value"] == 1.0  # the judge refused none: the cut did
    assert "dropped 2 rows, the lowest 20.0%: those that scored 0.3 or less" in markdown(report)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            {"anchors": 200, "agreement": 0.93, "baseline": 0.94, "alarm": False, "stale": 0},
            "no drift: agreed with people on 93.0% of the last 200 anchors, 94.0% when it was measured",
        ),
        (
            {"anchors": 90, "agreement": 0.71, "baseline": 0.94, "alarm": True, "stale": 812},
            "**drift: agreed with people on 71.0% of the last 90 anchors, 94.0% when it was measured: 812 verdicts",
        ),
    ],
)
def test_drift_says_what_the_anchors_said(tmp_path, told, said):
    events = [("judge_drift", {"stage": "echo", "judge": "adherence", **told})]
    report = run_of(tmp_path / "drift", [decided(0, "accepted", verdict())], events=events).report()

    assert report["judges"][0]["drift"] == told
    assert said in markdown(report)


CALIBRATION = {
    "schema": 1, "name": "adherence", "fingerprint": judged_run.PRINT, "rubric_hash": judged_run.RUBRIC,
    "model": judged_run.MODEL, "labels": {"n": 200, "pass": 120, "fail": 80},
    "confusion": {"tp": 108, "fp": 8, "fn": 12, "tn": 72}, "kappa": {"value": 0.795, "low": 0.71, "high": 0.88},
    "precision": {"value": 0.931, "low": 0.87, "high": 0.97},
    "sensitivity": {"value": 0.9, "low": 0.83, "high": 0.94}, "specificity": {"value": 0.9, "low": 0.81, "high": 0.95},
    "threshold": 0.7, "target_precision": 0.9, "measured_on": "2026-11-01",
}  # fmt: skip


def calibrated(folder, changes, answered_as=("judge-2026-01",)):
    """The report of a run, 140 of whose 200 rows pass, with a calibration that differs in `changes`, or is gone."""
    file = folder / "measured.json"
    if changes is not None:
        file.write_text(json.dumps({**CALIBRATION, **changes}))
    judge = {
        "use": "rubric",
        "name": "adherence",
        "options": {"criteria": ["task_adherence"]},
        "calibration": str(file),
    }
    said = [verdict("pass" if n < 140 else "fail", threshold=0.7) for n in range(200)]
    rows = [decided(n, status_of(each), each) for n, each in enumerate(said)]
    noted = ("judged", {"stage": "echo", "judge": "adherence", "mode": "every", "answered_as": list(answered_as)})
    return run_of(folder / "run", rows, events=[noted], judges=[judge]).report()


@pytest.mark.parametrize("answered_as", [["judge-2026-02"], ["judge-2026-01", "judge-2026-02"]])
def test_a_model_that_was_replaced_under_its_name_is_not_the_one_that_was_measured(tmp_path, answered_as):
    report = calibrated(tmp_path, {"answered_as": ["judge-2026-01"]}, answered_as)
    told = report["judges"][0]["calibration"]
    assert told["calibrated"] is False
    assert "answered as judge-2026-02, and as judge-2026-01 when it was measured" in told["why"]
    assert "**not calibrated**" in markdown(report)


def test_the_snapshot_that_was_measured_is_calibrated(tmp_path):
    assert calibrated(tmp_path, {"answered_as": ["judge-2026-01"]})["judges"][0]["calibration"]["calibrated"] is True


def test_a_judge_that_was_measured_says_how_well_and_corrects_its_pass_rate(tmp_path):
    report = calibrated(tmp_path, {})

    told = report["judges"][0]["calibration"]
    assert told["calibrated"] is True
    assert told["kappa"] == CALIBRATION["kappa"]
    expected = (140 / 200 + 0.9 - 1) / (0.9 + 0.9 - 1)
    assert told["corrected"]["value"] == pytest.approx(expected, abs=0.02)
    assert told["corrected"]["low"] < expected < told["corrected"]["high"]
    assert Run.open(tmp_path / "run").report()["judges"] == report["judges"]  # the bootstrap throws the same dice
    text = markdown(report)
    assert "calibrated on 200 labelled rows; kappa 0.795, 0.710 to 0.880; precision 0.931" in text
    assert "by adherence (calibrated)" in text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"fingerprint": "0" * 16}, "its rubric, wording or parser has changed since"),
        ({"model": "openai/other"}, "another judge: openai/other, not openai/judge"),
        ({"threshold": 0.8}, "it was measured at threshold 0.8, and the verdicts are at 0.7"),
        ({"confusion": 1}, "confusion"),
        (None, "calibration cannot be read"),
    ],
)
def test_a_calibration_of_another_judge_is_none(tmp_path, changes, why):
    report = calibrated(tmp_path, changes)

    told = report["judges"][0]["calibration"]
    assert told["calibrated"] is False
    assert why in told["why"]
    assert "corrected" not in told
    assert "**not calibrated**" in markdown(report)


def test_what_is_held_in_memory_grows_with_what_is_said_and_not_with_rows():
    def stored(number: int) -> StoredRow:
        said = verdict(criteria={"goal": "pass", "rule": ("fail", "pass")[number % 2]}, score=0.5)
        return StoredRow(judged_run.row(number, said), "accepted", "", "", "echo", number, 0)

    def held(rows: int) -> int:
        judging = Judging({}, ())
        tracemalloc.start()
        for number in range(rows):
            judging.add(stored(number))
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return held

    held(100)  # what is made once

    assert held(4_000) < 1.2 * held(1_000)


def test_words_of_a_judge_can_break_neither_a_table_nor_a_terminal(tmp_path):
    rows = [decided(0, "rejected", verdict("fail", criteria={"a|b\x1b[2J<i>": "fail"}, reason="x\x1b|<b>"))]

    text = markdown(run_of(tmp_path / "hostile", rows).report())

    assert "a\\|b" in text
    assert "\x1b" not in text
    assert "<b>" not in text
    assert "<i>" not in text
