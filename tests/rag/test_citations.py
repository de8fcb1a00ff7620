"""The citations check: one thing spoilt at a time is named, and no row, however odd, makes it raise."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from windrow.flow.checks.citations import Citations
from windrow.row import Chunk, Message, Row
from windrow.shapes import Options

CHECK = Citations(Options(), base=Path())
GOLD = Chunk("gold", "Paper bills cost $2.50 per month.", "a.md", 0, 33, "Amber Plan", "Fees")
OTHER = Chunk("other", "The gate opens at 9.", "b.md", 0, 20, "Basil Plan", "")
SPAN = {"chunk_id": "gold", "start": 17, "end": 32, "text": "$2.50 per month"}
REFERENCE = {
    "question": "What do paper bills cost with the Amber Plan?", "answer": "$2.50 per month", "answerable": True,
    "answer_type": "extractive", "spans": [SPAN], "gold_chunk_ids": ["gold"],
}  # fmt: skip


def row(response="$2.50 per month [2]", contexts=(OTHER, GOLD), **reference):
    filled = {**REFERENCE, **reference}
    turns = (Message("user", f"passages\n\nQuestion: {filled['question']}"), Message("assistant", response))
    return Row("rag_qa", turns, contexts=contexts, reference=filled)


def unanswerable(**reference):
    silent = {
        "question": "When does the Cedar Plan end?", "about": "Cedar Plan", "absent": ["in May"],
        "answerable": False, "answer": "Not said.", "spans": [], "gold_chunk_ids": [],
    }  # fmt: skip
    return row("Not said.", **{**silent, **reference})


@pytest.mark.parametrize("good", [row(), unanswerable(), Row("sft", (Message("user", "hi"),))])
def test_a_sound_row_passes(good):
    assert CHECK.check(good).outcome == "pass"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(spans=[{**SPAN, "start": 16}]), "span_not_verbatim"),
        (row(spans=[{**SPAN, "start": -16}]), "span_not_verbatim"),
        (row(spans=[{**SPAN, "chunk_id": "other"}]), "span_outside_evidence"),
        (row(spans=[]), "no_span"),
        (row(gold_chunk_ids=["gold", "other"]), "gold_without_evidence"),
        (row("$2.75 per month [2]", answer="$2.75 per month"), "answer_not_in_span"),
        (row("$2.75 [2]", answer="$2.75", answer_type="abstractive"), "number_not_in_span"),
        (row("It depends [2]"), "answer_not_in_response"),
        (row("$2.50 per month [1]"), "cites_distractor"),
        (row("$2.50 per month [1][2]"), "cites_distractor"),
        (row("$2.50 per month [7]"), "unknown_citation"),
        (row("$2.50 per month"), "evidence_not_cited"),
        (row(contexts=(replace(OTHER, text="Amber Plan: $2.50 per month."), GOLD)), "distractor_answers"),
        (row(question="Is it $2.50 per month?"), "question_contains_answer"),
        (row(question=""), "question_not_asked"),
        (unanswerable(absent=["gate opens"]), "answer_in_context"),
        (unanswerable(absent=["amber plan"]), "answer_in_context"),
        (unanswerable(absent=[]), "nothing_absent"),
        (unanswerable(question="When is the gate opened?"), "answerable_here"),
        (unanswerable(about=3), "malformed_reference"),
        (unanswerable(spans=[SPAN]), "evidence_for_nothing"),
        (replace(row(), reference={}), "malformed_reference"),
        (row(contexts=()), "malformed_reference"),
        (row(spans=[{"chunk_id": "gold"}]), "malformed_reference"),
    ],
)
def test_what_is_spoilt_is_named(bad, reason):
    verdict = CHECK.check(bad)
    assert (verdict.outcome, verdict.reason) == ("fail", reason)
    assert verdict.detail


def test_a_number_inside_another_is_no_answer():
    near = replace(OTHER, text="Amber Plan members pay $12.50 per month for tea.")
    assert CHECK.check(row(contexts=(near, GOLD))).outcome == "pass"


def test_brackets_inside_a_quoted_span_are_no_citations():
    text = "Paper bills cost $2.50 [1] per month."
    chunk = replace(GOLD, text=text)
    span = {"chunk_id": "gold", "start": 0, "end": len(text), "text": text}
    cited = row(f"> {text}\n\n$2.50 [2]", (OTHER, chunk), spans=[span], answer="$2.50")
    assert CHECK.check(cited).outcome == "pass"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["question", "answer", "answerable", "spans", "gold_chunk_ids", "absent", "about", "answer_type"]
)


@given(st.dictionaries(FIELDS, ANYTHING), st.text(), st.text())
def test_no_row_makes_it_raise(changes, response, text):
    reference = {**REFERENCE, **changes}
    turns = (Message("user", "q"), Message("assistant", response))
    odd = Row("rag_qa", turns, contexts=(replace(GOLD, text=text), OTHER), reference=reference)
    assert CHECK.check(odd).outcome in ("pass", "fail")


def test_only_an_answer_that_a_program_can_prove_counts_as_confirmed(write, grow, said):
    text = "# Boats\n\nA rowing boat costs 12 euros per hour.\n"
    asking = {"question": {"question": "What does a rowing boat cost?"}}
    for answer, confirmed in (("12 euros per hour", True), ("A rowing boat is 12 euros per hour", False)):
        told = said(**asking, answer={"answer": answer, "quotes": ["costs 12 euros per hour"]})
        grown = grow(write({"boats.md": text}), ask=told, questions_per_chunk=1, unanswerable=0)
        verdict = CHECK.check(grown.rows[0])
        assert (verdict.outcome, bool(verdict.evidence)) == ("pass", confirmed)
