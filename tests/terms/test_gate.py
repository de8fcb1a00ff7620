"""Rows are exported once somebody has read the terms of the models that wrote them, or without those rows."""

import json
from contextlib import ExitStack

import pytest
from growing_rows import FREE, RESTRICTED, UNKNOWN, Growing, write_recipe

from windrow import Plan, Run
from windrow.errors import ConfigError, ExportError
from windrow.events import Noted
from windrow.row import Lineage, Message, Row
from windrow.run.terms import Gate
from windrow.testing.graders import honest_by

MIXED = [FREE, RESTRICTED]


def accepted(run):
    return {stored.row.id: stored.row.lineage.models for stored in run.rows(status="accepted")}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """A run of a permissive and a restricted model, as it ended; tests export it to folders of their own."""
    folder = tmp_path_factory.mktemp("mixed")
    write_recipe(folder)
    with ExitStack() as stack:
        growing = Growing(folder, stack)
        growing.config(teacher=MIXED)
        growing.ended = growing.windrow("run", "grow.yaml", "--out", "out", "--display", "none")
    growing.by = accepted(Run.open(folder / "out"))
    growing.free = {row for row, models in growing.by.items() if models == (FREE,)}
    return growing


def test_a_mixed_run_keeps_every_row_exports_none_and_ends_with_code_3(mixed):
    assert mixed.ended.returncode == 3, mixed.ended.stderr
    assert not (mixed.folder / "out" / "exports").exists()
    assert len(mixed.by) == 40
    assert set(mixed.by.values()) == {(FREE,), (RESTRICTED,)}
    said = mixed.ended.stderr
    restricted = mixed.by.keys() - mixed.free
    assert f"{len(restricted)} rows (" in said
    assert sum(row in said for row in mixed.by) == sum(row in said for row in restricted) == 5
    assert "openai/gpt-5: OpenAI, OpenAI services agreement: Output may not be used to develop models" in said
    assert all(word in said for word in ("--ack-terms", "--exclude-terms", "terms:"))
    assert "Qwen" not in said


def test_an_export_is_refused_with_the_rows_and_the_terms(mixed):
    refused = mixed.windrow("export", "out", "--to", "refused", "--json")
    assert refused.returncode == ExportError.exit_code
    said = json.dumps(json.loads(refused.stdout))
    assert "openai/gpt-5: OpenAI" in said
    assert sum(row in said for row in mixed.by) == sum(row in said for row in mixed.by.keys() - mixed.free) == 5
    assert not (mixed.folder / "refused").exists()


def test_who_acknowledges_the_terms_gets_every_row_and_each_says_what_holds(mixed):
    done = mixed.windrow("export", "out", "--ack-terms", "--to", "all")
    assert done.returncode == 0, done.stderr
    told = mixed.exported("all/trl")
    assert {row: tuple(lineage["models"]) for row, lineage in told.items()} == mixed.by
    for row, lineage in told.items():
        assert lineage["terms"] == ("yes" if row in mixed.free else "no")
        assert lineage["licences"] == ["Apache-2.0" if row in mixed.free else "OpenAI services agreement"]


@pytest.mark.parametrize("seeds", ["rows", {"use": "rows", "prompts": True}])
def test_rows_that_grow_from_an_export_stand_under_the_terms_of_who_wrote_it(mixed, tmp_path, seeds):
    mixed.windrow("export", "out", "--ack-terms", "--to", "seeds")
    write_recipe(tmp_path)
    with ExitStack() as stack:
        growing = Growing(tmp_path, stack)
        given = {"use": "rows", "path": str(mixed.folder / "seeds" / "trl" / "train.jsonl")}
        growing.config(recipe="Seeded", teacher=FREE, seeds=[given | (seeds if isinstance(seeds, dict) else {})])
        ended = growing.windrow("run", "grow.yaml", "--out", "out", "--display", "none")
    assert ended.returncode == 3, ended.stderr
    assert "openai/gpt-5: OpenAI" in ended.stderr
    lineages = [stored.row.lineage for stored in Run.open(tmp_path / "out").rows(status="accepted")]
    assert len(lineages) == 40
    assert {lineage.models for lineage in lineages} == {(FREE,)}
    assert {lineage.descent for lineage in lineages} == {(RESTRICTED,)}
    assert all("OpenAI services agreement" in lineage.licences for lineage in lineages)


