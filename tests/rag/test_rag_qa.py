"""The rag_qa recipe over small corpora in three languages: what must hold of every row, whoever answered."""

import math
import re
from collections import Counter
from pathlib import Path

import pytest
from corpora import ENGLISH, chinese, english, german, linked, many, repeating
from pydantic import ValidationError

from windrow.flow.checks.citations import Citations
from windrow.flow.recipes.rag.contexts import deal
from windrow.flow.recipes.rag_qa import RagOptions
from windrow.shapes import Options
from windrow.text.bm25 import Index
from windrow.text.evidence import contains, numbers
from windrow.text.tokens import words

CITED = Citations(Options(), base=Path())


@pytest.fixture(params=[english, repeating, german, chinese, linked])
def corpus(request):
    return request.param()


def shown(chunk):
    return f"{chunk.title}\n{chunk.section}\n{chunk.text}"


def test_every_corpus_gives_rows_that_the_citations_check_passes(corpus, write, grow):
    grown = grow(write(corpus))
    assert len(grown.rows) >= len(corpus) * 1.5
    assert set(grown.failed) <= {"unsupported"}
    for row in grown.rows:
        assert CITED.check(row).outcome == "pass", CITED.check(row)


def test_spans_stand_at_their_offsets_in_chunk_and_document(corpus, write, grow):
    grown = grow(write(corpus))
    spans = 0
    for row in grown.rows:
        chunks = {chunk.id: chunk for chunk in row.contexts}
        for span in row.reference["spans"]:
            chunk = chunks[span["chunk_id"]]
            document = grown.seeds.text_of(chunk.source)
            assert chunk.text[span["start"] : span["end"]] == span["text"]
            assert document[chunk.start + span["start"] : chunk.start + span["end"]] == span["text"]
            spans += 1
    assert spans


def apart(one, other):
    left, right = (float(re.sub(r"[^\d.]", "", finding.replace(",", ""))) for finding in (one, other))
    return f"{abs(left - right):g}"


def test_the_answer_stands_in_a_span_and_not_in_the_question(corpus, write, grow):
    for row in grow(write(corpus)).rows:
        reference = row.reference
        if reference["answerable"]:
            whole = any(contains(span["text"], reference["answer"]) for span in reference["spans"])
            assert whole or reference["answer_type"] == "computed"
            assert not contains(reference["question"], reference["answer"])
            evidence = {number for span in reference["spans"] for number in numbers(span["text"])}
            if reference.get("computed", {}).get("operation") == "difference":
                evidence |= {str(apart(*(hop["finding"] for hop in reference["hops"])))}
            assert set(numbers(reference["answer"])) <= evidence


def test_rows_speak_the_language_of_their_passage(write, grow):
    assert "Frage:" in grow(write(german(), "de")).rows[0].question
    for row in grow(write(chinese(), "zh")).rows:
        assert "问题：" in row.question
        assert row.messages[0].content.startswith("请仅根据")
        assert row.reference["answerable"] or row.response.startswith("所给段落")


def test_what_cannot_be_answered_has_no_evidence_and_an_answerable_twin(write, grow):
    options = {"unanswerable_kinds": ("removed_evidence", "entity_swap"), "multi_hop": 0}
    grown = grow(write(english()), unanswerable=0.4, **options)
    twins = [row for row in grown.rows if not row.reference["answerable"]]
    kinds = Counter(row.reference["unanswerable_kind"] for row in twins)
    assert kinds["removed_evidence"] >= 3
    assert kinds["entity_swap"] >= 3
    for twin in twins:
        answered = [
            row
            for row in grown.rows
            if row.reference["answerable"] and row.lineage.seeds == twin.lineage.seeds
            and row.lineage.extra.get("nth") == twin.lineage.extra.get("nth")
        ]  # fmt: skip
        assert len(answered) == 1
        assert answered[0].lineage.family == twin.lineage.family
        absent = twin.reference["absent"][0]
        assert not any(contains(shown(chunk), absent) for chunk in twin.contexts)
        if twin.reference["unanswerable_kind"] == "removed_evidence":
            assert absent == answered[0].reference["answer"]
            assert twin.reference["question"] == answered[0].reference["question"]
        else:
            assert contains(twin.reference["question"], absent)


