"""Which chunks stand around the evidence: hard ones by rank, neighbours, and strangers; none that would answer too."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal

from windrow.flow.recipes.rag.corpus import name_of, shown
from windrow.flow.recipes.rag.lots import rank
from windrow.text.content_words import content_words
from windrow.text.evidence import answers, contains, key_terms, may_still_answer, numbers
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from windrow.flow.recipes.rag.corpus import Corpus
    from windrow.row import Chunk
    from windrow.text.bm25 import Hit

Origin = Literal["bm25", "same_doc", "random"]

MAKE_UP: tuple[Origin, ...] = ("bm25", "same_doc", "random")  # who stands in first where an origin has too few
DRAWS = 400  # chunks looked at by chance before a context stays smaller than asked for


@dataclass(frozen=True, slots=True)
class Distractor:
    """A chunk that does not answer, and how it was found; `score` is its BM25 score for the question, if ranked."""

    chunk: Chunk
    origin: Origin
    score: float | None

    def to_dict(self) -> dict[str, object]:
        scored = {} if self.score is None else {"score": round(self.score, 6)}
        return {"id": self.chunk.id, "origin": self.origin, **scored}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What would answer the question: any of `phrases` beside all of `terms`. `hits` is the ranking for it, `beside`
    are other chunks that belong to the row and are no distractors."""

    chunk: Chunk
    phrases: list[str]
    terms: list[str]
    hits: Sequence[Hit]
    beside: tuple[Chunk, ...] = ()

    def score(self) -> float:
        """The evidence's own BM25 score, 0 where it was not found."""
        return next((hit.score for hit in self.hits if hit.id == self.chunk.id), 0.0)

    def answered_by(self, chunk: Chunk) -> bool:
        """Whether `chunk` may answer the question as well: the answer, or all its numbers, beside what it is about."""
        text = shown(chunk)
        if answers(text, self.phrases, self.terms):
            return True
        wanted = set(numbers(self.phrases[0]))
        return bool(wanted) and wanted <= set(numbers(text)) and answers(text, sorted(wanted), self.terms)

    def held_by(self, chunk: Chunk) -> bool:
        """Whether `chunk` holds the answer at all, whatever it is about."""
        return answers(shown(chunk), self.phrases, [])


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that no passage of its row may answer, in whatever words. `about` names what it asks about; `absent`
    is what would answer it, or what it asks of. `dated` says that the question is about a year: what the passages
    say of other years is no answer. The citations check asks the same of the finished row.
    """

    question: str
    about: str
    absent: str
    dated: bool = False

    def answered_by(self, chunk: Chunk) -> bool:
        """Whether `chunk` holds what should be absent, or a sentence that may answer."""
        held = answers(shown(chunk), [self.absent], [])
        return held or bool(
            may_still_answer(
                self.question, self.about, [self.absent],
                title=chunk.title, section=chunk.section, text=chunk.text, dated=self.dated,
            )
        )  # fmt: skip


def anchor(corpus: Corpus, question: str, chunk: Chunk) -> str:
    """What ties `question` to the document of `chunk`: the name of its thing, or words of its title that no other
    document has. '' where nothing does: other passages may then answer in words that no test foresees.
    """
    own = name_of(chunk)
    if own and own in question and contains(question, own):  # "the account" is not the name "Account"
        return own
    shared = set(key_terms(question, chunk.title))
    own_words = [word for word in content_words(question) if set(words(word)) <= shared]
    return " ".join(word for word in own_words if corpus.only_in(word, chunk))


def distractors(
    corpus: Corpus, evidence: Evidence, lot: str, *, shares: Mapping[Origin, int], cut: float,
    barred: Callable[[Chunk], bool],
) -> list[Distractor]:  # fmt: skip
    """`shares` says how many of each origin; what one origin lacks, the others make up for. The same `lot` draws the
    same. Chunks that `barred` names, or that rank within `cut` of the evidence (perhaps unseen evidence), are left out.
    """
    scores = {hit.id: hit.score for hit in evidence.hits}
    ceiling = cut * evidence.score()
    taken: dict[str, Distractor] = {}
    own = {chunk.id for chunk in (evidence.chunk, *evidence.beside)}

    def usable(chunk: Chunk) -> bool:
        fresh = chunk.id not in taken and chunk.id not in own
        return fresh and (chunk.id not in scores or scores[chunk.id] < ceiling) and not barred(chunk)

    streams: dict[Origin, Iterator[Chunk]] = {
        "same_doc": iter(sorted(_siblings(corpus, evidence), key=lambda chunk: rank(lot + chunk.id))),
        "bm25": _ranked(corpus, evidence),
        "random": islice(corpus.drawn(lot), DRAWS),
    }
    wanted = sum(shares.values())
    for origin, stream in streams.items():
        _take(stream, origin, shares.get(origin, 0), usable, taken, scores)
    for origin in MAKE_UP:
        _take(streams[origin], origin, wanted - len(taken), usable, taken, scores)
    return list(taken.values())


def deal(count: int, mix: Mapping[Origin, float]) -> dict[Origin, int]:
    """`count` dealt out over the origins by their weights, largest remainders first, ties in the order of `mix`."""
    total = sum(mix.values())
    exact = {origin: count * weight / total for origin, weight in mix.items()}
    dealt = {origin: int(amount) for origin, amount in exact.items()}
    by_rest = sorted(exact, key=lambda origin: dealt[origin] - exact[origin])
    for origin in by_rest[: count - sum(dealt.values())]:
        dealt[origin] += 1
    return dealt


def shuffled(chunks: Iterable[Chunk], lot: str) -> tuple[Chunk, ...]:
    """The chunks in an order by lot: every place is as likely for every chunk."""
    return tuple(sorted(chunks, key=lambda chunk: rank(f"{lot}/{chunk.id}")))


def _siblings(corpus: Corpus, evidence: Evidence) -> Iterator[Chunk]:
    for chunk in (evidence.chunk, *evidence.beside):
        yield from corpus.siblings(chunk)


def _ranked(corpus: Corpus, evidence: Evidence) -> Iterator[Chunk]:
    for hit in evidence.hits:
        if hit.id != evidence.chunk.id:
            yield corpus.chunk(hit.id)


def _take(
    stream: Iterator[Chunk], origin: Origin, count: int, usable: Callable[[Chunk], bool],
    taken: dict[str, Distractor], scores: Mapping[str, float],
) -> None:  # fmt: skip
    goal = len(taken) + count
    while len(taken) < goal:
        chunk = next(stream, None)
        if chunk is None:
            return
        if usable(chunk):
            taken[chunk.id] = Distractor(chunk, origin, scores.get(chunk.id))
