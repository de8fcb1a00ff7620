"""Does this row read like an answer, or like a machine that slipped?

Twenty per cent of degenerate answers cost a student far more than wrong ones do. These are the slips that can be told
without a model: cut-off text, loops, echoes, leaked templates, control tokens, the teacher's own name, refusals. Each
rule is written to let good rows through: what a template or a tokenizer would trip over is refused outright, what is
only suspicious is refused where several signs agree.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from pydantic import Field

from windrow.flow.checks.phrases import BROKEN_TEXT, REFUSAL, REFUSAL_TRIGGERS, RULES, Rule
from windrow.row import Verdict
from windrow.shapes import Check, Options
from windrow.text.repetition import longest_line_run, repeated_share
from windrow.text.tokens import words

if TYPE_CHECKING:
    from pathlib import Path

    from windrow.row import Message, Row

Reason = Literal[
    "control_tokens", "leaked_prompt", "assistant_talk", "teacher_identity", "refusal", "broken_text", "untrimmed",
    "no_words", "echo", "repetition", "truncated",
]  # fmt: skip
ENDS = ".!?…:;。！？：；．؟۔।॥»”’\"'`)]}）】」』>|*_~&%$€£°"
SAME_LINE, SHORTEST_LINE = 6, 12  # a line of twelve characters that follows itself five times is a loop
GRAM = 10
LOOKED_AT = 80  # characters of evidence
SHORTEST_ECHO = 4  # words: "Hello" may be answered with "Hello"
ECHO_ENDS, ECHO_SHARED = 6, 0.9
SHORTEST_CUT = 200  # characters: below it an answer may end as it likes
PARAGRAPH, PARAGRAPH_WORDS, PARAGRAPHS = 60, 12, 3


class HygieneOptions(Options):
    """What `hygiene` lets pass. `allow` switches reasons off (a safety recipe teaches refusals); `phrases` are further
    words that must not occur in an answer; a refusal is only looked for in answers of at most `refusal_words` words;
    a text of `repetition_words` words or more fails where more than `repetition` of its ten-word runs are repeats."""

    allow: tuple[Reason, ...] = ()
    """Reasons to switch off, such as `refusal` for a safety recipe."""
    phrases: tuple[str, ...] = ()
    """More words that an answer must not contain."""
    refusal_words: int = Field(default=80, ge=1)
    """A refusal is looked for only in answers of at most so many words."""
    repetition: float = Field(default=0.3, gt=0, le=1)
    """The largest share of ten-word runs that may be repeats."""
    repetition_words: int = Field(default=60, ge=GRAM)
    """Shorter texts are not looked at for repetition."""


class Slip(NamedTuple):
    """A reason, a sentence, and the words that show it."""

    reason: str
    detail: str
    shown: str


class Hygiene(Check):
    """Does this row read like an answer, or like a machine that slipped?"""

    name: ClassVar[str] = "hygiene"
    options_type: ClassVar[type[Options]] = HygieneOptions
    options: HygieneOptions

    def __init__(self, options: HygieneOptions, *, base: Path) -> None:
        super().__init__(options, base=base)
        self._passed = Verdict(self.name, "pass")
        self._allowed: frozenset[str] = frozenset(options.allow)
        self._rules = [rule for rule in RULES if rule.reason not in self._allowed]
        self._rules_signed = [rule for rule in self._rules if rule.signs]
        self._rules_asked = [rule for rule in self._rules if rule.asked]
        self._phrases = tuple(phrase.lower() for phrase in options.phrases)

    def check(self, row: Row) -> Verdict:
        """Fails with the first slip found. What is not to be learnt is not looked at, since it may well be bad: the
        rejected side of a preference, an answer with the label false. A row that is to teach a refusal may hold one."""
        declining = row.reference.get("refusal_target") == "refuse"
        allowed = self._allowed | {"refusal"} if declining else self._allowed
        completion = () if row.label is False else row.completion
        for where, turns in (("messages", row.messages), ("prompt", row.prompt), ("completion", completion),
                             ("chosen", row.chosen)):  # fmt: skip
            before = ""
            for index, turn in enumerate(turns):
                if turn.role == "user":
                    before = turn.content
                question = (before or row.question) if turn.role == "assistant" else ""
                for slip in self._slips(turn, question) if turn.content else ():
                    if slip.reason not in allowed:
                        return self._fail(slip, f"{where}[{index}]")
        return self._passed

    def _fail(self, slip: Slip, where: str) -> Verdict:
        place: dict[str, Any] = {"where": where, "shown": slip.shown[:LOOKED_AT]}
        return Verdict(self.name, "fail", slip.reason, slip.detail, place)

    def _slips(self, turn: Message, question: str) -> list[Slip]:
        """What is wrong with a turn, in the order of the rules. Nearly always nothing: so no generators here."""
        text = turn.content
        found: list[Slip] = []
        if not text.isascii() or not (text.isprintable() or text.replace("\n", "").isprintable()):
            found += _broken(text)
        if turn.role == "user":
            found += _phrases(text, text.lower(), self._rules_asked)
        elif turn.role == "assistant":
            found += self._slips_taught(text, question)
        if turn.role in {"user", "assistant"} and (text[0].isspace() or text[-1].isspace()):
            found.append(
                Slip("untrimmed", "white space at an end, which half of the templates strip", repr(text[-20:]))
            )
        return found

    def _slips_taught(self, text: str, question: str) -> list[Slip]:
        lower, said = text.lower(), words(text)
        found: list[Slip] = []
        rules = self._rules_signed
        if "i" in said or "my" in said:  # nobody else speaks of itself
            rules = self._rules
            if "i" in said and len(said) <= self.options.refusal_words:
                found = _refusals(text, lower)
        found += _phrases(text, lower, rules)
        for phrase in self._phrases:
            if phrase in lower:
                found.append(Slip("leaked_prompt", "a phrase that must not occur", phrase))
        if not text[0].isalnum() and all(unicodedata.category(letter)[0] in "PZC" for letter in text):
            found.append(Slip("no_words", "nothing but punctuation", text))
        if _echoes(text, said, question):
            found.append(Slip("echo", "the answer says the question again", text))
        found += self._loops(text, said)
        cut = _cut(text)
        if cut:
            found.append(Slip("truncated", cut, text[-LOOKED_AT:]))
        return found

    def _loops(self, text: str, said: list[str]) -> list[Slip]:
        limit, enough = self.options.repetition, self.options.repetition_words
        # A loop needs room: a word has two characters or more, or is itself one unspaced character.
        if len(text) < enough:
            return []
        if "\n" in text and longest_line_run(text, shortest=SHORTEST_LINE) >= SAME_LINE:
            return [Slip("repetition", "one line follows itself again and again", text[-LOOKED_AT:])]
        # What repeats ten words repeats pairs of them, and pairs are cheap to count.
        if len(said) < enough or repeated_share(said, 2) <= limit:
            return []
        # Tables of figures and code repeat themselves by nature.
        prose = words(_without_fences(text))
        figureless = [word for word in prose if not word.isdigit()]
        # A passage quoted and then said again is no loop; the third time is.
        share = min(repeated_share(text, GRAM, allowed=2) for text in (prose, figureless))
        if len(figureless) < enough or share <= limit:
            return []
        return [Slip("repetition", f"{share:.0%} of its ten-word runs are repeats", text[-LOOKED_AT:])]


def _refusals(text: str, lower: str) -> list[Slip]:
    if not any(trigger in lower for trigger in REFUSAL_TRIGGERS):
        return []
    refused = REFUSAL.match(text)
    return [Slip("refusal", "the teacher declined", refused[0])] if refused else []


def _phrases(text: str, lower: str, rules: list[Rule]) -> list[Slip]:
    """What the rules find in `text`; those without signs look at every text they are given."""
    found: list[Slip] = []
    for rule in rules:
        for sign in rule.signs:
            if sign in lower:
                break
        else:
            if rule.signs:
                continue
        if any(trigger in lower for trigger in rule.triggers):
            match = rule.pattern.search(text)
            if match:
                found.append(Slip(rule.reason, rule.detail, match[0]))
    return found


def _broken(text: str) -> list[Slip]:
    found = BROKEN_TEXT.search(text)
    if found is None:
        return []
    around = text[max(0, found.start() - 20) : found.end() + 20]
    return [Slip("broken_text", "characters that a wrong decoding leaves behind", repr(around))]


def _echoes(text: str, said: list[str], question: str) -> bool:
    """Whether the answer is the question: all of it, or both its ends and nearly everything between them.

    Both ends must agree because a corrected text rightly repeats most of the question that it corrects.
    """
    if not question or not len(text) / 2 < len(question) < 2 * len(text) or text[:2].lower() != question[:2].lower():
        return False
    asked = words(question)
    if said == asked:
        return len(asked) >= SHORTEST_ECHO
    if said[:ECHO_ENDS] != asked[:ECHO_ENDS] or said[-ECHO_ENDS:] != asked[-ECHO_ENDS:]:
        return False
    shared = len(set(said) & set(asked))
    return len(asked) >= 2 * ECHO_ENDS and shared >= ECHO_SHARED * len(set(said) | set(asked))


def _without_fences(text: str) -> str:
    return "\n".join(text.split("```")[::2])


def _cut(text: str) -> str:
    """How one sees that the text was cut off, or ''."""
    if "```" in text and sum(line.lstrip().startswith("```") for line in text.split("\n")) % 2:
        return "a code fence is never closed"
    if len(text) < SHORTEST_CUT or text[-1] in ENDS or "```" in text:
        return ""
    if text[-1] in ",(":
        return "it ends in the middle of a sentence"
    prose = [line for line in map(str.strip, text.split("\n")) if _is_prose(line)]
    if len(prose) < PARAGRAPHS or not text.endswith(prose[-1]):
        return ""
    others_end = all(line[-1] in ENDS for line in prose[:-1])
    return "its last paragraph, unlike the others, ends without a full stop" if others_end else ""


def _is_prose(line: str) -> bool:
    """Whether a line is a paragraph's: long, and no list item, heading, table row or line of code."""
    if len(line) < PARAGRAPH or not line[0].isalpha() or " = " in line or "\t" in line:
        return False
    return len(words(line)) >= PARAGRAPH_WORDS
