"""Small grammar for English questions: whose words they are in, which phrases are things, how a label is asked for.

English on purpose: articles, plurals and persons are a language's own. Other languages are served by rules that need
none of it, in `other_languages`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

# What a label must be headed by for "What is the ...?" to be good English and its answer a value.
QUANTITIES = frozenset(
    [
        "age", "allowance", "amount", "apr", "apy", "balance", "boost", "cap", "charge", "commission",
        "cooldown", "cost", "cutoff", "date", "deadline", "discount", "duration", "fee", "fine", "frequency",
        "increase", "interval", "length", "level", "limit", "margin", "markup", "maximum", "minimum", "multiplier",
        "number", "penalty", "percentage", "period", "premium", "price", "quantity", "quota", "range", "rate", "ratio",
        "score", "size", "speed", "surcharge", "temperature", "term", "threshold", "time", "timeframe", "timeline",
        "tolerance", "turnaround", "value", "volume", "voltage", "weight", "window", "yield",
    ]
)  # fmt: skip
SUMS = frozenset(["bonus", "coverage", "credit", "deposit", "payment", "rebate", "refund", "requirement", "spend"])
SERVICES = frozenset(
    [
        "check", "checks", "delivery", "deposit", "deposits", "gift", "inspection", "installation", "letter", "order",
        "orders", "repair", "replacement", "return", "returns", "shipping", "statement", "statements", "transfer",
        "transfers", "upgrade", "wire", "wires", "withdrawal", "withdrawals", "wrapping",
    ]
)  # fmt: skip
LISTED = frozenset(["charges", "costs", "fees", "limits", "prices", "rates", "thresholds"])
# How an instruction begins.
ORDERS = frozenset(
    [
        "add", "adjust", "advise", "allow", "apply", "ask", "attach", "avoid", "book", "bring", "call", "cancel",
        "change", "check", "choose", "clean", "click", "close", "complete", "confirm", "consider", "contact",
        "create", "dial", "direct", "disable", "discuss", "do", "download", "email", "enable", "ensure", "enter",
        "escalate", "explain", "file", "fill", "follow", "go", "hold", "include", "inform", "install", "keep",
        "leave", "log", "look", "maintain", "make", "monitor", "navigate", "notify", "offer", "open", "pay", "plan",
        "please", "prepare", "present", "press", "print", "proceed", "process", "provide", "reach", "reduce", "refer",
        "refresh", "remove", "replace", "report", "request", "reset", "resubmit", "retry", "return", "review",
        "schedule", "scroll", "search", "select", "send", "set", "show", "sign", "speak", "specify", "start", "stop",
        "submit", "switch", "talk", "tap", "tell", "transfer", "try", "turn", "unplug", "update", "use", "verify",
        "view", "visit", "wait", "withdraw", "write",
    ]
)  # fmt: skip
VAGUE = frozenset(
    [
        "amount", "balance", "boost", "cap", "cost", "date", "details", "duration", "fee", "increase",
        "level", "limit", "maximum", "minimum", "number", "percentage", "period", "price", "range", "rate", "size",
        "term", "threshold", "time", "value", "window",
    ]
)  # fmt: skip
NOT_THINGS = re.compile(
    r"\b(?:if|when|while|you|your|we|our|they|i|it|is|are|was|be|do|does|must|should|can|will|not|no|yes|select|choose|"
    r"step|example|note|tip|receive|earn|their|its|his|her|this|that|these|those|less|more|than|back|front|month \d+)\b"
    r"|/|\w_\w|^\d",
    re.IGNORECASE,
)
DETERMINERS = frozenset(["a", "all", "an", "any", "each", "every", "the"])
# An aside in brackets, other than a short form "(APY)", is no part of a spoken question.
ASIDE = re.compile(r"\((?![A-Z]{2,6}\))")
LONE_LETTER = re.compile(r"\b[B-HJ-Z]\b(?!['’])")  # "Regulation E": a name, whatever its capitals
UNFINISHED = re.compile(
    r"\bholder value\b|\b(?:first|second|third|fourth)$|\b(?:and|or|of|for|to|with)$", re.IGNORECASE
)
# Nouns that say nothing with these words alone before them: "the annual cap", "the standard range".
BARE_HEADS = frozenset(
    ["amount", "cap", "level", "limit", "maximum", "minimum", "period", "range", "term", "threshold", "value", "window"]
)
LOOSE = frozenset(
    [
        "annual", "current", "daily", "fixed", "maximum", "minimum", "monthly", "normal", "per", "standard", "time",
        "total", "typical", "usual", "weekly", "yearly",
    ]
)  # fmt: skip
SUMS_ONLY = frozenset(["charge", "cost", "fee", "fine", "premium", "price", "surcharge"])
PLAIN_COUNTS = frozenset(["age", "number", "quantity", "ratio", "score"])
EXTREMES = {"max": "maximum", "maximum": "maximum", "min": "minimum", "minimum": "minimum", "total": "total"}
LABEL_WORDS = range(1, 10)
ALONE = 5  # words that a label needs where nothing says what it belongs to

ACRONYM = re.compile(r"\b(?:[A-Z]{2,}s?|[A-Z][a-z]*[A-Z]\w*|\w*\d\w*)\b")
TAIL = re.compile(
    r"\s+(?:per|for|of|on|in|at|from|to|with|between|after|before|by|within|during|over|under)\s.*$|\s*\(.*$|,.*$"
)
PLURAL = re.compile(r"\w{2,}(?<![siu])s$")
COUNT = re.compile(r"(?:up to )?\d[\d,]*\+?")
MONEY = re.compile(r"(?:up to )?[$€£¥]\s?\d|\d[\d.,]*\s?(?:[$€£¥]|USD\b|EUR\b|GBP\b|CHF\b|dollars\b|euros\b)")
PERCENT = re.compile(r"[+-]?\d[\d.,]*\s?%")

OBJECT_OF = (
    "to|for|with|from|by|of|about|at|notify|notifies|contact|charge|charges|help|helps|allow|allows|give|gives|send|"
    "sends|tell|tells|ask|asks|inform|informs|let|lets|remind|reminds|email|call|pay|pays|refund|and"
)
PERSONS = (
    (re.compile(rf"\b({OBJECT_OF})\s+you\b(?!\s+(?:are|have|can|will|were|must|may|should|want|need))", re.IGNORECASE),
     r"\1 me"),
    (re.compile(r"\byou['’]re\b|\byou are\b", re.IGNORECASE), "I am"),
    (re.compile(r"\byou were\b", re.IGNORECASE), "I was"),
    (re.compile(r"\byou['’]ve\b", re.IGNORECASE), "I have"),
    (re.compile(r"\byou['’]ll\b", re.IGNORECASE), "I will"),
    (re.compile(r"\byourself\b", re.IGNORECASE), "myself"),
    (re.compile(r"\byours\b", re.IGNORECASE), "mine"),
    (re.compile(r"\byour\b", re.IGNORECASE), "my"),
    (re.compile(r"\byou\b", re.IGNORECASE), "I"),
)  # fmt: skip
HELD = re.compile(r"\b(open|keep|hold|have|maintain|close|open and maintain) (?:the |your |an )?(?:account|card|plan)$")
HOUSE = re.compile(r"\b(?:we|us|our|ours)\b", re.IGNORECASE)


def asked(text: str) -> str:
    """`text`, written to the reader, in the reader's own mouth: "your card" becomes "my card"."""
    for pattern, change in PERSONS:
        text = pattern.sub(change, text)
    return text


