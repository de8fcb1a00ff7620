"""Keys, tokens and passwords in a text: by the form that their issuer gives them, or because they are assigned.

A form with a prefix (`ghp_…`, `xoxb-…`) is found almost without error. What is only assigned (`password = …`) must look
random or be quoted as a value, since most of what stands behind such a name is code, a placeholder or an explanation.
The forms follow what the issuers document and what scanners of repositories look for.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windrow.text.word_edges import BESIDE, JOINED_LETTER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

# Nothing stands before or after but what no key contains.
_A, _Z = r"(?<![A-Za-z0-9_/+-])", r"(?![A-Za-z0-9_-])"
FORMS: Mapping[str, str] = {
    "private_key": r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[\s\S]{0,8000}?-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/=\s]{0,8000})",
    "aws_access_key": _A + r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}" + _Z,
    "github_token": _A + r"(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})" + _Z,
    "gitlab_token": _A + r"gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_-]{20,64}" + _Z,
    "anthropic_key": _A + r"sk-ant-[a-z]{2,8}\d{2}-[A-Za-z0-9_-]{20,160}" + _Z,
    "openrouter_key": _A + r"sk-or-v1-[0-9a-f]{64}" + _Z,
    "openai_key": _A + r"sk-(?:(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,220}|[A-Za-z0-9]{32,64})" + _Z,
    "huggingface_token": _A + r"(?:hf_[A-Za-z0-9]{30,40}|api_org_[A-Za-z0-9]{34})" + _Z,
    "google_api_key": _A + r"AIza[A-Za-z0-9_-]{35}" + _Z,
    "google_oauth_token": _A + r"ya29\.[A-Za-z0-9_-]{20,400}" + _Z,
    "slack_token": _A + r"(?:xox[abeoprs]-[A-Za-z0-9-]{10,250}|xapp-\d-[A-Za-z0-9-]{20,250})" + _Z,
    "slack_webhook": r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9+/]{40,60}",
    "stripe_key": _A + r"(?:[rs]k_(?:live|test)_[A-Za-z0-9]{16,250}|whsec_[A-Za-z0-9]{24,64})" + _Z,
    "sendgrid_key": _A + r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}" + _Z,
    "twilio_key": _A + r"SK[0-9a-f]{32}" + _Z,
    "mailgun_key": _A + r"key-[0-9a-f]{32}" + _Z,
    "npm_token": _A + r"npm_[A-Za-z0-9]{36}" + _Z,
    "pypi_token": _A + r"pypi-AgE[A-Za-z0-9_-]{50,400}" + _Z,
    "docker_token": _A + r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,64}" + _Z,
    "digitalocean_token": _A + r"do[opr]_v1_[0-9a-f]{64}" + _Z,
    "shopify_token": _A + r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}" + _Z,
    "telegram_token": _A + r"\d{8,10}:AA[A-Za-z0-9_-]{33}" + _Z,
    "azure_storage_key": r"(?<=AccountKey=)[A-Za-z0-9+/]{86}==",
    "jwt": _A + r"eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{4,4000}\.[A-Za-z0-9_-]{0,2000}" + _Z,
}
"""What an issuer's keys look like, by kind."""

_NAMES = (
    r"pass(?:word|wd|phrase)?|pwd|passwort|kennwort|contraseña|clave|senha|wachtwoord|mot[ _-]de[ _-]passe|пароль"
    r"|密码|密碼|パスワード|비밀번호"
    r"|secret|token|credential|api[ _-]?key|apikey|(?:access|auth|client|secret|private|signing|encryption"
    r"|account)[ _-]?(?:key|secret|token)"
)
ASSIGNED = re.compile(
    rf"(?<!{JOINED_LETTER})(?P<name>{_NAMES})s?[\"'`]?\s{{0,3}}(?P<sign>:=|=>|=(?!=)|:(?!:)|：|\bis\b|\bist\b|\bes\b|是"
    rf"|为|為|は|는(?=\s)|은(?=\s))\s{{0,3}}"
    r"(?:(?P<quote>[\"'`])(?P<quoted>[^\"'`\n]{6,200})(?P=quote)|(?P<bare>[^\s\"'`,;<>{}()\[\]|]{6,200}+)(?![(\[]))",
    re.IGNORECASE,
)
AFTERWARDS = re.compile(rf"(?<=[!-~])[{BESIDE}].*", re.DOTALL)  # words that no space parts from a value
BEARER = re.compile(r"\b(?:Bearer|Basic|Token)\s{1,3}(?P<value>[A-Za-z0-9._~+/-]{16,2000}=*)", re.IGNORECASE)
IN_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'<>]{0,80}:(?P<value>[^\s/@\"'<>]{3,120})@", re.IGNORECASE
)
PASSWORDS = re.compile(r"pass|pwd|kennwort|contrase|clave|senha|wachtwoord|mot|пароль|密|パス|비밀", re.IGNORECASE)
PLACEHOLDER = re.compile(
    r"://|x{4,}|\*{3,}|\.{3}|…|•{2,}|[<>{}$%]|\b(?:your|my|the)[_ -]?\w*(?:key|token|secret|password)|your|example"
    r"|placeholder|change[_-]?me"
    r"|replace|redacted|dummy|sample|insert|todo|hidden|(?:0{6,}|1234567890?\Z)|\A(?:string|none|null|true|false"
    r"|secret|password)\Z",
    re.IGNORECASE,
)
CODE = re.compile(r"[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)+|.*[()\[\]=].*|[A-Za-z_]+|[\w-]+(?:/[\w.-]+)+|\d+(?:[.,:]\d+)*")
AWS_SECRET = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9/+]{40}")  # with a slash in it, it reads as a path
LEAST_DIFFERENT = 8  # characters of a key: fewer are a pattern, no key
TOKEN, PASSWORD = 16, 6  # characters of an assigned token and of a password, at least
BITS = 3.0  # of Shannon entropy a character, of an assigned token; prose and names of variables have less


