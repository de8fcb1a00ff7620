"""What one HTTP call costs a Python client in CPU, for each client that is installed: why windrow uses the one it does.

    pip install aiohttp httpx openai     # whichever is to be compared; none is needed by windrow
    python bench/clients.py [--calls 5000] [--concurrency 256] [--latency 0.05]

Every client asks the same scripted server for the same chat completions, each in a fresh process on the same loop.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from overhead import measured

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

HERE = Path(__file__).parent


def body(number: int) -> dict[str, Any]:
    """One request."""
    return {"model": "any", "messages": [{"role": "user", "content": f"What is known about parcel {number}?"}]}


@asynccontextmanager
async def pyreqwest(url: str, concurrency: int) -> AsyncIterator[Callable[[int], Awaitable[Any]]]:
    from pyreqwest.client import ClientBuilder

    async with ClientBuilder().pool_max_idle_per_host(concurrency).http1_only().build() as client:

        async def ask(number: int) -> Any:  # noqa: ANN401
            response = await client.post(f"{url}/chat/completions").body_json(body(number)).build().send()
            return await response.json()

        yield ask


@asynccontextmanager
async def aiohttp(url: str, concurrency: int) -> AsyncIterator[Callable[[int], Awaitable[Any]]]:
    import aiohttp as library

    async with library.ClientSession(connector=library.TCPConnector(limit=concurrency)) as session:

        async def ask(number: int) -> Any:  # noqa: ANN401
            async with session.post(f"{url}/chat/completions", json=body(number)) as response:
                return await response.json()

        yield ask


@asynccontextmanager
async def httpx(url: str, concurrency: int) -> AsyncIterator[Callable[[int], Awaitable[Any]]]:
    import httpx as library

    limits = library.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
    async with library.AsyncClient(limits=limits, timeout=60, trust_env=False) as client:

        async def ask(number: int) -> Any:  # noqa: ANN401
            return (await client.post(f"{url}/chat/completions", json=body(number))).json()

        yield ask


@asynccontextmanager
async def openai(url: str, concurrency: int) -> AsyncIterator[Callable[[int], Awaitable[Any]]]:
    del concurrency  # the SDK's own pool is as large as it gets
    from openai import AsyncOpenAI

    async with AsyncOpenAI(base_url=url, api_key="none") as client:

        async def ask(number: int) -> Any:  # noqa: ANN401
            return await client.chat.completions.create(**body(number))

        yield ask


CLIENTS = {"pyreqwest": pyreqwest, "aiohttp": aiohttp, "httpx": httpx, "openai": openai}


def one(name: str, url: str, calls: int, concurrency: int) -> dict[str, float]:
    """All calls through one client."""

    async def run() -> None:
        numbers = iter(range(calls))
        async with CLIENTS[name](url, concurrency) as ask:

            async def worker() -> None:
                for number in numbers:
                    assert await ask(number)

            await asyncio.gather(*(worker() for _ in range(concurrency)))

    return measured(run, calls)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--calls", type=int, default=5_000)
    parser.add_argument("--concurrency", type=int, default=256)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--one", choices=tuple(CLIENTS), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(options.one, options.url, options.calls, options.concurrency)))
        return
    from windrow.testing import SpawnedServer

    print(f"{options.calls:,} calls, {options.concurrency} at once, latency {options.latency * 1000:.0f} ms")
    with SpawnedServer("answers:answer", latency=options.latency, cwd=HERE) as server:
        for name in CLIENTS:
            if importlib.util.find_spec(name) is None:
                print(f"{name:<12}not installed")
                continue
            command = [sys.executable, __file__, "--one", name, "--url", server.url]
            command += ["--calls", str(options.calls), "--concurrency", str(options.concurrency)]
            found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
            print(f"{name:<12}{found['cpu_us_per_call']:>8,.0f} us CPU a call{found['calls_per_s']:>10,.0f} calls/s")


if __name__ == "__main__":
    main()
