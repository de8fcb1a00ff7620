"""The recipe against scripted models over HTTP: what good ones give, and what becomes of each way to go wrong."""

import json
from collections import Counter
from itertools import combinations, product

import pytest
from talkers import asked_for, brief, chance, seed, seeds, sentence, slipping, well

from windrow.errors import ConfigError, SeedError
from windrow.testing import empty, length
from windrow.text.rouge import rouge_l
from windrow.text.sides import whole

AXES = {"persona": ["curt", "polite"], "issue": ["late", "lost", "broken"]}
OUTCOMES = ["resolved", "escalated", "abandoned"]


def test_a_good_model_loses_nothing_and_the_rows_are_whole_conversations(grow):
    grown = grow(seeds(), {"teacher": well}, rows=60, axes=AXES)
    rows = grown.rows()
    assert len(rows) == 60
    assert not grown.reasons
    for row in rows:
        assert [turn.role for turn in row.messages] == ["user", "assistant"] * row.lineage.extra["exchanges"]
    assert {row.lineage.extra["exchanges"] for row in rows} == {2, 3, 4}
    assert all(set(row.reference) == {"situation", "ending"} for row in rows)
    assert max(rouge_l(whole(one), whole(other)) for one, other in combinations(rows[:20], 2)) < 0.7


def test_every_combination_of_the_axes_gets_its_share(grow):
    rows = grow(seeds(), {"teacher": well}, rows=54, axes=AXES).rows()
    leaves = Counter(tuple(row.lineage.extra["axes"].values()) for row in rows)
    assert set(leaves) == set(product(AXES["persona"], AXES["issue"], OUTCOMES))
    assert max(leaves.values()) <= 4


def test_a_quota_bounds_the_rows_of_a_combination(grow):
    grown = grow(seeds(), {"teacher": well}, rows=20, axes={"outcome": ["won", "lost"]}, quota={"max": 3})
    assert len(grown.rows()) == 6
    assert Counter(row.lineage.extra["axes"]["outcome"] for row in grown.rows()) == {"won": 3, "lost": 3}


def test_the_seeds_lead_in_turn_and_what_one_leads_to_is_a_family(grow):
    grown = grow(seeds(), {"teacher": well}, rows=24, splits={"holdout": 0.25})
    leads = Counter(row.lineage.seeds[0] for row in grown.rows())
    assert set(leads.values()) == {3}
    assert all(row.lineage.family == row.lineage.seeds[0] for row in grown.rows())
    assert all(len(set(row.lineage.seeds)) == 3 for row in grown.rows())
    sides = {(stored.split, stored.row.lineage.family) for stored in grown.run.rows(status="accepted")}
    assert len(sides) == len(leads)
    assert {split for split, _ in sides} == {"train", "test"}


def test_each_side_is_told_its_own_facts_and_the_ending_with_its_last_turn_only(grow):
    grown = grow(seeds(), {"teacher": well, "user": well}, rows=5)
    users, others = grown.asked["user"], grown.asked["teacher"]
    assert all(asked_for(request) == "user" for request in users)
    told = "".join(json.dumps(request) for request in users)
    assert "user fact" in told
    assert "assistant fact" not in told
    answering = [request for request in others if asked_for(request) == "assistant"]
    assert all("user fact" not in request["messages"][0]["content"] for request in answering)
    for requests in (users, answering):
        endings = [request for request in requests if "Ending " in json.dumps(request)]
        assert len(endings) == 5
    assert [turn["role"] for turn in answering[-1]["messages"]][-2:] == ["assistant", "user"]
    assert {tuple(row.lineage.models) for row in grown.rows()} == {("openai/teacher", "openai/user")}


def test_the_system_turn_is_the_leading_seeds_or_the_one_of_the_config(grow, tmp_path):
    made = [seed(number, system=f"System {number}.") for number in range(4)]
    systems = {row.messages[0].content for row in grow(made, {"teacher": well}, rows=4).rows()}
    assert systems == {f"System {number}." for number in range(4)}


def test_a_system_turn_of_the_config_is_taken_instead(grow):
    made = [seed(number, system="Old.") for number in range(4)]
    rows = grow(made, {"teacher": well}, rows=4, system=" New.\n").rows()
    assert [row.messages[0].content for row in rows] == ["New."] * 4


def test_a_system_turn_of_white_space_is_none(grow):
    made = [seed(number, system="Old.") for number in range(4)]
    assert {row.messages[0].role for row in grow(made, {"teacher": well}, rows=4, system="  ").rows()} == {"user"}


def own_first_turn(request):
    said = [turn["content"] for turn in request["messages"] if turn["role"] == "assistant"]
    return said[0] if said else sentence(chance(request))


def first_seed_turn(role):
    def copied(request):
        shown = request["messages"][0]["content"].partition("Conversation 1:")[2]
        return next(line.partition(": ")[2] for line in shown.splitlines() if line.startswith(f"{role}: "))

    return copied


def as_the_seeds_service(request):
    return f"{sentence(chance(request))} Is there any other matter we can settle?"


def ending_of(request):
    text = json.dumps(request["messages"])
    return (
        "Now it ends: the user gets nine silver spoons and a hat, quite content."
        if "nine silver spoons" in text
        else sentence(chance(request))
    )


def with_long_ending(request):
    return json.dumps(
        {**brief(chance(request)), "ending": "The user gets nine silver spoons and a hat, quite content."}
    )


def with_a_real_number(request):
    return json.dumps({**brief(chance(request)), "user_knows": [f"order 48000{number}" for number in range(8)]})


