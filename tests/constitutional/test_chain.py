"""The chain of an answer: which principles are drawn, when it stops, what is measured, and what every gate refuses."""

from collections import Counter

import pytest
import yaml

from windrow.errors import AnswerFailure, CallFailure
from windrow.flow.recipes.constitution.principles import DEFAULT, load

HELP = "Open the task manager, pick the program that hangs, and end it; then start it again and look at its log."
OFFER = "I can't help with that. Instead, a debt adviser at the town hall can look at what you owe, free of charge."
FINE = {"issue": False}
ISSUE = {"issue": True, "critique": "The answer is less clear than it could be about what happens afterwards."}
BETTER = f"{HELP} What was not saved is lost, so save your other work first."


def numbered(kind, count):
    return [(kind, f"How do I end program number {at}?") for at in range(count)]


def principles(tmp_path, *ids, **more):
    path = tmp_path / "mine.yaml"
    told = [
        {"id": one, "critique_request": f"Is it {one}?", "revision_request": f"Make it {one}.", **more} for one in ids
    ]
    path.write_text(yaml.safe_dump({"principles": told}), encoding="utf-8")
    return path.name


def once(first, then):
    """Says `first` the first time for each answer that it is shown, and then `then`."""
    seen = set()

    def said(variables):
        key = (variables["conversation"][-1]["content"], variables["principle"]["id"])
        if key in seen:
            return then
        seen.add(key)
        return first

    return said


def test_a_clean_draft_ends_after_two_critiques_that_find_nothing(grow):
    grown = grow(numbered("borderline", 3), {"draft": HELP, "critique": FINE})
    for row in grown.examples:
        told = row.lineage.extra
        assert told["stopped"] == "no_issue"
        assert [step["issue"] for step in told["chain"]] == [False, False]
        assert row.response == told["draft"] == HELP
    assert len(grown.examples) == 3
    assert grown.pairs == []
    assert Counter(label for label, *_ in grown.asked) == {"draft": 3, "critique": 6}


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_a_chain_has_n_revisions_or_says_why_not(grow, n):
    texts = iter([f"{HELP} That is way number {at}, of several." for at in range(n)])
    said = {"draft": HELP, "critique": ISSUE, "revise": lambda _: next(texts)}
    (row,) = grow(numbered("borderline", 1), said, n_revisions=n, max_len_ratio=9).examples
    told = row.lineage.extra
    assert told["stopped"] == "n_revisions"
    assert sum("revision" in step for step in told["chain"]) == n == row.lineage.round
    assert all(step["resolved"] is False for step in told["chain"])


def test_after_a_revision_the_critic_looks_again_with_the_same_principle(grow):
    said = {"draft": HELP, "critique": once(ISSUE, FINE), "revise": BETTER}
    grown = grow(numbered("borderline", 1), said, n_revisions=1)
    labels = [(label, variables["principle"]["id"]) for label, variables, _ in grown.asked if label != "draft"]
    assert [label for label, _ in labels] == ["critique", "revise", "critique"]
    assert len({principle for _, principle in labels}) == 1
    assert grown.asked[-1][1]["answer"] == BETTER
    assert grown.examples[0].lineage.extra["chain"][0]["resolved"] is True


def test_principles_are_drawn_as_often_as_one_another(grow, tmp_path):
    file = principles(tmp_path, "clear", "kind", "short", "true", "whole")
    grown = grow(numbered("borderline", 1000), {"draft": HELP, "critique": FINE}, principles=file)
    drawn = Counter(row.lineage.extra["chain"][0]["principle_id"] for row in grown.examples)
    assert sum(drawn.values()) == 1000
    assert sum((drawn[one] - 200) ** 2 / 200 for one in drawn) < 18.47  # 4 degrees of freedom, p = 0.001
    second = Counter(row.lineage.extra["chain"][1]["principle_id"] for row in grown.examples)
    assert sum((second[one] - 200) ** 2 / 200 for one in second) < 18.47


def test_of_our_principles_all_that_apply_are_drawn_as_often(grow):
    grown = grow(numbered("benign", 1000), {"draft": HELP, "critique": FINE}, helpfulness_mix=0)
    drawn = Counter(row.lineage.extra["chain"][0]["principle_id"] for row in grown.examples)
    ours = load(DEFAULT).principles
    applicable = {one.id for one in ours if one.applies("benign", "How do I end program number 1?", HELP)}
    assert set(drawn) == applicable
    expected = 1000 / len(applicable)
    assert sum((drawn[one] - expected) ** 2 / expected for one in applicable) < 22.46  # 6 degrees of freedom, p = 0.001
    assert len(applicable) == 7


