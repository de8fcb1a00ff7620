"""Every row is judged: who is asked what, what becomes of rows without a verdict, and what a second run costs."""

import pytest
from bench_run import ONCE_EACH, TASK, answers, counts, honest, is_good, verdicts, why

from windrow.testing import graders
from windrow.testing.graders import honest_by

SAFE = {"use": "rubric", "name": "safe", "criteria": ["safety"]}


def test_exactly_as_many_rows_are_accepted_as_were_asked_for_and_the_judge_passed_each(works):
    run = works.run(rows=50)
    assert why(run) == ["target"]
    assert counts(run)["accepted"] == 50
    accepted = [stored.row for stored in run.rows(status="accepted")]
    assert all(is_good({"output": row.response}) for row in accepted)
    assert all([one.outcome for one in row.verdicts if one.kind == "judge"] == ["pass"] for row in accepted)
    assert {(one.by, one.reason) for one in run.rows(status="rejected")} == {("rubric", "task_adherence")}


def test_a_finished_run_that_is_run_again_asks_nobody_anything(works):
    works.run(rows=50)
    run = works.run(rows=50)
    assert works.asked == {"teacher": 0, "judge": 0}
    assert counts(run)["accepted"] == 50


def test_a_higher_target_asks_for_the_rows_that_are_missing_and_for_nothing_else(works):
    works.run(rows=30)
    first = set(works.asked.items())
    run = works.run(rows=60)
    assert first
    assert counts(run)["accepted"] == 60
    assert works.asked["judge"] <= 60 / 0.7 * 1.4 - 30


def test_few_rows_are_grown_and_judged_that_nobody_needs(works):
    run = works.run(answers(0.3), rows=300)
    decided = sum(counts(run).values())
    assert works.asked["teacher"] <= decided * 1.15
    assert works.asked["judge"] <= decided * 1.15


def test_what_the_judge_is_asked_is_no_part_of_the_rows_lineage(works):
    run = works.run(rows=5)
    assert {row.row.lineage.models for row in run.rows()} == {("openai/teacher-1",)}
    evidence = verdicts(run)[0].evidence
    assert evidence["judge"]["model"] == "openai/judge-1"
    assert len(evidence["judge"]["fingerprint"]) == len(evidence["judge"]["rubric_hash"]) == 16
    assert evidence["threshold"] == 0.7
    assert [each["id"] for each in evidence["criteria"]][:2] == ["task_adherence", "task_adherence.goal"]


def test_an_edit_of_the_rubric_asks_the_judge_again_and_no_teacher(works):
    rubric = works.folder / "mine.yaml"
    text = "name: mine\ndescription: Is it so\nneeds: [input, output]\ncriteria:\n  - {id: goal, question: Is it so}\n"
    rubric.write_text(text, encoding="utf-8")
    mine = {"use": "rubric", "rubric": "mine.yaml"}
    works.run(rows=20, judges=[mine])
    rubric.write_text(text.replace("Is it so}", "Is it really so}"), encoding="utf-8")
    run = works.run(rows=20, judges=[mine])
    assert works.asked["teacher"] == 0
    assert works.asked["judge"] == sum(counts(run).values())
    works.run(rows=20, judges=[mine])
    assert works.asked == {"teacher": 0, "judge": 0}


def test_another_threshold_costs_no_call(works):
    works.run(rows=20)
    works.run(rows=20, judges=[{**TASK, "keep": 0.9}])
    assert works.asked == {"teacher": 0, "judge": 0}


def test_a_row_that_one_judge_refuses_is_heard_by_no_other(works):
    run = works.run(rows=20, judges=[TASK, SAFE])
    said = {stored.row.id: [one.by for one in stored.row.verdicts if one.kind == "judge"] for stored in run.rows()}
    accepted = [stored.row.id for stored in run.rows(status="accepted")]
    assert {tuple(said[row]) for row in accepted} == {("rubric", "safe")}
    assert {tuple(said[row]) for row in said.keys() - set(accepted)} == {("rubric",)}


