"""The distance by bits is the distance by the table."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.text.edit_distance import distance, similarity

TEXTS = st.text(alphabet="abcé東\u0301 ", max_size=80)


def by_table(one, other):
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[0], at
        for to, against in enumerate(other, 1):
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before + (letter != against))
    return row[-1]


@given(TEXTS, TEXTS)
def test_distance_is_that_of_the_table(one, other):
    left, right = unicodedata.normalize("NFC", one), unicodedata.normalize("NFC", other)
    assert distance(one, other) == distance(other, one) == by_table(left, right)


@given(TEXTS, TEXTS, TEXTS)
def test_a_way_round_is_never_shorter(one, over, other):
    assert distance(one, other) <= distance(one, over) + distance(over, other)


@pytest.mark.parametrize(
    ("one", "other", "edits", "like"),
    [
        ("kitten", "sitting", 3, 1 - 3 / 7),
        ("", "", 0, 1.0),
        ("", "abc", 3, 0.0),
        ("café", "cafe\u0301", 0, 1.0),
        ("東京", "京都", 2, 0.0),
    ],
)
def test_known_distances(one, other, edits, like):
    assert (distance(one, other), similarity(one, other)) == (edits, pytest.approx(like))
