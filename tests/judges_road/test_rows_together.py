"""Rows that wait to be judged together: the lowest share dropped, and the two-pass rule at planted defect rates."""

import hashlib

import pytest
from bench_run import ONCE_EACH, ONE, answers, counts, honest, is_good, judged, verdicts, why

from windrow.errors import ConfigError
from windrow.events import RowDecided
from windrow.report.meter import Meter
from windrow.testing import graders

LOWEST = {**ONE, "keep": {"bottom_out": 0.1}}
TWO_PASS = {**ONE, "mode": "two_pass", "audit": 20}
GRADED = """
name: graded
description: How good is it
needs: [input, output]
criteria:
  - id: grade
    question: How good is the output
    evidence: none
    scale: 0-3
    anchors: {0: bad, 1: poor, 2: fair, 3: good}
"""


def points(parts):
    """A grade from 0 to 3 that an answer has by a hash of its own."""
    return int(hashlib.sha256(parts["output"].encode()).hexdigest()[:8], 16) % 4


def grading(request, _number):
    case = graders.read(request)
    return graders.reply(case, {"grade": str(points(case.parts))})


def judge_said(row):
    return [verdict for verdict in row.verdicts if verdict.kind == "judge"]


def test_the_lowest_tenth_is_dropped_and_exactly_as_many_rows_stay_as_were_asked_for(works):
    (works.folder / "graded.yaml").write_text(GRADED, encoding="utf-8")
    lowest = {"use": "rubric", "rubric": "graded.yaml", "keep": {"bottom_out": 0.2}}
    run = works.run(answers(0.0), grading, rows=80, judges=[lowest])
    assert why(run) == ["target"]
    rows = list(run.rows())
    assert counts(run) == {"accepted": 80, "rejected": 20}
    assert {(one.by, one.reason) for one in run.rows(status="rejected")} == {("rubric", "bottom_out")}
    ranked = sorted(rows, key=lambda one: (points({"output": one.row.response}), -one.seq))
    assert {one.row.id for one in run.rows(status="rejected")} == {one.row.id for one in ranked[:20]}
    dropped = [judge_said(one.row)[-1] for one in run.rows(status="rejected")]
    assert all(one.outcome == "fail" and one.score is not None and one.evidence["criteria"] for one in dropped)
    works.run(answers(0.0), grading, rows=80, judges=[lowest])
    assert works.asked == {"teacher": 0, "judge": 0}


def test_what_the_judge_refuses_outright_counts_for_no_share(works):
    run = works.run(answers(0.4), rows=50, judges=[LOWEST])
    assert counts(run)["accepted"] == 50
    reasons = {reason: count for _, _, reason, count in run.reasons()}
    assert reasons["bottom_out"] == 6  # of the 56 that were passed
    assert all(is_good({"output": one.row.response}) for one in run.rows(status="accepted"))


def test_without_a_target_the_lowest_tenth_of_all_is_dropped(works):
    run = works.run(answers(0.0), rows=None, items=95, judges=[LOWEST])
    assert counts(run) == {"accepted": 85, "rejected": 10}
    assert why(run) == ["seeds"]


def test_too_few_rows_to_drop_the_lowest_of_are_told_of(works):
    run = works.run(answers(0.0), rows=60, items=62, judges=[LOWEST])
    assert counts(run) == {"accepted": 55, "rejected": 7}
    assert why(run) == ["seeds"]
    assert run.unmet()


