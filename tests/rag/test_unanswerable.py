"""The five ways to take an answer away: each says which it is, nothing left in the row answers, and a twin does."""

from collections import Counter
from pathlib import Path

import pytest
from corpora import NAMES, chinese, english, linked, linked_german
from msgspec.structs import replace
from pydantic import ValidationError

from windrow.flow.checks.citations import Citations
from windrow.flow.recipes.rag.lots import drawn_order
from windrow.flow.recipes.rag_qa import RagOptions
from windrow.shapes import Options
from windrow.text.evidence import contains, numbers

CHECK = Citations(Options(), base=Path())
KINDS = ("removed_evidence", "entity_swap", "time_swap", "false_premise", "missing_attribute")
PLAN = """# {name} Plan

With the {name} Plan you pay by the month.

- Monthly data allowance: {data} GB
- {extra}: {fee} euros

The connection fee in {year} was {price} euros.
"""


def shown(chunk):
    return f"{chunk.title}\n{chunk.section}\n{chunk.text}"


def plans():
    """Plans alike in name and in some figures; each third one has a figure that the others have not."""
    extras = ["Roaming surcharge", "Gift voucher value", "Weekly cap on postage"]
    return {
        f"{name}.md": PLAN.format(
            name=name, data=40 + at, extra=extras[at % 3], fee=700 + at, year=2003 + at, price=100 + at
        )
        for at, name in enumerate(NAMES[:12])
    }


def twins_of(grown, kind):
    return [
        row for row in grown.rows if row.reference.get("unanswerable_kind") == kind and not row.reference.get("hops")
    ]


def some(grown, kind):
    """The twins of a kind, of which there are enough to say something."""
    found = twins_of(grown, kind)
    assert len(found) >= 5
    return found


@pytest.fixture
def grown(write, grow):
    """Rows whose twins are all of one kind, where they can be."""

    def grown(kind, documents=None):
        return grow(write(documents or plans(), kind), unanswerable=0.5, multi_hop=0, unanswerable_kinds=[kind])

    return grown


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_grows_and_passes_its_check(kind, grown):
    twins = some(grown(kind), kind)
    assert [CHECK.check(twin) for twin in twins if CHECK.check(twin).outcome != "pass"] == []
    assert {twin.lineage.operators for twin in twins} == {(kind,)}


@pytest.mark.parametrize("kind", KINDS)
def test_what_would_answer_is_in_no_passage_and_an_answerable_twin_is_in_the_same_family(kind, grown):
    rows = grown(kind)
    siblings = {row.id: row for row in rows.rows if row.reference["answerable"]}
    for twin in some(rows, kind):
        sibling = siblings[twin.lineage.parents[0]]
        assert sibling.lineage.family == twin.lineage.family
        assert twin.reference["absent"]
        assert not any(contains(shown(chunk), absent) for absent in twin.reference["absent"] for chunk in twin.contexts)
        assert twin.reference["spans"] == twin.reference["gold_chunk_ids"] == []
        gone = not any(contains(shown(chunk), sibling.reference["answer"]) for chunk in twin.contexts)
        assert gone == (kind in ("removed_evidence", "missing_attribute"))
        assert gone or twin.reference["plausible"] == sibling.reference["answer"]


def test_a_question_is_moved_to_a_year_that_no_passage_speaks_of(grown):
    for twin in some(grown("time_swap"), "time_swap"):
        (year,) = twin.reference["absent"]
        assert contains(twin.reference["question"], year)
        assert "connection fee" in twin.reference["question"]


def test_a_stretch_of_years_may_hold_any_year_so_no_question_is_moved(grown):
    since = {name: text.replace("The connection fee in", "Since 1999 we ask. The connection fee in")
             for name, text in plans().items()}  # fmt: skip
    assert twins_of(grown("time_swap", since), "time_swap") == []


def test_a_false_premise_is_a_figure_that_the_passage_contradicts(grown):
    for twin in some(grown("false_premise"), "false_premise"):
        claim, truth = twin.reference["premise"]["claim"], twin.reference["premise"]["truth"]
        chunk = next(chunk for chunk in twin.contexts if chunk.id == truth["chunk_id"])
        assert chunk.text[truth["start"] : truth["end"]] == truth["text"]
        assert contains(twin.reference["question"], claim)
        assert not contains(twin.reference["question"], truth["text"])
        assert not set(numbers(claim)) & set(numbers(truth["text"]))


def test_what_is_missing_is_missing_of_a_thing_whose_own_passages_are_there(grown):
    for twin in some(grown("missing_attribute"), "missing_attribute"):
        about = twin.reference["about"]
        own = [chunk for chunk in twin.contexts if about in chunk.title]
        assert own
        assert contains(twin.reference["question"], about)
        asked = twin.reference["question"].split(" for ")[0].removeprefix("What is the ").split()[0]
        assert not any(asked.lower() in chunk.text.lower() for chunk in own)


