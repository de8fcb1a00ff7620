"""The network is off in every test, by every road out of the process."""

import asyncio
import socket
import subprocess
import sys

import pytest

ELSEWHERE = "203.0.113.1"  # a documentation address: routed nowhere
RUST_CLIENT = """
import asyncio, os
from pyreqwest.client import ClientBuilder
async def main():
    async with ClientBuilder().build() as client:
        await client.get("http://example.com/").build().send()
try:
    asyncio.run(main())
except BaseException as error:
    print(type(error).__name__, flush=True)
os._exit(1)  # the client's thread may still be at work, which a finalizing interpreter does not forgive
"""


def test_a_name_is_not_looked_up():
    with pytest.raises(pytest.fail.Exception, match=r"example\.com"):
        socket.getaddrinfo("example.com", 80)


def test_an_address_outside_is_not_connected_to():
    with socket.socket() as outside, pytest.raises(pytest.fail.Exception, match="network is off"):
        outside.connect((ELSEWHERE, 80))


def test_the_http_client_is_sent_to_a_proxy_that_is_not_there():
    done = subprocess.run([sys.executable, "-c", RUST_CLIENT], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert "ConnectError" in done.stdout


def test_a_server_on_loopback_is_reached():
    async def echo_once() -> bytes:
        async def answer(reader, writer):
            writer.write(await reader.readline())
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection("localhost", server.sockets[0].getsockname()[1])
            writer.write(b"still here\n")
            line = await reader.readline()
            writer.close()
            return line

    assert asyncio.run(echo_once()) == b"still here\n"
