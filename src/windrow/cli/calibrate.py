"""windrow calibrate: how far a judge agrees with people, and from which score on its passes can be believed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windrow.cli.frame import UNMET, emit, json_option, say
from windrow.cli.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FIGURES = {
    "precision": "of the rows that it passes, people pass",
    "sensitivity": "of the rows that people pass, it passes",
    "specificity": "of the rows that people fail, it fails",
}
REACHED = {"yes": "reached", "open": "not refuted; more labels would tell", "no": "missed"}


@click.command(short_help="Measure a judge against rows that people labelled.")
@click.argument("gold", type=click.Path(path_type=Path))
@click.option("-e", "--evaluator", metavar="NAME", help="What the judge is asked, such as task_adherence.")
@click.option("--rubric", type=click.Path(path_type=Path), metavar="FILE", help="A rubric of your own.")
@click.option("--judge", "model", metavar="MODEL", help="The judge's model. [default: WINDROW_JUDGE_MODEL]")
@click.option("--base-url", metavar="URL", help="Where the judge is reached. [default: its provider's address]")
@click.option(
    "--target-precision",
    "target",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.95,
    show_default=True,
    help="The share of the judge's passes that must be right.",
)
@click.option("--unlabelled", type=click.Path(path_type=Path), metavar="FILE", help="Rows whose pass rate to correct.")
@click.option("--label", default="label", show_default=True, metavar="FIELD", help="The field with people's verdict.")
@click.option("--probes", is_flag=True, help="Show the judge answers made to fool judges as well.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="[default: <evaluator>.calibration.json]")
@json_option
def command(  # noqa: PLR0913, PLR0917 - one parameter for each option
    gold: Path,
    evaluator: str | None,
    rubric: Path | None,
    model: str | None,
    base_url: str | None,
    target: float,
    unlabelled: Path | None,
    label: str,
    probes: bool,
    out: Path | None,
    as_json: bool,
) -> int:
    """Measure a judge against GOLD: JSON lines or CSV with the inputs of the evaluator and a label (pass or fail).

    The threshold for the target precision is chosen on one half of the rows and reported on the other. The file that
    is written is what `calibration:` of a judge in a config names. What the judge says is kept beside it: the same
    command asks only for what is missing. Exit code 3 where the target is missed, or the judge gave no verdict.
    """
    import datetime as dt

    import orjson

    from windrow.calibration.gold import inputs_of, labelled
    from windrow.config.load import environment_at
    from windrow.errors import ConfigError
    from windrow.evaluation.calibrating import calibrate, measured
    from windrow.evaluation.files import Rows
    from windrow.evaluation.records import given_of
    from windrow.evaluation.seats import reached_at
    from windrow.run.files import make_folder, write_whole

    if evaluator is None and rubric is None:
        raise ConfigError("nothing to calibrate", remedy="name what the judge is asked: -e NAME, or --rubric FILE")
    env = environment_at(Path())
    judge = measured(evaluator, reached_at(base_url, [model] if model else (), env), rubric=rubric, environment=env)
    items = labelled(Rows(gold).placed(), label=label, read=given_of)
    others = Rows(unlabelled).placed() if unlabelled is not None else ()
    rows = [inputs_of(where, record, label=label, read=given_of) for where, record in others]
    out = out or Path(f"{judge.subject.name}.calibration.json")
    progress = Progress(len(items) + len(rows))
    document = calibrate(
        judge,
        items,
        measured_on=dt.datetime.now(tz=dt.UTC).date(),
        target=target,
        unlabelled=rows,
        answers=out.with_suffix(".answers.sqlite"),
        probes=probes,
        heard=lambda result: progress.step(int(result.status == "unscored")),
    )
    if document["coverage"]["scored"]:
        make_folder(out.parent)
        write_whole(out, orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    if as_json:
        emit(document)
    else:
        for line in told(document, out):
            say(line)
    return 0 if document["coverage"]["scored"] and document["halves"]["reached"] != "no" else UNMET


def told(document: Mapping[str, Any], out: Path) -> Iterator[str]:
    """A calibration for people, line by line."""
    labels, coverage = document["labels"], document["coverage"]
    yield f"{document['name']}, judged by {document['model']}{_known_as(document)}"
    yield _line("labelled", f"{labels['n']} rows: {labels['pass']} good, {labels['fail']} bad")
    unscored = ", ".join(f"{kind} {count}" for kind, count in coverage["unscored"].items())
    yield _line("judged", f"{coverage['scored']} of {coverage['due']}{f' (unscored: {unscored})' if unscored else ''}")
    if not coverage["scored"]:
        yield "the judge gave no verdict at all: nothing was measured, and nothing is written"
        return
    yield _line("threshold", _threshold(document))
    yield _line("kappa", _figure(document["kappa"], "agreement beyond chance") or _missing(document, "kappa"))
    for name, meaning in FIGURES.items():
        yield _line(name, _share(document[name], meaning) or _missing(document, name))
    yield _line("target", f"{document['target_precision']:.0%} precision: {REACHED[document['halves']['reached']]}")
    yield from _dataset(document)
    for name, figures in document["criteria"].items():
        kappa = _figure(figures["kappa"], "kappa") or f"kappa not given: {figures['missing'].get('kappa', 'unknown')}"
        yield _line(name, f"{figures['n']} rows labelled and judged: {kappa}")
    for warning in document["warnings"]:
        yield f"warning: {warning}"
    yield f"written to {out}"


def _threshold(document: Mapping[str, Any]) -> str:
    halves, threshold = document["halves"], document["threshold"]
    if halves["chosen_on"] is None:
        return f"{threshold:g}, the rubric's own: {halves['why']}"
    chosen, reported = halves["chosen_on"]["n"], halves["reported_on"]["n"]
    return f"{threshold:g}, chosen on {chosen} rows; what follows is of the other {reported}"


def _dataset(document: Mapping[str, Any]) -> Iterator[str]:
    """What the rows that nobody labelled are like."""
    rows = document.get("unlabelled")
    if rows is None:
        return
    yield _line("unlabelled", f"{rows['rows']} rows, {rows['judged']} judged, {rows['passed']} passed")
    for name in ("as_judged", "corrected", "prediction_powered"):
        found = document[name]
        if found is None or found["value"] is None:
            yield _line(name.replace("_", " "), "not given" if found is None else found["method"])
        else:
            yield _line(name.replace("_", " "), _share(found, found.get("holds", found.get("method", "Wilson"))))


def _known_as(document: Mapping[str, Any]) -> str:
    others = [name for name in document["answered_as"] if name != document["model"]]
    return f" (the server calls it {', '.join(others)})" if others else ""


def _missing(document: Mapping[str, Any], name: str) -> str:
    return f"not given: {document['missing'].get(name, 'nothing to measure it by')}"


def _share(found: Mapping[str, float] | None, meaning: str) -> str:
    if not found:
        return ""
    return f"{found['value']:.1%} ({found['low']:.1%} to {found['high']:.1%}) {meaning}"


def _figure(found: Mapping[str, float] | None, meaning: str) -> str:
    return f"{found['value']:.3f} ({found['low']:.3f} to {found['high']:.3f}) {meaning}" if found else ""


def _line(what: str, text: str) -> str:
    return f"{what:<18} {text}"
