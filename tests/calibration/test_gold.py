"""Labels are read as people write them, and a label that cannot be read is told by its line."""

import pytest

from windrow.calibration.gold import check_criteria, halves, identity, labelled, unlabelled
from windrow.errors import ConfigError
from windrow.evaluators.inputs import resolve
from windrow.evaluators.rubric import parse

RUBRIC = parse(
    {
        "name": "adherence",
        "description": "Did it do what was asked?",
        "needs": ["input", "output"],
        "threshold": 0.5,
        "criteria": [
            {"id": "goal", "question": "Is the goal reached?", "critical": True},
            {"id": "rule", "question": "Are the rules kept?", "weight": 3},
        ],
    }
)


def read(*rows, **options):
    return labelled([(f"gold.jsonl:{line}", row) for line, row in enumerate(rows, 1)], **options)


@pytest.mark.parametrize("word", ["pass", "PASS ", "good", "yes", "true", "1", "1.0", True, 1])
def test_good_is_good_however_it_is_written(word):
    assert read({"output": "x", "label": word})[0].label is True


@pytest.mark.parametrize("word", ["fail", "Failed", "bad", "no", "FALSE", "0", "0.0", False, 0])
def test_bad_is_bad_however_it_is_written(word):
    assert read({"output": "x", "label": word})[0].label is False


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"output": "x"}, r"gold.jsonl:2: there is no 'label' \(say pass or fail"),
        ({"output": "x", "label": ""}, "there is no 'label'"),
        ({"output": "x", "label": None}, "there is no 'label'"),
        ({"output": "x", "label": "maybe"}, "gold.jsonl:2: 'label' is 'maybe', which is no label"),
        ({"output": "x", "label": 0.5}, "'0.5', which is no label"),
        ({"output": "x", "label": "n/a"}, "does not apply"),
        ({"output": "x", "label": {"goal": "perhaps"}}, "'label.goal' is 'perhaps'"),
        ({"output": "x", "response": "y", "label": "pass"}, "gold.jsonl:2: .*names of one thing"),
        ({"output": "first", "label": "fail"}, "gold.jsonl:2: the same content is labelled otherwise at gold.jsonl:1"),
    ],
)
def test_a_label_that_cannot_be_read_is_told_by_its_line(row, message):
    with pytest.raises(ConfigError, match=message):
        read({"output": "first", "label": "pass"}, row)


def test_nothing_labelled_is_said():
    with pytest.raises(ConfigError, match="no labelled row"):
        read()


def test_a_row_that_stands_twice_counts_once():
    items = read({"output": "x", "label": 1}, {"response": "x", "label": "good", "note": "again"})
    assert [item.where for item in items] == ["gold.jsonl:1"]


def test_a_row_is_known_by_what_is_judged_whatever_it_is_called():
    same = [{"output": "é", "input": "q"}, {"answer": "é", "question": "q"}, {"input": "q", "output": "é", "id": 7}]
    assert len({identity(resolve(row)) for row in same}) == 1
    assert identity(resolve({"output": "e", "input": "q"})) != identity(resolve(same[0]))


def test_a_judge_is_never_shown_a_label():
    row = {"output": "x", "label": "pass", "label.goal": "fail", "labelled_by": "Ann"}
    assert unlabelled(row) == {"output": "x", "labelled_by": "Ann"}
    item = read({"output": "x", "human": "pass", "label": "kept"}, label="human")[0]
    assert "human" not in item.inputs
    assert item.inputs["label"] == "kept"


def test_criteria_are_labelled_in_a_mapping_or_in_columns():
    mapping, columns = (
        read({"output": "x", "label": {"goal": "pass", "rule": "no"}})[0],
        read({"output": "x", "label": "", "label.goal": "1", "label.rule": "0", "label.tone": ""})[0],
    )
    assert mapping.criteria == columns.criteria == {"goal": True, "rule": False}
    assert mapping.label is columns.label is None


@pytest.mark.parametrize(
    ("criteria", "passes"),
    [
        ({"goal": 1, "rule": 1}, True),
        ({"goal": 1, "rule": 0}, False),  # a quarter of the weight
        ({"goal": 0, "rule": 1}, False),  # critical
        ({"rule": 1}, True),
        ({"goal": 1, "rule": "n/a"}, True),
    ],
)
def test_people_who_answer_criteria_pass_a_row_by_the_rubrics_own_rule(criteria, passes):
    assert read({"output": "x", "label": criteria})[0].verdict(RUBRIC) is passes


def test_a_criterion_that_the_rubric_does_not_ask_is_an_error():
    items = read({"output": "x", "label": {"goal": 1}}, {"output": "y", "label": {"gaol": 1}})
    with pytest.raises(ConfigError, match=r"gold.jsonl:2: 'label' answers 'gaol'.*it asks goal, rule"):
        check_criteria(items, RUBRIC)
    with pytest.raises(ConfigError, match="no criteria"):
        check_criteria(items[:1], None)


def test_halves_hold_half_of_each_kind_and_hardly_change_with_a_row_more():
    items = read(*({"output": f"row {at}", "label": at % 4 == 0} for at in range(101)))
    labels = [item.verdict() for item in items]
    chosen, reported = halves(items, labels)
    assert sorted(chosen + reported) == list(range(101))
    assert [sum(labels[at] for at in half) for half in (chosen, reported)] == [13, 13]
    fewer = halves(items[:100], labels[:100])[0]
    assert len(set(chosen) ^ set(fewer)) <= 2
    backwards = halves(items[::-1], labels[::-1])[0]
    assert {100 - at for at in backwards} == set(chosen)
