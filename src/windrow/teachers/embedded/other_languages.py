"""Questions in languages whose grammar the rules do not know: wordings that are right whatever is put into them.

Each language has one way to ask for a label's value, with and without the thing it belongs to; German, Chinese and
Japanese, where a plain statement turns into a question almost by itself, have a few sentence rules more.
"""

from __future__ import annotations

import re
from functools import cache
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
# What a German, French or Spanish sentence says of a thing in so many words: "X kostet 45 Euro", "X ouvre à 8 h 30".
# Verb by verb: the words of the question before the thing, and whether the value is a sum, a time or a length of time.
LATIN_RULES = {
    "de": (
        ("kostet|kosten", "Was {verb} {what}?", "amount"),
        ("dauert|dauern", "Wie lange {verb} {what}?", "amount"),
        ("öffnet|öffnen|schließt|schließen|beginnt|beginnen|endet|enden", "Wann {verb} {what}?", "time"),
    ),
    "fr": (
        ("coûte|coûtent", "Combien {verb} {what} ?", "amount"),
        ("dure|durent", "Combien de temps {verb} {what} ?", "amount"),
        ("ouvre|ouvrent|ferme|ferment|commence|commencent", "À quelle heure {verb} {what} ?", "time"),
    ),
    "es": (
        ("cuesta|cuestan", "¿Cuánto {verb} {what}?", "amount"),
        ("tarda|tardan|dura|duran", "¿Cuánto {verb} {what}?", "amount"),
        ("abre|abren|cierra|cierran|empieza|empiezan", "¿A qué hora {verb} {what}?", "time"),
    ),
}
THINGS = {
    "de": r"(?:(?:Der|Die|Das|Ein|Eine|Jede|Jeder|Jedes)\s[^.,;:\d]{2,60}?|[A-ZÄÖÜ][\w\-]{2,30})",
    "fr": r"(?:(?:Le|La|Les|Un|Une|Chaque)\s|L['’])[^.,;:\d]{2,60}?",
    "es": r"(?:El|La|Los|Las|Un|Una|Cada)\s[^.,;:\d]{2,60}?",
}
ABOUT = {
    "de": r"(?:etwa|rund|ca\.|bis zu|höchstens|mindestens|maximal|nur|ab)",
    "fr": r"(?:environ|jusqu['’]à|au moins|au plus|seulement)",
    "es": r"(?:unos|unas|aproximadamente|hasta|al menos|como máximo|solo)",
}
CLOCK = {
    "de": r"(?:täglich |werktags |\w+tags )?um \d{1,2}(?:[:.]\d\d)? Uhr(?: \d\d)?",
    "fr": r"à \d{1,2} ?(?:h|heures?)(?: ?\d\d)?",
    "es": r"a las? \d{1,2}(?:[:.]\d\d)?(?: de la (?:mañana|tarde|noche)| h(?:oras)?)?",
}
AND = {"de": "und|aber|oder", "fr": "et|mais|ou", "es": "y|pero|o"}
NO_THING = re.compile(r"\b(?:die|der|das|qui|que|dont|quien|und|et|y)\s.*\s(?:ist|sind|est|sont|es|son)\b")
SPOKEN_NAME = {"de": "{s}: {q}", "fr": "{s} : {q}", "es": "{s}: {q}"}
FRENCH_IS = re.compile(
    r"(?P<what>(?P<article>Le|La)\s[^.,;:\d]{2,60}?)\s(?:est\sde|s['’]élève\sà)\s(?P<value>\d[^;,]{0,40}?)\s?\.?$"
)
SPANISH_IS = re.compile(r"(?P<what>(?:El|La)\s[^.,;:\d]{2,60}?)\s(?:es\sde|asciende\sa)\s(?P<value>\d[^;,]{0,40}?)\.?$")

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


