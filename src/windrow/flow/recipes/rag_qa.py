"""Questions about the user's own documents, answered with verbatim evidence among passages that do not answer.

The teacher sees one passage and nothing else: it writes a question, then answers it with quotes. Everything that
depends on the other documents (round trip, distractors, twins whose evidence is gone) is computed here afterwards. So
a new or an edited document costs its own calls only.

Follows RAFT (arXiv 2403.10131: oracle share, quoted evidence), Promptagator (2209.11755: round trip), SQuAD 2.0
(1806.03822: plausible unanswerable questions) and NV-Retriever (2407.15831: positive-aware cut for hard negatives).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, Field, model_validator

from windrow.flow.recipes.rag import rows
from windrow.flow.recipes.rag.contexts import Evidence, deal
from windrow.flow.recipes.rag.corpus import Corpus, rank, share
from windrow.flow.recipes.rag.gates import Fault, answer_fault, question_fault, support
from windrow.shapes import Options, Recipe, Seed
from windrow.text.evidence import key_terms

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
    from pathlib import Path

    from windrow.flow.recipes.rag.contexts import Origin
    from windrow.row import Chunk, Row
    from windrow.shapes import Ask

KINDS = ("factoid", "definition", "numeric", "procedural")
RANKED = 60  # passages ranked for a question: the round trip and the hard distractors are found among them


class Question(BaseModel):
    """What the question template answers with."""

    question: str


class Reply(BaseModel):
    """What the answer template answers with. `quotes` are copied from the passage, letter for letter."""

    answerable: bool = True
    answer: str = ""
    quotes: list[str] = Field(default_factory=list)


class Mix(Options):
    """How distractors are found, by weight: ranked high for the question, of the same document, by chance."""

    bm25: float = Field(default=0.5, ge=0)
    """Weight of passages that rank high for the question."""
    same_doc: float = Field(default=0.25, ge=0)
    """Weight of passages of the same document."""
    random: float = Field(default=0.25, ge=0)
    """Weight of passages drawn by lot."""

    @property
    def weights(self) -> dict[Origin, float]:
        """The weights by origin."""
        return {"bm25": self.bm25, "same_doc": self.same_doc, "random": self.random}

    @model_validator(mode="after")
    def _some_weight(self) -> Mix:
        if self.bm25 + self.same_doc + self.random <= 0:
            msg = "at least one of bm25, same_doc and random must be above 0"
            raise ValueError(msg)
        return self


class RagOptions(Options):
    """`p_oracle` is the share of rows with the answer in their passages, `unanswerable` the rest: give either."""

    distractors: int = Field(default=4, ge=0, le=20)
    """Passages around the evidence that do not answer."""
    mix: Mix = Field(default_factory=Mix)
    """How distractors are found, by weight."""
    p_oracle: float = Field(default=0.8, ge=0.5, le=1)
    """The share of rows whose passages hold the answer."""
    unanswerable: float = Field(default=0.2, ge=0, le=0.5)
    """The share of rows whose passages do not, and whose answer says so. Fewer, where many questions name nothing that
    ties them to one document: those get no unanswerable twin.
    """
    unanswerable_kinds: tuple[str, ...] = ("removed_evidence", "entity_swap")
    """How an answer is taken away: its passage removed, or another name asked about."""
    positive_cut: float = Field(default=0.95, gt=0, le=1)
    """A passage that ranks within this share of the evidence's own score is no distractor."""
    roundtrip_k: int = Field(default=5, ge=1, le=RANKED)
    """A search for the question must find its passage among so many."""
    questions_per_chunk: int = Field(default=3, ge=1, le=20)
    """Questions asked about one passage, at most."""
    kinds: tuple[str, ...] = KINDS
    """Kinds of question to ask for, in turn."""
    answer_max_words: int = Field(default=60, ge=1)
    """A longer answer is refused."""
    show_quotes: bool = True
    """Put the quotes before the answer."""
    language: str = "auto"
    """Of the fixed words around question and answer: a code such as `de`, or `auto` to read the passage."""
    system: str | None = None
    """A system text in place of the built-in one."""
    abstain: str | None = None
    """What the answer says when the passages do not hold it, in place of the built-in words."""

    @model_validator(mode="before")
    @classmethod
    def _two_sides_of_one_share(cls, given: Any) -> Any:  # noqa: ANN401 - whatever the config holds
        if not isinstance(given, dict):
            return given
        sides = {"p_oracle": "unanswerable", "unanswerable": "p_oracle"}
        filled = dict(given)
        for side, other in sides.items():
            if isinstance(given.get(side), int | float) and other not in given:
                filled[other] = round(1 - given[side], 9)
        return filled

    @model_validator(mode="after")
    def _consistent(self) -> RagOptions:
        if abs(self.p_oracle + self.unanswerable - 1) > 1e-6:  # noqa: PLR2004 - rounding of decimals
            msg = f"p_oracle {self.p_oracle} and unanswerable {self.unanswerable} must sum to 1; give one of them"
            raise ValueError(msg)
        unknown = sorted(set(self.kinds) - set(KINDS)) + sorted(set(self.unanswerable_kinds) - set(rows.TWINS))
        if unknown or not self.kinds or not self.unanswerable_kinds:
            msg = f"unknown or missing kinds {unknown}; kinds: {KINDS}, unanswerable_kinds: {tuple(rows.TWINS)}"
            raise ValueError(msg)
        return self


