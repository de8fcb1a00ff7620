"""Who may judge, whom the run warns of, and where judges sit: panels, cascades, recipes with judges of their own."""

import hashlib
import re
from pathlib import Path

import pytest
from bench_run import ONE, TASK, answers, counts, honest, is_good, judged, verdicts, why

from windrow import Plan
from windrow.config import JudgeUse, RecipeUse
from windrow.errors import ConfigError, UnknownName
from windrow.events import Noted
from windrow.flow import JUDGES, RECIPES
from windrow.testing import graders
from windrow.testing.graders import honest_by

HERE = Path(__file__).parent
PANEL = {"use": "panel", "rubric": "one.yaml", "roles": ["a", "b", "c"]}
ANYBODY = {"teacher": {"model": "openai/gpt-5"}, "judge": {"model": "anthropic/claude-sonnet-4-5"}}


def number(parts):
    return int(re.search(r"\d+", parts["output"].partition(":")[2] or parts["output"])[0])


def plan(judges, models=ANYBODY, **config):
    told = {
        "name": "planned",
        "models": models,
        "recipes": [{"use": f"{HERE / 'waves.py'}:Families"}],
        "judges": judges,
    }
    return Plan.parse({**told, **config}, base=HERE)


def says(answer):
    return honest_by(lambda _parts, _criterion: answer)


def test_a_role_that_judges_must_be_named(works):
    with pytest.raises(ConfigError, match="asks the role 'judge', and no model is named for it"):
        plan([TASK], {"teacher": "openai/gpt-5"})
    with pytest.raises(ConfigError, match="asks the role 'second'"):
        plan([{**TASK, "role": "second"}])


def test_a_program_cannot_judge():
    with pytest.raises(ConfigError, match="embedded/procedural is a program and cannot judge"):
        plan([TASK], {"teacher": "openai/gpt-5", "judge": "embedded/procedural"})


@pytest.mark.parametrize(
    ("judge", "message"),
    [
        ({"use": "rubrik"}, "did you mean 'rubric'"),
        ({"use": "rubric"}, "nothing to judge by"),
        ({"use": "rubric", "criteria": ["task_adherance"]}, "did you mean 'task_adherence'"),
        ({"use": "rubric", "criteria": ["distinct_n"]}, "says nothing of one row alone"),
        ({"use": "rubric", "rubric": "nowhere.yaml"}, "nowhere.yaml"),
        ({**TASK, "lock": "abc"}, "lock is of a rubric's file"),
        ({**TASK, "keep": 7}, "less than or equal to 1"),
        ({**TASK, "mode": "two_pass", "keep": {"bottom_out": 0.1}}, "choose one"),
        ({**TASK, "kep": 0.7}, "keep"),
        ({"use": "panel", "criteria": ["safety"], "roles": ["judge", "judge"]}, "named twice"),
    ],
)
def test_a_judge_that_is_written_wrongly_is_told_of_with_its_place(judge, message):
    with pytest.raises((ConfigError, UnknownName), match=re.escape(message)) as raised:
        plan([judge])
    assert "judges[0]" in str(raised.value) or "nowhere" in str(raised.value)


def test_two_judges_of_one_name_and_a_judge_behind_one_that_waits_are_refused():
    with pytest.raises(ConfigError, match="two judges are called 'rubric'"):
        plan([TASK, TASK])
    with pytest.raises(ConfigError, match="is the last of its stage"):
        plan([{**TASK, "mode": "two_pass"}, {**TASK, "name": "second"}])


def test_an_edited_rubric_does_not_judge_behind_its_lock(works):
    run = works.run(rows=3, judges=[ONE])
    lock = verdicts(run)[0].evidence["judge"]["rubric_hash"]
    works.run(rows=3, judges=[{**ONE, "lock": lock}])
    assert works.asked == {"teacher": 0, "judge": 0}
    works.question = works.question.replace("reach its goal", "reach any goal")
    with pytest.raises(ConfigError, match="and the lock says"):
        works.run(rows=3, judges=[{**ONE, "lock": lock}])


def test_the_plan_is_another_one_with_another_rubric_or_threshold():
    digests = {
        plan(judges).digest for judges in ([TASK], [{**TASK, "keep": 0.9}], [{**TASK, "criteria": ["safety"]}], [])
    }
    assert len(digests) == 4


