"""Rows out of a draft: the answerable one, and a twin of it whose passages do not hold the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from windrow.flow.recipes.rag.contexts import Unanswered, anchor, distractors, shuffled
from windrow.flow.recipes.rag.corpus import name_of, shown
from windrow.flow.recipes.rag.wording import wording
from windrow.row import Lineage, Message, Row, Verdict
from windrow.text.evidence import contains
from windrow.text.language import guess

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.flow.recipes.rag.contexts import Distractor, Evidence, Origin
    from windrow.flow.recipes.rag.corpus import Corpus
    from windrow.flow.recipes.rag.gates import Fault
    from windrow.row import Chunk
    from windrow.shapes import Seed

BY = "rag_qa"
REMOVED = "removed_evidence"
SWAPPED = "entity_swap"
TWINS = (REMOVED, SWAPPED)


@dataclass(frozen=True, slots=True)
class Draft:
    """A question with its answer, the (start, end) of its evidence in the chunk, and its rank in the round trip."""

    question: str
    answer: str
    spans: list[tuple[int, int]]
    evidence: Evidence
    place: int


@dataclass(frozen=True, slots=True)
class Style:
    """How rows are worded: language ("auto" reads the passage), own system text, own abstention, quotes shown."""

    language: str
    system: str | None
    abstain: str | None
    show_quotes: bool


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the rows of one item. Every choice is a lottery over the item's key."""

    corpus: Corpus
    seed: Seed
    draft: Draft
    shares: Mapping[Origin, int]
    cut: float
    style: Style

    def answerable(self) -> Row:
        """The row with its evidence among distractors, cited."""
        draft, chunk = self.draft, self.draft.evidence.chunk
        around = distractors(
            self.corpus, draft.evidence, self.seed.key,
            shares=self.shares, cut=self.cut, barred=draft.evidence.answered_by,
        )  # fmt: skip
        contexts = shuffled([chunk, *(found.chunk for found in around)], self.seed.key)
        marker = f"[{contexts.index(chunk) + 1}]"
        spans: list[dict[str, Any]] = [
            {"chunk_id": chunk.id, "start": start, "end": end, "text": chunk.text[start:end]}
            for start, end in draft.spans
        ]
        extractive = any(contains(span["text"], draft.answer) for span in spans)
        reference = {
            "question": draft.question,
            "answer": draft.answer,
            "answerable": True,
            "answer_type": "extractive" if extractive else "abstractive",
            "spans": spans,
            "gold_chunk_ids": [chunk.id],
        }
        return self._row(draft.question, self._cited(spans, marker), contexts, reference, around, ())

    def unanswerable(self, kinds: Sequence[str], sibling: Row) -> Row | None:
        """A twin of `sibling`, of the first of `kinds` that this draft and this corpus can give, or None. It stands on
        its sibling: where that is refused, question or evidence are in doubt, and the twin goes with it.
        """
        makers = {REMOVED: self._removed, SWAPPED: self._swapped}
        twin = next((row for kind in kinds if (row := makers[kind]()) is not None), None)
        return twin and replace(twin, lineage=replace(twin.lineage, parents=(sibling.id,)))

    def _removed(self) -> Row | None:
        """The same question; its passage gone, and no other passage holding the answer. Only a question that is about
        one document: others stay answerable in ways that no test foresees.
        """
        lot = f"{self.seed.key}/{REMOVED}"
        evidence = self.draft.evidence
        about = anchor(self.corpus, self.draft.question, evidence.chunk)
        if not about:
            return None
        unanswered = Unanswered(self.draft.question, about, self.draft.answer)
        one_more: dict[Origin, int] = {**self.shares, "bm25": self.shares.get("bm25", 0) + 1}
        around = distractors(
            self.corpus, evidence, lot, shares=one_more, cut=self.cut,
            barred=lambda chunk: evidence.held_by(chunk) or unanswered.answered_by(chunk),
        )  # fmt: skip
        if not around:
            return None
        contexts = shuffled((found.chunk for found in around), lot)
        return self._abstaining(unanswered, contexts, REMOVED, around)

    def _swapped(self) -> Row | None:
        """The question asked of another name of the corpus that no passage of the row mentions."""
        lot = f"{self.seed.key}/{SWAPPED}"
        chunk = self.draft.evidence.chunk
        swap = self._swap(lot)
        if swap is None:
            return None
        around = distractors(
            self.corpus, self.draft.evidence, lot, shares=self.shares, cut=self.cut,
            barred=lambda other: swap.answered_by(other) or self.draft.evidence.answered_by(other),
        )  # fmt: skip
        contexts = shuffled([chunk, *(found.chunk for found in around)], lot)
        return self._abstaining(swap, contexts, SWAPPED, around)

    def _swap(self, lot: str) -> Unanswered | None:
        """The draft's question with the name it asks about exchanged for one that its passage says nothing of."""
        question, chunk = self.draft.question, self.draft.evidence.chunk
        own = name_of(chunk)
        if not own or not contains(question, own):
            return None
        for name in self.corpus.alike(own, lot):
            apart = not contains(name, own) and not contains(own, name)
            fresh = not contains(shown(chunk), name) and not contains(question, name)
            if apart and fresh and not self.corpus.written_small(name):
                swapped = re.sub(re.escape(own), lambda _: name, question, flags=re.IGNORECASE)  # noqa: B023
                swap = Unanswered(swapped, name, name)
                if contains(swapped, name) and not contains(swapped, own) and not swap.answered_by(chunk):
                    return swap
        return None

    def _abstaining(
        self, unanswered: Unanswered, contexts: tuple[Chunk, ...], kind: str, around: Sequence[Distractor]
    ) -> Row:
        words = wording(self._language())
        text = self.style.abstain or words.abstain
        reference = {
            "question": unanswered.question, "answer": text, "answerable": False, "answer_type": "abstention",
            "unanswerable_kind": kind, "about": unanswered.about, "absent": [unanswered.absent],
            "spans": [], "gold_chunk_ids": [],
        }  # fmt: skip
        return self._row(unanswered.question, text, contexts, reference, around, (kind,))

    def _cited(self, spans: Sequence[Mapping[str, Any]], marker: str) -> str:
        """The answer with its citation; before it the quotes, unless they say no more than the answer does."""
        answer = self.draft.answer
        apart = "\n\n" if "\n" in answer else " "
        cited = f"{answer}{apart}{marker}"
        quotes = [str(span["text"]) for span in spans if not contains(answer, str(span["text"]))]
        if not self.style.show_quotes or not quotes:
            return cited
        shown_quotes = "\n".join(f"> {line}" for quote in quotes for line in quote.splitlines() if line.strip())
        return f"{shown_quotes}\n\n{cited}"

    def _language(self) -> str:
        return guess(self.draft.evidence.chunk.text) if self.style.language == "auto" else self.style.language

    def _row(
        self, question: str, answer: str, contexts: tuple[Chunk, ...], reference: dict[str, Any],
        around: Sequence[Distractor], operators: tuple[str, ...],
    ) -> Row:  # fmt: skip
        words = wording(self._language())
        numbered = "\n\n".join(f"[{at}] {shown(chunk)}" for at, chunk in enumerate(contexts, start=1))
        messages = (
            Message("system", self.style.system or words.system),
            Message("user", f"{numbered}\n\n{words.question} {question}"),
            Message("assistant", answer),
        )
        extra = {"rank": self.draft.place, "distractors": [found.to_dict() for found in around]}
        return Row(
            "rag_qa", messages, contexts=contexts, reference=reference,
            lineage=_lineage(self.seed, operators, extra),
        )  # fmt: skip


def refused(seed: Seed, chunk: Chunk, question: str, answer: str, fault: Fault) -> Row:
    """What the teacher said, kept with the gate it failed at."""
    messages = [Message("user", question)] if question else []
    messages += [Message("assistant", answer)] if answer else []
    verdict = Verdict(BY, "fail", fault.reason, fault.detail, fault.evidence, kind="recipe")
    row = Row("rag_qa", tuple(messages), contexts=(chunk,), lineage=_lineage(seed, (), {"question": question}))
    return row.with_verdicts(verdict)


def _lineage(seed: Seed, operators: tuple[str, ...], extra: dict[str, Any]) -> Lineage:
    chunk = seed.payload.chunk
    return Lineage(
        seeds=(seed.key.split("/")[0],), documents=(chunk.source,), operators=operators, family=seed.family,
        extra={**extra, "nth": seed.payload.nth},
    )  # fmt: skip
