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
from windrow.teachers.embedded.question_form import is_sound

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
        ("| Country | Delivery time |\n|---|---|\n| Germany | 4 days |",
         "What is the delivery time for Germany with the Fern Plan?", "4 days"),
        ("| Method | Delivery time |\n|---|---|\n| Bank transfer | 4 days |",
         "What is the delivery time for “Bank transfer” with the Fern Plan?", "4 days"),
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


@pytest.mark.parametrize(
    "text",
    [
        "Everybody is glad that shops open at 9:30 here.",
        "- Mixing ratio of the mortar 3:1",
        "- Version 2.4.1 of the daily transfer limit",
        "- Daily transfer limit https://example.org:8080/5",
        "- The daily transfer limit: $5",  # a determiner makes it a phrase, not a label
        "- Annual cap: 12",
        "The fee is waived any month your minimum daily balance is at least $300.",
        "A bank transfer must take 3 business days.",
        "## Need more help?\nCall the number on the back of the card for help 5.",
        "## Lost your card?\nBlock it in the app and order a new one at once.",
        "If discrepancy confirmed, a fee of $7 applies.",
        "If the total is more than 5, a fee of $7 applies.",
        "If a charge looks wrong, follow those steps and write to support.",
        "- Minimum credit score: $640",
    ],
)
def test_no_question_is_made_that_a_picky_reader_would_refuse(text):
    assert facts(f"# Fern Plan: rules\n\n{text}\n", "Fern Plan: rules") == {}


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("The shop opens at 9:30.", "When does the shop open?", "at 9:30"),
        ("The repair costs 45 euros.", "How much does the repair cost?", "45 euros"),
        ("Deposit disputes may take up to 45 days.", "How long may deposit disputes take?", "up to 45 days"),
        ("Die Reparatur kostet 45 Euro.", "Was kostet die Reparatur?", "45 Euro"),
        ("Die Werkstatt öffnet um 8 Uhr.", "Wann öffnet die Werkstatt?", "um 8 Uhr"),
        ("Der Versand dauert etwa 3 Werktage.", "Wie lange dauert der Versand?", "etwa 3 Werktage"),
        ("La réparation coûte 45 euros.", "Combien coûte la réparation ?", "45 euros"),
        ("L'atelier ouvre à 8 h 30.", "À quelle heure ouvre l'atelier ?", "à 8 h 30"),
        ("Le délai de retour est de 14 jours.", "Quel est le délai de retour ?", "14 jours"),
        ("La reparación cuesta 45 euros.", "¿Cuánto cuesta la reparación?", "45 euros"),
        ("La tienda abre a las 9:30.", "¿A qué hora abre la tienda?", "a las 9:30"),
        ("El plazo de devolución es de 14 días.", "¿Cuál es el plazo de devolución?", "14 días"),
    ],
)
def test_one_plain_sentence_is_asked_about_in_its_language(text, question, answer):
    assert facts(f"{text}\n", "page7") == {question: answer}


@pytest.mark.parametrize("text", ["Das kostet 45 Euro, wenn es regnet.", "Die Tür ist grün.", "La porte est verte."])
def test_a_passage_without_a_fact_is_refused_in_plain_words(text):
    with pytest.raises(AnswerFailure, match="found no fact in this passage that its rules can ask about"):
        answered(asking(text=text, title="page7"))


@pytest.mark.parametrize(
    ("question", "language", "sound"),
    [
        ("How many the shop opens at 9?", "en", False),
        ("How long do a bank transfer must take?", "en", False),
        ("What is the fee is waived any month for the Fern Plan?", "en", False),
        ("For the Fern Plan, need more help?", "en", False),
        ("What is the fee that is charged when I travel?", "en", True),
        ("For the Fern Plan, what happens if I lose my card and it is found?", "en", True),
        ("How do I confirm my benefits are active?", "en", True),
        ("How many free transfers come with the Fern Plan?", "en", True),
        ("If I travel, can I pay by card?", "en", True),
        ("What should I do if my card is lost?", "en", True),
        ("Noch Fragen?", "de", False),
        ("Fern: Was kostet die Karte?", "de", True),
        ("Puis-je payer par carte ?", "fr", True),
        ("Besoin d'aide ?", "fr", False),
        ("¿Puedo pagar con tarjeta?", "es", True),
        ("¿Más preguntas sobre esto?", "es", False),
    ],
)
def test_the_form_of_a_question_is_looked_at_last(question, language, sound):
    assert is_sound(question, language, "Fern") is sound
