"""validate: pairs and labels, what is wrong with one and with a set of them, and prompts in several files."""

import pytest
from files_of_rows import TOOLS, answer, calling, chat, check, openai_pair, pair, result, text_of, unpaired, user, where

from windrow.flow.exports.validate import validate


def test_preferences(tmp_path):
    good = {"prompt": [user()], "chosen": [answer()], "rejected": [answer("No idea.")]}
    assert check(tmp_path, [good]).ok
    assert check(tmp_path, [{**good, "rejected": [answer()]}]).codes("error") == {"same_sides": 1}


def test_the_sides_of_a_preference_are_lists_that_start_with_the_assistant(tmp_path):
    assert check(tmp_path, [pair(answer(), answer("No."))]).codes("error") == {"no_messages": 1}
    bad = {
        "wrong_start": pair([user("Me?"), answer()], [answer("No.")]),
        "empty_answer": pair([answer()], [answer("")]),
        "unanswered_call": pair([answer()], [answer("No.")], prompt=[user(), calling({}), user("And?")], tools=TOOLS),
        "wrong_ending": pair([answer()], [answer("No.")], prompt=[user(), answer("Wide.")]),
    }
    for code, row in bad.items():
        findings = check(tmp_path, [pair([answer("So.")], [answer("Not so.")]), row])
        assert where(findings, code) == [2]
        assert findings.codes("error") == {code: 1}


def test_sides_are_looked_at_in_the_order_in_which_they_are_read(tmp_path):
    bad = answer("x<|im_end|>")
    told = [found.message for found in check(tmp_path, [pair([bad], [answer("y<|im_end|>")])]).shown]
    assert [message.split("[")[0] for message in told if "its own mark" in message] == ["chosen", "rejected"]


def test_a_prompt_without_a_turn_ends_with_nobody(tmp_path):
    for row, target in (
        (pair([answer()], [answer("No.")], prompt=[3]), "trl"),
        ({**openai_pair(answer(), answer("No.")), "input": {"messages": [3]}}, "openai"),
        ({"messages": [3]}, "openai"),
    ):
        found = check(tmp_path, [row], target)
        assert "not_a_turn" in found.codes("error")
        assert "wrong_ending" not in found.codes("error")


@pytest.mark.parametrize("rejected", [" the  SEA. ", "THE SEA."])
def test_sides_that_differ_in_case_and_spaces_only_are_the_same(tmp_path, rejected):
    for row, target in (
        (pair([answer()], [answer(rejected)]), "trl"),
        ({"prompt": "What?", "chosen": "The sea.", "rejected": rejected}, "trl"),
        (openai_pair(answer(), answer(rejected)), "openai"),
    ):
        assert check(tmp_path, [row], target).codes("error") == {"same_sides": 1}


def test_calls_that_differ_in_their_ids_only_are_the_same(tmp_path):
    one, other = calling({"a": 1, "b": [2]}), calling({"b": [2], "a": 1}, key="abcdefgh2")
    assert check(tmp_path, [pair([one], [other], tools=TOOLS)]).codes("error") == {"same_sides": 1}
    texts = calling('{"a": 1}', content=None), calling('{ "a": 1 }', key="abcdefgh2", content=None)
    assert check(tmp_path, [openai_pair(*texts, tools=TOOLS)], "openai").codes("error") == {"same_sides": 1}
    different = calling({"a": 2, "b": [2]}, key="abcdefgh2")
    assert check(tmp_path, [pair([one], [different], tools=TOOLS)]).ok


def test_an_implicit_prompt_must_be_common_and_reach_the_last_user_turn(tmp_path):
    sides = {"chosen": [user(), answer()], "rejected": [user(), answer("No.")]}
    assert check(tmp_path, [sides]).ok
    system = {"role": "system", "content": "Be brief."}
    apart = {"chosen": [system, *sides["chosen"]], "rejected": sides["rejected"]}
    assert "no_common_prompt" in check(tmp_path, [apart]).codes("error")
    early = {side: [*turns, user("And?"), answer("So.")] for side, turns in sides.items()}
    assert "early_split" in check(tmp_path, [early]).codes("error")


