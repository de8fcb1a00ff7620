"""How much a text repeats itself."""

from hypothesis import given
from hypothesis import strategies as st

from windrow.text.repetition import longest_line_run, repeated_share


def test_nothing_repeats_in_a_text_of_distinct_words():
    assert repeated_share(["the", "sea", "is", "wide", "and", "deep"], 2) == 0.0


def test_a_loop_is_nearly_all_repeats():
    assert repeated_share(["so", "on"] * 50, 2) == 1 - 2 / 99


def test_a_text_shorter_than_a_run_has_no_repeats():
    assert repeated_share(["sea"], 2) == 0.0
    assert repeated_share([], 1) == 0.0


@given(st.lists(st.sampled_from("abc"), max_size=40), st.integers(1, 5), st.integers(1, 3))
def test_the_share_is_the_brute_force_count(words, size, allowed):
    grams = [tuple(words[i : i + size]) for i in range(len(words) - size + 1)]
    again = sum(grams[:index].count(gram) >= allowed for index, gram in enumerate(grams))
    assert abs(repeated_share(words, size, allowed=allowed) - (again / len(grams) if grams else 0)) < 1e-12


def test_a_line_that_follows_itself_is_counted_across_blank_lines():
    assert longest_line_run("the sea\n\nthe sea\nthe sea\nthe land", shortest=4) == 3


def test_short_lines_do_not_count():
    assert longest_line_run("}\n}\n}", shortest=4) == 1
    assert longest_line_run("", shortest=4) == 0
