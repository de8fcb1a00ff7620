"""The check that `pii:` of a config stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windrow.config.choose import Chosen
from windrow.flow.checks.pii import PiiCheck, PiiOptions

if TYPE_CHECKING:
    from pathlib import Path

    from windrow.config.shape import PiiUse


def check(use: PiiUse, base: Path) -> Chosen:
    """The check that has the last word. Where personal data is taken out, none may be left; names are not asked for
    twice, because a model guesses anew for every text."""
    scrub = use.mode == "scrub"
    options = PiiOptions(
        mode="flag" if use.mode == "flag" else "reject",
        kinds=tuple(use.kinds),
        keep=tuple(use.keep),
        names=None if scrub else use.names,
    )
    return Chosen("pii", PiiCheck, options, base)
