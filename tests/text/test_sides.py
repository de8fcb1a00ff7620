"""The two sides of a row as text."""

from windrow.row import Chunk, Message, Row, ToolCall
from windrow.text.sides import asked, taught

RULES = Message("system", "Be brief.")


def test_a_conversation_asks_all_but_its_last_turn_and_teaches_that():
    row = Row("sft", messages=(RULES, Message("user", "Hi"), Message("assistant", "Hello")))
    assert (asked(row), taught(row)) == ("Hi", "Hello")


def test_calls_are_said_with_their_arguments():
    row = Row(
        "sft", messages=(Message("user", "Hi"), Message("assistant", tool_calls=(ToolCall("a" * 9, "f", '{"x":1}'),)))
    )
    assert taught(row) == '\nf {"x":1}'


def test_passages_are_not_part_of_the_question():
    passages = (Chunk("c1", "The fee is 5 euro.", "a.md"), Chunk("c2", "", "b.md"))
    turns = (Message("user", "Passages:\nThe fee is 5 euro.\nQuestion: the fee?"), Message("assistant", "5 euro"))
    assert asked(Row("rag_qa", messages=turns, contexts=passages)).split() == ["Passages:", "Question:", "the", "fee?"]
    named = Row("rag_qa", messages=turns, contexts=passages, reference={"question": "the fee?"})
    assert asked(named) == "the fee?"


def test_a_preference_teaches_its_chosen_side():
    row = Row(
        "preference",
        prompt=(Message("user", "Hi"),),
        chosen=(Message("assistant", "Yes"),),
        rejected=(Message("assistant", "No"),),
    )
    assert (asked(row), taught(row)) == ("Hi", "Yes")
