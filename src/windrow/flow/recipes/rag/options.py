"""The knobs of `rag_qa`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field, model_validator

from windrow.shapes import Options

if TYPE_CHECKING:
    from windrow.flow.recipes.rag.contexts import Origin

KINDS = ("factoid", "definition", "numeric", "procedural")
RANKED = 60  # passages ranked for a question: the round trip and the hard distractors are found among them


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


class UnanswerableKinds(Options):
    """How answers are taken away, by weight. A list of names stands for equal weights of these and none of others."""

    removed_evidence: float = Field(default=0.4, ge=0)
    """Weight of the same question without the passage that answers it."""
    entity_swap: float = Field(default=0.15, ge=0)
    """Weight of the question asked of another name, which no passage mentions."""
    time_swap: float = Field(default=0.15, ge=0)
    """Weight of the question asked of another year, which no passage speaks of."""
    false_premise: float = Field(default=0.15, ge=0)
    """Weight of a question that takes for granted what the passage contradicts. Asks the teacher once more."""
    missing_attribute: float = Field(default=0.15, ge=0)
    """Weight of the question asked of another thing, whose own passages are there and do not say."""

    @property
    def weights(self) -> dict[str, float]:
        """The weights by kind."""
        return dict(self)

    @model_validator(mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:  # noqa: ANN401 - whatever the config holds
        if not isinstance(given, list | tuple):
            return given
        return {**dict.fromkeys(cls.model_fields, 0), **dict.fromkeys(map(str, given), 1)}

    @model_validator(mode="after")
    def _some_weight(self) -> UnanswerableKinds:
        if sum(self.weights.values()) <= 0:
            msg = "at least one kind must be above 0; for no unanswerable rows at all, set unanswerable to 0"
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
    unanswerable_kinds: UnanswerableKinds = Field(default_factory=UnanswerableKinds)
    """How an answer is taken away, by weight. A question that does not lend itself to one kind gets another."""
    multi_hop: float = Field(default=0.2, ge=0, le=0.5)
    """The share of questions asked of two passages that share something rare. Fewer, where few passages do."""
    positive_cut: float = Field(default=0.95, gt=0, le=1)
    """A passage that ranks within this share of the evidence's own score is no distractor."""
    roundtrip_k: int = Field(default=5, ge=1, le=RANKED)
    """A search for the question must find its passage among so many."""
    questions_per_chunk: int = Field(default=3, ge=1, le=20)
    """Questions asked about one passage alone, at most; each may bring one more, over it and another passage."""
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
        unknown = sorted(set(self.kinds) - set(KINDS))
        if unknown or not self.kinds:
            msg = f"unknown or missing kinds {unknown}; kinds: {KINDS}"
            raise ValueError(msg)
        return self
