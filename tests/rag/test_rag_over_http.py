"""Scripted models over real HTTP, through the front door: a good one loses next to nothing, bad ones gain nothing."""

from collections import Counter

import pytest
import readers
from corpora import linked

from windrow import Plan
from windrow.testing import FaultyServer


@pytest.fixture
def run(tmp_path, write):
    """Runs a corpus against a scripted model."""

    def run(script, count=12, **options):
        with FaultyServer(script) as server:
            config = {
                "name": "rag",
                "seeds": [{"use": "documents", "path": str(write(linked(count)))}],
                "models": {"teacher": {"model": "openai/any", "base_url": server.url}},
                "recipes": [{"use": "rag_qa", "multi_hop": 0.4, "unanswerable": 0.4, **options}],
            }
            return Plan.parse(config, base=tmp_path).run(tmp_path / "out")

    return run


def reasons(run):
    return Counter({f"{by}: {reason}": count for _, by, reason, count in run.reasons()})


def test_a_good_reader_loses_less_than_one_row_in_a_hundred(run):
    done = run(readers.good, count=20)
    rows = [stored.row for stored in done.rows(status="accepted")]
    assert len(rows) >= 150
    lost = reasons(done)
    same = lost.pop("dedupe: duplicate", 0)  # two machines' twins may ask the same, and abstain alike
    assert same <= len(rows) / 40
    assert sum(lost.values()) <= len(rows) / 100, lost
    assert {row.reference.get("hop_kind") for row in rows} == {None, "bridge", "comparison"}
    assert {row.reference.get("unanswerable_kind") for row in rows} >= {None, "removed_evidence", "false_premise"}
    assert {row.lineage.origin for row in rows} == {"llm"}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (readers.contradicting, {"rag_qa: number_not_in_quote", "rag_qa: answer_not_supported",
                                 "rag_qa: finding_not_in_answer"}),
        (readers.misquoting, {"rag_qa: quote_not_verbatim"}),
        (readers.citing_a_distractor, {"rag_qa: answer_has_marker"}),
        (readers.echoing, {"rag_qa: question_contains_answer"}),
        (readers.apologising, {"rag_qa: answer_not_supported", "rag_qa: finding_not_in_answer",
                               "rag_qa: wrong_comparison"}),
        (readers.repeating, {"rag_qa: answer_not_supported", "rag_qa: answer_too_long"}),
        (readers.unsure, {"rag_qa: not_answerable"}),
        (readers.without_quotes, {"rag_qa: no_quote", "rag_qa: hop_missing"}),
        (readers.refusing, {"teacher: unparsed"}),
        (readers.truncating, {"teacher: truncated"}),
        (readers.asking_one_thing, {"rag_qa: roundtrip", "rag_qa: one_passage_enough"}),
        (readers.copying_the_passage, {"rag_qa: question_length"}),
    ],
)  # fmt: skip
def test_a_bad_reader_gains_nothing_and_the_reason_is_right(script, expected, run):
    done = run(script)
    rows = [stored.row for stored in done.rows(status="accepted")]
    found = reasons(done)
    assert rows == [], (found, rows[0].reference, rows[0].response)
    assert set(found) <= expected, found
    assert sum(found.values()) >= 54
