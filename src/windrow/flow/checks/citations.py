"""Is every word of evidence where the row says it is? Only rows that are answered from passages are looked at.

Everything is read off the row alone: spans stand verbatim at their offsets, an extractive answer stands in a span, what
is cited is the evidence, no other passage answers as well, an unanswerable row's passages do not hold the answer. What
is particular to rows over two passages is in `hop_evidence`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from windrow.flow.checks import hop_evidence
from windrow.row import Verdict
from windrow.shapes import Check
from windrow.text.comparison import worked_out
from windrow.text.evidence import answers, contains, key_terms, may_still_answer, numbers
from windrow.text.support import unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.row import Chunk, Row

MARKER = re.compile(r"\[(\d{1,3})\]")
SHOWN = 300
CONFIRMED = {"extractive", "computed", "abstention"}  # said in a span, worked out again, or nothing there to say
PREMISE, DATED = "false_premise", "time_swap"

Finding: TypeAlias = tuple[str, str, dict[str, Any]]  # reason, detail, evidence


class Citations(Check):
    """Spans, citations and evidence of rows that are answered from passages."""

    name: ClassVar[str] = "citations"
    version: ClassVar[int] = 2

    def check(self, row: Row) -> Verdict:
        """The first thing that is wrong with the row's evidence, or a pass."""
        if row.kind != "rag_qa":
            return Verdict(self.name, "pass")
        malformed = _malformed(row)
        if malformed:
            return Verdict(self.name, "fail", "malformed_reference", malformed)
        for look in ANSWERABLE if row.reference["answerable"] else UNANSWERABLE:
            for reason, detail, evidence in look(row):
                return Verdict(self.name, "fail", reason, detail, evidence)
        # A pass with evidence says that the answer was confirmed; one in words of its own is only not contradicted.
        confirmed = row.reference.get("answer_type") in CONFIRMED
        found = {"spans": len(row.reference["spans"]), "contexts": len(row.contexts)} if confirmed else {}
        return Verdict(self.name, "pass", evidence=found)


REFERENCE = {"question": str, "answer": str, "answerable": bool, "spans": list, "gold_chunk_ids": list}
SPAN = {"chunk_id": str, "start": int, "end": int, "text": str}


def _malformed(row: Row) -> str:
    """What keeps the row from being looked at, in a sentence, or ''."""
    reference: Any = row.reference
    wrong = _wrong_field(reference, REFERENCE)
    if wrong:
        return f"reference{wrong}"
    wrong = next(filter(None, (_wrong_field(span, SPAN) for span in reference["spans"])), "")
    if wrong:
        return f"a span of reference.spans{wrong}"
    absent = reference.get("absent", [])
    if not isinstance(absent, list) or not all(
        isinstance(text, str) for text in (*absent, *reference["gold_chunk_ids"])
    ):
        return "reference.absent and reference.gold_chunk_ids should be lists of strings"
    if not isinstance(reference.get("about", ""), str):
        return "reference.about should be a string"
    wrong = _malformed_premise(reference) or hop_evidence.malformed(reference)
    if wrong:
        return wrong
    texts = [text for chunk in row.contexts for text in (chunk.id, chunk.text, chunk.title, chunk.section)]
    return "" if texts and all(isinstance(text, str) for text in texts) else "the row needs contexts: id and text"


def _malformed_premise(reference: dict[str, Any]) -> str:
    if reference.get("unanswerable_kind") != PREMISE:
        return ""
    wrong = _wrong_field(reference.get("premise"), {"claim": str, "truth": dict})
    wrong = wrong and f"reference.premise{wrong}"
    return wrong or (_wrong_field(reference["premise"]["truth"], SPAN) and "reference.premise.truth should be a span")


def _wrong_field(value: Any, fields: dict[str, type]) -> str:  # noqa: ANN401 - whatever a row holds
    """What is wrong with an object's fields, as the end of a path, or ''."""
    if not isinstance(value, dict):
        return " should be an object"
    wrong = (
        f".{key} should be a {kind.__name__}" for key, kind in fields.items() if not isinstance(value.get(key), kind)
    )
    return next(wrong, "")


