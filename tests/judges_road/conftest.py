from contextlib import ExitStack

import pytest
from bench_run import Works


@pytest.fixture
def works(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "a-key")
    with ExitStack() as stack:
        yield Works(tmp_path, stack)
