"""Judging as runs do it: a config with judges, servers of their own for teacher, cheap and strong judge, a run folder.

    python bench/judging_road.py [--rows 4000] [--defects 1 8 30] [--concurrency 64]

Rows, errors and ways of judging are those of `judging.py`; calls are what the servers counted. No judge is calibrated
here, so that what the cascade says of the sample decides as it is, its own errors included.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import tempfile
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from judging import ERRS, HARD, TOGETHER, dice

from windrow import Plan
from windrow.testing.graders import read, reply
from windrow.testing.spawned import SpawnedServer

if TYPE_CHECKING:
    from windrow import Row

HERE = Path(__file__).parent
TRUTH = re.compile(r"depot (\w+), by a (good|bad) and (easy|hard) road")
CASCADE = {"use": "cascade", "criteria": ["correctness"], "role": "cheap", "strong": ["strong"]}
WAYS: dict[str, dict[str, Any]] = {
    "every row, strong judge": {"use": "rubric", "criteria": ["correctness"], "role": "strong"},
    "every row, cascade": CASCADE,
    "two passes, accept below 5 %": {**CASCADE, "mode": "two_pass", "audit": 0},
}


def teacher(defects: float, asked: dict[str, Any], _number: int) -> str:
    """An answer that says of itself whether it is bad, and hard to judge."""
    one = hashlib.sha256(asked["messages"][-1]["content"].encode()).hexdigest()[:12]
    road = "bad" if dice("bad", one) < defects else "good", "hard" if dice("hard", one) < HARD else "easy"
    return f"That parcel was last seen at depot {one}, by a {road[0]} and {road[1]} road."


teacher_1, teacher_8, teacher_30 = (partial(teacher, rate) for rate in (0.01, 0.08, 0.30))


def judge(role: str, asked: dict[str, Any], _number: int) -> str:
    """Errs as the judges of `judging.py` do: by a hash of row, role and, but for some hard rows, who reads."""
    case = read(asked)
    one, _, road = _truth(case.parts["output"])
    alike = road == "hard" and dice("together", one) < TOGETHER
    reader = "" if alike else case.outside.replace(case.code, "")
    says = _is_good(case.parts["output"]) != (dice(role, one, reader) < ERRS[role][road == "hard"])
    return reply(case, dict.fromkeys(case.questions, says))


cheap, strong = partial(judge, "cheap"), partial(judge, "strong")


def _truth(text: str) -> tuple[str, str, str]:
    found = TRUTH.search(text)
    assert found is not None
    return found[1], found[2], found[3]


def _is_good(text: str) -> bool:
    return _truth(text)[1] == "good"


def ran(judges: dict[str, Any], rows: int, defects: int, concurrency: int) -> tuple[list[Row], dict[str, int], str]:
    """The accepted rows of a run, how many requests each server got, and what was decided on a sample."""
    with ExitStack() as stack:
        scripts = {"teacher": f"teacher_{defects}", "cheap": "cheap", "strong": "strong"}
        servers = {
            role: stack.enter_context(SpawnedServer(f"judging_road:{script}", cwd=HERE))
            for role, script in scripts.items()
        }
        models = {
            role: {"model": f"openai/{role}", "base_url": server.url, "concurrency": concurrency}
            for role, server in servers.items()
        }
        recipe = {"use": f"{HERE / 'one_call.py'}:OneCall", "items": rows, "checks": [], "filters": []}
        config = {"name": "judged", "models": models, "recipes": [recipe], "judges": [judges]}
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir="."))
        run = Plan.parse(config, base=HERE).run(Path(folder) / "run")
        accepted = [stored.row for stored in run.rows(status="accepted")]
        with run.ledger() as ledger:
            told = [event.data for event in ledger.events() if event.kind == "judged"]
        asked = {role: int(server.stats()["requests"]) for role, server in servers.items()}
    return accepted, asked, _decided(told[-1]) if told else ""


def _decided(told: dict[str, Any]) -> str:
    if not told.get("interval"):
        return ""
    low, high = told["interval"]["low"], told["interval"]["high"]
    return f"{told['decision']} after {told['sample']['rows']:,}: {low:.1%} to {high:.1%} refused"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=4_000)
    parser.add_argument("--defects", type=int, nargs="+", choices=[1, 8, 30], default=[1, 8, 30])
    parser.add_argument("--concurrency", type=int, default=64)
    given = parser.parse_args()
    os.environ.setdefault("OPENAI_API_KEY", "none-needed")
    for defects in given.defects:
        print(f"\nabout {defects} % of {given.rows:,} rows are bad")
        print(f"{'':<30} {'cheap':>8} {'strong':>8} {'kept':>8} {'precision':>10} {'seconds':>8}")
        for how, judges in WAYS.items():
            start = time.perf_counter()
            rows, asked, decided = ran(judges, given.rows, defects, given.concurrency)
            good = sum(_is_good(row.response) for row in rows) / len(rows) if rows else 0.0
            took = time.perf_counter() - start
            line = f"{how:<30} {asked['cheap']:>8,} {asked['strong']:>8,} {len(rows):>8,} {good:>10.2%} {took:>8.1f}"
            print(f"{line}  {decided}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