def _spans(row: Row) -> Iterator[Finding]:
    """Every span is the text at its offsets in a gold chunk, and every gold chunk has one."""
    chunks = {chunk.id: chunk for chunk in row.contexts}
    gold = set(row.reference["gold_chunk_ids"])
    spans = row.reference["spans"]
    if not spans:
        yield "no_span", "an answerable row needs at least one span of evidence", {}
    for span in spans:
        chunk = chunks.get(span["chunk_id"])
        if chunk is None or span["chunk_id"] not in gold:
            yield "span_outside_evidence", "a span points at a chunk that is not among the evidence", {"span": span}
            continue
        there = chunk.text[span["start"] : span["end"]] if 0 <= span["start"] < span["end"] else ""
        if there != span["text"]:
            yield (
                "span_not_verbatim",
                "the text at the offsets is not the span's",
                {"span": span, "there": there[:SHOWN]},
            )
    missing = sorted(gold - chunks.keys()) or sorted(gold - {span["chunk_id"] for span in spans})
    if missing:
        yield "gold_without_evidence", "a gold chunk is not in the context or has no span", {"chunks": missing}


def _answer(row: Row) -> Iterator[Finding]:
    """An extractive answer stands in a span, and every number of any answer does."""
    reference = row.reference
    answer, spans = reference["answer"], [span["text"] for span in reference["spans"]]
    if reference.get("answer_type") == "extractive" and not any(contains(span, answer) for span in spans):
        yield "answer_not_in_span", "an extractive answer should stand in a span", {"answer": answer[:SHOWN]}
    known = {number for span in spans for number in numbers(span)}
    findings = [hop["finding"] for hop in reference.get("hops", [])]
    computed = reference.get("computed") or {"operation": "", "language": ""}
    known.update(worked_out(computed["operation"], findings, computed["language"]))
    unknown = [number for number in numbers(answer) if number not in known]
    if unknown:
        yield "number_not_in_span", "the answer has numbers that its evidence has not", {"numbers": unknown[:20]}
    if reference.get("answer_type") == "abstractive":
        yield from _supported(row, answer, spans)
    if not contains(row.response, answer):
        yield "answer_not_in_response", "the assistant turn does not give the answer", {"answer": answer[:SHOWN]}


def _supported(row: Row, answer: str, spans: list[str]) -> Iterator[Finding]:
    """An answer in words of its own has few that are nobody's, no name from elsewhere, and no "not" from nowhere."""
    gold = set(row.reference["gold_chunk_ids"])
    passage = "\n".join(_shown(chunk) for chunk in row.contexts if chunk.id in gold)
    lacking = unsupported(answer, spans, row.reference["question"], passage)
    if lacking:
        yield "answer_not_supported", f"the evidence does not support the answer: {lacking}", {"answer": answer[:SHOWN]}


def _cited(row: Row) -> Iterator[Finding]:
    """The assistant turn cites the evidence and nothing else."""
    gold = set(row.reference["gold_chunk_ids"])
    cited = list(_citations(row))
    for marker, chunk in cited:
        if chunk is None:
            yield "unknown_citation", f"{marker} is no passage of this row", {"marker": marker}
        elif chunk.id not in gold:
            yield "cites_distractor", f"{marker} does not support the answer", {"marker": marker, "chunk": chunk.id}
    uncited = sorted(gold - {chunk.id for _, chunk in cited if chunk is not None})
    if uncited:
        yield "evidence_not_cited", "the assistant turn does not cite its evidence", {"chunks": uncited}


def _citations(row: Row) -> Iterator[tuple[str, Chunk | None]]:
    """Markers of the assistant turn with the passages they stand for, quoted text left out: it may hold brackets."""
    said = row.response
    for span in sorted(row.reference["spans"], key=lambda span: -len(span["text"])):
        if MARKER.search(span["text"]):
            said = said.replace(span["text"], " ")
    for found in MARKER.finditer(said):
        at = int(found[1])
        yield found[0], row.contexts[at - 1] if 0 < at <= len(row.contexts) else None


