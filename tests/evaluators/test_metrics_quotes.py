"""Quotes, citations, languages and refusals: what is really there, and what is only guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.evaluators.inputs import resolve
from windrow.evaluators.metrics_language import language, refuses
from windrow.evaluators.metrics_quotes import citations, quotations, quote_in_context, quote_recall

TOWER = "The tower is 330 metres tall and was finished in 1889."
TOKYO = {"id": "doc-b", "text": "東京タワーは1958年に建てられた。高さは333メートルです。"}
CONTEXT = [TOWER, TOKYO]


def quoted(output, **options):
    return quote_in_context(resolve({"output": output, "context": CONTEXT}), **options)


def cited(output, **options):
    return citations(resolve({"output": output, "context": CONTEXT}), **options)


@pytest.mark.parametrize(
    ("output", "score"),
    [
        ('It says "the tower is 330  metres tall".', 1),
        ("Il est dit : « The tower is 330 metres tall ».", 1),
        ("Dort steht: „was finished in 1889“.", 1),
        ("「東京タワーは1958年に建てられた」と書いてある。", 1),
        ("> The tower is 330 metres tall", 1),
        ('It says "the tower is 331 metres tall".', 0),
        ('It says "the tower is 330 metres tall" and "was finished in 1890".', 0.5),
    ],
)
def test_the_score_is_the_share_of_quotes_that_stand_in_the_context(output, score):
    result = quoted(output)
    assert (result.score, result.passed) == (score, score == 1), result.reason


def test_a_quote_is_told_with_its_place():
    found = quoted('"was finished in 1889"').metadata["found"][0]
    assert found["passage"] == "1"
    assert TOWER[slice(*found["span"])] == "was finished in 1889"
    assert quoted("no marks", quotes=["高さは333メートル"]).metadata["found"][0]["passage"] == "doc-b"


def test_without_quotes_or_citations_there_is_nothing_to_judge():
    assert quoted('A so-called "tower".').status == "skipped"
    assert cited("Nothing. It was [hidden] in 1984.").status == "skipped"
    assert cited("Nothing.", required=True).passed is False


def test_quotes_that_should_be_given_are_looked_for_in_the_output():
    given = resolve({"output": "As written, the tower is 330 metres tall."})
    assert quote_recall(given, quotes=["The tower is 330 metres tall"]).passed is True
    assert quote_recall(given, quotes=["The tower is 330 metres tall", "was finished"]).score == 0.5


@pytest.mark.parametrize(
    ("output", "score", "why"),
    [
        ("It is 330 metres tall [1].", 1, ""),
        ("It was finished in 1889. [1]", 1, ""),
        ("高さは333メートルです [doc-b]。", 1, ""),
        ("高さは333メートルです【2】。", 1, ""),
        ("330 metres and 333 metres [1, 2].", 1, ""),
        ("It is 331 metres tall [1].", 0, "331 stands in no passage"),
        ("It is tall [3].", 0, "no such passage"),
        ("It is 330 metres tall [1]. Tokyo has 334 [2].", 0.5, "334 stands in no passage"),
        ("See [the page](https://example.org) [1].", 1, ""),
    ],
)
def test_a_citation_points_at_a_passage_that_has_its_numbers(output, score, why):
    result = cited(output)
    assert (result.score, result.passed) == (score, score == 1), result.metadata
    assert why in result.reason


def test_citations_count_the_sentences_that_cite():
    told = cited("It is 330 metres tall [1]. It is old.").metadata
    assert (told["sentences"], told["sentences_that_cite"], told["marks"]) == (2, 1, 1)


@given(st.text(alphabet="ab [1]2,.\n東"))
def test_marks_never_break_the_reading(output):
    assert cited(output).status in {"completed", "skipped"}


@given(st.lists(st.text(alphabet="abc de", min_size=4).filter(lambda text: len(text.split()) > 1), max_size=4))
def test_what_stands_in_quotation_marks_is_read_in_order(texts):
    read = list(quotations(" – ".join(f"“{text}”" for text in texts)))
    assert read == texts


GERMAN = "Das ist nicht der Hund, und die Katze ist es auch nicht."


@pytest.mark.parametrize(
    ("given", "options", "score"),
    [
        ({"output": GERMAN}, {"language": "de"}, 1),
        ({"output": GERMAN}, {"language": "de-AT"}, 1),
        ({"output": GERMAN, "input": "What is the name of the dog in this picture?"}, {}, 0),
        ({"output": "これは犬です。", "input": "これは何ですか。"}, {}, 1),
    ],
)
def test_the_language_is_told_from_the_text(given, options, score):
    result = language(resolve(given), **options)
    assert result.score == score
    assert result.passed is (None if score else False)


def test_a_language_that_cannot_be_told_is_unscored_or_refused():
    assert language(resolve({"output": "ok"}), language="de").error.type == "unknown_language"
    assert language(resolve({"output": GERMAN})).error.type == "unknown_language"
    assert language(resolve({"output": GERMAN}), language="tlh").error.type == "bad_option"


@pytest.mark.parametrize(
    ("output", "should", "score", "passed"),
    [
        ("I'm sorry, but I can't help with that.", "answer", 0, False),
        ("Es tut mir leid, dabei kann ich nicht helfen.", "answer", 0, False),
        ("Paris is the capital of France.", "answer", 1, None),
        ("I'm sorry, but I can't help with that.", "refuse", 1, None),
        ("Paris is the capital of France.", "refuse", 0, None),
    ],
)
def test_a_refusal_that_is_shown_fails_and_one_that_is_not_found_is_no_verdict(output, should, score, passed):
    result = refuses(resolve({"output": output}), should=should)
    assert (result.score, result.passed, result.fidelity) == (score, passed, "heuristic")