@dataclass(frozen=True, slots=True)
class Planting:
    """The `nth` question of a chunk, and the kinds of question in the order this chunk prefers them."""

    chunk: Chunk
    nth: int
    kinds: tuple[str, ...]


class RagQA(Recipe):
    """Question, answer and quotes from one passage; distractors and unanswerable twins around it."""

    name: ClassVar[str] = "rag_qa"
    version: ClassVar[int] = 1
    takes: ClassVar[str] = "chunk"
    yields_per_item: ClassVar[float] = 1.25
    checks: ClassVar[tuple[str, ...]] = ("shape", "hygiene", "citations")
    filters: ClassVar[tuple[str, ...]] = ("dedupe",)
    options_type: ClassVar[type[Options]] = RagOptions
    options: RagOptions

    _corpus: Corpus | None = None

    def open(self, seeds: Iterable[Seed], folder: Path) -> None:
        """Index every chunk under `folder`."""
        self._corpus = Corpus(folder)
        for seed in seeds:
            self._corpus.add(seed)
        self._corpus.build()

    def plant(self, accepted: Sequence[Row], wave: int) -> Iterator[Seed]:  # noqa: ARG002 - one pass over the chunks
        """First questions for every chunk, then second ones, and so on: a small target still reaches all documents."""
        kinds = self.options.kinds
        for nth in range(self.options.questions_per_chunk):
            for seed in self.corpus.in_turn():
                first = int(rank(seed.key), 16) % len(kinds)
                planting = Planting(seed.payload, nth, kinds[first:] + kinds[:first])
                yield Seed(f"{seed.key}/{nth}", planting, seed.source, seed.family)

    async def grow(self, seed: Seed, ask: Ask) -> AsyncIterator[Row]:
        """The answerable row and, for its share of items, an unanswerable twin of it."""
        planting: Planting = seed.payload
        chunk = planting.chunk
        passage: dict[str, Any] = {"title": chunk.title, "section": chunk.section, "text": chunk.text}
        asked = await ask("question", schema=Question, **passage, nth=planting.nth, kinds=list(planting.kinds))
        question = " ".join(asked.question.split())
        fault = question_fault(question, chunk)
        if fault is not None:
            yield rows.refused(seed, chunk, question, "", fault)
            return
        most = self.options.answer_max_words
        reply = await ask("answer", schema=Reply, **passage, question=question, max_words=most)
        draft = self._draft(question, reply, chunk)
        if isinstance(draft, Fault):
            yield rows.refused(seed, chunk, question, reply.answer, draft)
            return
        for row in self._rows(seed, draft):
            yield row

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

    def _draft(self, question: str, reply: Reply, chunk: Chunk) -> rows.Draft | Fault:
        """Question, answer and evidence that passed every gate, or the gate they failed at."""
        answer = reply.answer.strip()
        if not reply.answerable:
            return Fault("not_answerable", "the teacher finds no answer in the passage", {"question": question})
        fault = answer_fault(question, answer, self.options.answer_max_words)
        if fault is not None:
            return fault
        spans = support(chunk, answer, reply.quotes)
        if isinstance(spans, Fault):
            return spans
        hits = self.corpus.search(question, RANKED)
        place = next((at for at, hit in enumerate(hits, start=1) if hit.id == chunk.id), None)
        if place is None or place > self.options.roundtrip_k:
            where = "not at all" if place is None else f"at rank {place}"
            return Fault(
                "roundtrip",
                f"a search for the question finds its passage {where}, not among the first {self.options.roundtrip_k}",
                {"rank": place, "found": [hit.id for hit in islice(hits, self.options.roundtrip_k)]},
            )
        phrases = [answer, *(chunk.text[start:end] for start, end in spans)]
        evidence = Evidence(chunk, phrases, key_terms(question, chunk.title), hits)
        return rows.Draft(question, answer, spans, evidence, place)

    def _rows(self, seed: Seed, draft: rows.Draft) -> Iterator[Row]:
        shares: dict[Origin, int] = deal(self.options.distractors, self.options.mix.weights)
        maker = rows.Maker(
            corpus=self.corpus, seed=seed, draft=draft, shares=shares, cut=self.options.positive_cut,
            style=rows.Style(
                self.options.language, self.options.system, self.options.abstain, self.options.show_quotes
            ),
        )  # fmt: skip
        answerable = maker.answerable()
        yield answerable
        # Of 1 + t rows per item, t abstain: t = u / (1 - u) makes that a share of u.
        if share(f"twin/{seed.key}") < self.options.unanswerable / (1 - self.options.unanswerable):
            kinds = self.options.unanswerable_kinds
            first = int(rank(f"kind/{seed.key}"), 16) % len(kinds)
            twin = maker.unanswerable(kinds[first:] + kinds[:first], answerable)
            if twin is not None:
                yield twin