def test_a_name_is_never_exchanged_for_one_that_the_passage_speaks_of(write, grow):
    amber, basil = (text for text in english(2).values())
    documents = {"amber.md": f"{amber}\nThe Basil Plan is for others.\n", "basil.md": basil}
    grown = grow(write(documents), unanswerable=0.5, unanswerable_kinds=("entity_swap",))
    twins = [row for row in grown.rows if not row.reference["answerable"]]
    assert {row.lineage.documents for row in twins} == {("docs/basil.md",)}


def test_evidence_that_stands_elsewhere_too_is_kept_out_of_the_passages(write, grow):
    grown = grow(write(repeating()), unanswerable=0.5, unanswerable_kinds=("removed_evidence",), roundtrip_k=20)
    assert len(grown.rows) >= 30
    for row in grown.rows:
        name = row.lineage.documents[0].removeprefix("docs/").removesuffix(".md").removesuffix("-short")
        for chunk in row.contexts:
            if row.reference["answerable"] and chunk.id not in row.reference["gold_chunk_ids"]:
                assert not (contains(shown(chunk), name) and contains(chunk.text, row.reference["answer"]))
            if not row.reference["answerable"]:
                assert not contains(shown(chunk), row.reference["absent"][0])


def test_no_distractor_holds_the_answer_beside_what_is_asked_about(write, grow):
    for row in grow(write(english())).rows:
        if not row.reference["answerable"]:
            continue
        for chunk in row.contexts:
            if chunk.id not in row.reference["gold_chunk_ids"]:
                about = set(words(row.reference["question"])) & set(words(chunk.title))
                assert not (contains(shown(chunk), row.reference["answer"]) and about - {"plan", "for", "the"})


def test_the_evidence_is_as_likely_in_every_place(write, grow):
    grown = grow(write(many()), unanswerable=0)
    places = Counter(
        [chunk.id for chunk in row.contexts].index(row.reference["gold_chunk_ids"][0]) for row in grown.rows
    )
    total = sum(places.values())
    assert total >= 290
    assert all(len(row.contexts) == 5 for row in grown.rows)
    chi_squared = sum((places[place] - total / 5) ** 2 / (total / 5) for place in range(5))
    assert chi_squared < 18.47  # 4 degrees of freedom, p = 0.001


@pytest.mark.parametrize("p", [0.8, 0.6, 1.0])
def test_the_share_of_rows_with_evidence_is_what_was_asked_for(p, write, grow):
    grown = grow(write(many()), p_oracle=p)
    items = sum(row.reference["answerable"] for row in grown.rows)
    # The number of twins is binomial over the items; 3.3 standard deviations each way.
    rate = (1 - p) / p
    twins = len(grown.rows) - items
    assert abs(twins - items * rate) <= 3.3 * math.sqrt(items * rate * (1 - rate)) + 1e-9


def test_a_new_document_changes_no_request_of_the_others(write, grow):
    folder = write(english(6))
    before = grow(folder).asked
    write({"plans/zebra.md": ENGLISH.format(name="Zebra", fee="9.99", limit=1, data=2, late=3, lines=4, code=5)})
    after = grow(folder).asked
    assert len(after) >= len(before) + 3
    assert all(before[key] == after[key] for key in before.keys() & after.keys())
    assert all("Zebra" in str(after[key]) for key in after.keys() - before.keys())


def test_an_edited_document_changes_its_own_requests_only(write, grow):
    documents = english(6)
    folder = write(documents)
    before = grow(folder).asked
    write({"plans/amber.md": documents["plans/amber.md"].replace("late fee", "late charge")})
    after = grow(folder).asked
    assert len(after.keys() - before.keys()) >= 3
    assert all("Amber" in str(after[key]) for key in after.keys() - before.keys())
    assert all("Amber" in str(before[key]) for key in before.keys() - after.keys())
    assert all(before[key] == after[key] for key in before.keys() & after.keys())


