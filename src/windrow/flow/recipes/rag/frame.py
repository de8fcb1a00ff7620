"""What every row of an item is put into: passages with numbers, the question, an answer that cites; and its lineage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windrow.flow.recipes.rag.corpus import shown
from windrow.flow.recipes.rag.wording import wording
from windrow.row import Lineage, Message, Row, Verdict
from windrow.text.evidence import contains
from windrow.text.language import guess

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.flow.recipes.rag.contexts import Distractor, Origin, Unanswered
    from windrow.flow.recipes.rag.corpus import Corpus
    from windrow.row import Chunk
    from windrow.shapes import Rejection, Seed

BY = "rag_qa"


@dataclass(frozen=True, slots=True)
class Style:
    """How rows are worded: language ("auto" reads the passage), own system text, own abstention, quotes shown."""

    language: str
    system: str | None
    abstain: str | None
    show_quotes: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """Makes the rows of one item. `read` are the passages that its teacher saw; every choice is a lottery over
    `seed.key`. `shares` says how many distractors of each origin, `cut` how near to the evidence one may rank."""

    corpus: Corpus
    seed: Seed
    read: tuple[Chunk, ...]
    shares: Mapping[Origin, int]
    cut: float
    style: Style
    extra: Mapping[str, Any]

    @property
    def language(self) -> str:
        """ISO 639-1 code of the fixed words, '' where the passage does not show it."""
        return guess(self.read[0].text) if self.style.language == "auto" else self.style.language

    def answering(
        self, answer: str, contexts: tuple[Chunk, ...], gold: Sequence[Chunk], reference: dict[str, Any],
        around: Sequence[Distractor],
    ) -> Row:  # fmt: skip
        """The row that answers: quotes, answer, and a citation of each passage of `gold` in this order."""
        markers = " ".join(f"[{contexts.index(chunk) + 1}]" for chunk in gold)
        said = self._cited(answer, reference["spans"], markers)
        return self._row(reference["question"], said, contexts, reference, around, ())

    def abstaining(
        self, unanswered: Unanswered, contexts: tuple[Chunk, ...], kind: str, around: Sequence[Distractor],
        **more: object,
    ) -> Row:  # fmt: skip
        """The row that says that the passages do not hold the answer. `more` goes into its reference."""
        text = self.style.abstain or wording(self.language).abstain
        reference = {
            "question": unanswered.question, "answer": text, "answerable": False, "answer_type": "abstention",
            "unanswerable_kind": kind, "about": unanswered.about, "absent": [unanswered.absent],
            "spans": [], "gold_chunk_ids": [], **more,
        }  # fmt: skip
        return self._row(unanswered.question, text, contexts, reference, around, (kind,))

    def refused(self, question: str, answer: str, fault: Rejection) -> Row:
        """What the teacher said, kept with the gate it failed at."""
        messages = [Message("user", question)] if question else []
        messages += [Message("assistant", answer)] if answer else []
        lineage = self._lineage((), {"question": question})
        return Row("rag_qa", tuple(messages), contexts=self.read, lineage=lineage).with_verdicts(fault.verdict(BY))

    def failed(self, verdict: Verdict) -> Row:
        """A row of the item that came to nothing by itself, the others being whole."""
        return Row("rag_qa", contexts=self.read, lineage=self._lineage((), {})).with_verdicts(verdict)

    def _cited(self, answer: str, spans: Sequence[Mapping[str, Any]], markers: str) -> str:
        """The answer with its citations; before it the quotes, unless they say no more than the answer does."""
        apart = "\n\n" if "\n" in answer else " "
        cited = f"{answer}{apart}{markers}"
        quotes = [str(span["text"]) for span in spans if not contains(answer, str(span["text"]))]
        if not self.style.show_quotes or not quotes:
            return cited
        shown_quotes = "\n".join(f"> {line}" for quote in quotes for line in quote.splitlines() if line.strip())
        return f"{shown_quotes}\n\n{cited}"

    def _row(
        self, question: str, answer: str, contexts: tuple[Chunk, ...], reference: dict[str, Any],
        around: Sequence[Distractor], operators: tuple[str, ...],
    ) -> Row:  # fmt: skip
        words = wording(self.language)
        numbered = "\n\n".join(f"[{at}] {shown(chunk)}" for at, chunk in enumerate(contexts, start=1))
        messages = (
            Message("system", self.style.system or words.system),
            Message("user", f"{numbered}\n\n{words.question} {question}"),
            Message("assistant", answer),
        )
        extra = {"distractors": [found.to_dict() for found in around], **self.extra}
        return Row("rag_qa", messages, contexts=contexts, reference=reference, lineage=self._lineage(operators, extra))

    def _lineage(self, operators: tuple[str, ...], extra: dict[str, Any]) -> Lineage:
        sources = tuple(dict.fromkeys(chunk.source for chunk in self.read))
        seeds = tuple(self.seed.key.split("/")[: len(self.read)])
        return Lineage(
            seeds=seeds, documents=sources, operators=operators, family=self.seed.family, extra={**extra, **self.extra}
        )


def spans_of(chunk: Chunk, places: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    """The spans of a row's reference for the (start, end) `places` in `chunk`."""
    return [{"chunk_id": chunk.id, "start": start, "end": end, "text": chunk.text[start:end]} for start, end in places]
