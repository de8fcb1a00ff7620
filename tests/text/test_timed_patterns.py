"""A pattern that would run for hours is given up, and the next one is searched for as if nothing had been."""

import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windrow.text import timed_patterns
from windrow.text.timed_patterns import BadPattern, TooSlow, spans


def test_a_pattern_that_never_ends_is_given_up_and_then_refused_at_once(monkeypatch):
    monkeypatch.setattr(timed_patterns, "SECONDS", 0.2)
    for _ in range(timed_patterns.PATIENCE):
        with pytest.raises(TooSlow, match="took more than"):
            spans(r"(?:a|a)+$", "a" * 60 + "b")
    with pytest.raises(TooSlow, match="on 3 texts"):
        spans(r"(?:a|a)+$", "harmless")
    assert spans("b", "abc") == [(1, 2)]


@settings(max_examples=40)
@given(st.text(max_size=40))
def test_it_finds_what_the_engine_finds(text):
    assert spans(r"\w+", text) == [found.span() for found in re.finditer(r"\w+", text)]


def test_it_searches_texts_larger_than_a_pipe():
    assert spans("b", "a" * 1_000_000 + "b") == [(1_000_000, 1_000_001)]
    assert len(spans("a", "a" * 1000)) == timed_patterns.MOST_FOUND


def test_the_whole_text_or_part_of_it_in_any_case():
    assert spans("a+", "aab", how="fullmatch") == []
    assert spans("a+", "aA", how="fullmatch", ignore_case=True) == [(0, 2)]


@pytest.mark.parametrize("pattern", ["(", "[", "a{2,1}", "(?P<x>a)(?P<x>b)", "(" * 5000])
def test_what_is_no_pattern_is_said_to_be_none(pattern):
    with pytest.raises(BadPattern, match="no regular expression"):
        spans(pattern, "text")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="not run: no fork here")
def test_a_forked_process_searches_with_a_worker_of_its_own():
    spans("a", "a")
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, str(spans("b", "ab")).encode())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert os.read(reading, 100) == b"[(1, 2)]"
    os.close(reading)
    os.close(writing)
    assert spans("a", "a") == [(0, 1)]
