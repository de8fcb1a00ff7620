"""What the figures say of the content of rows."""

from __future__ import annotations

from windrow.quality.content import personal
from windrow.quality.sample import Sample
from windrow.row import Message, Row


def test_keys_and_what_stands_in_a_reasoning_or_a_system_turn_are_personal_data_too() -> None:
    sample = Sample()
    asked, told = Message("user", "Where is it?"), Message("assistant", "In the hall.")
    for turns in (
        (asked, Message("assistant", "Use ghp_aB3dE6gH9jaB3dE6gH9jaB3dE6gH9jaB3dE6.")),
        (asked, Message("assistant", "In the hall.", reasoning="Ada (ada@harbour.example) put it there.")),
        (Message("system", "You are reached at +46 31 368 75 00."), asked, told),
        (asked, told),
    ):
        sample.offer(Row("sft", messages=turns))
    (figure,) = personal(list(sample), whole=sample.whole)
    assert figure.value == 0.75
    assert figure.detail == "email 1, phone 1, secret 1"
