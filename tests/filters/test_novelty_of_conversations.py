"""Conversations are compared by all that is said in them; what has an instruction, or asks once, by that alone."""

from windrow.flow.filters.novelty import Novelty, NoveltyOptions
from windrow.row import Message, Row
from windrow.shapes import Seed

TALK = (
    "The lamp in the hall flickers since we changed the bulb on Sunday.",
    "Which bulb did you take, and does it flicker when it is cold as well?",
    "A small one of nine watts, and it does so all day long.",
    "Then it is too strong for the dimmer; take one of six watts at most.",
)


def talk(*said, **fields):
    return Row(
        "sft", messages=tuple(Message(("user", "assistant")[at % 2], text) for at, text in enumerate(said)), **fields
    )


def opened(tmp_path, *seeds):
    sieve = Novelty(NoveltyOptions(), base=tmp_path)
    sieve.open([Seed(row.id, row, "seeds.jsonl:1") for row in seeds], tmp_path)
    return sieve


def test_a_conversation_nearly_like_a_seed_or_an_accepted_one_is_refused(tmp_path):
    sieve = opened(tmp_path, talk(*TALK))
    near = talk(TALK[0].replace("hall", "attic"), *TALK[1:])
    verdict = sieve.admit(near)
    assert (verdict.reason, verdict.evidence["nearest"]) == ("near_duplicate", "seed seeds.jsonl:1")
    other = talk(
        "Do you sell boats?", "We do, in three sizes.", "And how long is the longest?", "Four metres and a half."
    )
    assert sieve.admit(other).outcome == "pass"
    sieve.keep(other)
    assert sieve.admit(other).evidence["nearest"] == other.id
    sieve.close()


def test_the_same_last_question_makes_no_two_conversations_alike(tmp_path):
    sieve = opened(tmp_path)
    sieve.keep(talk(*TALK[:2], "And how long will all of that take?", "Two days."))
    other = talk("Do you sell boats?", "We do, in three sizes.", "And how long will all of that take?", "A week.")
    assert sieve.admit(other).outcome == "pass"
    single = talk("And how long will all of that take?", "A month.")
    sieve.keep(single)
    assert sieve.admit(talk("And how long will all of that take?", "A year.")).reason == "near_duplicate"
    sieve.close()


def test_what_has_an_instruction_is_compared_by_it(tmp_path):
    sieve = opened(tmp_path)
    sieve.keep(talk(*TALK, reference={"instruction": "Name five kinds of lamp."}))
    assert sieve.admit(talk(*TALK)).outcome == "pass"
    named = {"instruction": "Name five kinds of lamp."}
    assert sieve.admit(talk("Any?", "None.", "Sure?", "Yes.", reference=named)).reason == "near_duplicate"
    sieve.close()
