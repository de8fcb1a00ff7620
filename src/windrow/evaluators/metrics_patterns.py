"""Evaluators that look for a form: a regular expression, a mail address, a link, code.

A pattern comes from the caller and may run for ever, so it is searched with in a process that is ended after two
seconds: the result is then unscored. Nothing is ever fetched: a link is judged by its form alone.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from windrow.evaluators.metrics_frame import Measure, Undecided, bad_option, evaluator, short
from windrow.text import timed_patterns
from windrow.text.personal_data import PATTERNS

if TYPE_CHECKING:
    from windrow.evaluators.inputs import Inputs

LINK = re.compile(r"\bhttps?://[^\s<>\"'`{}|\\^]{1,2000}", re.IGNORECASE)
TRAILING = ".,;:!?)]}…。，、）】」』"
LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
MOST_ADDRESS, MOST_LOCAL = 254, 64  # RFC 5321
FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
CODE = re.compile(
    r"^[ \t]*(?:def \w{1,80}\(|class \w{1,80} ?[:({]|(?:from [\w.]{1,80} )?import [\w{*]|#include\s?[<\"]"
    r"|(?:public|private|static) [^\n]{1,120}[({]|(?:const|let|var) \w{1,80} ?=|func(?:tion)? ?\w{0,80}\("
    r"|SELECT\b[^\n]{1,200}\bFROM\b|fn \w{1,80}\(|[\w.]{1,80}\([^\n]{0,200}\);)",
    re.MULTILINE,
)


@evaluator()
def regex(inputs: Inputs, *, pattern: str, full: bool = False, case_sensitive: bool = True) -> Measure:
    """Does `pattern` (Python's `re`) stand in the output; with `full`, is it the whole output?"""
    how: timed_patterns.How = "fullmatch" if full else "search"
    try:
        found = timed_patterns.spans(pattern, inputs.output, how=how, ignore_case=not case_sensitive)
    except timed_patterns.BadPattern as error:
        raise bad_option(str(error)) from None
    except timed_patterns.TooSlow as error:
        raise Undecided(str(error), type="pattern_timeout") from None
    reason = f"stands at {found[0][0]}" if found else "stands nowhere"
    return Measure.yes_no(bool(found), f"{short(pattern)} {reason}", spans=[list(span) for span in found])


@evaluator()
def is_email(inputs: Inputs) -> Measure:
    """Is the output one mail address, and nothing else?"""
    said = inputs.output.strip()
    return Measure.yes_no(_is_address(said), f"{short(said)} is {'a' if _is_address(said) else 'no'} mail address")


@evaluator()
def contains_email(inputs: Inputs) -> Measure:
    """Does the output hold a mail address? (Whether it should not is asked by `pii`.)"""
    found = [one.span() for one in PATTERNS["email"].finditer(inputs.output) if _is_address(one[0])]
    return Measure.yes_no(bool(found), f"{len(found)} mail addresses", spans=[list(span) for span in found])


@evaluator()
def is_url(inputs: Inputs) -> Measure:
    """Is the output one http(s) link, and nothing else?"""
    said = inputs.output.strip()
    whole = LINK.fullmatch(said) is not None and is_link(said)
    return Measure.yes_no(whole, f"{short(said)} is {'a' if whole else 'no'} link")


@evaluator()
def contains_link(inputs: Inputs) -> Measure:
    """Does the output hold an http(s) link?"""
    found = links(inputs.output)
    return Measure.yes_no(bool(found), f"{len(found)} links", links=found)


@evaluator()
def contains_valid_link(inputs: Inputs) -> Measure:
    """Does the output hold links, all of them with a host that could be a public one? Nothing is fetched: whether a
    page is there is not known."""
    found = links(inputs.output)
    wrong = [one for one in found if not is_link(one)]
    reason = f"not a valid link: {short(wrong[0])}" if wrong else f"{len(found)} links, none of them fetched"
    return Measure.yes_no(bool(found) and not wrong, reason, links=found, invalid=wrong)


@evaluator()
def contains_code(inputs: Inputs) -> Measure:
    """Does the output hold code: a fenced block, or a line that opens like a statement of a common language?"""
    blocks = len(FENCE.findall(inputs.output)) // 2
    line = CODE.search(inputs.output)
    reason = f"{blocks} fenced blocks" if blocks else f"a line of code: {short(line[0].strip())}" if line else "no code"
    return Measure.yes_no(bool(blocks or line), reason, blocks=blocks)


def links(text: str) -> list[str]:
    """The http(s) links in `text`, without the punctuation of the sentence around them."""
    found = []
    for one in LINK.findall(text):
        bare = one
        while bare and bare[-1] in TRAILING and not (bare[-1] == ")" and bare.count("(") >= bare.count(")")):
            bare = bare[:-1]
        found.append(bare)
    return found


def is_link(text: str) -> bool:
    """Whether `text` is an http(s) link to an address or to a host that has a domain."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return False
    if host == "localhost" or _is_number(host):
        return True
    return _is_domain(host.rstrip("."))


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_domain(host: str) -> bool:
    labels = host.split(".")
    named = len(labels) > 1 and all(LABEL.fullmatch(label) for label in labels)
    return named and not labels[-1].isdigit() and len(host) <= MOST_ADDRESS


def _is_address(text: str) -> bool:
    """RFC 5321 without quoted local parts and address literals, which nobody uses; with letters of any script."""
    local, at, domain = text.rpartition("@")
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    fits = bool(at) and len(local) <= MOST_LOCAL and len(text) <= MOST_ADDRESS and not dots
    return fits and re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]+", local) is not None and _is_domain(domain)
