from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from windrow.text.rouge import RougeIndex, lcs, rouge_l
from windrow.text.tokens import words

SCORER = RougeScorer(["rougeL"], use_stemmer=False)
# Few words, often repeated: most texts are near the threshold to some other.
texts = st.lists(st.sampled_from("abcde"), max_size=24).map(" ".join)
thresholds = st.sampled_from([0.1, 0.5, 0.65, 0.7, 0.75, 0.9, 1.0])


def table_lcs(a, b):
    rows = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            rows[i + 1][j + 1] = rows[i][j] + 1 if x == y else max(rows[i][j + 1], rows[i + 1][j])
    return rows[-1][-1]


@given(st.text(alphabet="ab c.", max_size=60), st.text(alphabet="ab c.", max_size=60))
def test_rouge_l_is_that_of_the_rouge_score_package(a, b):
    assert rouge_l(a, b) == pytest.approx(SCORER.score(a, b)["rougeL"].fmeasure)


@given(st.lists(st.sampled_from("abc"), max_size=80), st.lists(st.sampled_from("abc"), max_size=80))
def test_the_bit_parallel_lcs_is_that_of_the_textbook_table(a, b):
    assert lcs(a, b) == table_lcs(a, b)


@given(st.lists(texts, max_size=12), texts, thresholds)
def test_the_index_finds_exactly_what_brute_force_finds(added, query, threshold):
    index = RougeIndex(threshold)
    for place, text in enumerate(added):
        index.add(text, str(place))
    exact = {}
    for place, text in enumerate(added):
        a, b = words(query), words(text)
        score = Fraction(2 * table_lcs(a, b), len(a) + len(b)) if a and b else Fraction(0)
        if score >= Fraction(str(threshold)):
            exact[str(place)] = score
    expected = sorted(exact, key=lambda key: (-exact[key], int(key)))
    found = index.nearest(query, limit=len(added))
    assert [neighbour.key for neighbour in found] == expected
    assert [neighbour.score for neighbour in found] == [float(exact[key]) for key in expected]


def test_a_score_of_exactly_the_threshold_counts_as_reaching_it():
    index = RougeIndex(0.7)
    index.add("a b c d e f g x y z", "ten")
    assert index.nearest("a b c d e f g p q r")[0].score == 0.7
    assert index.nearest("a b c d e f p q r s") == []


def test_repeated_words_are_counted_as_often_as_they_stand():
    index = RougeIndex(0.7)
    index.add("no no no no no no no no", "eight")
    assert index.nearest("no no no no no no")[0].score == pytest.approx(12 / 14)
    assert index.nearest("no no no no") == []


def test_word_order_matters_so_a_shuffled_text_is_new():
    index = RougeIndex(0.7)
    index.add("one two three four five six", "forwards")
    assert index.nearest("six five four three two one") == []


def test_a_neighbour_says_which_text_it_is_in_any_script():
    index = RougeIndex()
    index.add("请总结客户的退货政策", "seed")
    (neighbour,) = index.nearest("请总结客户的换货政策")
    assert (neighbour.key, neighbour.text) == ("seed", "请 总 结 客 户 的 退 货 政 策")
    assert neighbour.score == 0.9


@pytest.mark.parametrize("threshold", [0, -0.1, 1.01])
def test_a_threshold_outside_its_range_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold"):
        RougeIndex(threshold)
