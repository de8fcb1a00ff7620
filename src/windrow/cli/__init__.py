"""The command line. Results go to stdout, narration to stderr; each verb is a file that is loaded when it is used.

Exit codes: 0 done, 1 the run failed, 2 usage or config, 3 finished but a target is unmet, 4 something is missing (key,
extra, endpoint), 5 reserved for a budget reached, 130 interrupted (resumable).
"""

from __future__ import annotations

import click

from windrow.cli.frame import Verbs

VERBS = {
    "init": "Write a config that runs, with tiny inputs of its own.",
    "preview": "Grow a few rows, show them, and say what the whole run would take.",
    "run": "Run a config to its end, or go on where it stopped.",
    "rows": "Show the rows of a run, each with its status and reason.",
    "report": "Say how good a run's rows are, and how that is known.",
    "export": "Write a run's accepted rows for a trainer.",
    "evaluate": "Evaluate the rows of a file or a run, by name.",
    "validate": "Check a file the way its trainer would load it.",
    "hashes": "Turn evaluation sets into hashes that hold none of their text.",
    "calibrate": "Measure a judge against rows that people labelled.",
    "doctor": "Check what a run needs: Python, extras, keys, endpoints, disk.",
    "list": "List every recipe, check, filter, judge, export, teacher, embedder and evaluator.",
    "schema": "Print the JSON Schema of configs, for editors.",
}


@click.group(
    cls=Verbs,
    verbs=VERBS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    invoke_without_command=True,
)
@click.version_option(package_name="windrow", message="%(package)s %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Grow a small real seed into fine-tuning rows that are worth training on."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
