"""Unanswerable twins: what a passage must not hold for one to be made, in any language, and what one stands on."""

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from windrow.flow.checks.citations import Citations
from windrow.row import Chunk
from windrow.shapes import Options
from windrow.text.content_words import content_words, same_word, share_held
from windrow.text.evidence import may_answer

CHECK = Citations(Options(), base=Path())


def sentence_for(question, text, about="", answer="42", title="Help", section=""):
    return may_answer(question, about, [answer], title=title, section=section, text=text)


WAIVER = "If you believe you qualified for the waiver, request a fee review and include your balance evidence."
SPLIT = "If the due date passes, review outstanding balances and decide whether to resend the split."


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What should I do if I believe my balance qualified for the waiver but the fee posted?", WAIVER),
        ("What happens if the due date passes and balances remain?", SPLIT),
        (
            "Was passiert, wenn die Karte im Ausland gesperrt wird?",
            "Falls Ihre Karte im Ausland gesperrt ist, rufen Sie uns an.",
        ),
        (
            "¿Qué debo hacer si la tarjeta fue bloqueada en el extranjero?",
            "Si su tarjeta está bloqueada en el extranjero, llámenos.",
        ),
        ("Что делать, если карта заблокирована за границей?", "Если карту заблокировали за границей, позвоните нам."),
        ("信用卡在国外被锁定怎么办？", "如果信用卡在国外被锁定，请致电我们。"),
        ("카드가 해외에서 정지되면 어떻게 하나요?", "카드가 해외에서 정지된 경우 전화해 주세요."),
    ],
)
def test_a_sentence_with_most_of_what_is_asked_for_may_answer(question, sentence):
    text = f"Our desk is open all day.\n\n{sentence}\n\nTea is free."
    assert sentence_for(question, text) == sentence
    assert not sentence_for(question, "Our desk is open all day. 我们的柜台全天开放。Tea is free.")


def test_words_of_several_sentences_together_do_not_answer():
    question = "What is the overdraft limit of the linked savings card abroad?"
    assert not sentence_for(question, "Overdraft is rare. A limit exists. We linked arms. Savings grow. Card games.")


def test_a_part_of_the_question_beside_a_part_of_its_answer_may_answer():
    asked = "Which papers must couriers from outlying islands carry?"
    told = "a stamped passport and a ferry ticket"
    text = "Couriers need their passport, stamped, before boarding."
    assert sentence_for(asked, text, answer=told) == ""
    text = "Couriers show a stamped passport and their papers."
    assert sentence_for(asked, text, answer=told) == text


def test_a_passage_about_another_named_thing_answers_for_that_alone():
    question, text = "What does the paper bill of the Amber Plan cost?", "With the Basil Plan a paper bill costs $3."
    assert not sentence_for(question, text, about="Amber Plan", title="FAQ: Basil Plan")
    assert sentence_for(question, text, about="Amber Plan", title="FAQ: Amber Plan")
    assert sentence_for(question, "A paper bill costs $3.", about="Amber Plan", title="Bills and what they cost")
    assert sentence_for("What does a paper bill cost?", text, title="FAQ: Basil Plan"), "no name, no excuse"


def test_forms_of_a_word_are_the_same_word_and_other_words_are_not():
    assert all(same_word(*pair) for pair in [("qualifies", "qualified"), ("limit", "limits"), ("konto", "konten")])
    assert not any(same_word(*pair) for pair in [("transfer", "transaction"), ("pay", "pan"), ("12345", "12346")])


@given(st.text(max_size=80), st.text(max_size=80))
def test_what_a_text_holds_of_itself_is_everything_and_more_words_never_hold_less(text, more):
    wanted = content_words(text)
    assert len(wanted) == len(set(wanted))
    assert share_held(wanted, wanted) == 1
    assert share_held(wanted, content_words(more)) <= share_held(wanted, content_words(more) + wanted)


FEES = """# {name} Plan

### What does the paper bill of the {name} Plan cost?
Paper bills are sent by post for ${fee} per month. You can leave the {name} Plan at any time.
"""
LOOSE = """# Late bills

If you believe a late charge is wrong, request a review from the desk within {days} days.
"""