def test_a_judge_of_the_teachers_family_is_warned_of_on_the_run_and_on_every_verdict(works):
    run = works.run(rows=5, judges=[ONE])
    assert not any(one.evidence["same_family"] for one in verdicts(run))
    models = works.models({"teacher": answers(), "judge": honest})
    models = {role: {**model, "model": f"openai/gpt-5-{role}"} for role, model in models.items()}
    told = works.plan(models, rows=5, judges=[ONE])
    kin = told.run(works.folder / "kin", listener=works.events.append)
    assert all(one.evidence["same_family"] for one in verdicts(kin))
    notes = [event.text for event in works.events if isinstance(event, Noted)]
    assert any("both of the family 'openai'" in note for note in notes)
    assert any("both of the family 'openai'" in note for note in told.explain()["notes"])


def test_a_panel_goes_by_a_strict_majority_of_those_declared(works):
    roles = {"a": says(True), "b": says(False), "c": honest}
    run = works.run(judge=None, roles=roles, rows=10, judges=[PANEL])
    assert all(is_good({"output": one.row.response}) for one in run.rows(status="accepted"))
    said = verdicts(run)[0]
    assert [vote["judge"] for vote in said.evidence["votes"]] == ["a", "b", "c"]
    assert said.evidence["judge"]["models"] == ["openai/a-1", "openai/b-1", "openai/c-1"]
    assert said.evidence["agreement"] == pytest.approx(2 / 3)


def test_a_judge_of_a_panel_that_says_nothing_usable_is_no_smaller_panel(works):
    roles = {"a": graders.no_evidence, "b": says(True), "c": honest}
    works.question = works.question.replace("evidence: none", "evidence: output")
    run = works.run(judge=None, roles=roles, rows=10, items=40, judges=[PANEL])
    assert all(is_good({"output": one.row.response}) for one in run.rows(status="accepted"))
    assert {one.reason for one in run.rows(status="quarantined")} == {"judge_disagreement"}


def test_a_cascade_asks_the_strong_judge_only_where_the_cheap_one_is_not_sure(works):
    def wavering(request, _number):
        case = graders.read(request)
        sure = int(hashlib.sha256(case.parts["output"].encode()).hexdigest(), 16) % 2
        annotator = "You read as" in request["messages"][0]["content"]
        return graders.reply(case, dict.fromkeys(case.questions, is_good(case.parts) if sure or annotator else False))

    cascade = {"use": "cascade", "rubric": "one.yaml", "role": "cheap", "strong": ["judge"], "annotators": 3}
    run = works.run(roles={"cheap": wavering}, rows=20, judges=[cascade])
    assert counts(run)["accepted"] == 20
    assert all(is_good({"output": one.row.response}) for one in run.rows(status="accepted"))
    levels = {one.evidence["level"] for one in verdicts(run)}
    assert levels == {"cheap", "strong"}
    assert works.asked["judge"] < works.asked["cheap"]


def test_what_no_level_is_sure_of_waits_for_a_person_and_is_asked_about_once(works):
    def torn(request, number):
        return (
            graders.always_pass(request) if "You read as" in request["messages"][0]["content"] else says(False)(request)
        )

    cascade = {"use": "cascade", "rubric": "one.yaml", "annotators": 2, "accept_at": 1.0, "reject_at": 1.0}
    run = works.run(judge=torn, rows=5, items=30, judges=[cascade])
    assert why(run) == ["seeds"]
    assert {one.reason for one in run.rows(status="quarantined")} == {"escalated"}
    works.run(judge=torn, rows=5, items=30, judges=[cascade])
    assert works.asked == {"teacher": 0, "judge": 0}


def test_judges_of_a_recipe_take_the_place_of_those_of_the_run(works):
    models = works.models({"teacher": answers(), "judge": honest})
    (works.folder / "one.yaml").write_text(works.question, encoding="utf-8")
    use = {"use": f"{HERE / 'waves.py'}:Families", "rows": 6}
    told = {
        "name": "several",
        "models": models,
        "judges": [{**ONE, "name": "shared"}],
        "recipes": [
            {**use, "name": "with"},
            {**use, "name": "without", "judges": []},
            {**use, "name": "own", "judges": [{**ONE, "name": "own"}]},
        ],
    }
    run = Plan.parse(told, base=works.folder).run(works.folder / "several")
    said = {stage: {one.by for one in verdicts(run, stage=stage)} for stage in ("with", "without", "own")}
    assert said == {"with": {"shared"}, "without": set(), "own": {"own"}}
    assert {(one["stage"], one["judge"]) for one in judged(run)} == {("with", "shared"), ("own", "own")}


