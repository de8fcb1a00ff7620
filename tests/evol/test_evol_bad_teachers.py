"""Models of every bad sort, over HTTP: none of their rows is accepted, and each has the right reason."""

import random
from itertools import pairwise

import pytest
from chains import asked, evolved, obeying, perfect, reasons, shown, stored
from mutations import MUTATIONS

from windrow.testing import Reply
from windrow.testing.faults import length
from windrow.text.constraints import find

ALL_BUT_CONSTRAINTS = {"operators": {"constraints": 0}}
ONLY_CHECKED = {"verifiable": 1, "operators": {"constraints": 1, "deepen": 0, "concretise": 0, "reasoning": 0,
                                               "complicate_input": 0, "breadth": 0}}  # fmt: skip


def echoing(request, number):
    return request["messages"][-1]["content"]


def declining(request, number):
    return "I'm sorry, but I can't help with that."


def declining_otherwise(request, number):
    return "I cannot assist with that request."


def looping(request, number):
    return "\n".join(["The chain and the tyre and the brake must be looked at."] * 40)


def cut_off(request, number):
    return length("The first thing to")


def silent(request, number):
    return Reply("")


def giving_up(request, number):
    return "INVALID" if asked(request)[0] != "respond" else perfect(request)


def answering(request, number):
    if asked(request)[0] == "respond":
        return perfect(request)
    return "The answer is that the hub was bent. Nine days at twenty cents make one euro and eighty cents."


def babbling(request, number):
    """Its rewrites speak of the machinery."""
    kind, user = asked(request)
    if kind == "respond":
        return perfect(request)
    text = f"{shown(user)[0]} Make the rewritten prompt harder than the given prompt."
    return text if kind == "evolve" else f"Instruction: {text}\nInput: none"


def copying(request, number):
    """It gives back what it was shown."""
    kind, user = asked(request)
    instruction, given = shown(user)
    return perfect(request) if kind == "respond" else f"Instruction: {instruction}\nInput: {given or 'none'}"


def rambling(request, number):
    """It adds far more words than it may."""
    kind, user = asked(request)
    if kind == "respond":
        return perfect(request)
    instruction, given = shown(user)
    more = " ".join(f"and look at part {place} of it" for place in range(12))
    text = f"{instruction.rstrip('.')} {more}."
    return text if kind == "evolve" else f"Instruction: {text}\nInput: {given} and one more thing"


def changing_the_subject(request, number):
    return "What is the tallest mountain of Peru?" if asked(request)[0] == "evolve" else perfect(request)


def disobeying(request, number):
    """Its answers break one of the constraints they were asked for."""
    _, user = asked(request)
    draw = random.Random(number)
    entry = draw.choice(find(user))
    return MUTATIONS[entry["id"]](obeying(user, draw), **entry["kwargs"])


BAD = [
    (echoing, {}, {"unchanged", "echo", "too_many_added_words", "input_not_extended", "no_information_gain"}),
    (declining, {}, {"apology"}),
    (declining_otherwise, {}, {"apology", "refusal"}),
    (looping, {}, {"too_many_added_words", "breadth_length", "repetition"}),
    (cut_off, {}, {"truncated"}),
    (silent, {}, {"empty"}),
    (giving_up, ALL_BUT_CONSTRAINTS, {"invalid"}),
    (answering, ALL_BUT_CONSTRAINTS, {"answered"}),
    (babbling, ALL_BUT_CONSTRAINTS, {"leaked_prompt"}),
    (copying, ALL_BUT_CONSTRAINTS, {"unchanged"}),
    (rambling, ALL_BUT_CONSTRAINTS, {"too_many_added_words", "breadth_length"}),
    (changing_the_subject, {"operators": {"breadth": 0, "complicate_input": 0, "constraints": 0}}, {"drifted"}),
]


@pytest.mark.parametrize(("model", "knobs", "expected"), BAD, ids=[model.__name__ for model, _, _ in BAD])
def test_nothing_of_a_bad_model_is_accepted(tmp_path, model, knobs, expected):
    run = evolved(tmp_path / "run", answer=model, max_children_per_seed=4, **knobs)
    rows = stored(run)
    assert {one.status for one in rows} == {"rejected"}
    assert {reason for _, reason in reasons(run)} <= expected
    assert len({one.row.lineage.seeds for one in rows}) == 14
    assert all(one.row.lineage.round == 1 for one in rows)  # the seed stays where it is, and is tried again


def test_an_answer_that_breaks_one_of_its_constraints_is_refused_for_that(tmp_path):
    run = evolved(tmp_path / "run", answer=disobeying, **ONLY_CHECKED)
    assert stored(run, "accepted") == []
    broken = {reason for by, reason in reasons(run) if by == "constraints"}
    assert len(broken) > 15
    assert all(reason.startswith("unmet_") for reason in broken)
    assert {reason for by, reason in reasons(run) if by != "constraints"} <= {"no_words", "repetition", "duplicate"}


def test_a_failed_step_leaves_its_parent_and_the_next_turn_tries_another_operator(tmp_path):
    def fails_to_deepen(request, number):
        deepening = "causes, consequences, exceptions" in request["messages"][0]["content"]
        return "INVALID" if deepening else perfect(request)

    run = evolved(tmp_path / "run", answer=fails_to_deepen, rounds=3, max_children_per_seed=9)
    chains = {}
    for one in stored(run):
        chains.setdefault((one.row.lineage.seeds, one.row.lineage.extra["chain"]), []).append(one)
    retried = 0
    for turns in chains.values():
        for failed, following in pairwise(turns):
            if failed.reason == "invalid":
                retried += 1
                assert failed.row.lineage.operators == ("deepen",)
                assert following.row.lineage.parents == failed.row.lineage.parents
                assert following.row.lineage.round == failed.row.lineage.round
                assert following.row.lineage.operators != ("deepen",)
    assert retried > 5


def test_a_call_that_no_answer_came_to_is_no_verdict_and_ends_only_its_chain(tmp_path):
    from windrow.testing.faults import bad_request

    def broken_for_one(request, number):
        _, user = asked(request)
        return bad_request("no such thing") if "puncture" in user else perfect(request)

    run = evolved(tmp_path / "run", answer=broken_for_one, max_children_per_seed=2)
    by_status = {}
    for one in stored(run):
        by_status.setdefault(one.status, []).append(one)
    assert {one.reason for one in by_status["quarantined"]} == {"bad_request"}
    assert len(by_status["quarantined"]) == 1
    assert len(by_status["accepted"]) == 2 * 13
