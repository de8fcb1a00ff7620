"""A question over one passage: its draft, and the row that answers it among distractors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from windrow.flow.recipes.rag.contexts import distractors, shuffled
from windrow.flow.recipes.rag.frame import spans_of
from windrow.text.evidence import contains

if TYPE_CHECKING:
    from windrow.flow.recipes.rag.contexts import Evidence
    from windrow.flow.recipes.rag.frame import Frame
    from windrow.row import Row


@dataclass(frozen=True, slots=True)
class Draft:
    """A question with its answer, and the (start, end) of its evidence in the chunk."""

    question: str
    answer: str
    spans: list[tuple[int, int]]
    evidence: Evidence


def answered(frame: Frame, draft: Draft) -> Row:
    """The row with its evidence among distractors, cited."""
    chunk, key = draft.evidence.chunk, frame.seed.key
    around = distractors(
        frame.corpus, draft.evidence, key, shares=frame.shares, cut=frame.cut, barred=draft.evidence.answered_by
    )
    contexts = shuffled([chunk, *(found.chunk for found in around)], key)
    spans = spans_of(chunk, draft.spans)
    extractive = any(contains(span["text"], draft.answer) for span in spans)
    reference = {
        "question": draft.question,
        "answer": draft.answer,
        "answerable": True,
        "answer_type": "extractive" if extractive else "abstractive",
        "spans": spans,
        "gold_chunk_ids": [chunk.id],
    }
    return frame.answering(draft.answer, contexts, [chunk], reference, around)