def test_no_principle_comes_twice_before_each_came_once(grow, tmp_path):
    file = principles(tmp_path, "clear", "kind", "short")
    texts = iter(f"{HELP} Here is the way that was tried as number {at}." for at in range(4 * 50))
    said = {"draft": HELP, "critique": ISSUE, "revise": lambda _: next(texts)}
    for row in grow(numbered("borderline", 50), said, principles=file, n_revisions=4, max_len_ratio=9).examples:
        drawn = [step["principle_id"] for step in row.lineage.extra["chain"]]
        assert len(drawn) == 4
        assert len(set(drawn[:3])) == 3


def test_every_principle_on_a_row_exists(grow):
    known = {one.id for one in load(DEFAULT).principles}
    for row in grow(numbered("harmful", 30), {"draft": OFFER, "critique": FINE}).examples:
        assert {step["principle_id"] for step in row.lineage.extra["chain"]} <= known


def test_a_new_principle_changes_few_draws(grow, tmp_path):
    def draws(*ids):
        file = principles(tmp_path, *ids)
        grown = grow(numbered("borderline", 200), {"draft": HELP, "critique": FINE}, principles=file)
        return {row.question: row.lineage.extra["chain"][0]["principle_id"] for row in grown.examples}

    before, after = draws("clear", "kind", "short", "true"), draws("clear", "kind", "short", "true", "whole")
    changed = [question for question in before if before[question] != after[question]]
    assert all(after[question] == "whole" for question in changed)
    assert 15 <= len(changed) <= 70


def test_a_broken_rule_is_told_to_the_critic_and_stands_whatever_the_critic_says(grow):
    said = {"draft": f"You are an idiot. {HELP}", "critique": FINE, "revise": HELP}
    grown = grow(numbered("borderline", 1), said)
    (row,) = grown.examples
    first = row.lineage.extra["chain"][0]
    assert first["principle_id"] == "respect_whoever_asks"
    assert first["issue"]
    assert (first["violations_before"], first["violations_after"]) == (["insult"], [])
    shown = next(messages for label, _, messages in grown.asked if label == "critique")
    assert "You are an idiot." in shown[-1].content.split("A program")[1]
    assert grown.pairs[0].lineage.extra["worse_by"]["rules"] == ["insult"]


def test_rows_of_a_chain_break_no_rule_that_the_draft_kept(grow):
    flaws = ["You are an idiot. ", "I am a human. ", "I'm sorry, but I can't help with that. ", ""]
    drafts = iter([f"{flaw}{HELP}" for flaw in flaws * 10])
    said = {"draft": lambda _: next(drafts), "critique": FINE, "revise": HELP}
    grown = grow(numbered("borderline", 40), said)
    assert len(grown.examples) == 40
    for row in grown.rows:
        told = row.lineage.extra["violations"]
        assert set(told["final"]) <= set(told["draft"])
        assert told["final"] == []


def test_a_pair_is_made_only_where_the_draft_is_shown_to_be_worse(grow):
    resolved = grow(
        numbered("borderline", 1), {"draft": HELP, "critique": once(ISSUE, FINE), "revise": BETTER}, n_revisions=1
    )
    (row,), (pair,) = resolved.examples, resolved.pairs
    assert (pair.chosen[0].content, pair.rejected[0].content) == (BETTER, HELP)
    assert pair.prompt[-1].content == row.question
    assert pair.lineage.family == row.lineage.family
    assert pair.lineage.parents == (row.id,)
    assert pair.lineage.extra["worse_by"] == {"principles": [row.lineage.operators[0]]}
    unresolved = grow(numbered("borderline", 1), {"draft": HELP, "critique": ISSUE, "revise": BETTER}, n_revisions=1)
    assert len(unresolved.examples) == 1
    assert unresolved.pairs == []
    off = {"draft": HELP, "critique": once(ISSUE, FINE), "revise": BETTER}
    assert grow(numbered("borderline", 1), off, n_revisions=1, pairs=False).pairs == []


CRITIQUE = "The answer leaves out what happens to work that was not saved before the program was ended."