def test_a_stage_whose_judge_was_lost_before_is_not_begun(works):
    models = works.models({"teacher": answers(), "judge": graders.locked_out})
    (works.folder / "one.yaml").write_text(works.question, encoding="utf-8")
    use = {"use": f"{HERE / 'waves.py'}:Families", "rows": 6}
    told = {"name": "lost", "models": models, "judges": [ONE], "recipes": [{**use, "name": "x"}, {**use, "name": "y"}]}
    run = Plan.parse(told, base=works.folder).run(works.folder / "lost")
    assert why(run) == ["judge_silent", "judge_silent"]
    assert {stage for stage, _ in run.counts()} == {"x"}


@pytest.mark.parametrize("judge", [{}, {"mode": "two_pass"}, {"keep": {"bottom_out": 0.1}}])
def test_a_wave_is_planted_from_rows_that_every_judge_has_passed(works, judge):
    use = {"use": f"{HERE / 'waves.py'}:Waves", "rows": 120}
    third = honest_by(lambda parts, _criterion: number(parts) % 3 > 0)
    models = works.models({"teacher": answers(), "judge": third})
    (works.folder / "one.yaml").write_text(works.question, encoding="utf-8")
    told = {"name": "waves", "models": models, "judges": [{**ONE, **judge}], "recipes": [use]}
    run = Plan.parse(told, base=works.folder).run(works.folder / "waves")
    assert counts(run)["accepted"] == 120
    assert all(number({"output": one.row.response}) % 3 for one in run.rows(status="accepted"))
    if not judge:
        pools = {text for one in run.rows() for text in one.row.lineage.extra["pool"]}
        assert pools
        assert all(number({"output": text}) % 3 for text in pools)
    before = works.servers["judge"].requests
    Plan.parse(told, base=works.folder).run(works.folder / "waves")
    assert works.servers["judge"].requests == before


def test_nobody_is_asked_about_a_row_that_stands_on_one_that_was_refused(works):
    use = {"use": f"{HERE / 'waves.py'}:Families"}
    first = honest_by(lambda parts, _criterion: not parts["output"].endswith(".0."))
    models = works.models({"teacher": answers(), "judge": first})
    (works.folder / "one.yaml").write_text(works.question, encoding="utf-8")
    for name, judge in (("each", ONE), ("lowest", {**ONE, "keep": {"bottom_out": 0.1}})):
        told = {"name": name, "models": models, "judges": [judge], "recipes": [use]}
        before = works.servers["judge"].requests
        run = Plan.parse(told, base=works.folder).run(works.folder / name)
        reasons = {reason: count for _, _, reason, count in run.reasons()}
        assert reasons == {"one": 200, "parent_refused": 400}
        assert works.servers["judge"].requests - before == 200


def test_a_preview_judges_its_rows_and_the_run_takes_its_verdicts_over(works):
    run = works.run(rows=50, preview=5)
    asked = works.asked["judge"]
    assert counts(run)["accepted"] == 5
    assert asked > 0
    whole = works.run(rows=50)
    assert works.asked["judge"] <= sum(counts(whole).values()) * 1.3 - asked + 16
    told = works.plan(works.models({"teacher": answers(), "judge": honest}), rows=50).estimate(run.metered())
    assert told["calls"]["likely"] >= 100


@pytest.mark.parametrize(("registry", "use"), [(JUDGES, JudgeUse), (RECIPES, RecipeUse)], ids=["judges", "recipes"])
def test_no_knob_has_the_name_of_a_key_that_all_of_its_kind_have(registry, use):
    shadowed = {
        name: {*registry.load(name).options_type.model_fields} & {*use.own_keys()} for name in registry.builtins
    }
    assert {name: keys for name, keys in shadowed.items() if keys} == {}


def test_the_ledger_says_by_which_names_servers_called_the_models_that_judged(works):
    first = works.run(rows=5)
    assert judged(first)[0]["answered_as"] == ["judge-model"]
    assert judged(works.run(rows=5))[0]["answered_as"] == ["judge-model"]
