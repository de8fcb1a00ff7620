"""Questions over two passages: neither passage is enough, both are cited, and code finds out where that is not so."""

from collections import Counter
from pathlib import Path

import pytest
from corpora import english, linked, linked_german, many
from msgspec.structs import replace

from windrow.flow.checks.citations import Citations
from windrow.shapes import Options
from windrow.text.evidence import contains
from windrow.text.tokens import words

CHECK = Citations(Options(), base=Path())
OPTIONS = {"multi_hop": 0.5, "unanswerable": 0.4}


def shown(chunk):
    return f"{chunk.title}\n{chunk.section}\n{chunk.text}"


def over_two(grown):
    return [row for row in grown.rows if row.reference.get("hops")]


def states(chunk, hop):
    """Whether a passage says of what the hop is about what it finds: the whole string test, written here again."""
    return contains(shown(chunk), hop["finding"]) and set(words(hop["about"])) <= set(words(shown(chunk)))


@pytest.fixture(params=[linked, linked_german, english])
def hops(request, write, grow):
    rows = over_two(grow(write(request.param()), **OPTIONS))
    assert rows
    return rows


def test_bridges_and_comparisons_grow_and_pass_their_check(write, grow):
    rows = over_two(grow(write(linked()), **OPTIONS))
    assert min(Counter(row.reference["hop_kind"] for row in rows).values()) >= 6
    assert {row.reference["hop_kind"] for row in rows} == {"bridge", "comparison"}
    assert [row for row in rows if CHECK.check(row).outcome != "pass"] == []


def test_without_either_passage_nothing_in_the_row_answers(hops):
    for row in hops:
        for hop in row.reference["hops"] if row.reference["answerable"] else ():
            left = [chunk for chunk in row.contexts if chunk.id != hop["chunk_id"]]
            assert len(left) == len(row.contexts) - 1
            assert not any(states(chunk, hop) for chunk in left)


def test_no_passage_alone_leads_from_the_question_to_the_answer(hops):
    for row in (row for row in hops if row.reference["answerable"]):
        first, second = row.reference["hops"]
        for chunk in row.contexts:
            assert not (states(chunk, first) and states(chunk, second))
            if row.reference["hop_kind"] == "bridge":
                ends = {"about": first["about"], "finding": row.reference["answer"]}
                assert not states(chunk, ends)


def test_a_bridge_question_names_neither_the_bridge_nor_the_answer(hops):
    for row in hops:
        if row.reference["hop_kind"] == "bridge":
            bridge = row.reference["hops"][0]["finding"]
            assert not contains(row.reference["question"], bridge)
            assert not contains(row.reference["question"], row.reference["answer"])


def test_both_passages_are_quoted_and_cited_and_come_from_two_documents(hops):
    for row in (row for row in hops if row.reference["answerable"]):
        gold = row.reference["gold_chunk_ids"]
        assert [span["chunk_id"] for span in row.reference["spans"]] == gold
        cited = {
            row.contexts[int(marker) - 1].id for marker in "".join(c if c.isdigit() else " " for c in tail(row)).split()
        }
        assert cited == set(gold)
        assert len(set(row.lineage.documents)) == len(row.lineage.seeds) == 2


def tail(row):
    return row.response[row.response.rindex(row.reference["answer"]) + len(row.reference["answer"]) :]


def test_the_unanswerable_twin_keeps_one_passage_and_stands_on_its_sibling(hops):
    siblings = {row.id: row for row in hops if row.reference["answerable"]}
    twins = [row for row in hops if not row.reference["answerable"]]
    assert twins
    for twin in twins:
        sibling = siblings[twin.lineage.parents[0]]
        assert twin.lineage.family == sibling.lineage.family
        assert twin.reference["question"] == sibling.reference["question"]
        kept = {chunk.id for chunk in twin.contexts} & set(sibling.reference["gold_chunk_ids"])
        assert kept == {twin.reference["hops"][0]["chunk_id"]}
        assert not any(contains(shown(chunk), twin.reference["absent"][0]) for chunk in twin.contexts)


