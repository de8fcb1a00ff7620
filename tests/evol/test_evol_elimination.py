"""The elimination rules one by one, each with a step that it refuses and with one like it that it lets through."""

import pytest

from windrow.flow.recipes.evol.answers import Rewrite, is_invalid, read_rewrite
from windrow.flow.recipes.evol.elimination import Limits, answer_refusal, rewrite_refusal, task_text
from windrow.flow.recipes.evol.rungs import Rung, Step, root_of
from windrow.row import Message, Row

LIMITS = Limits(words=20, input_words=30, breadth=0.5, sorry_words=80)
PARENT = Rung(
    "Compare the two grinders for a customer who travels a lot.",
    "Finch; Heron",
    "The Finch needs no socket and fits a bag, so it is the better one for travelling.",
)


def reason(operator, instruction, given=None, *, parent=PARENT, before=()):
    step = Step(operator, parent, 0, 0)
    known = {task_text(parent.instruction, parent.input), *before}
    refusal = rewrite_refusal(step, instruction, parent.input if given is None else given, LIMITS, known)
    return refusal.reason if refusal else ""


def answer_reason(answer, instruction="Compare the two grinders, and name the price of each.", parent=PARENT):
    refusal = answer_refusal(Step("deepen", parent, 0, 0), instruction, parent.input, answer, LIMITS)
    return refusal.reason if refusal else ""


LONGER = "Compare the two grinders for a customer who travels a lot and weigh up what each costs."


@pytest.mark.parametrize(
    ("operator", "instruction", "expected"),
    [
        ("deepen", LONGER, ""),
        ("deepen", PARENT.instruction, "unchanged"),
        ("deepen", "compare the two grinders  for a customer who travels a lot", "no_information_gain"),
        ("deepen", "For a customer who travels a lot, compare the two grinders.", "no_information_gain"),
        ("deepen", f"{PARENT.instruction} {'And so on and on it goes. ' * 4}", "too_many_added_words"),
        ("deepen", "... the of and !", "no_words"),
        ("deepen", "", "no_words"),
        ("deepen", f"{LONGER} This is the rewritten prompt.", "leaked_prompt"),
        ("deepen", f"#Rewritten Prompt#: {LONGER}", "leaked_prompt"),
        ("deepen", f"Here is the new task: {LONGER}", "leaked_prompt"),
        ("deepen", f"Sure! {LONGER}", "answered"),
        ("deepen", "The Finch needs no socket and fits any bag, so it is better for travelling.", "answered"),
        ("deepen", "Name the capital of Peru and the year in which it was founded.", "drifted"),
        ("deepen", "I'm sorry, but I cannot do that.", "apology"),
        ("deepen", f"{LONGER} Use at most 9 words. Use at least 10 words.", "conflicting_constraints"),
        ("simplify", "Compare the two grinders.", ""),
        ("simplify", f"{PARENT.instruction[:-1]} and often.", "not_easier"),
        ("breadth", "Plan a week of meals for someone who works at night.", ""),
        ("breadth", "Plan meals.", "breadth_length"),
        ("breadth", "Plan meals " * 12, "breadth_length"),
        ("breadth", "Compare the three grinders for a customer who travels a lot.", "no_information_gain"),
    ],
)
def test_a_rewrite(operator, instruction, expected):
    assert reason(operator, instruction) == expected


@pytest.mark.parametrize(
    ("operator", "given", "expected"),
    [
        ("deepen", "Finch; Heron", ""),
        ("deepen", "Finch; Osprey", "input_changed"),
        ("complicate_input", "Finch; Heron\nprice: 90; 120", ""),
        ("complicate_input", "Finch; Heron", "input_not_extended"),
        ("complicate_input", f"Finch; Heron\n{'more data ' * 20}", "input_too_long"),
        ("complicate_input", "a kettle, a cup, a spoon", "input_changed"),
    ],
)
def test_an_input(operator, given, expected):
    assert reason(operator, LONGER, given) == expected


def test_a_task_that_the_chain_had_before_is_no_step():
    assert reason("deepen", LONGER, before={task_text(LONGER, PARENT.input)}) == "unchanged"


