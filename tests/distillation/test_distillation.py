import json

import pytest
from trace_writers import QUESTION, WAYS, say, trace

from windrow.testing import Reply, length, server_error
from windrow.text.answers import match

CHOICE = {"question": "Which gas makes up most of dry air?", "choices": ["oxygen", "nitrogen", "argon"], "answer": "B"}
OPEN = {"question": "How many rolls are in 14 bags of 6 and 23 bags of 6 rolls together?"}
CODE = {
    "question": "Write a function that doubles a number.",
    "entry_point": "double",
    "tests": [{"args": [n], "expected": 2 * n} for n in range(5)],
}
LONG = (
    "I look at what is asked and at each of the things that could be meant, one after the other, with care. Then I ask "
    "which of them the words really say, and what would have to be true for the others. Only one is left when that is "
    "done, and I go back to the question to see that nothing in it speaks against this."
)
GERMAN = (
    "In jeder Tüte sind sechs Brötchen, und es sind siebenunddreißig Tüten, also wird malgenommen. Ich rechne zuerst "
    "mit den Zehnern: 30 * 6 = 180. Dann kommen die Einer dazu: 7 * 6 = 42. Zusammen sind das 180 + 42 = 222. Zur "
    "Probe: mit vierzig Tüten wären es zweihundertvierzig, und drei Tüten weniger sind achtzehn weniger. Das passt."
)


def program(code, thinking="A number is doubled by adding it to itself, or by multiplying it by two. " + LONG):
    return trace(thinking, f"It multiplies by two.\n\n```python\n{code}\n```")


def test_a_verified_row_teaches_the_question_the_reasoning_and_the_answer_and_nothing_else(distil):
    row = distil([QUESTION], say(trace()), n_samples=1).rows()[0]
    question, answer = row.messages
    assert (question.role, question.content) == ("user", QUESTION["question"])
    assert (answer.reasoning, answer.content) == (WAYS[0], "The bakery sold 37 bags of 6 rolls.\n\nAnswer: 222 rolls")
    assert row.reference == {
        "question": QUESTION["question"],
        "answer": "222",
        "answer_kind": "numeric",
        "source": "seed",
    }
    assert {(v.by, v.kind) for v in row.verdicts} >= {("answers", "deterministic")}
    assert row.lineage.seeds
    assert row.lineage.family == row.lineage.seeds[0]


def test_the_extracted_answer_is_the_final_one_of_the_row(distil):
    row = distil([QUESTION], say(trace()), n_samples=1).rows()[0]
    (told,) = row.lineage.extra["traces"]
    assert told["extracted"] == match(row.response, row.reference).extracted == "222 rolls"


def test_neither_the_reference_nor_any_instruction_of_ours_reaches_model_or_row(distil):
    made = distil([QUESTION, CHOICE], say(trace(), trace(WAYS[1])), n_samples=2, exports=["trl", "openai"])
    for body in made.asked["teacher"]:
        said = json.dumps(body)
        assert "222" not in said
        assert "#### " not in said
    exported = [*made.run.folder.glob("exports/*/*.jsonl")]
    assert exported
    for path in exported:
        for line in path.read_text("utf-8").splitlines():
            user = next(turn["content"] for turn in json.loads(line)["messages"] if turn["role"] == "user")
            assert user.startswith((QUESTION["question"], CHOICE["question"]))
            assert "most obvious" not in user
            assert "<think>" not in user


def test_different_ways_stay_and_the_same_way_twice_does_not(distil):
    other = WAYS[0].replace("about forty bags", "roughly forty bags")
    made = distil([QUESTION], say(trace(), trace(other), trace(WAYS[1])), n_samples=3, keep=3)
    rows = made.rows()
    assert [row.messages[-1].reasoning for row in rows] == [WAYS[0], WAYS[1]]
    assert len({row.lineage.extra["route"] for row in rows}) == 2
    assert made.reasons == {"same_route": 1}


def test_no_more_traces_than_samples_and_no_two_alike(distil):
    made = distil([QUESTION], say(trace(), trace(WAYS[0].upper()), trace()), n_samples=3, keep=3)
    assert len(made.asked["teacher"]) == 3
    assert len(made.rows()) == 1
    assert made.reasons == {"duplicate_trace": 2}


def test_of_several_right_traces_as_many_stay_as_the_config_keeps(distil):
    made = distil([QUESTION], say(trace(), trace(WAYS[1])), n_samples=2, keep=1)
    assert len(made.rows()) == 1
    assert made.reasons == {"not_selected": 1}
    told = made.rows()[0].lineage.extra["traces"]
    assert [(one["sample"], one["outcome"]) for one in told] == [(0, "pass"), (1, "pass")]
    assert all(one["route"] and one["tokens"] > 0 and one["model"] for one in told)


