"""Questions in languages whose grammar the rules do not know: wordings that are right whatever is put into them.

Each language has one way to ask for a label's value, with and without the thing it belongs to; German, Chinese and
Japanese, where a plain statement turns into a question almost by itself, have a few sentence rules more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from windrow.teachers.embedded.passage import Fact, Span, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.teachers.embedded.passage import Passage

# Language: (with the subject, without it).
LABEL_QUESTIONS = {
    "de": ("Was gilt bei {s} für „{k}“?", "Was gilt für „{k}“?"),
    "fr": ("Pour {s}, qu'est-ce qui est prévu pour « {k} » ?", "Qu'est-ce qui est prévu pour « {k} » ?"),
    "es": ("¿Qué se indica para «{k}» en {s}?", "¿Qué se indica para «{k}»?"),
    "it": ("Che cosa è previsto per «{k}» con {s}?", "Che cosa è previsto per «{k}»?"),
    "pt": ("O que está previsto para «{k}» em {s}?", "O que está previsto para «{k}»?"),
    "nl": ("Wat geldt bij {s} voor ‘{k}’?", "Wat geldt voor ‘{k}’?"),
    "ru": ("Что указано для «{k}» ({s})?", "Что указано для «{k}»?"),
    "zh": ("{s}的{k}是多少？", "{k}是多少？"),
    "ja": ("{s}の{k}は何ですか？", "{k}は何ですか？"),
    "ko": ("{s}의 {k}은(는) 무엇인가요?", "{k}은(는) 무엇인가요?"),
    "ar": ("ما هو «{k}» بالنسبة إلى {s}؟", "ما هو «{k}»؟"),
    "hi": ("{s} के लिए «{k}» क्या है?", "«{k}» क्या है?"),
}
PLACED = {
    "de": "{s}: {q}", "fr": "{s} : {q}", "zh": "关于{s}：{q}", "ja": "{s}について：{q}",
}  # fmt: skip
JOINED = {"zh": "{row}{column}", "ja": "{row}の{column}"}

GERMAN_AMOUNT = re.compile(
    r"(?P<what>(?:Die|Der|Das|Ihre|Ihr)\s[^.,;:]{3,60}?)\s(?:beträgt|betragen)\s(?P<value>[^.;]{0,40}?\d[^;]*?)\.?$"
)
GERMAN_NAMED = re.compile(
    r"(?P<what>(?:(?:Ein|Eine|Der|Die|Das)\s)?[A-ZÄÖÜ][\w\-]+(?:\s[A-ZÄÖÜ][\w\-]+)?)\sist\s(?P<value>(?:ein|eine|der|die|das)\s[^.]{8,200})\.?$"
)
TIME_WORDS = re.compile(r"\b(?:Tage?n?|Wochen?|Monate?n?|Jahre?n?|Stunden?|Minuten?|Werktage?n?)\b")
CHINESE_AMOUNT = re.compile(
    r"(?P<what>[^，。；：、\d\s]{2,16}?)(?:是|为|為)(?P<value>(?:最多|至少|约|每\w{1,2})?[￥¥$]?\d[^，。；]{0,20})"
)
CHINESE_NAMED = re.compile(
    r"(?P<what>[^，。；：、\d\s]{2,16}?)(?:是指|指的是|是一[种種个個项項])(?P<value>[^。；]{4,80})"
)
JAPANESE_AMOUNT = re.compile(
    r"(?P<what>[^、。\s]{2,20}?)は(?P<value>(?:最大|約)?[￥¥]?\d[^、。]{0,20}?)(?:です|である|となります|以内です)?(?=[。、]|$)"
)


def label_question(language: str, label: str, subject: str) -> str:
    """The question for a label's value, in `language`; '' where the label is no short phrase."""
    if not label or len(label) > 60 or label[-1] in "?!。":  # noqa: PLR2004 - a longer label is a clause
        return ""
    named, bare = LABEL_QUESTIONS.get(language, ("{s}: {k}?", "{k}?"))
    apart = subject and subject not in label
    return named.format(s=subject, k=label) if apart else bare.format(k=label)


def placed(language: str, subject: str, question: str) -> str:
    """A question that stands in the passage, with the thing it is about before it."""
    return PLACED.get(language, "{s}: {q}").format(s=subject, q=question)


def joined(language: str, row: str, column: str) -> str:
    """The label of a cell from those of its row and its column."""
    return JOINED.get(language, "{row}, {column}").format(row=row, column=column) if column else row


def facts(passage: Passage) -> Iterator[Fact]:
    """Facts from plain sentences of the languages that have rules."""
    rules = {"de": _german, "zh": _chinese, "ja": _japanese}
    rule = rules.get(passage.language)
    if rule is None:
        return
    for block in passage.blocks:
        if block.kind in ("text", "item"):
            for sentence in passage.sentences(block):
                yield from rule(passage, sentence)


def _german(passage: Passage, sentence: Span) -> Iterator[Fact]:
    text = passage.of(sentence)
    found = GERMAN_AMOUNT.match(text)
    if found is not None:
        what = found["what"][0].lower() + found["what"][1:]
        how = "lang" if TIME_WORDS.search(found["value"]) else "hoch"
        verb = "sind" if " betragen " in text else "ist"
        about = f" ({passage.subject})" if passage.subject and passage.subject not in what else ""
        yield _fact(passage, sentence, found, f"Wie {how} {verb} {what}{about}?", "numeric")
    named = GERMAN_NAMED.match(text)
    if named is not None:
        what = named["what"]
        article = re.match(r"(?:Ein|Eine|Der|Die|Das)\s", what)
        yield _fact(
            passage, sentence, named, f"Was ist {what[0].lower() + what[1:] if article else what}?", "definition"
        )


def _chinese(passage: Passage, sentence: Span) -> Iterator[Fact]:
    text = passage.of(sentence)
    found = CHINESE_AMOUNT.match(text)
    if found is not None:
        about = f"{passage.subject}的" if passage.subject and passage.subject not in found["what"] else ""
        yield _fact(passage, sentence, found, f"{about}{found['what']}是多少？", "numeric")
    named = CHINESE_NAMED.match(text)
    if named is not None:
        yield _fact(passage, sentence, named, f"什么是{named['what']}？", "definition")


def _japanese(passage: Passage, sentence: Span) -> Iterator[Fact]:
    found = JAPANESE_AMOUNT.match(passage.of(sentence))
    if found is not None:
        about = f"{passage.subject}の" if passage.subject and passage.subject not in found["what"] else ""
        yield _fact(passage, sentence, found, f"{about}{found['what']}はどのくらいですか？", "numeric")


def _fact(passage: Passage, sentence: Span, found: re.Match[str], question: str, kind: str) -> Fact:
    answer = trimmed(passage.text, sentence.start + found.start("value"), sentence.start + found.end("value"))
    return Fact(question, answer, sentence, kind)
