"""The documentation is complete and up to date: what exists has an entry, and what is generated is not stale."""

import re

import pytest
import reference
from pages import page, pages
from tree import ROOT, SOURCE, python_files

from windrow import errors
from windrow.evaluators.names import TABLE as TABLE_OF_EVALUATORS
from windrow.flow import TABLE

OWN_VARIABLES = re.compile(r"[\"'`]((?:WINDROW|OPENAI)_[A-Z_]+)[\"'`]")
REASON = re.compile(r"\b(?:Problem|Fault|Rejection|Slip|Rule)\(\s*\"([a-z]+(?:_[a-z]+)*)\"")
FAILURE = re.compile(r"(?:kind=|_Meaning\()\"([a-z_]+)\"")
VERDICT_KINDS = {
    "deterministic",
    "execution",
    "filter",
    "judge",
    "human",
    "recipe",
    "sft",
    "rag_qa",
    "llm",
    "procedural",
}
STAGES = [(section, name) for section, registry in TABLE.items() for name in registry.builtins]


@pytest.mark.parametrize("each", [p for p in pages() if "<!-- generated: " in p.text], ids=lambda p: p.name)
def test_generated_parts_are_up_to_date(each):
    assert each.text == reference.written(each.text), "run: make docs"


@pytest.mark.parametrize(("section", "name"), STAGES)
def test_every_knob_says_what_it_is_for(section, name):
    knobs = TABLE[section].load(name).options_type.model_json_schema().get("properties", {})
    assert [knob for knob, body in knobs.items() if not body.get("description") and "$ref" not in body] == []


@pytest.mark.parametrize(("section", "name"), STAGES)
def test_every_stage_says_what_it_is_in_one_line(section, name):
    assert TABLE[section].summary(name).endswith((".", "?"))


@pytest.mark.parametrize("recipe", TABLE["recipes"].builtins)
def test_every_recipe_has_a_page(recipe):
    text = page(f"recipes/{recipe}.md").text
    kind = TABLE["recipes"].load(recipe)
    assert [knob for knob in kind.options_type.model_fields if f"`{knob}`" not in text] == []
    folder = SOURCE / "flow" / "recipes" / "prompts" / recipe
    assert [file.stem for file in sorted(folder.glob("*.md")) if f"`{file.stem}`" not in text] == []


@pytest.mark.parametrize("name", TABLE["exports"].builtins)
def test_every_export_has_a_section(name):
    assert f"## `{name}`" in page("exports.md").text


def test_every_reason_a_row_can_be_refused_for_is_explained():
    recipes = [each for each in pages() if each.name.startswith("docs/recipes/")]
    text = "".join(each.text for each in (page("checks-and-filters.md"), *recipes))
    files = [*python_files(SOURCE / "flow")]
    reasons = {reason for path in files for reason in REASON.findall(path.read_text(encoding="utf-8"))}
    assert len(reasons) > 20
    assert [reason for reason in sorted(reasons) if f"`{reason}`" not in text] == []


def test_every_way_a_call_or_an_answer_fails_is_explained():
    text = page("errors.md").text
    files = [path for folder in ("teachers", "engine") for path in python_files(SOURCE / folder)]
    kinds = {kind for path in files for kind in FAILURE.findall(path.read_text(encoding="utf-8"))} - VERDICT_KINDS
    assert {"timeout", "server_error", "unparsed"} <= kinds
    assert [kind for kind in sorted(kinds) if f"`{kind}`" not in text] == []


def test_every_shipped_rubric_is_listed_with_its_names_and_questions():
    text = page("rubrics.md").text
    rubrics = [one for one in TABLE_OF_EVALUATORS if one.kind == "rubric"]
    told = {word for one in rubrics for word in (one.name, *one.aliases, *(each.id for each in one.load().criteria))}
    assert len(rubrics) > 20
    assert [word for word in sorted(told) if f"`{word}`" not in text] == []


def test_every_check_and_filter_has_a_section():
    text = page("checks-and-filters.md").text
    missing = [
        name for section in ("checks", "filters") for name in TABLE[section].builtins if f"## `{name}`" not in text
    ]
    assert missing == []


def test_every_error_and_every_exit_code_is_explained():
    text = page("errors.md").text
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert [kind.__name__ for kind in kinds if f"`{kind.__name__}`" not in text] == []
    codes = {kind.exit_code for kind in kinds} | {0, 3, 130}
    assert [code for code in sorted(codes) if f"| {code} |" not in text] == []


def test_every_environment_variable_is_explained():
    used = {name for path in python_files(SOURCE) for name in OWN_VARIABLES.findall(path.read_text(encoding="utf-8"))}
    text = page("environment.md").text
    assert {"OPENAI_API_KEY", "OPENAI_BASE_URL"} <= used
    assert [name for name in sorted(used) if f"`{name}`" not in text] == []


def test_every_command_is_in_the_table_of_the_command_line():
    text = page("cli.md").text
    assert [name for name in reference.commands() if f"## `windrow {name}`" not in text] == []


def test_every_public_name_is_explained():
    import windrow

    text = page("python.md").text
    assert [name for name in windrow.__all__ if f"`{name}`" not in text and f"windrow.{name}" not in text] == []


def test_every_decision_is_in_the_list_of_decisions():
    listed = page("decisions/README.md").links()
    notes = [path.name for path in sorted((ROOT / "docs" / "decisions").glob("0*.md"))]
    assert listed == notes
