"""Do the example configs keep what they promise, run as a user runs them? One table, and exit code 1 where not.

Each is run twice through the command: so many rows accepted as it asks for, the share confirmed by a program no lower
than its goal, no score that nobody measured, exports that load, and nothing asked for anew by the second run but what
got no verdict. Then the same is asked of inputs that nobody here wrote (see real_inputs.py), where they lie beside the
checkout.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import real_inputs

from windrow.testing import FaultyServer, honest_by

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
WINDROW = Path(sys.executable).with_name("windrow")
GOALS = {
    "tool_calls": 0.95, "rag_qa": 0.95, "distillation": 1.0, "self_instruct": 0.6, "evol_instruct": 0.6,
    "constitutional": 0.5, "preference": 0.6,
}  # fmt: skip
TRAINERS = ("trl", "openai")
HEADS = ("example", "accepted", "rejected", "confirmed", "goal", "scores", "invalid", "asked again", "seconds", "")
MADE_BY_A_PROGRAM = "embedded/"
JUDGED = "judges:"
KEY = {"OPENAI_API_KEY": "for a server on this machine"}


def windrow(*arguments):
    """The command's exit code and its JSON."""
    command = [WINDROW, *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ | KEY)  # noqa: S603 - ours
    try:
        return done.returncode, json.loads(done.stdout)
    except ValueError:
        sys.exit(f"windrow {' '.join(map(str, arguments))}: exit code {done.returncode}, no JSON\n{done.stderr}")


def calls(run):
    """How many calls the run's ledger holds, whoever answered."""
    _, report = windrow("report", run)
    return sum(model["calls"] for model in report["models"])


def scores(run, report):
    """Numbers that only a judge or a provider could have given: where a program answers, there is neither."""
    _, rows = windrow("rows", run)
    judged = sum(any("score" in one and one["kind"] != "judge" for one in row["verdicts"]) for row in rows)
    programs = [model for model in report["models"] if model["model"].startswith(MADE_BY_A_PROGRAM)]
    return judged + sum(model["input_tokens"] is not None or model["usd"] != "0" for model in programs)


def invalid(run, report):
    """Errors that `windrow validate` finds in what was exported for a trainer."""
    errors = 0
    for target in {export["use"] for export in report["exports"]} & set(TRAINERS):
        _, told = windrow("validate", run / "exports" / target, "--for", target)
        errors += sum(told["errors"].values())
    return errors


def goal(report):
    """The share to be confirmed, over the recipes that have a goal; None where none has."""
    rows = {name: count for name, count in report["accepted"]["recipes"].items() if name in GOALS}
    return sum(GOALS[name] * count for name, count in rows.items()) / sum(rows.values()) if rows else None


def tried(config, run):
    """The line of one example, and whether it keeps what it promises. Judges are played by a server on this machine."""
    if JUDGED not in config.read_text(encoding="utf-8"):
        return examined(config, run)
    with FaultyServer(honest_by(lambda parts, _: len(parts["output"]) % 4 > 0)) as judge:
        played = json.dumps({"model": "openai/scripted", "base_url": judge.url})
        return examined(config, run, "--set", f"models.judge={played}")


def examined(config, run, *more):
    """The same, with more arguments for the command."""
    begun = time.monotonic()
    code, told = windrow("run", config, "--out", run, *more)
    seconds = time.monotonic() - begun
    name = str(config.relative_to(EXAMPLES))
    if "report" not in told:
        return [name, *[""] * 8, f"NO: exit code {code}: {json.dumps(told)[:200]}"], False
    report, before = told["report"], calls(run)
    again, _ = windrow("run", config, "--out", run, *more)
    accepted, asked = report["rows"]["accepted"], sum(stage["target"] for stage in report["stages"])
    share, wanted = report["verified"]["confirmed"], goal(report)
    found = {
        "accepted": accepted != asked, "confirmed": wanted is not None and share < wanted,
        "scores": (invented := scores(run, report)) > 0, "invalid": (errors := invalid(run, report)) > 0,
        "asked again": (new := calls(run) - before) > 0 and not report["rows"]["quarantined"],
        f"exit codes {code}, {again}": code or again,
    }  # fmt: skip
    missed = [what for what, wrong in found.items() if wrong]
    cells = [
        name, f"{accepted} of {asked}", report["rows"]["rejected"], f"{share:.1%}",
        f"{wanted:.1%}" if wanted is not None else "-", invented, errors, new, f"{seconds:.1f}",
        f"NO: {', '.join(missed)}" if missed else "ok",
    ]  # fmt: skip
    return cells, not missed


def table(heads, lines):
    """Aligned columns."""
    rows = [[str(cell) for cell in line] for line in (heads, *lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def main():
    """Everything, then the tables."""
    kept, lines = [], []
    with tempfile.TemporaryDirectory(prefix="windrow-accept-") as folder:
        for place, config in enumerate(sorted(EXAMPLES.glob("*/*.yaml"))):
            print(f"{config.relative_to(ROOT)} ...", file=sys.stderr, flush=True)
            cells, good = tried(config, Path(folder, str(place)))
            lines.append(cells)
            kept.append(good)
        print(table(HEADS, lines))
        print()
        for what, told, good in real_inputs.each(ROOT.parent / "shared" / "data", Path(folder), windrow):
            print(f"{'not run' if good is None else 'ok     ' if good else 'NO     '}  {what}: {told}", flush=True)
            kept.append(good is not False)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
