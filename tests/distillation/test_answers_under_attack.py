"""Answers that look right and are not, and right ones in words that are easily misread."""

import pytest
from trace_writers import QUESTION, WAYS, say, trace

from windrow.flow.recipes.reasoning.questions import question_of
from windrow.row import Message, Row
from windrow.text.answers import match
from windrow.text.answers_values import quantity

CHOICES = {"choices": ["Paris", "London", "Rome", "A mix"]}


def outcome(said, reference, *, marked=True):
    return match(said, reference if isinstance(reference, dict) else {"answer": reference}, marked=marked).outcome


WRONG = [
    ("12 thousand", "12"), ("12 million", "12"), ("12k", "12"), ("12 hundred", "12"), ("2 million euros", "2"),
    ("1e9999999", "1"), ("5x", "5"), ("5i", "5"), ("5 n", "5"), ("5²", "52"), ("5²", "5"), ("5x2", "5"),
    ("1 hour 30 minutes", "1"), ("1 hour 30 minutes", {"answer": "130", "unit": "minutes"}), ("5 ft 3 in", "5"),
    ("90 minutes (2 hours)", {"answer": "90", "unit": "minutes"}), ("5 (or 6)", "5"), ("5 (6)", "6"),
    ("minus 5", "5"), ("negative 5", "5"), ("(1, 2)", "(2,1)"), ("(1,2)", "1.2"), ("[1,2)", "[1,2]"),
    ("5\n\nWait, actually the answer is 6", "5"), ("5\n\nSorry, the answer should be 6.", "5"),
    ("the answer is", "5"), ("The final answer is", "5"), ("__import__('os').system('true')", "0"),
    ("A, B", {**CHOICES, "answer": "A"}), ("B, Paris", {**CHOICES, "answer": "B"}),
    ("the correct choice is A or B", {**CHOICES, "answer": "A"}), ("a city", {**CHOICES, "answer": "A"}),
]  # fmt: skip
RIGHT = [
    ("12 thousand", "12000"), ("2 million euros", "2000000"), ("1.5k", "1500"), ("12万", "120000"),
    ("2 million dollars", {"answer": "2", "unit": "million dollars"}), ("2", {"answer": "2", "unit": "million"}),
    ("2 million", {"answer": "2", "unit": "million"}), ("2000000", {"answer": "2", "unit": "million"}),
    ("3 Milliarden Euro", "3000000000"), ("\\left(\\frac{1}{2}\\right)", "1/2"), ("(5)", "5"), ("= 1000", "1000"),
    ("≈ 1000", "1000"), ("exactly 1000", "1000"), ("minus 5", "-5"), ("negative 5", "-5"), ("minus 5", "−5"),
    ("90 minutes (1.5 hours)", {"answer": "90", "unit": "minutes"}), ("3 dozen", "3"), ("12 m", "12"), ("5 h", "5"),
    ("1 hour 30 minutes", {"answer": "90", "unit": "minutes"}), ("1 hour and 30 minutes", "1.5 hours"),
    ("1 h 30 min", "90 minutes"), ("2 dollars and 50 cents", "$2.50"), ("The final answer is $72$.", "72"),
    ("(1, 2)", "(1,2)"), ("1,2,3", {"answer": "1, 2, 3", "answer_kind": "exact"}),
    ("5²", {"answer": "5^2", "answer_kind": "exact"}),
    ("„Paris“", {"answer": "Paris", "answer_kind": "exact"}),
    ("3:45 p.m.", {"answer": "3:45 pm", "answer_kind": "exact"}),
    ("B, London", {**CHOICES, "answer": "B"}), ("The correct choice is B", {**CHOICES, "answer": "B"}),
]  # fmt: skip


@pytest.mark.parametrize(("said", "reference"), WRONG)
def test_what_is_not_the_answer_does_not_pass_for_it(said, reference):
    assert outcome(f"Answer: {said}", reference) != "pass"


@pytest.mark.parametrize(("said", "reference"), RIGHT)
def test_the_answer_passes_in_other_words(said, reference):
    assert outcome(f"Answer: {said}", reference) == "pass"


@pytest.mark.parametrize(
    "said", ["x >= 5", "at least 5", "more than 5", "x ≠ 5", "x != 5", "not 5", "\\sqrt{5}", "< 5", "lambda: 5"]
)
def test_a_number_in_a_sentence_that_says_another_thing_is_not_its_answer(said):
    assert outcome(said, "5", marked=False) != "pass"


def test_the_one_number_of_a_plain_sentence_is_its_answer():
    assert outcome("You pay 12 € in all.", "12", marked=False) == "pass"


def test_what_a_text_takes_back_before_its_answer_is_not_held_against_it():
    assert outcome("Wait, the answer is 4. I forgot one.\n\nAnswer: 5", "5") == "pass"


@pytest.mark.parametrize(
    ("asked", "said"), [("How many thousands of rolls are 12000 rolls?", "12 thousand"), ("Give it in millions.", "2")]
)
def test_a_question_that_asks_for_thousands_is_answered_in_thousands(asked, said):
    seed = Row("prompt", prompt=(Message("user", asked),), reference={"answer": said.split()[0]})
    assert outcome(f"Answer: {said}", question_of(seed).reference) == "pass"


def test_a_number_of_a_million_digits_is_refused_quickly():
    assert quantity("9" * 1_000_000) is None
    assert quantity("9^9^9^9") is None


def test_a_teacher_that_corrects_itself_after_its_answer_gets_nothing_accepted(distil):
    said = trace(WAYS[0], "Answer: 222\n\nWait, actually the answer is 37.")
    made = distil([QUESTION], say(said), n_samples=1)
    assert made.rows() == []
    assert made.reasons == {"several_answers": 1}
