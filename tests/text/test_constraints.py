import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.text.constraint_conflicts import conflict
from windrow.text.constraint_rules import RULES
from windrow.text.constraints import NotAConstraint, describe, find, problem

# For each rule: kwargs, texts that obey, and adversarial mutations of them that do not.
CASES = {
    "words_min": ({"n": 4}, ["one two three four", "退货政策"], ["one two three", "a-b-c", "退货政", "   "]),
    "words_max": ({"n": 3}, ["one two three", "退货政"], ["one two three four", "one-two three-four"]),
    "chars_max": ({"n": 5}, ["hello", "ab\ncd"], ["hello!", "hello "]),
    "sentences": (
        {"n": 2},
        ["It is 3.5 kg. Dr. May knows.", "是的。谢谢。"],
        ["It is 3.5 kg.", "It is. Dr. May knows. So do I.", "是的。谢谢。好。"],
    ),
    "paragraphs": ({"n": 2}, ["a\nb\n\nc", "a\n \nb"], ["a\nb", "a\n\nb\n\nc"]),
    "lines": ({"n": 2}, ["a\nb", "a\n\nb"], ["a", "a\nb\nc"]),
    "bullets": ({"n": 2}, ["- a\n- b", "Two:\n* a\n• b"], ["- a", "- a\n- b\n- c", "-a\n-b", "1. a\n2. b"]),
    "numbered": ({"n": 2}, ["1. a\n2. b", "1) a\n2) b"], ["1. a", "1. a\n3. b", "2. a\n1. b", "1. a\n2. b\n3. c"]),
    "lowercase": ({}, ["all small: ß, я 42"], ["all Small", "Я", "ǅ"]),
    "uppercase": ({}, ["ALL BIG 42 Я"], ["ALL BIg", "я"]),
    "no_commas": ({}, ["a; b"], ["a, b", "一，二", "أ، ب", "一、二"]),
    "no_digits": ({}, ["three"], ["3", "three ٣"]),
    "starts_with": ({"text": "Dear Sam"}, ["Dear Sam, hello"], ["dear Sam, hello", " Dear Sam", "Oh. Dear Sam"]),
    "ends_with": ({"text": "Bye."}, ["See you. Bye."], ["See you. Bye", "Bye. Or not", "See you. bye."]),
    "word_times": (
        {"text": "refund", "n": 2},
        ["A refund? Refund!"],
        ["A refund.", "refund refund refund", "refunds refunded"],
    ),
    "without_word": ({"text": "very bad"}, ["very, but not bad; badly so"], ["Very bad", "it is VERY\nbad."]),
    "json_keys": (
        {"texts": ["id", "état"]},
        ['{"id": 1, "état": null}', ' {"état": {}, "id": []}\n'],
        ['{"id": 1}', '{"id": 1, "état": 2, "x": 3}', '[{"id": 1, "état": 2}]', '```json\n{"id": 1, "état": 2}\n```',
         '{"id": 1, "id": 2, "état": 3}', '{"id": NaN, "état": 2}', "id état"],
    ),
    "one_of": ({"texts": ["yes", "not sure"]}, ["yes", "not sure\n"], ["Yes", "yes.", "sure", "yes not sure", ""]),
    "number_only": ({}, ["42", "-3.5", "1,250.00", " 7\n", "٤٢"], ["42.", "4 2", "forty", "42 kg", "", "1e5"]),
    "title": (
        {},
        ["<<Our policy>>\nYou may return it.", "\n<<退货>>\n\n可以。"],
        ["<Our policy>\nYou may.", "<<Our policy>> You may.", "<<Our policy>>", "<< >>\nYou may.", "No.\n<<A>>\nYes."],
    ),
    "quoted": ({}, ['"So be it."', '"a\nb"\n'], ['"So be it.', "'So be it.'", '""', '"a" and "b"', '"a" b']),
    "with_words": (
        {"texts": ["refund", "in full"]}, ["A REFUND, paid in full."], ["A refund, paid fully in.", "In full.", ""],
    ),
    "word_least": ({"text": "tea", "n": 2}, ["Tea? More tea.", "tea tea tea"], ["Tea, teas.", "tea", ""]),
    "letter_least": ({"text": "e", "n": 3}, ["Even here", "EEE"], ["one two thrice", "", "é é é"]),
    "capital_words": ({"n": 2}, ["READ THIS now", "ÄRGER UND mehr"], ["READ this", "A I B", "Read This"]),
    "highlights": (
        {"n": 2}, ["*One* and *the other*.", "*a* * b *c*"], ["*One*, the other", "**One** and **two**", "* a *, *b*"],
    ),
    "placeholders": (
        {"n": 2}, ["Dear [name], on [the day]."], ["Dear [name].", "see [1], [2]", "[a](http://x) [b]", "(a) (b)"],
    ),
    "postscript": (
        {"text": "P.S."},
        ["Yes.\n\nP.S. Bring it.", "Yes.\nP.S. Bring it.\nToday."],
        ["P.S. Bring it.", "Yes. P.S. Bring it.", "Yes.\n\nP.S. No.\n\nMore.", "Yes.\n\np.s. Bring it.", ""],
    ),
    "sections": (
        {"n": 2},
        ["Section 1\nOne.\n\nSection 2\nTwo.", "## Section 1: a\nb\n**Section 2**\nc"],
        ["Section 1\nOne.", "Section 2\nTwo.\nSection 1\nOne.", "section 1\nsection 2", "Sections 1 2", "1\n2"],
    ),
    "sentence_words_max": (
        {"n": 3}, ["It is so. Quite so.", "是。"], ["It is so now.", "Yes. It is so now.", "这是四个字。"],
    ),
    "no_question_marks": ({}, ["Is it so"], ["Is it?", "是吗？", "؟"]),
    "no_exclamation_marks": ({}, ["Stop."], ["Stop!", "停！"]),
    "question_last": ({}, ["Yes. Is it?", '"Is it?"\n', "是吗？"], ["Is it? Yes.", "Is it", ""]),
    "table": (
        {"n": 2},
        ["| a |\n|---|\n| b |\n| c |", "Here:\n| a | b |\n| --- | :-: |\n| c | d |\n| e | f |\nDone."],
        ["| a |\n|---|\n| b |", "| a |\n| b |\n| c |", "| a |\n|---|\n| b |\n\n| c |", "a | b", ""],
    ),
    "line_marks": ({"text": "> "}, ["> a\n> b", "> a\n\n> b"], ["> a\nb", "a\n> b", ">a", ""]),
    "numbers_least": ({"n": 2}, ["3 of 4", "1,250 and 3.5"], ["3", "1,250", "three of four"]),
}  # fmt: skip
quotable = st.text(st.characters(exclude_characters='"“”\n', exclude_categories=["Cs"]), min_size=1, max_size=20)
kwargs_of = {"n": st.integers(0, 999_999), "text": quotable, "texts": st.lists(quotable, min_size=1, max_size=4)}
entries = st.sampled_from(sorted(RULES)).flatmap(
    lambda name: st.fixed_dictionaries(
        {
            "id": st.just(name),
            "kwargs": st.fixed_dictionaries({slot: kwargs_of[slot] for slot in RULES[name].slots}),
        }
    )
)