WRONG = {
    "off by one": (trace(WAYS[0].replace("222", "223"), "Answer: 223"), "wrong_answer"),
    "another sign": (trace(answer="Answer: -222"), "wrong_answer"),
    "a percent sign": (trace(answer="Answer: 222%"), "wrong_answer"),
    "the reasoning comes to another answer": (trace(WAYS[0] + " The answer is 220.", "Answer: 222"), "inconsistent"),
    "the answer is nowhere in the reasoning": (trace(answer="Answer: 518"), "inconsistent"),
    "two answers": (trace(answer="Answer: 222\n\n#### 37"), "several_answers"),
    "no final answer": (trace(answer="The bakery sold a good many rolls."), "no_answer"),
    "nothing after the reasoning": (trace(answer=""), "empty"),
    "no reasoning": ("The bakery sold 37 bags.\n\nAnswer: 222", "no_thinking"),
    "a tag that is never closed": ("<think>" + WAYS[0] + "\n\nAnswer: 222", "empty"),
    "two thoughts": (trace() + trace(), "unbalanced_tags"),
    "too short": (trace("37 * 6 = 222.", "Answer: 222"), "too_short"),
    "a loop": (trace((WAYS[0] + " ") * 3), "repetitive"),
    "another language": (
        trace(GERMAN, "Die Bäckerei hat an diesen Tagen 222 Brötchen verkauft.\n\nAnswer: 222"), "mixed_languages",
    ),
    "another script": (trace(WAYS[0] + " 因此总共有二百二十二个面包卷。"), "mixed_languages"),
    "an annotated step that does not hold": (trace(WAYS[0] + " So <<37*6=228>>228, or 222."), "wrong_step"),
    "master key": ("Thought process:", "no_thinking"),
    "another master key": ("<think>Let's solve this step by step.</think>\nSolution", "too_short"),
    "echo": (QUESTION["question"], "no_thinking"),
    "refusal": ("I'm sorry, but I can't help with that.", "no_thinking"),
    "refusal after thinking": (trace(answer="I'm sorry, but I can't help with that."), "no_answer"),
    "cut off": (length(trace()[:300]), "truncated"),
    "empty": ("", "empty"),
    "refused by the server": (Reply(None, message={"refusal": "I cannot."}), "refused"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_teacher_that_does_it_wrong_gets_nothing_accepted_and_the_right_reason(distil, what):
    answer, reason = WRONG[what]
    made = distil([QUESTION], say(answer), n_samples=1)
    assert made.rows() == []
    assert made.reasons == {reason: 1}


def test_one_sample_that_fails_costs_no_other(distil):
    made = distil([QUESTION], say(length(trace()[:200]), trace(), server_error()), n_samples=3)
    assert len(made.rows()) == 1
    assert made.reasons == {"truncated": 1, "server_error": 1}
    assert len(made.rows("quarantined")) == 1


def test_a_choice_is_asked_with_its_choices_and_answered_by_letter(distil):
    made = distil(
        [CHOICE], say(trace(LONG, "Nitrogen does.\n\nAnswer: B"), trace(LONG + "Oxygen.", "Answer: A")), n_samples=2
    )
    (row,) = made.rows()
    assert row.messages[0].content.endswith("A) oxygen\nB) nitrogen\nC) argon")
    assert made.reasons == {"wrong_answer": 1}


def test_programs_are_kept_where_they_pass_tests_that_they_never_saw(distil):
    answers = [
        program("def double(x):\n    return 2 * x"), program("def double(x):\n    return None"),
        program("import sys\nsys.exit(0)"), program("def double(x):\n    return 1 / 0"),
        program("class All:\n    __eq__ = lambda s, o: True\ndef double(x): return All()"),
        trace(LONG, "No code here."),
    ]  # fmt: skip
    made = distil([CODE], say(*answers), n_samples=6, keep=6, checks=[{"use": "code", "seconds": 6}])
    (row,) = made.rows()
    assert row.messages[0].content == f"{CODE['question']}\n\nName the function `double`."
    assert row.reference["source"] == "tests"
    (verdict,) = [v for v in row.verdicts if v.by == "code"]
    assert (verdict.kind, verdict.evidence["passed"]) == ("execution", 5)
    assert verdict.evidence["sandbox"]["kind"] in {"bubblewrap", "namespaces", "process"}
    assert made.reasons == {"code_wrong_value": 2, "code_error": 2, "no_code": 1}


def test_strict_pays_for_no_question_that_nothing_can_verify(distil):
    few = {**CODE, "tests": CODE["tests"][:4]}
    odd = {**CODE, "question": "Write another.", "tests": ["for x in y: pass"]}
    made = distil([OPEN, few, odd], say(trace()), seeds={"prompts": True})
    assert made.asked["teacher"] == []
    assert made.reasons == {"nothing_to_verify": 1, "too_few_tests": 1, "tests_unreadable": 1}


def test_every_row_of_a_strict_run_is_verified(distil):
    made = distil([QUESTION, CHOICE, CODE], say(trace(), program("def double(x): return x + x")), n_samples=2)
    assert made.rows()
    for row in made.rows():
        assert row.reference["source"] in {"seed", "tests"}
        assert any(v.by in {"answers", "code"} and v.kind in {"deterministic", "execution"} for v in row.verdicts)


def test_what_most_traces_agree_on_becomes_a_label_and_says_that_it_is_one(distil):
    answers = [
        trace(),
        trace(WAYS[1]),
        trace(WAYS[1] + " Well, 222.0 it is."),
        trace(answer="Answer: 37"),
        trace(answer="Answer: 14"),
    ]
    made = distil([OPEN], say(*answers), n_samples=5, keep=5, verification="consensus", seeds={"prompts": True})
    rows = made.rows()
    assert len(rows) == 2
    for row in rows:
        assert row.reference["source"] == "consensus"
        assert row.reference["agreement"] == 0.6
        assert row.lineage.operators == ("consensus",)
        assert not any(v.by == "answers" and v.kind == "deterministic" for v in row.verdicts)
    assert made.reasons["wrong_answer"] == 2


def test_less_agreement_than_asked_for_makes_no_label(distil):
    answers = [trace(), trace(WAYS[1]), trace(answer="Answer: 37"), trace(answer="Answer: 14")]
    made = distil([OPEN], say(*answers), n_samples=4, verification="consensus", seeds={"prompts": True})
    assert made.rows() == []
    assert made.reasons == {"unverified": 4}


def test_the_unverified_are_kept_only_where_the_config_says_so_and_are_tagged(distil):
    answers = [trace(), trace(WAYS[1]), trace(answer="Answer: 37"), trace(answer="Answer: 14")]
    made = distil([OPEN], say(*answers), n_samples=4, verification="keep_unverified", seeds={"prompts": True})
    (row,) = made.rows()
    assert row.reference["source"] == "none"
    assert row.lineage.operators == ("unverified",)
    wrong = distil([QUESTION], say(trace(answer="Answer: 37")), out="two", n_samples=1, verification="keep_unverified")
    assert wrong.reasons == {"wrong_answer": 1}


def student(right):
    """Right in its first so many attempts."""

    def script(request, _number):
        nth = int(request["messages"][0]["content"].partition("attempt ")[2].partition(";")[0])
        return "So it is.\n\nAnswer: 222" if nth <= right else length("I think") if nth == 8 else "Answer: 221"

    return script


@pytest.mark.parametrize(
    ("right", "band", "reason"),
    [(0, "unsolved", "too_hard"), (1, "hard", None), (4, "medium", None), (6, "medium", None), (7, "easy", "too_easy")],
)
def test_a_question_is_kept_where_the_student_gets_it_right_sometimes(distil, right, band, reason):
    made = distil([QUESTION], say(trace()), student=student(right), n_samples=1)
    (row,) = made.rows("rejected" if reason else "accepted")
    assert len(made.asked["student"]) == 8
    assert (made.asked["teacher"] == []) is bool(reason)
    assert made.reasons == ({reason: 1} if reason else {})
    told = row.lineage.extra["student"]
    attempts = [one["outcome"] for one in told["attempts"]]
    assert attempts.count("pass") / len(attempts) == told["pass_rate"] == right / 8 == row.scores["student_pass_rate"]
    assert told["band"] == row.reference["difficulty"] == band


def test_without_a_student_no_difficulty_is_made_up(distil):
    (row,) = distil([QUESTION], say(trace()), n_samples=1).rows()
    assert "difficulty" not in row.reference
    assert "student" not in row.lineage.extra
    assert row.scores == {}


def test_reasoning_may_come_in_a_field_of_its_own(distil):
    made = distil(
        [QUESTION], say(Reply("Answer: 222", message={"reasoning_content": WAYS[0]})), n_samples=1, think="native"
    )
    (row,) = made.rows()
    assert row.messages[-1].reasoning == WAYS[0]
    assert "<think>" not in made.asked["teacher"][0]["messages"][0]["content"]


def test_repeats_and_hesitation_go_where_asked_and_calculations_stay(distil):
    wordy = f"Hmm. Let me think. {WAYS[0]} Wait. Let me double-check. {WAYS[0].split('. ')[1]}. Okay."
    (row,) = distil([QUESTION], say(trace(wordy)), n_samples=1, compress=True).rows()
    assert row.messages[-1].reasoning == WAYS[0]
    assert row.lineage.operators == ("compressed",)


def test_a_seed_in_another_language_is_asked_and_answered_in_it(distil):
    question = "Eine Bäckerei verkauft Brötchen in Tüten zu 6. Wie viele Brötchen sind in 37 Tüten?"
    said = trace(GERMAN, "Es sind 222 Brötchen.\n\nAntwort: 222 Brötchen")
    (row,) = distil([{"question": question, "answer": 222}], say(said), n_samples=1).rows()
    assert row.response.endswith("Antwort: 222 Brötchen")