def test_leaving_restricted_rows_out_gives_the_permissive_ones_and_no_other(mixed):
    done = mixed.windrow("export", "out", "--exclude-terms", "--to", "some")
    assert done.returncode == 0, done.stderr
    assert 0 < len(mixed.free) < 40
    assert mixed.exported("some/trl").keys() == mixed.free
    assert f"{40 - len(mixed.free)} rows left out: terms" in done.stderr
    report = json.loads((mixed.folder / "some" / "trl" / "export_report.json").read_text())
    assert report["skipped_counts"] == {"terms": 40 - len(mixed.free)}
    assert set(report["skipped"]["terms"]) <= mixed.by.keys() - mixed.free
    assert (report["rows_in"], report["rows_out"]) == (40, len(mixed.free))


def test_whatever_is_exported_the_ledger_stays_as_it_was(mixed):
    def rows():
        with Run.open(mixed.folder / "out").ledger() as ledger:
            return [(stored.row.to_bytes(), stored.status) for stored in ledger.rows()]

    before, run = rows(), Run.open(mixed.folder / "out")
    run.export(to=mixed.folder / "one", acknowledge_terms=True)
    run.export(to=mixed.folder / "two", exclude_terms=True)
    assert rows() == before


def test_leaving_restricted_rows_out_where_no_other_is_left_is_an_error(growing):
    run = growing.run(teacher=RESTRICTED)
    with pytest.raises(ExportError, match="not one of the 40 accepted rows"):
        run.export(exclude_terms=True)


@pytest.mark.parametrize(
    "told", [{"terms": {"acknowledged": True}}, {"teacher": {"model": RESTRICTED, "terms": "our contract"}}]
)
def test_a_run_that_is_held_back_keeps_its_answers_and_asks_nobody_again(growing, told):
    run = growing.run(teacher=RESTRICTED)
    asked = growing.servers["gpt-5"].requests
    assert "held_back" in json.loads((run.folder / "report.json").read_bytes())
    again = growing.run(**{"teacher": RESTRICTED, **told})
    assert growing.servers["gpt-5"].requests == asked
    assert len(growing.exported()) == 40
    assert "held_back" not in json.loads((again.folder / "report.json").read_bytes())


def test_a_model_that_nobody_knows_is_held_back(growing):
    report = json.loads((growing.run(teacher=UNKNOWN).folder / "report.json").read_bytes())
    assert f"{UNKNOWN}: nobody has reviewed its terms" in report["held_back"]
    assert not growing.exported()


@pytest.mark.parametrize("model", [RESTRICTED, UNKNOWN])
@pytest.mark.parametrize("how", ["beside the model", "acknowledged", "a file"])
def test_who_says_what_holds_exports_at_once(growing, model, how):
    (growing.folder / "own.yaml").write_text(
        "- {id: ours, provider: Us, models: ['gpt-5', 'our-*'], train: 'yes', licence: our contract, "
        "reviewed: 2026-11-01}\n",
        encoding="utf-8",
    )
    told = {
        "beside the model": {"teacher": {"model": model, "terms": "our contract of May allows it"}},
        "acknowledged": {"teacher": model, "terms": {"acknowledged": True}},
        "a file": {"teacher": model, "terms": {"file": "own.yaml"}},
    }[how]
    growing.run(**told)
    exported = growing.exported()
    assert len(exported) == 40
    licence = {
        "beside the model": ["our contract of May allows it"],
        "acknowledged": ["OpenAI services agreement"] if model == RESTRICTED else None,
        "a file": ["our contract"],
    }[how]
    assert {json.dumps(each.get("licences")) for each in exported.values()} == {json.dumps(licence)}