def test_a_program_that_refuses_a_row_saves_the_call(works):
    strict = {"use": "rubric", "criteria": ["task_adherence", "contains_link"]}
    run = works.run(rows=5, judges=[strict], recipe={"max_candidates": 12})
    assert works.asked["judge"] == 0
    assert why(run) == ["max_candidates"]
    assert {(one.by, one.reason) for one in run.rows()} == {("rubric", "contains_link")}


@pytest.mark.parametrize(
    ("judge", "reason"),
    [
        (graders.locked_out, "auth"),
        (graders.dead, "server_error"),
        (graders.always_busy, "rate_limited"),
        (graders.half_json, "unparsed"),
        (graders.thought_process, "unparsed"),
        (graders.no_evidence, "no_evidence"),
        (graders.false_quote, "evidence_not_found"),
        (graders.wrong_code, "wrong_code"),
        (graders.out_of_range, "out_of_range"),
        (graders.forgetful, "missing_criteria"),
        (graders.silent, "empty"),
    ],
)
def test_with_a_judge_that_is_as_good_as_dead_nothing_is_accepted_and_the_next_run_asks_it_again(works, judge, reason):
    run = works.run(judge=judge, rows=30, settings={"concurrency": 4})
    assert why(run) == ["judge_silent"]
    assert counts(run).keys() == {"quarantined"}
    assert {(one.by, one.reason) for one in run.rows()} == {("rubric", reason)}
    assert all(one.outcome == "unscored" and one.score is None for one in verdicts(run))
    assert run.unmet()
    unjudged = counts(run)["quarantined"]
    assert works.asked["teacher"] <= unjudged + 40

    mended = works.run(judge=honest, rows=30, settings={"concurrency": 4})
    assert counts(mended)["accepted"] == 30
    assert works.asked["teacher"] <= sum(counts(mended).values()) - unjudged + 30
    assert works.asked["judge"] >= sum(counts(mended).values())
    works.run(judge=honest, rows=30, settings={"concurrency": 4})
    assert works.asked == {"teacher": 0, "judge": 0}


def test_one_row_without_a_verdict_costs_no_other_row_and_is_asked_for_again(works):
    lost = []

    def sometimes(request, number):
        case = graders.read(request)
        if not lost:
            lost.append(case.parts["output"])
        return graders.half_json(request) if case.parts["output"] == lost[0] else honest(request, number)

    run = works.run(judge=sometimes, rows=40)
    assert counts(run)["accepted"] == 40
    (row,) = run.rows(status="quarantined")
    assert (row.by, row.reason, row.row.response) == ("rubric", "unparsed", lost[0])
    again = works.run(rows=40)
    assert (works.asked["teacher"], works.asked["judge"]) == (0, 1)
    assert counts(again).get("quarantined", 0) == 0
    assert counts(again)["accepted"] == 40


def test_what_is_accepted_does_not_depend_on_who_answers_first(works):
    fast, slow = works.run(rows=60, out="fast"), works.run(rows=60, out="slow", settings={"concurrency": 2})
    assert [(one.row.id, one.status, one.seq) for one in fast.rows()] == [
        (one.row.id, one.status, one.seq) for one in slow.rows()
    ]


def test_a_near_copy_of_a_row_that_the_judge_refused_gets_no_hearing(works):
    def alike(_request, _number):
        return "Every parcel leaves for the one door that this depot has, tomorrow in the morning."

    never = honest_by(lambda _parts, _criterion: False)
    run = works.run(alike, never, rows=5, items=40, filters=[ONCE_EACH], recipe={"max_candidates": 40})
    heard = [one for one in run.rows() if any(verdict.kind == "judge" for verdict in one.row.verdicts)]
    refused = [one.by for one in run.rows()]
    assert works.asked["judge"] == len(heard) == 1
    assert refused.count("once_each") == len(refused) - 1 == 39
