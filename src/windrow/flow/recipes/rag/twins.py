"""Unanswerable twins of an answerable row: the same or nearly the same question, over passages that do not answer it.

Five ways to take an answer away, after SQuAD 2.0 (arXiv 1806.03822) and its kin. What is taken away is named in the
row's `absent` and stands in no passage of it. Where the question is altered rather than its passages, the passage
that answers the original stays: a near miss is what a reader must learn not to fall for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from msgspec import structs

from windrow.flow.recipes.rag.contexts import Unanswered, anchor, distractors, shuffled
from windrow.flow.recipes.rag.corpus import name_of, shown
from windrow.flow.recipes.rag.lots import rank
from windrow.shapes import Rejection
from windrow.text.content_words import content_words, same_word, share_held
from windrow.text.evidence import contains, locate, numbers
from windrow.text.years import moved, others, titled, unbounded, years

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.flow.recipes.rag.contexts import Distractor, Evidence, Origin
    from windrow.flow.recipes.rag.frame import Frame
    from windrow.flow.recipes.rag.rows import Draft
    from windrow.row import Chunk, Row

REMOVED = "removed_evidence"
SWAPPED = "entity_swap"
MOVED = "time_swap"
PREMISE = "false_premise"
MISSING = "missing_attribute"
SPOKEN_OF = 0.5  # a passage with this share of what is asked for speaks of it
TRIED = 8  # other names tried before a twin is given up
LONGEST_DOCUMENT = 40  # passages: whether a longer document lacks something is not worth finding out


@dataclass(frozen=True, slots=True)
class Premise:
    """A question that takes `claim` for granted, which the passage contradicts in the words `truth`."""

    question: str
    claim: str
    truth: str


@dataclass(frozen=True, slots=True)
class Twins:
    """Makes the twins of one draft."""

    frame: Frame
    draft: Draft

    def of_kind(self, kind: str) -> Row | None:
        """The twin of this kind, where the draft and the corpus can give it."""
        makers = {REMOVED: self._removed, SWAPPED: self._swapped, MOVED: self._moved, MISSING: self._missing}
        return makers[kind]()

    def lends_itself_to_a_premise(self) -> bool:
        """Whether a false figure could be taken for granted, so that a teacher is worth asking. Told by the passage
        alone: were the corpus asked too, a new document would cost calls about the others."""
        own = name_of(self._chunk)
        return bool(numbers(self.draft.answer) and own and contains(self.draft.question, own))

    def with_premise(self, premise: Premise) -> Row | Rejection:
        """The twin that takes something false for granted, or what is wrong with it."""
        chunk, corpus = self._chunk, self.frame.corpus
        fault = premise_fault(premise, chunk, self.draft)
        if fault is not None:
            return fault
        about = anchor(corpus, premise.question, chunk)
        if not about:
            return Rejection("premise_about_nothing", "nothing ties the question to one document", {})
        place = locate(chunk.text, premise.truth)
        asked = Unanswered(premise.question, about, premise.claim)
        around, contexts = self._around(PREMISE, asked, chunk)
        start, end = place or (0, 0)
        truth = {"chunk_id": chunk.id, "start": start, "end": end, "text": chunk.text[start:end]}
        return self.frame.abstaining(
            asked,
            contexts,
            PREMISE,
            around,
            premise={"claim": premise.claim, "truth": truth},
            plausible=self._plausible,
        )

    @property
    def _chunk(self) -> Chunk:
        return self.draft.evidence.chunk

    @property
    def _plausible(self) -> str:
        """What a reader would say who does not see that the question is another one."""
        return self.draft.answer

    def _removed(self) -> Row | None:
        """The same question; its passage gone, and no other passage holding the answer. Only a question that is about
        one document: others stay answerable in ways that no test foresees.
        """
        evidence = self.draft.evidence
        about = anchor(self.frame.corpus, self.draft.question, evidence.chunk)
        if not about:
            return None
        unanswered = Unanswered(self.draft.question, about, self.draft.answer)
        around = self._drawn(evidence, REMOVED, unanswered, one_more=True)
        if not around:
            return None
        contexts = shuffled((found.chunk for found in around), f"{self.frame.seed.key}/{REMOVED}")
        return self.frame.abstaining(unanswered, contexts, REMOVED, around)

    def _swapped(self) -> Row | None:
        """The question asked of another name of the corpus that no passage of the row mentions."""
        chunk = self._chunk
        for other in self._other_names(SWAPPED):
            swap = replace(other, absent=other.about)
            if not swap.answered_by(chunk):
                around, contexts = self._around(SWAPPED, swap, chunk)
                return self.frame.abstaining(swap, contexts, SWAPPED, around, plausible=self._plausible)
        return None

    def _missing(self) -> Row | None:
        """The question asked of another thing, whose own passages are there and say nothing of it."""
        for swap in self._other_names(MISSING):
            theirs = self.frame.corpus.about(swap.about)
            if not 0 < len(theirs) <= LONGEST_DOCUMENT or any(_speaks_of(swap, chunk) for chunk in theirs):
                continue
            own = min(theirs, key=lambda chunk: rank(f"{self.frame.seed.key}/{chunk.id}"))
            evidence = replace(self.draft.evidence, beside=(own,))
            around = self._drawn(evidence, MISSING, swap)
            contexts = shuffled([own, *(found.chunk for found in around)], f"{self.frame.seed.key}/{MISSING}")
            return self.frame.abstaining(swap, contexts, MISSING, around)
        return None

    def _moved(self) -> Row | None:
        """The question asked of a year that no passage of the row speaks of."""
        draft, chunk = self.draft, self._chunk
        about = anchor(self.frame.corpus, draft.question, chunk)
        told = " ".join(chunk.text[start:end] for start, end in draft.spans)
        named = set(years(draft.question))
        bound = named & set(years(told)) or (titled(f"{chunk.title} {chunk.section}") and named)
        if not about or not bound or unbounded(shown(chunk)):
            return None
        for year in sorted(
            others([*years(shown(chunk)), *named]), key=lambda year: rank(f"{self.frame.seed.key}/{year}")
        ):
            asked = Unanswered(moved(draft.question, year), about, str(year), dated=True)
            if asked.question and not asked.answered_by(chunk):
                around, contexts = self._around(MOVED, asked, chunk)
                return self.frame.abstaining(asked, contexts, MOVED, around, plausible=self._plausible)
        return None

    def _other_names(self, kind: str) -> Iterator[Unanswered]:
        """The draft's question with the name it asks about exchanged for one that its passage says nothing of."""
        question, corpus = self.draft.question, self.frame.corpus
        own = name_of(self._chunk)
        if not own or not contains(question, own):
            return
        for name in corpus.alike(own, f"{self.frame.seed.key}/{kind}")[: TRIED if kind == MISSING else None]:
            apart = not contains(name, own) and not contains(own, name) and not contains(question, name)
            if not apart or corpus.written_small(name):
                continue
            swapped = re.sub(re.escape(own), lambda _: name, question, flags=re.IGNORECASE)  # noqa: B023
            if contains(swapped, name) and not contains(swapped, own):
                yield Unanswered(swapped, name, self.draft.answer)

    def _around(
        self, kind: str, asked: Unanswered, kept: Chunk
    ) -> tuple[list[Distractor], tuple[Chunk, ...]]:  # fmt: skip
        """Distractors around a passage that stays, and all of them in the order of the row."""
        around = self._drawn(self.draft.evidence, kind, asked)
        return around, shuffled([kept, *(found.chunk for found in around)], f"{self.frame.seed.key}/{kind}")

    def _drawn(
        self, evidence: Evidence, kind: str, asked: Unanswered, *, one_more: bool = False
    ) -> list[Distractor]:  # fmt: skip
        """Passages that do not answer what is asked, nor what the draft asks. `one_more` makes up for a passage that is
        taken away."""
        gone = kind in (REMOVED, MISSING)  # then the draft's own answer must be nowhere, whatever it is about
        held = evidence.held_by if gone else evidence.answered_by
        shares: dict[Origin, int] = {**self.frame.shares}
        if one_more:
            shares["bm25"] = shares.get("bm25", 0) + 1
        return distractors(
            self.frame.corpus, evidence, f"{self.frame.seed.key}/{kind}", shares=shares, cut=self.frame.cut,
            barred=lambda chunk: held(chunk) or asked.answered_by(chunk) or (asked.dated and unbounded(shown(chunk))),
        )  # fmt: skip