@pytest.mark.parametrize(
    ("share", "decision", "looked_at"),
    [(0.01, "accept", 200), (0.12, "full_pass", 200), (0.7, "stop", 200)],
)
def test_a_sample_decides_what_becomes_of_the_rest(works, share, decision, looked_at):
    run = works.run(answers(share), rows=450, judges=[TWO_PASS])
    (told,) = judged(run)
    assert (told["decision"], told["sample"]["judged"]) == (decision, looked_at)
    asked = dict(works.asked)
    if decision == "stop":
        assert why(run) == ["generator_defective"]
        assert "accepted" not in counts(run)
        assert told["interval"]["low"] > 0.4
        assert run.unmet()
    else:
        assert why(run) == ["target"]
        assert counts(run)["accepted"] == 450
    if decision == "accept":
        assert asked["judge"] <= 200 + 20 + told["sample"]["defects"]
        by_sample = [one for one in verdicts(run, status="accepted") if one.reason == "accepted_by_sample"]
        assert len(by_sample) == told["unjudged"] == 450 - (200 - told["sample"]["defects"])
        assert all(one.score is None and one.detail.startswith("not judged") for one in by_sample)
    if decision == "full_pass":
        assert all(is_good({"output": one.row.response}) for one in run.rows(status="accepted"))
        assert all(one.score is not None for one in verdicts(run))
    works.run(answers(share), rows=450, judges=[TWO_PASS])
    assert works.asked == {"teacher": 0, "judge": 0}


def test_a_stricter_bound_has_every_row_judged_where_the_usual_one_accepts_by_sample(works):
    run = works.run(answers(0.01), rows=400, judges=[{**TWO_PASS, "audit": 0, "accept": 0.005}], out="strict")
    assert judged(run)[0]["decision"] == "full_pass"
    assert all(is_good({"output": one.row.response}) for one in run.rows(status="accepted"))
    loose = works.run(answers(0.01), rows=400, judges=[{**TWO_PASS, "audit": 0, "accept": 0.08}], out="loose")
    assert judged(loose)[0]["decision"] == "accept"
    assert judged(loose)[0]["judged"] < 400


def test_rows_that_wait_for_a_sample_were_admitted_by_the_filters_before(works):
    def alike(request, number):
        of_a_parcel = int(hashlib.sha256(request["messages"][-1]["content"].encode()).hexdigest()[:4], 16) % 3
        return answers(0.0)(request, number) if of_a_parcel else "It leaves by the one door that this depot has."

    use = {"filters": [ONCE_EACH]}
    run = works.run(alike, rows=None, items=700, judges=[{**TWO_PASS, "audit": 0}], recipe=use)
    assert judged(run)[0]["decision"] == "accept"
    kept = [one.row for one in run.rows(status="accepted")]
    assert all([verdict.by for verdict in row.verdicts].count("once_each") == 1 for row in kept)
    assert sum("the one door" in row.response for row in kept) == 1
    assert sum(one.by == "once_each" for one in run.rows(status="rejected")) > 100


def test_bounds_that_do_not_leave_room_between_them_are_refused(works):
    with pytest.raises(ConfigError, match="accept is the lower of the two rates"):
        works.run(rows=10, judges=[{**TWO_PASS, "accept": 0.4}])


def test_a_rate_that_one_look_cannot_tell_is_looked_at_again_by_a_larger_sample(works):
    run = works.run(answers(0.045), rows=700, judges=[TWO_PASS])
    (told,) = judged(run)
    sizes = [look["judged"] for look in told["looks"]]
    assert len(sizes) > 1
    assert sizes == [min(700, 200 * 2**number) for number in range(len(sizes))]
    assert counts(run)["accepted"] == 700


def test_of_few_rows_each_is_judged(works):
    run = works.run(rows=100, judges=[TWO_PASS])
    (told,) = judged(run)
    assert told["decision"] == "full_pass"
    assert counts(run)["accepted"] == 100
    assert all(one.score is not None for one in verdicts(run))


def test_rows_without_a_target_are_sampled_too(works):
    run = works.run(answers(0.01), rows=None, items=410, judges=[TWO_PASS])
    (told,) = judged(run)
    assert told["decision"] == "accept"
    assert counts(run)["accepted"] == 410 - told["sample"]["defects"]
    assert why(run) == ["seeds"]


