"""What the figures say of the content of rows."""

from __future__ import annotations

from windrow.quality.content import READ, declining, personal
from windrow.quality.sample import MOST_TEXT, Sample
from windrow.row import Message, Row


def test_keys_and_what_stands_in_a_reasoning_or_a_system_turn_are_personal_data_too() -> None:
    sample = Sample()
    asked, told = Message("user", "Where is it?"), Message("assistant", "In the hall.")
    for turns in (
        (asked, Message("assistant", f"Use ghp_{'aB3dE6gH9j' * 4}.")),
        (asked, Message("assistant", "In the hall.", reasoning="Ada (ada@harbour.example) put it there.")),
        (Message("system", "You are reached at +46 31 368 75 00."), asked, told),
        (asked, told),
    ):
        sample.offer(Row("sft", messages=turns))
    (figure,) = personal(list(sample), whole=sample.whole)
    assert figure.value == 0.75
    assert figure.detail == "email 1, phone 1, secret 1"


def test_of_very_long_answers_as_many_are_read_as_time_allows_and_the_share_says_how_sure_it_is() -> None:
    sample = Sample()
    many = READ // MOST_TEXT
    for number in range(many + 5):
        told = f"It is number {number:03}. " * MOST_TEXT
        sample.offer(Row("sft", messages=(Message("user", f"{number}?"), Message("assistant", told))))
    (figure,) = declining(list(sample), whole=sample.whole)
    assert (figure.value, figure.n) == (0, many)
    assert figure.high is not None
    assert 0 < figure.high < 1
