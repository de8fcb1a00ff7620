"""The embedded teacher's steps: what it computes is right by other means, and its forms keep what was answered."""

import json
import random
import re
from collections import Counter

import pytest
from chains import evolved, stored

from windrow.errors import AnswerFailure
from windrow.teachers.embedded import evol_instruct as teacher
from windrow.teachers.embedded.evol_instruct_hops import ADDED, HOPS
from windrow.teachers.embedded.evol_instruct_writing import core_of, written
from windrow.teachers.embedded.self_instruct_families import recognise
from windrow.text.constraints import find, problem

PARENT = {
    "instruction": "Tell the customer when the shop opens.",
    "input": "Opens 9, closes 18. Monday is for repairs only, ask for Ada.",
    "response": "We open at 9 and close at 18. On Mondays we only do repairs, so please ask for Ada.",
}


def step(operator, parent=PARENT, seed=1, **more):
    told = {**parent, "operator": operator, "words": 20, "input_words": 60, "nth": 0, **more}
    maker = {"complicate_input": teacher.complicate_input, "breadth": teacher.breadth}.get(operator, teacher.evolve)
    return maker(told, random.Random(seed)).text


def answered(instruction, given, operator="deepen", parent=PARENT):
    told = {"instruction": instruction, "input": given, "operator": operator, "parent": parent, "system": ""}
    return teacher.respond(told, random.Random(0)).text


def oracle(sentence, text):
    """The line that a hop asks for, by other means than the teacher's."""
    letters = re.findall(r"[A-Za-zÀ-ÿ]+", text)
    if "count the words" in sentence or "count its words" in sentence:
        return f"Words: {text.count(' ') + text.count(chr(10)) + 1 - text.count(chr(10) * 2)}"
    if "longest word" in sentence:
        return f"Longest word: {next(word for word in letters if len(word) == max(map(len, letters)))}"
    if "add up" in sentence:
        figures = [piece.strip(".,;:!?()") for piece in text.split()]
        return f"Sum: {sum(int(piece) for piece in figures if piece.isdigit())}"
    if "initials" in sentence:
        return "Initials: " + "".join(word[0] for word in letters[:5]).upper()
    if "first word" in sentence:
        return f"First and last word: {letters[0]} and {letters[-1]}"
    found = re.search(r'"([a-z])"', sentence)
    return f"Letter {found[1]}: {len(re.findall(found[1], text, re.IGNORECASE))}" if found else None


@pytest.mark.parametrize("hop", HOPS, ids=lambda hop: hop.sentence)
def test_what_a_hop_computes_is_right_by_other_means(hop):
    source = PARENT["input"] if hop.of == "input" else PARENT["response"]
    expected = oracle(hop.sentence, source)
    if expected is not None and not expected.endswith(" 0"):
        assert hop.line(source) == expected
        instruction = f"{PARENT['instruction']} {hop.sentence}"
        assert answered(instruction, PARENT["input"]) == f"{PARENT['response']}\n{expected}"


@pytest.mark.parametrize("hop", HOPS, ids=lambda hop: hop.sentence)
def test_nothing_is_asked_whose_answer_is_none(hop):
    assert hop.line("yyy") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("If nobody has asked, you may renew it at the desk or by telephone.",
         "If nobody has asked you may renew it at the desk or by telephone."),
        ("Dear neighbours, on Friday, 14 March, at 7 we read.", "Dear neighbours on Friday 14 March at 7 we read."),
        ("Bring a coat, old shoes, and a cap.", "Bring a coat and old shoes and a cap."),
        ("We have red, green, blue.", "We have red and green and blue."),
        ("Take a bucket, a soft brush and some soap.", "Take a bucket and a soft brush and some soap."),
        ("In winter, snow and ice lie here, so walk.", "In winter snow and ice lie here so walk."),
        ("Thanks, Anna.", "Thanks Anna."),
    ],
)  # fmt: skip
def test_commas_leave_a_sentence_that_can_be_read(text, expected):
    assert written(core_of(text, []), [{"id": "no_commas", "kwargs": {}}], random.Random(0)) == expected


@pytest.mark.parametrize(
    "operator", ["constraints", "deepen", "concretise", "reasoning", "complicate_input", "breadth"]
)
@pytest.mark.parametrize(
    "instruction",
    ["用一句话总结下面的文字。", "اكتب رسالة قصيرة", "Fasse den Brief für den Kollegen am Abend kurz zusammen."],
)
def test_english_is_not_put_behind_a_task_in_another_language(instruction, operator):
    with pytest.raises(AnswerFailure) as caught:
        step(operator, {**PARENT, "instruction": instruction}, least=3, most=30)
    assert caught.value.kind == "unsupported"


