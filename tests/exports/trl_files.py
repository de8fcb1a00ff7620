"""Writes rows as the TRL export does, and reads its files."""

import json
from pathlib import Path

from windrow.flow.exports.trl import TRL, TRLOptions
from windrow.row import Message, Row


def export(found, folder, **options):
    """Write rows, all to train unless given as (split, row) pairs."""
    pairs = [pair if isinstance(pair, tuple) else ("train", pair) for pair in found]
    return TRL(TRLOptions(**options), base=Path()).write(iter(pairs), folder)


def lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def thoughtful(question="Why?"):
    return Row("sft", messages=(Message("user", question), Message("assistant", "So.", reasoning="Hm.")))
