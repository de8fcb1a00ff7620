"""The dataset card says where rows come from, what was checked, and what nobody knows."""

from pathlib import Path

import yaml

from windrow import Plan, Run

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "support"


def _run(tmp_path) -> Run:
    told = {
        "name": "parcels",
        "seeds": [{"use": "documents", "path": "handbook/shipping.md"}],
        "recipes": [{"use": "rag_qa"}],
        "exports": ["trl"],
    }
    return Plan.parse(told, base=EXAMPLE).run(tmp_path / "run")


def _card(folder) -> tuple[dict, str]:
    _, front, body = (folder / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), body


def test_the_front_matter_names_every_split_and_its_file(tmp_path):
    run = _run(tmp_path)
    front, _ = _card(run.folder / "exports" / "trl")
    assert front["configs"] == [{"config_name": "default", "data_files": [{"split": "train", "path": "train.jsonl"}]}]
    assert front["size_categories"] == ["n<1K"]
    assert {"synthetic", "procedural"} <= set(front["tags"])


def test_a_programs_rows_say_so_before_anything_else(tmp_path):
    run = _run(tmp_path)
    _, body = _card(run.folder / "exports" / "trl")
    accepted = sum(n for (_, status), n in run.counts().items() if status == "accepted")
    assert accepted > 0
    title, banner = body.strip().split("\n\n")[:2]
    assert title == "# parcels"
    assert f"{accepted} of {accepted} rows were made by a program" in banner


def test_what_nobody_judged_is_not_claimed(tmp_path):
    _, body = _card(_run(tmp_path).folder / "exports" / "trl")
    assert "faithfulness: not evaluated" in body
    assert "Not stated: the licence of `documents` from `handbook/shipping.md`." in body


def test_licences_and_terms_that_are_stated_go_on_every_row_and_on_the_card(tmp_path):
    told = {
        "name": "parcels",
        "seeds": [
            {"use": "documents", "path": "handbook/shipping.md", "licence": "CC-BY-4.0"},
            {"use": "rows", "path": "seeds.jsonl", "licence": "a licence of what this recipe does not read"},
        ],
        "models": {"teacher": {"model": "embedded/procedural", "terms": "may train any model"}},
        "recipes": [{"use": "rag_qa", "rows": 5}],
        "exports": ["trl"],
    }
    run = Plan.parse(told, base=EXAMPLE).run(tmp_path / "run")
    licences = {stored.row.lineage.licences for stored in run.rows(status="accepted")}
    assert licences == {("CC-BY-4.0", "may train any model")}
    _, body = _card(run.folder / "exports" / "trl")
    assert "from `handbook/shipping.md`, licence: CC-BY-4.0" in body
    assert "`embedded/procedural` (terms: may train any model)" in body
    assert "Not stated" not in body


def test_an_export_made_later_gets_the_same_card(tmp_path):
    run = _run(tmp_path)
    run.export(["trl"], to=tmp_path / "later")
    assert _card(tmp_path / "later" / "trl") == _card(run.folder / "exports" / "trl")


def test_the_card_of_a_retrieval_test_set_shows_its_parts_apart():
    from windrow.report.card import _configs, _loading

    files = {"corpus.jsonl": 9, "qrels/test.tsv": 3, "queries.jsonl": 3}
    assert [config["config_name"] for config in _configs(files)] == ["default", "corpus", "queries"]
    assert _configs(files)[0]["data_files"] == [{"split": "test", "path": "qrels/test.tsv"}]
    assert 'GenericDataLoader(".").load(split="test")' in _loading(files)


def test_rows_of_several_forms_are_tables_of_their_own():
    from windrow.report.card import _configs, _loading

    files = {"train_sft.jsonl": 9, "test_sft.jsonl": 1, "train_preference.jsonl": 3}
    named = {config["config_name"]: [part["split"] for part in config["data_files"]] for config in _configs(files)}
    assert named == {"sft": ["train", "test"], "preference": ["train"]}
    assert 'preference = load_dataset("json", data_files={"train": "train_preference.jsonl"})' in _loading(files)