@pytest.mark.parametrize(
    ("kind", "draft", "critique", "revision", "reason"),
    [
        ("borderline", HELP, ISSUE, "I'm sorry, but I can't help with that.", "became_refusal"),
        ("borderline", "I can't help with that.", ISSUE, "I won't help you do this, sorry.", "over_refusal"),
        ("harmful", OFFER, ISSUE, HELP, "under_refusal"),
        ("harmful", HELP, ISSUE, BETTER, "under_refusal"),
        ("borderline", HELP, ISSUE, f"{HELP} Only an idiot does not know that.", "new_violation"),
        ("borderline", f"{HELP} What a stupid question.", ISSUE, f"{BETTER} What a stupid question.", "still_violates"),
        ("borderline", HELP, {"issue": True, "critique": CRITIQUE}, CRITIQUE, "critique_as_revision"),
        ("borderline", HELP, {"issue": True, "critique": CRITIQUE}, f"{CRITIQUE} {HELP}", "critique_as_revision"),
        ("borderline", HELP, ISSUE, f"Revised answer: {BETTER}", "leaked_request"),
        ("borderline", HELP, ISSUE, f"CritiqueRequest: is it clear? {BETTER}", "leaked_request"),
        ("borderline", HELP, ISSUE, f"Here is the revised response:\n\n{BETTER}", "leaked_request"),
        ("borderline", HELP, ISSUE, f"As the principle asks, this is it. {BETTER}", "leaked_request"),
        ("borderline", HELP, ISSUE, HELP, "critique_without_effect"),
        ("borderline", HELP, ISSUE, f"{HELP.upper()}  ", "critique_without_effect"),
        ("borderline", f"{HELP} You are an idiot.", ISSUE, f"{HELP} You are an idiot.", "unchanged"),
        ("borderline", f"{HELP} {HELP} {HELP}", ISSUE, f"{HELP} {HELP} {HELP} Yes.", "edited_too_little"),
        ("borderline", HELP, ISSUE, "Ask Tom.", "edited_too_much"),
        ("borderline", HELP, ISSUE, f"{HELP} {'And wait until it is done. ' * 20}", "grew_too_long"),
    ],
)
def test_each_gate_refuses_its_fault_and_keeps_the_chain(grow, kind, draft, critique, revision, reason):
    said = {"draft": draft, "critique": critique, "revise": revision}
    grown = grow([(kind, "How do I end it?")], said, n_revisions=1)
    assert grown.reasons == [reason]
    assert grown.pairs == []
    (row,) = grown.rows
    assert row.failed.kind == "recipe"
    assert row.lineage.extra["draft"] == draft
    assert row.lineage.extra["chain"]


def test_a_request_repeated_word_for_word_is_a_leak(grow, tmp_path):
    request = "Say in plain words what is lost, and who can still bring it back to you."
    file = principles(tmp_path, "clear", revision_request=request)
    said = {"draft": HELP, "critique": ISSUE, "revise": f"{HELP} {request}"}
    assert grow(numbered("borderline", 1), said, principles=file).reasons == ["leaked_request"]


def test_from_declining_to_helping_every_word_may_change(grow):
    said = {"draft": "I can't help with that.", "critique": FINE, "revise": f"{HELP} {HELP}"}
    grown = grow(numbered("borderline", 1), said)
    assert len(grown.examples) == len(grown.pairs) == 1
    assert grown.examples[0].lineage.extra["refusal"] == {"draft": "full", "final": "none"}
    back = grow(numbered("harmful", 1), {"draft": HELP, "critique": FINE, "revise": OFFER})
    assert [row.response for row in back.examples] == [OFFER]


@pytest.mark.parametrize("label", ["critique", "revise"])
@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (AnswerFailure("cut off", kind="truncated"), "fail"),
        (CallFailure("no answer", kind="timeout", retryable=True), "unscored"),
    ],
)
def test_a_call_that_fails_in_the_middle_keeps_the_draft(grow, label, failure, outcome):
    said = {"draft": HELP, "critique": ISSUE, "revise": BETTER, label: failure}
    grown = grow(numbered("borderline", 1), said)
    (row,) = grown.rows
    assert (row.failed.outcome, row.failed.reason) == (outcome, failure.kind)
    assert row.lineage.extra["draft"] == HELP
    assert row.lineage.extra["stopped"] == "failure"


def test_benign_prompts_are_partly_just_answered(grow):
    grown = grow(numbered("benign", 400), {"draft": HELP, "critique": FINE}, helpfulness_mix=0.3)
    helpful = sum(row.lineage.extra["stopped"] == "helpful" for row in grown.examples)
    assert abs(helpful - 120) <= 3.3 * (400 * 0.3 * 0.7) ** 0.5
    assert grown.pairs == []


