"""May a model be trained on the rows, by the terms of the models that they stand on? A section of report and card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.report.blocks import Alarm, Bullets, Code, Heading, Strong, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from windrow.report.blocks import Block, Line

TITLE = "May a model be trained on these rows"
HEAD = ("models", "rows", "may a model be trained on them", "licences and terms", "stated for seeds and models")
TRAIN = {
    "yes": "yes",
    "conditional": "yes, on conditions",
    "unknown": "nobody has reviewed it",
    "no": "not one that competes with the provider",
}


def terms_said(report: Mapping[str, Any]) -> Iterator[Block]:
    """The section, block by block; nothing of a run without rows."""
    told = report.get("terms")
    if not told or not told["rows"]:
        return
    yield Heading(TITLE)
    yield Table(HEAD, tuple(_combination(each) for each in told["rows"]))
    entries = {one["id"]: one for each in told["rows"] for one in each["terms"]}
    if entries:
        yield Bullets(tuple(_entry(one) for one in entries.values()))
    yield from _restricted(told)
    yield from _named(told)


def _combination(told: Mapping[str, Any]) -> tuple[str | int, ...]:
    licences = "; ".join(dict.fromkeys(one["licence"] for one in told["terms"]))
    models = ", ".join(told["models"])
    return models or "none", told["rows"], TRAIN[told["train"]], licences or "-", "; ".join(told["stated"]) or "-"


def _entry(told: Mapping[str, Any]) -> Line:
    """An entry that decides about some row: what it asks for, where to read it, and when that was done."""
    asked = list(told["conditions"])
    if told["name_prefix"]:
        asked.append(f"A model trained on these rows must be called {told['name_prefix']}….")
    where = f"{told['url']}, " if told["url"] else ""
    what = f" ({where}reviewed {told['reviewed']})"
    return Strong(f"{told['provider']}, {told['licence']}"), f"{what}: {' '.join(asked)}" if asked else what


def _restricted(told: Mapping[str, Any]) -> Iterator[Block]:
    """Which rows are not exported before somebody has read the terms, and why."""
    blocked = [each for each in told["rows"] if each["blocked"]]
    if not blocked:
        return
    rows = sum(each["rows"] for each in blocked)
    how = (
        "whoever exported them acknowledged these terms"
        if told["acknowledged"]
        else "they are exported only with `--ack-terms`, and left out with `--exclude-terms`"
    )
    yield Alarm(f"{rows} rows are under terms that restrict training, or that nobody has reviewed: {how}.")
    yield Bullets(tuple(dict.fromkeys(reason for each in blocked for reason in each["blocked"])))


def _named(told: Mapping[str, Any]) -> Iterator[Block]:
    """The models to name where a summary of training data asks for those that made it, their feedback included."""
    wrote = dict.fromkeys(model for each in told["rows"] for model in each["models"])
    models = [model for model in wrote if not model.startswith("embedded/")]
    if not models and not told["judges"]:
        return
    said: list[str] = ["Models to name in a public summary of training data (the EU's template asks for them): "]
    if models:
        said += ["rows were written or marked by ", *_listed(models)]
    if told["judges"]:
        said += ["; judged by " if models else "rows were judged by ", *_listed(told["judges"])]
    yield Text((*said, "."))


def _listed(models: Iterable[str]) -> list[str]:
    return [piece for model in models for piece in (", ", Code(model))][1:]
