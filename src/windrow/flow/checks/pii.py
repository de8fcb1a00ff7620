"""Does the row hold personal data or secrets? The last word where a config says `pii:`, and a check of its own.

What it finds stands in its verdict by kind, place and the little that may be shown of it, never as it is.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from windrow.row import Verdict
from windrow.shapes import Check, Options
from windrow.text.placeholders import KINDS, Kind
from windrow.text.presidio import Presidio
from windrow.text.scrub import Finder
from windrow.text.scrub_rows import found_in

if TYPE_CHECKING:
    from pathlib import Path

    from windrow.row import Row

MOST_TOLD = 20


class PiiOptions(Options):
    """What is looked for, and what becomes of a row that has it."""

    mode: Literal["flag", "reject"] = "reject"
    """`flag`: the row passes, and its verdict tells what was found. `reject`: it does not pass."""
    kinds: tuple[Kind, ...] = KINDS
    """What is looked for."""
    keep: tuple[str, ...] = ()
    """What may stand in a row all the same: a value, the host of mail addresses (`acme.com`), a network
    (`10.0.0.0/8`), or `reserved`."""
    names: Presidio | None = None
    """Finds names of people and places too."""


class PiiCheck(Check):
    """Is the row free of personal data, keys and passwords?"""

    name: ClassVar[str] = "pii"
    options_type: ClassVar[type[Options]] = PiiOptions
    options: PiiOptions

    def __init__(self, options: Options, *, base: Path) -> None:
        super().__init__(options, base=base)
        names = None if self.options.names is None else self.options.names.names()
        self._find = Finder(self.options.kinds, keep=self.options.keep, names=names)

    def check(self, row: Row) -> Verdict:
        """Fails with `personal_data`, naming kinds and places; where it only flags, it passes with the same."""
        found = list(found_in(row, self._find))
        if not found:
            return Verdict(self.name, "pass")
        kinds = Counter(one.kind for _, one in found)
        told = [
            {"kind": one.kind, "where": where, "start": one.start, "end": one.end, "shown": one.shown}
            for where, one in found[:MOST_TOLD]
        ]
        counts = dict(sorted(kinds.items()))
        detail = f"holds personal data: {', '.join(f'{count} {kind}' for kind, count in counts.items())}"
        evidence: dict[str, Any] = {"found": told, "counts": counts}
        if self.options.mode == "flag":  # of the kind "filter": a check that passes with evidence has confirmed a row
            return Verdict(self.name, "pass", detail=detail, evidence=evidence, kind="filter")
        return Verdict(self.name, "fail", "personal_data", detail, evidence)
