"""Which prompts are asked, in which order and of which class; and every seed that cannot be placed is named."""

from collections import Counter

import pytest

from windrow.errors import SeedError

HELP = "Open the task manager, pick the program that hangs, and end it; then start it again and look at its log."
OFFER = "I can't help with that. Instead, a debt adviser at the town hall can look at what you owe, free of charge."
SAID = {"draft": lambda asked: HELP if asked["target"] == "comply" else OFFER, "critique": {"issue": False}}
KINDS = ("harmful", "borderline", "benign")


def asked(grown):
    return [variables["conversation"][-1]["content"] for label, variables, _ in grown.asked if label == "draft"]


def prompts(**counts):
    return [(kind, f"{kind} question {at}?") for kind, count in counts.items() for at in range(count)]


def test_classes_are_mixed_by_their_shares_from_the_first_prompt_on(grow):
    order = asked(
        grow(prompts(harmful=100, borderline=100, benign=100), SAID, mix={"harmful": 0.5, "borderline": 0.25})
    )
    first = Counter(question.split()[0] for question in order[:40])
    for kind, weight in {"harmful": 0.5, "borderline": 0.25, "benign": 0.3}.items():
        assert abs(first[kind] - 40 * weight / 1.05) < 1
    assert len(set(order)) == 300


def test_when_a_class_is_used_up_the_others_go_on(grow):
    order = asked(grow(prompts(harmful=2, borderline=30), SAID))
    assert len(order) == 32
    assert {"harmful question 0?", "harmful question 1?"} < set(order[:6])


def test_a_class_with_no_weight_comes_last(grow):
    order = asked(grow(prompts(harmful=5, benign=5), SAID, mix={"harmful": 0, "borderline": 1, "benign": 1}))
    assert {question.split()[0] for question in order[:5]} == {"benign"}


def test_the_order_of_the_file_changes_nothing(grow):
    given = prompts(harmful=10, borderline=10, benign=10)
    forwards, backwards = grow(given, SAID), grow(given[::-1], SAID)
    assert asked(forwards) == asked(backwards)
    assert [row.id for row in forwards.rows] == [row.id for row in backwards.rows]


def test_one_more_prompt_moves_no_other_of_its_class(grow):
    given = prompts(harmful=30)
    before, after = asked(grow(given, SAID)), asked(grow([*given, ("harmful", "one more?")], SAID))
    assert [question for question in after if question != "one more?"] == before


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("harmful", "harmful"),
        ("Unsafe", "harmful"),
        ("borderline-benign", "borderline"),
        ("SAFE", "benign"),
        (" benign ", "benign"),
    ],
)
def test_usual_names_of_classes_are_known(grow, value, kind):
    grown = grow([(value, "Why?")], SAID)
    assert {row.reference["class"] for row in grown.rows} == {kind}


def test_classes_are_read_off_any_column_the_first_pattern_that_fits_counting(grow):
    given = [
        {"prompt": f"{kind}?", "type": kind} for kind in ("contrast_homonyms", "homonyms", "definitions", "Contrast_x")
    ]
    classes = {"contrast_*": "harmful", "hom*": "borderline", "*": "benign"}
    grown = grow(given, SAID, class_field="type", classes=classes)
    assert {row.question: row.reference["class"] for row in grown.rows} == {
        "contrast_homonyms?": "harmful", "Contrast_x?": "harmful", "homonyms?": "borderline", "definitions?": "benign"
    }  # fmt: skip


def test_a_class_that_is_none_is_named_with_its_line(grow):
    with pytest.raises(SeedError) as caught:
        grow([("harmful", "Why?"), ("dubious", "How?")], SAID)
    assert caught.value.where == "prompts.jsonl:2"
    assert "'dubious'" in caught.value.what
    assert "classes:" in caught.value.remedy


def test_a_class_that_is_misspelt_is_not_taken_for_another(grow):
    with pytest.raises(SeedError) as caught:
        grow([("begnin", "How?")], SAID)
    assert caught.value.remedy.startswith("did you mean 'benign'?")
    with pytest.raises(SeedError) as caught:
        grow([{"prompt": "How?", "Class": "benign"}], SAID)
    assert "there are: Class" in caught.value.remedy


def test_a_prompt_without_a_class_is_an_error_or_of_the_default_one(grow):
    with pytest.raises(SeedError) as caught:
        grow([{"prompt": "Why?"}], SAID)
    assert caught.value.where == "prompts.jsonl:1"
    assert "class_field" in caught.value.remedy
    assert {row.reference["class"] for row in grow([{"prompt": "Why?"}], SAID, default_class="benign").rows} == {
        "benign"
    }


def test_the_target_of_a_class_is_a_knob(grow):
    grown = grow(prompts(borderline=3), SAID,
                 refusal_target={"borderline": "refuse"})  # fmt: skip
    assert [row.reference["refusal_target"] for row in grown.examples] == ["refuse"] * 3
