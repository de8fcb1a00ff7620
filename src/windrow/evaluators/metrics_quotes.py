"""Evaluators of quotes and citations: does what the output claims to quote stand in the passages it was given?

A quotation is looked up word for word, a citation mark must point at a passage that is there, and the numbers of a
sentence that cites must stand in what it cites. Whether a passage also means what the sentence says is asked of
`faithfulness`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from windrow.evaluators.evidence import locate
from windrow.evaluators.metrics_frame import Measure, Nothing, Texts, evaluator, listed, short
from windrow.text.evidence import numbers
from windrow.text.sentences import spans
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.evaluators.inputs import Inputs, Passage

QUOTED = re.compile(
    r'"([^"\n]{3,2000})"|“([^”\n]{3,2000})”|„([^“”\n]{3,2000})[“”]|«([^»\n]{3,2000})»|「([^」\n]{2,2000})」|『([^』\n]{2,2000})』'
)
BLOCK = re.compile(r"^[ \t]*>[ \t]?(.+)$", re.MULTILINE)
LEAST_WORDS = 2  # a single word in quotation marks is seldom a quotation
MARK = re.compile(r"\[([^\[\]\n]{1,64})\](?!\()|【([^【】\n]{1,64})】")
LEADING = re.compile(rf"(?:\s{{0,3}}(?:{MARK.pattern}))+")


@evaluator("context")
def quote_in_context(inputs: Inputs, *, quotes: Texts | None = None) -> Measure:
    """Which share of the output's quotations stands in the context word for word? `quotes` are looked up instead of
    what stands in quotation marks. All must stand there to pass; without a quotation there is nothing to judge."""
    said = listed(quotes) if quotes is not None else list(quotations(inputs.output))
    if not said:
        raise Nothing("nothing is quoted")
    found: list[dict[str, object]] = []
    missing: list[str] = []
    for quote in said:
        place = _place(quote, inputs.context)
        if place:
            found.append(place)
        else:
            missing.append(quote)
    reason = f"not in the context: {short(missing[0])}" if missing else f"{len(found)} quotes, all in the context"
    return Measure(len(found) / len(said), reason, 1.0, {"found": found, "missing": missing})


@evaluator()
def quote_recall(inputs: Inputs, *, quotes: Texts) -> Measure:
    """Which share of the passages in `quotes` does the output give word for word? All must be there to pass."""
    wanted = listed(quotes)
    if not wanted:
        raise Nothing("no quotes to look for")
    missing = [quote for quote in wanted if locate(inputs.output, quote) is None]
    reason = f"not in the output: {short(missing[0])}" if missing else f"all {len(wanted)} quotes are given"
    return Measure(1 - len(missing) / len(wanted), reason, 1.0, {"missing": missing})


@evaluator("context")
def citations(inputs: Inputs, *, required: bool = False) -> Measure:
    """Which share of the citation marks ([1], [doc-a]) points at a passage of the context that has the numbers of the
    sentence citing it? All must pass; without a mark there is nothing to judge, unless marks are `required`."""
    known = {passage.id: passage for passage in inputs.context}
    known |= {str(at): passage for at, passage in enumerate(inputs.context, 1) if str(at) not in known}
    wrong: list[dict[str, str]] = []
    marks = cited = sentences = 0
    for sentence in _sentences(inputs.output):
        names = list(_marks(sentence, known))
        sentences, cited, marks = sentences + 1, cited + bool(names), marks + len(names)
        wrong += _wrong(sentence, names, known)
    if not marks and not required:
        raise Nothing("nothing is cited")
    metadata = {"marks": marks, "sentences": sentences, "sentences_that_cite": cited, "wrong": wrong}
    if not marks:
        return Measure(0.0, "nothing is cited", 1.0, metadata)
    reason = f"{wrong[0]['mark']}: {wrong[0]['why']}" if wrong else f"{marks} marks, all of them of passages given"
    return Measure(1 - len(wrong) / marks, reason, 1.0, metadata)


def quotations(text: str) -> Iterator[str]:
    """What stands in quotation marks or in a block quote, of two words or more, in order."""
    found = [(one.start(), next(filter(None, one.groups()))) for one in QUOTED.finditer(text)]
    found += [(one.start(), one[1].strip()) for one in BLOCK.finditer(text)]
    yield from (quote for _, quote in sorted(found) if len(words(quote)) >= LEAST_WORDS)


def _place(quote: str, context: tuple[Passage, ...]) -> dict[str, object] | None:
    for passage in context:
        span = locate(passage.text, quote)
        if span is not None:
            return {"quote": quote, "passage": passage.id, "span": list(span)}
    return None


def _sentences(text: str) -> Iterator[str]:
    """Sentences, each with the marks that follow its full stop."""
    held = ""
    for start, end in spans(text):
        sentence = text[start:end]
        following = LEADING.match(sentence) if held else None
        if following:
            held, sentence = held + following[0], sentence[following.end() :]
        if sentence.strip(" .,;"):
            yield from filter(None, (held,))
            held = sentence
    yield from filter(None, (held,))


def _marks(sentence: str, known: dict[str, Passage]) -> Iterator[str]:
    """The names that the citation marks of a sentence give: numbers, and ids of passages. Other brackets are text."""
    for found in MARK.finditer(sentence):
        for name in re.split(r"\s*[,;]\s*", (found[1] or found[2]).strip()):
            bare = name.removeprefix("^")
            if bare in known or (bare.isdecimal() and len(bare) <= 3):  # noqa: PLR2004 - [1984] is a year
                yield bare


def _wrong(sentence: str, names: list[str], known: dict[str, Passage]) -> Iterator[dict[str, str]]:
    said = set(numbers(MARK.sub(" ", sentence)))
    held = {number for name in names if name in known for number in numbers(known[name].text)}
    for name in names:
        if name not in known:
            yield {"mark": f"[{name}]", "why": "no such passage was given", "sentence": sentence}
        elif not said <= held:
            strange = min(said - held)
            yield {"mark": f"[{name}]", "why": f"{strange} stands in no passage cited there", "sentence": sentence}
