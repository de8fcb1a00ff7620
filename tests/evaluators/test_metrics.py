"""Evaluators that are programs: what they say of right, wrong, missing and senseless input."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windrow.evaluators import metrics, metrics_answers, metrics_json, metrics_patterns, metrics_similarity
from windrow.evaluators.inputs import CANONICAL, resolve
from windrow.evaluators.metrics_frame import Evaluation
from windrow.evaluators.results import EvalResult

MODULES = (metrics, metrics_answers, metrics_json, metrics_patterns, metrics_similarity)
ALL = {name: one for module in MODULES for name, one in vars(module).items() if isinstance(one, Evaluation)}
OPTIONS = {
    "contains_all": {"keywords": ["a"]}, "contains_any": {"keywords": "a"}, "contains_none": {"keywords": ["a"]},
    "length_between": {"min_length": 1}, "length_less_than": {"max_length": 9},
    "length_greater_than": {"min_length": 1}, "regex": {"pattern": "a"}, "json_schema": {"schema": {}},
}  # fmt: skip


def judged(name, output, reference=None, **options):
    return ALL[name](resolve({"output": output, "reference": reference}), **options)


# Each: evaluator, output, reference, options, score.
YES_NO = [
    ("exact_match", " Paris\n", "Paris", {}, 1),
    ("exact_match", "paris", "Paris", {}, 0),
    ("exact_match", "STRASSE", "straße", {"case_sensitive": False}, 1),
    ("exact_match", "cafe\u0301", "café", {}, 1),
    ("exact_match", "Roma", "Rome", {"aliases": ["Roma"]}, 1),
    ("contains", "Die Hauptstadt ist Köln.", None, {"keyword": "Köln"}, 1),
    ("contains", "Paris", "paris", {}, 0),
    ("contains", "a start", None, {"keyword": "art"}, 1),
    ("contains", "a start", None, {"keyword": "art", "whole_words": True}, 0),
    ("contains", "東京は首都です", None, {"keyword": "首都", "whole_words": True}, 1),
    ("contains_any", "b", None, {"keywords": ["a", "b"]}, 1),
    ("contains_any", "c", None, {"keywords": ["a", "b"]}, 0),
    ("contains_none", "c", None, {"keywords": ["a", "b"]}, 1),
    ("contains_none", "A", None, {"keywords": "a", "case_sensitive": False}, 0),
    ("starts_with", "  Привет, мир", None, {"prefix": "Привет"}, 1),
    ("starts_with", "мир", "Привет", {}, 0),
    ("ends_with", "Kind regards \n", None, {"suffix": "regards"}, 1),
    ("one_line", "\none line\n", None, {}, 1),
    ("one_line", "two\u2028lines", None, {}, 0),
    ("length_between", "four words are here", None, {"min_length": 4, "max_length": 4, "unit": "words"}, 1),
    ("length_between", "今日は。明日も。", None, {"max_length": 1, "unit": "sentences"}, 0),
    ("length_between", "", None, {"min_length": 1}, 0),
    ("length_less_than", "abc", None, {"max_length": 3}, 0),
    ("length_greater_than", "abc", None, {"min_length": 2}, 1),
    ("regex", "Order 4711", None, {"pattern": r"\b\d{4}\b"}, 1),
    ("regex", "Order 4711", None, {"pattern": r"\d+", "full": True}, 0),
    ("is_email", "jürgen@exämple.org", None, {}, 1),
    ("is_email", "a..b@example.org", None, {}, 0),
    ("is_email", "write to a@example.org", None, {}, 0),
    ("is_email", "a@localhost", None, {}, 0),
    ("contains_email", "write to a.b+c@example.org.", None, {}, 1),
    ("is_url", "https://example.org/a_(b)?q=1#x", None, {}, 1),
    ("is_url", "https://example", None, {}, 0),
    ("is_url", "ftp://example.org", None, {}, 0),
    ("contains_link", "see (https://example.org/a_(b)).", None, {}, 1),
    ("contains_link", "see example.org", None, {}, 0),
    ("contains_valid_link", "https://example.org and https://[::1", None, {}, 0),
    ("contains_valid_link", "http://127.0.0.1:80/x", None, {}, 1),
    ("contains_code", "Here:\n```\nx\n```\n", None, {}, 1),
    ("contains_code", "def f(x):\n    return x", None, {}, 1),
    ("contains_code", "I import goods from Spain. Let us go.", None, {}, 0),
    ("is_json", '{"a": [1, null]}', None, {}, 1),
    ("is_json", '{"a": 1, "a": 2}', None, {}, 0),
    ("is_json", "NaN", None, {}, 0),
    ("is_json", '```json\n{"a": 1}\n```', None, {}, 0),
    ("is_json", '```json\n{"a": 1}\n```', None, {"fenced": True}, 1),
    ("contains_json", 'so [1, {"a": 2}] it is', None, {}, 1),
    ("contains_json", "a [list] of {things}", None, {}, 0),
    ("contains_json", "[" * 50_000, None, {}, 0),
    ("json_schema", '{"a": 5}', None, {"schema": {"required": ["a"]}}, 1),
    ("json_schema", '{"a": 5}', None, {"schema": '{"required": ["b"]}'}, 0),
    ("json_schema", '"no date"', None, {"schema": {"format": "date"}}, 0),
    ("numeric_match", "3 + 4 …\n#### 1,800", "He pays 3 * 600 = 1800\n#### 1800", {}, 1),
    ("numeric_match", "Das macht 12,50 €.", "12.5", {"unit": "€"}, 1),
    ("numeric_match", "The answer is 19.", "18", {}, 0),
    ("numeric_match", "no idea at all", "18", {}, 0),
    ("numeric_match", "50 %", "0.5", {}, 1),
    ("numeric_match", "50 %", "0.5", {"percent": "number"}, 0),
    ("math_match", r"so \boxed{\frac{1}{2}}", "0.5", {}, 1),
    ("math_match", r"so \boxed{x^2 - 1}", "(x-1)(x+1)", {}, 1),
    ("math_match", r"so \boxed{x^2 + 1}", "(x-1)(x+1)", {}, 0),
    ("answer_match", "The answer is (B).", "B", {"choices": ["red", "green"]}, 1),
    ("answer_match", "答案：42", "42", {"marked": True}, 1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "output", "reference", "options", "score"), YES_NO)
def test_a_question_of_yes_or_no(name, output, reference, options, score):
    result = judged(name, output, reference, **options)
    assert (result.status, result.score, result.passed) == ("completed", score, bool(score)), result
    assert result.eval_name == name
    assert result.fidelity == "deterministic"


# Each: evaluator, output, reference, options, score.
LIKENESS = [
    ("contains_all", "Paris und Köln", None, {"keywords": ["Paris", "Rom"]}, 0.5),
    ("rouge_score", "the cat sat", "the cat sat down", {}, 6 / 7),
    ("bleu_score", "the cat sat on the mat", "the cat is on the mat", {}, 0.3799178428),
    ("bleu_score", "b a", "x", {"references": ["b a"]}, 1.0),
    ("levenshtein_similarity", "kitten", "sitting", {}, 4 / 7),
    ("levenshtein_similarity", "ÄB", "äb", {"case_sensitive": False}, 1.0),
    ("fuzzy_match", "World, hello", "hello world", {}, 1.0),
    ("token_f1", "the cat the", "the cat", {}, 0.8),
    ("recall_score", "the cat", "the black cat sat", {}, 0.5),
    ("numeric_similarity", "about 90 km", "100", {}, 0.9),
    ("numeric_similarity", "-5", "5", {}, 0.0),
    ("numeric_similarity", "0", "0", {}, 1.0),
]


@pytest.mark.parametrize(("name", "output", "reference", "options", "score"), LIKENESS)
def test_a_likeness_is_the_figure_that_its_definition_gives(name, output, reference, options, score):
    assert judged(name, output, reference, **options).score == pytest.approx(score, abs=1e-9)


def test_a_likeness_passes_only_by_a_threshold_that_somebody_set():
    assert judged("rouge_score", "a b", "a b").passed is None
    assert judged("rouge_score", "a b", "a b", threshold=1).passed is True
    assert judged("rouge_score", "a c", "a b", threshold=0.9).passed is False
    assert judged("fuzzy_match", "colour", "color").threshold == 0.8


def test_tfidf_is_the_cosine_and_never_a_verdict_of_its_own():
    same = judged("tfidf_similarity", "x y", "y x", threshold=0.5)
    assert (same.score, same.passed, same.fidelity) == (pytest.approx(1), None, "heuristic")
    assert judged("tfidf_similarity", "x", "y", threshold=0.5).passed is None
    assert judged("tfidf_similarity", "x y", "y x", threshold=0.5, allow_heuristic_pass=True).passed is True
    rare = 1 + math.log(3 / 2)  # in one of the two texts; a word of both weighs 1
    assert judged("tfidf_similarity", "a b", "a").score == pytest.approx(1 / math.sqrt(1 + rare**2))


FAILED = [
    ("exact_match", {"output": "a"}, {}, "missing_input", "expected_output"),
    ("contains", {"output": "a"}, {}, "missing_input", "without keyword"),
    ("contains", {"reference": "a"}, {}, "missing_input", "response"),
    ("contains", {"output": "a"}, {"keyword": " "}, "bad_option", "say what to look for"),
    ("contains_all", {"output": "a"}, {}, "missing_option", "'keywords'"),
    ("contains_all", {"output": "a"}, {"keyword": "a"}, "bad_option", "did you mean 'keywords'"),
    ("contains_all", {"output": "a"}, {"keywords": []}, "bad_option", "say what to look for"),
    ("contains_all", {"output": "a"}, {"keywords": [1]}, "bad_option", "keywords"),
    ("length_between", {"output": "a"}, {}, "bad_option", "min_length"),
    ("length_between", {"output": "a"}, {"min_length": 2, "max_length": 1}, "bad_option", "no length"),
    ("length_less_than", {"output": "a"}, {"max_length": -1}, "bad_option", "greater than or equal"),
    ("length_less_than", {"output": "a"}, {"max_length": "5"}, "bad_option", "valid integer"),
    ("length_less_than", {"output": "a"}, {"max_length": 5, "unit": "pages"}, "bad_option", "unit"),
    ("regex", {"output": "a"}, {"pattern": "("}, "bad_option", "no regular expression"),
    ("json_schema", {"output": "{}"}, {"schema": {"type": "what"}}, "bad_option", "no JSON Schema"),
    ("json_schema", {"output": "{}"}, {"schema": "[]"}, "bad_option", "no JSON object"),
    ("json_schema", {"output": "{}"}, {"schema": {"$ref": "https://example.org/x"}}, "bad_option", "no JSON Schema"),
    ("rouge_score", {"output": "a", "reference": "a"}, {"threshold": 7}, "bad_option", "threshold"),
    ("rouge_score", {"output": "a", "reference": "a"}, {"threshold": math.nan}, "bad_option", "threshold"),
    ("answer_match", {"output": "a", "reference": "a"}, {"kind": "multiple_choice"}, "bad_option", "choices"),
]


@pytest.mark.parametrize(("name", "given", "options", "slug", "told"), FAILED)
def test_what_is_asked_wrongly_fails_and_says_how(name, given, options, slug, told):
    result = ALL[name](resolve(given), **options)
    assert (result.status, result.error.type, result.score, result.passed) == ("failed", slug, None, None), result
    assert told in str(result.error)


def test_what_a_program_cannot_decide_is_unscored():
    slow = judged("regex", "a" * 60 + "b", pattern="(?:a|a)+$")
    assert (slow.status, slow.error.type) == ("unscored", "pattern_timeout")
    assert judged("numeric_match", "5", "five or so").error.type == "reference_not_a_number"
    assert judged("numeric_similarity", "none", "5").error.type == "not_a_number"
    assert judged("levenshtein_similarity", "a" * 60_000, "b").error.type == "too_long"


@pytest.mark.parametrize("name", sorted(ALL))
def test_an_empty_output_is_skipped_unless_its_length_is_asked_for(name):
    result = ALL[name](resolve({"output": " \n", "reference": "a"}), **OPTIONS.get(name, {}))
    assert result.status == ("completed" if name.startswith("length_") else "skipped")


@pytest.mark.parametrize("name", sorted(ALL))
def test_options_may_come_among_the_inputs(name):
    options = OPTIONS.get(name, {})
    given = {"output": "5 a", "reference": "5"}
    assert ALL[name](resolve({**given, **options})) == ALL[name](resolve(given), **options)
    assert not set(ALL[name].options) & set(CANONICAL)


@settings(max_examples=60)
@given(st.sampled_from(sorted(ALL)), st.text(max_size=60), st.text(max_size=60))
def test_nothing_that_is_text_makes_an_evaluator_raise(name, output, reference):
    result = ALL[name](resolve({"output": output, "reference": reference}), **OPTIONS.get(name, {}))
    assert isinstance(result, EvalResult)
    assert result.error is None or result.error.type != "evaluator_error", result


@settings(max_examples=60)
@given(st.text(min_size=1, max_size=40).filter(str.strip))
def test_a_text_is_its_own_match(text):
    for name in ("exact_match", "contains", "starts_with", "ends_with", "levenshtein_similarity", "fuzzy_match"):
        assert judged(name, text, text).score == 1


def test_a_fault_of_the_evaluator_is_its_result():
    def broken(inputs):
        raise ZeroDivisionError("on a Monday")

    result = Evaluation(broken, ("output",), "deterministic", judges_empty=False)(resolve({"output": "a"}))
    assert (result.status, result.error.type) == ("unscored", "evaluator_error")
    assert "on a Monday" in result.error