def test_words_that_the_parent_has_itself_are_no_leak():
    parent = Rung("Improve the rewritten prompt below for a drawing program.", "a cat", "A cat in the rain.")
    assert reason("deepen", "Improve the rewritten prompt below for a drawing program, twice.", parent=parent) == ""


@pytest.mark.parametrize(
    "language", ["请比较这两款磨豆机，并说明理由。", "Vergleichen Sie die beiden Mühlen für Reisende."]
)
def test_other_languages_are_judged_alike(language):
    parent = Rung(language, "", "")
    assert reason("deepen", language, parent=parent) == "unchanged"
    assert reason("deepen", f"{language} 价格, Preis und Gewicht.", parent=parent) == ""
    assert reason("deepen", f"{language} {'Preis und Gewicht ' * 9}", parent=parent) == "too_many_added_words"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("The Finch costs 90 euros, the Heron 120.", ""),
        ("Sorry, I do not know these grinders.", "apology"),
        (f"I am sorry to say it takes a while. {'Both grinders have their merits. ' * 20}", ""),
        ("...", "no_words"),
        ("It is what it is.", "no_words"),
        ("Compare the two grinders, and name the price of each.", "echo"),
        ("You ask: compare the two grinders, and name the price of each. Gladly.", "echo"),
        ("As the given prompt says, the Finch costs 90 euros.", "leaked_prompt"),
    ],
)
def test_an_answer(answer, expected):
    assert answer_reason(answer) == expected


def test_a_task_about_apologies_may_be_answered_with_one():
    assert answer_reason("We are sorry that the parcel is late.", "Write an apology for the late parcel.") == ""
    sorry = Rung("Answer the customer.", "", "We are sorry about the delay.")
    assert answer_reason("We are sorry, and it comes on Friday.", "Answer the customer and name the day.", sorry) == ""


def test_an_answer_may_be_a_little_word_where_the_task_names_it_or_its_parent_is_answered_so():
    assert answer_reason("no", "Is it safe? Answer yes or no.") == ""
    assert answer_reason("no", "Is the bicycle safe?", Rung("Safe?", "", "no")) == ""
    assert answer_reason("no", "Is the bicycle safe?") == "no_words"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Name three rivers.", Rewrite("Name three rivers.")),
        ("Instruction: Name three rivers.", Rewrite("Name three rivers.")),
        ("**Rewritten instruction:** Name three rivers.", Rewrite("Name three rivers.")),
        ('"Name three rivers."', Rewrite("Name three rivers.")),
        ('Say "yes" or "no"', Rewrite('Say "yes" or "no"')),
        ("```\nName three rivers.\n```", Rewrite("Name three rivers.")),
        ("Instruction: Sort it.\nInput: b, a", Rewrite("Sort it.", "b, a")),
        ("## Instruction:\nSort it.\n\n## Input:\nb\nInput: a", Rewrite("Sort it.", "b\nInput: a")),
        ("Instruction: Sort it.\nInput: none", Rewrite("Sort it.", "")),
        ('{"instruction": "Sort it.", "input": [2, 1]}', Rewrite("Sort it.", "[2,1]")),
        ("Fill in the form:\nInput: your name", Rewrite("Fill in the form:\nInput: your name")),
        ("", Rewrite("")),
    ],
)
def test_what_an_evolver_says_is_read_as_it_is_meant(text, expected):
    assert read_rewrite(text) == expected


@pytest.mark.parametrize(
    ("text", "invalid"),
    [
        ("INVALID", True),
        ("**INVALID** because it has no input", True),
        ("Invalidate the ticket.", False),
        ("Say why it is INVALID.", False),
    ],
)
def test_only_a_plain_invalid_is_one(text, invalid):
    assert is_invalid(text) is invalid


def test_of_a_conversation_the_opening_is_climbed_from_with_its_system_text():
    turns = [("system", "Be brief."), ("user", "Hello?"), ("assistant", "Hi."), ("user", "More?"), ("assistant", "No.")]
    root = root_of(Row("sft", messages=tuple(Message(role, text) for role, text in turns)))
    assert (root.system, root.instruction, root.response, root.round) == ("Be brief.", "Hello?", "Hi.", 0)


def test_a_prompt_without_an_answer_is_a_seed_too():
    assert root_of(Row("prompt", prompt=(Message("user", "Why?"),))) == Rung("Why?", "", "")
