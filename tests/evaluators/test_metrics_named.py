"""The programs, the table of names and the reference page say the same."""

import importlib
import re
from pathlib import Path

import pytest

import windrow.evaluators
from windrow.evaluators import names
from windrow.evaluators.metrics_frame import Evaluation

HOME = Path(windrow.evaluators.__file__).parent
PAGE = (Path(__file__).parents[2] / "docs" / "evaluators.md").read_text(encoding="utf-8")
MODULES = [
    path.stem
    for path in sorted(HOME.glob("*.py"))
    if path.stem.startswith(("metrics", "scanners", "instructions", "function_calls", "dataset_level"))
]
MADE = {
    name: one
    for module in MODULES
    for name, one in vars(importlib.import_module(f"windrow.evaluators.{module}")).items()
    if isinstance(one, Evaluation)
}
PROGRAMS = [one for one in names.TABLE if not one.needs_judge]


@pytest.mark.parametrize("one", PROGRAMS, ids=lambda one: one.name)
def test_a_program_is_what_the_table_says_it_is(one):
    measure = one.load()
    assert isinstance(measure, Evaluation)
    assert (measure.__name__, measure.needs) == (one.name, one.needs)
    assert measure.__doc__.split("?")[0] != measure.__doc__ or measure.__doc__.endswith("."), "says what it asks"


def test_no_program_is_left_out_of_the_table():
    assert {one.__name__ for one in MADE.values()} == {one.name for one in PROGRAMS}


@pytest.mark.parametrize("one", names.TABLE, ids=lambda one: one.name)
def test_every_name_and_every_spelling_is_on_the_page(one):
    assert f"| `{one.name}` |" in PAGE
    assert [alias for alias in one.aliases if f"`{alias}`" not in PAGE] == []


def test_every_reason_without_a_score_is_on_the_page():
    text = "".join((HOME / f"{module}.py").read_text(encoding="utf-8") for module in MODULES)
    slugs = set(re.findall(r"type=\"([a-z_]+)\"", text))
    assert {"bad_option", "pattern_timeout", "too_long"} <= slugs
    assert [slug for slug in sorted(slugs) if f"`{slug}`" not in PAGE] == []
