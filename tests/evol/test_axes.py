"""Axes: leaves dealt evenly, within bounds, moved by nothing but what changes them; and both recipes that have them."""

import hashlib
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from chains import ROOT, evolved, perfect, stored
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from windrow import Plan, prompts
from windrow.flow.recipes import self_instruct
from windrow.flow.recipes.evol_instruct import EvolOptions
from windrow.flow.recipes.instruct.axes import Axes, Dealer, Quota
from windrow.flow.recipes.self_instruct import SelfInstruct, SelfInstructOptions
from windrow.flow.seeds.rows import RowSeedOptions, RowSeeds

SUPPORT = ROOT / "examples" / "support" / "seeds.jsonl"
AXES = {"topic": ["brakes", "tyres", "lights"], "persona": ["a parent", "a racer"]}
TEMPLATE = Path(self_instruct.__file__).parent / "prompts" / "self_instruct" / "instructions.md"
AS_IT_WAS = "02bd93a5cc37b14b89a46808b57ff00ee2ceba5c0a5bda92bcca4c6f923444be"  # the prompt of a run without axes


def dealt(dealer, count, rows=1):
    found = [dealer.deal(f"draw {n}", rows) for n in range(count)]
    return [tuple(one[0].values()) for one in found if one is not None]


@given(st.integers(1, 200), st.integers(2, 5), st.integers(1, 4))
def test_balanced_leaves_never_run_far_ahead(count, first, second):
    axes = {"a": [f"a{n}" for n in range(first)], "b": [f"b{n}" for n in range(second)]}
    counts = Counter(dealt(Dealer(axes, "balanced"), count))
    assert max(counts.values()) <= -(-1.25 * count // (first * second)) + 1


@given(st.integers(1, 6), st.integers(0, 3))
def test_no_leaf_gets_more_than_its_most_and_every_leaf_its_least_first(most, least):
    quota = Quota(min=min(least, most), max=most)
    leaves = dealt(Dealer(AXES, quota), 100)
    assert Counter(leaves) == dict.fromkeys(set(leaves), most)
    assert len(leaves) == 6 * most
    first = Counter(leaves[: 6 * quota.min])
    assert all(first[leaf] == quota.min for leaf in set(leaves)) or not quota.min


def test_a_deal_has_no_more_rows_than_its_leaf_has_room_for():
    dealer = Dealer({"topic": ["one"]}, Quota(max=5))
    assert [dealer.deal(str(n), 3) for n in range(3)] == [({"topic": "one"}, 3), ({"topic": "one"}, 2), None]


def test_what_came_to_nothing_is_dealt_again_once_it_is_settled():
    dealer = Dealer({"topic": ["one"]}, Quota(max=5))
    dealer.deal("x", 5)
    dealer.settle([{"topic": "one"}, {"topic": "of another config"}, {}])
    assert dealer.deal("y", 9) == ({"topic": "one"}, 4)


def test_a_value_that_is_added_takes_its_share_and_moves_no_other_deal():
    before = dealt(Dealer(AXES, "free"), 600)
    after = dealt(Dealer({**AXES, "topic": [*AXES["topic"], "bells"]}, "free"), 600)
    moved = [new for old, new in zip(before, after, strict=True) if old != new]
    assert {topic for topic, _ in moved} == {"bells"}
    assert 0.18 < len(moved) / 600 < 0.32


def test_free_leaves_are_drawn_by_chance():
    counts = Counter(dealt(Dealer(AXES, "free"), 1200))
    assert len(counts) == 6
    assert all(140 < count < 260 for count in counts.values())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["a", "b"], ["a", "b"]),
        ({"x": ["a", "b"], "y": []}, ["x > a", "x > b", "y"]),
        ({"x": {"y": {"z": ["a"]}, "w": None}}, ["x > y > z > a", "x > w"]),
        ({"x": [{"y": ["a"]}, "b"]}, ["x > y > a", "x > b"]),
    ],
)
def test_a_taxonomy_is_its_paths(given, expected):
    assert TypeAdapter(Axes).validate_python({"topic": given}) == {"topic": expected}


