"""Instructions that a program can check: windrow's own, IFEval's, from wherever they are told."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windrow.evaluators.inputs import resolve
from windrow.evaluators.instructions import instruction_following
from windrow.evaluators.instructions_ifeval import CHECKS
from windrow.text.constraints import describe

SHORT = {"id": "words_max", "kwargs": {"n": 3}}
CALM = {"id": "no_exclamation_marks", "kwargs": {}}


def judged(output, **given):
    return instruction_following(resolve({"output": output, **given}))


def test_the_score_is_the_share_obeyed_and_all_must_be():
    result = judged("one two three four", constraints=[SHORT, CALM])
    assert (result.score, result.passed) == (0.5, False)
    assert [(one.id, one.verdict) for one in result.criteria] == [
        ("words_max", "fail"),
        ("no_exclamation_marks", "pass"),
    ]
    assert result.reason == "words_max: 4 words, more than 3"
    assert judged("one two", constraints=[SHORT, CALM]).passed is True


@pytest.mark.parametrize(
    "told",
    [
        {"constraints": SHORT},
        {"reference": [SHORT]},
        {"reference": {"answer": "x", "constraints": [SHORT]}},
        {"reference": {"instruction_id": "length_constraints:number_words",
                       "kwargs": {"num_words": 4, "relation": "less than", "keywords": None}}},
        {"reference": {"instruction_id_list": ["words_max"], "kwargs": [{"n": 3}]}},
        {"instruction_id_list": ["words_max"], "kwargs": [{"n": 3}]},
        {"input": f"Name a fruit. {describe(SHORT)}"},
    ],
)  # fmt: skip
def test_instructions_are_read_from_wherever_they_are_told(told):
    assert judged("one two three", **told).passed is True
    assert judged("one two three four", **told).passed is False


@pytest.mark.parametrize("told", [{}, {"reference": "Paris"}, {"input": "Name a fruit."}, {"constraints": []}])
def test_without_an_instruction_there_is_nothing_to_judge(told):
    assert judged("one", **told).status == "skipped"


# Each: id, kwargs, a text that obeys, a text that does not.
IFEVAL = [
    ("keywords:existence", {"keywords": ["rain", "Köln"]}, "Rain in KÖLN.", "Rain in Bonn."),
    ("keywords:frequency", {"keyword": "rain", "frequency": 2, "relation": "at least"}, "rain, Rain", "rain"),
    ("keywords:forbidden_words", {"forbidden_words": ["rain"]}, "It is raining.", "The rain."),
    ("keywords:letter_frequency", {"letter": "a", "let_frequency": 2, "let_relation": "less than"}, "A tree", "banana"),
    ("language:response_language", {"language": "de"}, "Das ist nicht der Hund, und die Katze ist es auch nicht.",
     "This is not the dog, and it is not the cat either."),
    ("length_constraints:number_sentences", {"num_sentences": 2, "relation": "at least"}, "One. Two.", "One."),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "one\n***\ntwo", "one\n\ntwo"),
    ("length_constraints:number_words", {"num_words": 3, "relation": "less than"}, "one two", "one two three"),
    ("length_constraints:nth_paragraph_first_word", {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "then"},
     "First.\n\nThen, more.", "First.\n\nMore."),
    ("detectable_content:number_placeholders", {"num_placeholders": 2}, "[name] at [place]", "[name]"),
    ("detectable_content:postscript", {"postscript_marker": "P.S."}, "Bye.\nP. S. More", "Bye."),
    ("detectable_format:number_bullet_lists", {"num_bullets": 2}, "* one\n- two", "* one"),
    ("detectable_format:constrained_response", {}, "My answer is no.", "No."),
    ("detectable_format:number_highlighted_sections", {"num_highlights": 1}, "an *important* part", "a ** part"),
    ("detectable_format:multiple_sections", {"section_spliter": "Section", "num_sections": 2},
     "Section 1\na\nSection 2\nb", "Section 1\na"),
    ("detectable_format:json_format", {}, '```json\n{"a": 1}\n```', "a: 1"),
    ("detectable_format:title", {}, "<<Title>>\ntext", "<< >>\ntext"),
    ("combination:two_responses", {}, "one\n******\ntwo", "one\n******\none"),
    ("combination:repeat_prompt", {"prompt_to_repeat": "Name a fruit"}, "name a fruit: plum", "plum"),
    ("startend:end_checker", {"end_phrase": "The end."}, '"That is it. the end."', "The end. Or not"),
    ("startend:quotation", {}, '"all of it"', '"half" of it'),
    ("change_case:capital_word_frequency", {"capital_frequency": 2, "capital_relation": "at least"}, "BIG RED dog",
     "Big RED dog"),
    ("change_case:english_capital", {}, "ALL OF IT", "All OF IT"),
    ("change_case:english_lowercase", {}, "all of it", "All of it"),
    ("punctuation:no_comma", {}, "one and two", "one, two"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kwargs", "good", "bad"), IFEVAL)
def test_ifevals_own_instructions_are_judged_as_its_checker_does(name, kwargs, good, bad):
    entry = {"id": name, "kwargs": kwargs}
    assert judged(good, constraints=entry).passed is True, judged(good, constraints=entry).reason
    assert judged(bad, constraints=entry).passed is False


def test_every_instruction_of_ifeval_is_there():
    assert sorted(name for name, *_ in IFEVAL) == sorted(CHECKS)
    assert len(CHECKS) == 25


def test_loose_forgives_a_line_around_the_answer_and_asterisks():
    entry = {"id": "startend:end_checker", "kwargs": {"end_phrase": "done."}}
    text = "Sure!\nAll is **done.**\nAnything else?"
    assert judged(text, constraints=entry).passed is False
    assert judged(text, constraints=entry, loose=True).passed is True


def test_the_same_kind_twice_has_two_names():
    entries = [{"id": "without_word", "kwargs": {"text": word}} for word in ("a", "b")]
    assert [one.id for one in judged("b", constraints=entries).criteria] == ["without_word", "without_word#2"]


@pytest.mark.parametrize(
    "constraints",
    [
        [{"id": "words_most", "kwargs": {"n": 3}}],
        [{"id": "words_max", "kwargs": {"n": "3"}}],
        [{"id": "keywords:nothing", "kwargs": {}}],
        [{"id": "keywords:existence", "kwargs": {"keywords": []}}],
        [{"id": "length_constraints:number_words", "kwargs": {"num_words": 3, "relation": "about"}}],
        [{"id": 5}],
        {"instruction_id_list": ["a", "b"], "kwargs": [{}]},
    ],
)
def test_an_instruction_that_is_none_fails_and_scores_nothing(constraints):
    result = judged("text", constraints=constraints)
    assert (result.status, result.error.type, result.score) == ("failed", "bad_input", None)


def test_what_cannot_be_decided_leaves_the_whole_unscored():
    entries = [SHORT, {"id": "language:response_language", "kwargs": {"language": "fr"}}]
    result = judged("ok", constraints=entries)
    assert (result.status, result.error.type) == ("unscored", "unknown_language")


@settings(max_examples=80)
@given(st.text(), st.sampled_from([(name, kwargs) for name, kwargs, *_ in IFEVAL]))
def test_any_text_can_be_judged(text, entry):
    result = judged(text, constraints=json.loads(json.dumps({"id": entry[0], "kwargs": entry[1]})))
    assert result.status in {"completed", "skipped"} or result.error.type == "unknown_language"