def labelled(language: str, question: str, subject: str) -> str:
    """The label that `label_question` asked for of `subject`; '' where the question is another."""
    named = LABEL_QUESTIONS.get(language, ("{s}: {k}?", ""))[0]
    before, _, rest = named.partition("{k}")
    pattern = re.escape(before.format(s=subject)) + "(?P<k>.+)" + re.escape(rest.format(s=subject))
    found = re.fullmatch(pattern, question)
    return found["k"] if found else ""


def placed(language: str, subject: str, question: str) -> str:
    """A question that stands in the passage, with the thing it is about before it."""
    return PLACED.get(language, "{s}: {q}").format(s=subject, q=question)


def joined(language: str, row: str, column: str) -> str:
    """The label of a cell from those of its row and its column."""
    return JOINED.get(language, "{row}, {column}").format(row=row, column=column) if column else row


def facts(passage: Passage) -> Iterator[Fact]:
    """Facts from plain sentences of the languages that have rules."""
    own = {"de": (_german,), "fr": (_french,), "es": (_spanish,), "zh": (_chinese,), "ja": (_japanese,)}
    # A text too short to tell its language is tried by all rules that only one language fits.
    rules = own.get(passage.language, ()) if passage.language else (_german, _french, _spanish)
    for block in passage.blocks:
        if block.kind in ("text", "item"):
            for sentence in passage.sentences(block):
                for rule in rules:
                    yield from rule(passage, sentence)


@cache
def _latin_patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    amount = rf"(?:{ABOUT[language]} )?(?:[€$£] ?)?\d(?:(?! (?:{AND[language]}) (?!\d))(?:[^;,]|,(?=\d))){{0,60}}?"
    values = {"amount": amount, "time": CLOCK[language]}
    return tuple(
        (re.compile(rf"(?P<what>{THINGS[language]}) (?P<verb>{verb}) (?P<value>{values[kind]}) ?\.?$"), wording)
        for verb, wording, kind in LATIN_RULES[language]
    )


def _said_of_things(passage: Passage, sentence: Span, language: str) -> Iterator[Fact]:
    """ "The repair costs 45 euros", in a language where subject and verb only change places to ask."""
    text = passage.of(sentence).replace("\n", " ")
    for pattern, wording in _latin_patterns(language):
        found = pattern.match(text)
        if found is None or NO_THING.search(found["what"]):
            continue
        what = found["what"]
        alone = language == "de" and " " not in what  # a German noun keeps its capital
        question = wording.format(verb=found["verb"], what=what if alone else _small(what))
        yield _fact(passage, sentence, found, _spoken(passage, language, what, question), "numeric")


def _small(what: str) -> str:
    return what[0].lower() + what[1:]


def _spoken(passage: Passage, language: str, what: str, question: str) -> str:
    """The question with the name of what the passage is about before it, where it is not in it."""
    subject = passage.subject
    apart = subject and subject.lower() not in what.lower()
    return SPOKEN_NAME[language].format(s=subject, q=question) if apart else question


def _french(passage: Passage, sentence: Span) -> Iterator[Fact]:
    yield from _said_of_things(passage, sentence, "fr")
    found = FRENCH_IS.match(passage.of(sentence))
    if found is not None:
        which = "Quel" if found["article"] == "Le" else "Quelle"
        question = f"{which} est {_small(found['what'])} ?"
        yield _fact(passage, sentence, found, _spoken(passage, "fr", found["what"], question), "numeric")


def _spanish(passage: Passage, sentence: Span) -> Iterator[Fact]:
    yield from _said_of_things(passage, sentence, "es")
    found = SPANISH_IS.match(passage.of(sentence))
    if found is not None:
        question = f"¿Cuál es {_small(found['what'])}?"
        yield _fact(passage, sentence, found, _spoken(passage, "es", found["what"], question), "numeric")


def _german(passage: Passage, sentence: Span) -> Iterator[Fact]:
    yield from _said_of_things(passage, sentence, "de")
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
