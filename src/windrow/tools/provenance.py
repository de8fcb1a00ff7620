"""Where one argument of a call comes from: words of the user, a result, the schema, or a sum that can be done again.

Most provenance can be found again by reading the row, and is. What cannot is written down when the row is made, in a
form that a program can redo (a rule and its inputs) or look up (the very words that were understood as this value).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

Source = Literal["user", "system", "result", "schema", "computed", "understood"]
SOURCES: frozenset[str] = frozenset(get_args(Source))


class NotAProvenance(ValueError):
    """Something else than a provenance, in words."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """`source` of a value. `where` is the place of the message ("messages[3]") or of the schema.

    `computed` has a `rule` (see `windrow.tools.rules`) and the values it is computed `of`, each of which must be found
    in the conversation itself. `understood` has a `quote`: words of the user or of a result, standing there letter for
    letter, that mean the value ("arrived broken" for the reason `damaged`).
    """

    source: Source
    where: str = ""
    rule: str = ""
    of: tuple[Any, ...] = ()
    quote: str = ""

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {"source": self.source}
        for key in ("where", "rule", "quote"):
            value = getattr(self, key)
            if value:
                out[key] = value
        if self.of:
            out["of"] = list(self.of)
        return out

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Provenance:
        """What `to_dict` wrote. Raises NotAProvenance."""
        if not isinstance(data, dict) or data.get("source") not in SOURCES:
            raise NotAProvenance(f"{data!r} names no source among {', '.join(sorted(SOURCES))}"[:200])
        texts = {key: data.get(key, "") for key in ("where", "rule", "quote")}
        of = data.get("of", ())
        if not all(isinstance(value, str) for value in texts.values()) or not isinstance(of, list | tuple):
            raise NotAProvenance("where, rule and quote are texts, `of` is a list")
        return cls(data["source"], **texts, of=tuple(of))