def speaks_for_house(text: str) -> bool:
    """Whether `text` says "we": a user would not, and rewording it goes wrong too often."""
    return HOUSE.search(text) is not None


def _keeps_capital(word: str, names: Collection[str]) -> bool:
    bare = word.strip("(),")
    return bare.lower() not in QUANTITIES and (bare in names or ACRONYM.search(word) is not None)


def lowered(phrase: str, names: Collection[str] = ()) -> str:
    """`phrase` as it stands inside a sentence: capitals kept for acronyms and for `names` only."""
    title_case = sum(word[:1].isupper() for word in phrase.split()) > 1
    out = []
    for at, word in enumerate(phrase.split(" ")):
        lower = (at == 0 or title_case) and not (word.isupper() and len(word) > 1) and not _keeps_capital(word, names)
        out.append(word[:1].lower() + word[1:] if lower else word)
    return " ".join(out)


def head(label: str) -> str:
    """The noun that a label is about: "fee" of "Stop payment fee (per request)"."""
    found = re.findall(r"[A-Za-z][\w\-’']*", TAIL.sub("", label.strip()))
    return found[-1].lower() if found else ""


def is_thing(label: str) -> bool:
    """Whether a label names a thing rather than a condition, an order or a person."""
    first, _, rest = label.lower().partition(" ")
    if first in DETERMINERS or ASIDE.search(label) or LONE_LETTER.search(label) or UNFINISHED.search(label):
        return False
    order = first in ORDERS and re.search(r"\b(?:the|a|an|and)\b", rest)
    return len(label.split()) in LABEL_WORDS and label[:1].isalpha() and not order and not NOT_THINGS.search(label)


