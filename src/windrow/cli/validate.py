"""windrow validate: would this file train as it is meant?"""

from __future__ import annotations

import click

from windrow.cli.frame import UNMET, emit, json_option, say


@click.command(short_help="Check a file the way its trainer would load it.")
@click.argument("file", type=click.Path())
@click.option("--for", "target", required=True, metavar="TARGET", help="trl or openai.")
@json_option
def command(file: str, target: str, as_json: bool) -> int:
    """Check FILE, or every .jsonl file of a folder, for what would fail and for what would fail silently.

    Exit code 0: it loads; 3: errors, each with its line and remedy.
    """
    from windrow.flow.exports.validate import validate

    findings = validate(file, target)
    code = 0 if findings.ok else UNMET
    if as_json:
        emit({**findings.to_dict(), "exit_code": code})
        return code
    for found in findings.shown:
        place = f"{found.file}:{found.line}" if found.line else found.file
        say(f"{found.severity}: {place}: {found.message} [{found.code}] ({found.remedy})")
    for severity in ("error", "warning"):
        hidden = {
            slug: count - sum(1 for found in findings.shown if (found.severity, found.code) == (severity, slug))
            for slug, count in findings.codes(severity).items()
        }
        for slug, count in hidden.items():
            if count:
                say(f"{severity}: {count} more like it [{slug}]")
    rows = ", ".join(f"{name}: {count} rows" for name, count in findings.rows.items())
    say(f"{rows or file}: {findings.errors} errors, {findings.warnings} warnings for {findings.target}")
    return code
