"""The `load.py` that lies beside an export for TRL: its rows past Arrow, which guesses at types."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD = '''"""Loads this export past Arrow, which guesses at types: floats and dates stay as they are."""

import json
from pathlib import Path

from datasets import IterableDataset


def rows(path):
    with open(path, encoding="utf-8") as file:
        yield from map(json.loads, file)


def load(name):
    """The rows of a file beside this one, each as it stands there. A trainer then needs max_steps."""
    return IterableDataset.from_generator(rows, gen_kwargs={"path": str(Path(__file__).parent / name)})


'''


def loader(files: Iterable[str]) -> bytes:
    """The text of `load.py`: a name for each file that can be one in Python."""
    names = {file: PurePath(file).stem for file in files}
    return (
        HEAD + "".join(f'{name} = load("{file}")\n' for file, name in names.items() if name.isidentifier())
    ).encode()