def _speaks_of(asked: Unanswered, chunk: Chunk) -> bool:
    """Whether a passage may answer, or has much of what is asked for somewhere: then its thing may well have that."""
    named = content_words(asked.about)
    wanted = [word for word in content_words(asked.question) if not any(same_word(word, other) for other in named)]
    return asked.answered_by(chunk) or share_held(wanted, content_words(shown(chunk))) >= SPOKEN_OF


def standing_on(twin: Row, sibling: Row) -> Row:
    """`twin` as a child of `sibling`: where that is refused, question or evidence are in doubt; the twin goes too."""
    return structs.replace(twin, lineage=structs.replace(twin.lineage, parents=(sibling.id,)))


def premise_fault(premise: Premise, chunk: Chunk, draft: Draft) -> Rejection | None:
    """What is wrong with a question that should take something false for granted."""
    told: dict[str, Any] = {"question": premise.question, "claim": premise.claim, "truth": premise.truth}
    if not contains(premise.question, premise.claim):
        return Rejection("premise_not_in_question", "the question does not hold the claim it is said to rest on", told)
    if locate(chunk.text, premise.truth) is None:
        return Rejection("truth_not_verbatim", "what contradicts the claim is not in the passage word for word", told)
    if contains(shown(chunk), premise.claim):
        return Rejection("premise_is_true", "the passage itself says what the question takes for granted", told)
    claimed, stated = set(numbers(premise.claim)), set(numbers(premise.truth))
    if not claimed or not stated or claimed & stated:
        return Rejection("premise_not_contradicted", "claim and passage do not state different figures", told)
    if contains(premise.question, draft.answer) or contains(premise.question, premise.truth):
        return Rejection("premise_is_true", "the question states what is true as well", told)
    return None