def test_each_passage_is_as_likely_in_every_place(write, grow):
    rows = [row for row in over_two(grow(write(many(58)), multi_hop=0.5, unanswerable=0)) if len(row.contexts) == 6]
    assert len(rows) >= 40
    for which in (0, 1):
        places = Counter(
            [chunk.id for chunk in row.contexts].index(row.reference["gold_chunk_ids"][which]) for row in rows
        )
        expected = len(rows) / 6
        assert sum((places[place] - expected) ** 2 / expected for place in range(6)) < 20.52  # 5 degrees, p = 0.001


def test_the_share_of_such_questions_is_what_was_asked_for(write, grow):
    for share in (0, 0.2, 0.4):
        items = grow(write(english()), multi_hop=share).asked
        pairs = sum(key.count("/") == 2 for key in items)
        assert abs(pairs / len(items) - share) <= 0.12


def test_the_same_pair_is_asked_once(write, grow):
    asked = grow(write(english()), **OPTIONS).asked
    pairs = [frozenset(key.split("/")[:2]) for key in asked if key.count("/") == 2]
    assert len(pairs) == len(set(pairs))


def test_an_edit_of_one_document_leaves_the_partners_of_the_others(write, grow):
    documents = linked()
    before = grow(write(documents), **OPTIONS).asked
    name = "workshops/thun workshop.md"
    after = grow(write({name: documents[name].replace("open all year", "open in spring")}), **OPTIONS).asked
    new = {key: str(asked) for key, asked in after.items() if key not in before}
    assert any(key.count("/") == 2 for key in new)
    assert all("Thun Workshop" in asked for asked in new.values())


def test_the_teacher_of_a_pair_sees_its_two_passages_only(write, grow, said):
    asking = said(
        question={"question": "?"}, answer={"answer": ""}, hop_question={"question": ""}, hop_answer={"answer": ""}
    )
    grow(write(linked()), ask=asking, **OPTIONS)
    pairs = [variables for label, variables in asking.asked if label == "hop_question"]
    assert pairs
    for variables in pairs:
        assert set(variables) == {"first", "second", "shared", "kinds"}
        both = [variables["first"]["text"], variables["second"]["text"]]
        assert any("looks after machines" in text for text in both) or all("cafés" in text for text in both)


MACHINES = {
    "heron.md": "# Heron Machine\n\nThe Heron Machine holds 12 litres. It is repaired by Lindau Yard in the winter.\n",
    "osprey.md": "# Osprey Machine\n\nThe Osprey Machine holds 15 litres. It stands on three legs made of oak.\n",
    "lindau.md": "# Lindau Yard: visits\n\nLindau Yard opens at 9:40. At Lindau Yard a check costs 45 euros.\n",
    "tea.md": "# Tea\n\nTea is free for everybody on Sundays.\n",
}
BRIDGE = {
    "hop_question": {"question": "When does the yard that repairs the Heron Machine open?", "kind": "bridge"},
    "hop_answer": {
        "answer": "9:40",
        "hops": [
            {"passage": 1, "about": "Heron Machine", "finding": "Lindau Yard", "quote": "repaired by Lindau Yard"},
            {"passage": 2, "about": "Lindau Yard", "finding": "9:40", "quote": "Lindau Yard opens at 9:40"},
        ],
    },
}
COMPARISON = {
    "hop_question": {"question": "Which holds more, the Heron Machine or the Osprey Machine?", "kind": "comparison"},
    "hop_answer": {
        "answer": "The Osprey Machine, with 15 litres against 12 litres for the Heron Machine",
        "operation": "greater",
        "hops": [
            {"passage": 1, "about": "Heron Machine", "finding": "12 litres", "quote": "Heron Machine holds 12 litres"},
            {
                "passage": 2,
                "about": "Osprey Machine",
                "finding": "15 litres",
                "quote": "Osprey Machine holds 15 litres",
            },
        ],
    },
}