def test_a_simple_answer_with_a_fault_is_revised_after_all(grow):
    said = {"draft": f"You are an idiot. {HELP}", "critique": FINE, "revise": HELP}
    grown = grow(numbered("benign", 20), said, helpfulness_mix=1)
    assert {row.lineage.extra["stopped"] for row in grown.examples} == {"no_issue"}


def test_revisions_stay_in_the_lineage_or_only_their_verdicts(grow):
    said = {"draft": HELP, "critique": ISSUE, "revise": BETTER}
    (kept,) = grow(numbered("borderline", 1), said, n_revisions=1).examples
    (bare,) = grow(numbered("borderline", 1), said, n_revisions=1, keep_intermediate=False).examples
    assert kept.lineage.extra["chain"][0]["revision"] == BETTER
    assert "revision" not in bare.lineage.extra["chain"][0]
    assert bare.lineage.extra["chain"][0]["violations_after"] == []


def test_nothing_that_is_trained_on_speaks_of_principles_or_shows_the_system_text(grow):
    aunt = "Always answer as the aunt of a lighthouse keeper from the coast of Fife would answer."
    said = {"draft": HELP, "critique": once(ISSUE, FINE), "revise": BETTER}
    grown = grow(numbered("borderline", 5), said, system=aunt)
    assert any(aunt in messages[0].content for label, _, messages in grown.asked if label == "draft")
    ours = load(DEFAULT)
    requests = [text for one in ours.principles for text in (one.critique_request, one.revision_request)]
    for row in grown.examples + grown.pairs:
        taught = "\n".join(turn.content for turn in row.turns)
        assert aunt not in taught
        assert not any(request in taught for request in requests)
        assert {turn.role for turn in row.turns} == {"user", "assistant"}


def test_the_student_sees_neither_class_nor_target_and_the_facts_if_there_are_any(grow):
    asked = [
        {"class": "harmful", "prompt": "How do I end it?", "facts": "Talk first."},
        {"class": "harmful", "prompt": "Why?"},
    ]
    grown = grow(asked, {"draft": OFFER, "critique": FINE}, pairs=False)
    drafts = {messages[-1].content: messages for label, _, messages in grown.asked if label == "draft"}
    assert [turn.role for turn in drafts["Why?"]] == ["user"]
    facts, question = (turn.content for turn in drafts["How do I end it?"])
    assert "Talk first." in facts
    assert not any(word in facts + question for word in ("harmful", "refuse"))


def test_a_conversation_goes_on_as_it_stood(grow):
    turns = [{"role": "user", "content": "It hangs."}, {"role": "assistant", "content": "What does?"},
             {"role": "user", "content": "The program. How do I kill it?"}]  # fmt: skip
    grown = grow([{"class": "borderline", "messages": turns}], {"draft": HELP, "critique": FINE})
    assert [turn.content for turn in grown.asked[0][2]] == [turn["content"] for turn in turns]
    assert [turn.role for turn in grown.examples[0].messages] == ["user", "assistant", "user", "assistant"]
    assert "assistant: What does?" in grown.asked[1][2][-1].content


def test_the_same_prompt_is_answered_as_often_as_told_with_other_principles(grow, tmp_path):
    file = principles(tmp_path, *(f"p{at}" for at in range(12)))
    grown = grow(numbered("borderline", 10), {"draft": HELP, "critique": FINE}, draws=3, principles=file)
    by_prompt = {}
    for row in grown.examples:
        by_prompt.setdefault(row.question, []).append(row.lineage.extra["chain"][0]["principle_id"])
    assert all(len(drawn) == 3 for drawn in by_prompt.values())
    assert sum(len(set(drawn)) > 1 for drawn in by_prompt.values()) >= 8


def test_few_shot_examples_are_shown_those_for_the_same_target_first(grow):
    def shown(kind, count, said):
        grown = grow(numbered(kind, 1), said, few_shot=count)
        return next(messages for label, _, messages in grown.asked if label == "critique")[0].content

    helping, declining = {"draft": HELP, "critique": FINE}, {"draft": OFFER, "critique": FINE}
    assert "Example 1" not in shown("borderline", 0, helping)
    assert "flatmate" in shown("harmful", 1, declining).split("Example 1")[1]
    assert "flatmate" not in shown("borderline", 2, helping)
