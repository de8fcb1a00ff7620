"""Rules that turn one English sentence into a question about a part of it. English on purpose: see `english`.

Each rule is a pattern with a group `value`, the answer, and a function that words the question; the first pattern that
fits a sentence decides. A question that leans on its neighbours ("this", "they") is not asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from windrow.teachers.embedded import english
from windrow.teachers.embedded.passage import Fact, Span, trimmed
from windrow.teachers.embedded.rag_rules import english_like, placed
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.teachers.embedded.passage import Passage

MODAL = r"(?:must|may|can|could|should|would|will|might|shall|cannot)"
FIGURE = r"(?:up to |at least |at most |approximately |about |between |from )?[$€£¥]?\d"
UNIT = r"(?:business |working |calendar |consecutive )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)"
DAY_OR_TIME = r"(?:\w+day\b|weekdays|daily|24/7|24 hours|\d{1,2}(?::\d\d)? ?(?:am|pm|AM|PM))"
SIMPLE_END = r"(?: (?!and (?:the|your|a|an|is|are|you)\b)[^\s;,]+?){0,12}?"
NOUNS = r"(?P<noun>(?:[a-z\-]+ ){0,3}[a-z\-]+s)\b"
REST = r"(?P<rest>[^.;:,]{0,70}?)"
STOP = r"\.?$"

IF = re.compile(rf"If (?P<when>[^,;:()]{{8,110}}), (?:then )?(?P<value>[^;:]{{8,260}}?){STOP}")
TO = re.compile(rf"To (?P<what>[a-z][^,;:()]{{6,80}}), (?P<value>(?:please )?(?P<first>[a-z]+)\b[^:]{{10,260}}?){STOP}")
DEADLINE = re.compile(
    rf"(?P<what>You|The [^,;:.]{{3,50}}?) (?P<verb>must|should|need to|needs to|has to|have to) "
    rf"(?P<do>[a-z][^,;:]{{5,90}}?) (?P<value>within (?:the first )?\d+ {UNIT}\b{SIMPLE_END}){STOP}"
)
AMOUNT = re.compile(
    rf"(?P<what>(?:The|Your) [^,;:.]{{3,70}}?) (?P<verb>is|are|was|were) (?P<value>{FIGURE}\S*?{SIMPLE_END}){STOP}"
)
COST = re.compile(
    r"(?P<what>[A-Z][^,;:]{3,60}?) (?P<verb>costs?|(?:is|are) (?:available|offered|charged|priced) (?:for|at)) "
    rf"(?P<value>(?:[$€£¥]\d\S*?|\d[\d.,]* (?:euros|dollars|pounds|francs)){SIMPLE_END}){STOP}"
)
DURATION = re.compile(
    rf"(?P<what>[A-Z](?:(?! {MODAL}\b)[^,;:]){{3,70}}?) (?:(?P<modal>may|can|will|might) )?"
    r"(?:(?:typically|usually|generally|normally) )?(?P<verb>takes?|completes? in|arrives? (?:in|within)|lasts?) "
    rf"(?P<value>(?:up to |about |approximately |between )?\d[^,;:]{{0,12}}?{UNIT}\b)[^;]{{0,40}}?{STOP}"
)
COUNT = re.compile(
    r"You (?P<verb>can|may) (?P<do>[a-z]+(?: [a-z]+)?) (?P<value>(?:up to|at most|as many as) \d[\d,]*) "
    rf"{NOUNS}{REST}{STOP}"
)
RECEIVED = re.compile(rf"You (?P<do>receive|get|have) (?P<value>(?:up to )?\d[\d,]*) {NOUNS}{REST}{STOP}")
EARNED = re.compile(
    r"You(?:['’]ll| will| can)? (?P<do>earn|receive|get) "
    r"(?P<value>(?:up to )?(?:[$€£¥]\d[\d,.]*|\d[\d,.]*%)) ?(?P<noun>cash back|back|in rewards|APY)? "
    rf"(?P<rest>(?:on|for|when|if|per|each) [^.;:]{{4,90}}?){STOP}"
)
AVAILABLE = re.compile(
    r"(?P<what>[A-Z][^,;:]{3,60}?) (?P<verb>is|are) (?P<state>available|open|reachable) "
    rf"(?P<value>(?:from |on |between |at )?{DAY_OR_TIME}[^;]{{0,80}}?){STOP}"
)
OPENS = re.compile(
    r"(?P<what>The [^,;:.]{3,60}?) (?P<verb>open|close|start|begin|end)s "
    r"(?P<value>(?:at|on) (?:\w+days?\b|noon|midnight|\d{1,2}(?:[:.]\d\d)?\b)[^;,]{0,40}?)" + STOP
)
MEANS = re.compile(
    r"(?:The |A |An )?(?P<what>[\"“']?[A-Z][^,;:.]{2,50}?[\"”']?) (?:means|refers to|stands for) "
    rf"(?P<value>[^.;:]{{10,220}}){STOP}"
)
DEFINED = re.compile(
    r"(?P<article>(?:The|A|An) )?(?P<what>[A-Z][^,;:.]{2,50}?) (?:is|are) "
    rf"(?P<value>(?:a|an|the|our|one of) (?!same|following|only|best|number)[^.;:]{{20,220}}){STOP}"
)

# What a clause may begin with when it says what happens.
STATING = re.compile(
    r"(?:an?|the|your|you|all|any|each|every|no|both|only|some|there|we|\$?\d\S*|[A-Z]\w+|(?:[a-z\-]+ ){0,3}[a-z\-]+"
    r"(?= (?:is|are|will|may|can|must|cannot|does|do|has|have|applies|apply|becomes?|remains?|resets?|changes?|ends?|"
    r"expires?|stops?|continues?|begins?|starts?)\b))\b"
)
DANGLING = re.compile(
    r"\b(?:this|these|those|it|its|they|them|their|that|such|above|below|he|she|either|both|otherwise|same|here)\b",
    re.IGNORECASE,
)
FINITE = re.compile(
    r"\b(?:is|are|was|were|be|will|may|might|can|could|must|should|cannot|won['’]t|does|do|has|have|had|applies|apply|"
    r"becomes?|remains?|resets?|changes?|ends?|expires?|stops?|continues?|begins?|starts?|receives?|earns?|gets?|pays?|"
    r"loses?|keeps?|needs?|requires?|qualif(?:y|ies)|counts?|posts?|converts?|increases?|decreases?|returns?|goes)\b"
)
NO_CONDITION = re.compile(
    r"(?:customer|yes|no|not|so|still|unclear|applicable|needed|necessary|possible|eligible|available|unsure)\b"
    r"|[a-z]+(?:ed|ing)\b",
    re.IGNORECASE,
)
# A note, not a clause: "journal shows ...", "discrepancy confirmed", "you qualified".
NOTE = re.compile(
    r"(?!(?:an?|the|my|your|any|all|each|every|there|someone|fraud|interest)\b)[a-z]+ "
    r"(?:(?:is|has|was|shows)\b|[a-z]+ed$)"
)
VERB = re.compile(
    r"\b(?:you|is|are|was|were|has|have|will|would|can|cannot|could|do|does|did|[a-z]{2,}(?:s|ed)|become|remain|apply|"
    r"exceed|appear|need|want|change|match|differ|fail|go|come|get|drop|fall|stay)\b"
)
LEANING = re.compile(r"\b(?:these|those|this|such|above|below)\b|^[Ff]ollow that\b")
UNITLESS = re.compile(r"\b(?:exceeds?|reach(?:ed)?|than|of|by|least|by more than) \d[\d.,]*(?=$| in )")  # 15 of what?
LIST_GOES_ON = re.compile(r"\w+(?: \w+)?, (?:and|or)\b|(?:and|or)\b")  # "Admin, Finance, or Auditor access"
SENTENCE_WORDS = range(5, 46)
TERM_WORDS = 4


def facts(passage: Passage) -> Iterator[Fact]:
    """Facts from single sentences of an English passage; none where it is not English."""
    if not english_like(passage):
        return
    for block in passage.blocks:
        if block.kind not in ("text", "item"):
            continue
        for sentence in passage.sentences(block):
            text = passage.of(sentence).replace("\n", " ")  # a wrapped line; no offset moves
            if len(words(text)) in SENTENCE_WORDS:
                yield from _sentence(passage, sentence, text)


def _sentence(passage: Passage, sentence: Span, text: str) -> Iterator[Fact]:
    for pattern, asking, kind, clause in RULES:
        found = pattern.match(text)
        if found is None:
            continue
        question = asking(found, passage)
        if question and not DANGLING.search(question) and not english.speaks_for_house(question):
            value = trimmed(passage.text, sentence.start + found.start("value"), sentence.start + found.end("value"))
            yield Fact(question, value, sentence, kind, clause=clause)
        return


def _inside(phrase: str, passage: Passage) -> str:
    """A phrase that began a sentence, in the asker's mouth and inside a question."""
    first, space, rest = phrase.partition(" ")
    keep = first in passage.names or english.ACRONYM.fullmatch(first)
    return english.asked(phrase if keep else f"{first[:1].lower()}{first[1:]}{space}{rest}")


