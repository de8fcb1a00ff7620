"""Names of tools and arguments as words: `listAllOrders` and `list_all_orders` both say "list all orders"."""

from __future__ import annotations

import re
from functools import lru_cache

PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
SHORT = {
    "id": "ID", "ids": "IDs", "url": "URL", "sku": "SKU", "api": "API", "iban": "IBAN", "ip": "IP", "email": "e-mail",
}  # fmt: skip
PLURALS = {"people": "person", "children": "child", "statuses": "status", "addresses": "address", "news": "news",
           "series": "series", "status": "status", "address": "address", "access": "access", "class": "class",
           "invoices": "invoice"}  # fmt: skip


def parts(name: str) -> list[str]:
    """The words in a name, in lower case."""
    return list(_parts(name))


@lru_cache(maxsize=8192)  # a simulation asks for the same few names again and again
def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.lower() for part in PARTS.findall(name))


@lru_cache(maxsize=8192)
def label(name: str) -> str:
    """A name as a reader would say it: `order_id` is "order ID"."""
    return " ".join(SHORT.get(part, part) for part in parts(name)) or name


@lru_cache(maxsize=8192)
def singular(word: str) -> str:
    """An English noun's singular, near enough to join `tickets` to `ticket`."""
    if word in PLURALS:
        return PLURALS[word]
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004 - "ties" is the plural of "tie"
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def same_thing(one: str, other: str) -> bool:
    """Whether two names mean the same field: written alike but for case and separators."""
    return parts(one) == parts(other)
