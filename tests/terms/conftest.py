from contextlib import ExitStack

import pytest
from growing_rows import Growing, write_recipe


@pytest.fixture
def growing(tmp_path):
    write_recipe(tmp_path)
    with ExitStack() as stack:
        yield Growing(tmp_path, stack)