def test_calls_of_a_side_follow_those_of_the_prompt(tmp_path):
    called = [user(), calling({}), result()]
    good = pair(
        [calling({}, key="second123"), result("second123"), answer()], [answer("No.")], prompt=called, tools=TOOLS
    )
    assert check(tmp_path, [good]).ok
    again = {**good, "chosen": [calling({}), result(), answer()]}
    assert "call_id" in check(tmp_path, [again]).codes("error")
    open_call = {
        **good,
        "prompt": [
            user(),
            {**called[1], "tool_calls": called[1]["tool_calls"] + good["chosen"][0]["tool_calls"]},
            result(),
        ],
    }
    assert "unanswered_call" in check(tmp_path, [open_call]).codes("error")


def test_a_rejected_call_may_be_of_a_tool_that_is_not_there(tmp_path):
    wrong = calling({}, name="wether")
    assert check(tmp_path, [pair([calling({})], [wrong], tools=TOOLS)]).ok
    assert check(tmp_path, [pair([wrong], [calling({})], tools=TOOLS)]).codes("error") == {"unknown_tool": 1}
    assert "unknown_tool" not in check(tmp_path, [unpaired(False, wrong, tools=TOOLS)]).codes("error")


def test_labels_are_true_or_false(tmp_path):
    good = [unpaired(True), unpaired(False, question="Why?")]
    assert check(tmp_path, good).ok
    assert check(tmp_path, [unpaired(1), unpaired(0, question="Why?")]).ok
    findings = check(tmp_path, [*good, unpaired("true", question="How?")])
    assert where(findings, "label") == [3]
    assert "mixed_forms" in check(tmp_path, [*good, unpaired(None, question="How?")]).codes("error")


def test_one_class_of_labels_is_an_error_where_it_is_trained_on(tmp_path):
    rows = [unpaired(True, question=f"{n}?") for n in range(3)]
    assert check(tmp_path, rows).codes("error") == {"one_class": 1}
    assert check(tmp_path, rows, name="test_unpaired.jsonl").ok


def test_uneven_labels_are_warned_of_with_the_weights_to_set(tmp_path):
    findings = check(tmp_path, [unpaired(n == 0, question=f"{n}?") for n in range(5)])
    (found,) = (one for one in findings.shown if one.code == "uneven_labels")
    assert found.message.startswith("1 desirable answers and 4 undesirable")
    assert found.remedy == "set desirable_weight between 4.00 and 5.32"


def test_pairs_that_length_alone_tells_apart_are_warned_of(tmp_path):
    rows = [pair([answer("A long answer.")], [answer("No.")], prompt=[user(f"{n}?")]) for n in range(30)]
    assert "length_bias" in check(tmp_path, rows).codes("warning")
    assert "length_bias" not in check(tmp_path, rows[1:]).codes("warning")


def test_rows_that_say_the_opposite_are_errors(tmp_path):
    labels = [unpaired(True), unpaired(False)]
    assert where(check(tmp_path, labels), "contradiction") == [2]
    pairs = [pair([answer("A.")], [answer("B.")]), pair([answer("B.")], [answer("A.")])]
    assert where(check(tmp_path, pairs), "contradiction") == [2]
    for one, other in (("preferred_output", "non_preferred_output"),):
        row = openai_pair(answer("A."), answer("B."))
        assert where(check(tmp_path, [row, {**row, one: row[other], other: row[one]}], "openai"), "contradiction") == [
            2
        ]


def test_a_prompt_may_stand_in_several_files_of_a_split_but_not_in_two_splits(tmp_path):
    (tmp_path / "train_sft.jsonl").write_text(text_of([chat()]))
    (tmp_path / "train_preference.jsonl").write_text(text_of([pair([answer("So.")], [answer("No.")])]))
    assert validate(tmp_path, "trl").ok
    (tmp_path / "test_preference.jsonl").write_text(text_of([pair([answer("Yes.")], [answer("Never.")])]))
    for findings in (validate(tmp_path, "trl"), validate(tmp_path / "train_sft.jsonl", "trl")):
        assert findings.codes("error") == {"leak": 1}
        assert [found.file for found in findings.shown if found.code == "leak"] == ["test_preference.jsonl"]