def test_every_rule_has_its_cases_here():
    assert sorted(CASES) == sorted(RULES)
    assert len(RULES) >= 35


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, case in CASES.items() for t in case[1]])
def test_a_text_made_to_obey_passes(name, text):
    assert problem({"id": name, "kwargs": CASES[name][0]}, text) == ""


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, case in CASES.items() for t in case[2]])
def test_an_adversarial_mutation_of_it_fails_and_says_why(name, text):
    assert problem({"id": name, "kwargs": CASES[name][0]}, text)


@given(st.lists(entries, max_size=4))
def test_what_describe_writes_find_reads_back(asked):
    text = " ".join(describe(entry) for entry in asked)
    found = find(f"Summarise the note. {text} Thank you.")
    # A quoted text may itself be a sentence that asks for something; then more is found, never less.
    assert [entry for entry in found if entry in asked][: len(asked)] == asked or len(found) > len(asked)


def test_the_sentences_are_found_in_any_case_with_any_quotation_marks_across_lines():
    assert find("please use at  most\n1 word. do not use the word “no”.") == [
        {"id": "words_max", "kwargs": {"n": 1}},
        {"id": "without_word", "kwargs": {"text": "no"}},
    ]


def test_a_sentence_that_only_resembles_one_is_not_found():
    assert find("The customer used at most 20 words. Answer with a number. Start with care.") == []


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "words_maxx", "kwargs": {"n": 1}},
        {"id": "words_max", "kwargs": {}},
        {"id": "words_max", "kwargs": {"n": "1"}},
        {"id": "words_max", "kwargs": {"n": True}},
        {"id": "words_max", "kwargs": {"n": -1}},
        {"id": "lowercase", "kwargs": {"n": 1}},
        {"id": "without_word", "kwargs": {"text": 'a "quoted" word'}},
        {"id": "one_of", "kwargs": {"texts": []}},
        {"id": "one_of", "kwargs": {"texts": "yes"}},
        {"id": "lowercase"},
        {},
    ],
)
def test_an_entry_that_no_rule_answers_to_is_refused(entry):
    with pytest.raises(NotAConstraint):
        problem(entry, "text")
    with pytest.raises(NotAConstraint):
        describe(entry)


