"""What holds of every run, whoever answers: small steps, a graph of rungs, caps, answers that obey."""

from collections import Counter

import pytest
from chains import EXAMPLE, evolved, perfect, stored
from msgspec.structs import replace
from mutations import MUTATIONS

from windrow.flow.checks.constraints import Constraints
from windrow.row import Message
from windrow.shapes import Options
from windrow.text.constraint_rules import RULES
from windrow.text.constraints import describe, find
from windrow.text.tokens import words

IN_DEPTH = ("constraints", "deepen", "concretise", "reasoning", "complicate_input")
SEEDS = 14


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The example's seeds, climbed by the embedded teacher and by a perfect model over HTTP."""
    folder = tmp_path_factory.mktemp("evol")
    return {
        "embedded": evolved(folder / "embedded", sorry_words=0),
        "perfect": evolved(folder / "perfect", answer=perfect, downward=0.1),
    }


@pytest.fixture(scope="module", params=["embedded", "perfect"])
def rows(request, runs):
    return stored(runs[request.param])


@pytest.fixture(scope="module")
def accepted(rows):
    return [one.row for one in rows if one.status == "accepted"]


def instruction_before(row, by_id):
    """What the row's parent asks for: another row, or the seed that all first rounds start from."""
    return by_id[row.lineage.parents[0]].reference["instruction"] if row.lineage.parents else None


def test_rungs_are_a_graph_without_a_cycle_whose_rounds_count_from_the_seed(accepted):
    by_id = {row.id: row for row in accepted}
    for row in accepted:
        assert len(row.lineage.operators) == 1
        assert len(row.lineage.seeds) == 1
        rounds = [by_id[parent].lineage.round for parent in row.lineage.parents] or [0]
        assert row.lineage.round == rounds[0] + 1
        assert len(rounds) == 1
    assert Counter(row.lineage.round for row in accepted).keys() == {1, 2}  # and so no path comes back


def test_no_step_in_depth_adds_more_words_than_it_may(accepted):
    by_id = {row.id: row for row in accepted}
    seen = Counter()
    for row in accepted:
        before = instruction_before(row, by_id)
        operator = row.lineage.operators[0]
        if before is None or operator not in IN_DEPTH:
            continue
        seen[operator] += 1
        added = len(words(row.reference["instruction"])) - len(words(before))
        assert row.lineage.extra["added_words"] == added
        assert added <= 20
        if operator != "complicate_input":
            assert row.reference["input"] == by_id[row.lineage.parents[0]].reference["input"]
    assert seen.keys() == set(IN_DEPTH)


def test_a_task_of_the_same_domain_is_about_as_long_as_its_parent(accepted):
    by_id = {row.id: row for row in accepted}
    pairs = [(row, instruction_before(row, by_id)) for row in accepted if row.lineage.operators == ("breadth",)]
    lengths = [(len(words(row.reference["instruction"])), len(words(before))) for row, before in pairs if before]
    assert len(lengths) > 3
    assert all(abs(length - like) <= like / 2 for length, like in lengths)


def test_every_rung_is_a_row_with_an_answer_and_nobody_s_machinery_in_it(accepted):
    for row in accepted:
        assert row.response == row.reference["output"] != ""
        told = f"{row.question}\n{row.response}".lower()
        assert not any(word in told for word in ("rewritten prompt", "given prompt", "given instruction", "#rewritten"))


def test_no_seed_has_more_rewrites_than_its_cap_those_that_failed_included(rows):
    tried = Counter(one.row.lineage.seeds[0] for one in rows)
    assert len(tried) == SEEDS
    assert max(tried.values()) == 10
    assert all(one.row.lineage.round <= 2 for one in rows)


def test_accepted_answers_obey_all_that_can_be_checked_and_rows_name_it(accepted):
    check = Constraints(Options(), base=EXAMPLE)
    for row in accepted:
        assert row.reference.get("constraints", []) == find(row.reference["instruction"])
        assert check.check(row).outcome == "pass"


def test_a_program_s_constraints_stand_as_fixed_sentences_at_most_five_of_them(accepted):
    by_program = [row for row in accepted if row.lineage.extra.get("written_by") == "program"]
    assert len(by_program) > 10
    for row in by_program:
        entries = row.reference["constraints"]
        assert 1 <= len(entries) <= 5
        assert all(describe(entry) in row.reference["instruction"] for entry in entries)


def test_most_of_what_the_embedded_teacher_makes_is_confirmed_by_program(runs):
    told = runs["embedded"].report()
    assert told["verified"]["confirmed"] >= 0.6
    assert told["verified"]["confirmed_by"] == {"constraints": told["verified"]["confirmed"]}
    assert told["models"][0]["usd"] == "0"


def test_the_report_tells_what_became_of_each_operator_s_rows(runs):
    run = runs["embedded"]
    told = {entry["operator"]: entry for entry in run.report()["operators"]}
    counted = Counter((one.row.lineage.operators[0], one.status) for one in run.rows())
    assert set(told) == {operator for operator, _ in counted} == {*IN_DEPTH, "breadth"}
    for operator, entry in told.items():
        assert (entry["accepted"], entry["rejected"]) == (counted[operator, "accepted"], counted[operator, "rejected"])
        assert entry["accepted_share"] == round(entry["accepted"] / (entry["accepted"] + entry["rejected"]), 4)


def test_a_perfect_model_loses_less_than_a_hundredth_of_its_rows_to_false_alarms(runs):
    rejected = [one for one in stored(runs["perfect"]) if one.status != "accepted"]
    assert len(rejected) < 0.01 * len(stored(runs["perfect"])) + 1, [(one.by, one.reason) for one in rejected]


def test_exactly_n_rows_are_accepted(tmp_path):
    run = evolved(tmp_path / "run", rows=25, sorry_words=0)
    assert len(stored(run, "accepted")) == 25


def test_every_constraint_of_an_accepted_row_notices_an_adversarial_mutation_of_its_answer(accepted):
    check = Constraints(Options(), base=EXAMPLE)
    kinds = set()
    for row in accepted:
        for entry in row.reference.get("constraints", []):
            kinds.add(entry["id"])
            mutant = MUTATIONS[entry["id"]](row.response, **entry["kwargs"])
            turns = (*row.messages[:-1], Message("assistant", mutant))
            alone = replace(row, messages=turns, reference={"constraints": [entry]})
            assert check.check(alone).reason == f"unmet_{entry['id']}", (entry, row.response, mutant)
    assert len(kinds) > 15


def test_every_kind_of_constraint_has_a_mutation():
    assert sorted(MUTATIONS) == sorted(RULES)
