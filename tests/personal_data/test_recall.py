"""How much the detector finds, and how much of what it finds is right: `-s` prints the table."""

import sys
from collections import Counter

import pytest
from planted import near_misses, planted

from windrow.text.placeholders import KINDS
from windrow.text.scrub import Finder

EACH = 300
FLOOR = 0.95


def measured():
    """kind -> (right, overlooked, wrong): a datum counts as found with its kind and its very letters."""
    find = Finder()
    right, overlooked, wrong = Counter(), Counter(), Counter()
    for case in planted(7, EACH):
        hits = [(one.kind, case.text[one.start : one.end]) for one in find(case.text)]
        found = (case.kind, case.value) in hits
        right[case.kind] += found
        overlooked[case.kind] += not found
        wrong.update(kind for kind, text in hits if (kind, text) != (case.kind, case.value))
    for case in near_misses(8, EACH):
        wrong.update(one.kind for one in find(case.text))
    return {kind: (right[kind], overlooked[kind], wrong[kind]) for kind in KINDS}


def test_of_every_kind_nearly_all_is_found_and_nearly_all_that_is_found_is_right():
    table = measured()
    lines = [f"{'kind':8} {'planted':>8} {'found':>6} {'wrong':>6} {'recall':>8} {'precision':>10}"]
    for kind, (right, overlooked, wrong) in table.items():
        shares = right / (right + overlooked), right / (right + wrong)
        lines.append(f"{kind:8} {right + overlooked:8} {right:6} {wrong:6} {shares[0]:8.4f} {shares[1]:10.4f}")
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert {kind: each for kind, each in table.items() if each[0] < FLOOR * (each[0] + each[1])} == {}
    assert {kind: each for kind, each in table.items() if each[0] < FLOOR * (each[0] + each[2])} == {}


@pytest.mark.parametrize("text", [
    "Order no. 415-555-0132 is on its way.", "Bestellnummer: 030 1234567", "Rechnung 0171 2345678",
    "注文番号 03-1234-5678",
    "01.02.2023", "05.06.2023 12:30", "03/2021 - 12/2022", "2019-2023", "612 345 678 €", "0-306-40615-2",
    "ISBN 978-3-16-148410-0", "version 1.2.3.4", "§ 3.2.1.4", "nginx-1.2.3.4.tar.gz", "std::a1::b", "127.0.0.1", "::1",
    "4539 1488 0343 6468", "4 539 148 803 436 467", "20231122174108", "DE89 3704 0044 0532 0130 01", "666-12-3456",
    "logo@2x.png", "git@github.com:acme/app.git", "react@18.2.0", "user@localhost", "token = self.a/b/c",
])  # fmt: skip
def test_what_only_looks_like_some_is_left_alone(text):
    assert Finder()(f"See {text} for more.") == []


@pytest.mark.parametrize(("text", "value"), [
    ("请联系ada@harbour.org谢谢", "ada@harbour.org"), ("メールはada@harbour.jpまで", "ada@harbour.jp"),
    ("用户@例子.中国", "用户@例子.中国"), ("ＡＤＡ＠ｈａｒｂｏｕｒ．ｏｒｇ", "ＡＤＡ＠ｈａｒｂｏｕｒ．ｏｒｇ"),
    ("カード番号は４１１１ １１１１ １１１１ １１１１です", "４１１１ １１１１ １１１１ １１１１"),
    ("服务器IP是203.0.113.45吗", "203.0.113.45"), ("IBAN是DE89370400440532013000谢谢", "DE89370400440532013000"),
    ("Call 509-230-5652x941 today", "509-230-5652"), ("at 509-230-5652x941 today", "509-230-5652x941"),
    ("+1-415-857-5918 ext. 362", "+1-415-857-5918 ext. 362"), ("我的密码是hunter2Zq9谢谢", "hunter2Zq9"),
    ("ログインパスワードはhunter2Zq9です", "hunter2Zq9"), ("私のpassword: hunter2Zq9", "hunter2Zq9"),
])  # fmt: skip
def test_letters_without_spaces_hide_nothing_and_are_left_where_they_are(text, value):
    assert [text[one.start : one.end] for one in Finder()(text)] == [value]


@pytest.mark.parametrize(
    "text", ["型号A4111111111111111B", "注文番号03-1234-5678です", "版本1.2.3.4吗", "密码是8位以上的字母"]
)
def test_what_only_looks_like_some_is_left_alone_beside_letters_too(text):
    assert Finder()(text) == []


def test_the_sentences_are_many_and_in_many_scripts():
    texts = {case.text for case in planted(7, EACH)}
    assert len(texts) > 2_000
    assert all(
        any(low <= letter <= high for text in texts for letter in text)
        for low, high in ("ая", "ぁん", "一龥", "اي", "अह")
    )
