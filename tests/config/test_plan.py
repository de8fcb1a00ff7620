"""What a plan makes of a config: stages with their checks and prompts, a digest that tells plans apart, no secret."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import orjson
import pytest

import windrow
from windrow.errors import ConfigError, UnknownName
from windrow.plan import Plan

DOCUMENTS = {"use": "documents", "path": "docs"}
ROWS = {"use": "rows", "path": "seeds.jsonl"}
EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "support").glob("*.yaml"))


@pytest.fixture
def plan_of(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# Fees\n\nA parcel costs 4.50 euros. It arrives in two days.\n")
    (tmp_path / "seeds.jsonl").write_text('{"instruction": "Say hello.", "output": "Hello."}\n')

    def make(**keys):
        data = {"name": "p", "seeds": [DOCUMENTS, ROWS], "recipes": [{"use": "rag_qa", "rows": 5}], **keys}
        return Plan.parse(data, base=tmp_path)

    return make


def names(chosen) -> list[str]:
    return [each.name for each in chosen]


def problem(plan_of, **keys) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        plan_of(**keys)
    return caught.value


def test_a_recipe_brings_its_own_checks_and_filters(plan_of):
    stage = plan_of().stages[0]

    assert tuple(names(stage.checks)) == stage.kind.checks
    assert tuple(names(stage.filters)) == stage.kind.filters


def test_what_is_named_is_added_and_what_is_named_again_is_tuned(plan_of):
    plan = plan_of(
        checks=["constraints"],
        filters=[{"use": "dedupe", "threshold": 0.9}],
        recipes=[{"use": "rag_qa", "filters": [{"use": "dedupe", "threshold": 0.7}]}, {"use": "rag_qa"}],
    )

    first, second = plan.stages
    assert names(first.checks) == [*first.kind.checks, "constraints"]
    assert names(first.filters) == ["dedupe"]
    assert first.filters[0].options.threshold == 0.7
    assert second.filters[0].options.threshold == 0.9


def test_a_recipe_used_twice_has_two_stages_of_their_own(plan_of):
    plan = plan_of(recipes=[{"use": "rag_qa"}, {"use": "rag_qa"}])

    assert [stage.name for stage in plan.stages] == ["rag_qa", "rag_qa#2"]


@pytest.mark.parametrize(
    ("keys", "where", "said"),
    [
        ({"recipes": [{"use": "rag_qb"}]}, "recipes[0]", "did you mean 'rag_qa'?"),
        ({"recipes": [{"use": "rag_qa", "distractor": 3}]}, "recipes[0].distractor", "did you mean 'distractors'?"),
        ({"recipes": [{"use": "rag_qa", "row": 3}]}, "recipes[0].row", "did you mean 'rows'?"),
        ({"recipes": [{"use": "rag_qa", "distractors": "x"}]}, "recipes[0].distractors", "valid integer"),
        ({"recipes": [{"use": "rag_qa", "mix": {"bm": 1}}]}, "recipes[0].mix.bm", "did you mean 'bm25'?"),
        ({"checks": [{"use": "shap"}]}, "checks[0]", "did you mean 'shape'?"),
        ({"filters": ["shape", "dedup"]}, "filters[0]", "unknown filter 'shape'"),
        ({"splits": {"hold": 0.1}}, "splits", "did you mean 'holdout'?"),
        ({"splits": {"holdout": 3}}, "splits.share", "less than or equal to"),
        ({"seeds": [DOCUMENTS, {"use": "rows"}]}, "seeds[1].path", "is required"),
        ({"recipes": [{"use": "rag_qa", "prompts": {"questoin": "docs/a.md"}}]}, "recipes[0].prompts", "'question'"),
        ({"recipes": [{"use": "rag_qa", "prompts": {"question": "no.md"}}]}, "recipes[0].prompts.question", "no such"),
        ({"recipes": [{"use": "rag_qa", "rows": 9, "max_candidates": 3}]}, "recipes[0].max_candidates", "at least 9"),
        ({"recipes": [{"use": "rag_qa"}], "seeds": [ROWS]}, "recipes[0]", "use: documents"),
        ({"models": {"judge": "embedded/procedural"}}, "recipes[0]", "add models.teacher"),
    ],
)
def test_every_error_has_its_place_and_its_remedy(plan_of, keys, where, said):
    error = problem(plan_of, **keys)

    assert error.where == where
    assert said in str(error)


def test_a_class_of_a_file_is_found_from_the_configs_folder(plan_of, tmp_path):
    (tmp_path / "mine.py").write_text(
        "from windrow.flow.checks.shape import Shape\n\n\nclass Mine(Shape):\n    'Mine.'\n\n    name = 'mine'\n"
    )

    stage = plan_of(checks=["mine.py:Mine"]).stages[0]

    assert stage.checks[-1].kind.name == "mine"


def test_a_file_that_defines_no_such_class_says_so(plan_of):
    assert "does not load" in problem(plan_of, checks=["nowhere.py:Mine"]).what


def test_a_prompt_of_the_users_own_takes_the_place(plan_of, tmp_path):
    (tmp_path / "mine.md").write_text("Ask: {{ text }}\n")

    plan = plan_of(recipes=[{"use": "rag_qa", "prompts": {"question": "mine.md"}}])

    assert plan.stages[0].templates["question"].digest != plan_of().stages[0].templates["question"].digest
    assert plan.digest != plan_of(recipes=[{"use": "rag_qa"}]).digest


def test_the_digest_follows_what_decides_rows_and_nothing_else(plan_of):
    plain = plan_of()

    assert plain.digest == plan_of().digest
    assert plain.digest == plan_of(prices={"a/b": {"input": 1, "output": 2}}).digest
    assert plain.digest != plan_of(recipes=[{"use": "rag_qa", "rows": 6}]).digest
    assert plain.digest != plan_of(models={"teacher": "openai/x"}).digest
    assert plain.digest != plan_of(filters=[{"use": "dedupe", "threshold": 0.9}]).digest


def test_what_is_written_down_is_whole_and_holds_no_secret(plan_of):
    plan = plan_of(models={"teacher": {"model": "openai/x", "base_url": "http://me:hidden@host:1/v1?token=hidden"}})

    written = orjson.dumps(plan.resolved())

    assert b"hidden" not in written
    assert b"http://host:1/v1" in written
    assert orjson.loads(written)["recipes"][0]["options"]["distractors"] == 4


def test_explaining_counts_seeds_and_asks_nobody(plan_of):
    told = plan_of().explain()

    assert [(seed["use"], seed["seeds"]) for seed in told["seeds"]] == [("documents", 1), ("rows", 1)]
    assert told["stages"][0]["grows_from"] == {"kind": "chunk", "seeds": 1}
    assert any("feed no recipe" in note for note in told["notes"])
    assert any("no exports" in note for note in told["notes"])


def test_explaining_finds_a_broken_seed_file_before_anything_is_paid(plan_of, tmp_path):
    (tmp_path / "seeds.jsonl").write_text("{broken\n")

    with pytest.raises(ConfigError, match=r"seeds\.jsonl:1"):
        plan_of().explain()


@pytest.mark.parametrize("text", ["a: &a [*a]\n", "name: &n {x: *n}\n", "name: x\nseeds: &s [{use: rows, o: *s}]\n"])
def test_yaml_that_refers_to_itself_does_not_hang(tmp_path, text):
    path = tmp_path / "loop.yaml"
    path.write_text(text)

    with pytest.raises(ConfigError):
        Plan.load(path, environment={})


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_a_plan(path):
    plan = Plan.load(path, environment={})

    assert {spec.model for pool in plan.config.models.values() for spec in pool} == {"embedded/procedural"}
    assert plan.exports


def test_python_runs_what_the_command_runs(plan_of, tmp_path):
    plan = plan_of(recipes=[{"use": "rag_qa", "checks": ["shape"]}])
    events = []

    run = plan.run(tmp_path / "run", listener=events.append)

    assert run.name == "p"
    assert sum(run.counts().values()) == len(list(run.rows()))
    assert events
    assert run.report()["rows"]["generated"] == len(list(run.rows()))
    assert windrow.Run.open(tmp_path / "run").digest == plan.digest
    assert not (tmp_path / "run" / "scratch").exists()


def test_python_runs_inside_a_loop_of_its_own(plan_of, tmp_path):
    plan = plan_of()

    run = asyncio.run(plan.arun(tmp_path / "run"))

    assert (run.folder / "report.json").exists()


def test_running_leaves_the_environment_alone(plan_of, tmp_path):
    (tmp_path / ".env").write_text("OPENAI_API_KEY=sk-of-the-file\n")

    plan_of().run(tmp_path / "run")

    assert "OPENAI_API_KEY" not in os.environ


def test_an_unknown_provider_names_the_nearest(plan_of, tmp_path):
    with pytest.raises(UnknownName, match=r"models\.teacher: unknown teacher 'opnai' \(did you mean 'openai'\?\)"):
        plan_of(models={"teacher": "opnai/x"}).run(tmp_path / "run")

    assert not (tmp_path / "run").exists()


def test_a_recipe_without_an_end_must_be_told_how_many_rows(tmp_path):
    (tmp_path / "seeds.jsonl").write_text('{"instruction": "Name a bay.", "output": "Bay 3."}\n', encoding="utf-8")
    config = {"name": "x", "seeds": [{"use": "rows", "path": "seeds.jsonl"}], "recipes": [{"use": "self_instruct"}]}
    with pytest.raises(ConfigError, match=r"recipes\[0\].*no end of its own.*rows: 500"):
        Plan.parse(config, base=tmp_path)


def test_uses_of_one_recipe_are_told_apart_by_name(tmp_path):
    config = {"name": "x", "seeds": [{"use": "documents", "path": "."}], "recipes": ["rag_qa", "rag_qa"]}
    assert [stage.name for stage in Plan.parse(config, base=tmp_path).stages] == ["rag_qa", "rag_qa#2"]
    config["recipes"] = [{"use": "rag_qa", "name": "wide"}, {"use": "rag_qa", "name": "close"}]
    assert [stage.name for stage in Plan.parse(config, base=tmp_path).stages] == ["wide", "close"]
    config["recipes"] = [{"use": "rag_qa", "name": "wide"}, {"use": "rag_qa", "name": "wide"}]
    with pytest.raises(ConfigError, match=r"recipes\[1\].*two recipes are called 'wide'"):
        Plan.parse(config, base=tmp_path)
