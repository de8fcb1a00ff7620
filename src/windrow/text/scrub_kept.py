"""What may stay in a text though it has the form of personal data: a company's own address, a private network."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from windrow.text.personal_data import PersonalDatum

RESERVED = "reserved"
_HOST = re.compile(r"@?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)


class Kept:
    """Entries are values as they are written, hosts of mail addresses (`acme.com`), networks (`10.0.0.0/8`), or the
    word `reserved`: whatever standards set aside for examples and private networks."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        said = [entry.strip() for entry in entries]
        self._reserved = RESERVED in said
        self._values = {_plain(entry) for entry in said}
        self._hosts = tuple(entry.casefold().removeprefix("@") for entry in said if _HOST.fullmatch(entry))
        self._networks = [network for entry in said if (network := _network(entry)) is not None]

    def has(self, value: str) -> bool:
        """Whether `value` is one of the entries, spacing and case aside."""
        return bool(self._values) and _plain(value) in self._values

    def holds(self, datum: PersonalDatum, said: str) -> bool:
        """Whether `datum`, written as `said`, may stay."""
        if self.has(said) or (self._reserved and datum.reserved):
            return True
        if datum.kind == "email" and self._hosts:
            host = datum.digits.rpartition("@")[2]
            return any(host == known or host.endswith(f".{known}") for known in self._hosts)
        if datum.kind == "ip" and self._networks:
            address = ipaddress.ip_address(datum.digits)
            return any(address in network for network in self._networks)
        return False


def _plain(text: str) -> str:
    return re.sub(r"[\s()./‐‑–-]", "", text.casefold())


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None
