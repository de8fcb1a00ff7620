"""Answers in words of their own: which say what their evidence says, as far as strings can see it."""

import pytest

from windrow.text.support import unsupported

PASSAGE = "Osprey Machine\nThe Osprey Machine is repaired by Lindau Yard. Members receive 2 points for every full euro."


@pytest.mark.parametrize(
    ("answer", "quote", "question"),
    [
        ("It is repaired by Lindau Yard", "repaired by Lindau Yard", "Who repairs the Osprey Machine?"),
        ("Lindau Yard repairs it", "is repaired by Lindau Yard", "Who looks after the Osprey Machine?"),
        ("Members get 2 points per full euro", "Members receive 2 points for every full euro", "How many points?"),
        ("No, swimming is not allowed", "swimming is forbidden; it is not allowed at night", "May I swim?"),
        ("It must not be opened", "must not be opened", "What about it?"),
        ("退货期限是四十五天", "退货期限为四十五天", "退货期限是多久？"),
        ("Die Gebühr beträgt fünf Euro", "Gebühr: fünf Euro", "Wie hoch ist die Gebühr?"),
    ],
)
def test_what_the_evidence_says_in_other_words_is_supported(answer, quote, question):
    assert unsupported(answer, [quote], question, f"{PASSAGE}\n{quote}") == ""


@pytest.mark.parametrize(
    ("answer", "quote", "said"),
    [
        ("The Thun Yard", "repaired by Lindau Yard", "thun"),
        ("I'm sorry, I can't help with that request", "repaired by Lindau Yard", "sorry"),
        ("Lindau Yard Lindau Yard Lindau Yard", "repaired by Lindau Yard", "over and over"),
        ("Thun and Lindau Yard", "repaired by Lindau Yard", "thun"),
        ("Yes", "repaired by Lindau Yard", "yes"),
        ("No.", "repaired by Lindau Yard", "no word"),
        ("The machine is repaired at the yard by Thun People", "repaired by Lindau Yard", "words of its own"),
        ("The Osprey Machine is not repaired by Lindau Yard", "repaired by Lindau Yard", "negation"),
        ("The Osprey Machine isn't repaired by Lindau Yard", "repaired by Lindau Yard", "negation"),
        ("这台机器不由林道船坞负责修理", "这台机器由林道船坞负责修理", "negation"),
    ],
)
def test_what_the_evidence_does_not_say_is_not(answer, quote, said):
    assert said in unsupported(answer, [quote], "Who repairs the Osprey Machine at the yard?", PASSAGE)


def test_a_name_from_elsewhere_is_seen_among_words_that_are_known():
    answer = "The machine is repaired and looked after by Thun Yard"
    quote = "the machine is repaired and looked after by Lindau Yard"
    assert unsupported(answer, [quote], "Who looks after the machine?", quote) == "a name from elsewhere: Thun"
