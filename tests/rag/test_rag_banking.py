"""Over 698 real documents: enough rows, every span verbatim, no question that gives itself away."""

from collections import Counter
from pathlib import Path

import pytest

from windrow.flow.checks.citations import Citations
from windrow.shapes import Options
from windrow.text.evidence import contains

BANKING = Path(__file__).resolve().parents[3] / "shared" / "data" / "documents" / "banking"


@pytest.mark.shared
def test_real_documents_give_over_five_hundred_sound_rows(grow):
    if not BANKING.is_dir():
        pytest.skip(f"not run: {BANKING} is not there")
    grown = grow(BANKING)
    check = Citations(Options(), base=Path())
    assert len(grown.rows) >= 700
    assert sum(row.reference["answerable"] for row in grown.rows) >= 500
    assert len({row.reference["question"] for row in grown.rows}) >= 500
    assert Counter(check.check(row).outcome for row in grown.rows) == {"pass": len(grown.rows)}
    for row in grown.rows:
        for span in row.reference["spans"]:
            chunk = grown.chunks[span["chunk_id"]]
            document = (BANKING.parent / chunk.source).read_text(encoding="utf-8")
            assert document[chunk.start + span["start"] : chunk.start + span["end"]] == span["text"]
        assert not row.reference["answerable"] or not contains(row.reference["question"], row.reference["answer"])