def _distractors(row: Row) -> Iterator[Finding]:
    """No other passage holds the answer or its evidence beside what the question is about."""
    if row.reference.get("hops"):
        return  # looked at hop by hop
    gold = set(row.reference["gold_chunk_ids"])
    title = next((chunk.title for chunk in row.contexts if chunk.id in gold), "")
    terms = key_terms(row.reference["question"], title)
    phrases = [row.reference["answer"], *(span["text"] for span in row.reference["spans"])]
    for chunk in row.contexts:
        if chunk.id not in gold and answers(_shown(chunk), phrases, terms):
            yield (
                "distractor_answers",
                "a passage that is not cited answers as well",
                {"chunk": chunk.id, "terms": terms},
            )


def _question(row: Row) -> Iterator[Finding]:
    """The question is what the user turn asks, and does not give its answer away."""
    question, answer = row.reference["question"], row.reference["answer"]
    if not question.strip() or not row.question.endswith(question):
        yield "question_not_asked", "the user turn does not end in the question", {"question": question[:SHOWN]}
    if row.reference["answerable"] and contains(question, answer):
        yield "question_contains_answer", "the question gives its own answer away", {"question": question[:SHOWN]}


def _absent(row: Row) -> Iterator[Finding]:
    """What would answer an unanswerable question stands in no passage."""
    absent = row.reference.get("absent", [])
    if not absent:
        yield "nothing_absent", "an unanswerable row should name what its passages do not hold", {}
    for phrase in absent:
        for chunk in row.contexts:
            if contains(_shown(chunk), phrase):
                yield (
                    "answer_in_context",
                    "a passage holds what should be missing",
                    {"chunk": chunk.id, "phrase": phrase},
                )


def _answerable_here(row: Row) -> Iterator[Finding]:
    """No passage has a sentence that may answer what is abstained from, in other words than `absent` has."""
    reference = row.reference
    asked = (reference["question"], reference.get("about", ""), reference.get("absent", []))
    dated = reference.get("unanswerable_kind") == DATED
    known = _told_apart(reference)
    for chunk in row.contexts:
        if chunk.id in known:
            continue
        sentence = may_still_answer(*asked, title=chunk.title, section=chunk.section, text=chunk.text, dated=dated)
        if sentence:
            yield (
                "answerable_here",
                "a passage may answer what the row abstains from",
                {"chunk": chunk.id, "sentence": sentence[:SHOWN]},
            )


def _told_apart(reference: dict[str, Any]) -> set[str]:
    """Passages that speak of what is asked and are known not to answer it: one that contradicts what the question takes
    for granted, and the first half of a way whose second half is gone."""
    hops = {hop["chunk_id"] for hop in reference.get("hops", [])}
    premise = reference.get("premise") if reference.get("unanswerable_kind") == PREMISE else None
    return hops | ({premise["truth"]["chunk_id"]} if premise else set())


def _premise(row: Row) -> Iterator[Finding]:
    """What the question takes for granted stands in it, and a passage contradicts it with another figure."""
    if row.reference.get("unanswerable_kind") != PREMISE:
        return
    claim, truth = row.reference["premise"]["claim"], row.reference["premise"]["truth"]
    told = {"claim": claim, "truth": truth}
    chunk = next((chunk for chunk in row.contexts if chunk.id == truth["chunk_id"]), None)
    if chunk is None or not truth["text"] or chunk.text[truth["start"] : truth["end"]] != truth["text"]:
        yield "span_not_verbatim", "what contradicts the claim does not stand at its offsets", told
    if not contains(row.reference["question"], claim) or claim not in row.reference.get("absent", []):
        yield "premise_not_in_question", "the question does not hold the claim it is said to rest on", told
    if not numbers(claim) or set(numbers(claim)) & set(numbers(truth["text"])):
        yield "premise_not_contradicted", "claim and passage do not state different figures", told


def _abstains(row: Row) -> Iterator[Finding]:
    if row.reference["spans"] or row.reference["gold_chunk_ids"]:
        yield "evidence_for_nothing", "an unanswerable row has neither spans nor gold chunks", {}
    cited = MARKER.findall(row.response)
    if cited:
        yield "cites_distractor", "an unanswerable row cites a passage", {"markers": cited[:20]}


def _shown(chunk: Chunk) -> str:
    return f"{chunk.title}\n{chunk.section}\n{chunk.text}"


ANSWERABLE = (_question, _spans, _answer, _cited, _distractors, hop_evidence.answerable)
UNANSWERABLE = (_question, _absent, _premise, hop_evidence.unanswerable, _answerable_here, _abstains)
