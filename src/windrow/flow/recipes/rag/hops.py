"""Questions over two passages: what such a draft must pass, its row, and its twin without one of the passages.

Two kinds. A *bridge*: the first passage leads from what the question names to something it does not name, and the
second says of that what is asked. A *comparison*: each passage says how much one of two named things has. Each hop is a
statement, `about` something a `finding`; neither passage alone makes both, which code tests by strings (MuSiQue, arXiv
2108.00573, shows what becomes of two-hop questions where nobody does).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from windrow.flow.recipes.rag.contexts import Evidence, Unanswered, distractors, shuffled
from windrow.flow.recipes.rag.corpus import shown
from windrow.flow.recipes.rag.frame import spans_of
from windrow.flow.recipes.rag.gates import unfound
from windrow.flow.recipes.rag.lots import rank
from windrow.flow.recipes.rag.twins import REMOVED
from windrow.shapes import Rejection
from windrow.text.comparison import compared, worked_out
from windrow.text.content_words import content_words
from windrow.text.evidence import answers, contains, core, locate, numbers
from windrow.text.support import unsupported
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.flow.recipes.rag.corpus import Corpus
    from windrow.flow.recipes.rag.frame import Frame
    from windrow.row import Chunk, Row
    from windrow.text.bm25 import Hit

Kind = Literal["bridge", "comparison"]
Operation = Literal["greater", "less", "difference", "none"]
HOPS = 2
WRONG = {
    "not_comparable": "the two findings are not figures of one sort that differ",
    "wrong_comparison": "the answer does not follow from the findings",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A hop as the teacher tells it: in passage 1 or 2, of `about`, `finding`, in the words `quote`."""

    passage: int
    about: str
    finding: str
    quote: str


@dataclass(frozen=True, slots=True)
class Hop:
    """A hop that stands in its passage: `span` is the (start, end) of its quote, `evidence` what would say the same."""

    chunk: Chunk
    about: str
    finding: str
    span: tuple[int, int]
    evidence: Evidence

    @property
    def quote(self) -> str:
        return self.chunk.text[self.span[0] : self.span[1]]

    def to_dict(self) -> dict[str, str]:
        return {"chunk_id": self.chunk.id, "about": self.about, "finding": self.finding}


