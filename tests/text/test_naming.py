"""Languages guessed, names found in titles, texts cut into passages."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.text.chunking import passages
from windrow.text.language import guess
from windrow.text.names import name_in
from windrow.text.tokens import words


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The refund is sent to the card that was used for the order."),
        ("de", "Die Erstattung wird auf die Karte gebucht, die für den Kauf verwendet wurde."),
        ("fr", "Le remboursement est versé sur la carte utilisée pour la commande."),
        ("es", "El reembolso se abona en la tarjeta utilizada para el pedido."),
        ("ja", "返金は注文に使われたカードに行われます。"),
        ("zh", "退款将退回到下单时使用的银行卡。"),
        ("ko", "환불은 주문에 사용한 카드로 이루어집니다."),
        ("ru", "Возврат производится на карту, с которой оплачен заказ."),
        ("ar", "يُعاد المبلغ إلى البطاقة المستخدمة في الطلب."),
        ("", "12345 67890"),
        ("", ""),
    ],
)
def test_the_language_is_guessed(language, text):
    assert guess(text) == language


@pytest.mark.parametrize(
    ("title", "text", "name"),
    [
        ("Silver Zoom Card: Fuel reporting", "Fees apply.", "Silver Zoom Card"),
        ("FAQ: Blue Account", "Your Blue Account earns interest.", "Blue Account"),
        ("Setting up overdraft protection for your Blue Account", "Fees apply.", "Blue Account"),
        ("How to Avoid Monthly Fees", "You pay Monthly fees.", ""),
        ("Using ATMs worldwide", "ATMs are everywhere.", ""),
        ("Internal: Activating a Debit Card", "Ask the caller.", ""),
        ("蓝色账户", "蓝色账户的年费为一百元。", "蓝色账户"),
        ("Premiumkonto: Gebühren", "Das Premiumkonto kostet nichts.", "Premiumkonto"),
        ("", "", ""),
    ],
)
def test_a_name_is_found_where_there_is_one(title, text, name):
    assert name_in(title, text) == name


@given(st.text(max_size=60), st.text(max_size=200))
def test_a_name_is_part_of_its_title(title, text):
    assert name_in(title, text) in title or "(" in title or "（" in title


@given(st.text(max_size=600), st.integers(1, 40), st.sampled_from([0.0, 0.1, 0.5]))
def test_passages_hold_every_word_and_no_more_than_they_may(text, most, overlap):
    text = unicodedata.normalize("NFKC", text)  # one character may stand for several words
    found = list(passages(text, most=most, overlap=overlap))
    for passage in found:
        assert passage.start < passage.end
        assert len(words(text[passage.start : passage.end])) <= most
    ends = [passage.end for passage in found]
    assert ends == sorted(set(ends))


def test_a_heading_stays_with_what_it_heads():
    text = "\n\n".join(f"## Head {at}\n\n" + "word " * 30 for at in range(9))
    for passage in passages(text, most=70, overlap=0.1):
        assert not text[passage.start : passage.end].splitlines()[-1].startswith("#")
