"""The words by which the simulator tells what a tool does and what it does it to."""

from __future__ import annotations

from typing import Literal

Kind = Literal["get", "list", "compute", "create", "update", "delete", "log_in", "log_out"]
READS: frozenset[str] = frozenset({"get", "list", "compute"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VERBS: dict[Kind, frozenset[str]] = {
    "log_in": _words("login authenticate signin"),
    "log_out": _words("logout signout"),
    "list": _words("list search find query browse filter"),
    "get": _words("get read view show fetch retrieve check lookup look verify describe inspect track validate"),
    "compute": _words("compute calculate convert estimate translate analyze predict compare evaluate"),
    "create": _words(
        "create add book register post send open purchase buy submit place schedule upload make insert reserve write "
        "invite share publish subscribe issue reply hire enroll generate"
    ),
    "update": _words(
        "update edit modify set change resolve close mark move rename assign approve reject complete finish pay "
        "transfer enable disable activate deactivate lock unlock archive restore reopen extend reschedule adjust "
        "increase decrease toggle start stop pause resume confirm accept"
    ),
    "delete": _words("delete remove cancel drop clear revoke unsubscribe erase"),
}
ALL_VERBS = frozenset().union(*VERBS.values())
NOUNS_TOO = _words("contact order request report comment record log email notify")  # verbs at the start of a name only
ENDS_NOUN = _words("by for from with to of in at on about")
FILLERS = _words("all my the a an new every current latest existing")
TAILS = _words(
    "id ids details detail info information history status stats statistics balance cost price list data count sent "
    "received summary by name"
)
SHOWS_MANY = _words("all history list")
BECOMES = {
    "close": "closed", "resolve": "resolved", "approve": "approved", "reject": "rejected", "complete": "completed",
    "finish": "finished", "pay": "paid", "enable": "enabled", "disable": "disabled", "activate": "active",
    "deactivate": "inactive", "lock": "locked", "unlock": "unlocked", "archive": "archived", "restore": "restored",
    "reopen": "open", "start": "started", "stop": "stopped", "pause": "paused", "resume": "running",
    "confirm": "confirmed", "accept": "accepted", "mark": "marked",
}  # fmt: skip
"""What the `status` of a thing is after a verb that says no more."""