def asked(*pairs):
    return [{"id": name, "kwargs": kwargs} for name, kwargs in pairs]


@pytest.mark.parametrize(
    "pair",
    [
        asked(("lowercase", {}), ("uppercase", {})),
        asked(("lowercase", {}), ("starts_with", {"text": "Dear"})),
        asked(("uppercase", {}), ("one_of", {"texts": ["yes"]})),
        asked(("words_min", {"n": 9}), ("words_max", {"n": 8})),
        asked(("words_min", {"n": 9}), ("chars_max", {"n": 8})),
        asked(("without_word", {"text": "dear sam"}), ("starts_with", {"text": "Oh dear Sam"})),
        asked(("word_times", {"text": "a", "n": 1}), ("without_word", {"text": "b"}), ("without_word", {"text": "b"})),
        asked(("no_commas", {}), ("ends_with", {"text": "Yes, please."})),
        asked(("json_keys", {"texts": ["a"]}), ("bullets", {"n": 2})),
        asked(("number_only", {}), ("title", {})),
        asked(("bullets", {"n": 4}), ("lines", {"n": 3})),
        asked(("no_digits", {}), ("numbered", {"n": 3})),
        asked(("sections", {"n": 2}), ("without_word", {"text": "section"})),
        asked(("word_times", {"text": "tea", "n": 1}), ("ends_with", {"text": "Tea for two, tea for all."})),
        asked(("words_max", {"n": 9}), ("word_least", {"text": "a", "n": 5}), ("word_least", {"text": "b", "n": 5})),
        asked(("words_min", {"n": 9}), ("sentences", {"n": 2}), ("sentence_words_max", {"n": 4})),
        asked(("words_min", {"n": 40}), ("chars_max", {"n": 90})),
        asked(("sentences", {"n": 1}), ("ends_with", {"text": "Thank you."})),
        asked(("lines", {"n": 0}), ("no_commas", {})),
    ],
)
def test_constraints_that_cannot_stand_together_are_told_in_either_order(pair):
    assert conflict(pair)
    assert conflict(pair[::-1])


@pytest.mark.parametrize(
    "pair",
    [
        asked(("lowercase", {}), ("starts_with", {"text": "dear"}), ("words_max", {"n": 20})),
        asked(("words_min", {"n": 8}), ("words_max", {"n": 8})),
        asked(("without_word", {"text": "a"}), ("without_word", {"text": "b"})),
        asked(("bullets", {"n": 4}), ("lines", {"n": 4}), ("no_commas", {})),
        asked(("json_keys", {"texts": ["a"]}), ("chars_max", {"n": 50})),
        [],
    ],
)
def test_constraints_that_go_together_are_left_alone(pair):
    assert conflict(pair) == ""


def test_no_conflict_is_declared_about_rules_that_do_not_exist():
    from windrow.text import constraint_conflicts as table
    from windrow.text import constraint_room as room

    named = {*table.CLASHES, *table.RESTRICTING, *table.REPEATABLE, *table.LAYOUT}
    named |= {*room.FORMS, *room.SPELT, *room.NONE_LEFT}
    named |= {name for others in table.CLASHES.values() for name in others}
    assert named <= set(RULES)