def passages(good):
    second = "lindau.md" if good is BRIDGE else "osprey.md"
    return "heron.md", second


@pytest.fixture
def draft(write, tmp_path):
    """Runs one pair through the recipe's gates: the rows that come of what a teacher says."""
    import asyncio

    from windrow.flow.recipes.rag_qa import PairPlanting, RagOptions, RagQA
    from windrow.flow.seeds.documents import DocumentOptions, DocumentSeeds
    from windrow.shapes import Seed

    class Saying:
        def __init__(self, said):
            self.said = said

        async def __call__(self, label, *, schema, tools=(), role=None, **variables):
            return schema(**self.said[label])

    def draft(said, names, **options):
        seeds = DocumentSeeds(DocumentOptions(path=str(write(MACHINES))), base=tmp_path)
        recipe = RagQA(RagOptions(multi_hop=0.5, **options), base=tmp_path)
        recipe.open(seeds.read(), tmp_path / "scratch")
        chunks = {seed.payload.source: seed for seed in seeds.read()}
        first, second = (chunks[f"docs/{name}"] for name in names)
        pair = PairPlanting(first.payload, second.payload, "Lindau Yard", ("bridge", "comparison"))
        item = Seed(f"{first.key}/{second.key}/x", pair, "", first.family)

        async def rows():
            return [row async for row in recipe.grow(item, Saying(said))]

        try:
            return asyncio.run(rows())
        finally:
            recipe.close()

    return draft


@pytest.mark.parametrize("good", [BRIDGE, COMPARISON], ids=["bridge", "comparison"])
def test_a_good_draft_is_a_row_whose_check_passes(good, draft):
    row = draft(good, passages(good), unanswerable=0)[0]
    assert row.failed is None
    assert CHECK.check(row).outcome == "pass", CHECK.check(row)
    assert row.response.count("[") == 2


def changed(good, at=None, **changes):
    """`good` with some of what is said changed; `at` names a hop."""
    said = {label: {**told} for label, told in good.items()}
    for key, value in changes.items():
        if at is not None:
            hops = [{**hop} for hop in said["hop_answer"]["hops"]]
            hops[at][key] = value
            said["hop_answer"]["hops"] = hops
        else:
            said["hop_question" if key in ("question", "kind") else "hop_answer"][key] = value
    return said


NAMING = "When does Lindau Yard, which repairs the Heron Machine, open?"
TWISTED = "The Heron Machine, with 12 litres against 15 litres for the Osprey Machine"
BAD = [
    (changed(BRIDGE, question=""), "no_question_over_both"),
    (changed(BRIDGE, question="According to the passage, when does the yard open?"), "question_needs_passage"),
    (changed(BRIDGE, question=NAMING), "question_names_bridge"),
    (changed(BRIDGE, question="Which yard for the Heron Machine opens at 9:40?"), "question_contains_answer"),
    (changed(BRIDGE, question="When does the yard open?"), "one_passage_enough"),
    (changed(BRIDGE, answerable=False), "not_answerable"),
    (changed(BRIDGE, answer=""), "empty_answer"),
    (changed(BRIDGE, answer="10:40"), "number_not_in_quote"),
    (changed(BRIDGE, answer="Lindau Yard"), "finding_not_in_answer"),
    (changed(BRIDGE, answer="in the winter"), "answer_not_supported"),
    (changed(BRIDGE, hops=BRIDGE["hop_answer"]["hops"][:1]), "hop_missing"),
    (changed(BRIDGE, hops=[BRIDGE["hop_answer"]["hops"][1]] * 2), "hop_missing"),
    (changed(BRIDGE, at=0, quote="fixed by Lindau Yard"), "quote_not_verbatim"),
    (changed(BRIDGE, at=1, quote="opens at 10:40", finding="10:40"), "quote_not_verbatim"),
    (changed(BRIDGE, at=0, finding="Thun Yard"), "finding_not_in_quote"),
    (changed(BRIDGE, at=0, finding="winter", quote="in the winter"), "bridge_leads_nowhere"),
    (changed(COMPARISON, answer=TWISTED), "wrong_comparison"),
    (changed(COMPARISON, operation="less"), "wrong_comparison"),
    (changed(COMPARISON, operation="difference"), "wrong_comparison"),
    (changed(COMPARISON, operation="none", answer="The Osprey Machine, by 15 litres"), "finding_not_in_answer"),
    (changed(COMPARISON, at=1, about="Heron Machine"), "nothing_to_compare"),
    (changed(changed(COMPARISON, at=1, finding="oak", quote="made of oak"), answer="Oak"), "not_comparable"),
    (changed(COMPARISON, question="Which holds more, the Heron Machine or the other?"), "compared_not_named"),
]


