"""What these tests share: seeds that can be counted, and what a finished run reports."""

import json


def told(run):
    """The report that the run wrote when it ended."""
    return json.loads((run.folder / "report.json").read_bytes())


def figures(run):
    return {figure["name"]: figure for figure in told(run)["quality"]["figures"]}


BY_VECTORS = (
    "Vendi score of questions", "Vendi score of answers", "nearest neighbour of questions",
    "nearest neighbour of answers", "seed clusters covered", "evenness over seed clusters",
    "rows in the fullest seed cluster", "divergence over seed clusters",
)  # fmt: skip


def seeds(count):
    return [
        {"instruction": f"Where is crate {n} of the {n % 5}th train kept?", "output": f"In hall {n}."}
        for n in range(count)
    ]
