"""String tests of evidence: at the borders of words and numbers, in any script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.text.evidence import answers, contains, key_terms, locate, numbers


@pytest.mark.parametrize(
    ("text", "phrase", "there"),
    [
        ("It costs $5,000.", "5", False),
        ("It costs $5,000.", "$5,000", True),
        ("It costs 2.5%", "5%", False),
        ("Press start.", "art", False),
        ("The Blue\n  Account", "blue account", True),
        ("FULLWIDTH Ａ１", "a1", True),
        ("年费为一百元。", "一百元", True),
        ("費用は5円", "5", True),
        ("anything", "", False),
        ("anything", "…", False),
        ("wait 14 days.", "14 days", True),
        ("wait 14 dayslong", "14 days", False),
    ],
)
def test_a_phrase_is_found_at_borders_only(text, phrase, there):
    assert contains(text, phrase) is there


def test_a_quote_is_located_whatever_its_white_space():
    text = "A rowing boat\ncosts  12 euros."
    start, end = locate(text, "boat costs 12 euros")
    assert text[start:end] == "boat\ncosts  12 euros"
    assert locate(text, "boat costs 13 euros") is None
    assert locate(text, " ") is None


@given(st.text(), st.text())
def test_what_is_located_is_there_but_for_white_space(text, quote):
    place = locate(text, quote)
    if place is not None:
        assert "".join(text[slice(*place)].split()) == "".join(quote.split())


def test_numbers_are_read_with_their_separators():
    assert numbers("From 8:30 on 2024-05-01, $1,250.50 or 3%") == ["8:30", "2024-05-01", "1,250.50", "3"]


def test_key_terms_are_shared_with_the_title():
    assert key_terms("What is the fee for the Blue Account?", "FAQ: Blue Account") == ["blue", "account"]
    assert key_terms("蓝色账户的年费？", "蓝色账户") == ["蓝", "色", "账", "户"]


def test_a_text_answers_too_if_it_is_about_the_same():
    assert answers("Blue Account: $5", ["$5"], ["blue"])
    assert not answers("Green Account: $5", ["$5"], ["blue"])
