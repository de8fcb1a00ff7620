"""Over 698 real documents: enough rows, every span verbatim, no question that gives itself away, no twin in doubt."""

from collections import Counter
from pathlib import Path

import pytest
from growing import grow_folder

from windrow.flow.checks.citations import Citations
from windrow.shapes import Options
from windrow.text.evidence import contains

BANKING = Path(__file__).resolve().parents[3] / "shared" / "data" / "documents" / "banking"
WAIVER = "If you believe you qualified for the waiver, request a fee review"
CHECK = Citations(Options(), base=Path())

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    if not BANKING.is_dir():
        pytest.skip(f"not run: {BANKING} is not there")
    return grow_folder(BANKING, tmp_path_factory.mktemp("banking"))


def test_real_documents_give_over_five_hundred_sound_rows(grown):
    assert len(grown.rows) >= 700
    assert sum(row.reference["answerable"] for row in grown.rows) >= 500
    assert len({row.reference["question"] for row in grown.rows}) >= 500
    assert Counter(CHECK.check(row).outcome for row in grown.rows) == {"pass": len(grown.rows)}
    for row in grown.rows:
        for span in row.reference["spans"]:
            chunk = grown.chunks[span["chunk_id"]]
            document = (BANKING.parent / chunk.source).read_text(encoding="utf-8")
            assert document[chunk.start + span["start"] : chunk.start + span["end"]] == span["text"]
        assert not row.reference["answerable"] or not contains(row.reference["question"], row.reference["answer"])


def test_every_twin_is_about_something_with_a_name_and_most_questions_give_one_that_get_one(grown):
    twins = [row for row in grown.rows if not row.reference["answerable"]]
    assert abs(len(twins) / len(grown.rows) - 0.2) < 0.05
    assert len({row.reference["unanswerable_kind"] for row in twins}) >= 4
    for twin in twins:
        assert twin.reference["about"]
        assert not any(WAIVER in chunk.text for chunk in twin.contexts if "waiver" in twin.reference["question"])


def test_passages_are_linked_and_some_are_compared(grown):
    pairs = sum(key.count("/") == 2 for key in grown.asked)
    assert pairs / len(grown.asked) >= 0.08
    compared = [row for row in grown.rows if row.reference.get("hop_kind") == "comparison"]
    assert len(compared) >= 5
