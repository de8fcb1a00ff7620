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
    assert (held.item, held.share, held.material) == ("item 0", 1.0, False)


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


def test_a_short_item_within_another_sentence_is_another_sentence() -> None:
    made = evaluation("Write a poem.", "How do I stop a process?")
    assert made.held_by("Please write a poem about the harbour in autumn for my grandmother.") is None
    assert made.held_by("How do I stop a process? Explain it to a child.") is not None


@pytest.mark.parametrize(
    ("item", "other"),
    [
        ("What is 3 + 4?", "What is 3 - 4?"),
        ("Solve x^2 - 9 = 0.", "Solve x^2 + 9 = 0."),
        ("Find 12 / 4.", "Find 12 * 4."),
        ("What is -5 squared?", "What is 5 squared?"),
    ],
)
def test_another_operator_is_another_problem(item: str, other: str) -> None:
    made = evaluation(item)
    assert made.held_by(f"Here is one.\n{item}") is not None
    assert made.held_by(f"Here is one.\n{other}") is None


@pytest.mark.parametrize(
    ("item", "spelt"),
    [
        ("What is 1,000 + 2,500 − 30?", "What is 1000 + 2500 - 30?"),
        (r"Work out $\dfrac{3}{4} \times 8$ and add $\left(2\right)$ to it.", "Work out 3/4*8 and add (2) to it."),
        ("A 8-inch pipe, a well-known one, costs 20 a foot: what do 9 feet cost?",
         "- A 8 inch pipe,\n- a **well known** one, costs 20 a foot: what do 9 feet cost?"),
        ("Wieviel kostet die Straße?", "WIEVIEL KOSTET DIE STRASSE?"),
    ],
)  # fmt: skip
def test_the_same_problem_spelt_another_way_is_the_same(item: str, spelt: str) -> None:
    held = evaluation(item).held_by(spelt)
    assert held is not None
    assert held.share == pytest.approx(1.0)


def test_what_ten_items_say_is_the_frame_of_the_set_and_none_of_them() -> None:
    frame = (
        "The following is a multiple choice question. Answer it with the letter of the right option and nothing else."
    )
    animals = ["otter", "heron", "badger", "falcon", "salmon", "beetle", "spider", "turtle", "parrot", "walrus"]
    made = evaluation(*(f"{frame} Where does the old {animal} of the northern valley sleep?" for animal in animals))
    assert made.held_by(f"{frame} Which planet of ours is nearest to the sun?") is None
    held = made.held_by(f"Where does the old turtle of the northern valley sleep? {frame}")
    assert held is not None
    assert held.item == "item 7"


def test_an_item_that_stands_ten_times_in_its_set_is_no_frame() -> None:
    assert evaluation(*[QUESTION] * 12).held_by(QUESTION) is not None


PASSAGE = (
    "The museum of Arlen opens at nine on weekdays and at ten on Sundays. Tickets cost four crowns, for children two. "
    "Groups of more than twelve people are asked to call a day before they come."
)


def test_what_stands_in_a_given_passage_alone_is_material() -> None:
    held = evaluation(PASSAGE).held_by(f"{PASSAGE}\nWhat does a child pay?", [PASSAGE])
    assert held is not None
    assert held.material
    assert evaluation(PASSAGE).held_by(f"Tell me of the museum.\n{PASSAGE}", []).material is False


def test_an_item_with_a_passage_is_held_by_who_asks_its_question_and_by_nobody_else() -> None:
    made = evaluation(f"{PASSAGE} How much must a family of two adults and three children pay on a Sunday?")
    same = made.held_by(
        f"{PASSAGE}\n\nHow much must a family of two adults and three children pay on a Sunday?", [PASSAGE]
    )
    assert same is not None
    assert not same.material
    other = made.held_by(f"{PASSAGE}\n\nWhen does it open on a weekday?", [PASSAGE])
    assert other is None or other.material


def test_a_question_that_the_passages_hold_too_is_held_where_the_row_asks_it() -> None:
    for question in ("How do I reset my password?", QUESTION):
        made, passage = evaluation(question), f"Frequently asked. {question} Call the desk."
        asked = made.held_by(f"{passage}\n{question}", [passage])
        assert asked is not None
        assert not asked.material
        assert made.held_by(f"{passage}\nWhom do I call?", [passage]).material


def test_common_phrases_of_scripts_without_spaces_are_no_items() -> None:
    made = evaluation("小明有5个苹果，吃了2个，还剩多少个苹果？")
    assert made.held_by("小红有9个苹果，给了弟弟3个，还剩多少个苹果？") is None
    assert made.held_by("问题：小明有5个苹果，吃了2个，还剩多少个苹果？请回答。") is not None


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
    held = made.held_by(f"before it. {text}\nafter it")
    assert held is not None
    assert held.share == pytest.approx(1.0)
