"""Real word problems and a model that is right, nearly right, or cut off: every trace ends where it belongs."""

import json
import re
from pathlib import Path

import pytest

from windrow.testing import length
from windrow.text.answer_steps import annotated_steps, plain_steps
from windrow.text.answers import match
from windrow.text.answers_extract import final_answers

PROBLEMS = Path(__file__).parents[2].parent / "shared" / "data" / "reasoning" / "gsm8k_train_300.jsonl"
FILLER = (
    "I read the problem once more, so that I take every number for what it stands for. First I look at what is given, "
    "then at what is asked, and then I go from the one to the other in small steps."
)


@pytest.fixture(scope="module")
def problems():
    if not PROBLEMS.exists():
        pytest.skip("not run: the 300 word problems are not beside this checkout")
    return [json.loads(line) for line in PROBLEMS.read_text("utf-8").splitlines()]


def near(value, nth):
    """Off by one, another sign, another place, a half more."""
    number = value.replace(",", "")
    return [str(int(number) + 1), f"-{number}", f"{number}0", f"{number}.5", str(int(number) - 1)][nth % 5]


def model(problems):
    """The first sample right, the second nearly, the third cut off; in the words of the problem's own solution."""
    known = {" ".join(one["question"].split()): (place, one["answer"]) for place, one in enumerate(problems)}

    def answer(request, _number):
        system, user = (" ".join(turn["content"].split()) for turn in request["messages"])
        place, solution = known[user]
        worked, _, value = solution.rpartition("#### ")
        thinking = f"{FILLER} {worked.strip()}"
        if "leave the 2 most" in system:
            return length(f"<think>{thinking}</think>\n\nAnswer: {value}"[: 40 + place % 60 * 5])
        if "leave the most" in system:
            value = near(value, place)
            thinking = f"{thinking} That makes {value}."
        return f"<think>\n{thinking}\n</think>\n\n{forms(value, place)}"

    return answer


def forms(value, place):
    """The same value as models write it."""
    grouped = f"{int(value.replace(',', '')):,}" if re.fullmatch(r"-?[\d,]+", value) else value
    written = (
        f"Answer: {value}", f"So it is {value}.\n\n**Answer:** {grouped}", f"\\boxed{{{grouped}}}",
        f"The sum.\n#### {value}", f"It follows.\n\nFinal answer: ${value}$",
        f"Answer: {value}.0" if value.isdigit() else f"Answer: {value}",
    )  # fmt: skip
    return written[place % 6]


@pytest.mark.shared
def test_right_nearly_right_and_cut_off_traces_of_300_problems_are_separated_without_one_error(distil, problems):
    made = distil(problems, model(problems), n_samples=3, keep=3)
    accepted = made.rows()
    assert len(accepted) == len(problems) == 300
    assert {row.lineage.extra["sample"] for row in accepted} == {0}
    assert {row.question for row in accepted} == {one["question"] for one in problems}
    assert made.reasons == {"wrong_answer": 300, "truncated": 300}
    gold = {one["question"]: one["answer"].rpartition("#### ")[2] for one in problems}
    assert all(match(row.response, {"answer": gold[row.question]}).outcome == "pass" for row in accepted)


@pytest.mark.shared
def test_every_annotated_and_every_plain_step_of_the_real_solutions_holds(problems):
    steps = [step for one in problems for step in annotated_steps(one["answer"])]
    plain = [step for one in problems for step in plain_steps(one["answer"])]
    assert len(steps) > 900
    assert [step.shown for step in [*steps, *plain] if not step.right] == []


@pytest.mark.shared
def test_the_real_reference_passes_and_its_neighbours_do_not(problems):
    for one in problems:
        (value,) = final_answers(one["answer"], marked=True)
        assert match(one["answer"], {"answer": value}).outcome == "pass"
        for nth in range(5):
            assert match(f"#### {near(value, nth)}", {"answer": value}).outcome == "fail"
