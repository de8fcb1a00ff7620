"""Pairs for DPO and IPO, answers with labels for KTO: the same decisions in the form that a trainer wants."""

import json
from collections import Counter

import pytest
from preference_writers import product, right, sums, wrong

from windrow import validate
from windrow.text.tokens import normalise


def side(turns):
    return turns[0].content


def test_answers_with_labels_come_once_each_and_as_many_of_one_label_as_of_the_other(grow):
    pairs = grow(sums(12), {"teacher": right, "student": wrong}).pairs
    rows = grow(sums(12), {"teacher": right, "student": wrong}, form="unpaired", out="kto").rows()
    assert {row.kind for row in rows} == {"unpaired"}
    assert len(rows) == 2 * len(pairs) == 24
    said = Counter((row.question, normalise(side(row.completion))) for row in rows)
    assert set(said.values()) == {1}
    assert Counter(row.label for row in rows) == {True: 12, False: 12}
    found = [row.verdicts[0].evidence for row in rows]
    assert found == [{"passes": ["answer"]}, {"fails": ["wrong_answer"]}] * 12
    told = {(row.question, side(row.completion), row.label) for row in rows}
    chosen = {(row.question, side(row.chosen), True) for row in pairs}
    assert told == chosen | {(row.question, side(row.rejected), False) for row in pairs}


def test_an_answer_that_is_chosen_in_two_pairs_has_its_label_once(grow):
    def many(request, number):
        return f"The answer is {product(request) + 1 + len(request['messages'][0]['content']) % 7}."

    knobs = {"pairs_per_prompt": 3, "k": 6}
    pairs = grow(sums(8), {"teacher": right, "student": many}, **knobs).pairs
    assert len(pairs) > 8
    rows = grow(sums(8), {"teacher": right, "student": many}, form="unpaired", out="kto", **knobs).rows()
    said = Counter((row.question, side(row.completion)) for row in rows)
    assert set(said.values()) == {1}
    assert sum(not row.label for row in rows) == len({(row.question, side(row.rejected)) for row in pairs})
    told = grow(sums(8), {"teacher": right, "student": many}, form="unpaired", out="kto2", **knobs).run.report()
    figures = told["accepted"]["preferences"]
    ratio = figures["desirable"] / figures["undesirable"] * figures["weights"]["desirable"]
    assert 1 - 0.01 <= ratio / figures["weights"]["undesirable"] <= 4 / 3 + 0.01


def test_dpo_and_ipo_train_on_the_same_rows_whatever_else_is_made_of_the_pairs(grow):
    pairs = grow(sums(6), {"teacher": right, "student": wrong})
    both = grow(sums(6), {"teacher": right, "student": wrong}, form="both", out="both")
    assert [row.content() for row in both.pairs] == [row.content() for row in pairs.pairs]
    assert Counter(row.kind for row in both.rows()) == {"preference": 6, "unpaired": 12}
    assert "loss" not in json.dumps([row.content() for row in pairs.pairs])


def test_labelled_answers_fall_with_the_pair_that_they_come_from(grow):
    def short(request, _number):
        return str(product(request))

    models = {"teacher": short, "student": wrong}
    both = grow(sums(6), models, form="both", max_log_ratio=5)
    assert Counter(row.kind for row in both.rows()) == {"preference": 1, "unpaired": 2}
    assert both.reasons == {"length_band": 5, "parent_refused": 10}
    alone = grow(sums(6), models, form="unpaired", max_log_ratio=5, out="kto")
    assert Counter(row.label for row in alone.rows()) == {True: 1, False: 1}


def test_an_undesirable_answer_may_break_what_the_desirable_one_obeys(grow):
    seeds = [{"instruction": f"Praise shelf {n}. Do not use any commas.", "output": "x"} for n in range(4)]
    models = {"teacher": lambda *_: "A shelf; and a good one.", "student": lambda *_: "A shelf, and a good one."}
    rows = grow(seeds, models, form="unpaired").rows()
    assert Counter(row.label for row in rows) == {True: 4, False: 4}
    assert all(("constraints" in row.reference) is row.label for row in rows)


@pytest.mark.parametrize("form", ["pairs", "unpaired", "both"])
def test_one_row_of_a_prompt_carries_all_candidates_for_the_others(grow, form):
    rows = grow(sums(3), {"teacher": right, "student": wrong}, form=form).rows()
    carrying = [row for row in rows if "candidates" in row.lineage.extra]
    assert len(carrying) == 3
    assert {row.kind for row in carrying} == {"unpaired" if form == "unpaired" else "preference"}
    assert all("pair" in row.lineage.extra for row in rows)


@pytest.mark.parametrize("form", ["pairs", "unpaired", "both"])
def test_trainers_load_what_is_exported(grow, form):
    grown = grow(sums(12), {"teacher": right, "student": wrong}, form=form, exports=["trl"])
    files = sorted((grown.run.folder / "exports" / "trl").glob("train*.jsonl"))
    assert len(files) == (2 if form == "both" else 1)
    for file in files:
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        columns = {"prompt", "chosen", "rejected"} if "chosen" in lines[0] else {"prompt", "completion", "label"}
        assert all(columns <= set(line) for line in lines)
        findings = validate(file, target="trl")
        assert not findings.errors
