"""Further kinds of constraint: words and letters to use, marks to set or to leave out, sections, tables, postscripts.

A student that is trained on IFEval's kinds alone learns those and no others, so there are more here than it has.
"""

from __future__ import annotations

import re

from windrow.text.constraint_rule import Rule, free_of, matches, occurrences, within
from windrow.text.sentences import spans
from windrow.text.tokens import words

PARAGRAPHS = re.compile(r"\n[^\S\n]*\n")
LETTERS = re.compile(r"[^\W\d_]{2,}")
HIGHLIGHT = re.compile(r"(?<!\*)\*(?![\s*])[^*\n]*(?<![\s*])\*(?!\*)")
PLACEHOLDER = re.compile(r"\[[^\[\]\n]*[^\W\d_][^\[\]\n]*\](?!\()")
SECTION = re.compile(r"^[ \t#>*_]*Section[ \t]+(\d+)\b", re.MULTILINE)
TABLE_LINE = re.compile(r"\s*\|.*\|\s*\Z")
TABLE_RULE = re.compile(r"\s*\|(?:\s*:?-+:?\s*\|)+\s*\Z")
FIGURES = re.compile(r"\d+(?:[.,]\d+)*")
QUESTION_MARKS, EXCLAMATION_MARKS = "?？؟", "!！"
CLOSERS = " \t\n\"'”’»」』)"


def _missing(answer: str, *, texts: list[str]) -> str:
    missing = [text for text in texts if not occurrences(text, answer)]
    return f"without {', '.join(map(repr, missing))}" if missing else ""


def _word_least(answer: str, *, text: str, n: int) -> str:
    found = occurrences(text, answer)
    return "" if found >= n else f"{text!r} stands {found} times, fewer than {n}"


def _letter_least(answer: str, *, text: str, n: int) -> str:
    found = answer.casefold().count(text.casefold())
    return "" if found >= n else f"{text!r} stands {found} times, fewer than {n}"


def _capitals(answer: str) -> int:
    return sum(word.isupper() for word in LETTERS.findall(answer))


def _longest_sentence(answer: str) -> int:
    return max((len(words(answer[start:end])) for start, end in spans(answer)), default=0)


def _postscript(answer: str, *, text: str) -> str:
    """The text opens a line of the last paragraph, and something else comes before that line."""
    before, _, last = ("", "", answer)
    parts = [part for part in PARAGRAPHS.split(answer) if part.strip()]
    if parts:
        before, last = "".join(parts[:-1]), parts[-1]
    lines = [line.strip() for line in last.splitlines() if line.strip()]
    first = next((place for place, line in enumerate(lines) if line.startswith(text)), None)
    return "" if first is not None and (before or first) else f"no postscript that starts with {text!r}"


def _sections(answer: str, *, n: int) -> str:
    found = [int(number) for number in SECTION.findall(answer)]
    return "" if found == list(range(1, n + 1)) else f"sections headed {found[:20]}, not 1 to {n}"


def _table(answer: str, *, n: int) -> str:
    lines = answer.splitlines()
    inside = [place for place, line in enumerate(lines) if TABLE_LINE.match(line)]
    rules = [place for place in inside if TABLE_RULE.match(lines[place])]
    whole = inside and inside[-1] - inside[0] == len(inside) - 1
    if not whole or rules != [inside[0] + 1]:
        return "not one Markdown table with a heading"
    found = len(inside) - 2
    return "" if found == n else f"{found} rows below the heading, not {n}"


def _line_marks(answer: str, *, text: str) -> str:
    other = next((line for line in answer.splitlines() if line.strip() and not line.startswith(text)), None)
    return "" if other is None and answer.strip() else f"a line begins with {(other or '')[: len(text)]!r}"


def _question_last(answer: str) -> str:
    last = answer.rstrip(CLOSERS)[-1:]
    return "" if last and last in QUESTION_MARKS else f"ends with {last!r}"


LAYOUTS = (
    Rule("with_words", "Use each of the words {texts} at least once.", _missing),
    Rule("word_least", "Use the word {text} at least {n} time(s).", _word_least),
    Rule("letter_least", "Use the letter {text} at least {n} time(s).", _letter_least),
    Rule(
        "capital_words",
        "Write at least {n} word(s) in capital letters only.",
        within("words in capital letters", _capitals, least=True),
    ),
    Rule(
        "highlights",
        "Highlight at least {n} part(s) of your answer with *asterisks*.",
        within("highlighted parts", matches(HIGHLIGHT), least=True),
    ),
    Rule(
        "placeholders",
        "Leave at least {n} placeholder(s) in square brackets.",
        within("placeholders", matches(PLACEHOLDER), least=True),
    ),
    Rule("postscript", "Add a postscript at the end that starts with {text}.", _postscript),
    Rule("sections", "Divide your answer into exactly {n} section(s), headed Section 1 and so on.", _sections),
    Rule(
        "sentence_words_max",
        "Let no sentence be longer than {n} word(s).",
        within("words in one sentence", _longest_sentence),
    ),
    Rule(
        "no_question_marks", "Do not use any question marks.", free_of("question mark", QUESTION_MARKS.__contains__)
    ),
    Rule(
        "no_exclamation_marks",
        "Do not use any exclamation marks.",
        free_of("exclamation mark", EXCLAMATION_MARKS.__contains__),
    ),
    Rule("question_last", "End your answer with a question.", _question_last),
    Rule("table", "Answer with a Markdown table that has exactly {n} row(s) below its heading.", _table),
    Rule("line_marks", "Begin every line with {text}.", _line_marks),
    Rule(
        "numbers_least",
        "Mention at least {n} number(s), written in digits.",
        within("numbers in digits", matches(FIGURES), least=True),
    ),
)  # fmt: skip
