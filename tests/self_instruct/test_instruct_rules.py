import pytest

from windrow.flow.recipes.instruct.answers import Instance
from windrow.flow.recipes.instruct.rules import KEYWORDS, STARTS, InstructionRules
from windrow.flow.recipes.instruct.rules import instance_refusals as refusals

ENGLISH = ["Sort the names.", "Which name is longest?"]


def rules(*seeds, **changed):
    options = {"min_words": 3, "max_words": 150, "keywords": KEYWORDS, "starts": STARTS, "ascii_start": None}
    return InstructionRules(seeds or ENGLISH, **{**options, **changed})


SHOWN = [{"instruction": "Name a fruit that is red.", "input": "apple", "output": "yes"}]


def instance_refusals(instances):
    return refusals(instances, "Sort the names by length.", SHOWN)


def reason(found):
    return found.reason if found else ""


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("Sort the given names.", ""),
        ("Sort names.", "too_short"),
        ("word " * 150, ""),
        ("word " * 151, "too_long"),
        ("Describe the picture in detail.", "keyword"),
        ("Say where to Go  to next.", "keyword"),
        ("Describe the depicture of it.", ""),
        ("Paint a graphic account of it.", ""),
        ("write a  PROGRAM that sorts names.", "forbidden_start"),
        ("Write a programme for the evening.", "forbidden_start"),
        ('"Sort" means what exactly?', "punctuation_start"),
        ("¿Cuál es el nombre más largo?", "punctuation_start"),
        ("Été ou hiver, que préférez-vous?", "non_ascii_start"),
        ("请把这些姓名排序。", "non_ascii_start"),
        (
            "Say it. Write in lowercase letters only. Write in capital letters only.",
            "conflicting_constraints",
        ),
    ],
)
def test_each_filter_leaves_out_what_it_is_there_for(instruction, expected):
    assert reason(rules().refusal(instruction.strip())) == expected


def test_no_language_is_refused_for_being_itself():
    chinese = rules("请总结这封信。", "「早上好」是什么意思？")
    assert chinese.refusal("请把这些姓名排序。") is None
    assert chinese.refusal("写出三个例子。") is None
    assert chinese.refusal("「再见」用英语怎么说？") is None
    assert reason(chinese.refusal("《再见》用英语怎么说？")) == "punctuation_start"
    assert rules("¿Qué es esto?", "Ordena los nombres.").refusal("¿Cuál es el nombre más largo?") is None


def test_the_filters_can_be_set():
    assert rules(ascii_start=False).refusal("Été ou hiver, que préférez-vous?") is None
    assert reason(rules("Été ?", ascii_start=True).refusal("Hiver ou été?")) == ""
    assert reason(rules("Été ?", ascii_start=True).refusal("À quelle heure part-il?")) == "non_ascii_start"
    assert rules(keywords=()).refusal("Describe the picture in detail.") is None
    assert reason(rules(keywords=("地图",)).refusal("Look at 这张地图 now.")) == "keyword"
    assert reason(rules(min_words=5).refusal("Sort the given names.")) == "too_short"


@pytest.mark.parametrize(
    ("instance", "expected"),
    [
        (Instance("a", "b"), ""),
        (Instance("", "b"), ""),
        (Instance("a", ""), "empty_output"),
        (Instance("Ant,  cat", "ant, cat"), "output_is_input"),
        (Instance("The list:", "b"), "ends_with_colon"),
        (Instance("a", "Here it is："), "ends_with_colon"),
        (Instance("a", "Task: sort the  names by length."), "leaked_prompt"),
        (Instance("a", "b\n\nTask: Name a fruit that is red."), "leaked_prompt"),
        (Instance("Name a fruit that is red.", "b"), "leaked_prompt"),
        (Instance("apple", "Yes"), "copied_example"),
        (Instance("apple", "no"), ""),
        (Instance("pear", "yes"), ""),
    ],
)
def test_each_instance_filter_leaves_out_what_it_is_there_for(instance, expected):
    assert [reason(found) for found in instance_refusals([instance])] == [expected]


def test_one_input_with_two_outputs_leaves_out_the_whole_task():
    torn = [Instance("a", "1"), Instance("b", "2"), Instance(" A", "3")]
    assert [reason(found) for found in instance_refusals(torn)] == ["conflicting_outputs"] * 3


def test_outputs_that_need_no_input_do_not_conflict():
    assert instance_refusals([Instance("", "1"), Instance("", "2")]) == [None, None]


def test_an_instance_given_twice_counts_once():
    twice = [Instance("a", "1"), Instance("a", "1")]
    assert [reason(found) for found in instance_refusals(twice)] == ["", "duplicate_instance"]
