"""windrow hashes: an evaluation set without its text, to keep rows clean of it where it must not be passed on."""

from __future__ import annotations

from pathlib import Path

import click

from windrow.cli.frame import emit, json_option, say


@click.command(short_help="Turn evaluation sets into hashes that hold none of their text.")
@click.argument("sets", nargs=-1, required=True)
@click.option("--to", "to", required=True, metavar="FILE", help="Where to write: a name that ends in .hashes.jsonl.")
@click.option("--column", metavar="NAME", help="The column that holds the question. Default: the first usual one.")
@json_option
def command(sets: tuple[str, ...], to: str, column: str | None, as_json: bool) -> int:
    """Write the hashes of SETS (files, or folders of them) for `against:` of the filter decontaminate.

    Whoever has the file can tell that a row holds an item, and cannot read the items. What is short enough to be
    guessed can be found out by guessing.
    """
    from windrow.errors import ConfigError
    from windrow.text import evaluation_sets

    if not to.endswith(evaluation_sets.HASHES):
        raise ConfigError("hashes are known by their name", where=to, remedy=f"end it in {evaluation_sets.HASHES}")
    found = evaluation_sets.sets(sets, Path(), column=column)
    try:
        items = evaluation_sets.write_hashes(found, Path(to))
    except OSError as error:
        raise ConfigError(f"the hashes cannot be written: {error}", where=to) from error
    if as_json:
        emit({"file": to, "items": items})
    else:
        say(f"{to}: {items:,} items")
    return 0
