"""The nearest text by its characters is the one that was rephrased."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from windrow.text.char_index import CharIndex

ITEMS = [
    (
        "jam",
        "Ilse filled 36 jars of jam in June, and in July a third as many. How many jars did Ilse fill in both months?",
    ),
    (
        "ferry",
        "A ferry carries 14 cars an hour. On Sunday it sailed for only 90 minutes. How many cars crossed the lake?",
    ),
    ("tent", "Omar saves for a tent that costs 180 crowns. A quarter of it he has. How much must he still put by?"),
    (
        "fence",
        "A fence of 96 posts is painted. On the first day 18 were done, on the second three times that. What is left?",
    ),
]
INDEX = CharIndex(ITEMS)


def test_a_paraphrase_finds_its_source_first() -> None:
    asked = {
        "jam": "In June Ilse had 36 jars, in July one for every three of those. What is her total of jam?",
        "ferry": "If 14 cars can cross the lake each hour, what did 90 minutes of the ferry bring on Sunday?",
        "tent": "Of the 180 crowns for his tent one in four is there already. What does Omar lack?",
        "fence": "Of 96 posts 18 got their paint on day one, triple that on day two. What of the fence remains?",
    }
    for name, text in asked.items():
        assert INDEX.nearest(text)[0].name == name


def test_the_text_itself_has_a_cosine_of_one_and_nothing_shared_finds_nothing() -> None:
    near = INDEX.nearest(ITEMS[1][1])[0]
    assert near.name == "ferry"
    assert near.cosine > 0.999
    assert INDEX.nearest("東京") == []
    assert CharIndex([]).nearest("anything") == []


def test_best_comes_first_and_no_more_than_asked_for() -> None:
    found = INDEX.nearest(ITEMS[0][1], count=3)
    assert len(found) == 3
    assert [near.cosine for near in found] == sorted((near.cosine for near in found), reverse=True)


@given(st.text(max_size=80))
def test_cosines_stay_in_range_for_any_text(text: str) -> None:
    assert all(0 <= near.cosine <= 1 for near in INDEX.nearest(text, count=4))