@dataclass(frozen=True, slots=True)
class PairDraft:
    """A question over two passages that passed every gate. `computed` is how the answer follows, where it does."""

    question: str
    answer: str
    kind: Kind
    hops: tuple[Hop, Hop]
    computed: dict[str, str]

    def answered_by(self, chunk: Chunk) -> bool:
        """Whether `chunk` says what one of the hops says, or gives the answer beside what the question names."""
        short_cut = self.kind == "bridge" and answers(shown(chunk), [self.answer], words(self.hops[0].about))
        return short_cut or any(hop.evidence.answered_by(chunk) for hop in self.hops)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the teacher made of two passages."""

    question: str
    kind: Kind
    answer: str
    operation: Operation
    said: Sequence[Said]
    passages: tuple[Chunk, Chunk]


def drafted(reading: Reading, corpus: Corpus, *, ranked: int, within: int, language: str) -> PairDraft | Rejection:
    """The draft, or the gate it failed at. `ranked` passages are looked at, each hop must be found `within` so many."""
    fault = _told_fault(reading, language)
    if fault is not None:
        return fault
    abouts: list[str] = [hop.about for hop in reading.said]
    if reading.kind == "bridge":
        tie = _tie(reading, corpus)
        if not tie:
            return _alone("nothing that the question names stands in the first passage only", reading)
        abouts = [tie, reading.said[0].finding]
    fault = _bridge_fault(reading) if reading.kind == "bridge" else _comparison_fault(reading, language)
    if fault is not None:
        return fault
    hops: list[Hop] = []
    for hop, about in zip(reading.said, abouts, strict=True):
        chunk = reading.passages[hop.passage - 1]
        led = reading.kind == "bridge" and hops  # the second hop is searched for with what the first one found
        hits = corpus.search(f"{about} {reading.question}" if led else reading.question, ranked)
        fault = unfound(hits, chunk, within)
        if fault is not None:
            return fault
        hops.append(_hop(hop, about, chunk, hits))
    computed = {} if reading.operation == "none" else {"operation": reading.operation, "language": language}
    return PairDraft(reading.question, reading.answer, reading.kind, (hops[0], hops[1]), computed)


def answered(frame: Frame, draft: PairDraft) -> Row:
    """The row with both passages among distractors, both cited."""
    first, second = draft.hops
    evidence = replace(first.evidence, beside=(second.chunk,))
    around = distractors(
        frame.corpus, evidence, frame.seed.key, shares=frame.shares, cut=frame.cut, barred=draft.answered_by
    )
    contexts = shuffled([first.chunk, second.chunk, *(found.chunk for found in around)], frame.seed.key)
    spans = [span for hop in draft.hops for span in spans_of(hop.chunk, [hop.span])]
    extractive = any(contains(span["text"], draft.answer) for span in spans)
    reference: dict[str, Any] = {
        "question": draft.question,
        "answer": draft.answer,
        "answerable": True,
        "answer_type": "extractive" if extractive else "computed" if draft.computed else "abstractive",
        "spans": spans,
        "gold_chunk_ids": [first.chunk.id, second.chunk.id],
        "hop_kind": draft.kind,
        "hops": [hop.to_dict() for hop in draft.hops],
    }
    if draft.computed:
        reference["computed"] = draft.computed
    return frame.answering(draft.answer, contexts, [first.chunk, second.chunk], reference, around)


def one_removed(frame: Frame, draft: PairDraft) -> Row | None:
    """The same question with one passage gone: that of the answer, or of either thing compared. The other stays, and
    alone it does not answer."""
    lot = f"{frame.seed.key}/{REMOVED}"
    last = draft.kind == "bridge" or int(rank(lot), 16) % 2
    kept, gone = draft.hops if last else draft.hops[::-1]
    absent = draft.answer if draft.kind == "bridge" and contains(gone.quote, draft.answer) else gone.finding
    if contains(shown(kept.chunk), absent):
        return None
    asked = Unanswered(draft.question, gone.about, absent)

    def barred(chunk: Chunk) -> bool:
        return contains(shown(chunk), gone.about) or asked.answered_by(chunk) or draft.answered_by(chunk)

    evidence = replace(gone.evidence, beside=(kept.chunk,))
    around = distractors(frame.corpus, evidence, lot, shares=_one_more(frame), cut=frame.cut, barred=barred)
    contexts = shuffled([kept.chunk, *(found.chunk for found in around)], lot)
    return frame.abstaining(
        asked, contexts, REMOVED, around, hop_kind=draft.kind, hops=[kept.to_dict()],
        missing={"about": gone.about, "finding": gone.finding},
    )  # fmt: skip


def _one_more(frame: Frame) -> dict[Any, int]:
    return {**frame.shares, "bm25": frame.shares.get("bm25", 0) + 1}


def _hop(hop: Said, about: str, chunk: Chunk, hits: Sequence[Hit]) -> Hop:
    span = locate(chunk.text, hop.quote) or (0, 0)
    phrases = [hop.finding, chunk.text[span[0] : span[1]]]
    return Hop(chunk, about, hop.finding, span, Evidence(chunk, phrases, words(about), hits))


def _told_fault(reading: Reading, language: str) -> Rejection | None:
    """What is wrong with the hops as they are told, whatever the kind of question."""
    told: dict[str, Any] = {
        "question": reading.question,
        "hops": [[hop.passage, hop.about, hop.finding] for hop in reading.said],
    }
    if len(reading.said) != HOPS or {hop.passage for hop in reading.said} != {1, 2}:
        return Rejection("hop_missing", "the evidence should be one quote from each of the two passages", told)
    for hop in reading.said:
        if locate(reading.passages[hop.passage - 1].text, hop.quote) is None:
            return Rejection("quote_not_verbatim", "a quote is not in the passage word for word", {"quote": hop.quote})
        if not contains(hop.quote, hop.finding):
            return Rejection("finding_not_in_quote", "what a hop is said to find is not in its quote", told)
    known = set(chain.from_iterable(numbers(hop.quote) for hop in reading.said))
    known.update(worked_out(reading.operation, [hop.finding for hop in reading.said], language))
    if not set(numbers(reading.answer)) <= known:
        return Rejection("number_not_in_quote", "the answer has a number that no quote has", {"answer": reading.answer})
    quotes = [hop.quote for hop in reading.said]
    if reading.operation != "none" or any(contains(quote, reading.answer) for quote in quotes):
        return None
    lacking = unsupported(reading.answer, quotes, reading.question, "\n".join(map(shown, reading.passages)))
    told["answer"] = reading.answer
    return Rejection("answer_not_supported", f"the quotes do not support it: {lacking}", told) if lacking else None


def _tie(reading: Reading, corpus: Corpus) -> str:
    """The words of the question by which the first passage is meant and no other: its own, and of no other document
    (or of few, where they are the name of its thing)."""
    first, second = (reading.passages[hop.passage - 1] for hop in reading.said)
    here, there = set(words(shown(first))), set(words(shown(second)))
    own = [word for word in content_words(reading.question) if set(words(word)) <= here]
    apart = [word for word in own if not set(words(word)) <= there]
    rare = [word for word in apart if corpus.only_in(word, first)]
    title = set(words(first.title))
    return " ".join(rare or [word for word in apart if set(words(word)) <= title])


def _bridge_fault(reading: Reading) -> Rejection | None:
    first, second = (reading.passages[hop.passage - 1] for hop in reading.said)
    bridge, found = reading.said[0].finding, reading.said[1].finding
    if contains(reading.question, bridge):
        return Rejection(
            "question_names_bridge", "the question names what its first hop should find", {"bridge": bridge}
        )
    if not contains(shown(second), bridge):
        return Rejection("bridge_leads_nowhere", "the second passage does not name what the first hop finds",
                     {"bridge": bridge})  # fmt: skip
    if not (contains(reading.answer, found) or contains(found, reading.answer)):
        return Rejection("finding_not_in_answer", "the answer is not what the second hop finds", {"finding": found})
    if contains(shown(first), found) or contains(shown(first), reading.answer):
        return _alone("the first passage holds the answer by itself", reading)
    return None


def _comparison_fault(reading: Reading, language: str) -> Rejection | None:
    one, other = reading.said
    told = {"about": [one.about, other.about], "finding": [one.finding, other.finding]}
    if core(one.about) == core(other.about) or core(one.finding) == core(other.finding):
        return Rejection("nothing_to_compare", "both hops are about the same thing, or find the same", told)
    for hop, against in ((one, other), (other, one)):
        chunk = reading.passages[hop.passage - 1]
        if not contains(reading.question, hop.about) or not contains(shown(chunk), hop.about):
            return Rejection("compared_not_named", "question and passage do not both name what is compared", told)
        if answers(shown(chunk), [against.finding], words(against.about)):
            return _alone("one passage says what both hops find", reading)
    if reading.operation == "none":
        given = contains(reading.answer, one.finding) and contains(reading.answer, other.finding)
        return None if given else Rejection("finding_not_in_answer", "the answer does not give both findings", told)
    wrong = compared(reading.answer, reading.operation, [(hop.about, hop.finding) for hop in reading.said], language)
    return Rejection(wrong, WRONG[wrong], {**told, "answer": reading.answer}) if wrong else None


def _alone(detail: str, reading: Reading) -> Rejection:
    return Rejection("one_passage_enough", detail, {"question": reading.question, "answer": reading.answer})
