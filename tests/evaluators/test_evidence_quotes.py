"""A quote counts as evidence where it stands, word for word; what quoting does to a text is tolerated."""

from time import process_time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from windrow.evaluators.evidence import holds, locate

TEXT = "The **Blue Account** costs $5,000 a year — “no fee” for students.\nIt can't be closed before 14 May 2025, 8:30."


@pytest.mark.parametrize(
    "quote",
    [
        "The Blue Account costs $5,000 a year",
        "**Blue Account** costs",
        "a year - 'no fee' for students",
        'a year – "no fee" for students. It can’t be closed',
        "it can't be closed",
        "  costs\n$5,000  a\tyear ",
        "The Blue Account costs ... for students",
        "The Blue Account costs […] no fee” for students",
        "“It can’t be closed before 14 May 2025.”",
        "for students",
        "8:30",
    ],
)
def test_a_quote_may_differ_as_quotes_do(quote):
    start, end = locate(TEXT, quote)
    assert TEXT[start:end].strip()


@pytest.mark.parametrize(
    "quote",
    [
        "",
        " … ",
        "**",
        "The Blue Account costs $6,000 a year",
        "The Green Account",
        "costs $5",
        "5,000 a yea",
        "lue Account",
        "can be closed",
        "14 May 2025, 8",
        "for students ... The Blue Account",
        "The ... can ... be ... closed",
        "It can't be closed … before 15 May 2025",
        "Das blaue Konto kostet 5.000 Dollar im Jahr",
    ],
)
def test_another_word_number_or_order_is_no_quote(quote):
    assert locate(TEXT, quote) is None


@pytest.mark.parametrize(
    ("text", "quote", "there"),
    [
        ("年费为一百元，\n学生免费。", "一百元，学生免费", True),
        ("年费为一百元，学生免费。", "一百元…学生免费", False),
        ("年费为一百元，毕业以后照样收取，学生免费。", "年费为一百元…照样收取", True),
        ("Crème brûlée", "Cre\u0300me bru\u0302le\u0301e", True),
        ("Cre\u0300me brûlée", "Crème", True),
        ("Crème", "Creme", False),
        ("الرسوم خمسة آلاف", "خمسة آلاف", True),
        ("सालाना शुल्क पाँच हज़ार है।", "शुल्क पाँच हज़ार", True),
        ("zero\u200bwidth and soft\u00adhyphen", "zerowidth and softhyphen", True),
        ("👍", "👍", True),
        ("👍 and more", "👍", False),
        ("x = a**b * c", "a**b", True),
        ("x = a**b * c", "ab", False),
        ("call `run()` now", "call run() now", True),
        ("10² is 100", "102", False),
        ("He said: \"it's 'fine'\"", "it's 'fine'", True),
        ("rate 2.5%", "5%", False),
    ],
)
def test_quotes_are_looked_up_in_any_writing(text, quote, there):
    assert holds(text, quote) is there


@pytest.mark.parametrize("quote", ["Wait... what?", "Wait...", "... what", "Wait… what?"])
def test_an_ellipsis_of_the_text_itself_is_quoted_as_it_stands(quote):
    assert holds("Wait... what? Nothing.", quote)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
WORDS = ["the", "fee", "is", "5", "euros,", "not", "6;", "“never”", "**bold**", "学生免费", "don't…", "-", "…"]
worded = st.lists(st.sampled_from(WORDS), min_size=1)


@given(worded, st.data())
def test_every_run_of_words_of_a_text_is_there(pieces, data):
    text = " ".join(pieces)
    start = data.draw(st.integers(0, len(pieces) - 1))
    end = data.draw(st.integers(start + 1, len(pieces)))
    quote = " ".join(pieces[start:end])
    assume(any(letter.isalnum() for letter in quote))
    place = locate(text, quote)
    assert place is not None
    assert text[slice(*place)].strip()


near_words = st.text(st.sampled_from("aB1é 。学\u0301'’*_-–.,:\u200b\n"), max_size=12)


@given(near_words, near_words, near_words, near_words)
def test_what_is_found_has_the_letters_of_the_quote(before, common, after, extra):
    text, quote = f"{before}{common}{after}", f"{common}{extra}"
    assume("..." not in quote)
    place = locate(text, quote)
    if place is not None:
        assert 0 <= place[0] < place[1] <= len(text)
        assert _letters(quote) == _letters(text[slice(*place)])


@given(words, near_words, words)
def test_more_text_around_it_loses_no_quote(before, text, after):
    if any(letter.isalnum() for letter in text):
        assert locate(f"{before}\n{text}\n{after}", text) is not None


@given(near_words, near_words)
def test_white_space_around_a_quote_and_the_case_of_its_first_letter_do_not_count(text, more):
    if locate(f"{text} {more}", text):
        assert locate(f"{text} {more}", f"\n  {text}\t") is not None
        assert locate(f"{text} {more}", text[:1].swapcase() + text[1:]) is not None


PIECES = ["the yearly fee", "is 5,000 euros", "don't “close” it", "every **blue** account", "学生免费", "for 12 months"]


@given(
    st.lists(st.sampled_from(PIECES), min_size=2, max_size=4),
    st.sampled_from(["...", "…", " [...] ", " (…) "]),
)
def test_pieces_in_their_order_are_found_around_an_ellipsis(pieces, ellipsis):
    assert locate(" and besides ".join(pieces), ellipsis.join(pieces)) is not None


def _letters(text):
    import unicodedata

    return [letter.casefold() for letter in unicodedata.normalize("NFD", text) if letter.isalnum()]


def test_a_long_word_quoted_in_part_is_looked_for_in_little_time():
    """Looked for from each of its letters on, it would take minutes."""
    started = process_time()
    assert locate("a" * 300_000, "a" * 30_000) is None
    assert locate("a" * 300_000 + " " + "a" * 30_000, "a" * 30_000) == (300_001, 330_001)
    assert process_time() - started < 8