def test_an_edit_leaves_the_order_of_the_items_as_it_was(write, tmp_path):
    from windrow.flow.recipes.rag_qa import RagQA
    from windrow.flow.seeds.documents import DocumentOptions, DocumentSeeds

    def order():
        seeds = DocumentSeeds(DocumentOptions(path="docs"), base=tmp_path)
        recipe = RagQA(RagOptions(multi_hop=0), base=tmp_path)
        recipe.open(seeds.read(), tmp_path / "scratch")
        planted = [item.source for item in recipe.plant([], 0)]
        recipe.close()
        return planted

    documents = english(8)
    write(documents)
    before = order()
    write({"plans/coral.md": documents["plans/coral.md"].replace("family lines", "extra lines")})
    assert order() == before
    assert sorted(before[:8]) == sorted(set(before)), "every chunk has its turn before any has a second one"


def test_the_same_corpus_gives_the_same_rows(write, grow):
    folder = write(english(6))
    assert [row.id for row in grow(folder).rows] == [row.id for row in grow(folder).rows]


def test_one_short_document_gives_rows_without_distractors(write, grow):
    grown = grow(
        write({"only.md": "# Tea House\n\nThe opening fee is 5 euros. If you are late, a fee of 9 euros is due.\n"})
    )
    assert grown.rows
    assert all(len(row.contexts) == 1 for row in grown.rows)


DOCUMENT = "# Boat rental rules for visitors in summer\n\nA rowing boat costs 12 euros per hour. Swimming is allowed.\n"
GOOD = {"question": {"question": "How much is a rowing boat for an hour?"},
        "answer": {"answer": "12 euros per hour", "quotes": ["costs 12 euros per hour"]}}  # fmt: skip


def test_a_good_draft_is_a_row_with_its_citation(write, grow, said):
    row = grow(write({"boats.md": DOCUMENT}), ask=said(**GOOD), questions_per_chunk=1, unanswerable=0).rows[0]
    assert row.response == "> costs 12 euros per hour\n\n12 euros per hour [1]"
    assert row.reference["answer_type"] == "extractive"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"question": {"question": "According to the passage, what does a rowing boat cost?"}},
            "question_needs_passage",
        ),
        ({"question": {"question": "Was kostet ein Boot laut dem Text?"}}, "question_needs_passage"),
        ({"question": {"question": "文中提到的船多少钱？"}}, "question_needs_passage"),
        (
            {"question": {"question": "What do the boat rental rules for visitors in summer say on price?"}},
            "title_leak",
        ),
        ({"question": {"question": "Is a boat 12 euros per hour?"}}, "question_contains_answer"),
        ({"question": {"question": "?"}}, "question_length"),
        ({"answer": {"answerable": False}}, "not_answerable"),
        ({"answer": {"answer": "12 euros", "quotes": []}}, "no_quote"),
        ({"answer": {"answer": "13 euros", "quotes": ["costs 12 euros"]}}, "number_not_in_quote"),
        ({"answer": {"answer": "Yes", "quotes": ["costs 12 euros"]}}, "answer_not_supported"),
        ({"answer": {"answer": "It does not cost 12 euros", "quotes": ["costs 12 euros"]}}, "answer_not_supported"),
        ({"answer": {"answer": "12 euros", "quotes": ["costs twelve euros"]}}, "quote_not_verbatim"),
        ({"answer": {"answer": "", "quotes": ["costs 12 euros"]}}, "empty_answer"),
        ({"answer": {"answer": "word " * 61, "quotes": ["costs 12 euros"]}}, "answer_too_long"),
        ({"answer": {"answer": "12 euros [1]", "quotes": ["costs 12 euros"]}}, "answer_has_marker"),
    ],
)
def test_a_bad_draft_is_kept_with_its_reason(change, reason, write, grow, said):
    grown = grow(write({"boats.md": DOCUMENT}), ask=said(**{**GOOD, **change}), questions_per_chunk=1)
    assert not grown.rows
    assert [(row.failed.reason, row.failed.kind) for row in grown.refused] == [(reason, "recipe")]
    assert grown.refused[0].contexts[0].text == DOCUMENT.strip()


