"""The measures of lexical variety give the published figures, and keep their laws."""

from __future__ import annotations

import math
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.quality.lexical import compression, distinct, hdd, mattr, mtld

# The worked example of the LexicalRichness package, letters only: 57 words, 39 of them different.
EXAMPLE = """Measure of textual lexical diversity, computed as the mean length of sequential words in a text that
maintains a minimum threshold TTR score. Iterates over words until TTR scores falls below a
threshold, then increase factor counter by 1 and start over. McCarthy and Jarvis (2010, pg. 385)
recommends a factor threshold in the range of [0.660, 0.750]. (McCarthy 2005, McCarthy and Jarvis
2010)"""
WORDS = re.findall(r"[a-z]+", EXAMPLE.lower())

some_words = st.lists(st.sampled_from(["ähre", "korn", "the", "row", "行", "a", "b", "c"]), min_size=1, max_size=120)


def test_the_published_example_gives_the_published_figures() -> None:
    assert (len(WORDS), len(set(WORDS))) == (57, 39)
    assert mtld(WORDS) == pytest.approx(46.79226361031519, rel=1e-12)
    assert hdd(WORDS) == pytest.approx(0.7468703323966486, rel=1e-9)
    assert mattr(WORDS) == pytest.approx(0.8351515151515151, rel=1e-12)


def test_a_text_too_short_for_a_measure_has_none() -> None:
    assert mtld([]) is None
    assert hdd(WORDS[:41]) is None
    assert mattr(WORDS[:24]) is None
    assert distinct([["one"]], 2) is None
    assert compression([]) is None


@given(some_words)
def test_measures_stay_in_their_range(words: list[str]) -> None:
    length = mtld(words)
    assert length is not None
    assert 0 < length < math.inf
    for measure in (hdd, mattr):
        value = measure(words)
        assert value is None or 0 < value <= 1 + 1e-9


@given(some_words)
def test_reading_backwards_changes_nothing_for_mtld_and_hdd(words: list[str]) -> None:
    forwards, backwards = mtld(words), mtld(words[::-1])
    assert forwards is not None
    assert backwards == pytest.approx(forwards)
    assert hdd(words) == (None if hdd(words[::-1]) is None else pytest.approx(hdd(words[::-1])))


def test_hdd_is_what_drawing_by_hand_gives() -> None:
    dice = random.Random(3)
    drawn = [len(set(dice.sample(WORDS, 42))) / 42 for _ in range(20_000)]
    mean = sum(drawn) / len(drawn)
    spread = math.sqrt(sum((one - mean) ** 2 for one in drawn) / len(drawn) / len(drawn))
    assert abs(mean - (hdd(WORDS) or 0)) < 5 * spread


def test_one_word_again_and_again_is_as_poor_as_can_be() -> None:
    assert mtld(["row"] * 100) == pytest.approx(2.0)
    assert mattr(["row"] * 100) == pytest.approx(1 / 25)
    assert hdd(["row"] * 100) == pytest.approx(1 / 42)


def test_distinct_counts_runs_over_all_texts_and_never_across_two() -> None:
    texts = [["a", "b", "a", "b"], ["b", "a"]]
    assert distinct(texts, 1) == pytest.approx(2 / 6)
    assert distinct(texts, 2) == pytest.approx(2 / 4)  # ab, ba, ab | ba
    assert distinct(texts, 3) == pytest.approx(1.0)


def test_texts_that_repeat_each_other_compress_better() -> None:
    dice = random.Random(5)
    varied = [" ".join(dice.choices(WORDS, k=12)) for _ in range(200)]
    alike = ["The parcel stands in the yard and waits for its turn." for _ in range(200)]
    assert (compression(alike) or 0) > 5 * (compression(varied) or 0)
