"""Labelled rows ride among the others: a judge that is not the one that was calibrated is noticed, and asked again."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from bench_run import ONE, answers, counts, honest, is_good, judged, verdicts, why

from windrow.calibration.gold import labelled
from windrow.errors import ConfigError
from windrow.evaluation.calibrating import calibrate, measured
from windrow.events import Noted
from windrow.testing import graders
from windrow.testing.graders import drifting, honest_by

GOLD = 60


def gold(folder):
    """Labelled rows, half of them bad, in the words of the teacher."""
    said = [answers(0.5)({"messages": [{"content": f"gold {number}"}]}, 0) for number in range(GOLD)]
    rows = [
        {
            "input": f"What is known of gold {n}?",
            "output": text,
            "label": "pass" if is_good({"output": text}) else "fail",
        }
        for n, text in enumerate(said)
    ]
    (folder / "gold.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return rows


@pytest.fixture
def anchored(works):
    """A judge with a calibration of its own, and anchors of that."""
    rows = gold(works.folder)
    spec = works.models({"judge": honest})["judge"]
    (works.folder / "one.yaml").write_text(works.question, encoding="utf-8")
    judge = measured(judge=spec, rubric=works.folder / "one.yaml")
    items = labelled((f"gold.jsonl:{n}", row) for n, row in enumerate(rows, 1))
    document = calibrate(judge, items, measured_on=date(2026, 1, 1))
    (works.folder / "one.json").write_text(json.dumps(document), encoding="utf-8")
    return {**ONE, "calibration": "one.json", "anchors": "gold.jsonl", "anchor_share": 0.25}


def drift(run):
    with run.ledger() as ledger:
        return [event.data for event in ledger.events() if event.kind == "judge_drift"]


def test_a_judge_that_stays_what_it_was_raises_no_alarm_and_its_anchors_are_nobodys_rows(works, anchored):
    run = works.run(rows=60, judges=[anchored], exports=["openai"])
    decided = sum(counts(run).values())
    assert counts(run)["accepted"] == 60
    (told,) = drift(run)
    assert told["alarm"] is False
    assert told["agreement"] == 1.0
    assert decided // 3 - 1 <= told["anchors"] <= decided // 3
    assert works.asked["judge"] >= decided + told["anchors"]
    assert not any("gold" in row.row.question for row in run.rows())
    exported = "".join(path.read_text() for path in (run.folder / "exports").rglob("*.jsonl"))
    assert exported
    assert "gold" not in exported
    report = run.report()
    assert report["judges"][0]["calibration"]["calibrated"] is True
    works.run(rows=60, judges=[anchored], exports=["openai"])
    assert works.asked == {"teacher": 0, "judge": 0}


def told(works):
    """What a run says to who watches it."""
    return [event.text for event in works.events if isinstance(event, Noted)]


def test_a_calibration_of_long_ago_is_said_at_the_start_and_in_the_report_unless_anchors_ride(works, anchored):
    alone = {key: value for key, value in anchored.items() if key not in ("anchors", "anchor_share")}
    run = works.run(rows=20, judges=[alone], out="alone")
    days = (datetime.now(tz=UTC).date() - date(2026, 1, 1)).days
    (said,) = [text for text in told(works) if "drift" in text]
    assert said.startswith(f"judge 'rubric': a check for drift is due: {days} days have passed, and 7 are the most")
    assert run.report()["judges"][0]["check_due"] == [f"{days} days have passed, and 7 are the most"]
    assert f"**a check for drift is due**: {days} days have passed" in (run.folder / "report.md").read_text()
    watched = works.run(rows=60, judges=[anchored], out="watched")
    assert not any("drift" in text for text in told(works))
    assert watched.report()["judges"][0]["check_due"] == []


def test_a_calibration_of_this_week_needs_no_check(works, anchored):
    file = works.folder / "one.json"
    lately = datetime.now(tz=UTC).date() - timedelta(days=6)
    file.write_text(json.dumps({**json.loads(file.read_text()), "measured_on": lately.isoformat()}))
    run = works.run(rows=20, judges=[{**ONE, "calibration": "one.json"}])
    assert not any("drift" in text for text in told(works))
    assert run.report()["judges"][0]["check_due"] == []


def test_an_anchor_is_shown_to_the_judge_just_as_a_row_is(works, anchored):
    works.run(rows=20, judges=[anchored])
    shown = [request["messages"] for request in works.bodies["judge"]]
    gold_ones = [turns for turns in shown if "gold" in turns[-1]["content"]]
    others = [turns for turns in shown if "gold" not in turns[-1]["content"]]
    assert gold_ones
    assert others

    def frame(turns):
        case = graders.read({"messages": turns})
        return [turn["content"].replace(case.code, "CODE") for turn in turns if turn["role"] == "system"], list(
            case.parts
        )

    assert {str(frame(turns)) for turns in gold_ones} == {str(frame(turns)) for turns in others}


def test_verdicts_since_the_judge_was_last_itself_are_stale_and_only_those_are_asked_for_again(works, anchored):
    started = works.servers["judge"].requests
    yes_man = honest_by(lambda _parts, _criterion: True)
    settings = {"concurrency": 2}
    run = works.run(
        answers(0.3), drifting(honest, yes_man, at=started + 150), rows=260, judges=[anchored], settings=settings
    )
    assert why(run) == ["judge_drift"]
    (told,) = drift(run)
    assert told["alarm"] is True
    assert told["stale"] == counts(run)["quarantined"]
    stale = list(run.rows(status="quarantined"))
    assert {(one.by, one.reason) for one in stale} == {("rubric", "judge_drift")}
    assert all(is_good({"output": one.row.response}) for one in run.rows(status="accepted"))
    assert all(one.outcome == "unscored" and one.score is None for one in verdicts(run, status="quarantined"))
    assert judged(run)[0]["unscored"] == {"judge_drift": len(stale)}
    kept = counts(run)["accepted"] + counts(run)["rejected"]
    assert run.unmet()

    again = works.run(answers(0.3), honest, rows=260, judges=[anchored], settings=settings)
    assert counts(again)["accepted"] == 260
    decided = sum(counts(again).values())
    assert works.asked["judge"] <= (decided - kept) * 4 / 3 + 30
    assert works.asked["judge"] >= decided - kept
    assert all(is_good({"output": one.row.response}) for one in again.rows(status="accepted"))
    works.run(answers(0.3), honest, rows=260, judges=[anchored], settings=settings)
    assert works.asked == {"teacher": 0, "judge": 0}


def test_the_threshold_of_the_calibration_is_the_judges_own_unless_the_config_says_otherwise(works, anchored):
    document = json.loads((works.folder / "one.json").read_text())
    run = works.run(rows=5, judges=[anchored])
    assert {one.evidence["threshold"] for one in verdicts(run)} == {document["threshold"]}
    run = works.run(rows=5, judges=[{**anchored, "keep": 0.25}], out="other")
    assert {one.evidence["threshold"] for one in verdicts(run)} == {0.25}


def test_anchors_that_the_calibration_does_not_know_are_refused_before_anybody_is_asked(works, anchored):
    strange = [{"input": f"q{n}", "output": f"a{n}", "label": "pass"} for n in range(20)]
    (works.folder / "gold.jsonl").write_text("".join(json.dumps(row) + "\n" for row in strange), encoding="utf-8")
    with pytest.raises(ConfigError, match="0 of 20 anchors are rows that the judge was calibrated on"):
        works.run(rows=5, judges=[anchored])


def test_anchors_without_a_calibration_are_refused(works):
    with pytest.raises(ConfigError, match="anchors need a calibration"):
        works.run(rows=5, judges=[{**ONE, "anchors": "gold.jsonl"}])
