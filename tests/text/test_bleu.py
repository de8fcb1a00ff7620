"""BLEU gives the figures that sacreBLEU 2.6 gives (`sentence_bleu`, divided by 100)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.text.bleu import bleu

PAPINENI = [
    "It is a guide to action that ensures that the military will forever heed Party commands.",
    "It is the guiding principle which guarantees the military forces always being under the command of the Party.",
    "It is the practical guide for the army always to heed the directions of the party.",
]
SACREBLEU = [
    ("the cat sat on the mat", ["the cat is on the mat"], 0.3799178428),
    ("the the the the the the the", ["the cat is on the mat", "there is a cat on the mat"], 0.0780984984),
    ("It is a guide to action which ensures that the military always obeys the commands of the party.", PAPINENI,
     0.5401725899),
    ("It is to insure the troops forever hearing the activity guidebook that party direct.", PAPINENI, 0.0669955916),
    ("Hello, world! 3.14-fold &amp; more", ["Hello world! 3.14-fold & more."], 0.7506238538),
    ("a b", ["b a"], 0.7071067812),
    ("a b c", ["a b d"], 0.5503212081),
    ("one two three four", ["one two three four five six seven eight"], 0.3678794412),
    ("Der Hund läuft, nicht wahr?", ["Der Hund lief, nicht wahr?"], 0.4889230224),
    ("1,000.50 dollars", ["1,000.50 dollars were paid"], 0.3678794412),
    ("x", ["y"], 0.0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "references", "expected"), SACREBLEU)
def test_bleu_is_that_of_sacrebleu(text, references, expected):
    assert bleu(text, references) == pytest.approx(expected, abs=1e-9)


def test_a_script_without_spaces_is_compared_by_character():
    assert 0 < bleu("東京は日本の首都です", ["東京は日本の首都である"]) < 1


@given(st.text(), st.lists(st.text(), max_size=3))
def test_bleu_is_a_share(text, references):
    assert 0 <= bleu(text, references) <= 1


@given(st.text(alphabet="abc äé。東", min_size=1).filter(str.strip))
def test_a_text_is_like_itself(text):
    assert bleu(text, [text]) == pytest.approx(1)
