"""Documents written into a folder, and what grows of them."""

from functools import partial

import pytest
from growing import SaidAsk, grow_folder


@pytest.fixture
def write(tmp_path):
    """Writes documents, a name to a text, into a folder, and gives the folder."""

    def write(documents, folder="docs"):
        root = tmp_path / folder
        for name, text in documents.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return root

    return write


@pytest.fixture
def grow(tmp_path):
    """Grows every item of a folder of documents."""
    return partial(grow_folder, base=tmp_path)


@pytest.fixture
def said():
    """An ask that answers what the test says."""
    return SaidAsk
