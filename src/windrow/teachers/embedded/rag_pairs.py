"""The embedded answers for questions over two passages: what one says of a thing that the other leads to, and figures
of two things under the same label.

Both are made of facts that rules found in each passage alone. A bridge puts "the repair partner of the Osprey" in the
place of a name; a comparison needs the very same question to be answered in both passages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from windrow.errors import AnswerFailure
from windrow.shapes import Answer
from windrow.teachers.embedded import english, other_languages, question_form
from windrow.teachers.embedded.passage import trimmed
from windrow.teachers.embedded.rag_qa import MODEL, read
from windrow.teachers.embedded.rag_rules import LABEL, english_like
from windrow.text.evidence import contains, core
from windrow.text.quantities import comparable, difference, quantity

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Mapping

    from windrow.teachers.embedded.passage import Fact, Passage, Span

VERSION = 1
NOTHING = "the embedded teacher's rules find no question that needs both passages"
OF = {
    "de": "„{k}“ von {x}", "fr": "« {k} » de {x}", "es": "«{k}» de {x}", "it": "«{k}» di {x}", "pt": "«{k}» de {x}",
    "nl": "‘{k}’ van {x}", "ru": "«{k}» ({x})", "zh": "{x}的{k}", "ja": "{x}の{k}", "ko": "{x}의 {k}",
    "ar": "«{k}» ({x})", "hi": "{x} का «{k}»",
}  # fmt: skip
# Which of two has more, and which has less.
WHICH = {
    "de": ("Wo ist „{k}“ höher: bei {x} oder bei {y}?", "Wo ist „{k}“ niedriger: bei {x} oder bei {y}?"),
    "fr": (
        "Qu'est-ce qui a la valeur la plus élevée pour « {k} » : {x} ou {y} ?",
        "Qu'est-ce qui a la valeur la plus basse pour « {k} » : {x} ou {y} ?",
    ),
    "es": ("¿Qué tiene el valor más alto de «{k}»: {x} o {y}?", "¿Qué tiene el valor más bajo de «{k}»: {x} o {y}?"),
    "it": (
        "Che cosa ha il valore più alto di «{k}»: {x} o {y}?",
        "Che cosa ha il valore più basso di «{k}»: {x} o {y}?",
    ),
    "pt": ("O que tem o valor mais alto de «{k}»: {x} ou {y}?", "O que tem o valor mais baixo de «{k}»: {x} ou {y}?"),
    "nl": (
        "Wat heeft de hoogste waarde voor ‘{k}’: {x} of {y}?",
        "Wat heeft de laagste waarde voor ‘{k}’: {x} of {y}?",
    ),
    "ru": ("У чего значение «{k}» выше: {x} или {y}?", "У чего значение «{k}» ниже: {x} или {y}?"),
    "zh": ("{x}和{y}，哪个的{k}更高？", "{x}和{y}，哪个的{k}更低？"),
    "ja": ("{x}と{y}では、どちらの{k}が高いですか？", "{x}と{y}では、どちらの{k}が低いですか？"),
    "ko": ("{x}와(과) {y} 중 어느 쪽의 {k}이(가) 더 높나요?", "{x}와(과) {y} 중 어느 쪽의 {k}이(가) 더 낮나요?"),
    "ar": ("أيهما له قيمة أعلى في «{k}»: {x} أم {y}؟", "أيهما له قيمة أدنى في «{k}»: {x} أم {y}؟"),
    "hi": ("{x} और {y} में से किसका «{k}» अधिक है?", "{x} और {y} में से किसका «{k}» कम है?"),
}
LASTING = re.compile(r"\b(?:time|period|duration|length|term|window|cooldown|turnaround|warranty)\b")
THING = re.compile(r"What (?:is|are|was|were) the (?P<thing>.+?) (?:for|with|of) (?:the )?§\?$")
COSTS = re.compile(r"How much do(?:es)? (?P<thing>.+?) cost(?P<rest>(?: (?:for|with) (?:the )?§)?)\?$")
# How an English sentence of the first passage leads to a name, and how the thing is then described.
ROLE = r"(?:The|Its|Their) (?P<role>[a-z][a-z \-]{{2,40}}?) (?:of|for) (?:the |your )?{x} is (?:called |named )?"
DONE = r"{x}\b[^.;:]{{0,60}}? (?P<verb>(?:is|are) [a-z]+(?:ed|wn|ld|de|lt|nt)) (?P<by>by|at|in|from|through) "
HAS = r"{x}\b (?P<verb>uses|needs|requires|includes|comes with|belongs to|is part of|runs on|works with) "
LEADS = (
    (ROLE + r"(?:the )?{e}\b", "the {role} of {x}"),
    (DONE + r"(?:the )?{e}\b", "the {head} {by} which {x} {verb}"),
    (r"(?:The )?{e} (?P<verb>[a-z]+s) (?:the |every |each |all )?{x}\b", "the {head} that {verb} {x}"),
    (HAS + r"(?:the |a |an )?{e}\b", "the {head} that {x} {verb}"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One hop: in passage 1 or 2, of `about`, `finding`, proved by `quote`."""

    passage: int
    about: str
    finding: str
    quote: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A question over both passages with its answer and the way there."""

    question: str
    kind: str
    answer: str
    operation: str
    steps: tuple[Step, Step]


def hop_question(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """A question that needs both passages, of the likelier kind if there is one."""
    found = _pairs(variables)
    for kind in variables["kinds"]:
        of_kind = [pair for pair in found if pair.kind == kind]
        if of_kind:
            return _json({"question": rng.choice(of_kind).question, "kind": kind})
    raise AnswerFailure(NOTHING, kind="unsupported", evidence=str(variables["shared"]))


def hop_answer(variables: Mapping[str, Any], rng: random.Random) -> Answer:  # noqa: ARG001 - the passages decide
    """The answer to a question that `hop_question` asked of the same passages."""
    asked = core(variables["question"])
    pair = next((pair for pair in _pairs(variables) if core(pair.question) == asked), None)
    if pair is None:
        raise AnswerFailure(
            "no rule answers this question: the embedded teacher answers its own questions only", kind="unsupported",
            evidence=variables["question"],
        )  # fmt: skip
    hops = [
        {"passage": step.passage, "about": step.about, "finding": step.finding, "quote": step.quote}
        for step in pair.steps
    ]
    return _json({"answerable": True, "answer": pair.answer, "operation": pair.operation, "hops": hops})


def _pairs(variables: Mapping[str, Any]) -> list[Pair]:
    """Every question over both passages, in the order of their words; each has one answer."""
    first, second = (
        read(variables[which]["title"], variables[which]["section"], variables[which]["text"])
        for which in ("first", "second")
    )
    one, other = first[0], second[0]
    apart = one.language and other.language and one.language != other.language
    if not one.subject or not other.subject or apart:
        return []
    by_question: dict[str, Pair] = {}
    for pair in (*_bridges(one, other, second[1]), *_comparisons(first, second)):
        question = pair.question
        sound = question_form.is_sound(question, one.language, one.subject)
        if sound and not contains(question, pair.answer):
            by_question.setdefault(core(question), pair)
    return [by_question[asked] for asked in sorted(by_question)]


def _bridges(first: Passage, second: Passage, facts: tuple[Fact, ...]) -> Iterator[Pair]:
    """What the second passage says of its thing, asked about the thing as the first passage describes it."""
    name, x = second.subject, first.subject
    if contains(second.text, x) or contains(second.title, x) or contains(x, name) or contains(name, x):
        return
    for described, quote in _leads(first, second, name):
        for fact in facts:
            answer = second.of(fact.answer)
            question = _renamed(fact.question, second, described)
            if question and not fact.clause and not contains(first.text, answer) and "\n" not in answer:
                steps = (
                    Step(1, x, name, first.of(quote)),
                    Step(2, name, answer, second.of(fact.quote)),
                )
                yield Pair(question, "bridge", answer, "none", steps)


def _leads(first: Passage, second: Passage, name: str) -> Iterator[tuple[str, Span]]:
    """(how the thing called `name` is described, where the passage says so): by a label, or by a plain sentence."""
    for block in first.blocks:
        if block.kind not in ("item", "text"):
            continue
        for line in re.finditer(r"[^\n]+", first.text[first.body_start(block) : block.end]):
            start = first.body_start(block) + line.start()
            span = trimmed(first.text, start, first.body_start(block) + line.end())
            found = LABEL.match(first.text, span.start, span.end)
            if found and core(first.text[found.end() : span.end]).removeprefix("the ") == core(name):
                yield from ((text, span) for text in _by_label(first, found["label"].strip(" *_`")))
        for sentence in first.sentences(block) if english_like(first) else ():
            yield from ((text, sentence) for text in _by_sentence(first, second, name, sentence))


def _by_label(first: Passage, label: str) -> Iterator[str]:
    if not english_like(first):
        yield OF.get(first.language, "{k} ({x})").format(k=label, x=first.subject)
    elif english.is_thing(label):
        yield f"the {english.lowered(label, first.names)} of {first.named}"


def _by_sentence(first: Passage, second: Passage, name: str, sentence: Span) -> Iterator[str]:
    head = name.rsplit(maxsplit=1)[-1].lower()
    known = re.search(rf"\b{re.escape(head)}\b", f"{first.text}\n{second.text}") is not None  # a word, not only a name
    text = " ".join(first.of(sentence).split())
    for pattern, wording in LEADS:
        found = re.search(pattern.format(x=re.escape(first.subject), e=re.escape(name)), text)
        if found and (known or "{head}" not in wording):
            yield wording.format(**found.groupdict(), x=first.named, head=head)
            return


def _renamed(question: str, second: Passage, described: str) -> str:
    """`question` with the description in the place of the name; '' where the name is not in it once, by itself."""
    pattern = rf"\b(?:[Tt]he )?{re.escape(second.subject)}(?!['’]s|[ -][A-Z]|\w)"
    if not english_like(second):
        pattern = re.escape(second.subject)
    if len(re.findall(pattern, question)) != 1:
        return ""
    renamed = re.sub(pattern, lambda _: described, question)
    return "" if contains(renamed, second.subject) else renamed[:1].upper() + renamed[1:]


def _comparisons(first: tuple[Passage, tuple[Fact, ...]], second: tuple[Passage, tuple[Fact, ...]]) -> Iterator[Pair]:
    """Facts that answer the same question in both passages, with figures that compare."""
    one, other = first[0], second[0]
    if contains(one.subject, other.subject) or contains(other.subject, one.subject):
        return
    theirs = {_blank(fact.question, other): fact for fact in second[1]}
    for fact in first[1]:
        blank = _blank(fact.question, one)
        match = theirs.get(blank)
        if match is not None and "§" in blank:
            yield from _compared(blank, (one, fact), (other, match))


def _compared(blank: str, one: tuple[Passage, Fact], other: tuple[Passage, Fact]) -> Iterator[Pair]:
    (here, fact), (there, match) = one, other
    language = here.language
    values = here.of(fact.answer), there.of(match.answer)
    left, right = quantity(values[0], language), quantity(values[1], language)
    if left is None or right is None or not comparable(left, right):
        return
    steps = (
        Step(1, here.subject, values[0], here.of(fact.quote)),
        Step(2, there.subject, values[1], there.of(match.quote)),
    )
    more, less = (0, 1) if left.value > right.value else (1, 0)
    passages = (here, there)
    for operation, winner, loser in (("greater", more, less), ("less", less, more)):
        question = _asks_which(operation, blank, here, there)
        if question:
            answer = _told(passages[winner], values[winner], passages[loser], values[loser])
            yield Pair(question, "comparison", answer, operation, steps)
    apart = difference(left, right, language)
    thing = THING.match(blank) if english_like(here) else None
    if thing and apart:
        question = f"How much more is the {thing['thing']} for {passages[more].named} than for {passages[less].named}?"
        yield Pair(question, "comparison", apart, "difference", steps)


def _asks_which(operation: str, blank: str, here: Passage, there: Passage) -> str:
    more = operation == "greater"
    if not english_like(here):
        label = other_languages.labelled(here.language, blank, "§")
        wording = WHICH.get(here.language, ("", ""))[0 if more else 1]
        return wording.format(k=label, x=here.subject, y=there.subject) if label else ""
    thing, costs = THING.match(blank), COSTS.match(blank)
    both = f"{here.named} or {there.named}?"
    if thing:
        lasting = LASTING.search(thing["thing"])
        degree = ("longer" if more else "shorter") if lasting else ("higher" if more else "lower")
        return f"Which has the {degree} {thing['thing']}, {both}"
    if costs and costs["thing"].removeprefix("the ") == "§":
        return f"Which costs {'more' if more else 'less'}, {both}"
    return ""


def _told(winner: Passage, most: str, loser: Passage, least: str) -> str:
    if not english_like(winner):
        return f"{winner.subject}: {most} ({loser.subject}: {least})"
    named = winner.named[:1].upper() + winner.named[1:]
    return f"{named}, with {most} against {least} for {loser.named}."


def _blank(question: str, passage: Passage) -> str:
    """A question with a gap in the place of the name that it asks about."""
    replace: Callable[[str, str], str] = question.replace
    gap = replace(passage.named, "§") if passage.named in question else replace(passage.subject, "§")
    return gap if passage.subject not in gap else question


def _json(value: dict[str, Any]) -> Answer:
    return Answer(text=orjson.dumps(value).decode(), model=MODEL)