def test_two_tasks_get_data_of_their_own_for_the_same_question():
    given = {}
    for response in (PARENT["response"], "We are closed."):
        for seed in range(30):
            said = json.loads(step("complicate_input", {**PARENT, "response": response}, seed))
            question = said["instruction"].partition(f"{ADDED} ")[2]
            given.setdefault(question, {})[response] = said["input"]
    shared = [list(each.values()) for each in given.values() if len(each) == 2]
    assert shared
    assert all(first != second for first, second in shared)


@pytest.mark.parametrize("operator", ["constraints", "deepen", "concretise", "reasoning"])
def test_every_step_in_depth_is_small_and_its_answer_can_be_written(operator):
    seen = set()
    for seed in range(12):
        instruction = step(operator, seed=seed)
        seen.add(instruction)
        assert instruction.startswith(PARENT["instruction"])
        answer = answered(instruction, PARENT["input"], operator)
        assert not any(problem(entry, answer) for entry in find(instruction))
    assert len(seen) > 5


def test_added_data_stands_behind_the_input_and_is_answered_below_the_answer():
    for seed in range(8):
        said = json.loads(step("complicate_input", seed=seed))
        assert said["input"].startswith(f"{PARENT['input']}\n\nAdded data:\n")
        question = said["instruction"].partition(f"{ADDED} ")[2]
        body, _, line = answered(said["instruction"], said["input"], "complicate_input").rpartition("\n")
        assert body == PARENT["response"]
        assert recognise(question) is not None
        assert re.fullmatch(r"\d+", line)


def test_a_new_task_comes_with_its_own_input_and_answer():
    for seed in range(8):
        said = json.loads(step("breadth", least=5, most=30, seed=seed, leaf={"topic": "tyres"}))
        assert '"tyres"' in said["instruction"]
        answer = answered(said["instruction"], said["input"], "breadth")
        assert answer
        assert not any(problem(entry, answer) for entry in find(said["instruction"]))
        with pytest.raises(AnswerFailure):
            answered(said["instruction"], "another input", "breadth")


def test_a_step_downward_takes_a_constraint_away_and_gives_the_answer_its_shape_back():
    asked = (
        f"{PARENT['instruction']} Write in lowercase letters only. Wrap your whole answer in double quotation marks."
    )
    parent = {**PARENT, "instruction": asked, "response": f'"{PARENT["response"].lower()}"'}
    easier = step("simplify", parent)
    assert len(find(easier)) == 1
    assert answered(easier, parent["input"], "simplify", parent)


def test_a_limit_is_drawn_tighter_in_its_place():
    asked = f"{PARENT['instruction']} Use at most 60 words."
    said = {step("concretise", {**PARENT, "instruction": asked}, seed) for seed in range(6)}
    assert f"{PARENT['instruction']} Use at most 51 words." in said


@pytest.mark.parametrize("operator", ["deepen", "simplify"])
def test_what_it_cannot_answer_it_refuses(operator):
    with pytest.raises(AnswerFailure) as caught:
        step(operator, {**PARENT, "response": ""})
    assert caught.value.kind == "unsupported"


def test_the_same_words_are_answered_the_same():
    assert step("constraints") == step("constraints")
    instruction = step("constraints")
    assert answered(instruction, PARENT["input"]) == answered(instruction, PARENT["input"])


def test_an_answer_peeled_out_of_its_form_says_what_it_said():
    text = "The shop opens at nine. It closes at six. On Monday it is shut."
    forms = [("bullets", {"n": 3}), ("numbered", {"n": 3}), ("table", {"n": 3}), ("sections", {"n": 3}),
             ("paragraphs", {"n": 2}), ("lines", {"n": 3}), ("quoted", {}), ("title", {}), ("highlights", {"n": 2}),
             ("postscript", {"text": "P.S."}), ("starts_with", {"text": "In short:"}), ("line_marks", {"text": "> "}),
             ("ends_with", {"text": "Over to you."})]  # fmt: skip
    for name, kwargs in forms:
        entries = [{"id": name, "kwargs": kwargs}]
        formed = written(core_of(text, []), entries, random.Random(3))
        assert formed
        assert formed != text
        assert " ".join(core_of(formed, entries).units) == text, (name, formed)


def test_last_lines_of_a_run_are_right_by_other_means(tmp_path):
    kinds = Counter()
    for one in stored(evolved(tmp_path / "run", sorry_words=0), "accepted"):
        row = one.row
        lines = row.response.splitlines()
        asked = [hop for hop in HOPS if hop.sentence in row.reference["instruction"]]
        free = not {"uppercase", "lowercase"} & {entry["id"] for entry in find(row.reference["instruction"])}
        if len(asked) == 1 and ADDED not in row.reference["instruction"] and free:
            (hop,) = asked
            source = row.reference["input"] if hop.of == "input" else "\n".join(lines[:-1])
            expected = oracle(hop.sentence, source)
            if expected is not None:
                kinds[hop.kind] += 1
                assert lines[-1] == expected
    assert len(kinds) >= 6
