"""A question that the student answers without reasoning is left out before a trace of it is paid for."""

import pytest
from trace_writers import QUESTION, say, trace


def student(right, said="Answer: 222"):
    """Right without reasoning in so many of eight answers; with reasoning in half of them."""

    def script(request, _number):
        system = request["messages"][0]["content"]
        if "Answer at once" not in system:
            return "Answer: 222" if "attempt 1;" in system or "attempt 2;" in system else "Answer: 1"
        nth = int(system.partition("This is answer ")[2].partition(";")[0])
        return said if nth <= right else "Answer: 84"

    return script


@pytest.mark.parametrize(("right", "left_out"), [(0, False), (1, True), (8, True)])
def test_a_question_that_an_eighth_of_answers_without_reasoning_get_right_is_left_out(distil, right, left_out):
    made = distil([QUESTION], say(trace()), student=student(right), n_samples=1, shortcut_samples=8, student_samples=4)
    assert (made.asked["teacher"] == []) is left_out
    assert made.reasons == ({"shortcut": 1} if left_out else {})
    if left_out:
        (row,) = made.rows("rejected")
        (verdict,) = [one for one in row.verdicts if one.reason == "shortcut"]
        outcomes = [one["outcome"] for one in verdict.evidence["attempts"]]
        assert outcomes.count("pass") / 8 == verdict.evidence["pass_rate"] == right / 8
        assert verdict.evidence["band"] == "easy"


def test_nothing_is_asked_for_where_the_knob_is_left_alone(distil):
    made = distil([QUESTION], say(trace()), student=student(8), n_samples=1, student_samples=4)
    assert len(made.asked["student"]) == 4
    assert len(made.rows()) == 1


def test_the_embedded_student_guesses_and_its_guesses_are_counted(distil):
    easy = {"question": "What is 7 times 1, or 7 plus 0?", "answer": "7"}
    made = distil([easy, QUESTION], say(trace()), student="embedded/procedural", n_samples=1, shortcut_samples=8)
    assert made.reasons == {"shortcut": 1}
    assert [row.question for row in made.rows()] == [QUESTION["question"]]


def test_a_student_that_cannot_be_asked_is_not_taken_for_one_that_fails(distil):
    (row,) = distil([QUESTION], say(trace()), student="embedded/procedural", n_samples=1).rows()
    assert row.reference["difficulty"] == "unknown"
    assert row.scores == {}
