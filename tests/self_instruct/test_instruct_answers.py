import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.flow.recipes.instruct.answers import Instance, read_instances, read_instructions, read_labelled, read_yes

TASKS = ["Sort the names.", "Write a reply to the customer."]
plain = st.text(st.characters(categories=["L", "N"], include_characters=" "), min_size=1, max_size=30).filter(
    lambda text: text.strip() and not text[0].isdigit()
)


@pytest.mark.parametrize(
    "text",
    [
        "1. Sort the names.\n2. Write a reply to the customer.",
        "Here are two tasks:\n\n9. Sort the names.\n\n10. Write a  reply\nto the customer.\n",
        "9) sort the names.\n10) write a reply to the customer.",
        "**1.** Sort the names.\n**2.** Write a reply to the customer.",
        "1. **Sort the names.**\n2. **Write a reply to the customer.**",
        "### Task 1: Sort the names.\n### Task 2: Write a reply to the customer.",
        "1．Sort the names.\n2．Write a reply to the customer.",
        "- Sort the names.\n- Write a reply to the customer.",
        "* Sort the names.\n* Write a reply to the customer.",
        json.dumps(TASKS),
        json.dumps({"tasks": [{"instruction": task} for task in TASKS]}),
        f"```json\n{json.dumps(TASKS)}\n```",
    ],
)
def test_a_list_of_tasks_is_read_however_it_is_written(text):
    assert read_instructions(text) == TASKS


@pytest.mark.parametrize("text", ["", "I cannot do that.", "{}", "[1, 2]", '["unfinished", ', "Sure!\n\nDone."])
def test_an_answer_without_a_list_gives_no_task(text):
    assert read_instructions(text) == []


def test_a_number_that_does_not_continue_the_count_belongs_to_its_task():
    text = "9. Follow these steps:\n1. Wash.\n2. Rinse.\n10. 2024. Which year is it?"
    assert read_instructions(text) == ["Follow these steps: 1. Wash. 2. Rinse.", "2024. Which year is it?"]


@given(st.lists(plain, min_size=1, max_size=20), st.integers(1, 9))
def test_every_task_of_a_numbered_list_is_found_in_any_script(tasks, first):
    text = "\n".join(f"{number}. {task}" for number, task in enumerate(tasks, first))
    expected = [" ".join(task.split()) for task in tasks]
    assert read_instructions(text) == [task[:1].upper() + task[1:] for task in expected]


@pytest.mark.parametrize("text", ["Yes", "yes.", " **YES**, it is", '"Yes"'])
def test_yes_is_a_yes(text):
    assert read_yes(text)


@pytest.mark.parametrize("text", ["No", "no, yes", "Yesterday", "", "It is. Yes"])
def test_whatever_is_not_a_yes_is_a_no(text):
    assert not read_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Input: cat, ant\nOutput: ant, cat",
        "**Input:** cat, ant\n**Output:** ant, cat",
        "### Input\ncat, ant\n\n### Output\nant, cat\n",
        "Example 1\nInput: cat, ant\nOutput: ant, cat",
        "input： cat, ant\noutput： ant, cat",
        "Input 1: cat, ant\nOutput 1: ant, cat",
        '{"input": "cat, ant", "output": "ant, cat"}',
        '```json\n[{"Input": "cat, ant", "Output": "ant, cat"}]\n```',
    ],
)
def test_an_instance_is_read_however_it_is_marked(text):
    assert read_instances(text) == [Instance("cat, ant", "ant, cat")]


def test_inputs_and_outputs_of_several_lines_and_several_instances_are_kept_apart():
    text = "Input: a\nb\n\nOutput: b\n\na\n\nExample 2:\nInput: c\nOutput: c!\nOutput: d!"
    assert read_instances(text) == [Instance("a\nb", "b\n\na"), Instance("c", "c!"), Instance("", "d!")]


@pytest.mark.parametrize("nothing", ["none", "None.", "N/A", "<noinput>", "(no input)", "-", ""])
def test_an_input_that_says_it_is_none_is_none(nothing):
    assert read_instances(f"Input: {nothing}\nOutput: blue") == [Instance("", "blue")]


def test_text_without_any_mark_is_the_output_and_an_input_alone_is_no_instance():
    assert read_instances("The sky is blue.\n") == [Instance("", "The sky is blue.")]
    assert read_instances("Input: sky") == []


def test_json_that_is_itself_the_output_stays_as_it_is():
    assert read_instances('Input: Ann, 7\nOutput: {"name": "Ann"}') == [Instance("Ann, 7", '{"name": "Ann"}')]


def test_words_inside_a_text_are_no_marks():
    given = "The label: blue. My class: economy\nClass: business"
    said = "The output: none\nExample: a kettle\nTask: buy one"
    assert read_instances(f"Input: {given}\nOutput: {said}") == [Instance(given, said)]


@pytest.mark.parametrize("mark", ["Label", "Class label", "**Class", "Output"])
def test_labels_come_first_and_inputs_belong_to_them(mark):
    text = f"{mark}: late\nInput: after the date\n\n{mark}: in time\nInput: before the date\n{mark}: cut off"
    assert read_labelled(text.replace("**Class:", "**Class:**")) == [
        Instance("after the date", "late"),
        Instance("before the date", "in time"),
    ]


def test_labels_in_json_are_read_too():
    text = '[{"label": "late", "input": "x"}, {"class label": "early", "input": {"day": 1}}]'
    assert read_labelled(text) == [Instance("x", "late"), Instance('{"day":1}', "early")]


def test_every_instance_of_an_answer_is_read():
    assert len(read_instances("\n".join(f"Input: {n}\nOutput: {n}!" for n in range(9)))) == 9
    assert len(read_labelled("\n".join(f"Label: {n}!\nInput: {n}" for n in range(9)))) == 9


@given(st.text(max_size=200))
def test_any_answer_can_be_read(text):
    read_instructions(text)
    read_yes(text)
    read_instances(text)
    read_labelled(text)
