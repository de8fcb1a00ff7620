"""What holds for every test: the network is off, and nobody's keys or settings leak in.

Only loopback servers that a test started can be reached. Python's own sockets are watched by an audit hook; the HTTP
client is Rust and never touches them, so it is sent to a proxy that is not there, as are the processes a test starts.
"""

import os
import sys

import hypothesis
import pytest

hypothesis.settings.register_profile("windrow", deadline=None)  # a busy machine is no failure of a law
hypothesis.settings.load_profile("windrow")

DEAD_PROXY = "http://127.0.0.1:9"
LOOPBACK = {"localhost", "127.0.0.1", "::1", "0.0.0.0", "::", ""}  # noqa: S104 - names that stay on this machine
LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
SENDS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
PRIVATE = ("OPENAI_", "ANTHROPIC_", "WINDROW_")


def _network_is_off(event: str, args: tuple) -> None:
    if event in LOOKUPS:
        host = args[0]
    elif event in SENDS and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name in LOOPBACK or name.startswith("127."):
        return
    pytest.fail(f"the network is off in tests, and this one asked for {name!r}")


sys.addaudithook(_network_is_off)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith(PRIVATE) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, DEAD_PROXY)
        monkeypatch.setenv(name.upper(), DEAD_PROXY)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1,localhost,::1")