def test_rows_that_no_model_wrote_are_free(growing):
    run = growing.run(recipe="Nobody", teacher=RESTRICTED)
    assert set(accepted(run).values()) == {()}
    assert {lineage["terms"] for lineage in growing.exported().values()} == {"yes"}


def test_rows_of_the_embedded_teacher_are_free(growing):
    plan = {"name": "e", "seeds": [{"use": "problems", "count": 6}], "recipes": ["distillation"], "exports": ["trl"]}
    run = Plan.parse(plan, base=growing.folder).run(growing.folder / "out")
    assert growing.exported().keys() == accepted(run).keys() != set()


@pytest.mark.parametrize("pair", [(FREE, RESTRICTED), (RESTRICTED, FREE)])
def test_a_row_of_two_models_stands_under_the_stricter_terms(growing, pair):
    run = growing.run(recipe="Both", teacher=pair[0], student=pair[1])
    assert set(accepted(run).values()) == {pair}
    assert not growing.exported()
    with pytest.raises(ExportError, match="not one of the 40"):
        run.export(exclude_terms=True)
    run.export(acknowledge_terms=True)
    assert {lineage["terms"] for lineage in growing.exported().values()} == {"no"}


def test_a_row_stands_under_the_terms_of_whose_rows_its_model_was_shown(growing):
    recipe = {"use": "rows.py:Shown", "rows": 30}
    run = growing.run(teacher=FREE, student=RESTRICTED, recipes=[recipe])
    lineages = [stored.row.lineage for stored in run.rows(status="accepted")]
    assert len(lineages) == 30
    assert {(one.models, one.descent) for one in lineages} == {((RESTRICTED,), ()), ((FREE,), (RESTRICTED,))}
    assert not growing.exported()
    with pytest.raises(ExportError, match="not one of the 30"):
        run.export(exclude_terms=True)


def test_a_model_that_only_judges_is_nobodys_parent(growing):
    judging = {"model": "openai/claude-opus-4-7", "script": honest_by(lambda *_: True)}
    judge = {"use": "rubric", "criteria": ["task_adherence"]}
    run = growing.run(teacher=FREE, judge_role=judging, judge=judge)
    assert growing.servers["claude-opus-4-7"].requests
    assert set(accepted(run).values()) == {(FREE,)}
    assert len(growing.exported()) == 40
    terms = run.report()["terms"]
    assert terms["judges"] == ["openai/claude-opus-4-7"]
    assert [each["models"] for each in terms["rows"]] == [[FREE]]


def test_a_gate_keeps_as_much_of_a_hundred_rows_as_of_thousands():
    config = {"models": {"teacher": [{"model": one} for one in (FREE, RESTRICTED, UNKNOWN)]}}
    for count in (100, 5_000):
        gate = Gate.of_config(config, base=None)
        rows = [
            Row(
                "sft",
                messages=(Message("user", f"Where is {at}?"), Message("assistant", "Here.")),
                lineage=Lineage(models=((FREE,), (RESTRICTED,), (UNKNOWN,), (FREE, UNKNOWN))[at % 4]),
            )
            for at in range(count)
        ]
        said = str(gate.refusal(rows, where="out"))
        assert said.startswith(f"out: {count * 3 // 4} rows (")
        assert sum(row.id in said for row in rows) == 5


def test_a_report_tells_each_combination_of_models_with_its_rows_strictest_first(growing):
    told = growing.run(teacher=[*MIXED, UNKNOWN], terms={"acknowledged": True}).report()["terms"]
    assert [each["train"] for each in told["rows"]] == ["no", "unknown", "yes"]
    assert sum(each["rows"] for each in told["rows"]) == 40
    assert told["models"] == {FREE: "yes", RESTRICTED: "no", UNKNOWN: "unknown"}
    assert told["acknowledged"] is True