def has_quantity(noun: str, value: str) -> bool:
    """Whether "the <noun> is <value>" makes sense: a bonus is a sum, a limit may be anything with a figure."""
    money = bool(MONEY.match(value))
    if noun in PLAIN_COUNTS and money:
        return False
    if noun in SUMS_ONLY and COUNT.fullmatch(value):  # "0" of what?
        return False
    return noun in QUANTITIES or (noun in SUMS and (money or bool(PERCENT.match(value))))


def is_vague(label: str) -> bool:
    """Whether a label leaves open what it limits: "Annual cap", "Maximum per year"."""
    *before, noun = re.findall(r"[\w\-’']+", TAIL.sub("", label.strip()).lower()) or [""]
    return noun in BARE_HEADS and LOOSE.issuperset(before)


def label_question(label: str, value: str, subject: str, names: Collection[str] = ()) -> str:
    """The question that a "label: value" line answers, or '' where the label does not lend itself to one."""
    noun, thing = head(label), lowered(label, names)
    alone = ALONE if not subject else 1 + (noun in VAGUE | LISTED)
    if not is_thing(label) or len(label.split()) < alone or is_vague(label):
        return ""
    if subject and HELD.search(thing):
        thing, subject = HELD.sub(rf"\1 {subject}", thing), ""
    first, _, rest = thing.partition(" ")
    asking = ""
    if has_quantity(noun, value):
        asking = f"What is the {thing}"
    elif noun in LISTED:
        asking = f"What are the {thing}"
    elif first in EXTREMES and rest and PLURAL.fullmatch(noun):
        counted = COUNT.fullmatch(value)
        unit = "number" if counted else "amount"
        asking = f"What is the {EXTREMES[first]} {unit} of {rest}" if counted or MONEY.match(value) else ""
    elif rest and PLURAL.fullmatch(noun) and COUNT.fullmatch(value):
        return _with(f"How many {thing}", "come with", subject) if subject else f"How many {thing} are there?"
    elif noun in SERVICES and MONEY.match(value):
        asking = f"How much is charged for {thing}"
    return _with(asking, "for", subject) if asking else ""


def _with(question: str, link: str, subject: str) -> str:
    bare = subject.removeprefix("the ")
    link = "with" if link == "for" and " for " in question else link
    return f"{question} {link} {subject}?" if bare and bare.lower() not in question.lower() else f"{question}?"