@pytest.mark.parametrize("given", [{"topic": []}, {"topic": "brakes"}, {"topic": [""]}, {"topic": [["a"]]}, ["topic"]])
def test_what_is_no_list_of_values_is_refused(given):
    with pytest.raises(ValidationError):
        TypeAdapter(Axes).validate_python(given)


def test_a_quota_that_cannot_be_kept_and_too_many_leaves_are_refused():
    with pytest.raises(ValidationError, match="above max"):
        Quota(min=3, max=2)
    many = [str(n) for n in range(400)]
    with pytest.raises(ValidationError, match="160000 combinations"):
        SelfInstructOptions(axes={"a": many, "b": many})


@pytest.mark.parametrize("options", [SelfInstructOptions, EvolOptions])
def test_a_quota_without_axes_is_refused_for_it_would_bound_nothing(options):
    with pytest.raises(ValidationError, match="there are no axes"):
        options(quota={"max": 3})


def test_evolved_tasks_are_spread_over_the_leaves_and_say_theirs(tmp_path):
    seen = []

    def model(request, number):
        seen.append(request["messages"][0]["content"])
        return perfect(request)

    run = evolved(tmp_path / "run", answer=model, axes=AXES, operators={"breadth": 1})
    rows = stored(run, "accepted")
    leaves = Counter(tuple(one.row.lineage.extra["axes"].values()) for one in rows if one.row.lineage.extra.get("axes"))
    assert len(leaves) == 6
    assert max(leaves.values()) < 3 * min(leaves.values())
    assert sum("persona: a racer" in text for text in seen if text.startswith("You write tasks")) > 5
    by_id = {one.row.id: one.row for one in rows}
    for row in by_id.values():
        above = by_id[row.lineage.parents[0]].lineage.extra.get("axes") if row.lineage.parents else None
        if row.lineage.operators == ("breadth",):
            assert row.lineage.extra["axes"]
        else:
            assert row.lineage.extra.get("axes") == above


def test_no_leaf_gives_more_evolved_rows_than_its_most(tmp_path):
    run = evolved(tmp_path / "run", answer=perfect, axes=AXES, quota={"max": 3}, operators={"breadth": 2})
    leaves = Counter(tuple((one.row.lineage.extra.get("axes") or {}).values()) for one in stored(run))
    assert leaves.pop(()) > 20  # once the leaves are full, the other operators go on
    assert max(leaves.values()) <= 3


def instructed(folder, **knobs):
    recipe = {"use": "self_instruct", **knobs}
    config = {"name": "axes", "seeds": [{"use": "rows", "path": str(SUPPORT)}], "recipes": [recipe]}
    return Plan.parse(config, base=ROOT).run(folder)


def test_self_instruct_spreads_its_tasks_likewise_and_keeps_to_the_most(tmp_path):
    run = instructed(tmp_path / "run", rows=36, axes=AXES, quota={"min": 2, "max": 16})
    rows = stored(run, "accepted")
    leaves = Counter(tuple(one.row.lineage.extra["axes"].values()) for one in rows)
    assert len(rows) == 36
    assert len(leaves) >= 5
    assert max(leaves.values()) <= 16
    told = [one.row for one in rows]
    named = sum(
        any(value in row.reference["instruction"] for value in row.lineage.extra["axes"].values()) for row in told
    )
    assert named == len(told)  # the embedded teacher names what its task is about


def test_self_instruct_without_axes_asks_what_it_always_asked():
    exemplars = [
        {"instruction": f"Do thing {n}.\nNow.", "input": "a", "output": "b", "human": True, "classification": None}
        for n in range(8)
    ]
    turns = prompts.load(TEMPLATE, name="instructions").render({"exemplars": exemplars, "count": 8})
    text = "\0".join(turn.content for turn in turns)
    assert hashlib.sha256(text.encode()).hexdigest() == AS_IT_WAS
    recipe = SelfInstruct(SelfInstructOptions(), base=Path())
    recipe.open(list(RowSeeds(RowSeedOptions(path=SUPPORT.name), base=SUPPORT.parent).read()), Path())
    for item in islice(recipe.plant((), 0), 5):
        assert (item.payload.leaf, item.payload.count) == (None, None)
