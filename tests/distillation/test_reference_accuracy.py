"""How often a teacher was right is told of all rows that were compared, refused ones too."""

from trace_writers import QUESTION, WAYS, say, trace

from report_text import figure_of

WRONG = {**QUESTION, "question": QUESTION["question"].replace("rolls", "buns"), "answer": "#### 220"}
OPEN = {"question": "How many rolls are in 14 bags of 6 and 23 bags of 6 rolls together?"}


def test_the_share_of_right_answers_is_over_every_compared_row(distil):
    made = distil([QUESTION, WRONG], say(trace(), trace(WAYS[1])), n_samples=2, keep=1)
    assert len(made.rows()) == 1
    accuracy = figure_of(made.run.report(), "reference accuracy")
    assert (accuracy["value"], accuracy["n"]) == (0.5, 4)
    assert accuracy["detail"] == "2 right, 2 wrong"
    assert 0 < accuracy["low"] < 0.5 < accuracy["high"] < 1


def test_what_most_samples_agree_on_is_no_reference(distil):
    made = distil(
        [OPEN], say(trace(), trace(WAYS[1]), trace()), seeds={"prompts": True}, n_samples=3, verification="consensus"
    )
    assert made.rows()
    assert figure_of(made.run.report(), "reference accuracy")["value"] is None
