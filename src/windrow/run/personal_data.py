"""What `pii:` of a run's plan looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.text.presidio import Presidio
from windrow.text.scrub import Finder

if TYPE_CHECKING:
    from collections.abc import Mapping


def finder(pii: Mapping[str, Any]) -> Finder | None:
    """What finds that which is to be taken out, by `pii:` as plain JSON; None where nothing is. Raises MissingError."""
    if pii.get("mode") != "scrub":
        return None
    names = pii.get("names")
    return Finder(pii["kinds"], keep=pii["keep"], names=Presidio.model_validate(names).names() if names else None)
