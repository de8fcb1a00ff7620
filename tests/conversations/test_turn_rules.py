"""The rules for single turns: in several languages, and letting through what only looks like a slip."""

import pytest

from windrow.flow.recipes.dialogue.draws import Conversation, conversation_of, item_key, length, styles
from windrow.flow.recipes.dialogue.turns import Rules, Talk, plain
from windrow.row import Message, Row


def conversation(key, *said):
    turns = tuple(Message(("user", "assistant")[at % 2], text) for at, text in enumerate(said))
    return Conversation(key, f"seeds.jsonl:{key}", "", turns)


SEEDS = [
    conversation(
        "1",
        "Meine Lampe flackert seit dem 2024-03-05, Bestellung 4811223.",
        "Danke für Ihre Nachricht an uns. Haben Sie die Birne schon getauscht?",
        "Ja, zweimal. 那怎么办？",
        "Kann ich sonst noch etwas für Sie tun? 请问还有什么可以帮您的吗？",
    ),
    conversation(
        "2",
        "Der Schirm passt nicht auf die Fassung. Bitte schreiben Sie an eva@example.org.",
        "Danke für Ihre Nachricht an uns. Welche Fassung ist es denn?",
        "Eine E27, glaube ich.",
        "Dann schicken wir den größeren Ring. Kann ich sonst noch etwas für Sie tun? 请问还有什么可以帮您的吗？",
    ),
]
RULES = Rules(SEEDS)


def reason(role, text, *before, ending="", shown=SEEDS):
    turns = [{"role": ("user", "assistant")[at % 2], "content": said} for at, said in enumerate(before)]
    refusal = RULES.refusal(role, text, Talk(ending, turns), shown)
    return refusal.reason if refusal else None


@pytest.mark.parametrize(
    ("role", "text", "expected"),
    [
        ("user", "Gut. Kann ich sonst noch etwas für Sie tun?", "speaks_as_other"),
        ("user", "好的。请问还有什么可以帮您的吗？", "speaks_as_other"),
        ("user", "Thank you for contacting us, we will look into it.", "speaks_as_other"),
        ("assistant", "Kann ich sonst noch etwas für Sie tun?", None),
        ("user", "Können Sie sonst noch etwas tun?", None),
        ("user", "Kunde: Hallo, guten Tag zusammen!\nBerater: Was kann ich tun?", "several_speakers"),
        ("user", "助手：您好，请问有什么需要帮助的？", "several_speakers"),
        ("assistant", "Customer: Dana Whitfield\nTotal: 12 euros", None),
        ("user", "Note: it was fine before. Question: why?", None),
        ("user", "Der Schirm passt nicht auf die alte Fassung. Bitte schreiben Sie mir doch.", None),
        ("user", "Meine Nummer ist 4811223.", "copied_particulars"),
        ("user", "Sie erreichen mich unter EVA@example.org.", "copied_particulars"),
        ("user", "Es war am 2024-03-05.", None),
        ("user", "Meine Nummer ist 4811224.", None),
        ("user", "viel " * 151, "long_turn"),
        ("user", "viel " * 150, None),
    ],
)
def test_a_turn_alone(role, text, expected):
    assert reason(role, text) == expected


def test_turns_before():
    first = "The hinge of the left door squeaks since Monday."
    assert reason("assistant", first, first) == "echoes_turn"
    assert reason("assistant", "The hinge of the left door squeaks, since Monday?", first) == "echoes_turn"
    assert reason("user", first, first, "Which door is it?") == "repeats_turn"
    assert reason("user", "Yes.", "Is it?", "Yes.") is None
    assert reason("user", "The hinge of the right door is fine, only the left one squeaks.", first, "Which?") is None
    quoted = "You asked: Kann ich sonst noch etwas für Sie tun? Yes, you can."
    assert reason("user", quoted, "Hallo", "Kann ich sonst noch etwas für Sie tun?") is None


def test_a_copy_of_what_was_shown_is_none_of_what_was_not():
    copy = "Der Schirm passt nicht auf die Fassung, bitte schreiben Sie an mich, danke!"
    assert reason("user", copy) == "copied_turn"
    assert reason("user", copy, shown=SEEDS[:1]) is None
    assert reason("assistant", copy) is None


def test_the_ending_is_not_read_out():
    ending = "The assistant hands the case to the branch manager, who calls back."
    text = "I am told the assistant hands the case to the branch manager in the end."
    assert reason("user", text, ending=ending) == "leaked_brief"
    assert reason("assistant", "I hand your case to the branch manager.", ending=ending) is None


@pytest.mark.parametrize(
    ("role", "text", "expected"),
    [
        ("user", "User: It broke.", "It broke."),
        ("user", '"It broke."', "It broke."),
        ("assistant", "**Support agent:** I see.", "I see."),
        ("assistant", "助手：我明白了。", "我明白了。"),
        ("user", "Agent: I see.", "Agent: I see."),
        ("user", '"No" is what they said, and "no" again."', '"No" is what they said, and "no" again."'),
        ("user", "Question: why?", "Question: why?"),
        ("user", "User:", ""),
    ],
)
def test_what_models_put_around_a_turn_is_taken_away(role, text, expected):
    assert plain(role, text) == expected


def row(*roles):
    return Row("sft", messages=tuple(Message(role, f"{role} {at}") for at, role in enumerate(roles)))


def test_a_row_is_read_as_a_conversation_up_to_its_last_answer():
    read = conversation_of(row("system", "user", "assistant", "user", "assistant", "user"), "k", "s")
    assert (read.system, read.exchanges, read.turns[-1].content) == ("system 0", 2, "assistant 4")
    assert conversation_of(row("user", "user", "assistant"), "k", "s") is None
    assert conversation_of(row("assistant", "user"), "k", "s") is None
    assert conversation_of(row("user"), "k", "s") is None
    blank = Row("sft", messages=(Message("system", " \n"), *row("user", "assistant").messages))
    assert conversation_of(blank, "k", "s").system == ""


def test_a_long_conversation_is_shown_from_its_start_in_whole_exchanges():
    shown = conversation("1", *(["x" * 2000] * 8)).shown()
    assert len(shown) == 2
    assert conversation("1", "x" * 9000, "y").shown()[0]["content"] == "x" * 9000


def test_one_more_seed_changes_the_style_of_few_items_and_the_length_of_fewer():
    many = [conversation(str(number), *(["a"] * (2 + 2 * (number % 3)))) for number in range(40)]
    more = [*many[:7], conversation("new", "a", "b"), *many[7:]]

    def drawn(seeds):
        for lead in many:
            for lap in range(5):
                key = item_key(lead, lap)
                shown = (lead, *styles(key, lead, seeds, 2))
                yield [one.key for one in shown], length(key, shown, (1, 9))

    pairs = list(zip(drawn(many), drawn(more), strict=True))
    changed = sum(before != after for before, after in pairs)
    assert 0 < changed <= len(pairs) * 2 / 41 * 2
    assert all("new" in after[0] for before, after in pairs if before != after)
