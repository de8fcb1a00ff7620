"""The embedded teacher: a program that says so, the same answer to the same request, a plain no to the rest."""

import asyncio

import orjson
import pytest

from windrow.errors import AnswerFailure, UnknownName
from windrow.row import Message
from windrow.teachers.base import Request
from windrow.teachers.connect import connect
from windrow.teachers.embedded.passage import Passage
from windrow.teachers.embedded.procedural import Procedural

TEXT = "# Fern Plan\n\n- Daily transfer limit: $900\n\nIf you lose the card, a fee of $7 applies.\n"
KINDS = ["factoid", "definition", "numeric", "procedural"]


def asking(label="rag_qa/question", text=TEXT, **variables):
    given = {"title": "Fern Plan", "section": "", "text": text, "nth": 0, "kinds": KINDS, **variables}
    return Request(label, given, (Message("user", "wording for models"),))


def answered(request):
    teacher = Procedural()
    return teacher.decode(asyncio.run(teacher.send(teacher.encode(request), request)))


def facts(text, title="Fern Plan"):
    """Every question that the rules ask of a text, with its answer."""
    found = {}
    for nth in range(20):
        try:
            question = orjson.loads(answered(asking(text=text, title=title, nth=nth)).text)["question"]
        except AnswerFailure:
            break
        request = asking("rag_qa/answer", text=text, title=title, question=question, max_words=60)
        found[question] = orjson.loads(answered(request).text)["answer"]
    return found


def test_it_says_what_it_is_and_invents_no_usage():
    teacher = connect("embedded/procedural")
    answer = answered(asking())
    assert teacher.origin == "procedural"
    assert teacher.address == "embedded/procedural"
    assert answer.usage is None


def test_the_same_request_is_the_same_bytes_whatever_its_wording():
    one = asking()
    other = Request(one.label, dict(reversed(one.variables.items())), (Message("user", "another wording"),))
    teacher = Procedural()
    assert teacher.encode(one) == teacher.encode(other)
    assert teacher.encode(one) != teacher.encode(asking(nth=1))


def test_what_it_has_no_rule_for_it_refuses():
    for request in (asking("evol/rewrite"), asking(nth=99), asking("rag_qa/answer", question="Why?", max_words=9)):
        with pytest.raises(AnswerFailure) as caught:
            answered(request)
        assert caught.value.kind == "unsupported"


def test_another_model_name_is_unknown():
    with pytest.raises(UnknownName, match="gpt"):
        Procedural("gpt")


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("- Daily transfer limit: $900", "What is the daily transfer limit for the Fern Plan?", "$900"),
        ("- Maximum referrals per year: 5",
         "What is the maximum number of referrals per year for the Fern Plan?", "5"),
        ("If you lose your card, a fee of $7 applies.", "For the Fern Plan, what happens if I lose my card?",
         "A fee of $7 applies."),
        ("If a charge looks wrong, contact support at once.",
         "For the Fern Plan, what should I do if a charge looks wrong?",
         "Contact support at once."),
        ("You can add up to 5 family lines.", "How many family lines can I add with the Fern Plan?", "up to 5"),
        ("The monthly service fee is $12.50.", "What is the monthly service fee for the Fern Plan?", "$12.50"),
        ("Bank transfers take 2 business days.",
         "For the Fern Plan, how long do bank transfers take?", "2 business days"),
        ("You must sign the form within 30 days.",
         "For the Fern Plan, how soon must I sign the form?", "within 30 days"),
        ("Paper bills cost $2 per month.", "How much do paper bills cost with the Fern Plan?", "$2 per month"),
        ("## How to cancel the plan\n1. Open the settings page.\n2. Confirm with your code.",
         "How do I cancel the Fern Plan?",
         "1. Open the settings page.\n2. Confirm with your code."),
        ("### Can I pay by card?\nYes. Every card is fine.", "For the Fern Plan, can I pay by card?",
         "Yes. Every card is fine."),
        ("| Item | Retention period |\n|---|---|\n| Call recordings | 30 days |",
         "What is the retention period for call recordings with the Fern Plan?", "30 days"),
    ],
)  # fmt: skip
def test_english_facts_are_asked_for_in_good_english(text, question, answer):
    assert facts(f"# Fern Plan: rules\n\n{text}\n", "Fern Plan: rules") == {question: answer}


@pytest.mark.parametrize(
    "text",
    [
        "- Note: $5 is fine",  # no thing
        "- Late fee: [value not available]",  # a placeholder
        "If this happens, contact support at once.",  # leans on its neighbours
        "- Overview: see page 3. Then page 4.",  # no value
        "We are glad that you are here with us today.",
        "```\nlimit: 5 seconds\n```",
    ],
)
def test_what_cannot_be_asked_well_is_not_asked(text):
    assert facts(f"# Fern Plan: rules\n\n{text}\n", "Fern Plan: rules") == {}


def test_two_answers_to_one_question_are_none():
    assert facts("- Daily transfer limit: $900\n- Daily transfer limit: $800\n", "Fern Plan: rules") == {}


@pytest.mark.parametrize(
    ("title", "text", "question", "answer"),
    [
        ("Basiskonto", "Das Konto ist für alle da und nicht teuer. Die Kündigungsfrist beträgt 14 Tage.",
         "Wie lang ist die Kündigungsfrist (Basiskonto)?", "14 Tage"),
        ("Basiskonto", "Das ist ein Konto für alle und nicht teuer.\n\n- Tageslimit: 900 Euro",
         "Was gilt bei Basiskonto für „Tageslimit“?", "900 Euro"),
        ("蓝色账户", "蓝色账户的客户可以随时存款。每日转账限额为900元。", "蓝色账户的每日转账限额是多少？", "900元"),
        ("蓝色账户", "蓝色账户很方便。宽限期是指到期后可以还款的时间。", "什么是宽限期？", "到期后可以还款的时间"),
        ("青い口座", "青い口座はとても便利です。年会費は五百円ではありません。\n\n- 限度額：900円",
         "青い口座の限度額は何ですか？", "900円"),
        ("Compte bleu", "Le compte bleu est fait pour vous et pour la famille.\n\n- Plafond : 900 euros",
         "Pour Compte bleu, qu'est-ce qui est prévu pour « Plafond » ?", "900 euros"),
    ],
)  # fmt: skip
def test_other_languages_keep_their_own(title, text, question, answer):
    assert facts(f"{text}\n", title)[question] == answer


def test_the_subject_takes_an_article_where_the_text_gives_it_one():
    assert Passage("Fern Plan: rules", "", "The Fern Plan is cheap and good for you.").named == "the Fern Plan"
    assert Passage("Fern Blue: rules", "", "With Fern Blue you pay less on the phone.").named == "Fern Blue"
