"""Length must not tell the better side: the filter keeps it balanced, and the report says how well it would do."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from windrow.flow.exports.balance import Balance
from windrow.flow.filters.length_balance import LengthBalance, LengthBalanceOptions
from windrow.report.markdown import markdown
from windrow.report.preferences import Preferences, lines
from windrow.row import Lineage, Message, Row
from windrow.text.pair_lengths import length_lean, side_lengths

PROMPT = (Message("user", "Why?"),)
BAND = (0.45, 0.6)


def pair(chosen, rejected, **extra):
    sides = {"chosen": (Message("assistant", "c" * chosen),), "rejected": (Message("assistant", "r" * rejected),)}
    return Row("preference", prompt=PROMPT, **sides, lineage=Lineage(extra=extra))


def labelled(label, chars=None, parents=()):
    extra = {"pair": {"chars": chars, "decided_by": "verifier"}} if chars else {}
    completion = (Message("assistant", "so"),)
    return Row(
        "unpaired", prompt=PROMPT, completion=completion, label=label, lineage=Lineage(parents=parents, extra=extra)
    )


def sifted(rows, **options):
    sieve = LengthBalance(LengthBalanceOptions(**options), base=Path())
    sieve.open([], Path())
    kept = []
    for row in rows:
        verdict = sieve.admit(row)
        assert verdict.outcome == "pass" or verdict.reason == "length_band"
        if verdict.outcome == "pass":
            sieve.keep(row)
            kept.append(row)
    return kept


def share(rows):
    return sum(length_lean(row) for row in rows) / len(rows)


LEANS = st.sampled_from([pair(9, 5), pair(5, 9), pair(5, 5)])


@given(st.lists(LEANS, min_size=1, max_size=120))
def test_whatever_comes_the_share_of_longer_chosen_sides_stays_in_its_band(rows):
    kept = sifted(rows)
    assert kept
    for count in range(8, len(kept) + 1):
        assert BAND[0] <= share(kept[:count]) <= BAND[1]


@pytest.mark.parametrize("lean", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_of_lopsided_pairs_nearly_as_many_are_kept_as_the_band_allows(lean):
    dealt = random.Random(0)
    rows = [pair(9, 5) if dealt.random() < lean else pair(5, 9) for _ in range(1000)]
    longer = share(rows)
    allowed = min(1.0, (1 - longer) / (1 - BAND[1]), longer / BAND[0])
    assert 0.9 * allowed < len(sifted(rows)) / len(rows) <= allowed


def test_pairs_that_are_balanced_already_lose_next_to_nothing():
    rows = [pair(9, 5) if n % 2 else pair(5, 9) for n in range(100)]
    assert len(sifted(rows)) >= 99


def test_pairs_of_one_lean_alone_are_refused_but_for_the_first():
    assert len(sifted([pair(9, 5)] * 50)) == 1
    assert len(sifted([pair(5, 9)] * 50)) == 1
    assert len(sifted([pair(5, 5)] * 50)) == 50
    assert len(sifted([pair(9, 5)] * 50, least=0, most=1)) == 50


def test_rows_that_are_no_pairs_pass_and_count_for_nothing():
    sft = Row("sft", messages=(Message("user", "a"), Message("assistant", "b")))
    assert sifted([sft] * 5 + [labelled(False)] * 5) == [sft] * 5 + [labelled(False)] * 5


def test_a_desirable_answer_stands_for_its_pair_only_where_that_is_not_there_itself():
    assert side_lengths(labelled(True, [9, 5])) == (9, 5)
    assert side_lengths(labelled(True, [9, 5], parents=("the pair",))) is None
    assert side_lengths(labelled(False, [9, 5])) is None
    assert side_lengths(labelled(True, ["9", 5])) is None
    assert len(sifted([labelled(True, [9, 5])] * 20)) == 1


@pytest.mark.parametrize("band", [{"least": 0.5, "most": 0.5}, {"least": 0.6}, {"most": 0.4}])
def test_a_band_has_room_and_chance_in_it(band):
    with pytest.raises(ValidationError):
        LengthBalanceOptions(**band)


def told(*rows):
    count = Preferences()
    for row in rows:
        count.add(row)
    return count.told()


def test_the_report_says_how_well_length_alone_would_guess_the_better_side():
    figures = told(*[pair(9, 5)] * 6, *[pair(5, 9)] * 3, pair(5, 5))
    assert (figures["chosen_longer"], figures["length_only_accuracy"]) == (0.65, 0.65)
    assert figures["length_biased"]
    shorter = told(*[pair(5, 9)] * 7, *[pair(9, 5)] * 3)
    assert (shorter["chosen_longer"], shorter["length_only_accuracy"], shorter["length_biased"]) == (0.3, 0.7, True)
    even = told(*[pair(9, 5), pair(5, 9)] * 10)
    assert (even["length_only_accuracy"], even["length_biased"], even["mean_log_length_ratio"]) == (0.5, False, 0.0)
    assert "More than 60 %" not in markdown([lines(even)])
    assert "chance: 50 %" in markdown([lines(even)])


def test_the_report_names_the_weights_that_bring_labels_to_between_one_to_one_and_four_to_three():
    for good, bad in ((10, 10), (4, 3), (20, 10), (10, 20), (1, 9), (9, 1)):
        figures = told(*[labelled(True)] * good, *[labelled(False)] * bad)
        weights = figures["weights"]
        ratio = good * weights["desirable"] / (bad * weights["undesirable"])
        assert 1 - 0.01 <= ratio <= 4 / 3 + 0.01
    assert told(labelled(True))["weights"] is None
    assert "one class alone" in markdown([lines(told(labelled(True)))])


def test_rows_of_other_recipes_are_counted_without_guessing_what_decided():
    assert told(Row("sft", messages=PROMPT)) is None
    figures = told(pair(9, 5), pair(5, 9, pair={"decided_by": "<b>me</b>", "on_policy": "x"}))
    assert figures["decided_by"] == {"others": 1}
    assert figures["on_policy_sides"] is None


@given(st.integers(1, 300), st.integers(1, 300))
def test_the_report_and_validate_agree_on_when_labels_need_weights(good, bad):
    counted, balance = Preferences(desirable=good, undesirable=bad), Balance(good=good, bad=bad)
    weights = counted.told()["weights"]
    remarks = [remark.code for remark in balance.remarks()]
    assert (weights == {"desirable": 1.0, "undesirable": 1.0}) == (remarks == [])