def folder():
    names = ["Amber", "Basil", "Coral", "Delta", "Ember", "Fern", "Grove", "Hazel"]
    named = {f"{name}.md": FEES.format(name=name, fee=f"{at}.50") for at, name in enumerate(names, start=1)}
    return named | {f"late-{at}.md": LOOSE.format(days=at + 20) for at in range(3)}


def test_a_question_that_names_nothing_has_no_twin(write, grow, said):
    asking = said(
        question={"question": "What should I do if I believe a late charge is wrong?"},
        answer={"answer": "request a review from the desk", "quotes": ["request a review from the desk"]},
    )
    documents = {f"late-{at}.md": LOOSE.format(days=at + 20) for at in range(3)}
    grown = grow(write(documents), ask=asking, unanswerable=0.5, questions_per_chunk=3)
    assert [row.reference["answerable"] for row in grown.rows] == [True] * 9


def test_a_name_in_the_question_or_a_word_that_one_document_has_allows_a_twin(write, grow, said):
    asking = said(
        question={"question": "How long is a zeppelin cruise?"},
        answer={"answer": "nine hours", "quotes": ["lasts nine hours"]},
    )
    documents = {"air.md": "# Trips by zeppelin\n\nA cruise lasts nine hours.\n", "tea.md": "# Tea\n\nTea is free.\n"}
    options = {"unanswerable": 0.5, "questions_per_chunk": 1, "unanswerable_kinds": ("removed_evidence",)}
    twins = [row for row in grow(write(documents), ask=asking, **options).rows if not row.reference["answerable"]]
    assert [row.reference["about"] for row in twins] == ["zeppelin"]
    elsewhere = {**documents, "log.md": "# Log\n\nThe zeppelin is red.\n"}
    assert all(row.reference["answerable"] for row in grow(write(elsewhere, "more"), ask=asking, **options).rows)


def test_a_sort_of_thing_is_no_name_to_ask_about_instead(write, grow):
    options = {"unanswerable": 0.5, "unanswerable_kinds": ("entity_swap",)}
    names = {"Amber.md": FEES.format(name="Amber", fee="1.50"), "Basil.md": FEES.format(name="Basil", fee="2.50")}
    assert any(not row.reference["answerable"] for row in grow(write(names), **options).rows)
    small = {**names, "tea.md": "# Tea\n\nEvery amber plan and every basil plan comes with tea.\n"}
    assert all(row.reference["answerable"] for row in grow(write(small, "small"), **options).rows)


def test_every_twin_stands_on_its_answerable_sibling(write, grow):
    grown = grow(write(folder()), unanswerable=0.5)
    siblings = {row.id: row for row in grown.rows if row.reference["answerable"]}
    twins = [row for row in grown.rows if not row.reference["answerable"]]
    assert len(twins) >= 4
    assert Counter(row.lineage.parents for row in siblings.values()) == {(): len(siblings)}
    for twin in twins:
        (parent,) = twin.lineage.parents
        assert siblings[parent].lineage.documents == twin.lineage.documents
        assert grown.rows.index(siblings[parent]) < grown.rows.index(twin)


def test_the_check_refuses_a_twin_into_whose_passages_an_answer_in_other_words_is_put(write, grow):
    twins = [row for row in grow(write(folder()), unanswerable=0.5).rows if not row.reference["answerable"]]
    assert twins
    for twin in twins:
        assert CHECK.check(twin).outcome == "pass"
        words = content_words(twin.reference["question"])
        random.Random(7).shuffle(words)
        spoilt = Chunk("spoilt", f"Somebody says: {' '.join(words)}.", "s.md", 0, 9, "Notes", "")
        mixed = replace(twin, contexts=(*twin.contexts, spoilt), reference={**twin.reference, "absent": ["nothing"]})
        verdict = CHECK.check(mixed)
        assert (verdict.reason, verdict.evidence["chunk"]) == ("answerable_here", "spoilt")
