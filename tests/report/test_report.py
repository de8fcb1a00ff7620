"""The report: figures that add up, costs that are never invented, text that is safe to show."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_text import markdown
from windrow.events import CallEnded, EndpointPaused, Noted, RowDecided, StageEnded, StageStarted
from windrow.ledger.base import CallTotals, StoredRow
from windrow.report.estimate import estimate
from windrow.report.measure import measure
from windrow.report.meter import Meter, StageMeter
from windrow.report.prices import Prices
from windrow.row import Lineage, Message, Row, Verdict

PRICES = Prices({"openai/x": {"input": "0.15", "output": "0.60"}})
FREE = "embedded/procedural"


def stored(question="What is it?", response="It is this.", *, verdicts=(), origin="llm", split="") -> StoredRow:
    row = Row(
        kind="sft",
        messages=(Message("user", question), Message("assistant", response)),
        lineage=Lineage(recipe="echo", origin=origin),
        verdicts=tuple(verdicts),
    )
    return StoredRow(row, "accepted", "", "", "echo", 0, 0, split)


def totals(model="openai/x", calls=10, reported=10, tokens=(1_000, 500), error="") -> CallTotals:
    outcome = "error" if error else "ok"
    return CallTotals(model, "echo/say", outcome, error, calls, reported, *tokens, 1.0)


def report(rows=(), *, counts=None, calls=(), reasons=(), ended=None, prices=PRICES):
    return measure(
        name="tiny",
        digest="0" * 16,
        accepted=rows,
        counts={("echo", "accepted"): len(rows)} if counts is None else counts,
        reasons=reasons,
        calls=calls,
        ended=ended or {"echo": {"target": len(rows), "why": "target"}},
        prices=prices,
    )


@given(st.dictionaries(
    st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["accepted", "rejected", "quarantined", "pending"])),
    st.integers(0, 1_000),
))  # fmt: skip
def test_every_row_is_somewhere(counts):
    told = report(counts=counts)

    for funnel in (told["rows"], *told["stages"]):
        parts = [funnel[status] for status in ("accepted", "rejected", "quarantined", "pending")]
        assert sum(parts) == funnel["generated"]
    assert told["rows"]["generated"] == sum(counts.values())


@given(st.lists(st.integers(1, 60), min_size=1, max_size=80))
def test_lengths_are_those_that_statistics_gives(lengths):
    told = report([stored(response="x" * length) for length in lengths])["accepted"]["response_chars"]

    ordered = sorted(lengths)
    assert told["min"] == ordered[0]
    assert told["max"] == ordered[-1]
    assert told["mean"] == round(statistics.mean(lengths), 1)
    assert told["median"] == statistics.median_low(lengths)
    assert told["p95"] == ordered[math.ceil(len(ordered) * 0.95) - 1]


def test_what_was_verified_is_told_by_check_and_by_kind():
    shape = Verdict("shape", "pass")
    executed = Verdict("code", "pass", kind="execution")

    told = report([stored(verdicts=(shape, executed)), stored(verdicts=(shape,))])["verified"]

    assert told["kinds"] == {"deterministic": 1.0, "execution": 0.5}
    assert [(check["by"], check["rows"]) for check in told["checks"]] == [("shape", 2), ("code", 1)]


def test_what_nobody_judged_has_no_score():
    told = report([stored()])

    assert {item["why"] for item in told["not_evaluated"]} == {"no judge configured"}
    assert "score" not in str(told)


def test_a_cost_is_exact():
    told = report([stored()], calls=[totals(tokens=(3_000_000, 7))])

    assert told["cost"] == {"usd": "0.4500042", "note": ""}


@pytest.mark.parametrize(
    ("calls", "usd", "note"),
    [
        ([], "0", "no model was paid"),
        ([totals(FREE, reported=0, tokens=(None, None))], "0", "no model was paid"),
        ([totals("openai/unheard-of")], None, "unknown: no price or no token counts for openai/unheard-of"),
        ([totals(reported=0, tokens=(None, None))], None, "unknown: no price or no token counts for openai/x"),
        ([totals(reported=5)], "0.00045", "at least: some answers of openai/x came without token counts"),
    ],
)
def test_a_cost_that_is_not_known_is_not_made_up(calls, usd, note):
    assert report(calls=calls)["cost"] == {"usd": usd, "note": note}


def test_a_program_reports_no_tokens():
    told = report(calls=[totals(FREE, reported=0, tokens=(None, None))])["models"][0]

    assert told["input_tokens"] is None
    assert told["output_tokens"] is None


def test_failed_calls_are_told_by_kind():
    told = report(calls=[totals(), totals(calls=2, reported=0, tokens=(None, None), error="timeout")])["models"][0]

    assert told["calls"] == 12
    assert told["answered"] == 10
    assert told["failed"] == {"timeout": 2}
    assert told["usd_is_whole"]


def test_the_text_says_what_is_short_and_why():
    told = report(
        [stored()],
        ended={"echo": {"target": 5, "why": "seeds"}},
        reasons=[("echo", "shape", "empty_turn", 3)],
    )

    text = markdown(told)

    assert "**echo is 4 rows short of its 5: seeds used up.**" in text
    assert "| echo | shape | empty_turn | 3 |" in text


def test_the_text_says_which_rows_a_program_made():
    assert "1 of the accepted rows were made by a program" in markdown(report([stored(origin="procedural")]))


def test_the_text_of_a_run_without_rows_is_whole():
    text = markdown(report())

    assert "No row was accepted." in text
    assert "Nobody was asked." in text


def test_names_of_others_can_break_neither_a_table_nor_a_terminal():
    text = markdown(report([stored()], reasons=[("echo", "my|check", "<b>\x1b[2J\nreason", 1)]))

    assert "my\\|check" in text
    assert "\x1b" not in text
    assert "<b>" not in text
    assert all(line.count(" | ") == 3 for line in text.splitlines() if "my\\|check" in line)


def heard(accepted=5, rejected=0, *, tokens=(100, 50), cached=False, model="openai/x") -> Meter:
    meter = Meter()
    meter(StageStarted("echo", accepted))
    for number in range(accepted + rejected):
        meter(CallEnded(model, "ok", cached, 0.0 if cached else 0.5, *tokens))
        meter(RowDecided("echo", "accepted" if number < accepted else "rejected"))
    meter(StageEnded("echo", accepted, "target"))
    return meter


def guess(meter, target=100, prices=PRICES):
    return estimate(meter.stages, {"echo": target}, prices, {"openai/x": 10})


def test_an_estimate_is_in_its_own_range_and_proportional():
    told = guess(heard(5, 5))

    assert told["calls"] == {"likely": 200, "low": told["calls"]["low"], "high": told["calls"]["high"]}
    assert told["calls"]["low"] < 200 < told["calls"]["high"]
    assert told["input_tokens"]["likely"] == 20_000
    assert Decimal(told["usd"]["likely"]) == Decimal("0.009")
    assert told["seconds"]["likely"] == pytest.approx(200 * 0.5 / 10)


def test_more_rows_seen_mean_a_narrower_range():
    few, many = guess(heard(5, 5))["calls"], guess(heard(50, 50))["calls"]

    assert many["high"] - many["low"] < few["high"] - few["low"]


@given(st.integers(1, 50), st.integers(0, 50), st.integers(1, 10_000))
def test_low_is_never_above_likely_nor_likely_above_high(accepted, rejected, target):
    told = guess(heard(accepted, rejected), target)

    assert told["calls"]["low"] <= told["calls"]["likely"] <= told["calls"]["high"]
    assert told["calls"]["likely"] >= target


def test_nothing_accepted_gives_no_estimate():
    told = guess(heard(0, 5))

    assert told["calls"] is None
    assert told["why"] == "no row of echo was accepted"


def test_what_was_not_measured_is_not_estimated():
    assert guess(heard(tokens=(None, None)))["input_tokens"] is None
    assert guess(heard(tokens=(None, None)))["usd"] is None
    assert guess(heard(), prices=Prices({}))["usd"] is None
    assert guess(heard(cached=True))["seconds"] is None


def test_a_program_is_estimated_to_cost_nothing():
    assert guess(heard(tokens=(None, None), model=FREE))["usd"] == {"likely": "0", "low": "0", "high": "0"}


def test_a_meter_survives_being_written_down():
    meter = heard(3, 2)
    meter(Noted("a remark"))
    meter(EndpointPaused("http://x", 3.0, "busy"))

    again = [StageMeter.from_dict(stage.to_dict()) for stage in meter.stages]

    assert again == meter.stages
    assert again[0].rows == Counter(accepted=3, rejected=2)
    assert meter.quiet is not None
    assert [note.text for note in meter.notes] == ["a remark"]
