"""Who writes the candidates of a prompt, and what every row says of them."""

import json
from collections import Counter
from pathlib import Path

import pytest
from preference_writers import open_ended, product, question, right, some_name, sums, wrong
from pydantic import ValidationError

from windrow.flow.recipes.pairs.candidates import assignments
from windrow.flow.recipes.pairs.prompts import Prompts, prompt_of
from windrow.flow.recipes.preference import MANNERS, PreferenceOptions
from windrow.flow.seeds.row_forms import prompt_of as prompt_seed
from windrow.flow.seeds.row_forms import row_of
from windrow.row import Message, Row
from windrow.shapes import Seed


@pytest.mark.parametrize(("k", "share", "students"), [(2, 0.5, 1), (4, 0.5, 2), (5, 0.5, 3), (4, 0.75, 3), (4, 1, 4)])
def test_the_student_writes_its_share_of_the_candidates(k, share, students):
    dealt = assignments("key", k, share, MANNERS, aside=0)
    assert [one.writer for one in dealt] == ["student"] * students + ["teacher"] * (k - students)
    assert dealt[0].manner == ""
    assert {one.label for one in dealt} == {"answer", "answer_freely"}


def test_no_manner_goes_with_a_writer():
    seen = {"student": Counter(), "teacher": Counter()}
    for key in range(300):
        for one in assignments(str(key), 4, 0.5, MANNERS, aside=0):
            seen[one.writer][one.manner] += 1
    assert all(80 < seen[writer][manner] < 260 for writer in seen for manner in MANNERS)


def test_a_named_student_is_on_policy_and_a_teacher_that_stands_in_for_it_is_not(grow):
    named = grow(sums(3), {"teacher": right, "student": wrong})
    alone = grow(sums(3), {"teacher": lambda request, n: [right, wrong][n % 2](request, n)}, out="alone")
    for row in named.pairs:
        candidates = row.lineage.extra["candidates"]
        assert {one["by"]: one["on_policy"] for one in candidates} == {"student": True, "teacher": False}
        assert {one["by"]: one["model"] for one in candidates} == {
            "student": "student-model",
            "teacher": "teacher-model",
        }
    assert named.run.report()["accepted"]["preferences"]["on_policy_sides"] == 0.5
    assert not any(one["on_policy"] for row in alone.rows() for one in row.lineage.extra["candidates"])


def test_candidates_are_asked_at_two_temperatures_and_in_several_manners_and_no_row_shows_a_manner(grow):
    grown = grow(sums(12), {"teacher": right, "student": wrong})
    bodies = grown.asked["teacher"] + grown.asked["student"]
    assert {body["temperature"] for body in bodies} == {0.7, 1.0}
    systems = {body["messages"][0]["content"] for body in bodies if body["messages"][0]["role"] == "system"}
    assert systems == set(MANNERS)
    assert all(body["messages"][-1] == {"role": "user", "content": question(body)} for body in bodies)
    told = json.dumps([row.content() for row in grown.rows()])
    assert not any(manner in told for manner in MANNERS)


def test_a_conversation_goes_to_the_writers_as_one_and_stays_whole_on_the_row(grow):
    turns = [
        {"role": "system", "content": "You work at a depot."},
        {"role": "user", "content": "Hello, I need shelves."},
        {"role": "assistant", "content": "Gladly. How many?"},
        {"role": "user", "content": "Shelf 1: how much is 12 times 13?"},
        {"role": "assistant", "content": "The answer is 156."},
    ]
    grown = grow([{"messages": turns}], {"teacher": right, "student": wrong})
    (row,) = grown.pairs
    assert [turn.to_dict() for turn in row.prompt] == turns[:-1]
    assert row.reference["answer"] == "156"
    for body in grown.asked["student"] + grown.asked["teacher"]:
        assert body["messages"][1:] == turns[1:-1]
        assert body["messages"][0]["content"].startswith("You work at a depot.")


def test_the_seeds_own_answer_and_a_degraded_one_are_candidates_where_asked_for(grow):
    def teacher(request, number):
        if "You make test material" in request["messages"][0]["content"]:
            return "It is 1."
        return right(request, number)

    seeds = [{**seed, "output": f"It is {seed['output']}.\n\nAnswer: {seed['output']}"} for seed in sums(6)]
    grown = grow(seeds, {"teacher": teacher, "student": right}, own_answer=True, degraded=True, max_log_ratio=5)
    for row in grown.rows():
        candidates = row.lineage.extra["candidates"]
        assert {one["by"] for one in candidates} == {"student", "seed", "degraded"}
        seed = next(one for one in candidates if one["by"] == "seed")
        assert (seed["model"], seed["on_policy"], seed["standing"]) == ("human", False, "right")
        flawed = next(one for one in candidates if one["by"] == "degraded")
        assert flawed["standing"] == "wrong"
        assert row.lineage.operators == (f"degraded:{flawed['flaw']}",)
    assert grown.rows()
    assert len(grown.asked["teacher"]) == len(seeds)  # two by the student, one by the person, one degraded