@pytest.mark.parametrize(("said", "reason"), BAD)
def test_a_bad_draft_over_two_passages_is_kept_with_its_reason(said, reason, draft):
    good = BRIDGE if said["hop_question"]["kind"] == "bridge" else COMPARISON
    rows = draft(said, passages(good))
    assert [(row.failed.reason, row.failed.kind) for row in rows] == [(reason, "recipe")]
    assert len(rows[0].contexts) == 2


def test_a_difference_is_worked_out_again(draft):
    asked = "How much more does the Osprey Machine hold than the Heron Machine?"
    right = changed(COMPARISON, question=asked, answer="3 litres", operation="difference")
    row = draft(right, passages(COMPARISON), unanswerable=0)[0]
    assert CHECK.check(row).outcome == "pass"
    assert row.reference["answer_type"] == "computed"
    wrong = changed(COMPARISON, question=asked, answer="4 litres", operation="difference")
    assert draft(wrong, passages(COMPARISON))[0].failed.reason == "number_not_in_quote"


def test_a_hop_that_a_search_does_not_find_is_refused(draft):
    vague = changed(BRIDGE, question="Teatime on Sundays for the Heron everybody: when, free Tea?")
    rows = draft(vague, passages(BRIDGE), roundtrip_k=1)
    assert rows[0].failed.reason == "roundtrip"


def tampered(row, **changes):
    return replace(row, reference={**row.reference, **changes})


def test_the_check_refuses_a_row_in_which_a_hop_can_be_left_out(draft):
    row = draft(BRIDGE, passages(BRIDGE), unanswerable=0)[0]
    spare = replace(row.contexts[0], id="spare", text="Lindau Yard, it is said, opens at 9:40.", title="", section="")
    verdict = CHECK.check(replace(row, contexts=(*row.contexts, spare)))
    assert (verdict.reason, verdict.evidence["chunk"]) == ("hop_to_spare", "spare")
    short = replace(spare, text="The Heron Machine can be collected from 9:40 on.")
    assert CHECK.check(replace(row, contexts=(*row.contexts, short))).reason == "one_passage_enough"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"hops": [{"chunk_id": "x", "about": "a", "finding": "b"}]}, "malformed_reference"),
        ({"hops": "no"}, "malformed_reference"),
        ({"hop_kind": "riddle"}, "malformed_reference"),
        ({"question": "When does Lindau Yard open for the Heron Machine?"}, "question_names_bridge"),
    ],
)
def test_the_check_reads_the_hops_off_the_row(changes, reason, draft):
    row = draft(BRIDGE, passages(BRIDGE), unanswerable=0)[0]
    asked = changes.get("question", row.reference["question"])
    turns = (row.messages[0], replace(row.messages[1], content=f"Question: {asked}"), row.messages[2])
    assert CHECK.check(replace(tampered(row, **changes), messages=turns)).reason == reason


def test_the_check_works_out_a_comparison_again(draft):
    row = draft(COMPARISON, passages(COMPARISON), unanswerable=0)[0]
    assert CHECK.check(tampered(row, computed={"operation": "less", "language": "en"})).reason == "wrong_comparison"
    hops = [{**hop, "finding": "13 litres"} for hop in row.reference["hops"]]
    assert CHECK.check(tampered(row, hops=hops)).reason == "hop_not_stated"