def test_a_broken_file_of_terms_is_told_before_anybody_is_asked(growing):
    (growing.folder / "own.yaml").write_text("- {id: x}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"own\.yaml"):
        Plan.load(growing.config(teacher=RESTRICTED, terms={"file": "own.yaml"}))


def test_a_report_can_be_read_when_the_file_of_terms_is_gone(growing):
    own = growing.folder / "own.yaml"
    own.write_text("- {id: o, provider: U, models: ['*'], train: 'yes', licence: c, reviewed: 2026-11-01}\n")
    run = growing.run(teacher=RESTRICTED, terms={"file": "own.yaml"})
    own.unlink()
    assert run.report()["terms"]["models"] == {RESTRICTED: "no"}
    with pytest.raises(ConfigError, match=r"own\.yaml"):
        run.export()


def test_terms_that_nobody_has_reviewed_for_long_are_warned_of(growing):
    (growing.folder / "own.yaml").write_text(
        "- {id: o, provider: Us, models: ['our-*'], train: 'yes', licence: contract, reviewed: 2020-01-31}\n"
    )
    heard = []
    Plan.load(growing.config(teacher=UNKNOWN, terms={"file": "own.yaml"})).run(
        growing.folder / "out", listener=heard.append
    )
    done = growing.windrow("export", "out")
    assert done.returncode == 0, done.stderr
    for said in (done.stderr, " ".join(event.text for event in heard if isinstance(event, Noted))):
        assert "the terms of Us (contract) were reviewed" in said
        assert "on 2020-01-31: read them again" in said


def test_a_plug_in_that_answers_is_known_by_the_address_in_the_config(growing, monkeypatch):
    monkeypatch.chdir(growing.folder)
    (growing.folder / "mine.py").write_text(
        "from windrow import Answer, Teacher\n\n\n"
        "class Mine(Teacher):\n    endpoint = 'here'\n\n"
        "    def __init__(self, model, settings, *, env=None, base=None):\n        self.pace = settings.pace()\n\n"
        "    def encode(self, request):\n        return request.messages[-1].content.encode()\n\n"
        "    async def send(self, body, request):\n        return body\n\n"
        "    def decode(self, raw):\n        return Answer(f'All about it: {raw.decode()}', self.address)\n"
    )
    run = growing.run(teacher="mine.py:Mine/v1")
    assert not growing.exported()
    assert set(accepted(run).values()) == {("mine.py:Mine/v1",)}
    growing.run(teacher={"model": "mine.py:Mine/v1", "terms": "a program of ours"})
    assert len(growing.exported()) == 40


def test_an_earlier_export_is_pointed_out_when_new_rows_are_held_back(growing):
    growing.run(teacher=FREE)
    heard = []
    config = growing.config(teacher=RESTRICTED)
    Plan.load(config).run(growing.folder / "out", listener=heard.append)
    notes = [event.text for event in heard if isinstance(event, Noted)]
    assert any("exports/trl is of an earlier export" in note for note in notes)


def test_what_will_be_held_back_is_said_before_anything_is_paid(growing):
    growing.config(teacher=[*MIXED, {"model": UNKNOWN, "terms": "ours"}])
    for command in (("run", "grow.yaml", "--dry-run"), ("doctor", "grow.yaml")):
        done = growing.windrow(*command)
        assert "rows by openai/gpt-5 will be held back from exports: openai/gpt-5: OpenAI" in done.stdout
        assert f"rows by {FREE}" not in done.stdout
        assert f"rows by {UNKNOWN}" not in done.stdout
    growing.config(teacher=MIXED, terms={"acknowledged": True})
    told = json.loads(growing.windrow("run", "grow.yaml", "--dry-run", "--json").stdout)
    assert told["terms"] == {FREE: "yes", RESTRICTED: "no"}
    assert not any("held back" in note for note in told["notes"])
    assert not sum(server.requests for server in growing.servers.values())


def test_taking_every_row_and_leaving_some_out_is_refused_as_one_too_many(mixed):
    done = mixed.windrow("export", "out", "--ack-terms", "--exclude-terms")
    assert done.returncode == ConfigError.exit_code
    assert "say one of them" in done.stderr
