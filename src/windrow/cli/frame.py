"""What all verbs share: they are loaded late, an error is one line, a result is text or one JSON document."""

from __future__ import annotations

import importlib
import io
import os
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from windrow.errors import WindrowError

FAILED, USAGE, UNMET, INTERRUPTED = 1, 2, 3, 130
RESUMES = "interrupted: everything answered so far is kept, and the same command goes on from there"


class Verbs(click.Group):
    """A group that imports a verb's module only when the verb is used."""

    def __init__(self, *args: Any, verbs: Mapping[str, str], **kwargs: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*args, **kwargs)
        self._verbs = dict(verbs)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb, in the order in which one meets them."""
        del ctx
        return list(self._verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, imported now. Raises UnknownName with the nearest verb."""
        del ctx
        if cmd_name not in self._verbs:
            if cmd_name.startswith("-"):
                return None
            from windrow.errors import UnknownName

            raise UnknownName.among(cmd_name, self._verbs, noun="command")
        command: click.Command = importlib.import_module(f"windrow.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs, without importing one."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(self._verbs.items()))

    def main(self, *given: Any, standalone_mode: bool = True, **extra: Any) -> Any:  # noqa: ANN401 - click's own
        """Run, and end the process with the exit code of what happened."""
        extra = {**dict(zip(("args",), given, strict=False)), **extra, "prog_name": "windrow"}
        if not standalone_mode:
            return super().main(**extra, standalone_mode=False)
        arguments = sys.argv[1:] if extra.get("args") is None else extra["args"]
        _never_fail_on_odd_characters()
        try:
            code = super().main(**extra, standalone_mode=False)
            sys.stdout.flush()
        except Exception as error:  # noqa: BLE001 - the one place where everything ends as a line and a code
            code = _ended_by(error, as_json="--json" in arguments)
        sys.exit(code if isinstance(code, int) else 0)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The `--json` flag that every verb has."""
    text = "Print one JSON document to stdout, an error included."
    return click.option("--json", "as_json", is_flag=True, help=text)(command)


def emit(document: object) -> None:
    """Write one JSON document to stdout."""
    import orjson

    _write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")


def emit_each(documents: Iterable[object], *, as_lines: bool = False) -> None:
    """Write documents to stdout one a line, however many: as one JSON array, or as JSON Lines."""
    import orjson

    before = b"" if as_lines else b"["
    for document in documents:
        _write(before + orjson.dumps(document) + (b"\n" if as_lines else b""))
        before = b"" if as_lines else b",\n"
    if not as_lines:
        _write((b"[" if before == b"[" else b"") + b"]\n")


def say(text: str = "") -> None:
    """Write a result to stdout."""
    click.echo(printable(text))


def tell(text: str) -> None:
    """Write narration to stderr."""
    click.echo(printable(text), err=True)


def printable(text: str) -> str:
    """`text` with control characters other than newline and tab replaced: a model's words must not steer a terminal."""
    return "".join(
        c if c in "\n\t" or (c >= " " and not "\x7f" <= c <= "\x9f") else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def _write(data: bytes) -> None:
    sys.stdout.flush()  # what was said before stays before
    sys.stdout.buffer.write(data)


def _never_fail_on_odd_characters() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _ended_by(error: Exception, *, as_json: bool) -> int:
    """Say what ended the command, in one line or one JSON document; return the exit code."""
    if isinstance(error, BrokenPipeError):
        _let_go_of_stdout()
        return 0
    if isinstance(error, click.Abort):
        return _interrupted(as_json=as_json)
    if os.environ.get("WINDROW_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    known = _as_known(error)
    others = [str(note) for note in getattr(error, "__notes__", ())]
    if as_json:
        emit({"error": {**_told(known), "others": others}})
    else:
        for line in [str(known), *others]:
            tell(f"error: {' '.join(line.split())}")
    return known.exit_code


def _interrupted(*, as_json: bool) -> int:
    if as_json:
        emit({"error": {"type": "Interrupted", "what": RESUMES, "exit_code": INTERRUPTED}})
    else:
        tell(RESUMES)
    return INTERRUPTED


def _as_known(error: Exception) -> WindrowError:
    """`error` as one of ours: click's are usage, the system's are failures, anything else is a bug of ours."""
    from windrow.errors import ConfigError, RunError, WindrowError

    if isinstance(error, WindrowError):
        return error
    if isinstance(error, click.ClickException):
        hint = getattr(getattr(error, "ctx", None), "command_path", "windrow")
        return ConfigError(error.format_message().rstrip("."), remedy=f"see: {hint} --help")
    if isinstance(error, OSError):
        return RunError(error.strerror or str(error), where=str(error.filename or ""))
    return RunError(
        f"{type(error).__name__}: {error}",
        where="a bug in windrow or in a plug-in",
        remedy="WINDROW_DEBUG=1 shows the traceback",
    )


def _told(error: WindrowError) -> dict[str, Any]:
    return {
        "type": type(error).__name__,
        "what": error.what,
        "where": error.where,
        "remedy": error.remedy,
        "exit_code": error.exit_code,
    }


def _let_go_of_stdout() -> None:
    """Whoever read has gone: what is still buffered goes nowhere, silently."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return