@dataclass(frozen=True, slots=True)
class SecretKey:
    """What was found: `text[start:end]`."""

    kind: str
    start: int
    end: int


def secret_keys(text: str) -> Iterator[SecretKey]:
    """Every key, token and password in `text`, in order of place, each once."""
    taken: list[tuple[int, int]] = []
    found = []
    for kind, start, end in _candidates(text):
        if all(end <= first or start >= last for first, last in taken):
            taken.append((start, end))
            found.append(SecretKey(kind, start, end))
    yield from sorted(found, key=lambda one: one.start)


def entropy(text: str) -> float:
    """Shannon entropy in bits a character; 0 for an empty text."""
    total = len(text)
    return -sum(n / total * math.log2(n / total) for n in Counter(text).values()) if text else 0.0


def _candidates(text: str) -> Iterator[tuple[str, int, int]]:
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text) if _MARKS[kind] in text else ():
            if _PROOFS.get(kind, _is_random)(match[0]):
                yield kind, *match.span()
    for match in IN_ADDRESS.finditer(text) if "://" in text else ():
        if not PLACEHOLDER.search(match["value"]) and match["value"].lower() not in {"pass", "password", "pwd"}:
            yield "password_in_address", *match.span("value")
    for match in BEARER.finditer(text):
        if _is_token(match["value"]) or _is_basic(match["value"]):
            yield "authorization", *match.span("value")
    for match in ASSIGNED.finditer(text):
        group = "quoted" if match["quoted"] else "bare"
        value = AFTERWARDS.sub("", match[group]).rstrip(".,;:") if group == "bare" else match[group]
        said = PASSWORDS.search(match["name"]) is not None
        if _is_password(value, match) if said else _is_token(value):
            kind = "password" if said else "assigned_secret"
            yield kind, match.start(group), match.start(group) + len(value)


def _is_random(value: str) -> bool:
    return len(set(value)) >= LEAST_DIFFERENT and not re.search(
        r"://|x{4,}|\*{3}|\.{3}|your|placeholder", value, re.IGNORECASE
    )


def _is_token(value: str) -> bool:
    mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    random = len(value) >= TOKEN and mixed and entropy(value) >= BITS and " " not in value
    return (
        random
        and not PLACEHOLDER.search(value)
        and (AWS_SECRET.fullmatch(value) is not None or not CODE.fullmatch(value))
    )


def _is_password(value: str, match: re.Match[str]) -> bool:
    """A password has letters and digits or signs, and no blank; in prose ("the password is …") it must have both."""
    if PLACEHOLDER.search(value) or CODE.fullmatch(value) or " " in value or len(value) < PASSWORD:
        return False
    letters, digits = any(map(str.isalpha, value)), any(map(str.isdigit, value))
    signs = any(not letter.isalnum() and letter not in "-_.'’" for letter in value)
    spoken = match["sign"].isalpha() or match["sign"] in "是は"
    if letters and digits:
        return signs or not spoken or value != value.lower()
    return letters and signs and not spoken


def _is_basic(value: str) -> bool:
    """Whether it is the Basic of HTTP: base64 of name:password."""
    try:
        told = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return False
    name, colon, password = told.partition(":")
    return bool(name and colon and password) and told.isprintable()


def _is_jwt(value: str) -> bool:
    head = value.split(".", 1)[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return False
    return isinstance(header, dict) and "alg" in header


def _is_private_key(value: str) -> bool:
    body = _ARMOUR.sub("", value)
    return len(body) >= TOKEN and "..." not in body  # a heading alone is talk


_ARMOUR = re.compile(r"-----[^-]*-----|\s")
_PATTERNS = {kind: re.compile(form) for kind, form in FORMS.items()}
_PROOFS: Mapping[str, Callable[[str], bool]] = {"jwt": _is_jwt, "private_key": _is_private_key}
# What a text must hold at least for a pattern to be worth trying.
_MARKS = {
    "private_key": "PRIVATE KEY", "aws_access_key": "A", "github_token": "_", "gitlab_token": "gl",
    "anthropic_key": "sk-ant", "openrouter_key": "sk-or", "openai_key": "sk-", "huggingface_token": "_",
    "google_api_key": "AIza", "google_oauth_token": "ya29", "slack_token": "x", "slack_webhook": "slack.com",
    "stripe_key": "_", "sendgrid_key": "SG.", "twilio_key": "SK", "mailgun_key": "key-", "npm_token": "npm_",
    "pypi_token": "pypi-", "docker_token": "dckr_", "digitalocean_token": "_v1_", "shopify_token": "shp",
    "telegram_token": ":AA", "azure_storage_key": "AccountKey=", "jwt": "eyJ",
}  # fmt: skip
