"""Rows over two passages, looked at by themselves: does each passage carry its own half, and only that?

A hop is a statement: of `about`, `finding`. Leaving out the passage of one hop must leave nothing in the row that makes
this statement, or the question would not have needed it. That is a test of strings: necessary, not sufficient.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from windrow.text.comparison import compared
from windrow.text.evidence import answers, contains
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.row import Chunk, Row

Finding: TypeAlias = tuple[str, str, dict[str, Any]]  # reason, detail, evidence

HOP = ("chunk_id", "about", "finding")
PAIR = 2


def malformed(reference: dict[str, Any]) -> str:
    """What keeps the hops of a row from being looked at, in a sentence, or ''."""
    hops = reference.get("hops", [])
    if not isinstance(hops, list) or not all(_texts(hop, HOP) for hop in hops):
        return "reference.hops should be a list of objects with chunk_id, about and finding"
    if hops and reference["answerable"] and (len(hops) != PAIR or len({hop["chunk_id"] for hop in hops}) != PAIR):
        return "an answerable row over passages has two hops in two passages"
    if hops and reference.get("hop_kind") not in ("bridge", "comparison"):
        return "reference.hop_kind should be bridge or comparison"
    if hops and not reference["answerable"] and not _texts(reference.get("missing"), HOP[1:]):
        return "reference.missing should say about what, and what, no passage says"
    computed = reference.get("computed", {})
    if not isinstance(computed, dict) or (computed and not _texts(computed, ("operation", "language"))):
        return "reference.computed should have an operation and a language"
    return ""


def answerable(row: Row) -> Iterator[Finding]:
    """Each hop is stated in its passage and nowhere else; the way there is not given away."""
    hops = row.reference.get("hops", [])
    chunks = {chunk.id: chunk for chunk in row.contexts}
    for hop in hops:
        chunk = chunks.get(hop["chunk_id"])
        if chunk is None or hop["chunk_id"] not in row.reference["gold_chunk_ids"] or not _states(chunk, hop):
            yield "hop_not_stated", "a hop's passage does not say what the hop finds", {"hop": hop}
            continue
        for other in row.contexts:
            if other.id != chunk.id and _states(other, hop):
                yield "hop_to_spare", "another passage says the same, so a hop can be left out", {
                    "hop": hop, "chunk": other.id,
                }  # fmt: skip
    if hops and row.reference["hop_kind"] == "bridge":
        yield from _bridge(row, hops)
    elif hops:
        yield from _comparison(row, hops)


def unanswerable(row: Row) -> Iterator[Finding]:
    """The hop that is left stays in its passage; what is missing is about something that no other passage names."""
    missing = row.reference.get("missing") if row.reference.get("hops") else None
    if missing is None:
        return
    kept = {hop["chunk_id"] for hop in row.reference["hops"]}
    for chunk in row.contexts:
        named = chunk.id not in kept and contains(_shown(chunk), missing["about"])
        if named or _states(chunk, missing):
            yield "answerable_here", "a passage speaks of what the missing hop is about", {
                "chunk": chunk.id, "missing": missing,
            }  # fmt: skip


def _bridge(row: Row, hops: list[dict[str, str]]) -> Iterator[Finding]:
    """The question names the one end, the first passage leads to the middle, only the second reaches the other end."""
    first, second = hops
    reference = row.reference
    bridge, told = first["finding"], {"hops": hops}
    if contains(reference["question"], bridge):
        yield "question_names_bridge", "the question names what its first hop should find", told
    if not contains(second["about"], bridge):
        yield "hop_leads_nowhere", "the second hop is not about what the first one finds", told
    for chunk in row.contexts:
        ends = answers(_shown(chunk), [reference["answer"], second["finding"]], words(first["about"]))
        if ends or (chunk.id == first["chunk_id"] and contains(_shown(chunk), second["finding"])):
            yield "one_passage_enough", "one passage leads from the question to the answer", {"chunk": chunk.id}


def _comparison(row: Row, hops: list[dict[str, str]]) -> Iterator[Finding]:
    """Both things are named by the question, and the answer follows from both findings."""
    question, answer = row.reference["question"], row.reference["answer"]
    for hop in hops:
        if not contains(question, hop["about"]):
            yield "compared_not_named", "the question does not name what it compares", {"hop": hop}
    computed = row.reference.get("computed")
    if not computed:
        if not all(contains(answer, hop["finding"]) for hop in hops):
            yield "finding_not_in_answer", "the answer does not give both findings", {"hops": hops}
        return
    findings = [(hop["about"], hop["finding"]) for hop in hops]
    wrong = compared(answer, computed["operation"], findings, computed["language"])
    if wrong:
        yield wrong, "the answer does not follow from the two findings", {"hops": hops, "computed": computed}


def _states(chunk: Chunk, hop: dict[str, str]) -> bool:
    return answers(_shown(chunk), [hop["finding"]], words(hop["about"]))


def _shown(chunk: Chunk) -> str:
    return f"{chunk.title}\n{chunk.section}\n{chunk.text}"


def _texts(value: Any, keys: tuple[str, ...]) -> bool:  # noqa: ANN401 - whatever a row holds
    return isinstance(value, dict) and all(isinstance(value.get(key), str) and value[key] for key in keys)
