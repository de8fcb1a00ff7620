"""The last gate of the embedded teacher: whether what a rule wrote has the form of a question.

Rules see one pattern each, and a sentence that fits a pattern by accident makes a question that nobody would ask: "What
is the fee is waived?". Here the finished words are looked at once more, whichever rule they came from. What is refused
costs a row; what slips through teaches a model bad grammar.
"""

from __future__ import annotations

import re

from windrow.text.tokens import words

# "For the Blue Account, ...", "If I lose my card, ...": what may stand before the question proper.
BEFORE = re.compile(r"(?:For|If|When|While|After|Before|With|In|On|At|As|Once)\b[^?]*?, (?=\S)")
AUXILIARY = (
    r"(?:is|are|was|were|am|must|may|can|could|should|would|will|might|shall|cannot|do|does|did|has|have|had|"
    r"isn['’]t|aren['’]t|can['’]t|don['’]t|doesn['’]t|didn['’]t|won['’]t|shouldn['’]t)"
)
MEASURED = r"(?:much|many|long|often|soon|far|old|big|large|fast|quickly|late|early|high|low|likely)"
OPENING = re.compile(
    rf"(?:how (?:{MEASURED}\b.*?\s)?(?:{AUXILIARY}|come)|(?:when|where|why) {AUXILIARY}|(?:what|who|which|whose|whom)\b"
    rf"|{AUXILIARY}|(?:at|by|for|from|in|on|to|under|with) (?:what|which|whom|whose))\b",
    re.IGNORECASE,
)
# Where the main clause of a question ends: what follows may have verbs of its own.
SUBCLAUSE = re.compile(
    r",|[“\"(]|\b(?:if|when|whenever|while|that|who|which|whose|where|because|after|before|until|unless|as|since|once|so|than|"
    r"whether)\b|\b(?:and|or) (?=(?:what|how|who|when|where|why|which|is|are|can|do|does|will|should)\b)"
    r"|(?<!^)\b(?:what|how|why)\b"
)
FINITE = re.compile(
    r"\b(?:is|are|was|were|am|must|may|can|could|should|would|will|might|shall|cannot|do|does|did|has|won['’]t)\b"
)
# Verbs that no plural noun looks like.
STATING = re.compile(
    r"\b(?:applies|appears|becomes|begins|belongs|consists|continues|contains|costs (?=\d|[$€£¥])|depends|differs|"
    r"earns|equals|exceeds|expires|happens|helps|includes|keeps|lasts|means|occurs|opens|pays|provides|qualifies|"
    r"receives|remains|requires|takes|varies|wants)\b"
)
ASKS_A_NOUN = re.compile(
    r"(?:what (?:is|are)|how (?:much|many|long|soon|often)|when (?:is|are|do|does))\b", re.IGNORECASE
)
MY_DEED = re.compile(r"(?:how|what) (?:do|can|should|must|would) I\b", re.IGNORECASE)
BROKEN = re.compile(
    r"\bhow many (?:the|an?|my|your|this|that|each|every)\b"  # a count of one thing
    r"|\bdo (?:an?|each|every|one)\b|\bdoes (?:all|both|many|several|I|you|we|they)\b"  # helper and subject disagree
    r"|\bthe (?:the|an?|my|your|our|this|all|any|each)\b|\b(?:an?|my|your) (?:the|an?)\b"  # two determiners
    r"|\b(\w+) \1\b|\bI (?:is|are|were|has|does)\b|\bI\b[^,?]*\b(?:and|but|or) (?:are|were|aren['’]t)\b",
    re.IGNORECASE,
)

GERMAN = re.compile(
    r"(?:(?:an|auf|aus|bei|bis|für|in|mit|nach|seit|über|um|unter|von|vor|zu|ab)\s)?(?:was|wie|wer|wen|wem|wessen|wann|"
    r"wo\w*|warum|wieso|weshalb|welche[rsmn]?)\s"
    r"|(?:bin|ist|sind|war|hat|habe|haben|kann|können|muss|müssen|darf|dürfen|soll|sollte|wird|werden|gibt|gilt|gelten|"
    r"bekomme|brauche|erhalte|fallen|fällt|kostet|kosten|lässt|gehört|bietet|bieten|wurde)\s",
    re.IGNORECASE,
)
FRENCH = re.compile(
    r"(?:(?:à|de|pour|dans|en|sur|avec|depuis|jusqu['’]à|par|sous|d['’])\s?)?(?:qu['’]|que\s|quoi\s|quel(?:le)?s?\s|comment\s|"
    r"combien\s|quand\s|où\s|d['’]où\s|pourquoi\s|qui\s|lequel|laquelle|est-ce)"
    r"|.*-(?:je|tu|il|elle|on|nous|vous|ils|elles|ce)\b",
    re.IGNORECASE,
)
SPANISH = re.compile(
    r"¿?(?:(?:a|con|de|desde|en|hasta|para|por)\s)?(?:qué|cómo|cuándo|cuánt[oa]s?|cuál(?:es)?|dónde|adónde|quién(?:es)?)\s"
    r"|¿?(?:es|son|está|están|hay|puedo|puede|pueden|debo|debe|tengo|tiene|tienen|se|me|necesito|existe|existen)\s",
    re.IGNORECASE,
)
FORMS = {"de": GERMAN, "fr": FRENCH, "es": SPANISH}
LEAST = 3  # words of a question in a language without a rule here


def is_sound(question: str, language: str, subject: str = "") -> bool:
    """Whether `question` is one by its form. `subject` may stand before it, with a colon."""
    if language in ("en", ""):
        return _sound_english(question) or (language == "" and _sound_elsewhere(question, subject))
    form = FORMS.get(language)
    bare = _without(question, subject)
    return form.match(bare) is not None if form is not None else len(words(bare)) >= LEAST


def _sound_elsewhere(question: str, subject: str) -> bool:
    """For a text too short to tell its language: a question word of any language that has a rule."""
    bare = _without(question, subject)
    return any(form.match(bare) for form in FORMS.values())


def _without(question: str, subject: str) -> str:
    """The question without the subject set before it: "Basiskonto: ...", "Pour Compte bleu, ..."."""
    before = rf"(?:Pour\s+)?{re.escape(subject)}\s?[:：,]\s*" if subject else ""
    return re.sub(rf"^{before}", "", question)


def _sound_english(question: str) -> bool:
    proper = question
    while not OPENING.match(proper) and (before := BEFORE.match(proper)):
        proper = proper[before.end() :]
    if not OPENING.match(proper) or BROKEN.search(question):
        return False
    end = SUBCLAUSE.search(proper, len(proper.split(" ", 1)[0]))
    main = proper[: end.start() if end else len(proper)]
    if MY_DEED.match(main):  # "How do I confirm my benefits are active?": what I confirm has a verb of its own
        return True
    main = re.sub(r"\b(I|we|you|they|to|not|[a-z]+s) do\b", r"\1", main)  # "do" as the deed, not as the helper
    return len(FINITE.findall(main.lower())) <= 1 and not (ASKS_A_NOUN.match(main) and STATING.search(main))
