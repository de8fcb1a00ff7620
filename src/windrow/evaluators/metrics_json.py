"""Evaluators of JSON: is it, does it hold some, does it fit a schema. JSON is what every reader reads the same way.

NaN, a key twice in one object and an integer beyond 64 bits pass Python's parser and break others, so they are refused
here; a code fence around the whole is allowed only where it is asked for.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from windrow.evaluators.metrics_frame import Measure, bad_option, evaluator
from windrow.text import strict_json

if TYPE_CHECKING:
    import jsonschema_rs

    from windrow.evaluators.inputs import Inputs

FENCE = re.compile(r"\A\s*```[\w-]*[ \t]*\n(.*?)\n?[ \t]*```\s*\Z", re.DOTALL)
MOST_OPENINGS = 500  # places looked at for the start of a value
MOST_ERRORS = 10


@evaluator()
def is_json(inputs: Inputs, *, fenced: bool = False) -> Measure:
    """Is the whole output strict JSON; with `fenced`, perhaps inside one code fence?"""
    try:
        value = strict_json.loads(_bare(inputs.output, fenced))
    except strict_json.NotStrict as error:
        return Measure.yes_no(holds=False, reason=str(error), code=error.code)
    return Measure.yes_no(holds=True, reason=f"JSON: {_kind(value)}")


@evaluator()
def contains_json(inputs: Inputs) -> Measure:
    """Does the output hold a JSON object or array, perhaps among other text?"""
    text, decoder = inputs.output, json.JSONDecoder()
    for opening in list(re.finditer(r"[{\[]", text))[:MOST_OPENINGS]:
        try:
            value, end = decoder.raw_decode(text, opening.start())
            strict_json.loads(text[opening.start() : end])
        except (ValueError, RecursionError):
            continue
        span = [opening.start(), end]
        return Measure.yes_no(holds=True, reason=f"{_kind(value)} at {span[0]}", span=span)
    return Measure.yes_no(holds=False, reason="no object or array that is strict JSON")


@evaluator()
def json_schema(inputs: Inputs, *, schema: dict[str, Any] | str, fenced: bool = False) -> Measure:
    """Is the output strict JSON that fits `schema` (JSON Schema, draft 2020-12 where it does not say)? Formats are
    checked, references to other documents are not followed."""
    validator = _validator(_schema(schema))
    try:
        value = strict_json.loads(_bare(inputs.output, fenced))
    except strict_json.NotStrict as error:
        return Measure.yes_no(holds=False, reason=str(error), code=error.code)
    errors = sorted(
        ("/".join(("", *map(str, one.instance_path))), one.message[:300]) for one in validator.iter_errors(value)
    )
    reason = f"{errors[0][0] or '/'}: {errors[0][1]}" if errors else "fits the schema"
    told = [{"path": path or "/", "message": message} for path, message in errors[:MOST_ERRORS]]
    return Measure.yes_no(not errors, reason, errors=told, error_count=len(errors))


def _bare(text: str, fenced: bool) -> str:
    found = FENCE.match(text) if fenced else None
    return found[1] if found else text


def _kind(value: object) -> str:
    names = {dict: "an object", list: "an array", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _schema(given: dict[str, Any] | str) -> bytes:
    try:
        read = strict_json.loads(given) if isinstance(given, str) else given
        if not isinstance(read, dict):
            raise bad_option("schema is no JSON object")
        return orjson.dumps(read, option=orjson.OPT_SORT_KEYS)
    except (strict_json.NotStrict, TypeError) as error:
        raise bad_option(f"schema is not JSON: {error}") from None


@lru_cache(maxsize=256)
def _validator(schema: bytes) -> jsonschema_rs.Validator:
    import jsonschema_rs  # noqa: PLC0415 - only who has a schema needs it

    try:
        read = orjson.loads(schema)
        jsonschema_rs.meta.validate(read)
        return jsonschema_rs.validator_for(read, validate_formats=True, offline=True)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        raise bad_option(f"no JSON Schema: {str(error).partition(chr(10))[0]}"[:300]) from None