def test_a_question_whose_passage_a_search_does_not_find_is_refused(write, grow, said):
    others = {f"{at}.md": f"# Canoe {at}\n\nCanoe canoe canoe paddles cost {at} euros.\n" for at in range(9)}
    asking = said(question={"question": "canoe paddles"}, answer=GOOD["answer"])
    grown = grow(write({"boats.md": DOCUMENT, **others}), ask=asking, questions_per_chunk=1, roundtrip_k=3)
    boats = [row for row in grown.refused if row.lineage.documents == ("docs/boats.md",)]
    assert [row.failed.reason for row in boats] == ["roundtrip"]


def test_a_quote_may_differ_in_white_space_and_is_stored_as_it_stands(write, grow, said):
    text = "# Boats\n\nA rowing boat costs\n12 euros  per hour.\n"
    asking = said(
        question=GOOD["question"], answer={"answer": "12 euros per hour", "quotes": ["costs 12 euros per hour"]}
    )
    row = grow(write({"boats.md": text}), ask=asking, questions_per_chunk=1, unanswerable=0).rows[0]
    assert row.reference["spans"][0]["text"] == "costs\n12 euros  per hour"


def test_the_teacher_sees_one_passage_only(write, grow, said):
    asking = said(**GOOD)
    grow(write({"boats.md": DOCUMENT, "other.md": "# Other\n\nSecret words.\n"}), ask=asking, questions_per_chunk=1)
    for label, variables in asking.asked:
        assert set(variables) - {"question", "nth", "kinds", "max_words"} == {"title", "section", "text"}, label
        assert ("Secret" in variables["text"]) != ("rowing" in variables["text"])


@pytest.mark.parametrize(
    "options",
    [
        {"p_oracle": 0.9, "unanswerable": 0.2},
        {"kinds": ("riddle",)},
        {"unanswerable_kinds": ("telepathy",)},
        {"kinds": ()},
        {"mix": {"bm25": 0, "same_doc": 0, "random": 0}},
        {"unanswerable": 0.7},
        {"distractor": 3},
    ],
)
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(ValidationError):
        RagOptions(**options)


def test_either_side_of_the_share_gives_the_other():
    assert RagOptions(unanswerable=0.3).p_oracle == pytest.approx(0.7)
    assert RagOptions(p_oracle=0.75).unanswerable == pytest.approx(0.25)


def test_distractors_are_dealt_by_weight_with_none_lost():
    mix = {"bm25": 0.5, "same_doc": 0.25, "random": 0.25}
    assert deal(4, mix) == {"bm25": 2, "same_doc": 1, "random": 1}
    assert all(sum(deal(count, mix).values()) == count for count in range(21))


@pytest.mark.parametrize("k", [1, 3])
def test_a_search_for_the_question_finds_the_passage_among_the_first(k, write, grow, tmp_path):
    """Looked up again, in an index of the test's own over what was read."""
    grown = grow(write(english(8)), roundtrip_k=k, multi_hop=0, unanswerable=0)
    index = Index(tmp_path / "again.sqlite")
    for chunk in grown.chunks.values():
        index.add(chunk.id, chunk.text if chunk.text.startswith("#") else f"{chunk.title}\n{chunk.text}")
    index.build()
    assert grown.rows
    for row in grown.rows:
        found = [hit.id for hit in index.top(row.reference["question"], k)]
        assert row.reference["gold_chunk_ids"][0] in found
        assert row.lineage.extra["rank"] <= k
    index.close()
