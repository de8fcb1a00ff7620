"""What the templates of `rag_qa` answer with. Quotes are copied from a passage, letter for letter."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Question(BaseModel):
    """What the question template answers with."""

    question: str


class Reply(BaseModel):
    """What the answer template answers with. `quotes` are copied from the passage, letter for letter."""

    answerable: bool = True
    answer: str = ""
    quotes: list[str] = Field(default_factory=list)


class HopQuestion(BaseModel):
    """What the hop_question template answers with; no question where the two passages make none together."""

    question: str = ""
    kind: Literal["bridge", "comparison"] = "bridge"


class HopStep(BaseModel):
    """One step of the way to the answer: passage 1 or 2 says `finding` of `about`, in the words `quote`."""

    passage: Literal[1, 2]
    about: str = ""
    finding: str = ""
    quote: str = ""


class HopReply(BaseModel):
    """What the hop_answer template answers with: the steps in the order in which they are taken."""

    answerable: bool = True
    answer: str = ""
    operation: Literal["greater", "less", "difference", "none"] = "none"
    hops: list[HopStep] = Field(default_factory=list)


class FalsePremise(BaseModel):
    """What the false_premise template answers with: `claim` stands in the question, `truth` in the passage."""

    question: str = ""
    claim: str = ""
    truth: str = ""
