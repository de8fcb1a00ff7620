"""Which sentences claims leave out, in outputs as models write them."""

from windrow.evaluators.coverage import missed, stating

WARRANTY = (
    "Based on the documents, the warranty lasts two years (24 months). You can extend it by registering online within "
    "30 days; however, accessories such as chargers are not covered. **Note:** proof of purchase is required. I hope "
    "this helps with your warranty!"
)
CLAIMS = [
    ("the warranty lasts two years (24 months)", "The warranty lasts two years (24 months)."),
    (
        "You can extend it by registering online within 30 days",
        "The warranty is extended by registering within 30 days.",
    ),
    ("accessories such as chargers are not covered", "Accessories such as chargers are not covered by the warranty."),
    ("proof of purchase is required", "Proof of purchase is required for the warranty."),
]
COURTESY = ["I hope this helps with your warranty!"]
ABOUT = "How long is the warranty? The warranty lasts 24 months."


def left_out(output, claims, states_nothing=(), about=ABOUT):
    return list(missed(output, claims, states_nothing, about=about))


def said(output):
    return [output[start:end] for start, end in stating(output)]


def test_paraphrased_claims_cover_what_a_model_writes():
    assert left_out(WARRANTY, CLAIMS, COURTESY) == []


def test_each_claim_left_out_shows_its_sentence():
    assert left_out(WARRANTY, CLAIMS[:3], COURTESY) == ["**Note:** proof of purchase is required."]
    half = [*CLAIMS[:2], CLAIMS[3]]  # the second sentence has two halves, and one is claimed
    assert left_out(WARRANTY, half, COURTESY)[0].startswith("You can extend it")
    assert left_out(WARRANTY, CLAIMS) == COURTESY


def test_lists_and_tables_state_things_and_their_heads_do_not():
    output = (
        "## Prices in 2024\n\n1. **Open** the app.\n2. Choose `Reset` (takes 5 minutes).\n\n"
        "| Plan | Price |\n|---|---|\n| Basic | $5 |\n| Pro | $12.50 |\n\n```\nprint('the price is 7')\n```\n"
    )
    assert said(output) == [
        "**Open** the app.",
        "Choose `Reset` (takes 5 minutes).",
        "| Basic | $5 |",
        "| Pro | $12.50 |",
    ]
    claims = [
        ("Open the app", "Open the app."),
        ("Choose `Reset` (takes 5 minutes)", "One chooses Reset, which takes 5 minutes."),
        ("Basic | $5", "The Basic plan costs $5."),
        ("| Pro | $12.50 |", "The price of the Pro plan is $12.50."),
    ]
    assert left_out(output, claims) == []
    assert left_out(output, claims[:-1]) == ["| Pro | $12.50 |"]


def test_a_number_that_a_claim_loses_is_left_out():
    output = "It takes 5 minutes, or 7 when the weather is very bad indeed."
    whole = output.rstrip(".")
    assert left_out(output, [(whole, output)]) == []
    assert left_out(output, [(whole, output.replace("7", "more"))]) == [output]


def test_yes_and_no_are_no_statement_of_their_own():
    assert said("Yes. No. Sure!") == []
    assert left_out("Yes, you can return it.", [("you can return it", "The customer can return the item.")]) == []


def test_a_sentence_that_stands_there_twice_is_covered_twice():
    output = "It stands on the Seine.\n\nIt stands on the Seine."
    assert left_out(output, [("It stands on the Seine", "Paris stands on the Seine.")]) == []


def test_other_scripts_have_sentences_words_and_courtesies_too():
    output = "东京是日本的首都，人口约1400万。它位于关东地区。希望这能帮到你！"
    claims = [
        ("东京是日本的首都", "东京是日本的首都。"),
        ("人口约1400万", "东京人口约1400万。"),
        ("它位于关东地区", "东京位于关东地区。"),
    ]
    about = "日本的首都是哪里？东京是日本的首都。"
    assert left_out(output, claims, ["希望这能帮到你！"], about) == []
    assert left_out(output, claims[:2], ["希望这能帮到你！"], about) == ["它位于关东地区。"]
    assert left_out(output, [claims[0], claims[2]], ["希望这能帮到你！"], about) == ["东京是日本的首都，人口约1400万。"]
