"""What the engine costs over a bare client of the same HTTP library: calls a second, CPU a call, memory, loop lag.

    python bench/overhead.py [--calls 20000] [--concurrency 256] [--latency 0.05] [--repeats 3] [--pin] [--memory]

A scripted server runs as its own process. The bare client, windrow (template, ledger, checks) and windrow with dedupe
(exact and near) take turns, each in a fresh process; medians are printed, and those of the ratios within each turn,
which noise moves least.
`--pin` (Linux) keeps the clients to one core and the server to another, so as not to measure the scheduler.
`--memory` adds the peak memory at 20,000 and at 200,000 rows.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent
LAG_EVERY = 0.005


def bare(url: str, calls: int, concurrency: int) -> dict[str, float]:
    """The same requests through the HTTP library alone: no template, no ledger, no checks."""
    import orjson
    from pyreqwest.client import ClientBuilder

    system = "You are the desk of a parcel service. Answer in one or two plain sentences."
    headers = {"content-type": "application/json"}

    async def run() -> None:
        numbers = iter(range(calls))
        builder = ClientBuilder().max_connections(concurrency).pool_max_idle_per_host(concurrency).http1_only()
        async with builder.build() as client:

            async def worker() -> None:
                for number in numbers:
                    question = f"What is known about parcel {number}, the {number}th of its kind?"
                    turns = [{"role": "system", "content": system}, {"role": "user", "content": question}]
                    body = orjson.dumps({"model": "any", "messages": turns, "temperature": 0.7, "max_tokens": 200})
                    request = client.post(f"{url}/chat/completions").headers(headers).body_bytes(body).build()
                    response = await request.send()
                    answer = orjson.loads((await response.bytes()).to_bytes())
                    assert answer["choices"][0]["message"]["content"]

            await asyncio.gather(*(worker() for _ in range(concurrency)))

    return measured(run, calls)


def windrow(url: str, calls: int, concurrency: int, *, dedupe: bool = False) -> dict[str, float]:
    """The same calls as a run: items, template, lane, ledger with fsync, checks, rows written; dedupe if asked."""
    from one_call import OneCall, OneCallOptions

    from windrow import prompts
    from windrow.engine.cast import Cast
    from windrow.engine.drive import Stage, drive
    from windrow.flow import CHECKS, FILTERS
    from windrow.ledger.sqlite import SQLiteLedger
    from windrow.teachers.connect import connect
    from windrow.teachers.settings import ModelSettings

    def made(registry: object, name: str, **options: object) -> object:
        kind = registry.load(name)  # type: ignore[attr-defined]
        return kind(kind.options_type(**options), base=HERE)

    with tempfile.TemporaryDirectory(dir=".") as folder:
        ledger = SQLiteLedger.open(Path(folder) / "ledger.sqlite")
        ledger.begin()

        teacher = connect("openai/any", ModelSettings(base_url=url, concurrency=concurrency))
        stage = Stage(
            name="one_call",
            recipe=OneCall(OneCallOptions(items=calls), base=HERE),
            target=calls,
            max_candidates=None,
            sources=(),
            checks=(made(CHECKS, "shape"), made(CHECKS, "hygiene")),
            filters=(made(FILTERS, "dedupe"),) if dedupe else (),
            templates=prompts.collect(OneCall, "one_call", {}),
            cast=Cast({"teacher": [(teacher, 1.0)]}),
        )

        async def run() -> None:
            (outcome,) = await drive([stage], ledger, folder=Path(folder) / "scratch", listener=lambda _event: None)
            await teacher.close()
            assert outcome.accepted == calls, outcome

        found = measured(run, calls)
        ledger.close()
    return found


def measured(run: object, calls: int) -> dict[str, float]:
    """Run it on the loop windrow uses, and account for it as the operating system does."""
    import uvloop

    lags: list[float] = []

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(LAG_EVERY)
            lags.append(time.perf_counter() - before - LAG_EVERY)

    async def both() -> None:
        watcher = asyncio.create_task(watch())
        await run()  # type: ignore[operator]
        watcher.cancel()

    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    uvloop.run(both())
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "calls_per_s": calls / wall,
        "cpu_us_per_call": cpu / calls * 1e6,
        "peak_mb": after.ru_maxrss / 1024,
        "lag_p99_ms": statistics.quantiles(lags, n=100)[98] * 1000 if len(lags) > 1 else 0.0,
    }


KINDS = {"bare": bare, "windrow": windrow, "windrow+dedupe": partial(windrow, dedupe=True)}


def spawn(kind: str, url: str, calls: int, concurrency: int) -> dict[str, float]:
    """One measurement in a fresh process."""
    command = [sys.executable, __file__, "--one", kind, "--url", url]
    command += ["--calls", str(calls), "--concurrency", str(concurrency)]
    out: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return out


def median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def show(name: str, found: dict[str, float]) -> None:
    print(
        f"{name:<22}{found['calls_per_s']:>10,.0f}{found['cpu_us_per_call']:>14,.0f}"
        f"{found['peak_mb']:>10,.0f}{found['lag_p99_ms']:>14.1f}"
    )


def compare(url: str, options: argparse.Namespace) -> None:
    """The bare client and windrow in turn."""
    runs: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for _ in range(options.repeats):
        for kind, found in runs.items():
            found.append(spawn(kind, url, options.calls, options.concurrency))
    for kind, found in runs.items():
        show(kind, median(found))
    for kind in ("windrow", "windrow+dedupe"):
        ratios = [
            {key: ours[key] / plain[key] for key in plain} for plain, ours in zip(runs["bare"], runs[kind], strict=True)
        ]
        of_turns = median(ratios)
        print(
            f"{kind}: {of_turns['calls_per_s']:.0%} of the bare client's calls/s, "
            f"{of_turns['cpu_us_per_call']:.2f} times its CPU per call (median of {len(ratios)} turns)"
        )


def memory(url: str, options: argparse.Namespace) -> None:
    """Peak memory at 20,000 and at ten times as many rows."""
    few, many = (spawn("windrow+dedupe", url, calls, options.concurrency) for calls in (20_000, 200_000))
    show("windrow, 20,000 rows", few)
    show("windrow, 200,000 rows", many)
    print(f"peak memory: {many['peak_mb'] / few['peak_mb']:.2f} times as much for ten times the rows")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--concurrency", type=int, default=256)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--pin", action="store_true")
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--one", choices=tuple(KINDS), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(KINDS[options.one](options.url, options.calls, options.concurrency)))
        return
    from windrow.testing import SpawnedServer

    print(f"{options.calls:,} calls, {options.concurrency} at once, latency {options.latency * 1000:.0f} ms")
    print(f"{'':<22}{'calls/s':>10}{'CPU us/call':>14}{'peak MB':>10}{'lag p99 ms':>14}")
    with SpawnedServer("answers:answer", latency=options.latency, cwd=HERE) as server:
        if options.pin:
            ours, servers = sorted(os.sched_getaffinity(0))[:2]
            os.sched_setaffinity(server.pid, {servers})
            os.sched_setaffinity(0, {ours})  # whoever is started from here inherits it
        compare(server.url, options)
        if options.memory:
            memory(server.url, options)


if __name__ == "__main__":
    main()
