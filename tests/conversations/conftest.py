"""Conversations, run through the front door."""

import pytest

from front_door import grown


@pytest.fixture
def grow(tmp_path):
    """grow(seeds, {role: a script, or an address}, **knobs of the recipe): the rows, through HTTP."""

    def grow(seeds, models, *, rows=6, exports=(), splits=None, **knobs):
        use = {"use": "conversations", "rows": rows, **knobs}
        return grown(tmp_path, seeds, models, use, exports=list(exports), **({"splits": splits} if splits else {}))

    return grow
