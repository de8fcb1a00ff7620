"""Questions about the user's own documents, answered with verbatim evidence among passages that do not answer.

The teacher sees one passage, or two that share something rare, and nothing else: it writes a question, then answers it
with quotes. Everything that depends on the other documents (round trip, distractors, twins whose evidence is gone) is
computed here afterwards. So a new or an edited document costs its own calls only.

Follows RAFT (arXiv 2403.10131: oracle share, quoted evidence), Promptagator (2209.11755: round trip), SQuAD 2.0
(1806.03822: plausible unanswerable questions), HotpotQA (1809.09600: bridges and comparisons), MuSiQue (2108.00573:
no hop to spare) and NV-Retriever (2407.15831: positive-aware cut for hard negatives).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from windrow.errors import AnswerFailure
from windrow.flow.recipes.rag import hops, rows, twins
from windrow.flow.recipes.rag.contexts import Evidence, deal
from windrow.flow.recipes.rag.corpus import Corpus
from windrow.flow.recipes.rag.frame import Frame, Style
from windrow.flow.recipes.rag.gates import answer_fault, question_fault, stated, support, unfound
from windrow.flow.recipes.rag.lots import drawn_order, rank, share
from windrow.flow.recipes.rag.options import RANKED, RagOptions
from windrow.flow.recipes.rag.replies import FalsePremise, HopQuestion, HopReply, Question, Reply
from windrow.shapes import Options, Recipe, Rejection, Seed, verdict_of
from windrow.text.evidence import key_terms
from windrow.text.language import guess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
    from pathlib import Path

    from windrow.row import Chunk, Row
    from windrow.shapes import Ask


@dataclass(frozen=True, slots=True)
class Planting:
    """The `nth` question of a chunk, and the kinds of question in the order this chunk prefers them."""

    chunk: Chunk
    nth: int
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PairPlanting:
    """A question over two chunks, by what they share; `kinds` of question, the likelier first."""

    first: Chunk
    second: Chunk
    shared: str
    kinds: tuple[str, ...]


class RagQA(Recipe):
    """Question, answer and quotes from one passage or two; distractors and unanswerable twins around them."""

    name: ClassVar[str] = "rag_qa"
    version: ClassVar[int] = 2
    takes: ClassVar[str] = "chunk"
    yields_per_item: ClassVar[float] = 1.25
    checks: ClassVar[tuple[str, ...]] = ("shape", "hygiene", "citations")
    filters: ClassVar[tuple[str, ...]] = ("dedupe",)
    options_type: ClassVar[type[Options]] = RagOptions
    options: RagOptions

    _corpus: Corpus | None = None

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:
        """Index every chunk under `folder`."""
        self._corpus = Corpus(folder, linked=self.options.multi_hop > 0)
        for seed in seeds:
            self._corpus.add(seed)
        self._corpus.build()

    def plant(self, accepted: Sequence[Row], wave: int) -> Iterator[Seed]:  # noqa: ARG002 - one pass over the chunks
        """First questions for every chunk, then second ones, and so on: a small target still reaches all documents.
        Questions over two chunks come in between, in their share."""
        kinds = self.options.kinds
        for nth in range(self.options.questions_per_chunk):
            for seed in self.corpus.in_turn():
                first = int(rank(seed.key), 16) % len(kinds)
                planting = Planting(seed.payload, nth, kinds[first:] + kinds[:first])
                yield Seed(f"{seed.key}/{nth}", planting, seed.source, seed.family)
                yield from self._pair(seed, nth)

    def _pair(self, seed: Seed, nth: int) -> Iterator[Seed]:
        """The question over this chunk and a partner that falls to its `nth` turn, if any does. Where few chunks have
        partners, those that have are asked of so much the more."""
        ratio = self.options.multi_hop / (1 - self.options.multi_hop) * self.corpus.thinness
        if not self._pairs(seed, nth, ratio):
            return
        before = sum(self._pairs(seed, earlier, ratio) for earlier in range(nth))
        for link in islice(self.corpus.partners(seed), before, before + 1):
            other = self.corpus.seed(link.chunk)
            pair = PairPlanting(seed.payload, other.payload, link.shared, link.kinds)
            key = f"{seed.key}/{other.key}/{rank(link.shared)}"
            yield Seed(key, pair, f"{seed.source} and {other.source}", seed.family)

    @staticmethod
    def _pairs(seed: Seed, nth: int, ratio: float) -> bool:
        return share(f"pair/{seed.key}/{nth}") < ratio

    async def grow(self, seed: Seed, ask: Ask) -> AsyncIterator[Row]:
        """The answerable row and, for its share of items, an unanswerable twin of it."""
        growing = self._grow_pair if isinstance(seed.payload, PairPlanting) else self._grow_single
        async for row in growing(seed, ask):
            yield row

    async def _grow_single(self, seed: Seed, ask: Ask) -> AsyncIterator[Row]:
        planting: Planting = seed.payload
        chunk = planting.chunk
        frame = self._frame(seed, (chunk,), nth=planting.nth)
        passage = _passage(chunk)
        asked = await ask("question", schema=Question, **passage, nth=planting.nth, kinds=list(planting.kinds))
        question = " ".join(asked.question.split())
        fault = question_fault(question, chunk)
        if fault is not None:
            yield frame.refused(question, "", fault)
            return
        most = self.options.answer_max_words
        reply = await ask("answer", schema=Reply, **passage, question=question, max_words=most)
        draft = self._draft(question, reply, chunk)
        if isinstance(draft, Rejection):
            yield frame.refused(question, reply.answer, draft)
            return
        frame = self._frame(seed, (chunk,), nth=planting.nth, rank=self._place(draft))
        answered = rows.answered(frame, draft)
        yield answered
        if self._has_twin(seed):
            async for row in self._twins(twins.Twins(frame, draft), answered, ask):
                yield row

    async def _twins(self, made: twins.Twins, sibling: Row, ask: Ask) -> AsyncIterator[Row]:
        """The first twin, in the order of the lot, that the draft and the corpus give; before it, what a teacher's
        attempt at one was refused for. Only the lot decides whether the teacher is asked, never what the corpus gives
        for the kinds before: else a new document would cost calls about the others."""
        order = drawn_order(self.options.unanswerable_kinds.weights, made.frame.seed.key)
        if order[0] == twins.PREMISE and made.lends_itself_to_a_premise():
            row = await self._premise(made, ask)
            yield twins.standing_on(row, sibling)
            if row.failed is None:
                return
        found = (made.of_kind(kind) for kind in order if kind != twins.PREMISE)
        twin = next((row for row in found if row is not None), None)
        if twin is not None:
            yield twins.standing_on(twin, sibling)

    async def _premise(self, made: twins.Twins, ask: Ask) -> Row:
        """The twin that takes something false for granted, or the record of why there is none."""
        draft, frame = made.draft, made.frame
        chunk = draft.evidence.chunk
        try:
            reply = await ask(
                "false_premise", schema=FalsePremise, **_passage(chunk), question=draft.question, answer=draft.answer
            )
        except AnswerFailure as failure:  # an answer that cannot be used: the same in every run
            return frame.failed(verdict_of(failure, by="teacher"))
        question = " ".join(reply.question.split())
        fault = question_fault(question, chunk)
        row = made.with_premise(twins.Premise(question, reply.claim, reply.truth)) if fault is None else fault
        return frame.refused(question, "", row) if isinstance(row, Rejection) else row

    async def _grow_pair(self, seed: Seed, ask: Ask) -> AsyncIterator[Row]:
        pair: PairPlanting = seed.payload
        passages = (pair.first, pair.second)
        frame = self._frame(seed, passages, shared=pair.shared)
        shown: dict[str, Any] = {"first": _passage(pair.first), "second": _passage(pair.second)}
        asked = await ask("hop_question", schema=HopQuestion, **shown, shared=pair.shared, kinds=list(pair.kinds))
        question = " ".join(asked.question.split())
        fault = self._pair_question_fault(question, passages)
        if fault is not None:
            yield frame.refused(question, "", fault)
            return
        most = self.options.answer_max_words
        reply = await ask("hop_answer", schema=HopReply, **shown, question=question, kind=asked.kind, max_words=most)
        draft = self._pair_draft(question, asked.kind, reply, passages)
        if isinstance(draft, Rejection):
            yield frame.refused(question, reply.answer, draft)
            return
        answered = hops.answered(frame, draft)
        yield answered
        if self._has_twin(seed) and self.options.unanswerable_kinds.removed_evidence:
            twin = hops.one_removed(frame, draft)
            if twin is not None:
                yield twins.standing_on(twin, answered)

    def close(self) -> None:
        """Let go of the index."""
        if self._corpus is not None:
            self._corpus.close()
            self._corpus = None

    @property
    def corpus(self) -> Corpus:
        """The chunks of this run. Raises RuntimeError before `open`."""
        if self._corpus is None:
            msg = "open() comes before plant() and grow()"
            raise RuntimeError(msg)
        return self._corpus

    def _draft(self, question: str, reply: Reply, chunk: Chunk) -> rows.Draft | Rejection:
        """Question, answer and evidence that passed every gate, or the gate they failed at."""
        answer = reply.answer.strip()
        if not reply.answerable:
            return Rejection("not_answerable", "the teacher finds no answer in the passage", {"question": question})
        fault = answer_fault(question, answer, self.options.answer_max_words)
        if fault is not None:
            return fault
        spans = support(chunk, answer, reply.quotes)
        if isinstance(spans, Rejection):
            return spans
        hits = self.corpus.search(question, RANKED)
        fault = stated(chunk, question, answer, spans) or unfound(hits, chunk, self.options.roundtrip_k)
        if fault is not None:
            return fault
        phrases = [answer, *(chunk.text[start:end] for start, end in spans)]
        return rows.Draft(question, answer, spans, Evidence(chunk, phrases, key_terms(question, chunk.title), hits))

    def _pair_question_fault(self, question: str, passages: tuple[Chunk, Chunk]) -> Rejection | None:
        if not question:
            return Rejection("no_question_over_both", "the teacher finds no question that needs both passages", {})
        return question_fault(question, passages[0]) or question_fault(question, passages[1])

    def _pair_draft(
        self, question: str, kind: hops.Kind, reply: HopReply, passages: tuple[Chunk, Chunk]
    ) -> hops.PairDraft | Rejection:
        answer = " ".join(reply.answer.split())
        if not reply.answerable:
            return Rejection("not_answerable", "the teacher finds no answer in the passages", {"question": question})
        fault = answer_fault(question, answer, self.options.answer_max_words)
        if fault is not None:
            return fault
        said = [hops.Said(hop.passage, hop.about.strip(), hop.finding.strip(), hop.quote) for hop in reply.hops]
        reading = hops.Reading(question, kind, answer, reply.operation, said, passages)
        language = guess("\n".join(chunk.text for chunk in passages))
        return hops.drafted(reading, self.corpus, ranked=RANKED, within=self.options.roundtrip_k, language=language)

    def _has_twin(self, seed: Seed) -> bool:
        # Of 1 + t rows per item, t abstain: t = u / (1 - u) makes that a share of u.
        return share(f"twin/{seed.key}") < self.options.unanswerable / (1 - self.options.unanswerable)

    def _place(self, draft: rows.Draft) -> int:
        chunk = draft.evidence.chunk
        return next(at for at, hit in enumerate(draft.evidence.hits, start=1) if hit.id == chunk.id)

    def _frame(self, seed: Seed, read: tuple[Chunk, ...], **extra: Any) -> Frame:  # noqa: ANN401 - JSON
        options = self.options
        style = Style(options.language, options.system, options.abstain, options.show_quotes)
        shares = deal(options.distractors, options.mix.weights)
        return Frame(self.corpus, seed, read, shares, options.positive_cut, style, extra)


def _passage(chunk: Chunk) -> dict[str, Any]:
    return {"title": chunk.title, "section": chunk.section, "text": chunk.text}