@pytest.mark.parametrize("documents", [english, linked, linked_german, chinese])
def test_kinds_mix_in_every_language(documents, write, grow):
    rows = grow(write(documents()), unanswerable=0.5).rows
    kinds = Counter(row.reference.get("unanswerable_kind") for row in rows)
    assert kinds["removed_evidence"]
    assert len(kinds) >= 3 or documents is linked_german
    assert [row for row in rows if CHECK.check(row).outcome != "pass"] == []


def test_kinds_come_as_often_as_their_weights_say():
    weights = RagOptions(unanswerable_kinds={"entity_swap": 0, "time_swap": 0}).unanswerable_kinds.weights
    first = Counter(drawn_order(weights, str(lot))[0] for lot in range(4000))
    assert set(first) == {"removed_evidence", "false_premise", "missing_attribute"}
    assert abs(first["removed_evidence"] / 4000 - 0.4 / 0.7) < 0.03


def test_a_list_of_kinds_weighs_them_alike_and_a_kind_that_is_none_is_refused():
    weights = RagOptions(unanswerable_kinds=["time_swap", "entity_swap"]).unanswerable_kinds.weights
    assert {kind for kind, weight in weights.items() if weight} == {"time_swap", "entity_swap"}
    for wrong in (["telepathy"], {"telepathy": 1}, [], dict.fromkeys(KINDS, 0), {"time_swap": -1}):
        with pytest.raises(ValidationError):
            RagOptions(unanswerable_kinds=wrong)


RENT = "# Heron Boat\n\nThe Heron Boat costs 12 euros per hour. The Heron Boat seats 4 people.\n"
GOOD = {
    "question": {"question": "What does the Heron Boat cost?"},
    "answer": {"answer": "12 euros per hour", "quotes": ["costs 12 euros per hour"]},
    "false_premise": {
        "question": "Why does the Heron Boat cost 19 euros per hour?",
        "claim": "19 euros",
        "truth": "12 euros",
    },
}


def premise(**changes):
    return {**GOOD, "false_premise": {**GOOD["false_premise"], **changes}}


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (premise(claim="21 euros"), "premise_not_in_question"),
        (premise(truth="13 euros"), "truth_not_verbatim"),
        (premise(claim="4 people", question="Why does the Heron Boat seat 4 people?"), "premise_is_true"),
        (premise(claim="19 euros", truth="costs"), "premise_not_contradicted"),
        (premise(question="Why is the Heron Boat 19 euros and not 12 euros per hour?"), "premise_is_true"),
        (premise(question="According to the passage, why 19 euros for the Heron Boat?"), "question_needs_passage"),
        (premise(question="Why 19 euros?"), "premise_about_nothing"),
    ],
)
def test_a_false_premise_that_is_none_is_kept_with_its_reason_and_costs_no_other_row(told, reason, write, grow, said):
    documents = {"heron.md": RENT, "tea.md": "# Tea\n\nTea is free.\n"}
    options = {"unanswerable": 0.5, "unanswerable_kinds": ["false_premise"], "questions_per_chunk": 1, "multi_hop": 0}
    rows = grow(write(documents), ask=said(**told), **options)
    refused = [row for row in rows.refused if row.lineage.parents]
    assert [row.failed.reason for row in refused] == [reason]
    assert [row.reference["answerable"] for row in rows.rows] == [True]
    assert refused[0].lineage.parents == (rows.rows[0].id,)


def test_the_check_reads_a_false_premise_off_the_row(write, grow, said):
    options = {"unanswerable": 0.5, "unanswerable_kinds": ["false_premise"], "questions_per_chunk": 1, "multi_hop": 0}
    rows = grow(write({"heron.md": RENT, "tea.md": "# Tea\n\nTea is free.\n"}), ask=said(**GOOD), **options).rows
    (twin,) = (row for row in rows if not row.reference["answerable"])
    assert CHECK.check(twin).outcome == "pass"
    truth = twin.reference["premise"]["truth"]
    for told, reason in (
        (None, "malformed_reference"),
        ({"claim": "19 euros", "truth": {**truth, "start": 0}}, "span_not_verbatim"),
        ({"claim": "20 euros", "truth": truth}, "premise_not_in_question"),
    ):
        assert CHECK.check(replace(twin, reference={**twin.reference, "premise": told})).reason == reason


def test_a_question_of_the_teacher_about_a_false_premise_depends_on_its_own_document_only(write, grow):
    folder = write(plans())
    before = grow(folder, multi_hop=0, unanswerable=0.5).asked
    write({"zebra.md": PLAN.format(name="Zebra", data=9, extra="Zoo fee", fee=8, year=1998, price=7)})
    after = grow(folder, multi_hop=0, unanswerable=0.5).asked
    assert any(b"false_premise" in request for asked in before.values() for request in asked)
    assert before.items() <= after.items()
