"""windrow schema: what a config may say, for editors."""

from __future__ import annotations

import click

from windrow.cli.frame import emit, json_option


@click.command(short_help="Print the JSON Schema of configs, for editors.")
@json_option
def command(as_json: bool) -> None:
    """Print the JSON Schema of configs, for editors.

    \b
    windrow schema > windrow.schema.json
    then, first line of a config: # yaml-language-server: $schema=windrow.schema.json
    """
    del as_json  # it is JSON either way
    from windrow.config.schema import schema

    emit(schema())