def test_the_audit_asks_anew_and_tells_how_often_the_judge_says_otherwise(works):
    seen = {}

    def fickle(request, number):
        output = graders.read(request).parts["output"]
        seen[output] = seen.get(output, 0) + 1
        says_otherwise = seen[output] > 1 and points({"output": output}) == 0
        return graders.always_fail(request) if says_otherwise else honest(request, number)

    run = works.run(answers(0.15), fickle, rows=100, judges=[{**TWO_PASS, "audit": 40}])
    audit = judged(run)[0]["audit"]
    assert audit["accepted_judged"] == 40
    assert audit["rejected_judged"] == counts(run)["rejected"]
    assert 0 < audit["accepted_otherwise"] < 40
    assert audit["accepted_rate"]["low"] < audit["accepted_rate"]["value"] < audit["accepted_rate"]["high"]
    assert audit["rejected_otherwise"] == 0
    assert counts(run)["accepted"] == 100  # an audit changes nothing


def test_no_audit_costs_no_call(works):
    works.run(rows=100, judges=[{**TWO_PASS, "audit": 0}])
    first = works.asked["judge"]
    works.run(rows=100, judges=[{**TWO_PASS, "audit": 10}])
    assert works.asked == {"teacher": 0, "judge": 20}
    assert first > 100


@pytest.mark.parametrize(("use", "rows"), [(LOWEST, 50), (TWO_PASS, 410)])
def test_of_a_dead_judge_nothing_is_accepted_and_what_waited_is_judged_next_time(works, use, rows):
    run = works.run(answers(0.01), graders.locked_out, rows=rows, judges=[use])
    assert why(run) == ["judge_silent"]
    assert counts(run).keys() == {"quarantined"}
    assert {(one.by, one.reason) for one in run.rows()} == {("rubric", "auth")}
    again = works.run(answers(0.01), rows=rows, judges=[use])
    assert counts(again)["accepted"] == rows
    works.run(answers(0.01), rows=rows, judges=[use])
    assert works.asked == {"teacher": 0, "judge": 0}


@pytest.mark.parametrize(("use", "rows"), [(LOWEST, 100), (TWO_PASS, 410)])
def test_a_judge_that_dies_under_way_leaves_what_it_heard_waiting_and_the_rest_unscored(works, use, rows):
    started = works.models({"judge": honest}) and works.servers["judge"].requests
    dying = graders.drifting(honest, graders.dead, at=started + 60)
    run = works.run(answers(0.1), dying, rows=rows, judges=[use], settings={"concurrency": 4})
    assert why(run) == ["judge_silent"]
    assert "accepted" not in counts(run)
    waiting = list(run.rows(status="pending"))
    assert waiting
    assert {one.reason for one in waiting} == {"waiting"}
    assert all(judge_said(one.row)[-1].outcome == "pass" for one in waiting)
    assert all(len(judge_said(one.row)) == 1 for one in run.rows())
    again = works.run(answers(0.1), rows=rows, judges=[use], settings={"concurrency": 4})
    assert counts(again)["accepted"] == rows
    assert works.asked["judge"] <= judged(again)[0]["judged"] + 40 - 50


def test_a_display_counts_rows_that_waited_once(works):
    run = works.run(answers(0.05), rows=60, judges=[LOWEST])
    meter = Meter()
    for event in works.events:
        meter(event)
    assert {status: count for status, count in meter.stages[0].rows.items() if count} == counts(run)
    assert any(isinstance(event, RowDecided) and event.was == "pending" for event in works.events)


def test_rows_wait_on_disk_and_not_in_memory(works, monkeypatch):
    from windrow.engine import together

    most = 0

    class Watched(together.deque):
        def append(self, one):
            nonlocal most
            super().append(one)
            most = max(most, len(self))

    monkeypatch.setattr(together, "deque", Watched)
    run = works.run(answers(0.12), rows=420, judges=[TWO_PASS], settings={"concurrency": 4})
    assert counts(run)["accepted"] == 420
    assert 0 < most <= 8 * (4 + 4)
