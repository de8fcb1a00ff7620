"""windrow run --dry-run: the plan in words, and what it would take as far as an earlier run or preview measured it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.cli.display import spelled
from windrow.cli.frame import emit, say
from windrow.cli.given import RUNS
from windrow.cli.judging_ahead import ahead, in_words

MODES = {"every": "every row", "two_pass": "a sample first", "bottom_out": "every row, the lowest dropped"}

if TYPE_CHECKING:
    from pathlib import Path

    from windrow.plan import Plan


def show(plan: Plan, out: Path | None, *, as_json: bool) -> None:
    """Print what a run of `plan` in `out` would do."""
    told = plan.explain()
    for stage in told["stages"]:
        stage["judging"] = [ahead(stage, judge) for judge in stage.get("judges", ())]
    told["estimate"] = measured_before(plan, out or RUNS / plan.name)
    if as_json:
        emit(told)
    else:
        _print(told)


def measured_before(plan: Plan, folder: Path) -> dict[str, Any]:
    """The estimate from the run in `folder`, or from its preview; `why` says what keeps it from being known."""
    from windrow.run import PREVIEW, Run

    for place in (folder, folder / PREVIEW):
        if (place / "plan.json").exists():
            metered = Run.open(place).metered()
            if metered:
                return plan.estimate(metered)
    return plan.estimate([])


def estimate_lines(estimate: dict[str, Any]) -> list[str]:
    """The estimate in words, a figure a line."""
    if estimate["why"]:
        return [f"calls, tokens, money and time: unknown until preview ({estimate['why']})"]
    figures = (
        ("calls", estimate["calls"], "{:,}"),
        ("tokens in", estimate["input_tokens"], "{:,}"),
        ("tokens out", estimate["output_tokens"], "{:,}"),
        ("cost", estimate["usd"], "${}"),
    )
    lines = [f"{what}: {_range(figure, form.format)}" for what, figure, form in figures]
    return [*lines, f"waiting for models, at full width: {_range(estimate['seconds'], spelled)}"]


def _range(figure: dict[str, Any] | None, form: Any) -> str:  # noqa: ANN401 - how to write one figure
    if figure is None:
        return "unknown"
    likely, low, high = (form(figure[key]) for key in ("likely", "low", "high"))
    return likely if low == high else f"about {likely} ({low} to {high})"


def _print(told: dict[str, Any]) -> None:
    say(f"{told['name']} (plan {told['digest']})")
    for seed in told["seeds"]:
        say(f"seeds: {seed['seeds']} {seed['yields']} seeds from {seed['use']}")
    for role, pool in told["models"].items():
        shares = ", ".join(
            f"{model['model']} × {model['share']:g}" if len(pool) > 1 else model["model"] for model in pool
        )
        say(f"{role}: {shares}")
    if told["embeddings"]:
        vectors = told["embeddings"]
        say(f"embeddings: {vectors['model']}, of at most {vectors['texts_at_most']:,} texts for the report")
    for stage in told["stages"]:
        target = "every seed once" if stage["target"] is None else f"{stage['target']} accepted rows"
        say(
            f"{stage['stage']}: {target}, grown from {stage['grows_from']['seeds']} {stage['grows_from']['kind']} seeds"
        )
        prompts = ", ".join(f"{label} v{prompt['version']}" for label, prompt in stage["prompts"].items())
        say(f"  prompts: {prompts or 'none'}")
        say(f"  checks: {', '.join(stage['checks']) or 'none'}; filters: {', '.join(stage['filters']) or 'none'}")
        for judge, expected in zip(stage.get("judges", ()), stage["judging"], strict=True):
            by = ", ".join(dict.fromkeys(address for pool in judge["roles"].values() for address in pool))
            say(f"  judge {judge['name']} ({MODES[expected['mode']]}, by {by}): {in_words(expected)}")
    say(f"splits: {told['splits']['use'] if told['splits'] else 'none'}")
    say(f"exports: {', '.join(export['use'] for export in told['exports']) or 'none'}")
    for line in estimate_lines(told["estimate"]):
        say(line)
    for note in told["notes"]:
        say(f"note: {note}")