BAD = {
    "speaks as the service": ({"user": "Is there anything else I can help you with?"}, "speaks_as_other"),
    "speaks as the seeds' service": ({"user": as_the_seeds_service}, "speaks_as_other"),
    "writes both sides": ({"user": "User: It broke.\nAssistant: I am sorry to hear that."}, "several_speakers"),
    "an assistant that writes both sides": (
        {"assistant": "I see.\n\n**User:** but what now, please?"},
        "several_speakers",
    ),
    "echoes": ({"assistant": lambda request: request["messages"][-1]["content"]}, "echoes_turn"),
    "repeats itself": ({"assistant": own_first_turn}, "repeats_turn"),
    "copies a seed's user": ({"user": first_seed_turn("User")}, {"copied_turn", "copied_particulars"}),
    "copies a seed's assistant": ({"assistant": first_seed_turn("Assistant")}, "copied_turn"),
    "takes a real number along": ({"plan": with_a_real_number}, "copied_particulars"),
    "reads out the ending": ({"plan": with_long_ending, "assistant": ending_of}, "leaked_brief"),
    "rambles": ({"user": lambda request: sentence(chance(request), 200)}, "long_turn"),
    "says nothing": ({"user": "User:"}, "no_turn"),
    "refuses": ({"assistant": "I'm sorry, but I cannot help with that request."}, {"refusal", "repeats_turn"}),
    "is cut off": ({"assistant": lambda _: length("It is just that")}, "truncated"),
    "is silent": ({"assistant": lambda _: empty()}, "empty"),
    "plans no brief": ({"plan": "A nice talk about kettles."}, "unparsed"),
    "leaks a control token": (
        {"assistant": lambda request: f"{sentence(chance(request))}<|im_end|>"},
        "control_tokens",
    ),
}


@pytest.mark.parametrize(("slips", "reason"), BAD.values(), ids=BAD)
def test_a_model_that_goes_wrong_gets_nothing_accepted_and_the_right_reason(grow, slips, reason):
    grown = grow(seeds(), {"teacher": slipping(**slips)}, rows=2, max_candidates=4)
    assert grown.rows() == []
    assert grown.reasons
    assert set(grown.reasons) <= (reason if isinstance(reason, set) else {reason})
    assert len(grown.rows("rejected")) == 4


def test_a_rejected_row_keeps_what_was_said_until_then_and_what_could_not_stand(grow):
    grown = grow(
        seeds(), {"teacher": slipping(assistant="Customer: so what shall I do now?")}, rows=1, max_candidates=1
    )
    (row,) = grown.rows("rejected")
    assert [turn.role for turn in row.messages] == ["user"]
    assert row.failed.evidence["text"].startswith("Customer: so")
    assert len(grown.asked["teacher"]) == 1 + 1 + 2  # the brief, the user, the assistant twice: nothing after that


def test_a_turn_that_may_not_stand_is_asked_for_once_more_with_what_was_wrong(grow):
    def stumbling(request):
        wrong = "was refused" not in json.dumps(request["messages"])
        return "Is there anything else I can help you with?" if wrong else f"{sentence(chance(request))}"

    grown = grow(seeds(), {"teacher": slipping(user=stumbling)}, rows=4)
    assert len(grown.rows()) == 4
    assert not grown.reasons
    again = [request for request in grown.asked["teacher"] if "was refused" in json.dumps(request)]
    assert all("says what the assistant says" in json.dumps(request) for request in again)
    assert grow(seeds(), {"teacher": slipping(user=stumbling)}, rows=1, max_candidates=2, retries=0).rows() == []


def test_one_and_the_same_conversation_is_accepted_once(grow):
    def same(request, _number):
        if asked_for(request) == "plan":
            return json.dumps(brief(chance({"messages": []})))
        turn = len(request["messages"]) + request["messages"][-1]["content"].count("Assistant: ")
        return " ".join(sentence(chance({"messages": [asked_for(request), turn, part]})) for part in range(2))

    grown = grow([seed(number) for number in range(8)], {"teacher": same}, rows=3, max_candidates=8)
    assert len(grown.rows()) == 1
    assert set(grown.reasons) <= {"duplicate", "near_duplicate"}


def test_seeds_that_are_no_conversations_are_left_aside(grow):
    single = {"messages": seed(90)["messages"][:2]}
    call = {"id": "abcdefgh1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    tooled = {
        "messages": [
            {"role": "user", "content": "Go."},
            {"role": "assistant", "content": "", "tool_calls": [call]},
            {"role": "tool", "content": "ok", "tool_call_id": "abcdefgh1"},
            {"role": "assistant", "content": "Done."},
        ]
    }
    twice = {
        "messages": [
            {"role": "user", "content": "One."},
            {"role": "user", "content": "Two."},
            {"role": "assistant", "content": "Three."},
        ]
    }
    grown = grow([tooled, twice, *seeds(3)], {"teacher": well}, rows=6)
    assert len({row.lineage.seeds[0] for row in grown.rows()}) == 3
    with pytest.raises(SeedError, match="needs 3 seeds that are conversations, and there are 2"):
        grow([tooled, twice, *seeds(2)], {"teacher": well})
    with pytest.raises(SeedError, match="0 of them with more than one question"):
        grow(
            [single, {"messages": seed(91)["messages"][:2]}, {"messages": seed(92)["messages"][:2]}], {"teacher": well}
        )


@pytest.mark.parametrize(
    "knobs", [{"min_exchanges": 5, "max_exchanges": 4}, {"quota": {"min": 3, "max": 2}}, {"axes": {"issue": []}}]
)
def test_knobs_that_cannot_be_are_refused(grow, knobs):
    with pytest.raises(ConfigError):
        grow(seeds(), {"teacher": well}, **knobs)


def test_lengths_stay_in_their_bounds(grow):
    rows = grow(seeds(), {"teacher": well}, rows=12, min_exchanges=3, max_exchanges=3).rows()
    assert {len(row.messages) for row in rows} == {6}
