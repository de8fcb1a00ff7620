"""The twenty-five instructions of IFEval by their own ids and kwargs, judged as its paper's checker judges them.

Where that checker asks a library for words, sentences or the language of a text, ours are asked (`text.tokens`,
`text.sentences`, `text.language`), which know more languages; so a figure may differ from a published one in these.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from windrow.evaluators.metrics_frame import Undecided
from windrow.text import strict_json
from windrow.text.constraints import NotAConstraint
from windrow.text.language import guess
from windrow.text.sentences import spans
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RELATIONS = ("less than", "at least")
ANSWERS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
BULLETS = re.compile(r"^[ \t]*(?:\*[^*\n]|-).*$", re.MULTILINE)
PLACEHOLDERS = re.compile(r"\[[^\[\]\n]*\]")
HIGHLIGHTS = (re.compile(r"\*[^\n*]*\*"), re.compile(r"\*\*[^\n*]*\*\*"))
TITLE = re.compile(r"<<([^\n<>]+)>>")
DIVIDER = re.compile(r"\s?\*{3}\s?")
PUNCTUATION = ".,?!'\"”’»)"


def problem(name: str, kwargs: Mapping[str, Any], text: str) -> str:
    """What keeps `text` from obeying the instruction `name`, or ''. Raises NotAConstraint; Undecided where the language
    of the text cannot be told."""
    if name not in CHECKS:
        raise NotAConstraint(f"no instruction is called {name!r}; known: {', '.join(sorted(CHECKS))}")
    check, types = CHECKS[name]
    for key, kind in types.items():
        value = kwargs.get(key)
        fits = isinstance(value, kind) and not isinstance(value, bool) and value not in ("", [])
        if not fits or (key.endswith("relation") and value not in RELATIONS):
            raise NotAConstraint(f"{name} needs {key}, and {value!r} is none")
    return check(text, **{key: kwargs[key] for key in types})


def _related(found: int, wanted: int, relation: str, unit: str) -> str:
    holds = found < wanted if relation == "less than" else found >= wanted
    return "" if holds else f"{found} {unit}, not {relation} {wanted}"


def _count(text: str, word: str) -> int:
    return len(re.findall(re.escape(word), text, re.IGNORECASE))


def _existence(text: str, keywords: list[str]) -> str:
    missing = [word for word in keywords if not _count(text, str(word))]
    return f"without {missing[0]!r}" if missing else ""


def _forbidden(text: str, forbidden_words: list[str]) -> str:
    found = [w for w in forbidden_words if re.search(rf"\b{re.escape(str(w))}\b", text, re.IGNORECASE)]
    return f"with {found[0]!r}" if found else ""


def _frequency(text: str, keyword: str, frequency: int, relation: str) -> str:
    return _related(_count(text, keyword), frequency, relation, f"times {keyword!r}")


def _letters(text: str, letter: str, let_frequency: int, let_relation: str) -> str:
    return _related(text.lower().count(letter.lower()), let_frequency, let_relation, f"times {letter!r}")


def _language(text: str, language: str) -> str:
    found = guess(text)
    if not found:
        raise Undecided("the language of the output cannot be told", type="unknown_language")
    return "" if found == language.lower().partition("-")[0] else f"written in {found}, not in {language}"


def _paragraphs(text: str, num_paragraphs: int) -> str:
    parts = DIVIDER.split(text)
    if any(not part.strip() for part in parts[1:-1]):
        return "an empty paragraph between two dividers"
    found = sum(bool(part.strip()) for part in parts)
    return "" if found == num_paragraphs else f"{found} paragraphs divided by ***, not {num_paragraphs}"


def _first_word(text: str, num_paragraphs: int, nth_paragraph: int, first_word: str) -> str:
    parts = [part.strip() for part in text.split("\n\n")]
    found = sum(map(bool, parts))
    if found != num_paragraphs:
        return f"{found} paragraphs, not {num_paragraphs}"
    said = parts[nth_paragraph - 1].split() if 0 < nth_paragraph <= len(parts) else []
    word = said[0].lstrip("'\"“«").rstrip(PUNCTUATION).lower() if said else ""
    return "" if word == first_word.lower() else f"paragraph {nth_paragraph} starts with {word!r}"


def _postscript(text: str, postscript_marker: str) -> str:
    marker = postscript_marker.strip().lower()
    forms = {"p.p.s": r"p\.\s?p\.\s?s", "p.s.": r"p\.\s?s\."}
    return "" if re.search(forms.get(marker, re.escape(marker)), text.lower()) else f"no {postscript_marker}"


def _bullets(text: str, num_bullets: int) -> str:
    found = len(BULLETS.findall(text))
    return "" if found == num_bullets else f"{found} bullet points, not {num_bullets}"


def _highlights(text: str, num_highlights: int) -> str:
    found = sum(bool(one.strip("* ")) for pattern in HIGHLIGHTS for one in pattern.findall(text))
    return _related(found, num_highlights, "at least", "highlighted parts")


def _sections(text: str, section_spliter: str, num_sections: int) -> str:
    found = len(re.findall(rf"{re.escape(section_spliter.strip())}\s?\d+", text))
    return _related(found, num_sections, "at least", f"sections headed {section_spliter!r}")


def _json(text: str) -> str:
    bare = re.sub(r"\A```(?:json)?|```\Z", "", text.strip(), flags=re.IGNORECASE)
    try:
        strict_json.loads(bare.strip())
    except strict_json.NotStrict as error:
        return f"not JSON: {error}"
    return ""


def _title(text: str) -> str:
    return "" if any(found.strip() for found in TITLE.findall(text)) else "no <<title>>"


def _two(text: str) -> str:
    parts = text.split("******")
    told = [part.strip() for part in parts if part.strip()]
    inner = any(not part.strip() for part in parts[1:-1])
    return "" if len(told) == 2 and told[0] != told[1] and not inner else "not two different responses"  # noqa: PLR2004


def _repeated(text: str, prompt_to_repeat: str) -> str:
    return "" if text.strip().lower().startswith(prompt_to_repeat.strip().lower()) else "does not repeat the request"


def _ending(text: str, end_phrase: str) -> str:
    said = text.strip().strip('"').lower()
    return "" if said.endswith(end_phrase.strip().lower()) else f"ends with {said[-40:]!r}"


def _quoted(text: str) -> str:
    said = text.strip()
    whole = len(said) > 1 and said[0] == said[-1] == '"'
    return "" if whole else "not wrapped in double quotation marks"


def _capitals(text: str, capital_frequency: int, capital_relation: str) -> str:
    found = sum(word.isupper() for word in re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text))
    return _related(found, capital_frequency, capital_relation, "words in capitals")


def _case(text: str, *, upper: bool) -> str:
    holds = text.isupper() if upper else text.islower()
    return "" if holds else f"not in {'capital' if upper else 'small'} letters only"


CHECKS: Mapping[str, tuple[Callable[..., str], Mapping[str, type]]] = {
    "keywords:existence": (_existence, {"keywords": list}),
    "keywords:frequency": (_frequency, {"keyword": str, "frequency": int, "relation": str}),
    "keywords:forbidden_words": (_forbidden, {"forbidden_words": list}),
    "keywords:letter_frequency": (_letters, {"letter": str, "let_frequency": int, "let_relation": str}),
    "language:response_language": (_language, {"language": str}),
    "length_constraints:number_sentences": (
        lambda text, num_sentences, relation: _related(
            sum(1 for _ in spans(text)), num_sentences, relation, "sentences"
        ),
        {"num_sentences": int, "relation": str},
    ),
    "length_constraints:number_paragraphs": (_paragraphs, {"num_paragraphs": int}),
    "length_constraints:number_words": (
        lambda text, num_words, relation: _related(len(words(text)), num_words, relation, "words"),
        {"num_words": int, "relation": str},
    ),
    "length_constraints:nth_paragraph_first_word": (
        _first_word,
        {"num_paragraphs": int, "nth_paragraph": int, "first_word": str},
    ),
    "detectable_content:number_placeholders": (
        lambda text, num_placeholders: _related(
            len(PLACEHOLDERS.findall(text)), num_placeholders, "at least", "placeholders"
        ),
        {"num_placeholders": int},
    ),
    "detectable_content:postscript": (_postscript, {"postscript_marker": str}),
    "detectable_format:number_bullet_lists": (_bullets, {"num_bullets": int}),
    "detectable_format:constrained_response": (
        lambda text: "" if any(answer in text for answer in ANSWERS) else "none of the three answers",
        {},
    ),
    "detectable_format:number_highlighted_sections": (_highlights, {"num_highlights": int}),
    "detectable_format:multiple_sections": (_sections, {"section_spliter": str, "num_sections": int}),
    "detectable_format:json_format": (_json, {}),
    "detectable_format:title": (_title, {}),
    "combination:two_responses": (_two, {}),
    "combination:repeat_prompt": (_repeated, {"prompt_to_repeat": str}),
    "startend:end_checker": (_ending, {"end_phrase": str}),
    "startend:quotation": (_quoted, {}),
    "change_case:capital_word_frequency": (_capitals, {"capital_frequency": int, "capital_relation": str}),
    "change_case:english_capital": (lambda text: _case(text, upper=True), {}),
    "change_case:english_lowercase": (lambda text: _case(text, upper=False), {}),
    "punctuation:no_comma": (lambda text: "a comma" if "," in text else "", {}),
}
"""By id: the check, and the kwargs that it needs with their types."""
