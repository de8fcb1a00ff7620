"""Evaluation items are found in rows by the runs of words that both share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.text.contamination import Evaluation, hashed
from windrow.text.tokens import words

QUESTION = (
    "Ilse filled thirty-six jars of plum jam at the end of June, and then she filled a third as many jars in July. "
    "How many jars of jam did Ilse fill altogether in June and July?"
)


def evaluation(*items: str) -> Evaluation:
    made = Evaluation()
    for number, item in enumerate(items):
        made.add(f"item {number}", item)
    return made


def test_a_copy_is_found_whatever_stands_around_it_and_however_it_is_written() -> None:
    held = evaluation(QUESTION).held_by(f"Please solve:\n\n  {QUESTION.upper()}  \nThink aloud.")
    assert held is not None
    assert held == ("item 0", 1.0)


def test_half_of_an_item_is_enough_and_less_is_not() -> None:
    told = words(QUESTION)
    made = evaluation(QUESTION)
    half = made.held_by(" ".join(told[: len(told) // 2 + 1]))
    assert half is not None
    assert 0.5 <= half.share < 0.6
    assert made.held_by(" ".join(told[: len(told) // 2 - 2])) is None


def test_another_question_about_the_same_things_is_not_held() -> None:
    assert (
        evaluation(QUESTION).held_by("How many jars of jam did she fill in July, if Ilse filled a third as many?")
        is None
    )


def test_a_paraphrase_is_not_found_by_runs_of_words() -> None:
    said = "In June Ilse had 36 jars of jam ready, in July one for every three of those. What is the total?"
    assert evaluation(QUESTION).held_by(said) is None


def test_a_short_item_must_stand_there_whole() -> None:
    made = evaluation("Name the capital of France.", "Yes")
    assert len(made) == 1  # two words or one say nothing
    assert made.held_by("First, name the capital of France. Then of Spain.") is not None
    assert made.held_by("Name the capital of Spain and of France.") is None
    assert made.held_by("Yes") is None


def test_the_item_that_is_held_most_is_named() -> None:
    other = " ".join(
        [*words(QUESTION)[:12], "were", "given", "to", "the", "children", "of", "the", "town", "in", "May"]
    )
    held = evaluation(other, QUESTION).held_by(QUESTION)
    assert held is not None
    assert held.item == "item 1"


def test_scripts_without_spaces_are_compared_too() -> None:
    item = "東京から大阪まで新幹線で何時間かかりますか"
    assert evaluation(item).held_by(f"質問です。{item}？教えてください。") is not None
    assert evaluation(item).held_by("東京の天気はどうですか。大阪の天気も教えてください。") is None


@given(st.lists(st.sampled_from(["ab", "cd", "ef", "gh", "ij", "ä", "한국"]), min_size=3, max_size=40))
def test_every_item_holds_itself_with_or_without_its_text(told: list[str]) -> None:
    text = " ".join(told)
    made = Evaluation()
    assert made.add_hashed(hashed("it", text))
    held = made.held_by(f"before {text} after")
    assert held is not None
    assert held.share == pytest.approx(1.0)