@pytest.mark.parametrize(
    ("knobs", "says"),
    [
        ({"k": 2, "own_answer": True, "degraded": True}, "leaves 1 for own_answer and degraded"),
        ({"on_policy_frac": 0.4}, "greater than or equal to 0.5"),
        ({"aspects": ["charm"]}, "need a meaning"),
        ({"panel": ["judge", "judge"]}, "names a role twice"),
        ({"margin_min": 2, "margin_max": 1}, "below margin_min"),
    ],
)
def test_knobs_that_cannot_work_together_are_refused(knobs, says):
    with pytest.raises(ValidationError, match=says):
        PreferenceOptions(**knobs)


def seed_of(record):
    row = row_of(record)
    return Seed(row.id, row, "prompts.jsonl:1", row.id)


def test_a_prompt_that_comes_twice_but_for_case_and_spacing_is_used_once(tmp_path):
    records = [
        {"instruction": "Name a  fruit.", "output": "A fig."},
        {"instruction": "name a fruit.", "output": "A pear."},
        {"instruction": "Name a tree.", "output": "An oak."},
    ]
    prompts = list(Prompts(map(seed_of, records), tmp_path))
    assert [one.payload.question for one in prompts] == ["Name a  fruit.", "Name a tree."]
    assert [one.payload.own for one in prompts] == ["A fig.", "An oak."]


KNOWN = {
    "a number": ({"instruction": "Sum?", "output": "12.5 kg"}, {"answer": "12.5 kg"}),
    "a marked answer": ({"instruction": "Sum?", "output": "6 + 6 = 12\n#### 12"}, {"answer": "12"}),
    "a label": (
        {"instruction": "Praise or not?", "input": "Good!", "output": "praise", "is_classification": True},
        {"answer": "praise", "answer_kind": "exact"},
    ),
    "one of the choices": (
        {"instruction": "Which?", "output": "B", "choices": ["red", "blue"]},
        {"answer": "B", "choices": ["red", "blue"]},
    ),
    "free text": ({"instruction": "Say hello.", "output": "Hello there, dear guest."}, {}),
    "two marked answers": ({"instruction": "Sum?", "output": "Answer: 12\nAnswer: 13"}, {}),
}


@pytest.mark.parametrize("which", KNOWN)
def test_what_is_known_of_a_right_answer_is_read_off_the_seed_only_where_that_is_sure(which):
    record, reference = KNOWN[which]
    assert prompt_of(row_of(record)).reference == reference


def test_an_answer_said_outright_wins_over_what_the_seed_answers():
    row = Row("sft", messages=(Message("user", "Sum?"), Message("assistant", "13")), reference={"answer": "12"})
    assert prompt_of(row).reference == {"answer": "12"}


def test_prompts_without_answers_are_prompts_too(grow):
    prompt = prompt_of(prompt_seed({"prompt": "Say hello. Use at most 3 words.", "kind": "chat"}))
    assert (prompt.own, prompt.reference, prompt.question) == ("", {}, "Say hello. Use at most 3 words.")
    assert [entry["id"] for entry in prompt.constraints] == ["words_max"]
    grown = grow(open_ended(2), {"teacher": some_name, "student": some_name})
    assert {row.kind for row in grown.rows("rejected")} == {"prompt"}


def test_every_row_says_what_it_came_from(grow):
    grown = grow(sums(4), {"teacher": right, "student": wrong})
    for row in grown.rows():
        lineage = row.lineage
        assert len(lineage.seeds) == 1
        assert lineage.family == lineage.seeds[0]
        assert set(lineage.prompts) == {"answer", "answer_freely"}
        assert set(lineage.models) == {"openai/teacher", "openai/student"}
        assert lineage.extra["source"].startswith("seeds.jsonl:")
        assert lineage.extra["pair"]["chars"] == [len(row.chosen[0].content), len(row.rejected[0].content)]


def test_one_candidate_that_cannot_be_used_does_not_cost_the_others(grow):
    def sometimes(request, number):
        return "" if request["temperature"] == 1.0 else right(request, number)

    assert len(grow(sums(5), {"teacher": sometimes, "student": wrong}).pairs) == 5


def test_the_texts_of_templates_stand_in_no_candidate(grow):
    grown = grow(sums(2), {"teacher": lambda request, _: str(product(request)), "student": wrong}, max_log_ratio=5)
    texts = [one["text"] for row in grown.rows() for one in row.lineage.extra["candidates"]]
    templates = Path(__file__).parents[2] / "src/windrow/flow/recipes/prompts/preference"
    words = {line for file in templates.glob("*.md") for line in file.read_text("utf-8").splitlines() if len(line) > 40}
    assert not any(line in text for text in texts for line in words)