def _suffixed(question: str, passage: Passage, link: str = "with") -> str:
    """The question with the subject at its end, where it is not in it already; '' where nothing says what it is of."""
    if passage.subject.lower() in question.lower():
        return f"{question}?" if passage.subject or len(question.split()) > 2 * english.ALONE else ""
    link = "with" if " for " in question else link
    return f"{question} {link} {passage.named}?"


def _amount(found: re.Match[str], passage: Passage) -> str:
    noun = english.head(found["what"])
    if not english.has_quantity(noun if found["verb"] in ("is", "was") else noun.removesuffix("s"), found["value"]):
        return ""
    return _suffixed(f"What {found['verb']} {_inside(found['what'], passage)}", passage, "for")


def _cost(found: re.Match[str], passage: Passage) -> str:
    plural = found["verb"] == "cost" or found["verb"].startswith("are")
    question = f"How much {'do' if plural else 'does'} {_inside(found['what'], passage)} cost"
    return _suffixed(question, passage) if passage.subject else f"{question}?"


def _duration(found: re.Match[str], passage: Passage) -> str:
    verb = found["verb"].split()[0]
    do = found["modal"] or ("does" if verb.endswith("s") else "do")
    return placed(passage, f"How long {do} {_inside(found['what'], passage)} {'last' if 'last' in verb else 'take'}?")


