"""BM25 on disk: ranks, speaks every script, takes any query as mere words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.text.bm25 import Index

PASSAGES = {
    "fees": "The monthly fee of the blue account is five dollars.",
    "limits": "The daily limit of the blue account is nine hundred dollars.",
    "bees": "Bees make honey and wax.",
    "退款": "退款需要十四天，请保留收据。",
    "年费": "蓝色账户的年费为一百元。",
    "wetter": "Äpfel und Öl werden größer, Straßen naß.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    built = Index(tmp_path_factory.mktemp("index") / "passages.sqlite")
    for name, text in PASSAGES.items():
        built.add(name, text)
    built.build()
    yield built
    built.close()


def ids(hits):
    return [hit.id for hit in hits]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("monthly fee?", "fees"),
        ("HONEY", "bees"),
        ("退款要几天？", "退款"),
        ("蓝色账户的年费是多少", "年费"),
        ("STRASSEN", "wetter"),
        ("größer", "wetter"),
    ],
)
def test_the_passage_asked_about_comes_first(index, query, best):
    assert ids(index.top(query, 3))[0] == best


def test_better_matches_score_higher(index):
    hits = index.top("monthly fee of the blue account", 6)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].score > 0


def test_excluded_passages_are_left_out_and_others_fill_up(index):
    assert ids(index.top("blue account", 1, exclude={"fees"})) == ["limits"]


def test_no_words_find_nothing(index):
    assert index.top("?! …", 5) == []
    assert index.top("fee", 0) == []


@given(st.text())
def test_any_query_is_taken_as_words(index, query):
    assert len(index.top(query, 3)) <= 3


@pytest.mark.parametrize(
    "query", ['fee" OR "bees', "NEAR(fee bees)", "body:fee", "fee*", "NOT fee", "'; DROP TABLE passages"]
)
def test_query_syntax_is_no_syntax_here(index, query):
    index.top(query, 3)
    assert len(index) == len(PASSAGES)


def test_ties_are_broken_by_id(tmp_path):
    built = Index(tmp_path / "ties.sqlite")
    for name in "cab":
        built.add(name, "same words")
    built.add("z", "other")
    built.build()
    assert ids(built.top("same words", 3)) == ["a", "b", "c"]
    built.close()


def test_an_id_is_taken_once_and_an_old_file_is_built_anew(tmp_path):
    for _ in range(2):
        built = Index(tmp_path / "again.sqlite")
        built.add("a", "text")
        with pytest.raises(ValueError, match="already"):
            built.add("a", "text")
        built.close()
