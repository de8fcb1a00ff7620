"""Holdout: disjoint and complete, relatives together, close to the share, stable when rows are added."""

from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import ValidationError

from windrow.flow import SPLITS
from windrow.flow.splits.holdout import Holdout, HoldoutOptions
from windrow.row import Chunk, Lineage, Message, Row
from windrow.testing.rows import make_rows


def row(question, answer="Yes.", family=""):
    return Row(
        "sft",
        messages=(Message("user", question), Message("assistant", answer)),
        lineage=Lineage(family=family),
    )


def dealt(rows, folder, **options):
    split = Holdout(HoldoutOptions(**options), base=Path())
    return list(split.assign(rows, folder)), split.notes


def of_families(count, size=1):
    """Rows whose questions share no run of words."""
    return [row(f"f{f}n{n}a f{f}n{n}b f{f}n{n}c", family=f"f{f}") for f in range(count) for n in range(size)]


families = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["sea", "land", "sky", "海", ""])), max_size=30
)


@settings(max_examples=60)
@given(members=families, share=st.floats(0, 0.5), seed=st.integers(0, 3))
def test_every_row_has_one_split_and_no_family_or_question_has_two(tmp_path_factory, members, share, seed):
    rows = [row(f"What is {word}?", family=family) for family, word in members]
    splits, _ = dealt(rows, tmp_path_factory.mktemp("split"), share=share, seed=seed)
    assert len(splits) == len(rows)
    assert set(splits) <= {"train", "test"}
    for key in (lambda pair: pair[0].lineage.family, lambda pair: pair[0].question):
        pairs = sorted(zip(rows, splits, strict=True), key=key)
        assert all(len({split for _, split in group}) == 1 for _, group in groupby(pairs, key=key))
    assert not rows or "train" in splits


@pytest.mark.parametrize("share", [0.05, 0.1, 0.25, 0.5])
@pytest.mark.parametrize(("count", "size"), [(2000, 1), (60, 5)])
def test_the_share_is_close_to_what_was_asked(tmp_path, share, count, size):
    splits, notes = dealt(of_families(count, size), tmp_path, share=share)
    assert abs(splits.count("test") / len(splits) - share) <= 0.25 * share + size / len(splits)
    assert not notes


def test_rows_added_later_move_hardly_any(tmp_path):
    rows = of_families(1200)
    before, _ = dealt(rows[:1000], tmp_path)
    after, _ = dealt(rows, tmp_path)
    assert before == after[:1000]


def test_the_order_of_rows_changes_nothing(tmp_path):
    rows = of_families(300, 2)
    forth, _ = dealt(rows, tmp_path)
    back, _ = dealt(rows[::-1], tmp_path)
    assert forth == back[::-1]


def test_another_seed_deals_another_way(tmp_path):
    rows = of_families(300)
    assert dealt(rows, tmp_path, seed=1)[0] != dealt(rows, tmp_path, seed=2)[0]


def test_nearly_the_same_question_stays_on_one_side(tmp_path):
    for number in range(20):
        name = f"w{number}"
        pair = [
            row(f"Explain how {name} compound interest grows over many long years for a patient saver", family="a"),
            row(f"Explain how {name} compound interest grows over many long years for a careful saver", family="b"),
        ]
        splits, _ = dealt([*of_families(8), *pair], tmp_path, share=0.3, seed=number)
        assert splits[-1] == splits[-2]


def test_a_frame_that_all_questions_share_joins_none(tmp_path):
    rows = [
        row(f"According to the passages of the hand-book of the bank, what is the {n}?", family=str(n))
        for n in range(300)
    ]
    splits, notes = dealt(rows, tmp_path)
    assert 0.07 <= splits.count("test") / 300 <= 0.13
    assert not notes


def test_passages_join_no_questions(tmp_path):
    chunk = Chunk("c", " ".join(f"word{n}" for n in range(200)), "a.md")
    rows = [
        replace(row(f"{chunk.text}\n{other.question}", family=other.lineage.family), kind="rag_qa", contexts=(chunk,))
        for other in of_families(100)
    ]
    assert "test" in dealt(rows, tmp_path)[0]


def test_one_family_leaves_nothing_to_hold_out_and_it_is_said(tmp_path):
    splits, notes = dealt(of_families(1, 10), tmp_path)
    assert set(splits) == {"train"}
    assert "one family" in notes[0]


def test_few_families_give_what_they_can_and_it_is_said(tmp_path):
    splits, notes = dealt(of_families(2, 10), tmp_path)
    assert sorted(splits) == ["test"] * 10 + ["train"] * 10
    assert "2 families" in notes[0]


def test_a_family_larger_than_the_share_is_not_held_out(tmp_path):
    small = of_families(600)
    rows = [*[replace(one, lineage=Lineage(family="giant")) for one in small[:500]], *small[500:]]
    for seed in range(10):
        splits, _ = dealt(rows, tmp_path, seed=seed)
        assert set(splits[:500]) == {"train"}
        assert splits.count("test") >= 40


def test_no_rows_and_no_share(tmp_path):
    assert dealt([], tmp_path) == ([], [])
    assert dealt(of_families(5), tmp_path, share=0) == (["train"] * 5, [])


def test_made_rows_of_one_family_stay_together(tmp_path):
    rows = list(make_rows(300))
    splits, _ = dealt(rows, tmp_path)
    sides = {(made.lineage.family, split) for made, split in zip(rows, splits, strict=True)}
    assert len(sides) == len({made.lineage.family for made in rows})
    assert 0.05 <= splits.count("test") / 300 <= 0.15


def test_more_than_half_cannot_be_held_out():
    with pytest.raises(ValidationError):
        HoldoutOptions(share=0.6)


def test_the_split_is_found_by_its_name():
    assert SPLITS.load("holdout") is Holdout


def test_a_row_over_two_documents_keeps_the_rows_of_both_on_its_side(tmp_path):
    """Ten chains of three documents, each tied together by one row over two of them and one over the next two."""
    rows = [
        replace(made, lineage=Lineage(family=f"d{number}", documents=(f"d{number}",)))
        for number, made in enumerate(of_families(30))
    ]
    over_two = [
        replace(made, lineage=Lineage(family=f"d{at}", documents=(f"d{at}", f"d{at + 1}")))
        for at, made in zip(
            (at for at in range(30) if at % 3 < 2), of_families(50)[30:], strict=True
        )
    ]  # fmt: skip
    splits, _ = dealt([*rows, *over_two], tmp_path, share=0.3)
    sides = {}
    for made, split in zip([*rows, *over_two], splits, strict=True):
        for document in made.lineage.documents:
            sides.setdefault(document, set()).add(split)
    assert all(len(split) == 1 for split in sides.values())
    assert splits.count("test") > 5