def _count(found: re.Match[str], passage: Passage) -> str:
    return _suffixed(f"How many {found['noun']} {found['verb']} I {found['do']}{english.asked(found['rest'])}", passage)


def _received(found: re.Match[str], passage: Passage) -> str:
    if found["rest"].startswith(" of "):  # what is counted stands behind the verb's place
        return ""
    return _suffixed(f"How many {found['noun']} do I {found['do']}{english.asked(found['rest'])}", passage)


def _earned(found: re.Match[str], passage: Passage) -> str:
    noun = found["noun"] or ""
    what = f"How much {noun}" if noun in ("cash back", "APY") else "How much"
    back = f" {noun}" if noun in ("back", "in rewards") else ""
    return _suffixed(f"{what} do I {found['do']}{back} {english.asked(found['rest'])}", passage)


def _deadline(found: re.Match[str], passage: Passage) -> str:
    who = "I" if found["what"] == "You" else _inside(found["what"], passage)
    do = english.asked(found["do"])
    if found["verb"] in ("must", "should"):
        return placed(passage, f"How soon {found['verb']} {who} {do}?")
    helper = "do" if who == "I" or found["verb"] in ("need to", "have to") else "does"
    return placed(
        passage, f"How soon {helper} {who} {found['verb'].replace('needs', 'need').replace('has', 'have')} {do}?"
    )


def _if(found: re.Match[str], passage: Passage) -> str:
    when, then = found["when"], found["value"]
    if DANGLING.search(when) or NO_CONDITION.match(when) or NOTE.match(when) or not VERB.search(when):
        return ""
    if LIST_GOES_ON.match(then) or LEANING.search(then) or UNITLESS.search(when) or UNITLESS.search(then):
        return ""
    first = (words(then) or [""])[0]
    order = first in english.ORDERS or then.lower().startswith(("you should ", "you can contact", "do not "))
    if not order and not (STATING.match(then) and FINITE.search(then)):
        return ""
    return placed(passage, f"{'What should I do' if order else 'What happens'} if {english.asked(when)}?")


def _to(found: re.Match[str], passage: Passage) -> str:
    order = found["first"] in english.ORDERS or found["value"].startswith(
        ("you can ", "you must ", "you need to ", "simply ")
    )
    return placed(passage, f"How do I {english.asked(found['what'])}?") if order else ""


def _defined(found: re.Match[str], passage: Passage) -> str:
    what = found["what"]
    named = what == passage.subject or english.ACRONYM.fullmatch(what)
    return f"What is {'the ' if found['article'] == 'The ' else ''}{what}?" if named else ""


def _means(found: re.Match[str], passage: Passage) -> str:  # noqa: ARG001 - a rule like the others
    what = found["what"].strip("\"“”'")
    return f"What does “{what}” mean?" if len(what.split()) <= TERM_WORDS else ""


def _available(found: re.Match[str], passage: Passage) -> str:
    return placed(passage, f"When {found['verb']} {_inside(found['what'], passage)} {found['state']}?")


def _opens(found: re.Match[str], passage: Passage) -> str:
    return placed(passage, f"When does {_inside(found['what'], passage)} {found['verb']}?")


# Pattern, wording, kind, and whether the answer is a clause.
RULES = (
    (IF, _if, "factoid", True),
    (TO, _to, "procedural", True),
    (DEADLINE, _deadline, "numeric", False),
    (AMOUNT, _amount, "numeric", False),
    (COST, _cost, "numeric", False),
    (DURATION, _duration, "numeric", False),
    (COUNT, _count, "numeric", False),
    (RECEIVED, _received, "numeric", False),
    (EARNED, _earned, "numeric", False),
    (AVAILABLE, _available, "factoid", False),
    (OPENS, _opens, "factoid", False),
    (MEANS, _means, "definition", False),
    (DEFINED, _defined, "definition", True),
)
