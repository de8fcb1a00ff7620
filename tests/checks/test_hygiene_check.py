"""The hygiene check: each slip is caught with its reason, and good rows of many sorts are left alone."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from windrow.flow import CHECKS
from windrow.flow.checks.hygiene import Hygiene, HygieneOptions
from windrow.row import Message, Row

SHARED = Path(__file__).parents[3] / "shared" / "data"


def sft(question, answer):
    return Row("sft", messages=(Message("user", question), Message("assistant", answer)))


def verdict(question, answer, **options):
    return Hygiene(HygieneOptions(**options), base=Path()).check(sft(question, answer))


PROSE = (
    "The first thing to know about an account is what it costs to keep it open every month.\n\n"
    "The second thing to know is how soon a payment into it can be used, and by whom it can be used.\n\n"
    "The third is what happens when the balance falls below nothing, which"
)
SLIPS = {
    "control_tokens": [
        "The answer is 4.<|im_end|>",
        "<think>The user wants a sum.</think>\n4",
        "4 </tool_call>",
        "[INST] What is 2+2? [/INST] 4",
        "It is four.<end_of_turn>",
        "It is four.</s>",
        "四です。<｜end▁of▁sentence｜>",
    ],
    "leaked_prompt": [
        "#Rewritten Prompt#\nWrite a sonnet about the sea.",
        "Rewritten Prompt: Write a sonnet about the sea.",
        "### Response:\nThe sea is wide.",
        "Instruction: write about the sea",
        "Assistant: The sea is wide.",
        "Come up with a series of tasks:\n1. Write about the sea.",
    ],
    "assistant_talk": [
        "As an AI language model, I do not have feelings, but the sea is wide.",
        "Well, as a large language model trained by nobody, I cannot feel. As a language model, I only know words.",
        "I'm just an AI language model, so I have never seen the sea.",
    ],
    "teacher_identity": [
        "I am ChatGPT, and I can help you with the sea.",
        "My name is Claude, an AI assistant, and I like the sea.",
        "I'm Qwen, created by Alibaba Cloud.",
        "I was trained by Google. The sea is wide.",
        "I am a helpful assistant developed by OpenAI.",
        "As of my last knowledge update, the sea was wide.",
        "My knowledge cutoff is 2023, so the sea may have changed.",
    ],
    "refusal": [
        "I'm sorry, but I can't assist with that request.",
        "I cannot provide that kind of information.",
        "Sorry, I can’t help you with that.",
        "I apologize, but I am unable to fulfill this request.",
        "As an AI, I cannot engage in that.",
    ],
    "broken_text": [
        "It\u00e2\u20ac\u2122s wide.",
        "Caf\u00c3\u00a9 by the sea.",
        "The sea \ufffd is wide.",
        "The sea\x00 is wide.",
    ],
    "untrimmed": ["The sea is wide.\n", " The sea is wide.", "海は広い。\u3000"],
    "no_words": ["...", "—", "!!! ???"],
    "repetition": [
        "The sea is wide and deep. " * 40,
        "\n".join(["The sea is wide and deep."] * 8),
        "海は広いな大きいな月がのぼるし日がしずむ。" * 20,
        "The bank has many branches in the city and it also says so. " + "and so on and so forth without an end " * 30,
    ],
    "truncated": [
        "```python\nprint('sea')\n",
        PROSE,
        "x" * 20 + " the sea is wide, and deep, and cold, " * 5 + "and also,",
    ],
}


@pytest.mark.parametrize(("reason", "answer"), [(key, answer) for key, answers in SLIPS.items() for answer in answers])
def test_each_slip_is_caught_with_its_reason_and_shown(reason, answer):
    found = verdict("Tell me something about it, please.", answer.strip() if reason != "untrimmed" else answer)
    assert (found.outcome, found.reason) == ("fail", reason)
    assert found.evidence["where"] == "messages[1]"
    assert found.evidence["shown"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Name the largest ocean of the earth.", "Name the largest ocean of the earth!"),
        ("地球上最大的海洋是哪一个?", "地球上最大的海洋是哪一个?"),
        (
            "Write a long story about a sailor who crosses the widest ocean of the earth in a small boat alone.",
            "Write a long story about a sailor who crosses the widest ocean of the earth in a small boat alone",
        ),
    ],
)
def test_an_answer_that_says_the_question_again_is_an_echo(question, answer):
    assert verdict(question, answer).reason == "echo"


GOOD = {
    "about a maker": (
        "Who made ChatGPT?",
        "ChatGPT was made by OpenAI, a company in San Francisco; Claude is Anthropic's.",
    ),
    "a model in the third person": ("What is Qwen?", "Qwen is a family of language models trained by Alibaba."),
    "a person called Claude": ("Introduce yourself as a baker.", "Bonjour! I am Claude, a baker from Lyon."),
    "a laptop": ("What do you use?", "I'm writing this on a laptop made by Microsoft."),
    "an essay on language models": (
        "Explain large language models.",
        "A large language model predicts the next token. As a language model grows, its loss falls.",
    ),
    "about prompts": ("What is a prompt?", "A prompt is the text given to a model. A good prompt says what is wanted."),
    "an honest no": ("Does the hand-book say?", "The passages do not contain the answer to this question."),
    "a sorry clerk": (
        "Draft a reply to a customer.",
        "I'm sorry, but I can't find an order with this number. Could you send me a picture of the receipt?",
    ),
    "an apology that helps": (
        "I failed.",
        "I'm sorry to hear that. You can try again in spring; most people pass then.",
    ),
    "code": (
        "Write a loop in Python.",
        "```python\nfor i in range(10):\n    if i < 3:\n        print(i)\n    else:\n        print(-i)\n```",
    ),
    "html": ("Strike this out.", "<p><s>old price</s> new price</p>"),
    "a shell pipe": ("Count the lines.", "cat a.txt | wc -l"),
    "generics": ("Show a type.", "let m: HashMap<String, Vec<u8>> = HashMap::new();"),
    "json": ("As JSON, please.", '{"city": "Paris", "days": [1, 2, 3], "ok": true}'),
    "a table": ("Make a table.", "| a | b |\n|---|---|\n| 1 | 2 |\n| 1 | 2 |\n| 1 | 2 |"),
    "a matrix of noughts": (
        "The zero matrix, 10 by 10.",
        "\n".join(["0 0 0 0 0 0 0 0 0 0"] * 5 + ["0, 0, 0, 0, 0, 0"] * 5),
    ),
    "a list": ("Three fruits.", "- apple\n- pear\n- plum"),
    "a long list without full stops": (
        "Rules of the library.",
        "\n".join(
            f"{n}. Every reader must bring back book number {n} before the month of May is over" for n in range(9)
        ),
    ),
    "a poem with a refrain": (
        "A sea shanty.",
        "\n".join(
            f"{line}\nWay, hey, up she rises"
            for line in (
                "What shall we do",
                "Put him in the boat",
                "Shave his belly",
                "Pull out the bung",
                "That's all",
            )
        ),
    ),
    "one word": ("The capital of France?", "Paris"),
    "one figure": ("2 + 2?", "4"),
    "one operator": ("Which sign adds?", "+"),
    "one picture": ("The sea as an emoji?", "🌊"),
    "the same short greeting": ("Hello", "Hello"),
    "a corrected text": (
        "Correct this: She go to the school every day and she learn many thing about the sea and the land.",
        "She goes to the school every day and she learns many things about the sea and the land.",
    ),
    "output as an answer": ("What does print(5) show?", "Output: 5"),
    "Chinese": ("介绍一下长城。", "长城是中国古代的军事防御工程,始建于春秋战国时期,历代王朝不断修缮。"),
    "Japanese": ("富士山とは。", "富士山は、静岡県と山梨県に跨る活火山である。標高3776メートル。"),
    "Arabic": ("ما هي عاصمة فرنسا؟", "عاصمة فرنسا هي باريس."),
    "Hindi": ("भारत की राजधानी क्या है?", "भारत की राजधानी नई दिल्ली है।"),
    "Thai": ("เมืองหลวงของไทย", "กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย"),
    "Portuguese in capitals": ("Título.", "A POPULAÇÃO DE SÃO TOMÉ E PRÍNCIPE: CÂMARA E AÇÃO"),
    "French quotation marks": ("Traduis.", "Il a dit : « Ça va ? » à 20 °C, pour 5 £."),
    "prose that ends well": ("About accounts.", PROSE + " costs a fee."),
    "a long quote and its answer": (
        "What does it say about disputes?",
        f"> {PROSE} costs a fee.\n\n{PROSE} costs a fee. [1]".replace("\n\nThe", "\n> The"),
    ),
    "tabs and lines": ("As TSV.", "a\tb\n1\t2"),
}


@pytest.mark.parametrize(("question", "answer"), GOOD.values(), ids=GOOD)
def test_a_good_row_is_left_alone(question, answer):
    found = verdict(question, answer)
    assert found.outcome == "pass", (found.reason, found.evidence)


def test_a_reason_can_be_allowed():
    assert verdict("Help me rob.", "I'm sorry, but I can't assist with that.", allow=["refusal"]).outcome == "pass"


def test_a_row_that_teaches_a_refusal_may_hold_one():
    row = sft("How do I forge a cheque?", "I'm sorry, but I can't help with that.")
    hygiene = Hygiene(HygieneOptions(), base=Path())
    assert hygiene.check(row).reason == "refusal"
    assert hygiene.check(replace(row, reference={"refusal_target": "refuse"})).outcome == "pass"


def test_a_phrase_of_ones_own_is_looked_for():
    assert verdict("Why?", "Because WINDROW-TEMPLATE said so.", phrases=["windrow-template"]).reason == "leaked_prompt"


def test_a_long_answer_that_opens_with_a_refusal_is_no_refusal():
    long = "I cannot provide that kind of advice. " + " ".join(f"But remedy {n} may well help you." for n in range(20))
    assert verdict("What helps?", long).outcome == "pass"


def test_a_leak_in_the_question_is_found_there():
    found = verdict("#Given Prompt#\nWrite a poem.", "A poem.")
    assert (found.reason, found.evidence["where"]) == ("leaked_prompt", "messages[0]")


def test_the_rejected_side_may_be_bad():
    row = Row(
        "preference",
        prompt=(Message("user", "Hi, who are you?"),),
        chosen=(Message("assistant", "A friend."),),
        rejected=(Message("assistant", "I am ChatGPT."),),
    )
    assert Hygiene(HygieneOptions(), base=Path()).check(row).outcome == "pass"


def test_the_check_is_found_by_its_name():
    assert CHECKS.load("hygiene") is Hygiene


@given(st.text(), st.text())
def test_any_text_gets_a_verdict(question, answer):
    assert verdict(question, answer).outcome in {"pass", "fail"}


@pytest.mark.shared
def test_a_perfect_teacher_loses_less_than_one_row_in_a_hundred():
    seeds, maths, documents = (SHARED / name for name in ("seeds", "reasoning", "documents/banking"))
    if not SHARED.is_dir():
        pytest.skip("not run: the shared inputs are not beside the checkout")
    texts = []
    for line in (seeds / "self_instruct_175.jsonl").read_text(encoding="utf-8").splitlines():
        task = json.loads(line)
        texts += [(f"{task['instruction']}\n\n{case['input']}", case["output"]) for case in task["instances"]]
    for line in (maths / "gsm8k_train_300.jsonl").read_text(encoding="utf-8").splitlines():
        texts.append((json.loads(line)["question"], json.loads(line)["answer"]))
    texts += [("Write a page.", path.read_text(encoding="utf-8")) for path in sorted(documents.iterdir())]
    lost = [found for found in (verdict(q.strip(), a.strip()) for q, a in texts) if found.outcome != "pass"]
    assert len(texts) > 1000
    assert len(lost) < 0.01 * len(texts)


def test_an_answer_that_is_labelled_undesirable_may_be_as_bad_as_it_is():
    bad = (Message("assistant", "I'm sorry, but I can't help with that."),)
    prompt = (Message("user", "How do I return a lamp?"),)
    labelled = [Row("unpaired", prompt=prompt, completion=bad, label=label) for label in (True, False)]
    check = Hygiene(HygieneOptions(), base=Path())
    assert [check.check(row).outcome for row in labelled] == ["fail", "pass"]
