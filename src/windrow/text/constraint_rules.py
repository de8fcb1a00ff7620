"""The kinds of constraint there are: the sentence that asks for each, and the check that is strict about it.

The checks know no language: a word is what `tokens.words` says it is, and lists and titles are told by their marks.
Fixed texts are compared as they stand, case and all.
"""

from __future__ import annotations

import re

from windrow.text import strict_json
from windrow.text.constraint_layouts import LAYOUTS
from windrow.text.constraint_rule import SLOT, Rule, exactly, free_of, like, matches, occurrences, within
from windrow.text.sentences import spans
from windrow.text.tokens import words

__all__ = ["RULES", "SLOT", "Rule", "occurrences"]

PARAGRAPHS = re.compile(r"\n[^\S\n]*\n")
BULLET = re.compile(r"^[ \t]*[-*•][ \t]+\S", re.MULTILINE)
NUMBERED = re.compile(r"^[ \t]*(\d+)[.)][ \t]+\S", re.MULTILINE)
TITLE = re.compile(r"\s*<<[^<>\n]*[^<>\s][^<>\n]*>>[ \t]*\n\s*\S")
NUMBER = re.compile(r"\s*[-+−]?\d+(?:[.,]\d+)*\s*\Z")
WRAPPED = re.compile(r'\s*"[^"]+"\s*\Z')
COMMAS = ",，、،"
SHOWN = 60  # characters of a text quoted back


def _word_count(answer: str) -> int:
    return len(words(answer))


def _sentence_count(answer: str) -> int:
    return sum(1 for _ in spans(answer))


def _paragraph_count(answer: str) -> int:
    return sum(1 for part in PARAGRAPHS.split(answer) if part.strip())


def _line_count(answer: str) -> int:
    return sum(1 for line in answer.splitlines() if line.strip())


def _is_capital(character: str) -> bool:
    return character.isupper() or character.istitle()


def _numbered(answer: str, *, n: int) -> str:
    found = [int(number) for number in NUMBERED.findall(answer)]
    return "" if found == list(range(1, n + 1)) else f"items numbered {found[:20]}, not 1 to {n}"


def _starts(answer: str, *, text: str) -> str:
    return "" if answer.startswith(text) else f"starts with {answer[: len(text)]!r}"


def _ends(answer: str, *, text: str) -> str:
    return "" if answer.endswith(text) else f"ends with {answer[-len(text) :]!r}"


def _times(answer: str, *, text: str, n: int) -> str:
    found = occurrences(text, answer)
    return "" if found == n else f"{text!r} stands {found} times, not {n}"


def _without(answer: str, *, text: str) -> str:
    found = occurrences(text, answer)
    return f"{text!r} stands {found} times" if found else ""


def _json(answer: str, *, texts: list[str]) -> str:
    try:
        value = strict_json.loads(answer)
    except strict_json.NotStrict as error:
        return f"not JSON: {error}"
    if not isinstance(value, dict):
        return "JSON, but not an object"
    return "" if set(value) == set(texts) else f"the keys are {sorted(value)[:20]}"


def _one_of(answer: str, *, texts: list[str]) -> str:
    return "" if answer.strip() in texts else f"{answer.strip()[:SHOWN]!r} is none of them"


RULES = {
    rule.id: rule
    for rule in (
        Rule("words_min", "Use at least {n} word(s).", within("words", _word_count, least=True)),
        Rule("words_max", "Use at most {n} word(s).", within("words", _word_count)),
        Rule("chars_max", "Keep the answer within {n} character(s).", within("characters", len)),
        Rule("sentences", "Answer in exactly {n} sentence(s).", exactly("sentences", _sentence_count)),
        Rule(
            "paragraphs",
            "Write exactly {n} paragraph(s), with a blank line between paragraphs.",
            exactly("paragraphs", _paragraph_count),
        ),
        Rule("lines", "Put your answer on exactly {n} line(s).", exactly("lines", _line_count)),
        Rule("bullets", "Answer with exactly {n} bullet point(s).", exactly("bullet points", matches(BULLET))),
        Rule("numbered", "Answer with a numbered list of exactly {n} item(s).", _numbered),
        Rule("lowercase", "Write in lowercase letters only.", free_of("capital letter", _is_capital)),
        Rule("uppercase", "Write in capital letters only.", free_of("small letter", str.islower)),
        Rule("no_commas", "Do not use any commas.", free_of("comma", COMMAS.__contains__)),
        Rule("no_digits", "Do not use any digits.", free_of("digit", str.isdigit)),
        Rule("starts_with", "Start your answer with {text}.", _starts),
        Rule("ends_with", "End your answer with {text}.", _ends),
        Rule("word_times", "Use the word {text} exactly {n} time(s).", _times),
        Rule("without_word", "Do not use the word {text}.", _without),
        Rule("json_keys", "Answer with a JSON object that has exactly these keys: {texts}.", _json),
        Rule("one_of", "Answer with exactly one of: {texts}.", _one_of),
        Rule("number_only", "Answer with a number only.", like(NUMBER, "not a number alone")),
        Rule(
            "title",
            "Put a title in double angle brackets on a line of its own above the answer.",
            like(TITLE, "no <<title>> on a line of its own above the answer"),
        ),
        Rule(
            "quoted",
            "Wrap your whole answer in double quotation marks.",
            like(WRAPPED, "not wrapped in one pair of double quotation marks"),
        ),
        *LAYOUTS,
    )
}
