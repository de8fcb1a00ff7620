"""The command line and the four renderings say which model makes vectors, and what it would be asked."""

import io
import json
import subprocess

import pytest
from echoed import seeds, told
from rich.console import Console

pytest.importorskip("sklearn")

from windrow.report.compare import compare
from windrow.report.document import document
from windrow.report.terminal import terminal
from windrow.testing import server_error


@pytest.fixture
def config(tmp_path, server):
    rows = "".join(json.dumps(row) + "\n" for row in seeds(30))
    (tmp_path / "seeds.jsonl").write_text(rows, encoding="utf-8")
    told = {
        "name": "told", "seeds": [{"use": "rows", "path": "seeds.jsonl"}],
        "models": {"teacher": {"model": "openai/any", "base_url": server.url}},
        "embeddings": {"model": "openai/meaning", "base_url": server.url, "retries": 0, "concurrency": 1},
        "recipes": [f"{__file__.rpartition('/')[0]}/echoes.py:Echoes"], "filters": ["semantic_dedupe"],
        "terms": {"acknowledged": True},
    }  # fmt: skip
    path = tmp_path / "told.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


@pytest.fixture
def windrow_says(windrow, tmp_path):
    def says(*arguments, code=0):
        done = subprocess.run(
            [windrow, *map(str, arguments)], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    return says


def test_every_rendering_says_whose_vectors_a_figure_goes_by(run):
    done = run()
    how = "mean cosine, openai/meaning"
    assert how in (done.folder / "report.md").read_text(encoding="utf-8")
    assert how in (done.folder / "report.html").read_text(encoding="utf-8")
    assert how in (done.folder / "report.json").read_text(encoding="utf-8")
    drawn = Console(width=200, file=io.StringIO(), force_terminal=True)
    drawn.print(terminal(tuple(document(told(done)))))
    assert how in " ".join(drawn.file.getvalue().split())


def test_a_comparison_of_words_with_meaning_is_marked_as_no_comparison(run):
    one, two = told(run(out="one")), told(run(out="two", embeddings=False))
    figures = compare(one, two, names=("one", "two"))["figures"]
    (pair,) = [each for each in figures if each["name"] == "nearest neighbour of questions"]
    assert pair["difference"] is None
    assert pair["why"] == "measured otherwise: mean cosine, openai/meaning, and mean cosine, TF-IDF"


def test_a_dry_run_says_of_how_many_texts_at_most_and_asks_nobody(windrow_says, config, server):
    said = windrow_says("run", config, "--dry-run")
    assert "embeddings: openai/meaning, of at most 4,030 texts for the report" in said
    assert "filters: semantic_dedupe" in said
    assert server.embedded == 0


def test_the_estimate_counts_the_vectors_that_a_filter_asks_for(windrow_says, config):
    windrow_says("preview", config, "--rows", "5")
    ahead = json.loads(windrow_says("run", config, "--dry-run", "--json"))
    assert ahead["embeddings"] == {"model": "openai/meaning", "texts_at_most": 4030}
    assert ahead["estimate"]["calls"]["likely"] == 60  # thirty answers, thirty vectors


def test_doctor_looks_at_its_endpoint(windrow_says, config, server):
    said = windrow_says("doctor", config)
    assert f"embeddings: openai/meaning  {server.url} answers (200)" in said
    assert server.embedded == 0
    gone = json.loads(config.read_text(encoding="utf-8"))
    gone["embeddings"] = {"model": "openai/meaning", "api_key_env": "NOT_THERE"}
    config.write_text(json.dumps(gone), encoding="utf-8")
    assert "NOT_THERE is not set" in windrow_says("doctor", config, code=4)


def test_list_and_schema_know_it(windrow_says):
    assert [each["name"] for each in json.loads(windrow_says("list", "embedders", "--json"))["embedders"]] == [
        "openai", "local", "replay",
    ]  # fmt: skip
    known = json.loads(windrow_says("schema"))["properties"]["embeddings"]
    assert {"type": "string", "pattern": r"^[^/\s]+/.+$"} in known["anyOf"]


def test_a_run_that_can_compare_nothing_says_so_and_ends_with_its_code(windrow_says, config, server):
    server.gives(lambda request, number: server_error())
    said = windrow_says("run", config, "--out", "out", "--display", "none", code=3)
    assert "the model of the vectors does not answer" in said
    assert "vectors_silent" in windrow_says("report", "out", "--json")
