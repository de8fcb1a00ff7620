"""The report and the card say what may be done with the rows: whose terms, which conditions, read when."""

import pytest
import yaml
from growing_rows import FREE, RESTRICTED, UNKNOWN

from windrow.report.document import document
from windrow.report.markdown import markdown
from windrow.testing.graders import honest_by

LLAMA = "openai/meta-llama/Llama-3.3-70B-Instruct"


def card(growing, folder="out/exports/trl"):
    text = (growing.folder / folder / "README.md").read_text(encoding="utf-8")
    assert yaml.safe_load(text.split("---\n")[1])["license"] == "unknown"
    return text


def section(text):
    return text.partition("## May a model be trained on these rows")[2].partition("\n## ")[0]


def test_each_combination_of_models_has_its_line_in_report_and_card(growing):
    run = growing.run(teacher=[FREE, RESTRICTED, UNKNOWN, LLAMA], terms={"acknowledged": True})
    rows = {each["models"][0]: each["rows"] for each in run.report()["terms"]["rows"]}
    for text in (card(growing), markdown(document(run.report())), (run.folder / "report.md").read_text("utf-8")):
        said = section(text)
        assert f"| {FREE} | {rows[FREE]} | yes | Apache-2.0 | - |" in said
        assert f"| {LLAMA} | {rows[LLAMA]} | yes, on conditions | Llama community licence | - |" in said
        assert f"| {UNKNOWN} | {rows[UNKNOWN]} | nobody has reviewed it | - | - |" in said
        assert f"| {RESTRICTED} | {rows[RESTRICTED]} | not one that competes with the provider |" in said
        assert "A model trained on these rows must be called Llama…" in said
        assert "llama.com/license, reviewed 2026-11-22" in said
        assert "More than 700 million monthly users" in said
        held = rows[RESTRICTED] + rows[UNKNOWN]
        assert f"**{held} rows are under terms that restrict training, or that nobody has reviewed" in said
        assert "whoever exported them acknowledged these terms" in said
    assert f"Not stated: the terms of `{UNKNOWN}`." in card(growing)


def test_a_report_of_rows_that_are_held_back_says_how_to_export_them(growing):
    run = growing.run(teacher=RESTRICTED)
    text = (run.folder / "report.md").read_text(encoding="utf-8")
    assert "exported only with `--ack-terms`" in section(text)
    assert "- openai/gpt-5: OpenAI, OpenAI services agreement: Output may not be used" in section(text)
    run.export(acknowledge_terms=True)
    assert "whoever exported them acknowledged these terms" in section(card(growing))


def test_what_is_stated_of_seeds_and_models_stands_beside_the_licences_of_the_table(growing):
    (growing.folder / "some.jsonl").write_text('{"instruction": "A?", "output": "B."}\n')
    growing.run(
        teacher={"model": FREE, "terms": "our contract"},
        recipe="Seeded",
        seeds=[{"use": "rows", "path": "some.jsonl", "licence": "CC-BY-4.0"}],
    )
    (lineage,) = growing.exported().values()
    assert lineage["licences"] == ["CC-BY-4.0", "our contract"]
    assert lineage["terms"] == "conditional"
    assert f"| {FREE} | 1 | yes, on conditions | - | CC-BY-4.0; our contract |" in section(card(growing))


def test_a_card_of_the_permissive_rows_tells_of_no_other(growing):
    run = growing.run(teacher=[FREE, RESTRICTED])
    run.export(to=growing.folder / "some", exclude_terms=True)
    text = card(growing, "some/trl")
    rows = len(growing.exported("some/trl"))
    assert f"| {FREE} | {rows} | yes | Apache-2.0 | - |" in section(text)
    assert "OpenAI services agreement" not in section(text)
    assert "rows are under terms that restrict training" not in text


def test_the_models_to_name_are_those_that_wrote_and_those_that_judged(growing):
    judging = {"model": "openai/some-judge", "script": honest_by(lambda *_: True)}
    growing.run(teacher=FREE, judge_role=judging, judge={"use": "rubric", "criteria": ["task_adherence"]})
    said = section(card(growing))
    assert "Models to name in a public summary of training data (the EU's template asks for them)" in said
    assert f"rows were written or marked by `{FREE}`; judged by `openai/some-judge`." in said


@pytest.mark.parametrize("model", ["openai/a|b", "openai/<b>x</b>"])
def test_a_models_name_breaks_no_table(growing, model):
    growing.run(teacher={"model": model, "terms": "a|b <i>"})
    lines = [line for line in section(card(growing)).splitlines() if line.startswith("|")]
    assert len(lines) == 3
    assert len({line.replace("\\|", "").count("|") for line in lines}) == 1
    assert "<b>" not in "".join(lines)
