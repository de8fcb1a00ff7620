import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.tokenizers import DefaultTokenizer

from windrow.text.tokens import normalise, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't panic: 3.5 kg, e-mail me_now!", ["don", "t", "panic", "3", "5", "kg", "e", "mail", "me", "now"]),
        ("Größe STRASSE straße", ["grösse", "strasse", "strasse"]),
        ("Привет, мир — 2024", ["привет", "мир", "2024"]),
        ("退货政策 v2", ["退", "货", "政", "策", "v2"]),
        ("日本語のテスト", list("日本語のテスト")),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("می‌خواهم بدانم", ["میخواهم", "بدانم"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("ﬁne １２３", ["fine", "123"]),
        ("", []),
        ("... !!! —", []),
    ],
)
def test_words_of_any_script_are_caseless_runs_of_letters_and_digits(text, expected):
    assert words(text) == expected


def test_thai_gives_one_word_per_character():
    assert "".join(words("สวัสดีครับ")) == "สวัสดีครับ"
    assert len(words("สวัสดีครับ")) == len("สวัสดีครับ")


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_on_ascii_the_words_are_those_of_the_rouge_score_package(text):
    assert words(text) == DefaultTokenizer(use_stemmer=False).tokenize(text)


@given(st.text())
def test_words_do_not_depend_on_case_or_surrounding_space(text):
    assert words(f"  {text}\n") == words(text)
    assert words(normalise(text)) == words(text)


@given(st.text())
def test_no_word_is_empty_or_holds_white_space(text):
    assert all(word and word.split() == [word] for word in words(text))


def test_normalise_makes_one_form_of_width_case_and_white_space():
    assert normalise("  Ｆｕｌｌ\u00a0width\t\nTEXT ") == "full width text"
