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


def test_among_many_alike_the_source_is_still_first() -> None:
    names = ["Ada", "Bo", "Cem", "Dua", "Eli", "Fay", "Gus", "Hal", "Ira", "Jo"]
    things = ["boats", "kites", "lamps", "plums", "drums", "coins", "pails", "vases", "bells", "nails"]
    many = [
        (f"{name} {thing} {count}", f"{name} has {count} {thing} and gives a third of the {thing} away. What is left?")
        for name in names for thing in things for count in range(30, 90, 3)
    ]  # fmt: skip
    index = CharIndex([*many, *ITEMS])
    assert (
        index.nearest("In June Ilse had 36 jars, in July one for every three. What is her total of jam?")[0].name
        == "jam"
    )
    assert index.nearest("Of his 57 kites Gus parts with one in three. How many remain?")[0].name == "Gus kites 57"


def test_a_paraphrase_is_found_in_scripts_without_spaces() -> None:
    index = CharIndex(
        [("apples", "小明有5个苹果，吃了2个，还剩多少个？"), ("train", "火车每小时行80公里，3小时行多远？")]
    )
    assert index.nearest("一列火车的速度是每小时80公里，它在3小时内走了多少公里？")[0].name == "train"


@given(st.text(max_size=80))
def test_cosines_stay_in_range_for_any_text(text: str) -> None:
    assert all(0 <= near.cosine <= 1 for near in INDEX.nearest(text, count=4))
