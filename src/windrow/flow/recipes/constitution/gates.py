"""What a revision, and the answer that comes of all revisions, must pass: each fault a slug with evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windrow.shapes import Rejection
from windrow.text.conduct import Case, broken
from windrow.text.refusals import refusal
from windrow.text.rouge import rouge_l
from windrow.text.tokens import normalise, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from windrow.flow.recipes.constitution.principles import Principle

RUN = 8  # words in a row that a revision may not share with the principle it follows
SHORTEST_CRITIQUE = 8  # words: a shorter one may stand in an answer by chance
SHORTEST_ANSWER = 80  # words that a revision may always have, however short the draft was
SHORT_DRAFT = 20  # words: of a shorter draft nothing need be left
SHOWN = 300
# How the parts of this method are called, here and in what models were trained on: no answer speaks so.
LEAKED = re.compile(
    r"\b(?:critique|revision) ?request\b"
    r"|^\W{0,4}(?:critique|revision|revised (?:answer|response|reply|version)|improved (?:answer|response)|rewritten"
    r" (?:answer|response))\W{0,4}:"
    r"|\bhere(?:'s| is|’s) (?:the|a|my|your) (?:revised|rewritten|improved|corrected|updated) (?:answer|response|reply"
    r"|version)\b"
    r"|\b(?:the|this|that) (?:critique|principle|constitution) (?:says|states|asks|requires|points)\b"
    r"|\b(?:according to|in line with|as per) (?:the|this) (?:principle|constitution|critique)\b",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a revision must and may change: shares of the words, and how much longer it may be."""

    min_edit: float
    max_edit: float
    max_len_ratio: float


def revision_fault(
    before: Case, critique: str, revision: str, principle: Principle, *, found: bool
) -> Rejection | None:
    """What is wrong with one revision, whatever it is about. `found` says whether a program saw the fault too."""
    said, told = normalise(revision), normalise(critique)
    long_enough = len(words(critique)) >= SHORTEST_CRITIQUE
    if told and (said == told or (long_enough and told in said)):
        return Rejection(
            "critique_as_revision", "the revision is the critique, or holds it", {"revision": revision[:SHOWN]}
        )
    leak = LEAKED.search(revision)
    requests = (principle.critique_request, principle.revision_request)
    shown = leak[0] if leak else _shared_run(revision, requests, before.response)
    if shown:
        return Rejection("leaked_request", f"the revision speaks of its own making: {shown!r}", {"words": shown})
    declines = refusal(revision)
    if before.target == "comply" and declines.declines and not refusal(before.response).declines:
        words_shown = revision[declines.start : declines.end][:SHOWN]
        return Rejection("became_refusal", "the answer helped, and its revision declines", {"words": words_shown})
    if said == normalise(before.response):
        if found:
            return Rejection(
                "unchanged", "a rule is broken, and the revision changes nothing", {"critique": critique[:SHOWN]}
            )
        return Rejection(
            "critique_without_effect", "the critique names a fault that no rule sees, and the revision changes nothing",
            {"critique": critique[:SHOWN]},
        )  # fmt: skip
    return None


def answer_fault(draft: Case, final: Case, rules: Iterable[str], bounds: Bounds) -> Rejection | None:
    """What is wrong with the last answer, given the first."""
    named = tuple(rules)
    before, after = broken(draft, named), broken(final, named)
    if final.target == "comply" and refusal(final.response).declines:
        return Rejection("over_refusal", "declines what it should help with", _shown(final))
    if "under_refusal" in after or (final.target == "refuse" and not refusal(final.response).declines):
        return Rejection("under_refusal", "does not decline what it should decline", {"answer": final.response[:SHOWN]})
    new = sorted(after - before)
    if new:
        return Rejection(
            "new_violation", f"the revision breaks rules that the draft kept: {', '.join(new)}",
            {"before": sorted(before), "after": sorted(after)},
        )  # fmt: skip
    if after:
        return Rejection(
            "still_violates", f"rules are still broken: {', '.join(sorted(after))}", {"after": sorted(after)}
        )
    return _edit_fault(draft, final, bounds)


def edit_share(draft: str, final: str) -> float:
    """The share of the words of both texts that are not in their longest common subsequence, from 0 to 1."""
    return round(1 - rouge_l(draft, final), 4)


def _edit_fault(draft: Case, final: Case, bounds: Bounds) -> Rejection | None:
    if draft.response == final.response:
        return None
    share = edit_share(draft.response, final.response)
    told = {"edit": share}
    if share < bounds.min_edit:
        return Rejection("edited_too_little", f"only {share:.1%} of the words differ from the draft", told)
    if refusal(draft.response).declines != refusal(final.response).declines:
        return None  # from declining to helping, or back: every word may change
    if share > bounds.max_edit and len(words(draft.response)) >= SHORT_DRAFT:
        return Rejection("edited_too_much", f"{share:.0%} of the words differ: it is another answer", told)
    length, most = len(words(final.response)), bounds.max_len_ratio * len(words(draft.response))
    if length > max(SHORTEST_ANSWER, most):
        return Rejection("grew_too_long", f"{length} words, more than {bounds.max_len_ratio:g} times the draft's", told)
    return None


def _shown(case: Case) -> dict[str, Any]:
    found = refusal(case.response)
    return {"refusal": found.label, "words": case.response[found.start : found.end][:SHOWN]}


def _shared_run(revision: str, requests: Sequence[str], before: str) -> str:
    """A run of words that stands in the revision and in a request, and was not in the answer already; or ''."""
    known = set(_runs(before))
    asked = {run for request in requests for run in _runs(request)} - known
    return next((" ".join(run) for run in _runs(revision) if run in asked), "")


def _runs(text: str) -> list[tuple[str, ...]]:
    found = words(text)
    return [tuple(found[at : at + RUN]) for at in range(len(found) - RUN + 1)]
