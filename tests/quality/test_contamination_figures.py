"""What is told of evaluation items in a run: refused, near, decided or not, and why nothing where nobody looked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.quality.contamination import Contamination, configured
from windrow.row import Message, Row, Verdict
from windrow.statistics.intervals import wilson


def row(number: int, *verdicts: Verdict) -> Row:
    turns = (Message("user", f"What is {number}?"), Message("assistant", f"It is {number}."))
    return Row(kind="sft", messages=turns, verdicts=verdicts)


def looked(outcome: str = "pass", **evidence: object) -> Verdict:
    return Verdict("decontaminate", outcome, "contaminated" if outcome == "fail" else "", "", evidence, kind="filter")


def near(item: str, cosine: float = 0.4) -> Verdict:
    return looked(proposed={"item": item, "cosine": cosine})


def judged(outcome: str, *items: str, reason: str = "") -> Verdict:
    said = ["unscored" if outcome == "unscored" else "pass"] * len(items)
    if outcome == "fail":
        said[0] = "fail"
    nearest = [{"item": item, "cosine": 0.4, "verdict": what} for item, what in zip(items, said, strict=True)]
    reason = reason or ("contaminated" if outcome == "fail" else "")
    return Verdict("guard", outcome, reason, "", {"nearest": nearest, "item": items[0]}, kind="judge")


def measured(*rows: Row) -> Contamination:
    seen = Contamination()
    for each in rows:
        seen.offer(each)
    return seen


def test_rows_refused_by_words_and_by_a_judge_are_one_share_with_its_interval() -> None:
    rows = [row(n, looked()) for n in range(96)]
    rows += [row(96, looked("fail", item="a:1", share=1.0)), row(97, looked("fail", item="a:2", share=0.7))]
    rows += [row(98, near("a:1"), judged("fail", "a:1", "a:2")), row(99, near("a:3"), judged("pass", "a:3"))]
    share, items, close = measured(*rows).figures()
    assert (share.value, share.n, share.unit) == (0.03, 100, "share")
    assert (share.low, share.high) == (wilson(3, 100).low, wilson(3, 100).high)
    assert share.detail == "3 rows refused, by decontaminate 2, guard 1"
    assert share.alarm == ""
    assert (items.value, items.detail) == (2, "most: a:1 in 2, a:2 in 1")
    assert (close.value, close.detail) == (2, "judged: another 1, the same 1")


def test_rows_that_the_filter_never_saw_are_in_no_share() -> None:
    refused = Verdict("shape", "fail", "empty_answer", kind="deterministic")
    share, *_ = measured(row(1, looked("fail", item="a:1")), row(2, looked()), row(3, refused)).figures()
    assert (share.value, share.n) == (0.5, 2)


def test_where_far_more_than_one_row_in_fifty_holds_an_item_the_source_is_suspect() -> None:
    share, *_ = measured(*(row(n, looked("fail" if n < 12 else "pass", item="a:1")) for n in range(100))).figures()
    assert "seeds or the teacher" in share.alarm
    assert share.bound == "≤ 0.02"


def test_nobody_looked_is_said_with_why() -> None:
    unset, unreached = measured(row(1)).figures(configured=False), measured(row(1)).figures()
    assert not configured({"recipes": [{"filters": [{"use": "dedupe"}]}]})
    assert "use: decontaminate" in next(iter(unset)).not_evaluated
    assert "as far as the filter" in next(iter(unreached)).not_evaluated


def test_passages_are_told_apart() -> None:
    *_, passages = measured(row(1, looked(in_passages={"item": "a:1", "share": 1.0})), row(2, looked())).figures()
    assert (passages.name, passages.value) == ("rows whose passages hold an evaluation item", 1)
    assert measured(row(1, looked(in_passages={"item": "a:1", "share": 1.0}))).pairs() == []


@pytest.mark.parametrize(
    ("verdicts", "decided"),
    [
        ([], "nobody was asked"),
        ([judged("fail", "a:1")], "the same"),
        ([judged("pass", "a:2", "a:1")], "another"),
        ([judged("fail", "a:2", "a:1")], "another"),
        ([judged("unscored", "a:1", reason="unparsed")], "no verdict"),
        ([judged("pass", "a:2")], "nobody was asked"),
        ([Verdict("rubric", "pass", kind="judge")], "nobody was asked"),
    ],
)
def test_a_pair_says_what_the_judge_said_of_it(verdicts: list[Verdict], decided: str) -> None:
    (pair,) = measured(row(7, near("a:1", 0.5), *verdicts)).pairs()
    assert (pair.item, pair.cosine, pair.asks, pair.decided) == ("a:1", 0.5, "What is 7?", decided)
    assert pair.row == row(7).id


@given(st.lists(st.tuples(st.integers(0, 14), st.integers(20, 60)), max_size=150), st.randoms(use_true_random=False))
def test_the_nearest_pairs_are_kept_five_for_an_item_and_fifty_in_all_in_any_order(drawn, dice) -> None:
    rows = [row(n, near(f"a:{item}", cosine / 100)) for n, (item, cosine) in enumerate(drawn)]
    every = sorted((-cosine / 100, f"a:{item}", row(n).id) for n, (item, cosine) in enumerate(drawn))
    expected: list[tuple[float, str, str]] = []
    for one in every:
        if sum(other[1] == one[1] for other in expected) < 5 and len(expected) < 50:
            expected.append(one)
    shuffled = list(rows)
    dice.shuffle(shuffled)
    for order in (rows, shuffled):
        assert [(-pair.cosine, pair.item, pair.row) for pair in measured(*order).pairs()] == expected
