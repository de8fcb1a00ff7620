"""`engine="fi"`: errors that the other package swallows are errors again, and what it did not check is no pass."""

import sys
from types import ModuleType

import fake_fi
import pytest
from front import GOOD

from windrow import evaluate


@pytest.fixture
def fi(monkeypatch):
    package = ModuleType("fi")
    package.__path__ = []
    monkeypatch.setitem(sys.modules, "fi", package)
    monkeypatch.setitem(sys.modules, "fi.evals", fake_fi)
    fake_fi.seen.clear()
    return fake_fi.seen


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        (None, "unscored", "auth"),
        ("tone", "unscored", "timeout"),
        ("toxicity", "unscored", "unparsed"),
        ("bias_detection", "unscored", "connect"),
        ("safety", "unscored", "no_score"),
        ("pii", "unscored", "out_of_range"),
        ("groundedness", "failed", "missing_input"),
        ("exact_match", "failed", "missing_input"),
        ("task_adherence", "failed", "unknown_evaluator"),
        ("regex", "failed", "missing_input"),
    ],
)
def test_what_is_an_error_is_one_again(fi, name, status, kind):
    said = evaluate(
        name, engine="fi", output=GOOD, **({} if name else {"prompt": "Is {output} clear?", "model": "gpt-4o"})
    )
    assert (said.status, said.error.type) == (status, kind)
    assert (said.score, said.passed) == (None, None)
    assert said.engine == "fi"


def test_a_measure_is_passed_on_as_it_is(fi):
    said = evaluate("contains", engine="fi", output="hello world", keyword="hello")
    assert (said.score, said.passed, said.fidelity, said.threshold) == (1.0, True, "deterministic", 0.5)
    failed = evaluate("is_json", engine="fi", output="{")
    assert (failed.score, failed.passed) == (0.0, False)
    assert fi[0]["keyword"] == "hello"


def test_its_word_overlap_passes_nothing_unless_that_is_allowed(fi):
    told = {"engine": "fi", "output": "The capital of France is Lyon.", "context": ["Paris is the capital of France."]}
    said = evaluate("faithfulness", **told)
    assert (said.score, said.passed, said.fidelity) == (1.0, None, "heuristic")
    assert evaluate("faithfulness", allow_heuristic_pass=True, **told).passed is True
    assert evaluate("faithfulness", threshold=0.9, **told).threshold == 0.9


def test_models_of_the_turing_family_go_there_by_themselves(fi):
    said = evaluate("tone", output=GOOD, model="turing_flash")
    assert (said.status, said.error.type, said.engine) == ("unscored", "auth", "fi")
    assert fi[0]["model"] == "turing_flash"


def test_passages_go_there_as_plain_texts(fi):
    evaluate("faithfulness", engine="fi", output="x", context=[{"id": "1", "text": "one"}, "two"])
    assert fi[0]["context"] == ["one", "two"]


def test_without_the_package_it_fails_and_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "fi", None)
    monkeypatch.delitem(sys.modules, "fi.evals", raising=False)
    said = evaluate("contains", engine="fi", output="hello", keyword="hello")
    assert (said.status, said.error.type, said.score) == ("failed", "not_installed", None)
    assert "pip install ai-evaluation" in said.error
