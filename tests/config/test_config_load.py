"""What a config file may say, and what the user is told when it says something else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.config import load, parse
from windrow.errors import ConfigError, UnknownName

MINIMAL = """\
name: tiny
seeds:
  - {use: rows, path: seeds.jsonl}
recipes:
  - {use: self_instruct, rows: 20}
"""


@pytest.fixture
def write(tmp_path):
    def writer(text: str | bytes, name: str = "tiny.yaml"):
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return writer


def problem(file, *overrides, environment=None):
    with pytest.raises(ConfigError) as caught:
        load(file, overrides, environment=environment or {})
    return caught.value


def test_a_minimal_config_gets_the_embedded_teacher(write):
    config = load(write(MINIMAL), environment={}).config

    assert [spec.model for spec in config.models["teacher"]] == ["embedded/procedural"]
    assert config.recipes[0].rows == 20
    assert config.seeds[0].options == {"path": "seeds.jsonl"}


def test_models_may_be_an_address_a_mapping_or_a_list(write):
    text = MINIMAL + (
        "models:\n  teacher: openai/gpt-5\n  judge: {model: openai/o1, concurrency: 8}\n"
        "  student: [{model: a/b, share: 2}, a/c]\n"
    )

    models = load(write(text), environment={}).config.models

    assert models["teacher"][0].model == "openai/gpt-5"
    assert models["judge"][0].concurrency == 8
    assert [(spec.model, spec.share) for spec in models["student"]] == [("a/b", 2.0), ("a/c", 1.0)]


@pytest.mark.parametrize("written", ["0.15", "'0.15'", "15e-2"])
def test_a_price_is_exact_however_it_is_written(write, written):
    text = MINIMAL + f"prices:\n  openai/gpt-5: {{input: {written}, output: 1}}\n"

    price = load(write(text), environment={}).config.prices["openai/gpt-5"]

    assert price.input * 3 == Decimal("0.45")
    assert price.output == 1


@pytest.mark.parametrize("written", ["-1", ".nan", ".inf", "cheap", "true"])
def test_a_price_that_is_no_price_is_refused(write, written):
    text = MINIMAL + f"prices:\n  openai/gpt-5: {{input: {written}, output: 1}}\n"

    assert "prices.openai/gpt-5.input" in problem(write(text)).where


def test_an_unknown_key_names_the_nearest_known_one(write):
    error = problem(write(MINIMAL.replace("recipes:", "recipies:")))

    assert isinstance(error, UnknownName)
    messages = [str(error), *getattr(error, "__notes__", [])]
    assert any("recipies" in text and "did you mean 'recipes'?" in text for text in messages)
    assert any("recipes" in text and "is required" in text for text in messages)


def test_an_unknown_key_of_a_model_names_the_nearest_of_that_model(write):
    error = problem(write(MINIMAL + "models:\n  teacher:\n    model: a/b\n    concurency: 3\n"))

    assert error.where.endswith("tiny.yaml:9: models.teacher.concurency")
    assert error.remedy == "did you mean 'concurrency'?"


def test_a_wrong_type_shows_line_path_and_value(write):
    error = problem(write(MINIMAL.replace("rows: 20", "rows: many")))

    assert error.where.endswith("tiny.yaml:5: recipes[0].rows")
    assert error.what == "should be a valid integer, got 'many'"
    assert error.exit_code == 2


@pytest.mark.parametrize("rows", ["0", "-1", "true", "1.5"])
def test_rows_is_a_whole_number_of_at_least_one(write, rows):
    assert "recipes[0].rows" in problem(write(MINIMAL.replace("rows: 20", f"rows: {rows}"))).where


def test_every_problem_is_told_at_once(write):
    error = problem(write(MINIMAL.replace("rows: 20", "rows: many") + "checks: 3\ncolour: blue\n"))

    assert len([str(error), *error.__notes__]) == 3


def test_a_key_in_the_config_is_refused_without_being_shown(write):
    error = problem(write(MINIMAL + "models:\n  teacher: {model: a/b, api_key: sk-secret-0123456789}\n"))

    assert "sk-secret" not in str(error)
    assert "api_key_env" in error.remedy


@pytest.mark.parametrize("name", ["a/b", "..", ".hidden", "'c:'", "''", "a\\b", "3"])
def test_a_name_that_cannot_be_a_folder_is_refused(write, name):
    assert problem(write(MINIMAL.replace("name: tiny", f"name: {name}"))).where.endswith("name")


def test_a_name_in_any_script_is_welcome(write):
    assert load(write(MINIMAL.replace("name: tiny", "name: 客服 数据")), environment={}).config.name == "客服 数据"


def test_a_key_written_twice_is_refused_with_both_lines(write):
    error = problem(write(MINIMAL + "name: again\n"))

    assert "written twice, first on line 1" in error.what
    assert ":6: name" in error.where


def test_broken_yaml_names_the_line(write):
    error = problem(write("name: tiny\nseeds: [\n"))

    assert "not valid YAML" in error.what
    assert error.where.endswith("tiny.yaml:3")


def test_a_tab_is_explained(write):
    assert "spaces" in problem(write("name: tiny\nseeds:\n\t- a\n")).remedy


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_an_empty_file_says_so(write, text):
    assert problem(write(text)).what == "is empty"


def test_a_file_that_is_no_mapping_says_so(write):
    assert "should be a mapping" in problem(write("- a\n- b\n")).what


def test_a_missing_file_says_so(tmp_path):
    assert problem(tmp_path / "nowhere.yaml").what == "no such config file"


def test_a_folder_is_not_a_config(tmp_path):
    assert "cannot be read" in problem(tmp_path).what


def test_text_that_is_not_utf8_says_so(write):
    assert "not UTF-8" in problem(write(b"name: caf\xe9\n")).what


def test_a_byte_order_mark_does_no_harm(write):
    assert load(write(b"\xef\xbb\xbf" + MINIMAL.encode()), environment={}).config.name == "tiny"


def test_set_overrides_by_index_and_by_name(write):
    file = write(MINIMAL)

    assert load(file, ["recipes.0.rows=50"], environment={}).config.recipes[0].rows == 50
    assert load(file, ["recipes[0].rows=51"], environment={}).config.recipes[0].rows == 51
    assert load(file, ["recipes.self_instruct.rows=52"], environment={}).config.recipes[0].rows == 52


def test_set_reaches_into_a_bare_name_and_into_what_is_not_there(write):
    loaded = load(
        write(MINIMAL + "checks: [shape]\n"),
        ["checks.shape.strict=true", "models.teacher=openai/x"],
        environment={},
    )

    assert loaded.config.checks[0].options == {"strict": True}
    assert loaded.config.models["teacher"][0].model == "openai/x"


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("recipes.0.rows", "not PATH=VALUE"),
        ("=3", "not PATH=VALUE"),
        ("recipes.7.rows=3", "has no entry '7'"),
        ("recipes.rag.rows=3", "has no entry 'rag'"),
        ("name.x=3", "has no 'x' to set"),
        ("name=[", "is not YAML"),
    ],
)
def test_a_set_that_leads_nowhere_says_why(write, override, said):
    error = problem(write(MINIMAL), override)

    assert said in error.what
    assert error.where == "--set"


def test_an_error_in_an_overridden_value_blames_the_flag(write):
    assert problem(write(MINIMAL), "recipes.0.rows=none").where == "--set: recipes[0].rows"


def test_precedence_is_flag_then_environment_then_file(write):
    file = write(MINIMAL + "models:\n  teacher: a/file\n")
    environment = {"WINDROW_TEACHER": "a/environment"}

    assert load(file, environment={}).config.models["teacher"][0].model == "a/file"
    assert load(file, environment=environment).config.models["teacher"][0].model == "a/environment"
    flagged = load(file, ["models.teacher=a/flag"], environment=environment)
    assert flagged.config.models["teacher"][0].model == "a/flag"


def test_concurrency_from_the_environment_reaches_every_model(write):
    environment = {"WINDROW_CONCURRENCY": "7"}

    assert load(write(MINIMAL), environment=environment).config.models["teacher"][0].concurrency == 7
    assert problem(write(MINIMAL), environment={"WINDROW_CONCURRENCY": "lots"}).where == "WINDROW_CONCURRENCY"


def test_dotenv_is_found_above_the_config_and_the_real_environment_wins(tmp_path, write):
    (tmp_path / ".env").write_text(
        "# keys\nexport OPENAI_API_KEY='from file' # mine\nOTHER=plain # comment\nHASH=a#b\nnonsense\n"
    )
    inner = tmp_path / "deep" / "er"
    inner.mkdir(parents=True)
    config = inner / "tiny.yaml"
    config.write_text(MINIMAL)

    environment = load(config, environment={"OTHER": "real"}).environment

    assert environment["OPENAI_API_KEY"] == "from file"
    assert environment["OTHER"] == "real"
    assert environment["HASH"] == "a#b"


def test_secrets_of_the_environment_are_not_in_what_a_log_would_print(write):
    loaded = load(write(MINIMAL), environment={"OPENAI_API_KEY": "sk-secret"})

    assert "sk-secret" not in repr(loaded)


def test_a_program_may_give_a_mapping_and_keeps_it_unchanged(tmp_path):
    data = {"name": "tiny", "seeds": [{"use": "rows", "path": "s"}], "recipes": ["self_instruct"]}

    loaded = parse(data, base=tmp_path, overrides=["recipes.0.rows=5"], environment={})

    assert loaded.config.recipes[0].rows == 5
    assert data["recipes"] == ["self_instruct"]


def test_a_short_split_is_the_long_one(write):
    short = load(write(MINIMAL + "splits: {holdout: 0.1}\n"), environment={}).config.splits
    long = load(write(MINIMAL + "splits: {use: holdout, share: 0.1}\n"), environment={}).config.splits

    assert short == long


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(["name", "seeds", "models", "prices", "recipes", "checks", "filters", "splits", "exports"]),
)
def test_no_value_of_any_key_breaks_the_checking(tmp_path_factory, value, key):
    data = {"name": "tiny", "seeds": [{"use": "rows"}], "recipes": ["self_instruct"], key: value}

    said = "fine"
    try:
        parse(data, base=tmp_path_factory.getbasetemp(), environment={})
    except ConfigError as error:
        said = str(error)

    assert said
    assert "\n" not in said
